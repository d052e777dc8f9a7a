kmod_SOURCES +=

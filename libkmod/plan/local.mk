libkmod_internal_la_SOURCES += \
	%D%/plan.h \
	%D%/why-failed.h

libkmod_internal_la_SOURCES += \
	%D%/plan-api.c \
	%D%/plan-build.h \
	%D%/plan-insert.c \
	%D%/plan-load.c \
	%D%/plan-public.c \
	%D%/plan-run.c \
	%D%/plan-say.c \
	%D%/plan-shell.c \
	%D%/plan-shell.h \
	%D%/plan-unload.c \
	%D%/plan.c \
	%D%/plan.h \
	%D%/why-failed.c \
	%D%/why-failed.h \
	%D%/why-symbols.c \
	%D%/why.h

# One file per shell does the work; bash and fish find it through a small one for each tool.
built_completions = \
	%D%/bash/kmod \
	%D%/fish/kmod.fish \
	%D%/zsh/_kmod
bash_completions = \
	%D%/bash/depmod \
	%D%/bash/insmod \
	%D%/bash/lsmod \
	%D%/bash/modinfo \
	%D%/bash/modprobe \
	%D%/bash/rmmod
fish_completions = \
	%D%/fish/depmod.fish \
	%D%/fish/insmod.fish \
	%D%/fish/lsmod.fish \
	%D%/fish/modinfo.fish \
	%D%/fish/modprobe.fish \
	%D%/fish/rmmod.fish

if BUILD_TOOLS
if BASH_COMPLETION
dist_bashcompletion_DATA = $(bash_completions)
nodist_bashcompletion_DATA = %D%/bash/kmod
endif
if FISH_COMPLETION
dist_fishcompletion_DATA = $(fish_completions)
nodist_fishcompletion_DATA = %D%/fish/kmod.fish
endif
if ZSH_COMPLETION
nodist_zshcompletion_DATA = %D%/zsh/_kmod
endif
endif

EXTRA_DIST += %D%/bash/kmod.in %D%/fish/kmod.fish.in %D%/zsh/_kmod.in
CLEANFILES += $(built_completions)

$(built_completions): %: $(srcdir)/%.in Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	$(SED) -e 's,@MODULE_DIRECTORY\@,$(module_directory),g' $(srcdir)/$@.in >$@.tmp && \
	mv $@.tmp $@

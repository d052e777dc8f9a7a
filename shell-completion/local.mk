# Completion files: append to the lists of the shell.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_functions.d
dist_bashcompletion_DATA =
dist_zshcompletion_DATA =
dist_fishcompletion_DATA =

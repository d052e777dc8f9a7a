# One line per test, in alphabetic order:  unit_tests += %D%/test_NAME
unit_tests += %D%/test_api
unit_tests += %D%/test_arena
unit_tests += %D%/test_builtin
unit_tests += %D%/test_bytes
unit_tests += %D%/test_conf_cmdline
unit_tests += %D%/test_conf_files
unit_tests += %D%/test_conf_iter
unit_tests += %D%/test_conf_lines
unit_tests += %D%/test_conf_load
unit_tests += %D%/test_conf_parse
unit_tests += %D%/test_conf_print
unit_tests += %D%/test_conf_query
unit_tests += %D%/test_ctx
unit_tests += %D%/test_dep_line
unit_tests += %D%/test_elf_modinfo
unit_tests += %D%/test_elf_strip
unit_tests += %D%/test_elf_symbols
unit_tests += %D%/test_elf_versions
unit_tests += %D%/test_elf_view
unit_tests += %D%/test_entries
unit_tests += %D%/test_forge
unit_tests += %D%/test_fsio
unit_tests += %D%/test_glob
unit_tests += %D%/test_image
unit_tests += %D%/test_image_cap
unit_tests += %D%/test_image_codecs
unit_tests += %D%/test_index_dump
unit_tests += %D%/test_index_match
unit_tests += %D%/test_index_read
unit_tests += %D%/test_index_walk
unit_tests += %D%/test_index_write
unit_tests += %D%/test_list
unit_tests += %D%/test_live_lists
unit_tests += %D%/test_live_state
unit_tests += %D%/test_live_usage
unit_tests += %D%/test_log
unit_tests += %D%/test_map
unit_tests += %D%/test_mod
unit_tests += %D%/test_mod_deps
unit_tests += %D%/test_mod_info
unit_tests += %D%/test_mod_lookup
unit_tests += %D%/test_mod_rules
unit_tests += %D%/test_mod_syms
unit_tests += %D%/test_modprobe_env
unit_tests += %D%/test_name
unit_tests += %D%/test_params
unit_tests += %D%/test_plan_api
unit_tests += %D%/test_plan_insert
unit_tests += %D%/test_plan_load
unit_tests += %D%/test_plan_run
unit_tests += %D%/test_plan_say
unit_tests += %D%/test_plan_unload
unit_tests += %D%/test_publish
unit_tests += %D%/test_sig
unit_tests += %D%/test_str
unit_tests += %D%/test_strbuf
unit_tests += %D%/test_sys
unit_tests += %D%/test_threads
unit_tests += %D%/test_ts
unit_tests += %D%/test_vec
unit_tests += %D%/test_why_failed
# image/ once more, with a cap that a test can reach.
%C%_test_image_cap_SOURCES = %D%/test_image_cap.c \
	libkmod/image/image-out.c \
	libkmod/image/image-ranges.c \
	libkmod/image/image-xz.c \
	libkmod/image/image-zlib.c \
	libkmod/image/image-zstd.c \
	libkmod/image/image.c
%C%_test_image_cap_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) -DIMAGE_MAX_SIZE=100000
%C%_test_modprobe_env_SOURCES = %D%/test_modprobe_env.c tools/modprobe-env.c
%C%_test_params_SOURCES = %D%/test_params.c tools/params.c
EXTRA_DIST += %D%/forged.h %D%/module-tree.h

dnl SPDX-License-Identifier: LGPL-2.1-or-later

dnl KMOD_TRY_CFLAGS(VARIABLE, FLAG...): appends the flags the compiler takes, one by one.
AC_DEFUN([KMOD_TRY_CFLAGS], [
	for kmod_flag in m4_normalize([$2]); do
		AC_MSG_CHECKING([whether $CC takes $kmod_flag])
		kmod_save=$CFLAGS
		# -Wno-foo is only diagnosed beside another warning; ask for -Wfoo.
		AS_CASE([$kmod_flag],
			[-Wno-*], [kmod_ask=-W${kmod_flag@%:@-Wno-}], [kmod_ask=$kmod_flag])
		CFLAGS="$CFLAGS -Werror $kmod_ask"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM],
			[$1="$$1 $kmod_flag"; AC_MSG_RESULT([yes])], [AC_MSG_RESULT([no])])
		CFLAGS=$kmod_save
	done
])

dnl KMOD_TRY_LDFLAGS(VARIABLE, FLAG...): the same for the linker.
AC_DEFUN([KMOD_TRY_LDFLAGS], [
	for kmod_flag in m4_normalize([$2]); do
		AC_MSG_CHECKING([whether the linker takes $kmod_flag])
		kmod_save=$LDFLAGS
		LDFLAGS="$LDFLAGS $kmod_flag"
		AC_LINK_IFELSE([AC_LANG_PROGRAM],
			[$1="$$1 $kmod_flag"; AC_MSG_RESULT([yes])], [AC_MSG_RESULT([no])])
		LDFLAGS=$kmod_save
	done
])

dnl KMOD_LIBRARY(NAME, VARIABLE, PKG-CONFIG SPEC, WHAT FOR): --with-NAME, by default on
dnl when found. Sets with_NAME to yes or no and defines ENABLE_VARIABLE to 1 or 0.
AC_DEFUN([KMOD_LIBRARY], [
	AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1], [$4 @<:@default: if found@:>@])],
		[], [with_$1=auto])
	AS_IF([test "$with_$1" != no],
		[PKG_CHECK_MODULES([$2], [$3], [with_$1=yes], [
			AS_IF([test "$with_$1" = yes], [AC_MSG_ERROR([--with-$1: $3 not found])])
			with_$1=no])])
	AS_IF([test "$with_$1" = yes], [kmod_value=1], [kmod_value=0])
	AC_DEFINE_UNQUOTED([ENABLE_$2], [$kmod_value], [$4: 1 or 0])
	AM_CONDITIONAL([ENABLE_$2], [test "$with_$1" = yes])
])

dnl KMOD_SWITCH(NAME, HELP): --enable-NAME, by default off; enable_NAME is yes or no.
AC_DEFUN([KMOD_SWITCH], [
	AC_ARG_ENABLE([$1], [AS_HELP_STRING([--enable-$1], [$2])], [],
		[AS_TR_SH([enable_$1])=no])
])

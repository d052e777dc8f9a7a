/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/main.h"

int main(int argc, char **argv)
{
	return kmod_main(argc, argv);
}

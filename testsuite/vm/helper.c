/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks the kernel for a socket family, which makes it call modprobe. Linked statically. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "socket") == 0)
		return socket(atoi(argv[2]), SOCK_RAW, 2) < 0;

	fprintf(stderr, "usage: helper socket FAMILY\n");
	return 2;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * main() for builds without a fuzzer: runs the target over every file named, and over every
 * file of every directory named. Prints how many inputs ran.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/cleanup.h"
#include "shared/fsio.h"
#include "testsuite/fuzz/fuzz.h"

static int replay_file(int dirfd, const char *path)
{
	_cleanup_free_ char *data = NULL;
	size_t len;
	int r = fs_read_file(dirfd, path, 0, false, &data, &len);

	if (r < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(-r));
		return r;
	}
	/* An allocation of exactly len bytes: a sanitizer then sees reads behind its end. */
	uint8_t *exact = malloc(len ? len : 1);
	if (!exact)
		return -1;
	memcpy(exact, data, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	return 0;
}

static int replay(const char *path, unsigned long *count)
{
	struct fs_names entries = { 0 };
	struct stat st;
	int r = 0;

	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		++*count;
		return replay_file(AT_FDCWD, path);
	}
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = fs_list_dir(AT_FDCWD, path, &entries);
	for (size_t i = 0; r == 0 && i < entries.names.n; i++) {
		r = replay_file(fd, entries.names.at[i]);
		++*count;
	}
	fs_names_fini(&entries);
	return r;
}

int main(int argc, char **argv)
{
	unsigned long count = 0;

	for (int i = 1; i < argc; i++)
		if (replay(argv[i], &count) < 0)
			return 1;
	printf("%lu inputs\n", count);
	return count == 0;
}

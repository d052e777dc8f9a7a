/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loading a helper library, once per process whatever the number of threads. Once
 * loaded it stays: its functions may be running in another thread.
 */
#include "libkmod/dlib.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#if ENABLE_DLOPEN
#include <dlfcn.h>

static int load_symbols(const struct dlib *lib, void *handle)
{
	for (size_t i = 0; i < lib->n; i++) {
		void *f = dlsym(handle, lib->symbols[i].name);

		if (!f)
			return -ENOSYS;
		memcpy(lib->symbols[i].address, &f, sizeof(f));
	}
	return 1;
}

static int load(struct dlib *lib)
{
	void *handle = dlopen(lib->soname, RTLD_NOW | RTLD_LOCAL);
	int state = handle ? load_symbols(lib, handle) : -ENOENT;
	const char *words;

	if (state == 1)
		return 1;
	words = dlerror();
	snprintf(lib->error, sizeof(lib->error), "%s", words ? words : lib->soname);
	if (handle)
		dlclose(handle);
	return state;
}

int dlib_load(struct dlib *lib)
{
	int state = __atomic_load_n(&lib->state, __ATOMIC_ACQUIRE);

	if (state == 0) {
		pthread_mutex_lock(&lib->lock);
		state = lib->state;
		if (state == 0) {
			state = load(lib);
			__atomic_store_n(&lib->state, state, __ATOMIC_RELEASE);
		}
		pthread_mutex_unlock(&lib->lock);
	}
	return state < 0 ? state : 0;
}
#else
int dlib_load(struct dlib *lib _unused_)
{
	return 0;
}
#endif

const char *dlib_error(const struct dlib *lib)
{
	return lib->error;
}

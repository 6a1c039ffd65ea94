#include "os/load.h"

#include <dlfcn.h>
#include <errno.h>

/* The words of dlerror(3), or nothing: another thread may have taken them. */
static const char *reason(void)
{
	const char *text = dlerror();

	return text ? text : "";
}

/* An errno that says something of this moment and not of the library. */
static int passing(int code)
{
	return code == EMFILE || code == ENFILE || code == ENOMEM || code == EIO ? code : ENOTSUP;
}

static void set(void *ret, size_t i, void (*pointer)(void))
{
	memcpy((char *)ret + i * sizeof(pointer), &pointer, sizeof(pointer));
}

static int load(const struct load_library *l, void *ret, struct sw_fault *why)
{
	void *handle;

	errno = 0;
	handle = dlopen(l->file, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return sw_fault(why, passing(errno), "%s needs %s, which cannot be loaded: %s",
				l->needed_by, l->name, reason());
	for (size_t i = 0; i < l->n; i++) {
		void (*pointer)(void);

		*(void **)&pointer = dlsym(handle, l->function[i].name);
		if (!pointer) {
			memset(ret, 0, l->n * sizeof(pointer));
			dlclose(handle);
			return sw_fault(why, ENOTSUP,
					"%s needs a %s that has %s, the one here has not",
					l->needed_by, l->name, l->function[i].name);
		}
		set(ret, i, pointer);
	}
	return 0;
}

int load_library(const struct load_library *l, void *ret, struct sw_fault *why)
{
	void (*last)(void);

	memcpy(&last, (char *)ret + (l->n - 1) * sizeof(last), sizeof(last));
	if (last)
		return 0;
	if (!l->function[0].linked)
		return load(l, ret, why);
	for (size_t i = 0; i < l->n; i++)
		set(ret, i, l->function[i].linked);
	return 0;
}

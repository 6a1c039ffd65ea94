#include "os/load.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

/* The words of dlerror(3), or nothing: another thread may have taken them. */
static const char *reason(void)
{
	const char *text = dlerror();

	return text ? text : "";
}

/*
 * An errno that says something of this moment and not of the library. dlopen(3) leaves none: its
 * sentence ends in what the errno means.
 */
static int passing(const char *text)
{
	static const int codes[] = { EMFILE, ENFILE, ENOMEM, EIO };
	size_t n = strlen(text);

	for (size_t i = 0; i < SW_COUNT(codes); i++) {
		const char *end = strerror(codes[i]);

		if (n >= strlen(end) && strcmp(text + n - strlen(end), end) == 0)
			return codes[i];
	}
	return ENOTSUP;
}

static void set(void *ret, size_t i, void (*pointer)(void))
{
	memcpy((char *)ret + i * sizeof(pointer), &pointer, sizeof(pointer));
}

static int load(const struct load_library *l, void *ret, struct sw_fault *why)
{
	void *handle;

	handle = dlopen(l->file, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		const char *text = reason();

		return sw_fault(why, passing(text), "%s needs %s, which cannot be loaded: %s",
				l->needed_by, l->name, text);
	}
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

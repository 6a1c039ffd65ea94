/*
 * load: a shared library that few runs need, loaded when one does (dlopen(3)) and not linked: each
 * library that is linked costs every start some 0.05 to 0.3 ms, for something that most hosts never
 * ask for. A static build can't load; there the table holds the functions that it links.
 *
 *     #define FUNCTIONS(X) X(inflate) X(inflateEnd)
 *     static struct { FUNCTIONS(LOAD_POINTER) } z;
 *     static const struct load_function functions[] = { FUNCTIONS(LOAD_FUNCTION) };
 *     ...
 *     load_library(&library, &z, why) and then z.inflate_(...)
 *
 * so that the header of the library itself gives each pointer its type.
 */
#ifndef SW_LOAD_H
#define SW_LOAD_H

#include "base/fault.h"

struct load_function {
	const char *name;
	void (*linked)(void); /* NULL: to be loaded */
};

struct load_library {
	const char *needed_by; /* "an xz file": what can't be had without it */
	const char *name;      /* "liblzma": as its authors call it, whatever a package is named */
	const char *file;      /* "liblzma.so.5": with the version of the header's interface */
	const struct load_function *function;
	size_t n;
};

#define LOAD_POINTER(function) __typeof__(function) *function##_;
/* set by make for a static build */
#ifdef SW_LINKED
#define LOAD_FUNCTION(function) { #function, (void (*)(void))function },
#else
#define LOAD_FUNCTION(function) { #function, NULL },
#endif

/*
 * Fill the struct of l->n function pointers at `ret`, which is zeroed or was filled by this before
 * (then nothing is done). It stays loaded until the process ends. Two threads may do it at a time:
 * both write the same.
 * Returns 0; -ENOTSUP when the library is not there or lacks a function; another -errno (-EMFILE,
 * -ENFILE, -ENOMEM, -EIO) when it may be there the next time. *ret is then as it was.
 */
int load_library(const struct load_library *l, void *ret, struct sw_fault *why) SW_CHECK;

#endif

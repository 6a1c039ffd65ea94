/* maincf: parameters of a Postfix instance from its main.cf (postconf(5)). */
#ifndef SW_MAINCF_H
#define SW_MAINCF_H

#include "os/host.h"

enum { MAINCF_VALUE = 4096 }; /* bytes of a value, with its NUL */

/*
 * The value of parameter `name` in the text of a main.cf, as it stands there (not expanded), into
 * buf: continuation lines joined by one blank, the last assignment wins. Returns its length;
 * -ENOENT when the text doesn't set it; -E2BIG when it is longer than buf. Any text is legal input.
 */
int maincf_find(struct sw_raw text, const char *name, char *buf, size_t size);

/*
 * The same for the main.cf of a configuration directory of the host; a value that refers to other
 * parameters ($name) is asked from postconf(1), which is run for nothing else. Returns the length;
 * -ENOENT when main.cf does not set it; -errno with the reason when main.cf can't be read.
 */
int maincf_get(const struct sw_host *h, const char *config_directory, const char *name, char *buf,
	       size_t size, struct sw_fault *why) SW_CHECK;

#endif

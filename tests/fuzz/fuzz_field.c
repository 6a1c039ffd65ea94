/* fuzz_field: any bytes as the name of a field. */
#include <stdlib.h>

#include "munin/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct sw_field a, struct sw_field b)
{
	size_t n = strlen(a.s);

	if (n == 0 || n > SW_FIELD_MAX || strcmp(a.s, b.s) != 0 || !field_is_legal(raw_of(a.s)) ||
	    strspn(a.s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != n ||
	    raw_is_digit(a.s[0]) || strcmp(a.s, "root") == 0 || strncmp(a.s, "graph", 5) == 0)
		abort();
}

/* s/^[^A-Za-z_]+/_/; s/[^A-Za-z0-9_]/_/g of Munin::Plugin's clean_fieldname(), one after the other
 */
static struct sw_raw clean_fieldname(const uint8_t *data, size_t size, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		char c = (char)data[i];
		bool letter = raw_is_alnum(c) && !raw_is_digit(c);

		if (!letter && c != '_' && n == 0) {
			while (i + 1 < size && data[i + 1] != '_' &&
			       (!raw_is_alnum((char)data[i + 1]) ||
				raw_is_digit((char)data[i + 1])))
				i++;
			c = '_';
		}
		out[n++] = letter || raw_is_digit(c) ? c : '_';
	}
	return raw_from(out, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const prefixes[] = { "_", "u_", "account_" };
	struct sw_raw name = raw_from((const char *)data, size);
	char *copy = malloc(size + 1);
	struct sw_field got = sw_field_dropin(name);
	struct sw_raw perl = clean_fieldname(data, size, copy);
	/* the replaced plugin's name goes on wherever it worked */
	if (perl.n <= 63 && field_is_legal(perl) && !raw_is(raw_of(got.s), "__root") &&
	    !raw_same(raw_of(got.s), perl))
		abort();
	memcpy(copy, data, size);
	check(got, sw_field_dropin(raw_from(copy, size)));
	copy[size] = '\0';
	if (field_is_legal(name))
		check(sw_field_own(copy), sw_field_own(copy));
	for (size_t i = 0; i < SW_COUNT(prefixes); i++)
		check(sw_field_hashed(prefixes[i], name),
		      sw_field_hashed(prefixes[i], raw_from(copy, size)));
	free(copy);
	return 0;
}

/* fuzz_master: any bytes as a master.cf, and as a list of restrictions of one of its services. */
#include <stdlib.h>

#include "incident/master.h"
#include "incident/restrictions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct restrictions_check ours[] = {
	{ "check_client_access", "lmdb:/c" },
	{ "check_sasl_access", "lmdb:/b" },
};

static void is_word(struct sw_raw word)
{
	if (word.n == 0)
		abort();
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == ' ' || word.p[i] == '\n')
			abort();
}

/* What we make of a list is one that reaches ours, and making it again changes nothing. */
static void look_at_list(struct sw_raw list)
{
	static char once[1 << 15];
	static char twice[1 << 15];

	(void)restrictions_reach(list, ours, SW_COUNT(ours), 1);
	if (!restrictions_with(list, ours, SW_COUNT(ours), once, sizeof(once)))
		return;
	for (size_t i = 0; i < SW_COUNT(ours); i++)
		if (!restrictions_reach(raw_of(once), ours, SW_COUNT(ours), i))
			abort();
	if (!memchr(list.p, '\0', list.n) &&
	    (!restrictions_with(raw_of(once), ours, SW_COUNT(ours), twice, sizeof(twice)) ||
	     strcmp(once, twice) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw rest = raw_from((const char *)data, size);
	struct master_service service;
	char *buf = size <= 1 << 14 ? malloc(size + 1) : NULL;
	size_t services = 0;

	if (!buf)
		return 0;
	look_at_list(rest);
	while (master_next(&rest, buf, &service)) {
		struct sw_raw value;

		is_word(service.name);
		is_word(service.type);
		is_word(service.command);
		if (service.name.p < buf || service.command.p + service.command.n > buf + size ||
		    service.arguments.p + service.arguments.n > buf + size)
			abort();
		if (master_option(&service, raw_of("smtpd_data_restrictions"), &value))
			look_at_list(value);
		if (++services > size)
			abort();
	}
	free(buf);
	return 0;
}

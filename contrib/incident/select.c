#include "incident/select.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "incident/fold.h"

int select_new(const struct options *o, bool utf8, struct select *ret, struct sw_fault *why)
{
	struct sw_raw asked = raw_of(o->value);

	*ret = (struct select){ .by = o->by, .utf8 = utf8, .uid = o->uid, .asked = asked };
	if (asked.n > SELECT_NAME)
		return sw_fault(why, EINVAL, "nobody has a name of more than %d bytes",
				SELECT_NAME);
	if (o->by == BY_SENDER && raw_is(asked, "<>"))
		asked = ret->asked = raw_of("");
	if (o->by == BY_CLIENT)
		asked = origin_address(asked, ret->client);
	ret->folded = malloc(fold_room(SELECT_NAME));
	ret->other = malloc(fold_room(SELECT_NAME));
	if (!ret->folded || !ret->other)
		return sw_fault_errno(why, ENOMEM, "a name");
	ret->folded_n = fold(asked, utf8, ret->folded).n;
	return 0;
}

void select_free(struct select *s)
{
	for (size_t i = 0; i < s->spellings; i++)
		free((char *)s->spelling[i].p);
	s->spellings = 0;
	free(s->folded);
	free(s->other);
	s->folded = s->other = NULL;
}

enum sw_queue_file_depth select_depth(const struct select *s)
{
	return s->by == BY_ACCOUNT || s->by == BY_UID ? SW_QUEUE_FILE_WHO : SW_QUEUE_FILE_ALL;
}

static void note_spelling(struct select *s, struct sw_raw name)
{
	char *copy;

	for (size_t i = 0; i < s->spellings; i++)
		if (raw_same(s->spelling[i], name))
			return;
	copy = s->spellings < SELECT_SPELLINGS ? malloc(name.n + 1) : NULL;
	if (!copy) {
		s->more_spellings = true;
		return;
	}
	memcpy(copy, name.p, name.n);
	s->spelling[s->spellings++] = raw_from(copy, name.n);
}

bool select_folds(struct select *s, struct sw_raw name)
{
	/* folding makes three bytes of one at most, and one of three */
	return name.n <= SELECT_NAME && name.n <= 3 * s->folded_n && 3 * name.n >= s->folded_n &&
	       raw_same(fold(name, s->utf8, s->other), raw_from(s->folded, s->folded_n));
}

static bool is_name(struct select *s, struct sw_raw name)
{
	if (raw_same(name, s->asked))
		return true;
	if (!select_folds(s, name))
		return false;
	note_spelling(s, name);
	return true;
}

bool select_is(struct select *s, struct sw_raw login)
{
	return login.n > 0 && is_name(s, login);
}

bool select_has(struct select *s, const struct sw_queue_file *f)
{
	char buf[ORIGIN_CLIENT];

	switch (s->by) {
	case BY_ACCOUNT:
		return select_is(s, f->sasl_login);
	case BY_SENDER:
		return f->sender.p && is_name(s, f->sender);
	case BY_CLIENT:
		return raw_same(origin_client(f, buf), raw_from(s->folded, s->folded_n));
	case BY_UID:
		return f->has_uid && f->uid == s->uid;
	default:
		return false;
	}
}

uint64_t select_key(const struct select *s)
{
	const struct hash_key key = { 0x73656c656374, (uint64_t)s->by };

	if (s->by == BY_UID)
		return hash_bytes(key, raw_from((const char *)&s->uid, sizeof(s->uid)));
	return hash_bytes(key, raw_from(s->folded, s->folded_n));
}

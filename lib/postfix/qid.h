/* qid: Postfix queue IDs (global/mail_queue.h:81-170, mail_queue.c:296-315). */
#ifndef SW_QID_H
#define SW_QID_H

#include "base/raw.h"

/* What a byte may be in an ID: 0 nothing, up to 52 one more than what it is worth in base 52. */
enum { QID_OTHER = 64 };
extern const unsigned char qid_kind[256];

/*
 * Can these bytes be the name of a queue file? Letters, digits and '_', as mail_queue_id_ok() has
 * it; a name of one character is a hash directory, a name with a '.' a file being created.
 * Short IDs (hexadecimal microseconds and inode) and long ones (base 52) are both of this form.
 */
static inline bool qid_is(struct sw_raw name)
{
	bool fine = name.n > 1;

	for (size_t i = 0; i < name.n; i++)
		fine &= qid_kind[(unsigned char)name.p[i]] != 0;
	return fine;
}

/* No ID in a log is shorter: five digits of microseconds, and an inode. */
enum { QID_LOGGED = 6 };

/*
 * When the queue file of a long ID was made, in seconds since the epoch: the ID begins with it in
 * base 52, then come four digits of microseconds, a 'z' and the inode (mail_queue.h:81-120,
 * alphabet of util/safe_ultostr.c:91). False for a short ID, which does not say.
 */
static inline bool qid_time(struct sw_raw id, int64_t *ret)
{
	size_t z = raw_find_last(id, 'z');
	int64_t time = 0;

	if (z == id.n || z < 10 || z > 14)
		return false;
	for (size_t i = 0; i < z - 4; i++) {
		unsigned digit = qid_kind[(unsigned char)id.p[i]] - 1U;

		if (digit >= 52)
			return false;
		time = time * 52 + digit;
	}
	*ret = time;
	return true;
}

/*
 * The names of the hash directories that a queue file lies in, where its queue has such
 * (mail_queue.c: mail_queue_dir()): the first characters of a short ID; of a long one those of its
 * microseconds, in hexadecimal.
 */
enum { QID_HASH = 2 };

static inline bool qid_hash(struct sw_raw id, char ret[QID_HASH])
{
	static const char hex[] = "0123456789ABCDEF";
	size_t z = raw_find_last(id, 'z');
	int64_t time;
	unsigned usec = 0;

	if (!qid_is(id))
		return false;
	memcpy(ret, id.p, QID_HASH);
	if (!qid_time(id, &time))
		return true;
	for (size_t i = z - 4; i < z; i++) {
		unsigned digit = qid_kind[(unsigned char)id.p[i]] - 1U;

		if (digit >= 52)
			return true;
		usec = usec * 52 + digit;
	}
	ret[0] = hex[usec >> 16 & 15];
	ret[1] = hex[usec >> 12 & 15];
	return true;
}

#endif

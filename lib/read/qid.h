/* qid: Postfix queue IDs (global/mail_queue.h:81-170, mail_queue.c:296-315). */
#ifndef SW_QID_H
#define SW_QID_H

#include "base/raw.h"

/*
 * Can these bytes be the name of a queue file? Letters, digits and '_', as mail_queue_id_ok() has
 * it; a name of one character is a hash directory, a name with a '.' a file being created.
 * Short IDs (hexadecimal microseconds and inode) and long ones (base 52) are both of this form.
 */
static inline bool qid_is(struct raw name)
{
	bool fine = name.n > 1;

	for (size_t i = 0; i < name.n; i++)
		fine &= raw_is_alnum(name.p[i]) | (name.p[i] == '_');
	return fine;
}

#endif

/*
 * reply: the words of a remote server in what Postfix says of a delivery (smtp/smtp_trouble.c,
 * smtp/smtp_proto.c, *qmgr/qmgr_deliver.c):
 *     host NAME[ADDRESS] said: WORDS (in reply to RCPT TO command)
 *     host NAME[ADDRESS] refused to talk to me: WORDS        before it greets, or to HELO
 *     delivery temporarily suspended: one of these, or what Postfix itself has to say
 */
#ifndef SW_POSTFIX_REPLY_H
#define SW_POSTFIX_REPLY_H

#include "base/raw.h"

enum reply {
	REPLY_OWN,     /* Postfix's own words, such as "connect to ...: Connection timed out" */
	REPLY_SAID,    /* a server's, to a command */
	REPLY_REFUSED, /* a server's, before it heard of any sender */
};

/* The words alone, borrowed from the text, and whose they are. */
enum reply reply_words(struct sw_raw text, struct sw_raw *ret_words);

#endif

/*
 * refusal: why a receiver does not take a recipient, by Postfix's code (dsn=), and by the words of
 * those who are known to say it so.
 *
 * Codes alone say little: 5.7.1 is a block list, a policy, or somebody's taste, 550 without a code
 * anything. So the words are asked first (refusal_words.c), then what the code means in RFC 3463;
 * what neither tells is REFUSAL_OTHER: words in a language that no table has, too. Words that only
 * name a list, a rate or spam decide nothing by themselves; addresses, what stands in < >, the name
 * of the server and the recipient's domain are no words.
 */
#ifndef SW_TRAFFIC_REFUSAL_H
#define SW_TRAFFIC_REFUSAL_H

#include "traffic/delivery.h"

enum refusal {
	REFUSAL_REPUTATION,   /* we are blocked, listed, or slowed down because of complaints */
	REFUSAL_CONTENT,      /* this message is taken for spam, or worse */
	REFUSAL_UNKNOWN_USER, /* there is no such mailbox, or no more */
	REFUSAL_FULL,	      /* the mailbox, or the server behind it, has no room */
	REFUSAL_GREYLISTED,   /* come again in a few minutes */
	REFUSAL_CONNECTION,   /* not reached, broken off, no TLS; x.4.x */
	REFUSAL_OTHER,
};

enum { REFUSAL_KINDS = REFUSAL_OTHER + 1 };

struct refusal_reason {
	enum refusal kind;
	bool at_connect;     /* before any sender was named: it is no account's doing */
	struct sw_raw words; /* the receiver's, or Postfix's own; borrowed */
	size_t row;	     /* of refusal_words that told it; refusal_words_n: none did */
};

/* Why a recipient that delivery_is_refused() was. Any bytes are legal. */
struct refusal_reason refusal_reason(const struct delivery *d);

/*
 * A row of the table; the first one that matches decides. `words` are in small letters; each piece
 * between two '*' begins a word, and they stand in this order; a '^' stands for the beginning of
 * what is said. Numbers, 0 is any: the class of the code (4 or 5), its subject and detail.
 */
struct refusal_words {
	enum refusal kind;
	const char *words;
	unsigned class, subject, detail;
};

extern const struct refusal_words refusal_words[];
extern const size_t refusal_words_n;

#endif

/*
 * fleet: the accounts of one mail server as a list, for who sums them up over many; and that sum.
 *
 * A list is lines of text, each of them a label:
 *
 *     fleet begin 1 AT DAY LEAST known|some|blocked known|some LINK
 *     fleet account RATE DAY NAME
 *     fleet networks NETWORK... [+]
 *     fleet end ROWS OF
 *
 * AT and DAY are the seconds since the epoch at which the five minutes and the 24 hours (see day.h)
 * end that are told. An account (a SASL login; a local user is one of its host) is listed when it
 * had LEAST messages in either of them: who used LEAST networks had as many messages. The first
 * word "some" means that not all of the five minutes is known, the second one that of the day; then
 * no number is too high, but any may be too low. "blocked" is some, because Postfix could not
 * queue. RATE and DAY are the messages in the five minutes and in the day; "-" where the account
 * has a limit of its own for it and is no candidate. The networks of the day (day_network_hex())
 * stand in lines behind their account; "+" means that there may be more. ROWS accounts are listed
 * OF so many that should be, those with most messages.
 *
 * A list has at most FLEET_ROWS accounts and FLEET_BYTES bytes. A name is as account_name() says
 * it; two that differ only where a label is cut are one.
 */
#ifndef SW_FLEET_H
#define SW_FLEET_H

#include "traffic/counts.h"
#include "traffic/day.h"

enum {
	FLEET_ROWS = 4096,
	FLEET_BYTES = 512 * 1024,
	FLEET_NUMBER = 1000000000, /* the most that a list may say of anything */
	FLEET_WINDOW = 5,	   /* minutes of RATE */
};

struct fleet_head {
	int64_t at, day;
	uint64_t least;
	bool rate_known, day_known;
	bool blocked; /* therefore not known */
};

/* What a list is made of. */
struct fleet_source {
	const struct traffic *s; /* NULL: nothing could be read */
	const struct day *d;
	unsigned first; /* the first of the five minutes, in s */
	bool blocked;	/* in one of them Postfix could not queue: few messages are no calm */
	int64_t at;
	uint64_t least;	      /* 1 or more */
	struct sw_label link; /* what of the host tells it */
	/* Is an account left out (FLEET_WHOLLY), or one of its numbers? */
	unsigned (*skip)(struct sw_raw key, void *ctx);
	void (*line)(const struct sw_label *line, void *ctx);
	void *ctx;
};

enum { FLEET_WHOLLY = 1, FLEET_RATE = 2, FLEET_DAY = 4 };

/* Give all lines of the list to line(). Returns 0; -ENOMEM, and the list says that it knows
 * nothing. */
int fleet_write(const struct fleet_source *source, struct sw_fault *why) SW_CHECK;

/* An account of a list; borrowed from its text. Its name is as account_name() says a login. */
struct fleet_row {
	struct sw_raw name;
	uint64_t rate, day;
	struct sw_raw networks; /* the lines that hold them */
	size_t networks_n;
	unsigned list;
};

/* Of zeros it is empty; ends with fleet_free(). */
struct fleet_rows {
	struct fleet_row *row;
	size_t n, room;
};

struct fleet_list {
	struct fleet_head head;
	struct sw_raw link;
	uint64_t rows, of;
};

/*
 * Read list number `list` from lines that each end in a newline, and add its accounts to *rows;
 * lines that do not begin with "fleet " are none of it. Any bytes are legal. Returns 0, or with
 * *rows as it was: -ENOENT when there is no list, -EBADMSG when it is not one whole list as above,
 * -EPROTONOSUPPORT when it is of another version, -ENOMEM.
 */
int fleet_read(struct sw_raw text, unsigned list, struct fleet_list *ret, struct fleet_rows *rows,
	       struct sw_fault *why) SW_CHECK;

void fleet_free(struct fleet_rows *rows);

/* An account over all lists. */
struct fleet_sum {
	struct sw_raw name;
	uint64_t rate, day, networks;
	size_t lists;	    /* that name it */
	bool more_networks; /* than these there may be */
	bool at_least;	    /* a list that does not name it leaves out who has less than two */
};

/*
 * The accounts of all lists, by name; a network that several name is one. `list` has an element for
 * each number that a row's list has, `lists` of them. *ret, which the caller frees, borrows from
 * the lists' texts. rows are sorted. Returns 0 or -ENOMEM.
 */
int fleet_add_up(struct fleet_rows *rows, const struct fleet_list *list, size_t lists,
		 struct fleet_sum **ret, size_t *n, struct sw_fault *why) SW_CHECK;

enum fleet_what { FLEET_BY_RATE, FLEET_BY_DAY, FLEET_BY_NETWORKS, FLEET_KINDS };

uint64_t fleet_number(const struct fleet_sum *sum, enum fleet_what what);

/* The greatest of n sums, equal ones by name, at most `max` of them into ret. Returns how many. */
size_t fleet_top(const struct fleet_sum *sum, size_t n, enum fleet_what what,
		 const struct fleet_sum **ret, size_t max);

#endif

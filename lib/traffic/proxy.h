/*
 * proxy: messages that smtpd(8) hands to a filter before it queues them (smtpd_proxy_filter), and
 * the queue ID that they get behind it.
 *
 *     smtpd[642]: NOQUEUE: client=NAME[ADDR], sasl_method=PLAIN, sasl_username=alice
 *     smtpd[592]: E0914A7612D: client=localhost[127.0.0.1]               the filter's own
 * connection smtpd[642]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as E0914A7612D; from=<>
 * ... (or proxy-reject). One process serves one client at a time, so the first and the last line
 * belong together by their process; where the log tells none, by the login that ends the last one
 * (sasl_username=<U>, since 3.2).
 */
#ifndef SW_TRAFFIC_PROXY_H
#define SW_TRAFFIC_PROXY_H

#include "base/idmap.h"
#include "traffic/events.h"

enum { PROXY_OPEN = 1024 }; /* messages that wait for their end */

/* All borrowed. */
struct proxy_end {
	bool accepted;
	struct sw_raw queue_id; /* n is 0: the filter's reply names none */
	struct sw_raw user;	/* n is 0: not said */
};

/*
 * The end of a message: [NOQUEUE: ]proxy-accept: END-OF-MESSAGE: REPLY; from=<S> to=<R> ... The ID
 * is the last one that REPLY, which is the filter's, says is "queued as"; what follows is the
 * client's. False for every other text.
 */
bool proxy_ends(struct sw_raw text, struct proxy_end *ret);

struct proxy_open {
	int64_t time;	  /* of the client= line; 0: free */
	uint64_t pid;	  /* 0: not known */
	uint64_t key;	  /* a hash of the account's key; 0: no login */
	uint32_t row, id; /* the caller's */
	uint32_t flags, check;
};

/* Zeroed it is empty. */
struct proxies {
	bool any; /* there was one, with a login */
	struct proxy_open open[PROXY_OPEN];
};

/*
 * A NOQUEUE: client= line. Returns where to keep it: what the process had before (or of too many
 * the oldest) stands in *lost, time 0 when there was none.
 */
struct proxy_open *proxy_begin(struct proxies *p, uint64_t pid, uint64_t key, int64_t time,
			       struct proxy_open *lost);

/*
 * The end of a message: true when it is known which one; it is then no longer open. The login must
 * be that of its beginning, where the line says one (`key` not 0).
 */
bool proxy_close(struct proxies *p, uint64_t pid, uint64_t key, struct proxy_open *ret);

/*
 * Where each line of the log stands twice (`doubled`), is it the second one of a message of that
 * second? `ids` keeps what it needs, under names that are no queue IDs.
 */
bool proxy_is_second(struct idmap *ids, bool doubled, const struct event_client *client,
		     struct sw_raw key, int64_t time);

/* A key as proxy_begin() and proxy_close() have it; 0: of no login. */
uint64_t proxy_key(struct sw_raw key);

#endif

#include "traffic/proxy.h"

#include "base/print.h"
#include "traffic/delivery.h"

static size_t find(struct sw_raw text, const char *word)
{
	const char *hit = text.n ? memmem(text.p, text.n, word, strlen(word)) : NULL;

	return hit ? (size_t)(hit - text.p) : text.n;
}

/*
 * " sasl_username=<U>" at the end: the HELO name before it holds no such byte. Not behind a
 * sasl_sender=, which is any text of the client's.
 */
static struct sw_raw last_user(struct sw_raw text)
{
	static const char key[] = " sasl_username=<";
	struct sw_raw user = raw_from(NULL, 0);

	if (text.n == 0 || text.p[text.n - 1] != '>' || find(text, " sasl_sender=") < text.n)
		return user;
	for (size_t at = find(text, key); at < text.n; at = find(text, key)) {
		text = raw_skip(text, at + strlen(key));
		user = raw_from(text.p, text.n - 1);
	}
	return user;
}

bool proxy_ends(struct sw_raw text, struct proxy_end *ret)
{
	struct sw_raw reply;

	(void)raw_take(&text, "NOQUEUE: ");
	ret->accepted = raw_take(&text, "proxy-accept: END-OF-MESSAGE: ");
	if (!ret->accepted && !raw_take(&text, "proxy-reject: END-OF-MESSAGE: "))
		return false;
	reply = raw_from(text.p, find(text, "; from=<"));
	ret->queue_id = ret->accepted ? delivery_queued_as(&(struct delivery){ .said = reply })
				      : raw_from(NULL, 0);
	ret->user = last_user(raw_skip(text, reply.n));
	return true;
}

struct proxy_open *proxy_begin(struct proxies *p, uint64_t pid, uint64_t key, int64_t time,
			       struct proxy_open *lost)
{
	struct proxy_open *place = &p->open[0];

	for (size_t i = 0; i < PROXY_OPEN; i++) {
		struct proxy_open *one = &p->open[i];

		if (pid > 0 && one->time > 0 && one->pid == pid) {
			place = one;
			break;
		}
		if (one->time < place->time)
			place = one;
	}
	p->any |= key != 0;
	*lost = *place;
	*place = (struct proxy_open){ .time = time, .pid = pid, .key = key };
	return place;
}

bool proxy_close(struct proxies *p, uint64_t pid, uint64_t key, struct proxy_open *ret)
{
	struct proxy_open *found = NULL;

	for (size_t i = 0; i < PROXY_OPEN; i++) {
		struct proxy_open *one = &p->open[i];
		bool is = one->pid == pid && (one->key == key || (pid > 0 && key == 0));

		if (one->time > 0 && is && (!found || one->time < found->time))
			found = one;
	}
	if (!found)
		return false;
	*ret = *found;
	found->time = 0;
	return true;
}

uint64_t proxy_key(struct sw_raw key)
{
	return key.n > 0 ? hash_bytes((struct hash_key){ 0, 2 }, key) | 1 : 0;
}

bool proxy_is_second(struct idmap *ids, bool doubled, const struct event_client *client,
		     struct sw_raw key, int64_t time)
{
	char name[128];
	struct idmap_value *known;
	struct sw_raw id;
	int n;

	if (!doubled)
		return false;
	n = print_text(name, sizeof(name), "NOQUEUE %llx %llx %.*s",
		       (unsigned long long)proxy_key(key), (unsigned long long)time,
		       (int)(client->address.n < 64 ? client->address.n : 64), client->address.p);
	id = raw_from(name, (size_t)n);
	known = idmap_get(ids, id);
	if (!known) {
		idmap_put(ids, id, (struct idmap_value){ .row = UINT32_MAX, .time = time });
		return false;
	}
	known->flags ^= 1;
	return known->flags & 1;
}

#include "queue/scripts.h"

#include "queue/script.h"

/* The name of a row begins with this; then the script's, or nothing: all messages of the user. */
struct whose {
	uint64_t uid;
	uint64_t script_uid;
};

struct tally {
	uint32_t messages[SW_QUEUE_OWNERS_QUEUES];
};

enum { NAME = sizeof(struct whose) + QUEUE_SCRIPT_NAME };

int queue_scripts_new(struct hash_key key, struct topk **ret, struct sw_fault *why)
{
	return topk_new(QUEUE_SCRIPTS_NAMES, NAME, sizeof(struct tally), key, ret, why);
}

size_t queue_scripts_room(void)
{
	return topk_room(QUEUE_SCRIPTS_NAMES, NAME, sizeof(struct tally));
}

struct topk *queue_scripts_in(struct block *block, struct hash_key key)
{
	return topk_in(block, QUEUE_SCRIPTS_NAMES, NAME, sizeof(struct tally), key);
}

static struct sw_raw name_of(struct whose whose, struct sw_raw script, char buf[NAME])
{
	memcpy(buf, &whose, sizeof(whose));
	if (script.n > 0)
		memcpy(buf + sizeof(whose), script.p, script.n);
	return raw_from(buf, sizeof(whose) + script.n);
}

static void count(struct topk *scripts, struct whose whose, struct sw_raw script, size_t queue)
{
	char buf[NAME];
	struct tally *t = topk_count(scripts, name_of(whose, script, buf), 1)->value;

	t->messages[queue]++;
}

void queue_scripts_count(struct topk *scripts, const struct sw_queue_file *f, size_t queue)
{
	static const struct sw_raw all = { NULL, 0 };

	if (!f->has_uid)
		return;
	count(scripts, (struct whose){ f->uid, 0 }, all, queue);
	if (f->script.n > 0)
		count(scripts, (struct whose){ f->uid, f->script_uid }, f->script, queue);
}

static double weighed(const struct tally *t, const double weight[SW_QUEUE_OWNERS_QUEUES])
{
	double sum = 0;

	for (size_t i = 0; i < SW_QUEUE_OWNERS_QUEUES; i++)
		sum += weight[i] * t->messages[i];
	return sum;
}

struct queue_script_most queue_scripts_most(struct topk *scripts, uint64_t uid,
					    const double weight[SW_QUEUE_OWNERS_QUEUES])
{
	struct queue_script_most ret = { .share = 0 };
	double all = 0;
	double most = 0;

	for (size_t i = 0; i < topk_rows(scripts); i++) {
		const struct topk_row *row = topk_row(scripts, i);
		double messages = weighed(row->value, weight);
		struct sw_raw name = raw_skip(row->name, sizeof(struct whose));
		struct whose whose;

		memcpy(&whose, row->name.p, sizeof(whose));
		if (whose.uid != uid || messages <= 0)
			continue;
		if (name.n == 0)
			all = messages;
		if (name.n == 0 || messages < most ||
		    (messages <= most && raw_order(name, ret.script) >= 0))
			continue;
		most = messages;
		ret.script = name;
		ret.script_uid = whose.script_uid;
	}
	ret.share = most < all ? most / all : all > 0;
	return ret;
}

/* The part of the screen on file systems: how full of inodes, and who holds these. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rank.h"
#include "incident/say.h"
#include "incident/screen.h"
#include "inode/use.h"
#include "os/clock.h"
#include "os/reach.h"
#include "words/culprit_facts.h"

enum { ASK_MS = 2000, NAME_COLUMNS = 30 };

const double screen_full = 92;

struct sw_inode_use screen_disk_use(const struct screen_disk *d)
{
	struct sw_inode_use use = d->use;

	use.mount = raw_from(d->mount, use.mount.n);
	use.device = raw_from(d->device, use.device.n);
	use.type = raw_from(d->type, use.type.n);
	return use;
}

bool screen_disk_is_full(const struct screen_disk *d)
{
	return !d->use.why.code && d->use.percent > screen_full;
}

/* One that is not known may be full. */
static double rank_of(const struct screen_disk *d)
{
	return isnan(d->use.percent) ? screen_full : d->use.percent;
}

static bool is_fuller(const void *a, const void *b)
{
	const struct screen_disk *x = a;
	const struct screen_disk *y = b;
	const double p = rank_of(x);
	const double q = rank_of(y);

	if (p != q)
		return p > q;
	return raw_order(raw_from(x->mount, x->use.mount.n), raw_from(y->mount, y->use.mount.n)) <
	       0;
}

static void keep(char *to, size_t size, struct sw_raw *words)
{
	words->n = words->n < size ? words->n : size;
	if (words->n > 0)
		memcpy(to, words->p, words->n);
}

static int take(const struct sw_inode_use *use, void *ctx)
{
	struct screen_disks *d = ctx;
	struct screen_disk one = { .use = *use };

	d->all++;
	keep(one.mount, sizeof(one.mount), &one.use.mount);
	keep(one.device, sizeof(one.device), &one.use.device);
	keep(one.type, sizeof(one.type), &one.use.type);
	if (screen_disk_is_full(&one))
		one.held = words_space(use);
	one.space = one.held.n > 0;
	d->n = rank_add(d->disk, d->n, SCREEN_DISKS, sizeof(one), &one, is_fuller);
	return 0;
}

static bool is_left_out(struct sw_raw device, struct sw_raw mount, struct sw_raw type, void *ctx)
{
	struct sw_raw rest = raw_of(INODE_LEFT_OUT);
	struct sw_raw word;

	(void)device;
	(void)mount;
	(void)ctx;
	while (raw_word(&rest, " ", &word))
		if (raw_same(word, type))
			return true;
	return false;
}

void screen_disks_look(struct screen_disks *d, const struct sw_host *h)
{
	const struct inode_question question = {
		.timeout_ms = ASK_MS, .skip = is_left_out, .fn = take, .ctx = d
	};
	size_t bad = 0;

	*d = (struct screen_disks){ .n = 0 };
	if (inode_each(h, &question, &bad, &d->why) >= 0 && bad > 0)
		sw_fault(&d->why, EBADMSG, "lines of the mount table that were not understood: %zu",
			 bad);
}

_Static_assert(SCREEN_MOUNT < sizeof(((struct culprit_facts *)0)->mount), "its end is 0");

static struct sw_label held(struct culprit_facts *f, const struct sw_host *h,
			    const struct sw_inode_use *use, int queue,
			    const struct sw_fault *no_queue, int64_t until)
{
	struct sw_fault why = { 0 };
	struct sw_label text = label_new();
	int64_t left = until - clock_ms();

	if (left <= 0)
		return text;
	memcpy(f->mount, use->mount.p, use->mount.n);
	f->words = (struct words_culprit){ .use = use,
					   .dirs = &f->dirs,
					   .copied = h->copied,
					   .advice = { .permission = "run it as root" } };
	if (sw_inode_dirs_scan(h, f->mount, h->copied ? 0 : use->used, (unsigned)left, &f->dirs,
			       &why) < 0)
		return why.text;
	if (words_culprit_is_blind(&f->words))
		culprit_facts_look_further(f, h, until);
	if (culprit_facts_find_queue(f, h, queue, no_queue))
		culprit_facts_find_queuer(f, h, queue, "");
	culprit_facts_find_users(f, h);
	text = words_culprit(&f->words);
	sw_inode_dirs_free(&f->dirs);
	return text;
}

void screen_disks_hold(struct screen_disks *d, const struct sw_host *h, int queue,
		       const struct sw_fault *no_queue, int64_t ms)
{
	const int64_t until = clock_ms() + ms;

	for (size_t i = 0; i < d->n; i++) {
		struct sw_inode_use use = screen_disk_use(&d->disk[i]);
		struct culprit_facts *f;

		/* of what may not answer no directory is looked at */
		if (!screen_disk_is_full(&d->disk[i]) || d->disk[i].space || use.doubtful ||
		    use.file)
			continue;
		f = calloc(1, sizeof(*f));
		if (f)
			d->disk[i].held = held(f, h, &use, queue, no_queue, until);
		else
			sw_label_print(&d->disk[i].held, "what holds them is not known: %s",
				       strerror(ENOMEM));
		free(f);
	}
}

void screen_disks_leave(struct screen_disks *d, const struct sw_label *why)
{
	for (size_t i = 0; i < d->n; i++) {
		struct sw_label *held = &d->disk[i].held;

		if (!screen_disk_is_full(&d->disk[i]) || d->disk[i].space)
			continue;
		*held = sw_label_printed("what holds them is not known: ");
		sw_label_append(held, why);
	}
}

static void say_disk(const struct screen_disk *d, const struct sw_host *h)
{
	const struct sw_inode_use use = screen_disk_use(d);
	bool full = screen_disk_is_full(d);
	struct sw_label mount = label_new();
	struct sw_label text = label_new();
	int n;

	sw_label_add_name(&mount, use.mount);
	mount = label_short(&mount, NAME_COLUMNS);
	if (use.why.code) {
		n = printf("     ?  %s  ", mount.s);
		sw_label_append(&text, &use.why.text);
	} else {
		fputs(full ? say_colour(h, SAY_ALARM) : "", stdout);
		n = printf("%5.1f%%", use.percent);
		fputs(full ? say_colour(h, SAY_PLAIN) : "", stdout);
		n += printf("  %s  ", mount.s);
		sw_label_print(&text, "%llu of %llu inodes", (unsigned long long)use.used,
			       (unsigned long long)use.files);
	}
	sw_label_print(&text, ", ");
	sw_label_add_name(&text, use.type);
	sw_label_print(&text, " ");
	sw_label_add_name(&text, use.device);
	say_wrapped(text.s, (size_t)n, 8);
	if (d->held.n == 0)
		return;
	printf("%8s", "");
	say_wrapped(d->held.s, 8, 8);
}

void screen_disks_say(const struct screen_disks *d, const struct sw_host *h, size_t top)
{
	size_t said = 0;

	screen_head(h, "File systems by inodes");
	for (; said < d->n && (said < top || rank_of(&d->disk[said]) >= screen_full); said++)
		say_disk(&d->disk[said], h);
	if (said < d->all)
		printf("%8sand %zu more\n", "", d->all - said);
	if (d->why.code)
		screen_unknown(d->all > 0 ? "others" : "how full they are", &d->why.text);
	else if (d->all == 0)
		puts("  none here counts inodes");
}

void screen_disks_json(const struct screen_disks *d)
{
	fputs("\"file_systems\":[", stdout);
	for (size_t i = 0; i < d->n; i++) {
		const struct sw_inode_use use = screen_disk_use(&d->disk[i]);

		fputs(i > 0 ? ",{\"mount\":" : "{\"mount\":", stdout);
		say_json(stdout, use.mount);
		fputs(",\"device\":", stdout);
		say_json(stdout, use.device);
		fputs(",\"type\":", stdout);
		say_json(stdout, use.type);
		if (use.why.code)
			screen_json_unknown("unknown", &use.why.text);
		else
			printf(",\"inodes\":%llu,\"used\":%llu,\"percent\":%.2f",
			       (unsigned long long)use.files, (unsigned long long)use.used,
			       use.percent);
		if (d->disk[i].held.n > 0) {
			fputs(d->disk[i].space ? ",\"space_missing\":" : ",\"directories\":",
			      stdout);
			say_json(stdout, raw_of(d->disk[i].held.s));
		}
		putchar('}');
	}
	putchar(']');
	if (d->why.code)
		screen_json_unknown("file_systems_unknown", &d->why.text);
}

/* The last word of hold, release and delete. */
#include <stdlib.h>

#include "incident/act.h"

static void say_selected(FILE *to, const struct act *a)
{
	const struct select *s = &a->select;

	fprintf(to, "{\"%s\":", options_by_name[s->by]);
	if (s->by == BY_UID)
		fprintf(to, "%llu", (unsigned long long)s->uid);
	else
		say_json(to, s->asked);
	for (size_t i = 0; i < s->spellings; i++) {
		fputs(i == 0 ? ",\"spellings\":[" : ",", to);
		say_json(to, s->spelling[i]);
	}
	fputs(s->spellings > 0 ? "]}" : "}", to);
}

static void say_undo_json(const struct act *a, const char *verb)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	if (!to)
		return;
	run_say_command(to, a->run, verb);
	if (say_close(to, &text)) {
		fputs(",\"undo\":", stdout);
		say_json(stdout, raw_from(text, n));
	}
	free(text);
}

static void say_number(const char *name, uint64_t n)
{
	printf(",\"%s\":%llu", name, (unsigned long long)n);
}

/* "account alice@example.com (also spelled Alice@example.com)" */
static struct sw_label selected(const struct act *a)
{
	const struct select *s = &a->select;
	struct sw_label l = act_name(a);

	for (size_t i = 0; i < s->spellings; i++) {
		sw_label_print(&l, i == 0 ? " (also spelled " : ", ");
		sw_label_add_name(&l, s->spelling[i]);
	}
	if (s->spellings > 0)
		sw_label_print(&l, s->more_spellings ? " and more)" : ")");
	return l;
}

/* What a verb did, of how many, and what it leaves undone. */
struct outcome {
	const char *past;  /* "held" */
	const char *where; /* " (in hold now)" */
	const char *undo;  /* the verb; NULL: there is none */
	uint64_t n;
	uint64_t already; /* delivered */
	uint64_t left;
	uint64_t undone; /* of `left`, what it should have done */
};

static struct outcome outcome_of(const struct act *a)
{
	const struct act_count *c = &a->count;
	struct outcome o = { .already = c->done + a->gone_done };

	switch (a->run->verb->name[0]) {
	case 'h':
		o.past = "held";
		o.undo = "release";
		o.n = c->held;
		o.left = o.undone = c->left;
		break;
	case 'r':
		o.past = "released";
		o.undo = "hold";
		o.n = a->released;
		o.left = c->held + c->done;
		o.undone = o.left - c->theirs;
		o.already = a->gone_done;
		break;
	default:
		o.past = "deleted";
		o.n = a->deleted;
		o.left = o.undone = c->left + c->held + c->done;
		o.already = a->gone_done;
		break;
	}
	return o;
}

static void say_json_object(const struct act *a, const struct outcome *o)
{
	printf("{\"schema\":1,\"verb\":\"%s\",\"select\":", a->run->verb->name);
	say_selected(stdout, a);
	say_number(o->past, o->n);
	say_number("already_delivered", o->already);
	say_number("strangers_put_back", a->strangers);
	say_number("bounces", a->count.bounces);
	say_number("left", o->left);
	if (a->count.flight > 0)
		say_number("in_flight", a->count.flight);
	if (o->undo)
		say_undo_json(a, o->undo);
	puts("}");
}

static void say_also(uint64_t n, const char *words)
{
	if (n > 0)
		printf(", %llu %s", (unsigned long long)n, words);
}

static void say_sentence(const struct act *a, const struct outcome *o, bool partly)
{
	struct sw_label who = selected(a);

	printf("%s %llu", o->past, (unsigned long long)o->n);
	if (partly)
		printf(" of %llu", (unsigned long long)(o->n + o->undone));
	printf(" messages of %s", who.s);
	say_also(o->already, "delivered already");
	say_also(a->count.flight, "being delivered now");
	say_also(a->strangers, "of others put back");
	say_also(a->count.bounces, "bounces of it in the queues");
	say_also(o->left, o->undone == o->left ? "left" : "left that others put into hold");
	if (o->undone > 0)
		say_also(a->count.queue[0], "of them in maildrop, which pickup has not taken");
	if (a->full && a->run->verb->name[0] == 'h') {
		fputs("; delete needs no room: ", stdout);
		run_say_command(stdout, a->run, "delete");
	} else if (o->undo && o->n > 0) {
		fputs("; undo: ", stdout);
		run_say_command(stdout, a->run, o->undo);
	}
	putchar('\n');
}

int act_say(struct act *a)
{
	struct outcome o = outcome_of(a);
	bool partly = a->failed.code || a->stuck.code || run_is_ended() || o.undone > 0 ||
		      a->unreadable > 0;

	const struct sw_fault *why = a->failed.code ? &a->failed : &a->stuck;

	if (why->code)
		fprintf(stderr, "spoolwatch: %s: %s\n", a->run->verb->name, why->text.s);
	else if (run_is_ended())
		fprintf(stderr, "spoolwatch: %s: ended by a signal\n", a->run->verb->name);
	if (a->journal.broken.code && a->run->verb->name[0] == 'h')
		fprintf(stderr, "spoolwatch: the journal does not know of it; release will reload "
				"Postfix\n");
	if (a->run->options->json)
		say_json_object(a, &o);
	else
		say_sentence(a, &o, partly);
	return partly ? EXIT_PARTLY : EXIT_DONE;
}

int act_say_dry(struct act *a)
{
	const struct act_count *c = &a->count;
	char verb = a->run->verb->name[0];
	uint64_t in_hold = verb == 'h' ? 0 : c->held + c->done;
	uint64_t n = in_hold + (verb == 'r' ? 0 : c->left);
	struct sw_label who = selected(a);

	if (a->run->options->json) {
		printf("{\"schema\":1,\"verb\":\"%s\",\"select\":", a->run->verb->name);
		say_selected(stdout, a);
		fputs(",\"dry_run\":true", stdout);
		say_number("messages", n);
		say_number("already_delivered", c->done);
		say_number("bounces", c->bounces);
		fputs(",\"queues\":{", stdout);
		printf("\"hold\":%llu", (unsigned long long)(c->held + c->done));
		for (size_t i = 0; i < SW_COUNT(act_queues); i++)
			say_number(act_queues[i], c->queue[i]);
		puts("}}");
		return EXIT_DONE;
	}
	printf("would %s %llu messages of %s (hold %llu", a->run->verb->name, (unsigned long long)n,
	       who.s, (unsigned long long)(c->held + c->done));
	for (size_t i = 0; i < SW_COUNT(act_queues); i++)
		printf(", %s %llu", act_queues[i], (unsigned long long)c->queue[i]);
	say_also(c->bounces, "bounces of it");
	puts("); nothing was changed, --yes does it");
	return EXIT_DONE;
}

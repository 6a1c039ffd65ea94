/*
 * trial: run a plugin again and again, each time with another fault, and judge what it says:
 *
 *     trial [-s SEED] [-m SHALLOW] [-v] [-k[k]] [-w] [-p memory.so] [-t STATE] [-n NAME] PLUGIN
 * [MODE] trial -o FAULT ... PLUGIN [MODE]      one fault, and what it says
 *
 * The environment is the plugin's. Of the faults that there are one in SHALLOW is tried, chosen by
 * SEED; with -v only those that another seed makes others. With -t MUNIN_STATEFILE is a copy of
 * STATE, and after each run one without a fault must say the truth with what was left of it. -l: a
 * live host, whose values move: only the form counts. -k: nothing but one request for memory fails;
 * -kk: or all from one on. -w: what is run is no plugin, but says text or an object.
 * FAULT is as it is printed: CALL:NUMBER:ERRNO[:always].
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.h"

enum { SHOWN_MAX = 12 };

struct trial {
	char *const *argv;
	const char *name, *preload, *state;
	char copy[64]; /* of the state */
	uint64_t random;
	unsigned shallow;
	bool varied;		/* only what SEED decides */
	int starved;		/* 1: only one request for memory fails, 2: or all after it, too */
	bool words;		/* it is no plugin */
	bool moving;		/* what is true changes from run to run */
	struct run truth, next; /* without a fault: the first run, and the one after it */
	size_t runs, findings;
};

/* SplitMix64 */
static uint64_t draw(struct trial *t)
{
	uint64_t z = t->random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static void copy_state(const struct trial *t)
{
	static char buf[1 << 20];
	int from = t->state ? open(t->state, O_RDONLY | O_CLOEXEC) : -1;
	int to;
	ssize_t n;

	if (!t->state)
		return;
	unlink(t->copy);
	n = from < 0 ? 0 : read(from, buf, sizeof(buf));
	to = n > 0 ? open(t->copy, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (to >= 0 && write(to, buf, (size_t)n) != n)
		abort();
	if (to >= 0)
		close(to);
	if (from >= 0)
		close(from);
}

static bool is_as(const struct run *a, const struct run *b)
{
	return a->status == b->status && a->out_n == b->out_n && a->err_n == b->err_n &&
	       memcmp(a->out, b->out, a->out_n) == 0 && memcmp(a->err, b->err, a->err_n) == 0;
}

static const char *judge_next(const struct trial *t)
{
	static const struct fault none = { .kind = FAULT_NONE };
	static const struct fault unseen = {
		.kind = FAULT_MEMORY
	}; /* as none, and no call is looked at */
	struct run after;
	const char *wrong = NULL;

	if (!supervise(t->argv, NULL, &unseen, &after))
		return "no second run";
	if (judge(&t->truth, &after, &none, false) && judge(&t->next, &after, &none, false))
		wrong = "the run after it says something else";
	else if (strstr(after.err, "damaged") || strstr(after.err, "no state file"))
		wrong = "it left a state that is none";
	run_free(&after);
	return wrong;
}

static const char *judge_all(const struct trial *t, const struct run *got, const struct fault *f,
			     bool weak)
{
	const char *wrong;

	if (t->words)
		return judge_starved_words(&t->truth, got, f);
	wrong = judge(&t->truth, got, f, weak);
	if (!wrong && f->kind == FAULT_MEMORY && !weak)
		wrong = judge_starved(&t->truth, got);
	return wrong;
}

static void print_fault(const struct trial *t, const struct fault *f)
{
	if (f->kind == FAULT_MEMORY)
		printf("memory:%zu", f->at);
	else if (f->kind == FAULT_SHORT)
		printf("%s:%zu:short%u", call_kind(t->truth.call[f->at])->name, f->at, f->bytes);
	else
		printf("%s:%zu:%s", call_kind(t->truth.call[f->at])->name, f->at,
		       error_name(f->error));
	printf("%s", f->always ? ":always" : "");
}

static const char *try_once(struct trial *t, const struct fault *f, bool weak)
{
	struct run got;
	const char *wrong;

	copy_state(t);
	if (!supervise(t->argv, f->kind == FAULT_MEMORY ? t->preload : NULL, f, &got)) {
		fprintf(stderr, "%s: it can't be run\n", t->name);
		exit(2);
	}
	t->runs++;
	wrong = judge_all(t, &got, f, weak);
	if (!wrong && t->state)
		wrong = judge_next(t);
	run_free(&got);
	return wrong;
}

static void try_fault(struct trial *t, const struct fault *f)
{
	bool weak = t->moving || (f->kind == FAULT_ERROR && error_is_weak(f->error));
	const char *wrong;

	if (t->shallow > 1 && draw(t) % t->shallow != 0)
		return;
	wrong = try_once(t, f, weak);
	/* on a machine that is busy a run may end its reading in the middle, and say so */
	for (int again = 0; wrong && f->kind == FAULT_MEMORY && again < 2; again++)
		wrong = try_once(t, f, weak);
	if (wrong && t->findings++ < SHOWN_MAX) {
		printf("not ok - %s, ", t->name);
		print_fault(t, f);
		printf(": %s\n", wrong);
		fflush(stdout);
	}
}

/* The call `at` of a run without a fault. */
static void point_to(const struct trial *t, size_t at, struct fault *f)
{
	f->at = at;
	f->number = t->truth.call[at];
	f->nth = 0;
	for (size_t i = 0; i < at; i++)
		f->nth += t->truth.call[i] == f->number;
}

static void try_call(struct trial *t, size_t at)
{
	const struct call_kind *k = call_kind(t->truth.call[at]);
	struct fault f = { .at = at };

	if (!k)
		return;
	point_to(t, at, &f);
	f.kind = FAULT_ERROR;
	for (size_t i = 0; !t->varied && k->error[i]; i++) {
		f.error = k->error[i];
		f.always = false;
		try_fault(t, &f);
		f.always = true;
		if (!error_passes(f.error))
			try_fault(t, &f);
	}
	if (!k->does_io)
		return;
	f.kind = FAULT_SHORT;
	f.bytes = 1;
	f.always = false;
	if (!t->varied)
		try_fault(t, &f);
	f.always = true;
	f.bytes = 16 + (uint32_t)(draw(t) % 4000);
	try_fault(t, &f);
}

/* main() begins with signal(2), which the loader never calls: what comes before is not ours. */
static size_t first_call(const struct run *r)
{
	for (size_t i = 0; i < r->calls; i++)
		if (r->call[i] == SYS_rt_sigaction)
			return i;
	return 0;
}

static void try_memory(struct trial *t, size_t requests)
{
	struct fault f = { .kind = FAULT_MEMORY };

	for (f.at = 1; f.at <= requests; f.at++) {
		f.always = false;
		try_fault(t, &f);
		f.always = true;
		if (t->starved != 1)
			try_fault(t, &f);
	}
}

/* What is true: two runs that say the same, and a third with what the second left. */
static bool find_truth(struct trial *t, size_t *requests)
{
	static const struct fault none = { .kind = FAULT_NONE };
	struct run again;
	bool same;

	copy_state(t);
	if (!supervise(t->argv, t->preload, &none, &again))
		return false;
	*requests = again.requests;
	copy_state(t);
	if (!supervise(t->argv, NULL, &none, &t->truth))
		return false;
	t->truth.call = memcpy(malloc(t->truth.calls * sizeof(int) + 1), t->truth.call,
			       t->truth.calls * sizeof(int));
	same = t->moving || is_as(&again, &t->truth);
	run_free(&again);
	if (!same)
		printf("not ok - %s: two runs say different things\n", t->name);
	if (!WIFEXITED(t->truth.status) || (!t->words && WEXITSTATUS(t->truth.status) != 0))
		printf("not ok - %s: it fails without a fault: %s\n", t->name, t->truth.err);
	if (!supervise(t->argv, NULL, &none, &t->next))
		return false;
	return same && (t->words ? WIFEXITED(t->truth.status) : t->truth.status == 0);
}

static bool parse(struct trial *t, const char *text, struct fault *f)
{
	char name[64];
	char what[64];
	int n = 0;

	if (sscanf(text, "memory:%zu%n", &f->at, &n) == 1) {
		f->kind = FAULT_MEMORY;
	} else if (sscanf(text, "%63[^:]:%zu:%63[^:]%n", name, &f->at, what, &n) == 3) {
		f->kind = sscanf(what, "short%u", &f->bytes) == 1 ? FAULT_SHORT : FAULT_ERROR;
		f->error = f->kind == FAULT_ERROR ? error_of(what) : 0;
		if (f->at >= t->truth.calls || !call_kind(t->truth.call[f->at]) ||
		    strcmp(call_kind(t->truth.call[f->at])->name, name) != 0)
			fprintf(stderr, "call %zu is not %s this time\n", f->at, name);
		else
			point_to(t, f->at, f);
	} else {
		return false;
	}
	f->always = strcmp(text + n, ":always") == 0;
	return true;
}

static int show(struct trial *t, const char *text)
{
	struct fault f = { .kind = FAULT_NONE };
	struct run got;
	const char *wrong;

	if (!parse(t, text, &f))
		return 2;
	copy_state(t);
	if (!supervise(t->argv, f.kind == FAULT_MEMORY ? t->preload : NULL, &f, &got))
		return 2;
	wrong = judge_all(t, &got, &f, f.kind == FAULT_ERROR && error_is_weak(f.error));
	printf("%s-- stderr\n%s-- status %d, %s\n", got.out, got.err, got.status,
	       wrong ? wrong : "well");
	return wrong != NULL;
}

int main(int argc, char **argv)
{
	struct trial t = { .shallow = 1 };
	const char *one = NULL;
	size_t requests = 0;
	int option;

	while ((option = getopt(argc, argv, "+s:m:p:t:n:o:lvkw")) >= 0) {
		if (option == 's')
			t.random = strtoull(optarg, NULL, 10);
		else if (option == 'm')
			t.shallow = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'p')
			t.preload = optarg;
		else if (option == 't')
			t.state = optarg;
		else if (option == 'n')
			t.name = optarg;
		else if (option == 'l')
			t.moving = true;
		else if (option == 'k')
			t.starved++;
		else if (option == 'w')
			t.words = true;
		else if (option == 'v')
			t.varied = true;
		else if (option == 'o')
			one = optarg;
		else
			return 2;
	}
	if (optind == argc)
		return 2;
	t.argv = argv + optind;
	if (!t.name)
		t.name = t.argv[0];
	for (const char *p = t.name; *p; p++) /* each case has faults of its own */
		t.random = t.random * 31 + (unsigned char)*p;
	if (t.state) {
		snprintf(t.copy, sizeof(t.copy), "/dev/shm/trial.%d", (int)getpid());
		setenv("MUNIN_STATEFILE", t.copy, 1);
	}
	if (!find_truth(&t, &requests)) {
		unlink(t.copy);
		return 2;
	}
	if (one)
		return show(&t, one);
	for (size_t i = first_call(&t.truth); !t.starved && i < t.truth.calls; i++)
		try_call(&t, i);
	if (t.preload && !t.varied)
		try_memory(&t, requests);
	if (t.state)
		unlink(t.copy);
	printf("%s: %zu calls, %zu requests for memory, %zu runs, %zu findings\n", t.name,
	       t.truth.calls, requests, t.runs, t.findings);
	return t.findings > 0;
}

/*
 * The expander beside the real postconf(1): main.cf texts of random nested references, each value
 * as `postconf -x` says it, or both refuse it. Without postconf this is skipped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "os/clock.h"
#include "os/command.h"
#include "postfix/maincf.h"
#include "test.h"

enum { TEXTS = 150, SEED = 20261123 };

static uint64_t state_of_dice = SEED;

static unsigned dice(unsigned sides)
{
	state_of_dice = state_of_dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state_of_dice >> 33) % sides;
}

struct text {
	char s[32768];
	size_t n;
};

static void add(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->n + n >= sizeof(t->s))
		return;
	memcpy(t->s + t->n, s, n + 1);
	t->n += n;
}

static const char *pick(const char *const *list, unsigned n)
{
	return list[dice(n)];
}

static void add_name(struct text *t)
{
	static const char *const names[] = { "p0",
					     "p1",
					     "p2",
					     "p3",
					     "p4",
					     "p5",
					     "p6",
					     "p7",
					     "config_directory",
					     "mail_owner",
					     "maillog_file",
					     "multi_instance_name",
					     "multi_instance_directories" };

	add(t, pick(names, SW_COUNT(names)));
}

static void add_value(struct text *t, unsigned depth);

static void add_operand(struct text *t, unsigned depth)
{
	static const char *const blanks[] = { "", "", "", " ", "\t" };

	add(t, pick(blanks, SW_COUNT(blanks)));
	add(t, "{");
	add_value(t, depth);
	add(t, dice(40) ? "}" : "");
	add(t, pick(blanks, SW_COUNT(blanks)));
}

static void add_reference(struct text *t, unsigned depth)
{
	static const char *const operations[] = { "==", "!=", "<", "<=", ">=", ">", "=", "" };
	unsigned kind = dice(8);

	if (kind < 2) {
		add(t, kind ? "$" : "$(");
		add_name(t);
		add(t, kind ? "" : ")");
		return;
	}
	add(t, "${");
	if (kind == 7) {
		add_operand(t, depth);
		add(t, operations[dice(dice(8) ? 6 : 8)]);
		add_operand(t, depth);
	} else {
		add(t, dice(8) ? "" : " ");
		add_name(t);
		add(t, dice(8) ? "" : " ");
	}
	if (kind >= 5) {
		add(t, "?");
		add_operand(t, depth);
		add(t, ":");
		add_operand(t, depth);
	} else if (kind >= 3) {
		add(t, kind == 3 ? "?" : ":");
		add_value(t, depth);
	}
	add(t, "}");
}

static void add_value(struct text *t, unsigned depth)
{
	static const char *const words[] = { "/a", "b",	 "10", "9", "/", "x y", ":", "?",
					     "=",  "$$", ".",  "-", "",	 "#",	"07" };

	for (unsigned n = dice(3); n > 0; n--)
		if (depth > 0 && dice(2))
			add_reference(t, depth - 1);
		else
			add(t, pick(words, SW_COUNT(words)));
	if (dice(60) == 0)
		add(t, "$");
}

/* Parameters refer to later ones, now and then to any. */
static void make_text(struct text *t)
{
	static const char *const ends[] = { "\n",   "\n",      "\n",
					    "\r\n", " \n",     "\n# comment\n",
					    "\n\n", "\n \t\n", "\n  # comment\n" };
	char name[16];

	t->n = 0;
	add(t, "p0=\np1=\np2=\np3=\np4=\np5=\np6=\np7=\n");
	for (unsigned i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "p%u", dice(10) ? i : dice(8));
		add(t, name);
		add(t, dice(10) ? " = " : pick(ends, SW_COUNT(ends)));
		add(t, t->s[t->n - 1] == '\n' ? "  =" : "");
		add_value(t, 2);
		if (dice(4) == 0) {
			add(t, pick(ends, SW_COUNT(ends)));
			add(t, dice(2) ? " " : "\t");
			add_value(t, 1);
		}
		add(t, pick(ends, SW_COUNT(ends)));
	}
	add(t, "queue_directory = x");
	add_value(t, 4);
	add_reference(t, 4);
	add(t, "\n");
}

/* Postfix waits for a main.cf that was written to within the last seconds (util/dict.c). */
static void write_old(const struct sw_host *h, const char *path, const char *text)
{
	static const struct timespec then[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

	host_file(h, path, text);
	assert_int_equal(utimensat(AT_FDCWD, host_path(h, path), then, 0), 0);
}

/* postconf prints one blank for many; a value's NUL is at its end alone. */
static void squeeze(char *s)
{
	struct sw_raw rest = raw_of(s);
	struct sw_raw word;
	size_t n = 0;

	while (raw_word(&rest, " \t\r\n\f\v", &word)) {
		if (n > 0)
			s[n++] = ' ';
		memmove(s + n, word.p, word.n);
		n += word.n;
	}
	s[n] = '\0';
}

static int real(const struct sw_host *h, const char *directory, const char *name, char *buf,
		size_t size)
{
	const char *argv[] = { "postconf", "-x", "-h", "-c", directory, name, NULL };
	struct sw_fault why = { 0 };
	int rc = command_output(argv, clock_ms() + 20000, buf, size, &why);

	(void)h;
	if (rc >= 0)
		squeeze(buf);
	return rc;
}

static bool has_postconf(void)
{
	const char *argv[] = { "postconf", "-d", "-h", "mail_version", NULL };
	struct sw_fault why = { 0 };
	char buf[64];

	return command_output(argv, clock_ms() + 20000, buf, sizeof(buf), &why) > 0;
}

enum outcome { SAID, REFUSED, ASKED };

static enum outcome compare(const struct sw_host *h, const char *text, enum maincf_parameter parameter,
			    const char *name)
{
	static char theirs[1 << 16];
	struct sw_fault why = { 0 };
	const char *value = "";
	char *ours;
	struct maincf *m = NULL;
	int rc;
	bool fine;

	write_old(h, "/main.cf", text);
	host_file(h, "/master.cf", "");
	assert_int_equal(maincf_open(h, "/", &m, &why), 0);
	maincf_close(m);
	m = maincf_parse(h->root_path, raw_of(text)); /* $config_directory is what -c says */
	assert_non_null(m);
	rc = maincf_value(m, NULL, parameter, &value, &why);
	if (rc == -ENODATA) { /* "$p" with a digit behind it: another name */
		maincf_close(m);
		return ASKED;
	}
	ours = strdup(value);
	assert_non_null(ours);
	squeeze(ours);
	fine = real(h, h->root_path, name, theirs, sizeof(theirs)) >= 0;
	if (fine != (rc == 0) || (fine && strcmp(ours, theirs) != 0))
		fail_msg("%s: got \"%s\" (%s), want \"%s\"%s, of\n%s", name, ours, why.text.s,
			 fine ? theirs : "", fine ? "" : " (refused)", text);
	free(ours);
	maincf_close(m);
	return fine ? SAID : REFUSED;
}

static void a_random_value_is_what_postconf_says(void **state)
{
	static struct text t;
	struct sw_host h = host_new(NULL);
	int n[ASKED + 1] = { 0 };

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		make_text(&t);
		n[compare(&h, t.s, MAINCF_QUEUE_DIRECTORY, "queue_directory")]++;
	}
	printf("%d values said, %d refused, %d asked from postconf\n", n[SAID], n[REFUSED],
	       n[ASKED]);
	want_number("most are said", n[SAID] > TEXTS / 2, true);
	want_number("some are refused", n[REFUSED] > 5, true);
	want_number("few are asked", n[ASKED] < TEXTS / 10, true);
	host_remove(&h);
}

static void defaults_are_what_postconf_says(void **state)
{
	static const struct {
		const char *text;
		enum maincf_parameter parameter;
		const char *name;
	} rows[] = {
		{ "", MAINCF_QUEUE_DIRECTORY, "queue_directory" },
		{ "", MAINCF_MAILLOG_FILE, "maillog_file" },
		{ "", MAINCF_MULTI_INSTANCE_DIRECTORIES, "multi_instance_directories" },
		{ "", MAINCF_MULTI_INSTANCE_NAME, "multi_instance_name" },
		{ "", MAINCF_SYSLOG_NAME, "syslog_name" },
		{ "", MAINCF_MAIL_OWNER, "mail_owner" },
		{ "multi_instance_name = postfix-out\n", MAINCF_SYSLOG_NAME, "syslog_name" },
		{ "multi_instance_name =\n x\n", MAINCF_SYSLOG_NAME, "syslog_name" },
		{ "config_directory = /x\nmaillog_file = $config_directory/log\n",
		  MAINCF_MAILLOG_FILE, "maillog_file" },
		{ "maillog_file = $queue_directory/log\n", MAINCF_MAILLOG_FILE, "maillog_file" },
		{ "a = $b\nb = ${c?x}\nc = $d\nmulti_instance_directories = $a,$b\t, $e\n",
		  MAINCF_MULTI_INSTANCE_DIRECTORIES, "multi_instance_directories" },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		/* $d and $e are set, or who could say that no Postfix knows them? */
		static struct text t;

		t.n = 0;
		add(&t, "d =\ne=/e\n");
		add(&t, rows[i].text);
		want_number(rows[i].name, compare(&h, t.s, rows[i].parameter, rows[i].name), SAID);
	}
	host_remove(&h);
}

/* What main.cf does not say, asked through maincf_value(): the same once more. */
static void what_is_asked_is_what_postconf_says(void **state)
{
	static const char text[] = "queue_directory = $data_directory/${no_such}q\n"
				   "maillog_file = ${mail_name?{/var/log/$mail_name}:{x}}\n";
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	const char *got = "";
	char want[4096];
	struct maincf *m;

	(void)state;
	write_old(&h, "/etc/postfix/main.cf", text);
	assert_int_equal(maincf_open(&h, "/etc/postfix", &m, &why), 0);
	want_number("asked", maincf_value(m, &h, MAINCF_QUEUE_DIRECTORY, &got, &why), 0);
	assert_true(real(&h, host_path(&h, "/etc/postfix"), "queue_directory", want, sizeof(want)) >
		    0);
	want_text("queue_directory", got, want);
	want_number("asked", maincf_value(m, &h, MAINCF_MAILLOG_FILE, &got, &why), 0);
	want_text("maillog_file", got, "/var/log/Postfix");
	maincf_close(m);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_what_postconf_says),
		cmocka_unit_test(a_random_value_is_what_postconf_says),
		cmocka_unit_test(what_is_asked_is_what_postconf_says),
	};

	if (!has_postconf()) {
		printf("skipped - postconf is not installed: values beside it\n");
		return 0;
	}
	return cmocka_run_group_tests_name("postconf", tests, NULL, NULL);
}

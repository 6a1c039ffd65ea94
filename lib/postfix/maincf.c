#include "postfix/maincf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/print.h"
#include "os/command.h"
#include "postfix/expand.h"

enum { FILE_MAX = 4 << 20, POSTCONF_MS = 5000 };

/* Of global/mail_params.h; what packagers set differently is in the main.cf that they ship. */
static const struct {
	const char *name;
	const char *value;
} defaults[MAINCF_PARAMETERS] = {
	[MAINCF_QUEUE_DIRECTORY] = { "queue_directory", "/var/spool/postfix" },
	[MAINCF_MAILLOG_FILE] = { "maillog_file", "" },
	[MAINCF_MULTI_INSTANCE_DIRECTORIES] = { "multi_instance_directories", "" },
	[MAINCF_MULTI_INSTANCE_NAME] = { "multi_instance_name", "" },
	[MAINCF_SYSLOG_NAME] = { "syslog_name",
				 "${multi_instance_name?{$multi_instance_name}:{postfix}}" },
	[MAINCF_MAIL_OWNER] = { "mail_owner", "postfix" },
};

/* postconf(1) would name itself. */
static const char *const of_a_process[] = { "process_name", "process_id", "service_name" };

struct assignment {
	const char *name;
	const char *value;
};

struct value {
	char *text; /* NULL: see why */
	struct sw_fault why;
};

struct maincf {
	char *path;
	char *config_directory;
	char *text; /* logical lines as terminated names and values */
	struct assignment *set;
	size_t n;
	size_t room;
	enum maincf_state state;
	bool expanded;
	struct value value[MAINCF_PARAMETERS];
};

static bool add(struct maincf *m, const char *name, const char *value)
{
	if (m->n == m->room) {
		size_t room = m->room ? 2 * m->room : 64;
		struct assignment *grown = realloc(m->set, room * sizeof(*grown));

		if (!grown)
			return false;
		m->set = grown;
		m->room = room;
	}
	m->set[m->n++] = (struct assignment){ name, value };
	return true;
}

/* One logical line, terminated: Postfix sees no further than its first NUL. False: no memory. */
static bool take_assignment(struct maincf *m, char *line)
{
	size_t n = strlen(line);
	size_t equal = raw_find(raw_from(line, n), '=');
	struct sw_raw name = raw_trim(raw_from(line, equal));
	struct sw_raw value;

	if (equal == n || name.n == 0)
		return true;
	for (size_t i = 0; i < name.n; i++)
		if (raw_is_blank(name.p[i]))
			return true;
	value = raw_trim(raw_from(line + equal + 1, n - equal - 1));
	line[name.p - line + (ptrdiff_t)name.n] = '\0';
	line[value.p - line + (ptrdiff_t)value.n] = '\0';
	return add(m, name.p, value.p);
}

/*
 * Logical lines are put together where they stand: a line and its newline leave room for the text,
 * the blank that joins it, and the NUL. Blank lines and lines whose first text is '#' are
 * comments, between continuation lines too. A continuation of nothing is skipped, with its own.
 */
static bool take_lines(struct maincf *m, size_t size)
{
	struct sw_raw rest = raw_from(m->text, size);
	char *line = m->text;
	size_t n = 0;

	while (rest.n > 0) {
		size_t end = raw_find(rest, '\n');
		struct sw_raw text = raw_trim(raw_from(rest.p, end));
		bool continues = raw_is_blank(rest.p[0]);

		rest = raw_skip(rest, end < rest.n ? end + 1 : end);
		if (text.n == 0 || text.p[0] == '#')
			continue;
		m->state = MAINCF_DAMAGED;
		if (continues && n == 0)
			continue;
		if (!continues && n > 0) {
			line[n] = '\0';
			if (!take_assignment(m, line))
				return false;
			line += n + 1;
			n = 0;
		}
		if (continues)
			line[n++] = ' ';
		memmove(line + n, text.p, text.n);
		n += text.n;
	}
	line[n] = '\0';
	return take_assignment(m, line);
}

static int by_name(const void *a, const void *b)
{
	const struct assignment *x = a;
	const struct assignment *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->name > y->name) - (x->name < y->name);
}

/* In order, one for a name: its last. */
static void sort(struct maincf *m)
{
	size_t kept = 0;

	if (m->n > 0)
		qsort(m->set, m->n, sizeof(*m->set), by_name);
	for (size_t i = 0; i < m->n; i++)
		if (i + 1 == m->n || strcmp(m->set[i].name, m->set[i + 1].name) != 0)
			m->set[kept++] = m->set[i];
	m->n = kept;
}

struct maincf *maincf_parse(const char *config_directory, struct sw_raw text)
{
	struct maincf *m = calloc(1, sizeof(*m));
	size_t n = strlen(config_directory);

	while (n > 1 && config_directory[n - 1] == '/')
		n--;
	if (!m)
		return NULL;
	m->config_directory = strndup(config_directory, n);
	m->text = malloc(text.n + 1);
	m->state = MAINCF_EMPTY;
	if (m->text && text.n > 0)
		memcpy(m->text, text.p, text.n);
	if (m->config_directory)
		m->path = print_new("%s/main.cf", m->config_directory);
	if (!m->path || !m->text || !take_lines(m, text.n)) {
		maincf_close(m);
		return NULL;
	}
	sort(m);
	if (m->n > 0)
		m->state = MAINCF_READ;
	return m;
}

void maincf_close(struct maincf *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < MAINCF_PARAMETERS; i++)
		free(m->value[i].text);
	free(m->set);
	free(m->text);
	free(m->path);
	free(m->config_directory);
	free(m);
}

/* There is no main.cf: is there a directory for it? */
static int look_for_directory(const struct sw_host *h, const char *path, enum maincf_state *ret,
			      struct sw_fault *why)
{
	struct sw_fault cause = { 0 };
	int fd = host_openat(h, path, O_PATH | O_DIRECTORY, &cause);

	if (fd >= 0)
		close(fd);
	if (fd < 0 && fd != -ENOENT && fd != -ENOTDIR)
		return fault_wrap(why, &cause, "%s", "");
	*ret = fd < 0 ? MAINCF_NO_DIRECTORY : MAINCF_ABSENT;
	return 0;
}

int maincf_open(const struct sw_host *h, const char *config_directory, struct maincf **ret,
		struct sw_fault *why)
{
	struct sw_fault cause = { 0 };
	struct sw_raw text = { NULL, 0 };
	enum maincf_state state = MAINCF_READ;
	char *path = print_new("%s/main.cf", config_directory);
	int rc;

	*ret = NULL;
	if (!path)
		return sw_fault_errno(why, ENOMEM, "read %s/main.cf", config_directory);
	rc = host_read(h, path, FILE_MAX, &text, &cause);
	free(path);
	if (rc == -ENOENT || rc == -ENOTDIR)
		rc = look_for_directory(h, config_directory, &state, why);
	else if (rc < 0)
		rc = fault_wrap(why, &cause, "%s", "");
	if (rc < 0)
		return rc;
	*ret = maincf_parse(config_directory, text);
	free((char *)text.p);
	if (!*ret)
		return sw_fault_errno(why, ENOMEM, "read %s/main.cf", config_directory);
	if (state != MAINCF_READ)
		(*ret)->state = state;
	return 0;
}

enum maincf_state maincf_state(const struct maincf *m)
{
	return m->state;
}

const char *maincf_path(const struct maincf *m)
{
	return m->path;
}

static int against_name(const void *key, const void *item)
{
	const struct sw_raw *name = key;
	const char *other = ((const struct assignment *)item)->name;
	int order = strncmp(name->p, other, name->n);

	return order ? order : other[name->n] ? -1 : 0;
}

static const char *find(const struct maincf *m, struct sw_raw name)
{
	const struct assignment *hit = NULL;

	if (m->n > 0)
		hit = bsearch(&name, m->set, m->n, sizeof(*m->set), against_name);
	return hit ? hit->value : NULL;
}

const char *maincf_text(const struct maincf *m, const char *name)
{
	return find(m, raw_of(name));
}

/* A name within a value: as main.cf says, else as we know Postfix. */
static int look_up(struct sw_raw name, struct sw_raw *ret, void *ctx, struct sw_fault *why)
{
	const struct maincf *m = ctx;
	const char *text = find(m, name);

	for (size_t i = 0; i < SW_COUNT(of_a_process); i++)
		if (raw_is(name, of_a_process[i]))
			return sw_fault(why, EINVAL,
					"it refers to %s, which each process has its own of",
					of_a_process[i]);
	for (size_t i = 0; i < MAINCF_PARAMETERS && !text; i++)
		if (raw_is(name, defaults[i].name))
			text = defaults[i].value;
	if (!text && raw_is(name, "config_directory"))
		text = m->config_directory;
	if (!text)
		return sw_fault(why, ENODATA, "it refers to %.*s, which main.cf does not set",
				(int)name.n, name.p);
	*ret = raw_of(text);
	return 0;
}

static void trim(char *text)
{
	struct sw_raw bare = raw_trim(raw_of(text));

	memmove(text, bare.p, bare.n);
	text[bare.n] = '\0';
}

static void expand_one(struct maincf *m, size_t i)
{
	const char *text = maincf_text(m, defaults[i].name);
	struct sw_fault cause = { 0 };

	if (expand(raw_of(text ? text : defaults[i].value), look_up, m, &m->value[i].text, &cause) <
	    0)
		fault_wrap(&m->value[i].why, &cause, "%s: %s cannot be expanded: ", m->path,
			   defaults[i].name);
	else
		trim(m->value[i].text);
}

/* "name = value", a line each, without those that this Postfix does not know. */
static void take_answer(struct maincf *m, size_t i, struct sw_raw answer)
{
	struct value *v = &m->value[i];
	struct sw_raw line;

	while (raw_word(&answer, "\n", &line)) {
		size_t equal = raw_find(line, '=');
		struct sw_raw value;

		if (equal == line.n || !raw_is(raw_trim(raw_from(line.p, equal)), defaults[i].name))
			continue;
		value = raw_trim(raw_skip(line, equal + 1));
		v->text = strndup(value.p, value.n);
		if (!v->text)
			sw_fault_errno(&v->why, ENOMEM, "%s: %s", m->path, defaults[i].name);
		else
			v->why = (struct sw_fault){ 0 };
		return;
	}
	sw_label_print(&v->why.text, ", and postconf knows no %s", defaults[i].name);
	v->why.code = EIO;
}

/* Once, for all that only postconf(1) can tell. */
static void ask_postconf(struct maincf *m, const struct sw_host *h)
{
	const char *argv[4 + MAINCF_PARAMETERS + 1] = { "postconf", "-x", "-c" };
	struct sw_fault cause = { 0 };
	size_t n = 4;
	char *directory = print_new("%s%s", h->copied ? h->root_path : "", m->config_directory);
	char *answer = malloc(EXPAND_MAX);
	int got;

	argv[3] = directory;
	for (size_t i = 0; i < MAINCF_PARAMETERS; i++)
		if (m->value[i].why.code == ENODATA)
			argv[n++] = defaults[i].name;
	if (directory && answer)
		got = command_output(argv, host_until(h, POSTCONF_MS), answer, EXPAND_MAX, &cause);
	else
		got = sw_fault_errno(&cause, ENOMEM, "run postconf");
	if (got == EXPAND_MAX - 1)
		got = sw_fault(&cause, E2BIG, "postconf says more than %d bytes", EXPAND_MAX - 2);
	for (size_t i = 0; i < MAINCF_PARAMETERS; i++) {
		if (m->value[i].why.code != ENODATA)
			continue;
		if (got >= 0) {
			take_answer(m, i, raw_from(answer, (size_t)got));
			continue;
		}
		sw_label_print(&m->value[i].why.text, ", and ");
		sw_label_append(&m->value[i].why.text, &cause.text);
		/* no postconf must not look like no main.cf */
		m->value[i].why.code = got == -ENOENT ? EIO : -got;
	}
	free(directory);
	free(answer);
}

int maincf_value(struct maincf *m, const struct sw_host *h, enum maincf_parameter parameter,
		 const char **ret, struct sw_fault *why)
{
	const struct value *v = &m->value[parameter];

	for (size_t i = 0; i < MAINCF_PARAMETERS && !m->expanded; i++)
		expand_one(m, i);
	m->expanded = true;
	if (v->why.code == ENODATA && h) /* which leaves none of them so */
		ask_postconf(m, h);
	if (!v->text)
		return fault_wrap(why, &v->why, "%s", "");
	*ret = v->text;
	return 0;
}

#include "incident/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>

#include "base/num.h"

const char *const options_by_name[BY_KINDS] = { "account", "client", "sender",
						"uid",	   "domain", "reason" };

enum {
	OPTION_JSON = 256,
	OPTION_YES,
	OPTION_TOP,
	OPTION_BY,
	OPTION_INIT,
	OPTION_DAY,
	OPTION_SAVE,
	OPTION_CONFIG,
	OPTION_ONCE,
	OPTION_HELP,
	OPTION_VERSION
};
enum { OPTION_SELECT = 512 }; /* and what it is by */

static const struct option longs[] = {
	{ "config-directory", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "yes", no_argument, NULL, OPTION_YES },
	{ "top", required_argument, NULL, OPTION_TOP },
	{ "by", required_argument, NULL, OPTION_BY },
	{ "init", no_argument, NULL, OPTION_INIT },
	{ "day", no_argument, NULL, OPTION_DAY },
	{ "save", required_argument, NULL, OPTION_SAVE },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "once", no_argument, NULL, OPTION_ONCE },
	{ "client", required_argument, NULL, OPTION_SELECT + BY_CLIENT },
	{ "sender", required_argument, NULL, OPTION_SELECT + BY_SENDER },
	{ "uid", required_argument, NULL, OPTION_SELECT + BY_UID },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ 0 },
};

/* What a line holds, before it is known of which verb. */
struct line {
	struct options *options;
	unsigned given;	     /* TAKES_... */
	const char *name[2]; /* what is no option: the verb, and one more */
	size_t names;
};

static int add_name(struct line *l, const char *name, struct sw_fault *why)
{
	if (l->names == SW_COUNT(l->name))
		return sw_fault(why, EINVAL, "one name too many: %s", name);
	l->name[l->names++] = name;
	return 0;
}

static bool is_address(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static int select_by(struct line *l, enum options_by by, const char *value, struct sw_fault *why)
{
	struct options *o = l->options;

	if (l->given & TAKES_SELECT)
		return sw_fault(why, EINVAL, "only one of --client, --sender and --uid is allowed");
	if (by == BY_SENDER && !*value)
		return sw_fault(why, EINVAL, "--sender wants an address, or angle brackets alone");
	if (by == BY_CLIENT && !is_address(value))
		return sw_fault(why, EINVAL, "--client wants an address, not %s", value);
	if (by == BY_UID && !num_from(raw_of(value), &o->uid))
		return sw_fault(why, EINVAL, "--uid wants a number, not %s", value);
	l->given |= TAKES_SELECT;
	o->by = by;
	o->value = value;
	return 0;
}

static int group_by(struct line *l, const char *value, struct sw_fault *why)
{
	for (size_t i = 0; i < BY_KINDS; i++) {
		if (strcmp(value, options_by_name[i]) != 0)
			continue;
		l->given |= TAKES_BY;
		l->options->by = (enum options_by)i;
		return 0;
	}
	return sw_fault(why, EINVAL,
			"--by wants account, client, sender, uid, domain or reason, not %s", value);
}

static int take_top(struct options *o, const char *value, struct sw_fault *why)
{
	uint64_t top;

	if (!num_from(raw_of(value), &top) || top == 0)
		return sw_fault(why, EINVAL, "--top wants a number from 1 on, not %s", value);
	o->top = top < SIZE_MAX ? (size_t)top : SIZE_MAX;
	return 0;
}

static int take(struct line *l, int option, const char *value, struct sw_fault *why)
{
	struct options *o = l->options;

	switch (option) {
	case 1:
		return add_name(l, value, why);
	case 'c':
		o->config_directory = value;
		return *value == '/'
			       ? 0
			       : sw_fault(why, EINVAL, "-c wants an absolute path, not %s", value);
	case OPTION_TOP:
		l->given |= TAKES_TOP;
		return take_top(o, value, why);
	case OPTION_BY:
		return group_by(l, value, why);
	case OPTION_YES:
		l->given |= TAKES_YES;
		o->yes = true;
		return 0;
	case OPTION_INIT:
		l->given |= TAKES_INIT;
		o->init = true;
		return 0;
	case OPTION_DAY:
		l->given |= TAKES_DAY;
		o->day = true;
		return 0;
	case OPTION_SAVE:
		l->given |= TAKES_SAVE;
		o->save = value;
		return *value ? 0 : sw_fault(why, EINVAL, "--save wants a directory");
	case OPTION_CONFIG:
		l->given |= TAKES_CONFIG;
		o->guard_config = value;
		return *value == '/' ? 0
				     : sw_fault(why, EINVAL,
						"--config wants an absolute path, not %s", value);
	case OPTION_ONCE:
		l->given |= TAKES_CONFIG;
		o->once = true;
		return 0;
	case OPTION_JSON:
		o->json = true;
		return 0;
	case OPTION_HELP:
		o->help = true;
		return 0;
	case OPTION_VERSION:
		o->version = true;
		return 0;
	default: /* OPTION_SELECT + BY_... */
		return select_by(l, (enum options_by)(option - OPTION_SELECT), value, why);
	}
}

/* What getopt_long(3) would print to stderr itself. */
static int refuse(char **argv, int option, struct sw_fault *why)
{
	return sw_fault(why, EINVAL,
			option == ':' ? "%s wants a value" : "%s is no option, or not a whole one",
			argv[optind - 1]);
}

static int read_line(struct line *l, int argc, char **argv, struct sw_fault *why)
{
	int option;
	int rc = 0;

	optind = 0;
	/* "-": in the order of the line, whatever POSIXLY_CORRECT says; ":": nothing is printed */
	while (rc == 0 && (option = getopt_long(argc, argv, "-:c:", longs, NULL)) != -1)
		rc = option == '?' || option == ':' ? refuse(argv, option, why)
						    : take(l, option, optarg, why);
	for (int i = optind; rc == 0 && i < argc; i++)
		rc = add_name(l, argv[i], why);
	return rc;
}

/* Does the line give what the verb takes, and nothing else? */
static int check(const struct line *l, const struct verb *verb, struct sw_fault *why)
{
	static const struct {
		unsigned takes;
		const char *name;
	} options[] = {
		{ TAKES_SELECT, "--client, --sender or --uid" },
		{ TAKES_YES, "--yes" },
		{ TAKES_TOP, "--top" },
		{ TAKES_BY, "--by" },
		{ TAKES_INIT, "--init" },
		{ TAKES_DAY, "--day" },
		{ TAKES_SAVE, "--save" },
		{ TAKES_CONFIG, "--config or --once" },
	};
	const unsigned instead = l->given & (TAKES_INIT | TAKES_DAY);
	bool selects = l->given & TAKES_SELECT;

	for (size_t i = 0; i < SW_COUNT(options); i++)
		if (l->given & options[i].takes && !(verb->takes & options[i].takes))
			return sw_fault(why, EINVAL, "%s takes no %s", verb->name, options[i].name);
	if (l->names == 2 && !(verb->takes & (TAKES_ACCOUNT | TAKES_DIRECTORY)))
		return sw_fault(why, EINVAL, "%s takes no name: %s", verb->name, l->name[1]);
	if (l->names == 2 && selects)
		return sw_fault(why, EINVAL,
				"%s takes an account or an option in its place, not both",
				verb->name);
	if (instead && (l->names == 2 || selects))
		return sw_fault(why, EINVAL, "%s --%s takes no account", verb->name,
				instead & TAKES_INIT ? "init" : "day");
	if (l->given & TAKES_DAY && l->given & TAKES_SAVE)
		return sw_fault(why, EINVAL, "%s --day takes no --save", verb->name);
	if (l->names < 2 && !selects && !instead && verb->takes & TAKES_ACCOUNT)
		return sw_fault(why, EINVAL, "%s wants an account", verb->name);
	if (verb->takes & TAKES_CONFIG && !l->options->guard_config)
		return sw_fault(why, EINVAL, "%s wants --config FILE", verb->name);
	if (l->names == 2 && !*l->name[1])
		return sw_fault(why, EINVAL, "%s wants a name that is not empty", verb->name);
	return 0;
}

int options_read(int argc, char **argv, const struct verb *verbs, const struct verb **verb,
		 struct options *ret, struct sw_fault *why)
{
	struct line l = { .options = ret };
	int rc;

	*ret = (struct options){ .by = BY_ACCOUNT };
	*verb = NULL;
	rc = read_line(&l, argc, argv, why);
	if (rc < 0 || ret->help || ret->version || l.names == 0)
		return rc < 0 || (l.given | TAKES_TOP) == TAKES_TOP || ret->help || ret->version
			       ? rc
			       : sw_fault(why, EINVAL, "these options want a verb");
	for (; verbs->name && !*verb; verbs++)
		if (strcmp(verbs->name, l.name[0]) == 0)
			*verb = verbs;
	if (!*verb)
		return sw_fault(why, EINVAL, "%s is no verb", l.name[0]);
	if (l.names == 2)
		ret->value = ret->value ? ret->value : l.name[1];
	return check(&l, *verb, why);
}

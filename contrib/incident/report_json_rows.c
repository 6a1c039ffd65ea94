/* The tables of a report, in its object. */

#include "incident/report_json.h"
#include "words/refusals.h"

typedef unsigned long long ull;

/* Rows of a table as a list, each begun and ended by `say`. */
typedef void (*say_row_fn)(FILE *to, const struct topk_row *row);

static void say_rows(FILE *to, const struct report *p, const char *name, struct topk *table,
		     size_t rows, say_row_fn say)
{
	size_t n;
	const struct topk_row **list = report_rank(p, table, &n);

	json_member(to, name);
	fputc('[', to);
	for (size_t i = 0; i < n && i < rows; i++) {
		fputs(i > 0 ? "," : "", to);
		say(to, list[i]);
	}
	fputc(']', to);
}

static void say_failed(FILE *to, const struct topk_row *row)
{
	const struct past_failure *f = row->value;

	json_address(to, "address", row->name);
	json_number(to, "failures", row->count);
	json_moment(to, "first", f->first);
	json_moment(to, "last", f->last);
	fputc('}', to);
}

static void say_use(FILE *to, const struct past_use *u)
{
	json_number(to, "messages", u->messages);
	json_number(to, "logins", u->logins);
	json_moment(to, "first", u->first);
	json_moment(to, "last", u->last);
}

static void say_from(FILE *to, const struct topk_row *row)
{
	const struct past_use *u = row->value;

	json_address(to, "address", row->name);
	json_text(to, "name", raw_from(u->host, u->host_n));
	say_use(to, u);
	json_number(to, "failures_before", u->before);
	fputc('}', to);
}

static void say_network(FILE *to, const struct topk_row *row)
{
	const struct sw_label name = report_network(row->name);

	fputs("{\"network\":", to);
	say_json(to, raw_from(name.s, name.n));
	say_use(to, row->value);
	fputc('}', to);
}

static void say_named(FILE *to, const struct topk_row *row, const char *name, const char *number)
{
	fprintf(to, "{\"%s\":", name);
	say_json(to, row->name);
	json_number(to, number, row->count);
	fputc('}', to);
}

static void say_sender(FILE *to, const struct topk_row *row)
{
	say_named(to, row, "sender", "messages");
}

static void say_domain(FILE *to, const struct topk_row *row)
{
	say_named(to, row, "domain", "recipients");
}

static void say_client(FILE *to, const struct topk_row *row)
{
	say_named(to, row, "address", "messages");
}

static void say_refused(FILE *to, const struct topk_row *row)
{
	const struct past_refused *r = row->value;
	const struct sw_label words = sw_label_from(raw_from(r->words, r->words_n));
	const enum refusal kind = (enum refusal)(row->name.p[0] - '0');

	fputs("{\"receiver\":", to);
	say_json(to, raw_skip(row->name, 1));
	json_text(to, "kind", raw_of(words_refusals_kind(kind)));
	json_number(to, "recipients", row->count);
	json_member(to, "at_connect");
	fputs(r->at_connect ? "true" : "false", to);
	json_label(to, "words", &words);
	json_moment(to, "last", r->last);
	fputc('}', to);
}

static void say_script(FILE *to, const struct topk_row *row)
{
	const size_t blank = raw_find(row->name, ' ');

	fputs("{\"script\":", to);
	say_json(to, raw_skip(row->name, blank + 1));
	fprintf(to, ",\"uid\":%.*s", (int)blank, row->name.p);
	json_number(to, "messages", row->count);
	fputc('}', to);
}

void json_rows(FILE *to, const struct report *p, size_t rows)
{
	say_rows(to, p, "failed_from", p->past.failed, rows, say_failed);
	say_rows(to, p, "from", p->past.used, rows, say_from);
	say_rows(to, p, "from_networks", p->network, rows, say_network);
	say_rows(to, p, "senders", p->past.sender, rows, say_sender);
	say_rows(to, p, "domains", p->past.domain, rows, say_domain);
	say_rows(to, p, "queued_from", p->queued.client, rows, say_client);
	say_rows(to, p, "refused_by", p->past.refused, rows, say_refused);
	say_rows(to, p, "scripts", p->queued.script, rows, say_script);
}

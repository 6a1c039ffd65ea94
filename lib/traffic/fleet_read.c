/* A list as it came from somewhere: any bytes. */
#include <errno.h>
#include <stdlib.h>

#include "base/num.h"
#include "traffic/fleet.h"

/* May be empty: that is no number, no word and no network. */
static struct sw_raw take_word(struct sw_raw *rest)
{
	size_t n = raw_find(*rest, ' ');
	struct sw_raw word = raw_from(rest->p, n);

	*rest = raw_skip(*rest, n < rest->n ? n + 1 : n);
	return word;
}

static bool take_number(struct sw_raw *rest, uint64_t most, uint64_t *ret)
{
	return num_from(take_word(rest), ret) && *ret <= most;
}

static bool take_known(struct sw_raw *rest, bool *ret)
{
	struct sw_raw word = take_word(rest);

	*ret = raw_is(word, "known");
	return *ret || raw_is(word, "some");
}

static bool take_count(struct sw_raw *rest, uint64_t *ret)
{
	*ret = 0;
	return raw_take(rest, "- ") || take_number(rest, FLEET_NUMBER, ret);
}

static bool take_time(struct sw_raw *rest, int64_t *ret)
{
	uint64_t n;

	if (!take_number(rest, INT64_MAX / 2, &n))
		return false;
	*ret = (int64_t)n;
	return true;
}

static bool read_begin(struct sw_raw rest, struct fleet_list *list)
{
	struct fleet_head *h = &list->head;

	if (!take_time(&rest, &h->at) || !take_time(&rest, &h->day) ||
	    !take_number(&rest, FLEET_NUMBER, &h->least) || h->least == 0)
		return false;
	h->blocked = raw_take(&rest, "blocked ");
	if ((!h->blocked && !take_known(&rest, &h->rate_known)) ||
	    !take_known(&rest, &h->day_known))
		return false;
	list->link = rest;
	return rest.n > 0 && rest.n <= SW_LABEL_MAX;
}

/* What account_name() says of a login: a plain name, or any in [ ], which may be cut. */
static bool is_name(struct sw_raw name)
{
	const bool fits = name.n <= SW_LABEL_MAX;
	bool bracket = raw_take(&name, "[");

	if (bracket && name.n > 0 && name.p[name.n - 1] == ']')
		name.n--;
	for (size_t i = 0; i < name.n; i++)
		if (!raw_is_alnum(name.p[i]) &&
		    (!name.p[i] || !strchr(bracket ? "@._+-/% :,=()" : "@._+-/%", name.p[i])))
			return false;
	return name.n > 0 && fits;
}

static bool read_account(struct sw_raw rest, struct fleet_row *row)
{
	if (!take_count(&rest, &row->rate) || !take_count(&rest, &row->day))
		return false;
	row->name = rest;
	return is_name(rest);
}

static bool read_networks(struct sw_raw line, struct sw_raw rest, struct fleet_row *row)
{
	struct sw_raw word;
	uint64_t network;

	while (rest.n > 0) {
		word = take_word(&rest);
		if (day_network_from_hex(word, &network))
			row->networks_n++;
		else if (!raw_is(word, "+"))
			return false;
	}
	if (row->networks.n == 0)
		row->networks.p = line.p;
	row->networks.n = (size_t)(line.p + line.n - row->networks.p);
	return row->networks_n <= DAY_SEEN;
}

static struct fleet_row *add(struct fleet_rows *rows, struct sw_fault *why)
{
	size_t room = rows->room ? 2 * rows->room : 256;
	struct fleet_row *grown;

	if (rows->n == rows->room) {
		grown = realloc(rows->row, room * sizeof(*grown));
		if (!grown) {
			sw_fault_errno(why, ENOMEM, "keep the accounts of all lists");
			return NULL;
		}
		rows->row = grown;
		rows->room = room;
	}
	rows->row[rows->n] = (struct fleet_row){ .rate = 0 };
	return &rows->row[rows->n++];
}

struct reading {
	struct fleet_list *list;
	struct fleet_rows *rows;
	unsigned number;
	size_t before; /* rows of others */
	enum { BEFORE, INSIDE, BEHIND } at;
};

static bool read_inside(struct reading *r, struct sw_raw line, struct sw_raw rest,
			struct sw_fault *why)
{
	size_t n = r->rows->n - r->before;

	if (raw_take(&rest, "account ")) {
		struct fleet_row *row = n < FLEET_ROWS ? add(r->rows, why) : NULL;

		if (row)
			row->list = r->number;
		return row && read_account(rest, row);
	}
	if (raw_take(&rest, "networks "))
		return n > 0 && read_networks(line, rest, &r->rows->row[r->rows->n - 1]);
	r->at = BEHIND;
	return raw_take(&rest, "end ") && take_number(&rest, FLEET_ROWS, &r->list->rows) &&
	       take_number(&rest, FLEET_NUMBER, &r->list->of) && rest.n == 0 &&
	       r->list->rows == n && r->list->of >= n;
}

static bool read_line(struct reading *r, struct sw_raw line, struct sw_fault *why)
{
	struct sw_raw rest = line;

	if (!raw_take(&rest, "fleet "))
		return true;
	if (r->at == INSIDE)
		return read_inside(r, line, rest, why);
	if (r->at == BEHIND || !raw_take(&rest, "begin "))
		return false;
	if (!raw_take(&rest, "1 ")) {
		sw_fault(why, EPROTONOSUPPORT, "its list is of another version of spoolwatch");
		return false;
	}
	r->at = INSIDE;
	return read_begin(rest, r->list);
}

int fleet_read(struct sw_raw text, unsigned list, struct fleet_list *ret, struct fleet_rows *rows,
	       struct sw_fault *why)
{
	struct reading r = { .list = ret, .rows = rows, .number = list, .before = rows->n };
	struct sw_raw line;
	bool fine = true;

	*ret = (struct fleet_list){ .rows = 0 };
	while (fine && raw_line(&text, &line))
		fine = read_line(&r, line, why);
	if (fine && r.at == BEHIND)
		return 0;
	rows->n = r.before;
	*ret = (struct fleet_list){ .rows = 0 };
	if (fine && r.at == BEFORE)
		return sw_fault(why, ENOENT, "it has no list of its accounts: set env.fleet there");
	sw_fault(why, EBADMSG, "its list of accounts is damaged");
	return -why->code;
}

void fleet_free(struct fleet_rows *rows)
{
	free(rows->row);
	*rows = (struct fleet_rows){ .n = 0 };
}

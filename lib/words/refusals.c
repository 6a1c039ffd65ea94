#include "words/refusals.h"

#include "queue/reason.h"
#include "words/share.h"

enum { NAME_MOST = 90, WORDS_MOST = 100 }; /* bytes of a name, of what a receiver says */

static void add_name(struct sw_label *text, const struct sw_label *name)
{
	struct sw_label cut = label_short(name, NAME_MOST);

	sw_label_append(text, &cut);
}

struct sw_label words_refusals_account_name(const struct refusals *s, struct sw_raw key)
{
	return key.n > 0 ? account_name(s->host, key) : sw_label_printed("account unknown");
}

struct sw_label words_refusals_receiver_name(struct sw_raw domain)
{
	struct sw_label name = label_new();

	if (domain.n == 0)
		return sw_label_printed("no domain");
	sw_label_add_name(&name, domain);
	return name;
}

const char *words_refusals_kind(enum refusal kind)
{
	static const char *const kinds[] = {
		[REFUSAL_REPUTATION] = "reputation",
		[REFUSAL_CONTENT] = "content",
		[REFUSAL_UNKNOWN_USER] = "unknown user",
		[REFUSAL_FULL] = "mailbox full",
		[REFUSAL_GREYLISTED] = "greylisted",
		[REFUSAL_CONNECTION] = "connection",
		[REFUSAL_OTHER] = "other",
	};

	return kinds[kind];
}

/* "mx.example 60 in 5 min" */
static struct sw_label begin(const struct sw_label *name, const struct refusals_rank *rank,
			     struct words_refusals_span span)
{
	struct sw_label text = label_new();

	add_name(&text, name);
	sw_label_print(&text, " %llu in %u min", (unsigned long long)rank->count, span.n);
	if (rank->error > 0)
		sw_label_print(&text, " (or more)");
	return text;
}

static struct sw_label begin_receiver(const struct refusals_rank *receiver,
				      struct words_refusals_span span)
{
	struct sw_label name = words_refusals_receiver_name(receiver->name);

	return begin(&name, receiver, span);
}

/* "96% of email@ourdomain.com", "at connect"; empty: nobody is to be named */
static struct sw_label blamed_of(const struct refusals *s, const struct refusals_blamed *blamed,
				 enum refusal kind)
{
	struct sw_label name = words_refusals_account_name(s, blamed->account.name);
	struct sw_label text = label_new();

	if (blamed->at_connect > blamed->account.count) {
		if (kind == REFUSAL_CONNECTION) /* says so itself */
			return text;
		if (blamed->at_connect < blamed->all) {
			words_share(&text, (double)blamed->at_connect / (double)blamed->all, 0);
			sw_label_print(&text, " ");
		}
		sw_label_print(&text, "at connect");
	} else if (blamed->account.count > 0) {
		words_share(&text, (double)blamed->account.count / (double)blamed->all, 0);
		sw_label_print(&text, blamed->account.name.n > 0 ? " of " : " ");
		add_name(&text, &name);
	}
	return text;
}

/* ": 421-4.7.28 unsolicited mail originating from your IP" */
static void add_words(struct sw_label *text, struct sw_raw words)
{
	char form[WORDS_MOST];
	size_t n = queue_reason_form(words, form, sizeof(form));

	if (n == 0)
		return;
	sw_label_print(text, ": ");
	sw_label_add(text, raw_from(form, n));
}

/* Whom, between two words of ours; then what it said. */
static void add_why(struct sw_label *text, const struct refusals *s, uint32_t receiver,
		    enum refusal kind, struct words_refusals_span span, const char *before,
		    const char *after)
{
	struct refusals_blamed blamed = refusals_blamed(s, receiver, kind, span.first, span.n);
	struct sw_label whom = blamed_of(s, &blamed, kind);

	if (whom.n > 0) {
		sw_label_print(text, "%s", before);
		sw_label_append(text, &whom);
		sw_label_print(text, "%s", after);
	}
	add_words(text, refusals_words(s, receiver, kind));
}

struct sw_label words_refusals(const struct refusals *s, const struct refusals_rank *receiver,
			       enum refusal kind, struct words_refusals_span span)
{
	struct sw_label text = begin_receiver(receiver, span);

	add_why(&text, s, receiver->row, kind, span, ", ", "");
	return text;
}

struct sw_label words_refusals_receiver(const struct refusals *s,
					const struct refusals_rank *receiver,
					struct words_refusals_span span)
{
	struct sw_label text = begin_receiver(receiver, span);
	uint64_t most = 0;
	unsigned kind = 0;

	for (unsigned k = 0; k < REFUSAL_KINDS; k++) {
		uint64_t n = refusals_receiver_sum(s, receiver->row, k, span.first, span.n);

		if (n > most)
			kind = k;
		most = n > most ? n : most;
	}
	sw_label_print(&text, ", ");
	words_share(&text, (double)most / (double)receiver->count, 0);
	sw_label_print(&text, " %s", words_refusals_kind(kind));
	add_why(&text, s, receiver->row, kind, span, " (", ")");
	return text;
}

struct sw_label words_refusals_account(const struct refusals *s,
				       const struct refusals_rank *account,
				       struct words_refusals_span span)
{
	struct refusals_rank by = refusals_of(s, account->row, span.first, span.n);
	struct sw_label name = words_refusals_account_name(s, account->name);
	struct sw_label text = begin(&name, account, span);
	struct sw_label receiver;

	if (by.count == 0)
		return text;
	receiver = words_refusals_receiver_name(by.name);
	sw_label_print(&text, ", ");
	words_share(&text, (double)by.count / (double)account->count, 0);
	sw_label_print(&text, " by ");
	add_name(&text, &receiver);
	return text;
}

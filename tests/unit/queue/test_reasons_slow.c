/* Logs of invented messages in defer/, and what most of them wait for by plain counting. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "os/host.h"
#include "pieces.h"
#include "queue/reasons.h"
#include "test.h"

enum { ROUNDS = 25, MESSAGES = 30, DOMAINS = 4, FORMS = 5 };

static const char *const domains[DOMAINS] = { "a.example", "b.example", "b.example.com", "" };
static const char *const forms[FORMS] = { "no", "no such", "busy now", "x", "451 z" };

/* Messages by both, by the domain, by the form. */
struct tally {
	uint64_t both[FORMS][DOMAINS];
	uint64_t domain[DOMAINS];
	uint64_t form[FORMS];
	uint64_t logs, unreadable;
};

/* Entries of a log; counts each kind once. */
static void write_log(const struct sw_host *h, const char *path, struct tally *t)
{
	bool both[FORMS][DOMAINS] = { { false } };
	bool domain[DOMAINS] = { false };
	bool form[FORMS] = { false };
	size_t entries = pieces_draw(5);
	bool any = false;
	char text[4096] = "";
	size_t n = 0;

	for (size_t i = 0; i < entries; i++) {
		size_t d = pieces_draw(DOMAINS);
		size_t f = pieces_draw(FORMS);
		bool is_empty = pieces_draw(8) == 0;

		n += (size_t)snprintf(text + n, sizeof(text) - n, "recipient=r@%s\nreason=%s\n\n",
				      domains[d], is_empty ? "" : forms[f]);
		if (is_empty)
			continue;
		t->both[f][d] += !both[f][d];
		t->domain[d] += !domain[d];
		t->form[f] += !form[f];
		both[f][d] = domain[d] = form[f] = any = true;
	}
	t->logs += any;
	host_file(h, path, text);
}

static void want_most(const char *what, const struct queue_reasons *r, const struct tally *t)
{
	struct queue_reasons_most most;
	size_t best_f = 0;
	size_t best_d = 0;

	for (size_t f = 0; f < FORMS; f++)
		for (size_t d = 0; d < DOMAINS; d++) {
			int order = strcmp(forms[f], forms[best_f]);

			order = order ? order : strcmp(domains[d], domains[best_d]);
			if (t->both[f][d] > t->both[best_f][best_d] ||
			    (t->both[f][d] == t->both[best_f][best_d] && order < 0)) {
				best_f = f;
				best_d = d;
			}
		}
	want_number(what, queue_reasons_most(r, &most), t->logs > 0);
	if (t->logs == 0)
		return;
	want_raw(what, most.form, forms[best_f]);
	want_raw(what, most.domain, domains[best_d]);
	want_number(what, most.both, t->both[best_f][best_d]);
	want_number(what, most.to_domain, t->domain[best_d]);
	want_number(what, most.of_form, t->form[best_f]);
}

static void what_most_wait_for_is_what_plain_counting_finds(void **state)
{
	static struct queue_sample_item item[MESSAGES];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sw_host h = host_new(NULL);
		bool deferred_is_hashed = pieces_draw(2);
		bool defer_is_hashed = pieces_draw(2);
		struct queue_sample_queue q = { .name = "deferred",
						.picked = pieces_draw(MESSAGES + 1),
						.item = item };
		struct tally t = { .logs = 0 };
		struct queue_reasons r;
		struct sw_fault why = { 0 };
		int before = descriptors_open();
		char what[32];

		snprintf(what, sizeof(what), "round %d", round);
		for (size_t i = 0; i < q.picked; i++) {
			char id[16];
			char path[64];
			char hash = "AB"[pieces_draw(2)];

			snprintf(id, sizeof(id), "%c%06d", hash, (int)i);
			snprintf(item[i].name, sizeof(item[i].name), "%.2s%s",
				 deferred_is_hashed ? (char[]){ hash, '/', '\0' } : "", id);
			snprintf(path, sizeof(path), "/defer/%.2s%s",
				 defer_is_hashed ? (char[]){ hash, '/', '\0' } : "", id);
			if (pieces_draw(5) == 0)
				continue; /* not tried yet */
			if (pieces_draw(12) == 0) {
				strcat(path, "/is a directory");
				host_file(&h, path, "");
				t.unreadable++;
				continue;
			}
			write_log(&h, path, &t);
		}
		want_number(what, queue_reasons_read(&h, h.root, &q, &r, &why), 0);
		want_number(what, r.logs, t.logs);
		want_number(what, r.unreadable, t.unreadable);
		want_number(what, r.first.code, t.unreadable ? EBADMSG : 0);
		want_number(what, r.left_out, 0);
		want_most(what, &r, &t);
		queue_reasons_free(&r);
		want_number("nothing is left open", descriptors_open(), before);
		host_remove(&h);
	}
}

/* Logs that lie otherwise than their messages are looked for until 64 were not there. */
static void another_way_of_hashing_is_tried_until_it_fails_too_often(void **state)
{
	static struct queue_sample_item item[80];

	(void)state;
	for (int first = 0; first < 2; first++) /* one that lies so comes first */
		for (size_t missing = 60; missing < 70; missing++) {
			struct sw_host h = host_new(NULL);
			struct queue_sample_queue q = { .name = "deferred",
							.picked = missing + 2,
							.item = item };
			struct queue_reasons r;
			struct sw_fault why = { 0 };

			for (size_t i = 0; i < q.picked; i++)
				snprintf(item[i].name, sizeof(item[i].name), "A%06d", (int)i);
			if (first)
				host_file(&h, "/defer/A/A000000", "<a@x>: z\n\n");
			snprintf(item[q.picked - 1].name, sizeof(item[0].name), "A999999");
			host_file(&h, "/defer/A/A999999", "<a@x>: z\n\n");
			want_number("read", queue_reasons_read(&h, h.root, &q, &r, &why), 0);
			want_number("logs", r.logs, first + (first || missing + 1 < 64));
			queue_reasons_free(&r);
			host_remove(&h);
		}
}

/* 64 recipients of a log are looked at, and its first 8 KiB; one that these cut is none. */
static void a_log_is_read_up_to_a_bound(void **state)
{
	static struct queue_sample_item item[] = { { "A1" } };
	const struct queue_sample_queue q = { .name = "deferred", .picked = 1, .item = item };

	(void)state;
	for (int others = 60; others < 70; others++) {
		struct sw_host h = host_new(NULL);
		struct queue_reasons r;
		struct queue_reasons_most most;
		struct sw_fault why = { 0 };
		char text[8192] = "";
		size_t n = 0;

		for (int i = 0; i < others; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "<a@x>: z\n\n");
		snprintf(text + n, sizeof(text) - n, "<a@x>: a\n\n"); /* goes before z */
		host_file(&h, "/defer/A1", text);
		want_number("read", queue_reasons_read(&h, h.root, &q, &r, &why), 0);
		want_number("most", queue_reasons_most(&r, &most), true);
		want_raw("the last of 64", most.form, others < 64 ? "a" : "z");
		queue_reasons_free(&r);
		host_remove(&h);
	}
	for (size_t length = QUEUE_REASONS_BYTES - 4; length < QUEUE_REASONS_BYTES + 4; length++) {
		static char text[2 * QUEUE_REASONS_BYTES];
		struct sw_host h = host_new(NULL);
		struct queue_reasons r;
		struct queue_reasons_most most;
		struct sw_fault why = { 0 };

		for (int entries = 1; entries < 3; entries++) {
			size_t n = entries == 1 ? 0 : (size_t)sprintf(text, "<a@x>: z\n\n");

			memset(text + n, ' ', length - n);
			memcpy(text + n, "<a@x>:", 6);
			memcpy(text + length - 3, "a\n\n", 3);
			host_bytes(&h, "/defer/A1", text, length);
			want_number("read", queue_reasons_read(&h, h.root, &q, &r, &why), 0);
			want_number("most", queue_reasons_most(&r, &most),
				    entries == 2 || length - 3 < QUEUE_REASONS_BYTES);
			if (entries == 2)
				want_raw("cut", most.form,
					 length <= QUEUE_REASONS_BYTES ? "a" : "z");
			queue_reasons_free(&r);
		}
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_most_wait_for_is_what_plain_counting_finds),
		cmocka_unit_test(another_way_of_hashing_is_tried_until_it_fails_too_often),
		cmocka_unit_test(a_log_is_read_up_to_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

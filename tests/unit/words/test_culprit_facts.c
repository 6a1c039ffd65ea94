/* What is found out of a directory that holds inodes: is it the queue, whose is it. */
#include "words/culprit_facts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/clock.h"
#include "test.h"

/* Real files of alice@mx.example.com and of another. */
#define DATA   "tests/unit/queue/files/spool/"
#define ALICES DATA "deferred/C/CDC93A76011"
#define BOBS   DATA "hold/442ECA760C7"

static void copy(const struct sw_host *h, const char *path, const char *from)
{
	char bytes[1 << 16];
	FILE *f = fopen(from, "r");
	size_t n;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	host_bytes(h, path, bytes, n);
	assert_int_equal(chmod(host_path(h, path), 0700), 0);
}

static int open_dir(const struct sw_host *h, const char *path)
{
	int fd = open(host_path(h, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static struct culprit_facts *facts_of(const char *const *path, size_t n)
{
	struct culprit_facts *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	for (size_t i = 0; i < n && path[i]; i++, f->dirs.n++) {
		f->dirs.item[i].path_n = strlen(path[i]);
		memcpy(f->dirs.item[i].path, path[i], f->dirs.item[i].path_n);
	}
	f->words.dirs = &f->dirs;
	return f;
}

/* By number, whatever path leads there; a directory below a mount is not what its path leads to. */
static void the_queue_is_known_by_its_directory(void **state)
{
	const struct sw_fault no_queue = { .code = ENOENT };
	const struct sw_fault no_memory = { .code = ENOMEM, .text = sw_label_printed("no memory") };
	static const struct {
		const char *what, *path[SW_INODE_DIRS_MAX];
		bool no_queue;
		int over;	/* which lies below a mount; -1: none */
		const char *is; /* of each */
	} rows[] = {
		{ "itself", { "/var/spool/mta" }, false, -1, "y" },
		{ "a queue", { "/var/spool/mta/deferred" }, false, -1, "y" },
		{ "a hash directory", { "/var/spool/mta/deferred/A" }, false, -1, "y" },
		{ "one below that", { "/var/spool/mta/deferred/A/B" }, false, -1, "n" },
		{ "by a link", { "/link" }, false, -1, "y" },
		{ "what lies above", { "/var/spool" }, false, -1, "n" },
		{ "beside", { "/var/spool/other" }, false, -1, "n" },
		{ "gone", { "/var/spool/gone" }, false, -1, "n" },
		{ "nothing", { NULL }, false, -1, "" },
		{ "each by itself",
		  { "/var/spool/other", "/var/spool/mta/active", "/var/spool", "/var/spool/mta" },
		  false,
		  -1,
		  "nyny" },
		{ "below a mount", { "/var/spool/mta", "/var/spool/mta/active" }, false, 0, "ny" },
		{ "and nothing else", { "/var/spool/other", "/var/spool/mta" }, false, 1, "nn" },
		{ "which is not known", { "/var/spool/mta" }, true, -1, "n" },
	};
	struct sw_host h = host_new(NULL);
	int queue;

	(void)state;
	host_file(&h, "/var/spool/mta/deferred/A/B/x", "");
	host_file(&h, "/var/spool/mta/active/x", "");
	host_file(&h, "/var/spool/other/x", "");
	assert_int_equal(symlink("var/spool/mta/deferred", host_path(&h, "/link")), 0);
	queue = open_dir(&h, "/var/spool/mta");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct culprit_facts *f = facts_of(rows[i].path, SW_INODE_DIRS_MAX);
		char is[SW_INODE_DIRS_MAX + 1] = "";
		bool any;

		if (rows[i].over >= 0)
			f->words.over[rows[i].over] = sw_label_printed("/");
		any = culprit_facts_find_queue(f, &h, rows[i].no_queue ? -1 : queue, &no_queue);
		want_text(rows[i].what, f->words.doubt.s, "");
		(void)culprit_facts_find_queue(f, &h, rows[i].no_queue ? -1 : queue, &no_memory);
		want_text(rows[i].what, f->words.doubt.s,
			  rows[i].no_queue ? "whether mail is queued there is not known: no memory"
					   : "");
		for (size_t k = 0; k < f->dirs.n; k++)
			is[k] = f->words.of[k].queue ? 'y' : 'n';
		want_text(rows[i].what, is, rows[i].is);
		want_number(rows[i].what, any, strchr(rows[i].is, 'y') != NULL);
		free(f);
	}
	/* the lowest of descriptors is one */
	{
		struct culprit_facts *f = facts_of(rows[0].path, 1);
		int was = dup(0);

		assert_int_equal(dup2(queue, 0), 0);
		want_number("0", culprit_facts_find_queue(f, &h, 0, &no_queue), true);
		if (was >= 0) {
			dup2(was, 0);
			close(was);
		} else {
			close(0);
		}
		free(f);
	}
	close(queue);
	host_remove(&h);
}

static void who_filled_it_may_be_contained_if_most_is_his(void **state)
{
	static const struct {
		const char *what;
		int alices, bobs;
		const char *broken; /* a queue that is no directory */
		const char *who, *contain;
	} rows[] = {
		{ "nobody", 0, 0, NULL, "", "" },
		{ "one", 1, 0, NULL, "alice@mx.example.com 100% of 1 (SASL login)",
		  "spoolwatch contain alice@mx.example.com" },
		{ "half is not most", 1, 1, NULL,
		  "alice@mx.example.com 50% of 2 (SASL login), then bob@mx.example.com 50% (SASL "
		  "login)",
		  "" },
		{ "two thirds", 1, 2, NULL,
		  "bob@mx.example.com 67% of 3 (SASL login), then alice@mx.example.com 33% (SASL "
		  "login)",
		  "spoolwatch contain bob@mx.example.com" },
		{ "a sample", 301, 0, NULL,
		  "alice@mx.example.com 100% +-1% of 301 (sample of 300) (SASL login)",
		  "spoolwatch contain alice@mx.example.com" },
		{ "others may have as much in the first queue", 3, 0, "active",
		  "unknown senders (open active: Not a directory)", "" },
		{ "or in the last", 3, 0, "hold", "unknown senders (open hold: Not a directory)",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct culprit_facts *f = facts_of(NULL, 0);
		struct sw_host h = host_new(NULL);
		char path[64];
		int queue;

		h.now = 1795431617;
		host_file(&h, "/spool/deferred/.keep", "");
		for (int k = 0; k < rows[i].alices + rows[i].bobs; k++) {
			snprintf(path, sizeof(path), "/spool/deferred/A%d", k + 1);
			copy(&h, path, k < rows[i].alices ? ALICES : BOBS);
		}
		snprintf(path, sizeof(path), "/spool/%s", rows[i].broken ? rows[i].broken : "");
		if (rows[i].broken)
			host_file(&h, path, "");
		queue = open_dir(&h, "/spool");
		culprit_facts_find_queuer(f, &h, queue, "/etc/postfix");
		want_text(rows[i].what, f->words.who.s, rows[i].who);
		want_text(rows[i].what, f->contain.s, rows[i].contain);
		close(queue);
		host_remove(&h);
		free(f);
	}
}

static void whose_the_files_are_is_asked_where_some_were_looked_at(void **state)
{
	static const char *const path[SW_INODE_DIRS_MAX] = { "/a", "/b", "/c", "/d" };
	struct culprit_facts *f = facts_of(path, SW_INODE_DIRS_MAX);
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/etc/passwd", "kunde17:x:1005:1005::/:/bin/sh\nx:x:7:7::/:/bin/sh\n");
	for (size_t i = 0; i < SW_INODE_DIRS_MAX; i++)
		f->dirs.item[i].owner = (struct sw_inode_owner){ .uid = 1005, .looked = 1 };
	f->dirs.item[1].owner.looked = 0;
	f->words.of[2].queue = true;
	f->dirs.item[3].owner.uid = 9;
	culprit_facts_find_users(f, &h);
	want_text("one", f->words.of[0].user, "kunde17");
	want_number("nobody looked", f->words.of[1].user == NULL, true);
	want_number("the queue is others'", f->words.of[2].user == NULL, true);
	want_text("without a name", f->words.of[3].user, "");
	host_remove(&h);
	free(f);
}

/* What a mount hides, who may mount sees; other causes are looked for as long as most is not explained. */
static void what_was_not_met_is_looked_for_below_mounts(void **state)
{
	enum { BELOW = 1 + 1 + 50, LONG = 60 * 1000 };
	static const struct {
		const char *what;
		size_t mounts;
		int64_t time;
		uint64_t counted; /* before */
		bool is;	  /* what is below, for who may mount */
	} rows[] = {
		{ "no mount", 0, LONG, 1, false },
		{ "no time", 1, -1, 1, false },
		{ "nor either", 0, -1, 1, false },
		{ "more is below", 1, LONG, 1, true },
		{ "less by one was met", 1, LONG, BELOW - 1, true },
		{ "as much was met", 1, LONG, BELOW, false },
		{ "more was met", 1, LONG, BELOW + 1, false },
	};
	struct sw_fault why = { 0 };
	struct sw_inode_dirs below;
	struct sw_host h = host_new(NULL);
	char path[32];
	bool may;

	(void)state;
	for (int i = 0; i < 50; i++) {
		snprintf(path, sizeof(path), "/m/d/%d", i);
		host_file(&h, path, "");
	}
	host_file(&h, "/proc/self/mountinfo",
		  "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
		  "2 1 8:2 / /m/d rw - ext4 /dev/sdb1 rw\n");
	h.copied = false;
	may = inode_unseen_below(&h, "/m", 100, LONG, &below, &why) == 0;
	if (may)
		sw_inode_dirs_free(&below);
	else
		print_message("nothing can be mounted here: what mounts hide is not asked\n");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct sw_inode_use use = { .files = 200, .used = 100 };
		struct culprit_facts *f = facts_of(NULL, 0);
		bool is = may && rows[i].is;

		strcpy(f->mount, "/m");
		f->words.use = &use;
		f->dirs.mounts = rows[i].mounts;
		f->dirs.counted = rows[i].counted;
		culprit_facts_look_further(f, &h, clock_ms() + rows[i].time);
		want_number(rows[i].what, f->dirs.counted, is ? BELOW : rows[i].counted);
		want_number(rows[i].what, f->dirs.n, is);
		want_text(rows[i].what, f->words.over[0].s, is ? "/m/d" : "");
		want_text(rows[i].what, f->words.over[1].s, "");
		want_number(rows[i].what, f->words.unseen == &f->unseen,
			    f->dirs.counted < 50);
		sw_inode_dirs_free(&f->dirs);
		free(f);
	}
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_queue_is_known_by_its_directory),
		cmocka_unit_test(who_filled_it_may_be_contained_if_most_is_his),
		cmocka_unit_test(whose_the_files_are_is_asked_where_some_were_looked_at),
		cmocka_unit_test(what_was_not_met_is_looked_for_below_mounts),
	};

	return cmocka_run_group_tests_name("culprit facts", tests, NULL, NULL);
}

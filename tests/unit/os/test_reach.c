/* Which paths lead through a mount that may not answer; that none is waited for: tests/system. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "os/clock.h"
#include "os/mount_map.h"
#include "os/reach.h"
#include "test.h"

static const char mountinfo[] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
				"2 1 0:50 / /mnt/nfs rw - nfs server:/export rw\n"
				"3 1 0:51 / /auto rw - autofs maps rw\n"
				"4 1 8:2 / /data rw - xfs /dev/sdb1 rw\n"
				"5 4 0:52 / /data/remote rw - fuse.sshfs host: rw\n";

enum { LINKS = 41 }; /* one more than the kernel follows */

static struct sw_host host_of_mounts(const char *table)
{
	struct sw_host h = host_new(NULL);
	char name[32];
	char target[32] = "/mnt/nfs";

	h.copied = false; /* copies are not watched */
	host_file(&h, "/proc/self/mountinfo", table);
	host_file(&h, "/mnt/other/x", "");
	host_file(&h, "/a/b/x", "");
	host_file(&h, "/data/x", "");
	assert_int_equal(symlink("/mnt/nfs/log", host_path(&h, "/absolute")), 0);
	assert_int_equal(symlink("../../mnt/nfs", host_path(&h, "/a/b/up")), 0);
	assert_int_equal(symlink("../../../../mnt/nfs", host_path(&h, "/a/b/above")), 0);
	assert_int_equal(symlink("b/up/./y", host_path(&h, "/a/twice")), 0);
	assert_int_equal(symlink("b", host_path(&h, "/a/sure")), 0);
	assert_int_equal(symlink("loop", host_path(&h, "/loop")), 0);
	for (int i = LINKS; i > 0; i--) {
		snprintf(name, sizeof(name), "/link%d", i);
		assert_int_equal(symlink(target, host_path(&h, name)), 0);
		snprintf(target, sizeof(target), "link%d", i);
	}
	return h;
}

static void a_path_is_as_sure_as_what_it_leads_through(void **state)
{
	static const struct {
		const char *path;
		bool want;
	} rows[] = {
		{ "/", true },
		{ "/mnt", true },
		{ "/mnt/other/x", true },
		{ "/mnt/nfs", false },
		{ "/mnt/nfs/", false },
		{ "/mnt/nfs/a/b", false },
		{ "/mnt/nfs2", true },
		{ "//mnt//nfs//x", false },
		{ "mnt/nfs/x", false },
		{ "mnt/other", true },
		{ "/./mnt/./nfs", false },
		{ "/mnt/other/../nfs", false },
		{ "/mnt/none/../nfs", true }, /* can't be opened */
		{ "/../../mnt/nfs", false },
		{ "/mnt/nfs/../other", false }, /* who asks for .. has come there */
		{ "/auto/x", false },
		{ "/data/x", true },
		{ "/data/remote/x", false },
		{ "/data/../mnt/nfs", false },
		{ "/data/../mnt/other", true },
		{ "/absolute", false },
		{ "/absolute/x", false },
		{ "/absolutely", true },
		{ "/a/b/up", false },
		{ "/a/b/above/x", false },
		{ "/a/twice", false },
		{ "/a/sure/x", true },
		{ "/a/sure/up/x", false },
		{ "/loop", true },
		{ "/link2", false },
		{ "/link1", true }, /* too many for the kernel */
	};
	struct sw_host h = host_of_mounts(mountinfo);
	int opened = descriptors_open();

	(void)state;
	reach_begin(&h);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].path, reach_is_sure(&h, rows[i].path), rows[i].want);
	reach_end(&h);
	for (size_t i = 0; i < SW_COUNT(rows); i++) { /* what is at hand needs no table */
		reach_begin(&h);
		want_number(rows[i].path, reach_is_sure(&h, rows[i].path), rows[i].want);
		reach_end(&h);
	}
	want_number("descriptors", descriptors_open(), opened);
	host_remove(&h);
}

/* The kernel takes no path of PATH_MAX bytes, nor one of which a link makes so many. */
static void a_path_that_is_too_long_holds_nobody_up(void **state)
{
	struct sw_host h = host_of_mounts(mountinfo);
	char path[5000] = "/mnt/nfs/";
	char target[201] = "/mnt/nfs/";
	size_t n;

	(void)state;
	reach_begin(&h);
	for (n = 9; n < sizeof(path) - 1; n++) {
		path[n] = n % 200 ? 'x' : '/';
		path[n + 1] = '\0';
		if (n < 300 || n > 4000)
			want_number(path, reach_is_sure(&h, path), n + 1 > 4095);
	}
	memset(target + 9, 'y', sizeof(target) - 10);
	assert_int_equal(symlink(target, host_path(&h, "/long")), 0);
	n = (size_t)snprintf(path, sizeof(path), "/long/");
	for (size_t rest = 1; n < 4090; rest++, n++) {
		path[n] = rest % 200 ? 'x' : '/';
		path[n + 1] = '\0';
		if (rest < 300 || rest > 3800) /* behind the target and a slash */
			want_number(path, reach_is_sure(&h, path), 200 + 1 + rest > 4095);
	}
	reach_end(&h);
	host_remove(&h);
}

static const char *mode; /* of what the mount does, see below */
static int *asked;	 /* questions, counted by all processes */

static int answer(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	(void)h;
	(void)path;
	++*asked;
	if (strcmp(mode, "hangs") == 0)
		for (;;)
			pause();
	*ret = (struct statvfs){ .f_files = 1 };
	return strcmp(mode, "refuses") == 0 ? -EACCES : 0;
}

static void open_and_say(const struct sw_host *h, const char *path)
{
	struct sw_fault why = { 0 };
	int fd = host_openat(h, path, O_RDONLY, &why);

	if (fd >= 0)
		close(fd);
	if (fd >= 0 && strcmp(mode, "hangs later") == 0 && strstr(path, "nfs"))
		for (;;)
			pause();
	printf("%s;", fd >= 0 ? "opened" : why.text.s);
}

/* What a program says of which all this is done. */
static const char *said(struct sw_host *h)
{
	static char text[1024];
	size_t n = 0;
	ssize_t got;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	*asked = 0;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		h->statvfs = answer;
		/* it is waited for to the deadline, and half of what is left then */
		h->deadline = clock_ms() + (strncmp(mode, "hangs", 5) == 0 ? 200 : 20000);
		reach_begin(h);
		open_and_say(h, "/data/x");
		open_and_say(h, "/mnt/nfs/file");
		open_and_say(h, "/mnt/nfs/file");
		fflush(stdout);
		_exit(7);
	}
	close(ends[1]);
	while ((got = read(ends[0], text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &(int){ 0 }, 0), pid);
	return text;
}

static void who_answers_is_opened_who_does_not_is_said_and_asked_once(void **state)
{
#define SILENT "open /mnt/nfs/file: /mnt/nfs (nfs) does not answer;"
	static const struct {
		const char *mode, *want;
	} rows[] = {
		{ "answers", "opened;opened;opened;" },
		{ "refuses", "opened;opened;opened;" },
		{ "hangs", "opened;" SILENT SILENT },
		{ "hangs later", "opened;" SILENT SILENT },
	};
	struct sw_host h = host_of_mounts(mountinfo);

	(void)state;
	asked = mmap(NULL, sizeof(*asked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	assert_true(asked != MAP_FAILED);
	host_file(&h, "/mnt/nfs/file", "");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		mode = rows[i].mode;
		want_text(mode, said(&h), rows[i].want);
		want_number(mode, *asked, 1);
	}
	munmap(asked, sizeof(*asked));
	host_remove(&h);
}

static void the_table_is_read_once_and_known_to_others(void **state)
{
	struct sw_host h = host_of_mounts("nonsense\n5 1 8:1 / / rw - ext4 d rw\n1 2 3\n");

	(void)state;
	reach_begin(&h);
	want_number("mounts", h.mounts(&h)->n, 1);
	want_number("sure", reach_is_sure(&h, "/x"), true);
	want_number("bad lines", h.mounts(&h)->bad, 2);
	host_file(&h, "/proc/self/mountinfo", mountinfo);
	want_number("as it was", reach_is_sure(&h, "/mnt/nfs"), true);
	want_number("mounts", h.mounts(&h)->n, 1);
	reach_end(&h);
	want_number("ended", h.mounts == NULL && h.guard == NULL && h.may_open == NULL, true);
	host_remove(&h);
}

static void nobody_watches_where_nothing_can_be_known(void **state)
{
	struct sw_host h = host_of_mounts("");

	(void)state;
	want_number("nobody watches", reach_is_sure(&h, "/mnt/nfs"), true);
	reach_begin(&h);
	want_number("an empty table", reach_is_sure(&h, "/mnt/nfs"), true);
	reach_end(&h);
	assert_int_equal(unlink(host_path(&h, "/proc/self/mountinfo")), 0);
	reach_begin(&h);
	want_number("no table", reach_is_sure(&h, "/mnt/nfs"), true);
	want_number("no mounts are known", h.mounts(&h) == NULL, true);
	reach_end(&h);
	host_file(&h, "/proc/self/mountinfo", mountinfo);
	reach_begin(&h);
	want_number("it is there", reach_is_sure(&h, "/mnt/nfs"), false);
	reach_end(&h);
	h.copied = true;
	reach_begin(&h);
	want_number("a copy", reach_is_sure(&h, "/mnt/nfs"), true);
	reach_end(&h);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_as_sure_as_what_it_leads_through),
		cmocka_unit_test(a_path_that_is_too_long_holds_nobody_up),
		cmocka_unit_test(who_answers_is_opened_who_does_not_is_said_and_asked_once),
		cmocka_unit_test(the_table_is_read_once_and_known_to_others),
		cmocka_unit_test(nobody_watches_where_nothing_can_be_known),
	};

	return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/zone.h"
#include "os/clock.h"
#include "test.h"

static char root_line[4200];

/* The environment that points at a copied host, and its fresh directory in *copy. */
static const char *const *pointing_at(struct sw_host *copy)
{
	static const char *env[3];

	*copy = host_new(NULL);
	snprintf(root_line, sizeof(root_line), "SPOOLWATCH_ROOT=%s", copy->root_path);
	env[0] = root_line;
	env[1] = "TZ=UTC0";
	env[2] = NULL;
	return env;
}

static void the_clock_is_a_value_that_can_be_set(void **state)
{
	static const struct {
		const char *set;
		int want;
		int64_t now;
	} rows[] = {
		{ "SPOOLWATCH_NOW=1795431358", 0, 1795431358 },
		{ "SPOOLWATCH_NOW=0", 0, 0 },
		{ "SPOOLWATCH_NOW=-1", -EINVAL, 0 },
		{ "SPOOLWATCH_NOW=now", -EINVAL, 0 },
		{ "SPOOLWATCH_NOW=1795431358.5", -EINVAL, 0 },
		{ "SPOOLWATCH_NOW=4611686018427387903", 0, INT64_MAX / 2 },
		{ "SPOOLWATCH_NOW=4611686018427387904", -EINVAL, 0 },
		{ "SPOOLWATCH_NOW=18446744073709551615", -EINVAL, 0 },
		{ "SPOOLWATCH_NOW=99999999999999999999", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *const env[] = { "TZ=UTC0", rows[i].set, NULL };
		struct sw_fault why = { 0 };
		struct sw_host h;

		want_number(rows[i].set, host_open(&h, env, &why), rows[i].want);
		if (rows[i].want == 0)
			want_number(rows[i].set, h.now, rows[i].now);
		else
			want_in(rows[i].set, why.text.s, "SPOOLWATCH_NOW");
		host_close(&h);
	}
}

/* What is on another mount is asked for otherwise; so is all where the kernel can't tell (5.12). */
static void what_is_at_hand_is_on_the_mount_of_the_root(void **state)
{
	static const char *const env[] = { "TZ=UTC0", NULL };
	struct sw_host copy = host_new(NULL);
	struct sw_fault why = { 0 };
	struct sw_host h;
	int fd;

	(void)state;
	assert_int_equal(host_open(&h, env, &why), 0);
	fd = host_open_at_hand(&h, "/", O_PATH);
	assert_true(fd >= 0 || fd == -EINVAL || fd == -ENOSYS || fd == -EPERM);
	if (fd >= 0)
		close(fd);
	fd = host_open_at_hand(&h, "/proc/self/status", O_RDONLY);
	assert_true(fd < 0 && fd != -ENOENT);
	fd = host_open_at_hand(&h, "/proc", O_PATH | O_DIRECTORY);
	assert_true(fd < 0 && fd != -ENOENT);
	want_number("a copy", host_open_at_hand(&copy, "/", O_PATH), -EXDEV);
	host_close(&h);
	host_remove(&copy);
}

static void without_settings_it_is_this_machine_now(void **state)
{
	static const char *const env[] = { "TZ=UTC0", "SPOOLWATCH_ROOT=", "SPOOLWATCH_NOW=", NULL };
	struct sw_fault why = { 0 };
	struct sw_host h;
	struct statvfs vfs;
	struct timespec before, after; /* time(2) may be a tick behind that clock */

	(void)state;
	clock_gettime(CLOCK_REALTIME, &before);
	want_number("opened", host_open(&h, env, &why), 0);
	clock_gettime(CLOCK_REALTIME, &after);
	want_number("copied", h.copied, false);
	want_text("root", h.root_path, "/");
	want_number("now", h.now >= before.tv_sec && h.now <= after.tv_sec, true);
	want_number("its own file systems", h.statvfs(&h, "/", &vfs), 0);
	want_number("no such path", h.statvfs(&h, "/no/such/path", &vfs), -ENOENT);
	host_close(&h);
	want_number("closed", h.root, -1);
	host_close(&h);
}

/* openat2(2) can't tell then where a ".." leads, and says so. */
static void what_is_renamed_elsewhere_hinders_nobody(void **state)
{
	struct sw_host h = host_new(NULL);
	char one[300], other[300];
	pid_t child;

	(void)state;
	host_file(&h, "/a/b/c", "");
	host_file(&h, "/x/one", "");
	snprintf(one, sizeof(one), "%s", host_path(&h, "/x/one"));
	snprintf(other, sizeof(other), "%s", host_path(&h, "/x/other"));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (rename(one, other) == 0 && rename(other, one) == 0)
			;
		_exit(1);
	}
	for (int i = 0; i < 20000; i++) {
		struct sw_fault why = { 0 };
		int fd = host_openat(&h, "/a/b/../b/../b/c", O_RDONLY, &why);

		want_text("opened", why.text.s, "");
		close(fd);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	host_remove(&h);
}

static void a_root_that_is_not_there_is_said(void **state)
{
	static const char *const env[] = { "TZ=UTC0", "SPOOLWATCH_ROOT=/no/such/root", NULL };
	struct sw_fault why = { 0 };
	struct sw_host h;

	(void)state;
	want_number("opened", host_open(&h, env, &why), -ENOENT);
	want_in("said", why.text.s, "/no/such/root (SPOOLWATCH_ROOT): No such file");
	host_close(&h);
}

static void an_empty_variable_is_not_set(void **state)
{
	static const char *const env[] = { "A=1", "AB=", "ABC=x=y", "=z", "A=2", NULL };
	const struct sw_host h = { .env = env };
	const struct sw_host none = { .env = NULL };

	(void)state;
	want_text("A", host_env(&h, "A"), "1");
	want_number("AB", host_env(&h, "AB") == NULL, true);
	want_text("ABC", host_env(&h, "ABC"), "x=y");
	want_number("B", host_env(&h, "B") == NULL, true);
	want_number("no environment", host_env(&none, "A") == NULL, true);
}

static void want_file(const struct sw_host *h, const char *path, const char *want)
{
	struct sw_fault why = { 0 };
	struct sw_raw text;
	int rc = host_read(h, path, 4096, &text, &why);

	if (rc < 0)
		fail_msg("%s: got %s, want \"%s\"", path, why.text.s, want);
	want_raw(path, text, want);
	free((char *)text.p);
}

static void links_of_a_copied_host_stay_inside_it(void **state)
{
	struct sw_host copy;
	const char *const *env = pointing_at(&copy);
	struct sw_fault why = { 0 };
	struct sw_host h;
	char outside[4200];

	(void)state;
	host_file(&copy, "/var/log/mail.log", "of the copy\n");
	host_file(&copy, "/etc/passwd", "of the copy too\n");
	assert_int_equal(symlink("/var/log/mail.log", host_path(&copy, "/absolute")), 0);
	assert_int_equal(symlink("/var/log", host_path(&copy, "/directory")), 0);
	assert_int_equal(symlink("../../../../../../etc/passwd", host_path(&copy, "/up")), 0);
	assert_int_equal(symlink("/self", host_path(&copy, "/self")), 0);
	snprintf(outside, sizeof(outside), "%s/etc/passwd", copy.root_path);
	assert_int_equal(symlink(outside, host_path(&copy, "/outside")), 0);
	want_number("opened", host_open(&h, env, &why), 0);
	want_number("copied", h.copied, true);
	want_file(&h, "/var/log/mail.log", "of the copy\n");
	want_file(&h, "/absolute", "of the copy\n");
	want_file(&h, "/directory/mail.log", "of the copy\n");
	want_file(&h, "/up", "of the copy too\n");
	want_file(&h, "/../../etc/passwd", "of the copy too\n");
	want_number("a path of this machine", host_openat(&h, "/outside", O_RDONLY, &why), -ENOENT);
	why.code = 0;
	want_number("a loop", host_openat(&h, "/self", O_RDONLY, &why), -ELOOP);
	host_close(&h);
	host_remove(&copy);
}

static void directories_of_a_copied_host_can_be_opened(void **state)
{
	static const struct {
		const char *path;
		int flags;
	} rows[] = {
		{ "/", O_RDONLY | O_DIRECTORY },
		{ "/", O_PATH | O_DIRECTORY },
		{ "/var/spool", O_RDONLY | O_DIRECTORY },
		{ "/var/spool", O_PATH | O_DIRECTORY }, /* as the queue plugins open theirs */
	};
	struct sw_host copy;
	const char *const *env = pointing_at(&copy);
	struct sw_fault none = { 0 };
	struct sw_host h;

	(void)state;
	host_file(&copy, "/var/spool/file", "");
	want_number("opened", host_open(&h, env, &none), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		int fd = host_openat(&h, rows[i].path, rows[i].flags, &why);
		int flags = fd < 0 ? 0 : fcntl(fd, F_GETFD);

		if (fd < 0)
			fail_msg("%s, flags %o: got %s", rows[i].path, (unsigned)rows[i].flags,
				 why.text.s);
		want_number("no child inherits it", flags & FD_CLOEXEC, FD_CLOEXEC);
		close(fd);
	}
	host_close(&h);
	host_remove(&copy);
}

static void what_can_not_be_opened_is_named(void **state)
{
	static const char *const here[] = { "TZ=UTC0", NULL };
	struct sw_fault why = { 0 };
	struct sw_host copy;
	struct sw_host h;

	(void)state;
	want_number("opened", host_open(&h, pointing_at(&copy), &why), 0);
	want_number("copy", host_openat(&h, "/no/such", O_RDONLY, &why), -ENOENT);
	want_text("copy", why.text.s, "open /no/such: No such file or directory");
	host_close(&h);
	host_remove(&copy);
	why.code = 0;
	want_number("opened", host_open(&h, here, &why), 0);
	want_number("here", host_openat(&h, "/no/such", O_RDONLY, &why), -ENOENT);
	want_text("here", why.text.s, "open /no/such: No such file or directory");
	host_close(&h);
}

static void a_file_is_read_whole_or_not_at_all(void **state)
{
	static const struct {
		size_t size;
		size_t max;
		int want;
	} rows[] = {
		{ 0, 0, 0 },
		{ 1, 0, -EFBIG },
		{ 1, 1, 0 },
		{ 4094, 4094, 0 },
		{ 4095, 4094, -EFBIG },
		{ 4095, 4095, 0 },
		{ 4096, 4096, 0 },
		{ 4097, 4096, -EFBIG },
		{ 8191, 8191, 0 },
		{ 8192, 8192, 0 },
		{ 100000, 100000, 0 },
		{ 100000, 99999, -EFBIG },
	};
	struct sw_host h = host_new(NULL);
	char *bytes = malloc(100000);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < 100000; i++)
		bytes[i] = (char)i;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct sw_raw got = { 0 };
		int rc;

		host_bytes(&h, "/file", bytes, rows[i].size);
		rc = host_read(&h, "/file", rows[i].max, &got, &why);
		want_number("returned", rc, rows[i].want);
		if (rc < 0)
			continue;
		want_number("size", got.n, rows[i].size);
		want_number("bytes", memcmp(got.p, bytes, got.n), 0);
		want_number("a NUL behind them", got.p[got.n], '\0');
		free((char *)got.p);
	}
	free(bytes);
	host_remove(&h);
}

static void what_is_no_file_does_not_stop_us(void **state)
{
	static const char *const here[] = { "TZ=UTC0", NULL };
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct sw_raw text = { 0 };

	(void)state;
	assert_int_equal(mkfifo(host_path(&h, "/fifo"), 0644), 0);
	want_number("a FIFO without a writer", host_read(&h, "/fifo", 10, &text, &why), 0);
	want_number("holds nothing", text.n, 0);
	free((char *)text.p);
	want_number("a directory", host_read(&h, "/", 10, &text, &why), -EISDIR);
	host_remove(&h);
	want_number("opened", host_open(&h, here, &why), 0);
	/* its stat(2) says 0 bytes */
	want_number("a file of /proc", host_read(&h, "/proc/self/mountinfo", 1 << 25, &text, &why),
		    0);
	want_number("holds something", text.n > 0, true);
	free((char *)text.p);
	host_close(&h);
}

static void a_copied_host_brings_its_file_systems(void **state)
{
	static const struct {
		const char *path;
		int want;
		unsigned files;
		unsigned free_files;
	} rows[] = {
		{ "/", 0, 2621440, 0 },		{ "/home", 0, 200, 100 }, /* the later line */
		{ "/mnt/with space", 0, 7, 5 }, { "/mnt", -ENODATA, 0, 0 },
		{ "/bad", -ENODATA, 0, 0 },	{ "/worse", -ENODATA, 0, 0 },
		{ "/hom", -ENODATA, 0, 0 },	{ "", -ENODATA, 0, 0 },
	};
	struct sw_host copy;
	const char *const *env = pointing_at(&copy);
	struct sw_fault why = { 0 };
	struct statvfs got;
	struct sw_host h;

	(void)state;
	want_number("opened", host_open(&h, env, &why), 0);
	want_number("without the file", h.statvfs(&h, "/", &got), -ENODATA);
	host_file(&copy, "/statvfs",
		  "2621440 0 /\n1 1 /home\n200 100 /home\n7 5 /mnt/with space\n"
		  "x 5 /bad\n5 /worse\n\n12\n9 9 \n");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		got = (struct statvfs){ 0 };
		want_number(rows[i].path, h.statvfs(&h, rows[i].path, &got), rows[i].want);
		want_number(rows[i].path, got.f_files, rows[i].files);
		want_number(rows[i].path, got.f_ffree, rows[i].free_files);
		want_number(rows[i].path, got.f_favail, rows[i].free_files);
	}
	host_close(&h);
	host_remove(&copy);
}

/* A zone file (RFC 8536) of one rule: 5 hours and 30 minutes east of Greenwich, all the year. */
static void write_zone(const struct sw_host *h)
{
	static const char half[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				   "\0\0\0\0\0\0\1\0\0\0\4"
				   "\0\0\x4d\x58\0\0IST";
	static const char rule[] = "\nIST-5:30\n";
	char file[2 * sizeof(half) + sizeof(rule)];
	size_t n = sizeof(half); /* the NUL ends the zone's name */

	memcpy(file, half, n);
	memcpy(file + n, half, n);
	memcpy(file + 2 * n, rule, sizeof(rule) - 1);
	host_bytes(h, "/etc/localtime", file, 2 * n + sizeof(rule) - 1);
}

static long hour_of_epoch(void)
{
	time_t zero = 0;
	struct tm tm;

	tzset(); /* mktime(3) does, localtime_r(3) need not */
	assert_non_null(localtime_r(&zero, &tm));
	return tm.tm_hour * 100 + tm.tm_min;
}

static void a_copied_host_keeps_its_time_zone(void **state)
{
	struct sw_host copy;
	const char *const *env = pointing_at(&copy);
	const char *const without_tz[] = { env[0], NULL };
	char *cwd = getcwd(NULL, 0);
	char relative[4200];
	const char *const from_here[] = { relative, NULL };
	struct sw_fault why = { 0 };
	struct sw_host h;

	(void)state;
	assert_non_null(cwd);
	write_zone(&copy);
	zone("UTC0");
	want_number("opened", host_open(&h, env, &why), 0);
	zone_take(&h);
	want_number("TZ goes first", hour_of_epoch(), 0);
	host_close(&h);
	want_number("opened", host_open(&h, without_tz, &why), 0);
	want_number("opening alone leaves the process as it is", hour_of_epoch(), 0);
	zone_take(&h);
	want_number("its own", hour_of_epoch(), 530);
	host_close(&h);

	zone("UTC0");
	assert_int_equal(chdir(host_path(&copy, "/etc/..")), 0);
	snprintf(relative, sizeof(relative), "SPOOLWATCH_ROOT=../%s",
		 strrchr(copy.root_path, '/') + 1);
	want_number("opened", host_open(&h, from_here, &why), 0);
	zone_take(&h);
	want_number("its own, by a relative path", hour_of_epoch(), 530);
	host_close(&h);
	assert_int_equal(chdir(cwd), 0);
	free(cwd);
	zone("UTC0");
	host_remove(&copy);
}

static void the_door_opens_hosts_without_an_environment(void **state)
{
	struct sw_host copy = host_new(NULL);
	struct sw_fault why = { 0 };
	struct sw_host *h = NULL;

	(void)state;
	zone("UTC0");
	write_zone(&copy);
	want_number("opened", sw_host_open(copy.root_path, 1795431600, &h, &why), 0);
	want_number("copied", h->copied, true);
	want_number("now", h->now, 1795431600);
	want_number("replayed", h->replayed, true);
	want_number("the process keeps its zone", hour_of_epoch(), 0);
	sw_host_close(h);
	want_number("opened", sw_host_open(NULL, 0, &h, &why), 0);
	want_number("this machine", h->copied, false);
	want_number("the clock's time", h->now > 1700000000 && !h->replayed, true);
	sw_host_close(h);
	want_number("no time", sw_host_open(NULL, -1, &h, &why), -EINVAL);
	assert_null(h);
	want_number("nor that", sw_host_open(NULL, INT64_MAX / 2 + 1, &h, &why), -EINVAL);
	assert_null(h);
	want_number("the first", sw_host_open(NULL, 1, &h, &why), 0);
	want_number("which is", h->now, 1);
	sw_host_close(h);
	want_number("the last", sw_host_open(NULL, INT64_MAX / 2, &h, &why), 0);
	want_number("which is", h->now, INT64_MAX / 2);
	sw_host_close(h);
	why = (struct sw_fault){ 0 };
	want_number("no root", sw_host_open("/no/such/root", 0, &h, &why), -ENOENT);
	assert_null(h);
	want_text("says it", why.text.s,
		  "open the root directory /no/such/root: No such file or directory");
	sw_host_close(NULL);
	host_remove(&copy);
}

static void no_wait_outlives_the_run(void **state)
{
	struct sw_host h = { .deadline = 0 };
	int64_t now = clock_ms();

	(void)state;
	want_number("a library's host has no deadline", host_until(&h, 1000000) >= now + 1000000,
		    1);
	h.deadline = now + 100;
	want_number("a long wait ends with the run", host_until(&h, 1000000), now + 100);
	want_number("a short one when it is over", host_until(&h, 1) <= now + 100, 1);
	h.deadline = now - 1;
	want_number("and none begins after it", host_until(&h, 1000), now - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_is_a_value_that_can_be_set),
		cmocka_unit_test(what_is_at_hand_is_on_the_mount_of_the_root),
		cmocka_unit_test(without_settings_it_is_this_machine_now),
		cmocka_unit_test(what_is_renamed_elsewhere_hinders_nobody),
		cmocka_unit_test(a_root_that_is_not_there_is_said),
		cmocka_unit_test(an_empty_variable_is_not_set),
		cmocka_unit_test(links_of_a_copied_host_stay_inside_it),
		cmocka_unit_test(directories_of_a_copied_host_can_be_opened),
		cmocka_unit_test(what_can_not_be_opened_is_named),
		cmocka_unit_test(a_file_is_read_whole_or_not_at_all),
		cmocka_unit_test(what_is_no_file_does_not_stop_us),
		cmocka_unit_test(a_copied_host_brings_its_file_systems),
		cmocka_unit_test(a_copied_host_keeps_its_time_zone),
		cmocka_unit_test(the_door_opens_hosts_without_an_environment),
		cmocka_unit_test(no_wait_outlives_the_run),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}

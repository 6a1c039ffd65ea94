/* A state that can't be read now is not lost (Makefile: --wrap=pread64, --wrap=malloc). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/state.h"
#include "test.h"

enum { VERSION = 3, SIZE = 5000, HEAD = 40, TRIES = 5 };

static int fail_at; /* the read that fails, from 1 on; 0: none */
static int reads;
static int torn; /* so many looks at the heads of both slots find what another run is writing */
static bool no_memory;

/* glibc calls it so where files are large */
ssize_t __wrap_pread64(int fd, void *buf, size_t n, off_t at);
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);

ssize_t __wrap_pread64(int fd, void *buf, size_t n, off_t at)
{
	if (n == HEAD && torn > 0) {
		torn -= at > 0;
		memset(buf, 0, n);
		return HEAD;
	}
	if (++reads != fail_at)
		return syscall(SYS_pread64, fd, buf, n, at);
	errno = EIO;
	return -1;
}

void *__wrap_malloc(size_t n)
{
	return no_memory ? NULL : __real_malloc(n);
}

static int open_it(const char *path, char *block, struct sw_fault *why, struct state *s)
{
	reads = 0;
	return state_open(s, path, VERSION, block, SIZE, why);
}

static void want_kept(const char *what, const char *path, char first)
{
	static char block[SIZE];
	struct sw_fault why = { 0 };
	struct state s;

	fail_at = 0;
	no_memory = false;
	want_number(what, open_it(path, block, &why, &s), 0);
	want_number(what, s.damage.code, 0);
	want_number(what, block[0], first);
	state_close(&s);
}

static void what_can_not_be_read_is_not_begun_anew(void **state)
{
	struct sw_host h = host_new(NULL);
	static char block[SIZE];
	struct sw_fault why = { 0 };
	char *path = strdup(host_path(&h, "/state"));
	struct state s;

	(void)state;
	for (char i = 1; i <= 3; i++) {
		assert_int_equal(open_it(path, block, &why, &s), 0);
		block[0] = i;
		assert_int_equal(state_save(&s, VERSION, block, &why), 0);
		state_close(&s);
	}
	want_kept("as it is", path, 3);
	for (int at = 1; at < 12; at++) {
		struct sw_fault unread = { 0 };
		int rc;

		fail_at = at;
		rc = open_it(path, block, &unread, &s);
		if (rc == 0) { /* all was read, or what says nothing of ours */
			want_number("as it is", block[0], 3);
		} else {
			want_number("why", unread.code != 0, true);
			want_number("nothing to write to", s.fd, -1);
		}
		state_close(&s);
		want_kept("after a read that failed", path, 3);
	}
	fail_at = 0;
	no_memory = true;
	want_number("no memory", open_it(path, block, &why, &s), -ENOMEM);
	state_close(&s);
	want_kept("after want of memory", path, 3);
	free(path);
	host_remove(&h);
}

/* As it would with a run that writes all the time, of which a slot is whole now and then. */
static void a_state_that_others_write_is_tried_so_often(void **state)
{
	struct sw_host h = host_new(NULL);
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path = strdup(host_path(&h, "/state"));
	static char block[SIZE];
	struct sw_fault why = { 0 };
	struct state s;
	int fd;

	(void)state;
	assert_int_equal(open_it(path, block, &why, &s), 0);
	block[0] = 7;
	assert_int_equal(state_save(&s, VERSION, block, &why), 0);
	state_close(&s);
	fd = open(path, O_RDWR);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &whole), 0);
	for (int n = 0; n <= TRIES; n++) {
		memset(block, 0, sizeof(block));
		torn = n;
		want_number("looked at", state_look(&h, "/state", VERSION, block, SIZE, &why),
			    n < TRIES);
		want_number("found", block[0], n < TRIES ? 7 : 0);
		want_number("no more than that", torn, 0);
		memset(block, 0, sizeof(block));
		torn = n;
		want_number("opened", open_it(path, block, &why, &s), 0);
		want_number("found", block[0], n < TRIES ? 7 : 0);
		want_number("no more than that", torn, 0);
		want_number("to be read", s.fd, -1);
		want_number("and no damage", s.damage.code, 0);
	}
	close(fd);
	free(path);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_that_others_write_is_tried_so_often),
		cmocka_unit_test(what_can_not_be_read_is_not_begun_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

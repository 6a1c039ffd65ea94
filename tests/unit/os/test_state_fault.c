/*
 * A state that can't be read now is not lost, and of one that the disk does not have yet the one
 * before is (Makefile: --wrap=pread64, pwrite64, fdatasync, malloc).
 */
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

/* --- a disk that has what it was made to write, and any part of what was written since */

enum { ROOM = 64 * 1024, WRITES = 8 };

static char disk[ROOM];
static struct {
	char bytes[SIZE + 4096];
	size_t n;
	off_t at;
} written[WRITES];
static size_t writes;
static bool refuses; /* it says that it could not */

ssize_t __wrap_pwrite64(int fd, const void *buf, size_t n, off_t at);
int __wrap_fdatasync(int fd);

ssize_t __wrap_pwrite64(int fd, const void *buf, size_t n, off_t at)
{
	assert_true(writes < WRITES && n <= sizeof(written[0].bytes));
	memcpy(written[writes].bytes, buf, n);
	written[writes].n = n;
	written[writes++].at = at;
	return syscall(SYS_pwrite64, fd, buf, n, at);
}

int __wrap_fdatasync(int fd)
{
	if (refuses) {
		errno = EIO;
		return -1;
	}
	memset(disk, 0, sizeof(disk));
	assert_true(syscall(SYS_pread64, fd, disk, sizeof(disk), 0) > 0);
	writes = 0;
	return 0;
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

/* What is on the disk when the power fails: of each write since so much of its beginning, or end. */
static void fail_power(const char *path, size_t part, bool end)
{
	static char image[ROOM];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	memcpy(image, disk, sizeof(image));
	for (size_t i = 0; i < writes; i++) {
		size_t n = written[i].n < part ? written[i].n : part;
		size_t skip = end ? written[i].n - n : 0;

		memcpy(image + written[i].at + skip, written[i].bytes + skip, n);
	}
	assert_int_equal(syscall(SYS_pwrite64, fd, image, sizeof(image), 0), sizeof(image));
	close(fd);
}

/* Bytes of which each says which state they are of; 0: none. */
static int read_bytes(const char *path, int *damage)
{
	struct sw_fault why = { 0 };
	struct sw_raw got;
	struct state s;
	void *memory;
	int ret;

	want_number("open", state_open_bytes(&s, path, VERSION, SIZE, &got, &memory, &why), 0);
	ret = got.n > 0 ? got.p[0] : 0;
	for (size_t i = 0; i < got.n; i++)
		want_number("of one state", got.p[i], ret);
	*damage = s.damage.code;
	state_close(&s);
	free(memory);
	return ret;
}

static void a_power_failure_leaves_the_last_state_or_the_one_before(void **state)
{
	struct sw_host h = host_new(NULL);
	char room[STATE_AHEAD + SIZE];
	char *path = strdup(host_path(&h, "/bytes"));
	char *after = strdup(host_path(&h, "/after"));

	(void)state;
	for (int i = 1; i <= 6; i++) {
		struct sw_fault why = { 0 };
		struct sw_raw got;
		struct state s;
		void *memory;

		want_number("open", state_open_bytes(&s, path, VERSION, SIZE, &got, &memory, &why), 0);
		free(memory);
		memset(room + STATE_AHEAD, i, SIZE);
		refuses = i == 4; /* then the one before is all that it has for sure */
		want_number("save", state_save_bytes(&s, VERSION, room + STATE_AHEAD, SIZE, &why),
			    i == 4 ? -EIO : 0);
		refuses = false;
		state_close(&s);
		for (size_t part = 0; i > 1 && part <= SIZE + 100; part += 50)
			for (int end = 0; end < 2; end++) {
				size_t kept = writes;
				int damage;
				int is;

				fail_power(after, part, end);
				is = read_bytes(after, &damage);
				writes = kept;
				want_number("damaged", damage, 0);
				if (is != i && is != i - 1 && !(i == 4 && is == 2))
					fail_msg("after state %d: got state %d, want it or the one before", i, is);
			}
		want_number("as long as there is power", read_bytes(path, &(int){ 0 }), i);
	}
	free(path);
	free(after);
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
		cmocka_unit_test(a_power_failure_leaves_the_last_state_or_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

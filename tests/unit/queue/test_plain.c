/* Directories of a queue, entered one after the other, and its files. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptors.h"
#include "pieces.h"
#include "queue/plain.h"
#include "test.h"

enum { STEPS = 400 };

static ino_t inode_of(const struct sw_host *h, const char *path)
{
	struct stat st;

	return stat(host_path(h, path), &st) == 0 ? st.st_ino : 0;
}

/* The directory stays open while nothing leads out of it, and no longer. */
static void a_path_is_entered_as_far_as_it_is_another(void **state)
{
	static const char *const queues[] = { "deferred", "active" };
	static const char *const hashes[] = { "", "A/", "A/B/", "C/", "X/", "A/X/" }; /* X: none */

	(void)state;
	for (size_t files = QUEUE_PLAIN_FEW; files <= QUEUE_PLAIN_FEW + 1; files++) {
		struct sw_host h = host_new(NULL);
		bool few = files == QUEUE_PLAIN_FEW;
		struct queue_plain_place place = queue_plain_nowhere(files);
		const char *last_queue = NULL;
		const char *last_hash = NULL;
		int before = descriptors_open();

		for (size_t q = 0; q < 2; q++)
			for (size_t i = 0; i < 4; i++) {
				char path[64];

				snprintf(path, sizeof(path), "/%s/%sfile", queues[q], hashes[i]);
				host_file(&h, path, "");
			}
		for (int step = 0; step < STEPS; step++) {
			const char *queue = queues[pieces_draw(4) == 0];
			const char *hash = hashes[pieces_draw(3) ? 1 : pieces_draw(6)];
			const char *entered = few ? "" : hash;
			bool is_same = last_queue == queue && last_hash == entered;
			char name[64];
			char path[64];
			char what[128];
			const char *id;
			struct stat st;

			snprintf(name, sizeof(name), "%sfile%d", hash, step);
			snprintf(path, sizeof(path), "/%s/%s", queue, entered);
			snprintf(what, sizeof(what), "step %d, %.60s", step, path);
			id = queue_plain_enter(&place, h.root, queue, name);
			want_number(what, id - name, strlen(entered));
			last_queue = queue;
			last_hash = entered;
			if (strchr(entered, 'X')) {
				want_number(what, place.directory, -ENOENT);
				continue;
			}
			assert_int_equal(fstat(place.directory, &st), 0);
			want_number(what, st.st_ino, inode_of(&h, path));
			/* the mark of one that is open still */
			want_number(what, fcntl(place.directory, F_GETFD),
				    is_same ? 0 : FD_CLOEXEC);
			assert_int_equal(fcntl(place.directory, F_SETFD, 0), 0);
		}
		queue_plain_leave(&place);
		want_number("nowhere", place.directory, -EBADF);
		want_number("nothing is left open", descriptors_open(), before);
		host_remove(&h);
	}
}

static void what_was_not_there_is_not_looked_for_again(void **state)
{
	static const char queue[] = "deferred";
	struct sw_host h = host_new(NULL);
	struct queue_plain_place place = queue_plain_nowhere(QUEUE_PLAIN_FEW + 1);

	(void)state;
	queue_plain_enter(&place, h.root, queue, "A/one");
	want_number("not there", place.directory, -ENOENT);
	host_file(&h, "/deferred/A/one", "");
	queue_plain_enter(&place, h.root, queue, "A/two");
	want_number("is known", place.directory, -ENOENT);
	queue_plain_enter(&place, h.root, queue, "B/two");
	queue_plain_enter(&place, h.root, queue, "A/one");
	want_number("after another", place.directory >= 0, true);
	queue_plain_leave(&place);
	host_remove(&h);
}

static void a_path_that_is_too_long_leads_nowhere(void **state)
{
	static const char queue[] = "deferred";
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t n = QUEUE_HASH - 3; n < QUEUE_HASH + 3; n++) {
		struct queue_plain_place place = queue_plain_nowhere(QUEUE_PLAIN_FEW + 1);
		char name[QUEUE_HASH + 10];

		memset(name, 'a', sizeof(name));
		name[n - 1] = '/';
		name[n + 1] = '\0';
		want_number("the ID", queue_plain_enter(&place, h.root, queue, name) - name, n);
		want_number("the directory", place.directory, n < QUEUE_HASH ? -ENOENT : -EBADF);
		queue_plain_leave(&place);
	}
	host_remove(&h);
}

static void what_can_not_be_read_is_no_queue_file(void **state)
{
	struct sw_host h = host_new(NULL);
	char bytes[10];
	int file;
	int directory;
	int closed = 1000;
	int pipes[2];

	(void)state;
	host_file(&h, "/file", "abc");
	file = open(host_path(&h, "/file"), O_RDONLY);
	directory = open(h.root_path, O_RDONLY | O_DIRECTORY);
	assert_true(file >= 0 && directory >= 0 && pipe(pipes) == 0);
	errno = EINTR; /* of something else */
	want_number("its end", queue_plain_pread(&file, bytes, 10, 3), 0);
	errno = EINTR;
	want_number("bytes", queue_plain_pread(&file, bytes, 10, 1), 2);
	want_number("a directory", queue_plain_pread(&directory, bytes, 10, 0), -EBADMSG);
	want_number("a pipe", queue_plain_pread(&pipes[0], bytes, 10, 0), -EBADMSG);
	want_number("before its beginning", queue_plain_pread(&file, bytes, 10, -1), -EBADMSG);
	close(file);
	close(directory);
	close(pipes[0]);
	close(pipes[1]);
	want_number("closed", queue_plain_pread(&closed, bytes, 10, 0), -EBADF);
	want_number("not there", queue_plain_open(h.root, "none"), -ENOENT);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_entered_as_far_as_it_is_another),
		cmocka_unit_test(what_was_not_there_is_not_looked_for_again),
		cmocka_unit_test(a_path_that_is_too_long_leads_nowhere),
		cmocka_unit_test(what_can_not_be_read_is_no_queue_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

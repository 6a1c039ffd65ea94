/* Beside gzip(1), xz(1), zstd(1) and bzip2(1). */
#include "unpack_files.h"

/* Run a line of sh in the host's directory; false when a program of it is not there. */
static bool shell(const struct sw_host *h, const char *program, const char *line)
{
	char command[8192];
	int status;

	snprintf(command, sizeof(command), "command -v %s >/dev/null || exit 77; cd '%s' && %s",
		 program, h->root_path, line);
	status = system(command);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		printf("skipped - %s is not installed\n", program);
	else
		want_number(line, WEXITSTATUS(status), 0);
	return WEXITSTATUS(status) == 0;
}

/* What the real program makes, at all its levels, comes out as it went in, and in small pieces. */
static void check_real(const struct sw_host *h, const struct format *f)
{
	static const char *const levels[] = { "-1", "-6", "-9" };
	enum { LARGE = 1 << 20 };
	char *want = malloc(LARGE);
	char line[256];

	for (size_t i = 0; i < LARGE; i++)
		want[i] = (char)('a' + i * i / 7 % 26);
	host_bytes(h, "/plain", want, LARGE);
	for (size_t i = 0; i < SW_COUNT(levels); i++) {
		struct got got = { 0 };
		struct sw_fault why = { 0 };

		snprintf(line, sizeof(line), "%s %s -c plain >log && %s -c </dev/null >>log",
			 f->program, levels[i], f->program);
		if (!shell(h, f->program, line))
			break;
		want_number(line, read_file(h, f, INT64_MAX, &got, &why), 0);
		want_number(line, got.n, LARGE);
		want_number("the same", memcmp(got.bytes, want, LARGE), 0);
		want_number("no piece is larger", got.largest <= UNPACK_PIECE, 1);
		want_number("nor the first", got.first <= UNPACK_FIRST_PIECE, 1);
		free(got.bytes);
	}
	free(want);
}

static void what_the_real_programs_make_is_read(void **state)
{
	(void)state;
	for_each_format(check_real);
}

/* A file that the real program reads without a word is whole for us, any other is not. */
static void check_judgement(const struct sw_host *h, const struct format *f)
{
	char line[512];
	unsigned char bytes[1024];
	bool whole[1024];
	FILE *statuses;

	memcpy(bytes, f->bytes, f->n);
	for (size_t i = 0; i < f->n; i++) {
		struct got got = { 0 };
		struct sw_fault why = { 0 };

		bytes[i] ^= (unsigned char)(1 << i % 8);
		whole[i] = read_bytes(h, f, bytes, f->n, &got, &why) == 0;
		snprintf(line, sizeof(line), "/%zu", i);
		host_bytes(h, line, bytes, f->n);
		bytes[i] ^= (unsigned char)(1 << i % 8);
		free(got.bytes);
	}
	snprintf(line, sizeof(line),
		 "cd '%s' && i=0 && while [ -f $i ]; do %s -dc <$i >plain 2>&1; "
		 "echo $?; i=$((i + 1)); done",
		 h->root_path, f->program);
	statuses = popen(line, "r");
	assert_non_null(statuses);
	for (size_t i = 0; i < f->n; i++) {
		assert_non_null(fgets(line, sizeof(line), statuses));
		if ((strcmp(line, "0\n") == 0) != whole[i])
			fail_msg("%s, bit %zu of byte %zu: whole for us %d, its exit status is %s",
				 f->program, i % 8, i, whole[i], line);
	}
	want_number("the loop ran", pclose(statuses), 0);
}

static void the_real_programs_find_the_same_files_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < SW_COUNT(formats); i++) {
		struct sw_host h = host_new(NULL);

		if (is_built(&h, &formats[i]) && shell(&h, formats[i].program, "true"))
			check_judgement(&h, &formats[i]);
		host_remove(&h);
	}
}

/* 10 GB of NULs in a few MB: one of 10 MB a thousand times. */
static void check_bomb(const struct sw_host *h, const struct format *f)
{
	enum { ALLOWED = 30 << 20, MS = 50 };
	struct got got = { .counted = true };
	struct sw_fault why = { 0 };
	struct unpack_limits limits = { INT64_MAX, 0 };
	char line[512];
	int fd;

	snprintf(line, sizeof(line),
		 "head -c 10485760 /dev/zero | %s -c >one && cat one one one one one one one one "
		 "one one "
		 ">ten && cat ten ten ten ten ten ten ten ten ten ten >more && "
		 "cat more more more more more more more more more more >log",
		 f->program);
	if (!shell(h, f->program, line))
		return;
	want_number("bytes", read_file(h, f, ALLOWED, &got, &why), -EFBIG);
	want_number("as many as allowed", got.n, ALLOWED);
	want_in("bytes", why.text.s, "holds more than 31457280 bytes");

	fd = open(host_path(h, "/log"), O_RDONLY);
	limits.deadline = clock_ms() + MS;
	why = (struct sw_fault){ 0 };
	want_number("time", unpack_each(fd, f->format, &limits, take, &got, &why), -ETIME);
	want_in("time", why.text.s, "was not read in its time");
	close(fd);
}

static void a_bomb_ends_by_bytes_and_by_time(void **state)
{
	(void)state;
	for_each_format(check_bomb);
}

/* A dictionary of 1.5 GiB, a window of 2 GiB: files that ask for it are few bytes long. */
static void more_memory_than_is_allowed_is_not_taken(void **state)
{
	static const struct {
		size_t format;
		const char *make;
	} rows[] = {
		{ 1, "echo | xz --lzma2=dict=1536MiB,mf=hc3,mode=fast,nice=8 -c >log" },
		{ 2, "printf '\\050\\265\\057\\375\\004\\250\\001\\000\\000' >log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct format *f = &formats[rows[i].format];
		struct sw_host h = host_new(NULL);
		struct got got = { 0 };
		struct sw_fault why = { 0 };

		if (is_built(&h, f) && shell(&h, f->program, rows[i].make)) {
			want_number(f->program, read_file(&h, f, INT64_MAX, &got, &why), -EFBIG);
			want_in(f->program, why.text.s, "takes more than 128 MiB of memory");
		}
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_real_programs_make_is_read),
		cmocka_unit_test(the_real_programs_find_the_same_files_whole),
		cmocka_unit_test(a_bomb_ends_by_bytes_and_by_time),
		cmocka_unit_test(more_memory_than_is_allowed_is_not_taken),
	};

	return cmocka_run_group_tests_name("unpack beside the real programs", tests, NULL, NULL);
}

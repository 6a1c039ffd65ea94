/*
 * Network namespaces of other processes, which stand in a /proc of this test's own: its links lead to
 * those of children. As root; to others all are shut.
 */
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "os/netns.h"
#include "os/sockets.h"
#include "os/syscalls.h"
#include "test.h"

enum { NAME = 32, MANY = 256, NUMBER_MOST = 999999 /* so that all names have room */ };

static void name_of(const char *path, char ret[NAME])
{
	ssize_t n = readlink(path, ret, NAME - 1);

	ret[n > 0 ? n : 0] = '\0';
}

/* A process in a namespace of its own; 0 where that is not allowed. */
static pid_t child_elsewhere(void)
{
	char byte = 0;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves none behind */
		byte = unshare(CLONE_NEWNET) == 0;
		(void)!write(ends[1], &byte, 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	close(ends[1]);
	if (byte)
		return pid;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

struct visits {
	unsigned n;
	char name[4][NAME]; /* of the first ones */
};

static void visit(void *ctx)
{
	struct visits *v = ctx;

	if (v->n < SW_COUNT(v->name))
		name_of("/proc/thread-self/ns/net", v->name[v->n]);
	v->n++;
}

static void put_process(const struct sw_host *h, const char *name, const char *link)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/ns/x", name);
	host_file(h, path, ""); /* and what it lies in */
	snprintf(path, sizeof(path), "/proc/%s/ns/net", name);
	assert_int_equal(symlink(link, host_path(h, path)), 0);
}

/* Of many names for one, the i-th: of more slashes. */
static void alias(pid_t pid, int i, char ret[NAME])
{
	static const char slashes[] = "////////";

	char text[2 * NAME];

	snprintf(text, sizeof(text), "%.*sproc%.*s%d%.*sns%.*snet", 1 + i % 4, slashes, 1 + i / 4 % 4, slashes,
		 (int)pid, 1 + i / 16 % 4, slashes, 1 + i / 64, slashes);
	text[NAME - 1] = '\0';
	memcpy(ret, text, NAME);
}

static int failed_without_right(const struct sw_host *h)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	struct visits v = { .n = 0 };
	struct sw_fault why = { 0 };

	if (syscall(SYS_capget, &head, data) < 0)
		return -1;
	data[CAP_SYS_ADMIN / 32].effective &= ~(1U << CAP_SYS_ADMIN % 32);
	if (syscall(SYS_capset, &head, data) < 0)
		return -1;
	netns_each_other(h, 8, visit, &v, &why);
	return v.n > 0 ? -2 : why.code;
}

static void nothing(const struct socket_seen *seen, void *ctx)
{
	(void)seen;
	(void)ctx;
}

/* In how many namespaces sockets are listed; *code is why not in all. */
static unsigned spaces_of(struct sw_host h, int *code)
{
	static const uint16_t port = 25;
	struct sockets_query q = { .port = &port, .ports = 1, .fn = nothing };
	struct sw_fault why = { 0 };
	int rc;

	h.copied = false;
	rc = sockets_each(&h, &q, &why);
	*code = q.unseen.code;
	return rc < 0 ? 0 : q.spaces;
}

/* Whether anything was seen or said. */
static int looked(void *ctx)
{
	struct visits v = { .n = 0 };
	struct sw_fault why = { 0 };

	netns_each_other(ctx, 8, visit, &v, &why);
	return v.n > 0 || why.code ? -1 : 0;
}

static int in_child(int (*fn)(const struct sw_host *h), const struct sw_host *h)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(fn(h) & 0xff);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void each_other_is_entered_once(void **state)
{
	struct sw_host h = host_new(NULL);
	pid_t pid[2] = { child_elsewhere(), child_elsewhere() };
	char link[2][NAME], name[2][NAME], own[NAME], now[NAME], text[NAME];
	int opened = descriptors_open();
	struct sw_fault why = { 0 };
	struct visits v = { .n = 0 };
	int code;

	(void)state;
	if (!pid[0] || !pid[1]) {
		if (geteuid() != 0)
			netns_each_other(&h, 8, visit, &v, &why);
		want_number("nobody but root looks", v.n + (unsigned)why.code, 0);
		host_remove(&h);
		return;
	}
	name_of("/proc/self/ns/net", own);
	for (int i = 0; i < 2; i++) {
		snprintf(link[i], NAME, "/proc/%d/ns/net", (int)pid[i]);
		name_of(link[i], name[i]);
	}
	netns_each_other(&h, 8, visit, &v, &why);
	want_number("no /proc", v.n + (unsigned)why.code, 0);
	put_process(&h, "self", "/proc/self/ns/net");
	put_process(&h, "7", "/proc/self/ns/net");
	put_process(&h, "x8", link[0]);
	put_process(&h, "12345678901", link[0]);
	host_file(&h, "/proc/10/status", "");
	netns_each_other(&h, 8, visit, &v, &why);
	want_number("the own one alone", v.n + (unsigned)why.code, 0);
	want_number("none is entered, nor left", in_child(failed_without_right, &h), 0);
	put_process(&h, "9", "/proc/0/ns/net"); /* it has ended meanwhile */
	put_process(&h, "1234567890", link[0]);
	netns_each_other(&h, 8, visit, &v, &why);
	want_number("one", v.n, 1);
	want_text("it", v.name[0], name[0]);
	want_number("nothing is unseen", why.code, 0);
	name_of("/proc/self/ns/net", now);
	want_text("back", now, own);
	want_number("one may not be entered", in_child(failed_without_right, &h), EPERM);
	put_process(&h, "12", link[0]);
	put_process(&h, "13", link[1]);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("nobody but root looks", as_nobody(looked, &h), 0);
	v.n = 0;
	netns_each_other(&h, 3, visit, &v, &why); /* with that of who has ended */
	want_number("two", v.n, 2);
	want_number("both", strcmp(v.name[0], v.name[1]) != 0, true);
	for (int i = 0; i < 2; i++)
		want_number("one of them", strcmp(v.name[i], name[0]) == 0 || strcmp(v.name[i], name[1]) == 0, true);
	want_number("as many as may be", why.code, 0);
	if (spaces_of(h, &code) > 0) /* built with libmnl, in a kernel with inet_diag */
		want_number("sockets of", spaces_of(h, &code), 3);
	netns_each_other(&h, 2, visit, &v, &why);
	want_number("one too many", why.code, E2BIG);
	want_text("it is said", why.text.s, "more than 3 network namespaces are here");
	why = (struct sw_fault){ 0 };
	snprintf(text, sizeof(text), "/proc/%d/ns/net/x", (int)pid[0]);
	put_process(&h, "14", text);
	netns_each_other(&h, 8, visit, &v, &why);
	want_number("one that can't be opened", why.code, ENOTDIR);
	want_in("it is said", why.text.s, "open /proc/14/ns/net");
	why = (struct sw_fault){ 0 };
	assert_int_equal(unlink(host_path(&h, "/proc/14/ns/net")), 0);
	put_process(&h, "15", "/dev/null");
	netns_each_other(&h, 8, visit, &v, &why);
	want_number("what is none", why.code, EINVAL);
	want_in("it is said", why.text.s, "enter the network namespace of /proc/15/ns/net");
	why = (struct sw_fault){ 0 };
	assert_int_equal(unlink(host_path(&h, "/proc/15/ns/net")), 0);
	put_process(&h, "16", "////////////////////////////////////////proc/self/ns/net");
	v.n = 0;
	netns_each_other(&h, 8, visit, &v, &why);
	want_number("a name that is longer than any", v.n + (unsigned)why.code, 3);
	name_of("/proc/self/ns/net", now);
	want_text("back", now, own);
	want_number("descriptors", descriptors_open(), opened);
	end_child(pid[0]);
	end_child(pid[1]);
	host_remove(&h);
}

/* By many names, as these are all that is known of one. */
static void there_is_an_end_of_them(void **state)
{
	struct sw_host h = host_new(NULL);
	pid_t pid = child_elsewhere();
	struct sw_fault why = { 0 };
	struct visits v = { .n = 0 };
	int code;

	(void)state;
	put_process(&h, "self", "/proc/self/ns/net");
	for (int i = 0; pid && pid <= NUMBER_MOST && i < MANY; i++) {
		char name[16], link[NAME];

		snprintf(name, sizeof(name), "%d", 1000 + i);
		alias(pid, i, link);
		put_process(&h, name, link);
	}
	if (pid && pid <= NUMBER_MOST) {
		netns_each_other(&h, 1000, visit, &v, &why);
		want_number("entered", v.n, 254); /* the table's 256th place is its last */
		want_number("more", why.code, E2BIG);
		if (spaces_of(h, &code) > 0) {
			want_number("sockets of", spaces_of(h, &code), SOCKET_SPACES);
			want_number("more", code, E2BIG);
		}
	}
	if (pid)
		end_child(pid);
	host_remove(&h);
}

struct forwarded {
	const struct sw_host *host;
	uint16_t port;
};

static int is_forwarded(void *ctx)
{
	const struct forwarded *f = ctx;

	return netns_is_forwarded(f->host, f->port) ? -1 : 0;
}

#define WORDS(text) text, sizeof(text) - 1

/* moby's cmd/docker-proxy, whose arguments are separated by NUL (proc_pid_cmdline(5)) */
static void a_proxy_of_docker_tells_of_a_container(void **state)
{
	static const struct {
		const char *process, *words;
		size_t n;
		bool is;
	} rows[] = {
		{ "7", WORDS("/usr/bin/docker-proxy\0-proto\0tcp\0-host-ip\0000.0.0.0\0-host-port\00025\0"
			     "-container-ip\000172.17.0.2\0-container-port\000587\0"), true },
		{ "7", WORDS("docker-proxy\0-host-port\00025"), true },
		{ "1234567890", WORDS("docker-proxy\0-host-port\00025\0"), true },
		{ "12345678901", WORDS("docker-proxy\0-host-port\00025\0"), false },
		{ "x", WORDS("docker-proxy\0-host-port\00025\0"), false },
		{ "7", WORDS("docker-proxy\0-host-port\000250\0"), false },
		{ "7", WORDS("docker-proxy\0-host-port\0002\0"), false },
		{ "7", WORDS("docker-proxy\0-host-port=25\0"), false },
		{ "7", WORDS("docker-proxy\0-host-port\0"), false },
		{ "7", WORDS("docker-proxy\0-container-port\00025\0"), false },
		{ "7", WORDS("docker-proxy\0-host-port\0-x\00025\0"), false },
		{ "7", WORDS("ocker-proxy\0-host-port\00025\0"), false },
		{ "7", WORDS("docker-proxy2\0-host-port\00025\0"), false },
		{ "7", WORDS("sh\0docker-proxy\0-host-port\00025\0"), false },
		{ "7", WORDS("docker-proxy"), false },
		{ "7", WORDS(""), false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct forwarded f = { &h, 25 };
		char path[64];

		host_file(&h, "/proc/6/status", ""); /* it has ended meanwhile */
		snprintf(path, sizeof(path), "/proc/%s/cmdline", rows[i].process);
		host_bytes(&h, path, rows[i].words, rows[i].n);
		assert_int_equal(chmod(h.root_path, 0755), 0);
		want_number(rows[i].n ? rows[i].words : "no words", as_nobody(is_forwarded, &f),
			    rows[i].is ? -1 : 0);
		f.port = 5;
		want_number("another port", as_nobody(is_forwarded, &f), 0);
		host_bytes(&h, path, "docker-proxy\0-host-port\0005", 25);
		want_number("of one digit", as_nobody(is_forwarded, &f),
			    strlen(rows[i].process) <= 10 && *rows[i].process != 'x' ? -1 : 0);
		if (geteuid() == 0)
			want_number("root looks into it", netns_is_forwarded(&h, 5), false);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_other_is_entered_once),
		cmocka_unit_test(there_is_an_end_of_them),
		cmocka_unit_test(a_proxy_of_docker_tells_of_a_container),
	};

	return cmocka_run_group_tests_name("netns", tests, NULL, NULL);
}

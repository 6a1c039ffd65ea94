/*
 * supervise: run a program of which each system call is looked at first, by seccomp's user
 * notification: so also those that libc makes for itself are seen, with any compiler and processor.
 * What a child of it runs by execve(2) is let be.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trial.h"

/* younger than some C libraries; the same on all processors but alpha */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

enum { OTHERS_MAX = 64, SHORT_MAX = 1 << 16 };

struct watch {
	const struct fault *f;
	struct run *run;
	pid_t main;
	int listener;
	bool begun;		  /* the program itself runs */
	bool failed;		  /* the call has come */
	size_t seen;		  /* calls of its number */
	pid_t others[OTHERS_MAX]; /* that have become another program */
	size_t others_n;
};

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static bool looks_at_all(const struct fault *f)
{
	return f->kind == FAULT_NONE;
}

/*
 * To what begins and ends a program and what may fail, or to all. sendmsg(2) hands the listener
 * over, and none of our programs makes it.
 */
static int listen_to(const struct fault *f)
{
	const unsigned failing = f->kind == FAULT_MEMORY ? SYS_execve : (unsigned)f->number;
	const unsigned others = looks_at_all(f) ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, failing, 2, 0),
		BPF_STMT(BPF_RET | BPF_K, others),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

union descriptor {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static void send_descriptor(int to, int fd)
{
	char byte = fd < 0;
	struct iovec v = { &byte, 1 };
	union descriptor d = { .bytes = { 0 } };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	if (fd >= 0) {
		m.msg_control = d.bytes;
		m.msg_controllen = sizeof(d.bytes);
		*CMSG_FIRSTHDR(&m) = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
						       .cmsg_type = SCM_RIGHTS,
						       .cmsg_len = CMSG_LEN(sizeof(int)) };
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof(fd));
	}
	(void)!sendmsg(to, &m, 0);
}

static int receive_descriptor(int from)
{
	char byte;
	struct iovec v = { &byte, 1 };
	union descriptor d;
	struct msghdr m = { .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = d.bytes,
			    .msg_controllen = sizeof(d.bytes) };
	int fd = -1;

	if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) == 1 && !byte && CMSG_FIRSTHDR(&m))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

static _Noreturn void become(char *const *argv, const struct fault *f, const int *text, int to)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, 0);
	dup2(text[0], 1);
	dup2(text[1], 2);
	syscall(SYS_close_range, 3, to - 1, 0);
	syscall(SYS_close_range, to + 1, ~0U, 0);
	fcntl(to, F_SETFD, FD_CLOEXEC);
	send_descriptor(to, listen_to(f));
	execv(argv[0], argv);
	_exit(126);
}

/* --- one call */

static bool is_other(const struct watch *w, pid_t pid)
{
	for (size_t i = 0; i < w->others_n; i++)
		if (w->others[i] == pid)
			return true;
	return false;
}

/* Do at most f->bytes of it in the program's place. */
static long long do_in_part(const struct watch *w, const struct seccomp_notif *n)
{
	static char buf[SHORT_MAX];
	int pid_fd = (int)syscall(SYS_pidfd_open, (pid_t)n->pid, 0);
	int fd = pid_fd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pid_fd, (int)n->data.args[0], 0);
	size_t bytes = n->data.args[2] < w->f->bytes ? (size_t)n->data.args[2] : w->f->bytes;
	struct iovec ours = { buf, bytes };
	struct iovec theirs = { (void *)(uintptr_t)n->data.args[1], bytes };
	off_t at = (off_t)n->data.args[3];
	ssize_t done = -1;
	int call = n->data.nr;

	if (bytes > sizeof(buf))
		bytes = sizeof(buf);
	if (fd >= 0 && (call == SYS_write || call == SYS_pwrite64) &&
	    process_vm_readv((pid_t)n->pid, &ours, 1, &theirs, 1, 0) == (ssize_t)bytes)
		done = call == SYS_write ? write(fd, buf, bytes) : pwrite(fd, buf, bytes, at);
	else if (fd >= 0 && (call == SYS_read || call == SYS_pread64))
		done = call == SYS_read ? read(fd, buf, bytes) : pread(fd, buf, bytes, at);
	if (done > 0 && (call == SYS_read || call == SYS_pread64)) {
		theirs.iov_len = ours.iov_len = (size_t)done;
		(void)!process_vm_writev((pid_t)n->pid, &ours, 1, &theirs, 1, 0);
	}
	if (fd >= 0)
		close(fd);
	if (pid_fd >= 0)
		close(pid_fd);
	return done;
}

static bool is_hit(struct watch *w, const struct seccomp_notif *n)
{
	if (w->f->kind == FAULT_NONE || w->f->kind == FAULT_MEMORY || n->data.nr != w->f->number)
		return false;
	if (w->seen++ == w->f->nth) {
		w->failed = true;
		w->run->failed_fd = (int)n->data.args[0];
		return true;
	}
	return w->failed && w->f->always;
}

static size_t open_descriptors(pid_t pid)
{
	char path[64];
	size_t count = 0;
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	d = opendir(path);
	while (d && (e = readdir(d)))
		count += atoi(e->d_name) > 2;
	if (d)
		closedir(d);
	return count;
}

/* By syscall(2): the request is an int in musl's ioctl(), an unsigned long in glibc's. */
static long notice(const struct watch *w, unsigned long request, void *notice)
{
	return syscall(SYS_ioctl, w->listener, request, notice);
}

static void answer(struct watch *w, const struct seccomp_notif *n)
{
	struct seccomp_notif_resp r = { .id = n->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
	struct run *run = w->run;

	if (n->data.nr == SYS_execve && !w->begun) {
		w->begun = true;
	} else if (n->data.nr == SYS_execve && w->others_n < OTHERS_MAX) {
		w->others[w->others_n++] = (pid_t)n->pid;
	} else if (w->begun && !is_other(w, (pid_t)n->pid)) {
		if (looks_at_all(w->f) && run->calls < CALLS_MAX)
			run->call[run->calls++] = n->data.nr;
		if (is_hit(w, n)) {
			r.flags = 0;
			r.error = -w->f->error;
			if (w->f->kind == FAULT_SHORT) {
				r.error = 0;
				r.val = do_in_part(w, n);
				if (r.val < 0) {
					r.val = 0;
					r.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
				}
			}
		}
	}
	if (n->data.nr == SYS_exit_group && (pid_t)n->pid == w->main)
		run->open = open_descriptors(w->main);
	(void)!notice(w, SECCOMP_IOCTL_NOTIF_SEND, &r);
}

/* Until nobody is left who could make a call, or the time is over. */
static void watch(struct watch *w)
{
	long long deadline = now_ms() + RUN_SECONDS * 1000LL;
	bool ended = false;

	for (;;) {
		struct pollfd p = { .fd = w->listener, .events = POLLIN };
		struct seccomp_notif n = { .id = 0 };
		long long left = deadline - now_ms();

		if (!ended && waitpid(w->main, &w->run->status, WNOHANG) == w->main) {
			ended = true;
			deadline = now_ms() + 200; /* for its children */
		}
		if (left <= 0)
			break;
		if (poll(&p, 1, left > 20 ? 20 : (int)left) <= 0)
			continue;
		if (p.revents & POLLIN) {
			if (notice(w, SECCOMP_IOCTL_NOTIF_RECV, &n) == 0)
				answer(w, &n);
		} else if (p.revents & POLLHUP) {
			break;
		}
	}
	/* it may be between its last call and its end */
	for (int i = 0; i < 1000 && !ended; i++) {
		ended = waitpid(w->main, &w->run->status, WNOHANG) == w->main;
		if (!ended)
			usleep(100);
	}
	if (!ended) {
		w->run->late = true;
		kill(w->main, SIGKILL);
		waitpid(w->main, &w->run->status, 0);
	}
}

/* Children of a program that ended are ours (PR_SET_CHILD_SUBREAPER). */
static size_t end_children(void)
{
	char path[64];
	char pids[4096];
	size_t count = 0;
	ssize_t n;
	int fd;

	/* one that was killed is still there for a moment */
	for (int i = 0; i < 200 && waitpid(-1, NULL, WNOHANG) >= 0; i++)
		usleep(500);
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, pids, sizeof(pids) - 1);
	if (fd >= 0)
		close(fd);
	pids[n > 0 ? n : 0] = '\0';
	for (char *p = pids, *end; strtol(p, &end, 10) > 0; p = end) {
		kill((pid_t)strtol(p, NULL, 10), SIGKILL);
		count++;
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	return count;
}

static char *text_of(int fd, size_t *n)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = calloc(1, (size_t)(size > 0 ? size : 0) + 1);

	*n = text && size > 0 && pread(fd, text, (size_t)size, 0) == size ? (size_t)size : 0;
	return text;
}

static void set_memory(const char *preload, const struct fault *f, const char *tally)
{
	char number[32];

	unsetenv("FAULT_MEMORY_AT");
	unsetenv("FAULT_MEMORY_ON");
	setenv("FAULT_MEMORY_TALLY", tally, 1);
	if (f->kind == FAULT_MEMORY) {
		snprintf(number, sizeof(number), "%zu", f->at);
		setenv("FAULT_MEMORY_AT", number, 1);
		if (f->always)
			setenv("FAULT_MEMORY_ON", "1", 1);
	}
	setenv("LD_PRELOAD", preload, 1);
}

bool supervise(char *const *argv, const char *preload, const struct fault *f, struct run *ret)
{
	static int *calls;
	struct watch w = { .f = f, .run = ret, .listener = -1 };
	int text[2] = { memfd_create("out", MFD_CLOEXEC), memfd_create("err", MFD_CLOEXEC) };
	int tally = memfd_create("tally", MFD_CLOEXEC);
	int pair[2];
	char path[64];
	uint64_t requests = 0;

	if (!calls)
		calls = malloc(CALLS_MAX * sizeof(*calls));
	*ret = (struct run){ .failed_fd = -1, .call = calls };
	if (text[0] < 0 || text[1] < 0 || tally < 0 || !calls ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ||
	    ftruncate(tally, sizeof(requests)) < 0)
		return false;
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), tally);
	w.main = fork();
	if (w.main == 0) {
		if (preload)
			set_memory(preload, f, path);
		become(argv, f, text, pair[1]);
	}
	close(pair[1]);
	w.listener = w.main < 0 ? -1 : receive_descriptor(pair[0]);
	close(pair[0]);
	if (w.listener >= 0) {
		watch(&w);
		close(w.listener);
	} else if (w.main > 0) {
		kill(w.main, SIGKILL);
		waitpid(w.main, NULL, 0);
	}
	ret->children = end_children();
	if (pread(tally, &requests, sizeof(requests), 0) == sizeof(requests))
		ret->requests = (size_t)requests;
	close(tally);
	ret->out = text_of(text[0], &ret->out_n);
	ret->err = text_of(text[1], &ret->err_n);
	close(text[0]);
	close(text[1]);
	return w.listener >= 0;
}

void run_free(struct run *r)
{
	free(r->out);
	free(r->err);
}

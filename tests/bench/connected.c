/*
 * connected: N connections to a port of this machine, from as many loopback addresses as there are
 * networks of 100, and a command that runs while they stand.
 *
 *     connected N PORT COMMAND [ARGUMENT...]
 *
 * In a network namespace of its own it brings the loopback interface up. Exits as the command does.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(125);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(request.ifr_name, "lo");
	if (fd >= 0)
		(void)!ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

static int listening(uint16_t port)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 0 }, sizeof(int)) < 0 ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) < 0 || listen(fd, 128) < 0)
		fail("listen");
	return fd;
}

/* The client's end; the server's is held, too. */
static void connect_one(int server, uint16_t port, unsigned i)
{
	struct sockaddr_in from = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(0x7f000001 + (i / 100 << 8)) };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    accept4(server, NULL, NULL, SOCK_CLOEXEC) < 0)
		fail("connect");
}

/* As many as a process may hold, in a process of its own that stays; this one waits for it. */
static pid_t hold(int server, uint16_t port, unsigned from, unsigned to)
{
	int ready[2];
	pid_t child;
	char byte;

	if (pipe(ready) < 0 || (child = fork()) < 0)
		fail("fork");
	if (child == 0) {
		close(ready[0]);
		for (unsigned i = from; i < to; i++)
			connect_one(server, port, i);
		(void)!write(ready[1], "", 1);
		pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		exit(125);
	close(ready[0]);
	return child;
}

static pid_t run(char **command)
{
	pid_t child = fork();

	if (child == 0) {
		execvp(command[0], command);
		fail(command[0]);
	}
	return child;
}

int main(int argc, char **argv)
{
	struct rlimit files;
	unsigned held = 0;
	unsigned n;
	uint16_t port;
	int status;
	int server;
	pid_t child;

	if (argc < 4 || getrlimit(RLIMIT_NOFILE, &files) < 0) {
		fprintf(stderr, "usage: connected N PORT COMMAND [ARGUMENT...]\n");
		return 125;
	}
	n = (unsigned)atoi(argv[1]);
	port = (uint16_t)atoi(argv[2]);
	loopback_up();
	server = listening(port);
	setpgid(0, 0);
	while (held < n) {
		unsigned part = (unsigned)files.rlim_cur / 2 - 32;

		part = part < n - held ? part : n - held;
		(void)hold(server, port, held, held + part);
		held += part;
	}
	child = run(argv + 3);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		fail("wait");
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

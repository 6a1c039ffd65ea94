/*
 * trees: file systems as hosts have them that run out of inodes, drawn at random, for the tests and
 * the benchmarks of lib/inode. Nothing is made here: `put` gets each directory, before what is in
 * it, and each file.
 */
#ifndef SW_TREES_H
#define SW_TREES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TREE_PATH = 256 };

struct trees {
	uint64_t draw; /* seed, not 0 */
	unsigned size; /* 1: some thousand inodes */
	void (*put)(const char *path, bool directory, void *ctx);
	void *ctx;
};

static inline unsigned tree_draw(struct trees *t, unsigned below)
{
	t->draw ^= t->draw << 13;
	t->draw ^= t->draw >> 7;
	t->draw ^= t->draw << 17;
	return (unsigned)((t->draw >> 32) * below >> 32);
}

__attribute__((format(printf, 2, 3))) static inline void tree_dir(struct trees *t, const char *fmt,
								  ...)
{
	char path[TREE_PATH];
	va_list args;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	t->put(path, true, t->ctx);
}

/* A directory and n files in it. */
__attribute__((format(printf, 3, 4))) static inline void tree_fill(struct trees *t, unsigned n,
								   const char *fmt, ...)
{
	char path[TREE_PATH];
	char file[TREE_PATH + 64];
	va_list args;

	va_start(args, fmt);
	vsnprintf(path, sizeof(path), fmt, args);
	va_end(args);
	t->put(path, true, t->ctx);
	for (unsigned i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/f%u", path, i);
		t->put(file, false, t->ctx);
	}
}

/* Accounts alike; some have a cache or a mailbox that outgrew the others. */
static inline void tree_hosting(struct trees *t)
{
	unsigned accounts = (100 + tree_draw(t, 200)) * t->size;

	tree_dir(t, "home");
	for (unsigned i = 0; i < accounts; i++) {
		bool hog = tree_draw(t, accounts) < 3;

		tree_dir(t, "home/acct%u", i);
		tree_fill(t, tree_draw(t, 4), "home/acct%u/html", i);
		if (hog)
			tree_fill(t, tree_draw(t, 900) * t->size, "home/acct%u/html/cache", i);
		if (tree_draw(t, 2)) {
			tree_dir(t, "home/acct%u/Maildir", i);
			tree_fill(t, tree_draw(t, 6), "home/acct%u/Maildir/new", i);
		}
	}
}

static inline void tree_sessions(struct trees *t)
{
	unsigned sites = 20 + tree_draw(t, 80);

	tree_dir(t, "www");
	tree_dir(t, "php");
	tree_fill(t, tree_draw(t, 900) * t->size, "php/sessions");
	for (unsigned i = 0; i < sites; i++) {
		tree_dir(t, "www/site%u", i);
		tree_fill(t, tree_draw(t, 3) * t->size, "www/site%u/html", i);
		tree_fill(t, (i == 7 ? tree_draw(t, 900) : tree_draw(t, 20)) * t->size,
			  "www/site%u/tmp", i);
	}
}

static inline void tree_layers(struct trees *t)
{
	unsigned layers = 10 + tree_draw(t, 30);

	tree_dir(t, "docker");
	tree_dir(t, "docker/overlay2");
	for (unsigned i = 0; i < layers; i++) {
		tree_fill(t, 2, "docker/overlay2/%064x", i * 977);
		tree_dir(t, "docker/overlay2/%064x/work", i * 977);
		tree_dir(t, "docker/overlay2/%064x/diff", i * 977);
		tree_fill(t, 10 * t->size, "docker/overlay2/%064x/diff/etc", i * 977);
		for (unsigned k = 0; k < i % 3; k++)
			tree_fill(t, tree_draw(t, 20) * t->size, "docker/overlay2/%064x/diff/usr%u",
				  i * 977, k);
		if (tree_draw(t, layers) > 1)
			continue;
		tree_dir(t, "docker/overlay2/%064x/diff/node_modules", i * 977);
		for (unsigned k = 0; k < 30; k++)
			tree_fill(t, tree_draw(t, 30) * t->size,
				  "docker/overlay2/%064x/diff/node_modules/pkg%u", i * 977, k);
	}
}

static inline void tree_journal(struct trees *t)
{
	unsigned machines = 1 + tree_draw(t, 12);

	tree_dir(t, "log");
	tree_dir(t, "log/journal");
	for (unsigned i = 0; i < machines; i++)
		tree_fill(t, tree_draw(t, 300) * t->size, "log/journal/%032x", i * 31);
	for (unsigned i = 0; i < 20; i++)
		tree_fill(t, tree_draw(t, 30) * t->size, "log/daemon%u", i);
}

static inline void tree_mailboxes(struct trees *t)
{
	unsigned domains = 1 + tree_draw(t, 15);

	tree_dir(t, "vmail");
	for (unsigned d = 0; d < domains; d++) {
		unsigned users = 5 + tree_draw(t, 20);

		tree_dir(t, "vmail/d%u.example", d);
		for (unsigned u = 0; u < users; u++) {
			tree_dir(t, "vmail/d%u.example/u%u-%u", d, u, d);
			tree_dir(t, "vmail/d%u.example/u%u-%u/Maildir", d, u, d);
			tree_fill(t, tree_draw(t, 3) * t->size,
				  "vmail/d%u.example/u%u-%u/Maildir/cur", d, u, d);
			tree_fill(t, tree_draw(t, 25) * t->size,
				  "vmail/d%u.example/u%u-%u/Maildir/new", d, u, d);
			tree_dir(t, "vmail/d%u.example/u%u-%u/Maildir/tmp", d, u, d);
		}
	}
}

static inline void tree_quarantine(struct trees *t)
{
	bool hashed = tree_draw(t, 2);
	unsigned mails = 40 + tree_draw(t, 60);

	tree_dir(t, "amavis");
	tree_dir(t, "amavis/tmp");
	tree_dir(t, "amavis/virusmails");
	for (unsigned i = 0; i < mails; i++) {
		tree_dir(t, "amavis/tmp/amavis-%u", i);
		tree_fill(t, tree_draw(t, 6) * t->size, "amavis/tmp/amavis-%u/parts", i);
	}
	for (unsigned i = 0; i < (hashed ? 26 : 1); i++)
		tree_fill(t, tree_draw(t, hashed ? 40 : 900) * t->size, "amavis/virusmails/%c",
			  'a' + (int)i);
	tree_fill(t, tree_draw(t, 400) * t->size, "log");
}

/* No plan at all: each directory in one that is there. */
static inline void tree_chance(struct trees *t)
{
	char path[60][TREE_PATH] = { "top" };
	unsigned n = 1;

	tree_dir(t, "%s", path[0]);
	for (; n < 60; n++) {
		char above[201];
		unsigned letter = tree_draw(t, 3);
		unsigned number = tree_draw(t, 3) ? n : n % 3 + 60;

		snprintf(above, sizeof(above), "%.200s", path[tree_draw(t, n)]);
		snprintf(path[n], TREE_PATH, "%s/%c%u", above, 'a' + (int)letter, number);
		for (unsigned k = 0; k < n; k++)
			if (strcmp(path[k], path[n]) == 0) /* each is filled once */
				snprintf(path[n], TREE_PATH, "%s/%c%u", above, 'a' + (int)letter,
					 n);
		tree_fill(t, tree_draw(t, 3) ? tree_draw(t, 8) : tree_draw(t, 60), "%s", path[n]);
	}
}

static const struct tree_kind {
	const char *name;
	void (*make)(struct trees *t);
} tree_kinds[] = {
	{ "hosting", tree_hosting },	 { "sessions", tree_sessions },
	{ "layers", tree_layers },	 { "journal", tree_journal },
	{ "mailboxes", tree_mailboxes }, { "quarantine", tree_quarantine },
	{ "chance", tree_chance },
};

#endif

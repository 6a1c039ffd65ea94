#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inode/disk.h"
#include "pieces.h"
#include "test.h"

#define ROOT "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"

static int lowest_free(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/* "POINT[ hidden by POINT][ after POINT][ file][ expires N];" of each disk. */
static const char *chosen(const char *table)
{
	static char text[1024];
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct disk *disk;
	struct mount_map map;
	bool keep[32];
	size_t bad = 0;
	ssize_t n;
	int free_before = lowest_free();

	host_file(&h, "/proc/self/mountinfo", table);
	host_file(&h, "/etc/hosts", "");
	host_file(&h, "/dev/tty", "");
	host_file(&h, "/srv/data/x", "");
	assert_int_equal(mount_map_read(&h, &map, &bad, &why), 0);
	want_number("bad lines", bad, 0);
	memset(keep, true, sizeof(keep));
	for (size_t i = 0; i < map.n; i++)
		keep[i] = !raw_is(map.item[i].type, "autofs");
	n = disks_choose(&h, &map, keep, &disk);
	want_number("descriptors that were left open", lowest_free() - free_before, 0);
	text[0] = '\0';
	for (ssize_t i = 0; i < n; i++) {
		size_t at = strlen(text);
		struct sw_raw point = map.item[disk[i].mount].point;
		struct sw_raw over = raw_of("");
		struct sw_raw doubt = raw_of("");

		if (disk[i].hidden != MOUNT_MAP_NONE)
			over = map.item[disk[i].hidden].point;
		if (disk[i].doubt != MOUNT_MAP_NONE)
			doubt = map.item[disk[i].doubt].point;
		snprintf(text + at, sizeof(text) - at, "%.*s%s%.*s%s%.*s%s%s%.0zu;", (int)point.n,
			 point.p, over.n ? " hidden by " : "", (int)over.n, over.p,
			 doubt.n ? " after " : "", (int)doubt.n, doubt.p,
			 disk[i].file ? " file" : "", disk[i].expires ? " expires " : "",
			 disk[i].expires);
	}
	free(disk);
	mount_map_free(&map);
	host_remove(&h);
	return text;
}

static void the_mount_that_shows_most_stands_for_a_disk(void **state)
{
	static const struct {
		const char *what;
		const char *table;
		const char *want;
	} rows[] = {
		{ "a bind of a part with a shorter point",
		  ROOT "2 1 8:2 /srv /srv rw - ext4 /dev/sdb1 rw\n"
		       "3 1 8:2 / /mnt/data rw - ext4 /dev/sdb1 rw\n",
		  "/;/mnt/data;" },
		{ "two parts: the one nearer to the root",
		  ROOT "2 1 8:2 /a/b /s rw - ext4 /dev/sdb1 rw\n"
		       "3 1 8:2 /a /mnt/data rw - ext4 /dev/sdb1 rw\n",
		  "/;/mnt/data;" },
		{ "by how many directories, not by their names",
		  ROOT "2 1 8:2 /a/b /s rw - ext4 /dev/sdb1 rw\n"
		       "3 1 8:2 /a-long-name /mnt/data rw - ext4 /dev/sdb1 rw\n",
		  "/;/mnt/data;" },
		{ "subvolumes of equal depth: the shorter point",
		  "1 0 0:30 /@ / rw - xfs /dev/sda2 rw\n"
		  "2 1 0:30 /@home /home rw - xfs /dev/sda2 rw\n",
		  "/;" },
		{ "a container: files and one directory",
		  "1 0 0:9 / / rw - tmpfs x rw\n"
		  "2 1 8:2 /docker/hosts /etc/hosts rw - ext4 /dev/sdb1 rw\n"
		  "3 1 8:2 /docker/volumes/data /srv/data rw - ext4 /dev/sdb1 rw\n",
		  "/;/srv/data;" },
		{ "a disk of which a file alone is seen",
		  ROOT "2 1 8:2 /docker/hosts /etc/hosts rw - ext4 /dev/sdb1 rw\n",
		  "/;/etc/hosts file;" },
		{ "the shorter point, though it was mounted later",
		  ROOT "2 1 8:2 /x /a-long-one rw - ext4 /dev/sdb1 rw\n3 1 8:2 /y /s rw - ext4 "
		       "/dev/sdb1 rw\n",
		  "/;/s;" },
		{ "the root of a file system is a directory",
		  ROOT "2 1 8:2 / /etc/hosts rw - ext4 /dev/sdb1 rw\n", "/;/etc/hosts;" },
		{ "a file of the shortest name",
		  ROOT "2 1 8:2 /h /etc/hosts rw - ext4 /dev/sdb1 rw\n", "/;/etc/hosts file;" },
		{ "what a server would have to be asked for is not",
		  ROOT "2 1 0:5 /x/hosts /etc/hosts rw - nfs4 s:/x rw\n",
		  "/;/etc/hosts after /etc/hosts;" },
		{ "two files of it: the first one",
		  ROOT "2 1 8:2 /docker/hosts /etc/hosts rw - ext4 /dev/sdb1 rw\n"
		       "3 1 8:2 /docker/other /srv/data/x rw - ext4 /dev/sdb1 rw\n",
		  "/;/etc/hosts file;" },
		{ "two points as long: the one that was mounted first",
		  ROOT "2 1 8:2 / /b rw - ext4 /dev/sdb1 rw\n3 1 8:2 / /a rw - ext4 /dev/sdb1 rw\n",
		  "/;/b;" },
		{ "disks in the order of their mounts",
		  ROOT "2 1 8:9 / /c rw - ext4 /dev/sdc1 rw\n3 1 8:2 / /a rw - ext4 /dev/sdb1 rw\n"
		       "4 1 7:9 / /b rw - ext4 /dev/sdd1 rw\n",
		  "/;/c;/a;/b;" },
		{ "one major, one minor number",
		  ROOT "2 1 2:8 / /c rw - ext4 /dev/sdc1 rw\n3 1 8:8 / /a rw - ext4 /dev/sdb1 rw\n"
		       "4 1 2:2 / /b rw - ext4 /dev/sdd1 rw\n",
		  "/;/c;/a;/b;" },
		{ "numbers of 32 bits",
		  ROOT "2 1 1:0 / /a rw - ext4 /dev/sdb1 rw\n"
		       "3 1 0:2147483648 / /b rw - ext4 /dev/sdc1 rw\n",
		  "/;/a;/b;" },
		{ "the highest bit of a number",
		  ROOT "2 1 2147483648:1 / /a rw - ext4 /dev/sdb1 rw\n"
		       "3 1 0:1 / /b rw - ext4 /dev/sdc1 rw\n",
		  "/;/a;/b;" },
		{ "a disk without a name", ROOT "2 1 8:2 /x /etc/hosts rw - ext4  rw\n", "/;" },
		{ "a slash behind its root makes it no deeper",
		  ROOT "2 1 8:2 /srv/ /a rw - ext4 /dev/sdb1 rw\n3 1 8:2 /srv /bb rw - ext4 "
		       "/dev/sdb1 rw\n",
		  "/;/a;" },
		{ "a file of no disk", ROOT "2 1 0:5 /tty /dev/tty rw - devtmpfs devtmpfs rw\n",
		  "/;" },
		{ "the one that shows all is covered",
		  ROOT "2 1 8:2 / /mnt rw - ext4 /dev/sdb1 rw\n"
		       "3 2 0:7 / /mnt rw - tmpfs tmpfs rw\n"
		       "4 1 8:2 /part /srv rw - ext4 /dev/sdb1 rw\n",
		  "/;/mnt;/srv;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].what, chosen(rows[i].table), rows[i].want);
}

/* Of each device the mount of the least deep root, then of the shortest point, then the first. */
static void of_any_mounts_it_is_the_one_that_plain_comparing_finds(void **state)
{
	static const struct {
		const char *path;
		size_t depth;
	} roots[] = { { "/", 0 }, { "/x", 1 }, { "/xyz", 1 }, { "/x/y", 2 }, { "/x/y/z", 3 } };
	static const char *const devices[] = { "8:1", "8:2", "9:1", "1:8" };
	static const char *const tails[] = { "", "t", "tt" };
	enum { MOST = 12 };

	(void)state;
	for (int turn = 0; turn < 100; turn++) {
		size_t n = 1 + pieces_draw(MOST);
		size_t best[SW_COUNT(devices)] = { 0 }; /* and 1 */
		size_t device[MOST], root[MOST], tail[MOST];
		char table[2048] = "";
		char want[512] = "";

		for (size_t i = 0; i < n; i++) {
			size_t at = strlen(table);
			size_t *known;
			size_t k;

			device[i] = pieces_draw(SW_COUNT(devices));
			root[i] = pieces_draw(SW_COUNT(roots));
			tail[i] = pieces_draw(SW_COUNT(tails));
			snprintf(table + at, sizeof(table) - at,
				 "%zu 1 %s %s /%c%s rw - ext4 /dev/sda1 rw\n", i + 10,
				 devices[device[i]], roots[root[i]].path, (char)('a' + i),
				 tails[tail[i]]);
			known = &best[device[i]];
			k = *known ? *known - 1 : i;
			if (k == i || roots[root[i]].depth < roots[root[k]].depth ||
			    (roots[root[i]].depth == roots[root[k]].depth && tail[i] < tail[k]))
				*known = i + 1;
		}
		for (size_t i = 0; i < n; i++)
			if (best[device[i]] == i + 1)
				snprintf(want + strlen(want), sizeof(want) - strlen(want), "/%c%s;",
					 (char)('a' + i), tails[tail[i]]);
		want_text(table, chosen(table), want);
	}
}

static void what_systemd_hides_is_told_what_an_admin_hides_is_not(void **state)
{
#define HOME                                                                                       \
	ROOT "2 1 8:2 / /home rw - ext4 /dev/sdb1 rw\n3 2 8:3 / /home/b rw - ext4 /dev/sdc1 rw\n"
	static const struct {
		const char *what;
		const char *table;
		const char *want;
	} rows[] = {
		{ "seen", HOME, "/;/home;/home/b;" },
		{ "ProtectHome=yes",
		  HOME "4 2 0:22 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n",
		  "/;/home hidden by /home;/home/b hidden by /home;/home;" },
		{ "ProtectHome=tmpfs", HOME "4 2 0:40 / /home ro - tmpfs tmpfs rw\n",
		  "/;/home hidden by /home;/home/b hidden by /home;/home;" },
		{ "an admin's", HOME "4 2 8:9 / /home ro - ext4 /dev/sdz rw\n", "/;/home;" },
		{ "an admin's, and of the next disk systemd's",
		  ROOT
		  "2 1 8:2 / /home rw - ext4 /dev/sdb1 rw\n3 2 7:9 / /home ro - ext4 /dev/sdz rw\n"
		  "4 1 8:10 / /srv rw - ext4 /dev/sdy rw\n"
		  "5 4 0:22 /systemd/inaccessible/dir /srv ro - tmpfs tmpfs rw\n",
		  "/;/home;/srv hidden by /srv;/srv;" },
		{ "hidden, but seen elsewhere too",
		  HOME "4 2 0:22 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n"
		       "5 1 8:2 /a /srv/a rw - ext4 /dev/sdb1 rw\n",
		  "/;/home/b hidden by /home;/home;/srv/a;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].what, chosen(rows[i].table), rows[i].want);
}

static void who_is_waited_for_and_what_autofs_takes_away(void **state)
{
	static const struct {
		const char *what;
		const char *table;
		const char *want;
	} rows[] = {
		{ "a server's", ROOT "2 1 0:5 / /n rw - nfs4 s:/x rw\n", "/;/n after /n;" },
		{ "a root of a server's", "1 0 0:5 / / rw - nfs4 s:/x rw\n", "/ after /;" },
		{ "a disk below it",
		  ROOT "2 1 0:5 / /n rw - nfs4 s:/x rw\n"
		       "3 2 8:2 / /n/d rw - ext4 /dev/sdb1 rw\n",
		  "/;/n after /n;/n/d after /n;" },
		{ "of an indirect map",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,fd=6,timeout=300,indirect\n"
		       "3 2 0:6 / /n/x rw - nfs4 s:/x rw\n",
		  "/;/n/x after /n/x expires 300;" },
		{ "of a direct map",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=60,direct\n"
		       "3 2 0:6 / /n rw - nfs4 s:/x rw\n",
		  "/;/n after /n expires 60;" },
		{ "below what it mounted",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=60,direct\n"
		       "3 2 0:6 / /n rw - nfs4 s:/x rw\n4 3 0:7 / /n/y rw - nfs4 s:/x/y rw\n",
		  "/;/n after /n expires 60;/n/y after /n expires 60;" },
		{ "for ever",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=0\n"
		       "3 2 0:6 / /n/x rw - nfs4 s:/x rw\n",
		  "/;/n/x after /n/x;" },
		{ "a disk",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=9\n"
		       "3 2 8:2 / /n/x rw - ext4 /dev/sdb1 rw\n",
		  "/;/n/x after /n;" },
		{ "timeout=1",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=1\n3 2 0:6 / /n/x rw - nfs4 "
		       "s:/x rw\n",
		  "/;/n/x after /n/x expires 1;" },
		{ "timeout=4294967294",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=4294967294\n3 2 0:6 / /n/x rw - "
		       "nfs4 s:/x rw\n",
		  "/;/n/x after /n/x expires 4294967294;" },
		{ "timeout=4294967295",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=4294967295\n3 2 0:6 / /n/x rw - "
		       "nfs4 s:/x rw\n",
		  "/;/n/x after /n/x;" },
		{ "timeout=",
		  ROOT
		  "2 1 0:5 / /n rw - autofs auto.n rw,timeout=\n3 2 0:6 / /n/x rw - nfs4 s:/x rw\n",
		  "/;/n/x after /n/x;" },
		{ "timeout=x,timeout=7",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=x,timeout=7\n3 2 0:6 / /n/x rw "
		       "- nfs4 s:/x rw\n",
		  "/;/n/x after /n/x expires 7;" },
		{ "timeout=5,timeout=7",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=5,timeout=7\n3 2 0:6 / /n/x rw "
		       "- nfs4 s:/x rw\n",
		  "/;/n/x after /n/x expires 5;" },
		{ "mytimeout=5",
		  ROOT "2 1 0:5 / /n rw - autofs auto.n rw,mytimeout=5\n3 2 0:6 / /n/x rw - nfs4 "
		       "s:/x rw\n",
		  "/;/n/x after /n/x;" },
		{ "of the first of all mounts",
		  "1 0 0:5 / / rw - autofs auto rw,timeout=8\n2 1 0:6 / /x rw - nfs4 s:/x rw\n",
		  "/x after /x expires 8;" },
		{ "a circle of parents",
		  ROOT "2 3 0:5 / /n rw - nfs4 s:/x rw\n"
		       "3 2 0:6 / /m rw - nfs4 s:/y rw\n",
		  "/;/n after /n;/m after /m;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].what, chosen(rows[i].table), rows[i].want);
}

/* A ladder of mounts of local disks on a map of autofs, a server's mount at its end. */
static void autofs_is_sought_so_many_mounts_up(void **state)
{
	(void)state;
	for (int n = 14; n < 18; n++) {
		char table[4096] = ROOT "2 1 0:5 / /n rw - autofs auto.n rw,timeout=9\n";
		char want[64];

		/* kept by their numbers alone: their points say nothing of who hangs on whom */
		for (int i = 0; i + 1 < n; i++)
			snprintf(table + strlen(table), 100, "%d %d 0:99 / /l rw - proc proc rw\n",
				 i + 3, i + 2);
		snprintf(table + strlen(table), 100, "%d %d 0:6 / /x rw - nfs4 s:/x rw\n", n + 2,
			 n + 1);
		snprintf(want, sizeof(want), "/x after /x%s;", n > 16 ? "" : " expires 9");
		want_in(want, chosen(table), want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mount_that_shows_most_stands_for_a_disk),
		cmocka_unit_test(of_any_mounts_it_is_the_one_that_plain_comparing_finds),
		cmocka_unit_test(what_systemd_hides_is_told_what_an_admin_hides_is_not),
		cmocka_unit_test(autofs_is_sought_so_many_mounts_up),
		cmocka_unit_test(who_is_waited_for_and_what_autofs_takes_away),
	};

	return cmocka_run_group_tests_name("disk", tests, NULL, NULL);
}

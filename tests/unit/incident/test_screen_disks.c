/* The part of the screen on file systems: in what order, how many, what is not known. */
#include <stdio.h>

#include "incident/screen.h"
#include "screentext.h"
#include "test.h"

static struct screen_disks disks;
static struct sw_host h;
static struct sw_host *copy;

static void say(void)
{
	screen_disks_say(&disks, copy, top);
}

static void say_object(void)
{
	screen_disks_json(&disks);
}

/* At a host with these mounts and numbers of inodes, and a few files. */
static void look(const char *mountinfo, const char *statvfs)
{
	struct sw_fault why = { 0 };

	h = host_new(NULL);
	host_file(&h, "/full/a", "");
	host_file(&h, "/net/a", "");
	host_file(&h, "/file", "");
	if (mountinfo)
		host_file(&h, "/proc/self/mountinfo", mountinfo);
	host_file(&h, "/statvfs", statvfs);
	assert_int_equal(sw_host_open(h.root_path, 1795701030, &copy, &why), 0);
	screen_disks_look(&disks, copy);
}

static void end(void)
{
	sw_host_close(copy);
	host_remove(&h);
}

#define MOUNT(id, point, type, device) id " 21 8:" id " / " point " rw shared:1 - " type " " device " rw\n"
#define FOUR                                                                                       \
	" 99.0%  /memory  99 of 100 inodes, tmpfs tmpfs\n"                                         \
	" 99.0%  /most  990 of 1000 inodes, ext4 /dev/sda7\n"                                      \
	" 92.1%  /full  921 of 1000 inodes, ext4 /dev/sda3\n"                                      \
	" 92.0%  /even  920 of 1000 inodes, ext4 /dev/sda4\n"                                      \
	"     ?  /gone  not in the file statvfs of this copied host, ext4 /dev/sda5\n"
#define HALF  " 50.0%  /  500 of 1000 inodes, ext4 /dev/sda1\n"
#define SOME  " 49.9%  /some  499 of 1000 inodes, xfs /dev/sda2\n"

static void look_at_eight(void)
{
	look(MOUNT("20", "/", "ext4", "/dev/sda1") MOUNT("22", "/some", "xfs", "/dev/sda2")
	     MOUNT("23", "/full", "ext4", "/dev/sda3") MOUNT("24", "/even", "ext4", "/dev/sda4")
	     MOUNT("25", "/gone", "ext4", "/dev/sda5") MOUNT("26", "/last", "ext4", "/dev/sda6")
	     MOUNT("27", "/most", "ext4", "/dev/sda7") MOUNT("28", "/memory", "tmpfs", "tmpfs")
	     MOUNT("29", "/boot", "vfat", "/dev/sda8") MOUNT("30", "/snap", "squashfs", "/dev/loop1"),
	     "1000 500 /\n1000 501 /some\n1000 79 /full\n1000 80 /even\n1000 900 /last\n"
	     "100 1 /memory\n1000 10 /most\n1000 1 /boot\n1000 1 /snap\n");
}

static void the_fullest_come_first_and_what_is_not_known_may_be_full(void **state)
{
	static const struct {
		size_t top;
		const char *want;
	} rows[] = {
		{ 0, FOUR "        and 3 more\n" },
		{ 5, FOUR "        and 3 more\n" },
		{ 6, FOUR HALF "        and 2 more\n" },
		{ 7, FOUR HALF SOME "        and 1 more\n" },
		{ 8, FOUR HALF SOME " 10.0%  /last  100 of 1000 inodes, ext4 /dev/sda6\n" },
	};
	char want[1024];

	(void)state;
	look_at_eight();
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		snprintf(want, sizeof(want), "File systems by inodes\n%s", rows[i].want);
		want_text("text", said(rows[i].top), want);
	}
	want_text("object", object(),
		  "\"file_systems\":["
		  "{\"mount\":\"/memory\",\"device\":\"tmpfs\",\"type\":\"tmpfs\",\"inodes\":100,\"used\":99,\"percent\":99.00},"
		  "{\"mount\":\"/most\",\"device\":\"/dev/sda7\",\"type\":\"ext4\",\"inodes\":1000,\"used\":990,\"percent\":99.00},"
		  "{\"mount\":\"/full\",\"device\":\"/dev/sda3\",\"type\":\"ext4\",\"inodes\":1000,\"used\":921,\"percent\":92.10},"
		  "{\"mount\":\"/even\",\"device\":\"/dev/sda4\",\"type\":\"ext4\",\"inodes\":1000,\"used\":920,\"percent\":92.00},"
		  "{\"mount\":\"/gone\",\"device\":\"/dev/sda5\",\"type\":\"ext4\",\"unknown\":\"not in the file statvfs of this copied host\"},"
		  "{\"mount\":\"/\",\"device\":\"/dev/sda1\",\"type\":\"ext4\",\"inodes\":1000,\"used\":500,\"percent\":50.00},"
		  "{\"mount\":\"/some\",\"device\":\"/dev/sda2\",\"type\":\"xfs\",\"inodes\":1000,\"used\":499,\"percent\":49.90},"
		  "{\"mount\":\"/last\",\"device\":\"/dev/sda6\",\"type\":\"ext4\",\"inodes\":1000,\"used\":100,\"percent\":10.00}]");
	end();
}

/* Above 92 % it is asked what holds them, or why that is not known. */
static void of_the_full_ones_it_is_said_why_nothing_is_known(void **state)
{
	const struct sw_label why = sw_label_printed("it took too long");

	(void)state;
	look_at_eight();
	disks.disk[disks.n] = disks.disk[0]; /* is none of them */
	screen_disks_leave(&disks, &why);
	want_number("no more than there are", disks.disk[disks.n].held.n, 0);
	want_text("text", said(0),
		  "File systems by inodes\n"
		  " 99.0%  /memory  99 of 100 inodes, tmpfs tmpfs\n"
		  "        what holds them is not known: it took too long\n"
		  " 99.0%  /most  990 of 1000 inodes, ext4 /dev/sda7\n"
		  "        what holds them is not known: it took too long\n"
		  " 92.1%  /full  921 of 1000 inodes, ext4 /dev/sda3\n"
		  "        what holds them is not known: it took too long\n"
		  " 92.0%  /even  920 of 1000 inodes, ext4 /dev/sda4\n"
		  "     ?  /gone  not in the file statvfs of this copied host, ext4 /dev/sda5\n"
		  "        and 3 more\n");
	want_in("object", object(),
		"\"used\":921,\"percent\":92.10,\"directories\":\"what holds them is not known: it took too long\"},"
		"{\"mount\":\"/even\",\"device\":\"/dev/sda4\",\"type\":\"ext4\",\"inodes\":1000,\"used\":920,\"percent\":92.00},");
	end();
}

/* Of what may not answer no directory is looked at, nor of a single file. */
static void what_holds_the_full_ones_is_looked_for(void **state)
{
	const struct sw_fault no_queue = { 0 };
	char want[1024];

	(void)state;
	for (int ms = 0; ms < 20000; ms += 10000) {
		look(MOUNT("20", "/", "ext4", "/dev/sda1") MOUNT("22", "/full", "ext4", "/dev/sda2")
		     MOUNT("23", "/net", "nfs4", "far:/x") "24 21 8:24 /f /file rw shared:5 - ext4 /dev/sda5 rw\n",
		     "1000 900 /\n1000 10 /full\n1000 20 /net\n1000 30 /file\n");
		disks.disk[disks.n] = disks.disk[0];
		screen_disks_hold(&disks, copy, -1, &no_queue, ms);
		want_number("no more than there are", disks.disk[disks.n].held.n, 0);
		snprintf(want, sizeof(want),
			 "File systems by inodes\n"
			 " 99.0%%  /full  990 of 1000 inodes, ext4 /dev/sda2\n%s"
			 " 98.0%%  /net  980 of 1000 inodes, nfs4 [far:/x]\n"
			 " 97.0%%  /file  970 of 1000 inodes, ext4 /dev/sda5\n"
			 " 10.0%%  /  100 of 1000 inodes, ext4 /dev/sda1\n",
			 ms > 0 ? "        2 of 1000 in /full (100%)\n" : "");
		want_text("text", said(5), want);
		end();
	}
}

static void what_is_not_known_of_all_is_said(void **state)
{
	(void)state;
	look(NULL, "");
	want_text("text", said(5),
		  "File systems by inodes\n"
		  "  how full they are: not known: open /proc/self/mountinfo: No such file or\n"
		  "    directory\n");
	want_text("object", object(),
		  "\"file_systems\":[],\"file_systems_unknown\":\"open /proc/self/mountinfo: No such file or directory\"");
	end();
	for (int lines = 1; lines < 3; lines++) {
		char want[256];

		look(lines > 1 ? MOUNT("20", "/", "ext4", "/dev/sda1") "x\ny\n" : MOUNT("20", "/", "ext4", "/dev/sda1") "x\n", "1000 500 /\n");
		snprintf(want, sizeof(want),
			 "File systems by inodes\n 50.0%%  /  500 of 1000 inodes, ext4 /dev/sda1\n  others: not known: lines of the mount table that were not understood: %d\n", lines);
		want_text("text", said(5), want);
		end();
	}
	look("", "");
	want_text("text", said(5), "File systems by inodes\n  none here counts inodes\n");
	want_text("object", object(), "\"file_systems\":[]");
	end();
}

/* Of one that can't be opened that is what is told. */
static void why_a_full_one_is_not_looked_at_is_said(void **state)
{
	const struct sw_fault no_queue = { 0 };

	(void)state;
	look(MOUNT("20", "/none", "ext4", "/dev/sda1"), "1000 10 /none\n");
	screen_disks_hold(&disks, copy, -1, &no_queue, 10000);
	want_in("text", said(5), "/dev/sda1\n        open /none: No such file or directory\n");
	end();
}

static void lines_are_as_long_as_they_may(void **state)
{
	size_t held = 0;
	size_t disk = 0;

	(void)state;
	for (size_t n = 1; n < 60; n++) {
		char device[64] = "/";

		memset(device + 1, 'd', n);
		snprintf(got, sizeof(got), "20 1 8:1 / / rw shared:1 - ext4 %s rw\n", device);
		look(got, "1000 10 /\n");
		disks.disk[0].held = sw_label_from(raw_of(words_behind(n % 9 + 1)));
		said(5);
		held = longest_line("        x", held);
		assert_non_null(strstr(got, "\n        zz y ") ? got : strstr(got, "\n        y zz "));
		disk = longest_line(" 99.0%", disk);
		want_number("the device behind it", strstr(got, "ext4\n        /dd") || strstr(got, "ext4 /d"), true);
		end();
	}
	want_number("what holds it", (int64_t)held, SAY_COLUMNS);
	want_number("a file system", (int64_t)disk, SAY_COLUMNS);
}

/* A long name is cut where it is shown, and where it is kept. */
static void names_have_a_longest(void **state)
{
	(void)state;
	for (size_t n = 29; n < 32; n++) {
		char mount[64] = "/";
		char text[256];

		memset(mount + 1, 'm', n - 1);
		snprintf(text, sizeof(text), "20 1 8:1 / %s rw shared:1 - ext4 /dev/sda1 rw\n", mount);
		snprintf(got, sizeof(got), "1000 500 %s\n", mount);
		look(text, got);
		snprintf(text, sizeof(text), " 50.0%%  %s  500 of 1000 inodes, ", mount);
		want_number("whole", strstr(said(5), text) != NULL, n <= 30);
		end();
	}
	for (size_t n = 255; n < 258; n++) {
		char device[300] = "/";
		char text[512];
		size_t kept = 0;

		memset(device + 1, 'd', n - 1);
		snprintf(text, sizeof(text), "20 1 8:1 / / rw shared:1 - ext4 %s rw\n", device);
		look(text, "1000 500 /\n");
		for (const char *at = strstr(object(), ":\"/d"); at && at[kept + 2] != '"'; kept++)
			;
		want_number("device", (int64_t)kept, n < 256 ? (int64_t)n : 256);
		end();
	}
}

static void of_many_the_fullest_are_kept(void **state)
{
	(void)state;
	for (size_t n = SCREEN_DISKS; n < SCREEN_DISKS + 2; n++) {
		static char mounts[8192];
		static char inodes[4096];
		size_t at = 0;
		size_t to = 0;

		for (size_t i = 0; i < n; i++) {
			at += (size_t)snprintf(mounts + at, sizeof(mounts) - at, "%zu 1 8:%zu / /m%zu rw shared:1 - ext4 /dev/sd%zu rw\n", 20 + i, i + 1, i, i);
			to += (size_t)snprintf(inodes + to, sizeof(inodes) - to, "1000 %zu /m%zu\n", 900 - i, i);
		}
		look(mounts, inodes);
		want_number("all", (int64_t)disks.all, (int64_t)n);
		want_number("the least full one", strstr(object(), "\"/m0\"") != NULL, n == SCREEN_DISKS);
		snprintf(mounts, sizeof(mounts), "        and %zu more\n", n - 5);
		want_in("others", said(5), mounts);
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fullest_come_first_and_what_is_not_known_may_be_full),
		cmocka_unit_test(of_the_full_ones_it_is_said_why_nothing_is_known),
		cmocka_unit_test(what_holds_the_full_ones_is_looked_for),
		cmocka_unit_test(what_is_not_known_of_all_is_said),
		cmocka_unit_test(why_a_full_one_is_not_looked_at_is_said),
		cmocka_unit_test(lines_are_as_long_as_they_may),
		cmocka_unit_test(names_have_a_longest),
		cmocka_unit_test(of_many_the_fullest_are_kept),
	};

	return cmocka_run_group_tests_name("screen_disks", tests, NULL, NULL);
}

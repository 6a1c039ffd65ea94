/* maildir_count: a Munin plugin of one's own: messages in env.maildir that nobody has seen yet. CC0-1.0.
 *     cc -o maildir_count maildir_count.c $(pkg-config --cflags --libs spoolwatch) */
#include <dirent.h>
#include <errno.h>
#include <spoolwatch/munin.h>

static const struct sw_munin_setting settings[] = {
	{ .name = "maildir", .fallback = "/root/Maildir/new", .help = "the folder to count" }, { 0 }
};
static const struct sw_munin_graph graph = { .title = "New mail", .vlabel = "messages" };

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_munin_field f = { .name = sw_field_own("new"), .label = sw_label_printed("new") };
	DIR *d = opendir(sw_munin_text(m, "maildir"));
	int n = 0;

	if (!d)
		sw_fault_errno(why, errno, "open %s", sw_munin_text(m, "maildir"));
	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
		n += e->d_name[0] != '.';
	sw_munin_graph(m, &graph);
	f.value = sw_munin_value_of(n);
	if (d && closedir(d) == 0)
		sw_munin_add(m, &f);
	else
		sw_munin_add_unknown(m, &f, why); /* U with the reason, never 0 */
	return 0;
}

int main(int argc, char **argv)
{
	static const struct sw_munin_plugin plugin = {
		.name = "maildir_count", .summary = "unseen messages of a maildir",
		.markers = SW_MUNIN_MARKERS("contrib", "autoconf"), .settings = settings, .collect = collect
	};
	return sw_munin_main(&plugin, argc, argv);
}

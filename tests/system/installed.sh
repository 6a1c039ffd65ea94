#!/bin/sh
# What an installation holds, and what Munin's own munin-node-configure makes of it:
#     tests/system/installed.sh PLUGINDIR MAKE
# Installs into a folder, asks munin-node-configure (where it is there), builds a plugin of one's
# own against the installed library, uninstalls; nothing may be left.
set -u
plugins=$(cd "$1" && pwd)
make=${2:-make}
cd "$(dirname "$0")/../.." || exit 1
dest=$(mktemp -d)
chmod 755 "$dest" # munin-node-configure runs the plugins as nobody
trap 'rm -rf "$dest"' EXIT
bad=0

say() {
	echo "not ok - $*"
	bad=1
}

$make -s install DESTDIR="$dest" PREFIX=/usr >"$dest.log" 2>&1 || { cat "$dest.log"; say "make install"; }
rm -f "$dest.log"
lib=$dest/usr/lib/spoolwatch/plugins
installed=$(ls "$lib" | wc -l)
for p in "$lib"/*; do
	for marker in '#%# family=auto' '#%# capabilities=autoconf'; do
		grep -aq "^$marker" "$p" || say "$(basename "$p") has no line $marker"
	done
done
if [ -d /etc/munin/plugin-conf.d ] && [ ! -r /etc/munin/plugin-conf.d ]; then
	echo "skipped - munin-node-configure needs root to read its configuration"
elif command -v munin-node-configure >/dev/null 2>&1; then
	mkdir "$dest/links"
	strip "$lib"/* 2>/dev/null
	munin-node-configure --shell --families auto --libdir "$lib" --servicedir "$dest/links" \
		>"$dest/commands" 2>"$dest/errors" </dev/null
	sh "$dest/commands"
	[ -L "$dest/links/inode_percent" ] ||
		say "munin-node-configure does not link inode_percent: $(cat "$dest/errors")"
	if grep -v '^#' "$dest/errors" | grep -q .; then
		say "munin-node-configure says: $(cat "$dest/errors")"
	fi
else
	echo "skipped - munin-node-configure is not installed"
fi
cat >"$dest/own.c" <<'C'
#include <munin/munin.h>

static const struct munin_setting settings[] = { { 0 } };
static const struct munin_graph graph = { .title = "Answer", .vlabel = "n", .category = "other" };

static int collect(struct munin *m, struct fault *why)
{
	(void)why;
	munin_graph(m, &graph);
	munin_add(m, &(struct munin_field){ .name = field_own("answer"),
					    .label = label_from(raw_of("the answer")),
					    .value = sw_munin_value_of(42) });
	return 0;
}

const struct munin_plugin plugin = { .name = "own", .summary = "an example", .settings = settings,
				     .markers = MUNIN_MARKERS("contrib", "autoconf"),
				     .collect = collect };
C
flags=$(PKG_CONFIG_PATH=$dest/usr/lib/pkgconfig pkg-config --define-variable=prefix="$dest/usr" \
	--cflags --libs spoolwatch)
# shellcheck disable=SC2086  # flags are words
if ${CC:-cc} -std=c11 -o "$dest/own" "$dest/own.c" $flags; then
	[ "$("$dest/own")" = "answer.value 42" ] || say "a plugin on the installed library printed $("$dest/own")"
else
	say "a plugin does not build on the installed library"
fi
rm -rf "$dest/own" "$dest/own.c" "$dest/links" "$dest/commands" "$dest/errors"
$make -s uninstall DESTDIR="$dest" PREFIX=/usr >/dev/null || say "make uninstall"
left=$(find "$dest" ! -type d)
[ -z "$left" ] || say "left after make uninstall: $left"
[ $bad = 0 ] && echo "ok - install, munin-node-configure, library, uninstall ($installed plugins)"
exit $bad

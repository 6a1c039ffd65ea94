#!/bin/sh
# What an installation holds, and what Munin's own munin-node-configure makes of it:
#     tests/system/installed.sh PLUGINDIR MAKE
# Installs into a folder, asks munin-node-configure (where it is there), uninstalls. Then the library:
# nothing but the door is visible, its headers are clean C99 and C++, contrib/examples build by
# pkg-config alone, say what they should of the golden hosts and link what they call; uninstalled,
# nothing is left.
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
for dev in include lib/libspoolwatch.a lib/pkgconfig share/man/man3; do
	[ -e "$dest/usr/$dev" ] && say "make install puts /usr/$dev there, which is for install-dev"
done
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
rm -rf "$dest/links" "$dest/commands" "$dest/errors"
$make -s install-contrib DESTDIR="$dest" PREFIX=/usr >"$dest.log" 2>&1 || { cat "$dest.log"; say "make install-contrib"; }
rm -f "$dest.log"
for file in sbin/spoolwatch share/man/man8/spoolwatch.8 share/bash-completion/completions/spoolwatch \
	share/zsh/site-functions/_spoolwatch; do
	[ -s "$dest/usr/$file" ] || say "make install-contrib does not put /usr/$file there"
done
$make -s uninstall DESTDIR="$dest" PREFIX=/usr >/dev/null || say "make uninstall"
left=$(find "$dest" ! -type d)
[ -z "$left" ] || say "left after make uninstall: $left"

# The library, for a program outside of this tree.
$make -s install-dev DESTDIR="$dest" PREFIX=/usr >"$dest.log" 2>&1 || { cat "$dest.log"; say "make install-dev"; }
rm -f "$dest.log"
own=$dest/own
mkdir "$own"
pc() {
	PKG_CONFIG_PATH=$dest/usr/lib/pkgconfig pkg-config --define-variable=prefix="$dest/usr" "$@" spoolwatch
}
flags="$(pc --cflags) $(pc --libs)"
case " $flags " in
*" -D"*) say "pkg-config forces macros on a user: $flags" ;;
esac
[ "$(pc --modversion)" = "$(sed -n 's/.define SW_VERSION[[:blank:]]*"\(.*\)"/\1/p' "$dest/usr/include/spoolwatch/version.h")" ] ||
	say "spoolwatch.pc has another version than version.h"

# README's own line
line=$(sed -n 's/^    \(cc -o .*\)/\1/p' README.md)
(
	export PKG_CONFIG_PATH="$dest/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$dest"
	export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
	eval "$(printf '%s\n' "$line" | sed "s,-o ,-o $own/,")"
) || say "README's line does not build: $line"
[ -x "$own/queue_top" ] || say "README's line makes no program: $line"
rm -f "$own/queue_top"

hidden=$(nm -g --defined-only "$dest/usr/lib/libspoolwatch.a" | awk 'NF == 3 && $3 !~ /^sw_/ { print $3 }')
[ -z "$hidden" ] || say "visible in the installed archive: $hidden"

# Every header alone, as strictly as a user may have it.
all=
for header in "$dest"/usr/include/spoolwatch/*.h; do
	include="#include <spoolwatch/$(basename "$header")>"
	all="$all$include
"
	for std in "${CC:-cc} -std=c99 -x c" "${CXX:-c++} -std=c++98 -x c++" "${CXX:-c++} -std=c++17 -x c++"; do
		command -v "${std%% *}" >/dev/null 2>&1 || continue
		# shellcheck disable=SC2046,SC2086  # flags are words
		echo "$include" | $std $(pc --cflags) -pedantic -Wall -Wextra -Werror -fsyntax-only - ||
			say "$include is not clean with $std"
	done
done
command -v "${CXX:-c++}" >/dev/null 2>&1 || echo "skipped - no C++ compiler for the headers"

build() { # COMPILER... : $own/$1.c -> $own/$1
	name=$1
	shift
	# shellcheck disable=SC2086  # flags are words
	"$@" -Wall -Wextra -Werror -o "$own/$name" "$own/$name.c" $flags || say "$name does not build on the installed library"
}

# A user who has taken every name that is ours inside, and calls something of each header.
{
	printf '%s#include <stdio.h>\n' "$all"
	nm -g --defined-only "${plugins%/plugins}/libspoolwatch.a" 2>/dev/null |
		awk 'NF == 3 && $3 !~ /^sw_/ && $3 !~ /^__/ { print "int " $3 " = 1;" }' | sort -u
	cat <<'C'
int plugin = 1, label_print = 1;
static int zero(const struct sw_inode_use *use, void *ctx)
{
	(void)use;
	(void)ctx;
	return 1;
}
int main(int argc, char **argv)
{
	struct sw_fault why = { 0, sw_label_printed("%s", "") };
	struct sw_host *h = 0;
	struct sw_log *log = 0;
	struct sw_log_minute minute;
	size_t bad = 0;
	int fd;

	if (argc < 2 || sw_host_open(argv[1], 1795191667, &h, &why) < 0)
		return 1;
	fd = sw_queue_open(h, 0, 0, &why);
	if (fd < 0 || sw_log_open(h, 0, 5, &log, &why) < 0 || !sw_log_minute(log, 4, &minute))
		return 1;
	printf("%s %d %d %s %llu\n", sw_version(), fd > 0,
	       sw_inode_each(h, 1000, 0, 0, zero, 0, &bad, &why), sw_field_own("x").s,
	       (unsigned long long)minute.messages);
	sw_log_close(log);
	sw_host_close(h);
	return 0;
}
C
} >"$own/names.c"
grep -q '^int hash_bytes ' "$own/names.c" || say "the names inside the library are not known"
want="$(pc --modversion) 1 1 x 70"
for compiler in "${CC:-cc}" "${CXX:-c++} -x c++"; do
	command -v "${compiler%% *}" >/dev/null 2>&1 || continue
	# shellcheck disable=SC2086  # flags are words
	$compiler -Wall -Wextra -Werror -c -o "$own/names.o" "$own/names.c" $(pc --cflags) &&
		${compiler%% *} -o "$own/names" "$own/names.o" $(pc --libs) ||
		say "names of a user clash with ours ($compiler)"
	got=$("$own/names" tests/hosts/friday/root)
	[ "$got" = "$want" ] || say "a program with names of its own ($compiler) prints $got, not $want"
done

# The examples: built, linked with what they call, run.
for example in maildir_count queue_top log_top; do
	cp contrib/examples/$example.c "$own" && build $example "${CC:-cc}" -std=gnu99
	allowed=' libm.so.6 libdl.so.2 '
	[ $example = maildir_count ] && allowed=
	for needed in $(readelf -d "$own/$example" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'); do
		case "$allowed $needed" in
		*" $needed "* | *' libc.'* | *' ld-'*) ;;
		*) say "$example links $needed" ;;
		esac
	done
done
mkdir -p "$own/mail/new"
touch "$own/mail/new/1" "$own/mail/new/2" "$own/mail/new/.hidden"

# tests/system/examples/NAME: what a call prints, with its exit status when that is not 0.
expect() {
	name=$1
	shift
	{
		(cd "$own" && TZ=UTC LC_ALL=C "$@" 2>&1 </dev/null)
		status=$?
		[ $status = 0 ] || echo "-- exit $status"
	} | sed "s|$dest||" >"$own/got"
	[ -z "${UPDATE:-}" ] || cp "$own/got" "tests/system/examples/$name"
	cmp -s "$own/got" "tests/system/examples/$name" && return
	say "$name (- want, + got)"
	diff -u "tests/system/examples/$name" "$own/got" | tail -n +3
}
hosts=$PWD/tests/hosts
expect maildir_count.config env maildir=mail/new new_warning=:5 ./maildir_count config
expect maildir_count.fetch env maildir=mail/new ./maildir_count
expect maildir_count.unreadable env maildir=mail/old ./maildir_count
for host in friday quiet nothing; do
	expect queue_top.$host ./queue_top "$hosts/$host/root"
done
for host in friday forged quiet nothing; do
	expect log_top.$host ./log_top "$hosts/$host/root" "$(sed -n 's/SPOOLWATCH_NOW=//p' "$hosts/$host/env")"
done
rm -rf "$own"
$make -s uninstall-dev DESTDIR="$dest" PREFIX=/usr >/dev/null || say "make uninstall-dev"
left=$(find "$dest" ! -type d)
[ -z "$left" ] || say "left after make uninstall-dev: $left"
[ $bad = 0 ] && echo "ok - install, munin-node-configure, library, examples, uninstall ($installed plugins)"
exit $bad

#!/bin/sh
# The story's Munin pages in a real browser, to be looked at:
#
#	tests/story/browse.sh OUTDIR
#
# OUTDIR is what story.sh left. Each page's picture goes to OUTDIR/browser/, with the zoom page that
# asks Munin's CGI; what a program can see of them is asserted. Needs root and the Debian package
# chromium; in a mount and a network namespace of its own.
set -u
export LC_ALL=C TZ=UTC
HERE=$(cd "$(dirname "$0")" && pwd)
PORT=8080

if [ "${BROWSE_WORLD-}" != yes ]; then
	[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
	[ "$(id -u)" -eq 0 ] || { echo "$0: must be root" >&2; exit 2; }
	command -v chromium >/dev/null || { echo "$0: no chromium: install it" >&2; exit 2; }
	[ -s "$1/html/index.html" ] || { echo "$0: no pages in $1: make story draws them" >&2; exit 2; }
	STORY=$(cd "$1" && pwd)
	export STORY BROWSE_WORLD=yes
	exec timeout --foreground -s KILL 900 \
		unshare --mount --pid --net --uts --fork --kill-child --mount-proc "$HERE/browse.sh" </dev/null
fi
OUT=$STORY/browser
rm -rf "$OUT"
mkdir -p "$OUT/profile" || exit 2
for lib in tap world; do
	# shellcheck source=/dev/null
	. "$HERE/$lib.sh"
done

# The places that the story's munin.conf names
world_network
mount --bind "$STORY/etc/munin" /etc/munin
mount -t tmpfs tmpfs /var/log/munin
mount -t tmpfs tmpfs /run
mkdir -p /var/lib/munin /run/munin
mount --bind "$STORY/var/munin" /var/lib/munin
mkdir -p /var/lib/munin/cgi-tmp
chown munin: /run/munin /var/log/munin /var/lib/munin/cgi-tmp
cp "$HERE/browse.html" "$STORY/html/"
trap 'rm -f "$STORY/html/browse.html"' EXIT
setpriv --reuid munin --regid munin --init-groups "$HERE/serve.pl" $PORT "$STORY/html" >/dev/null 2>"$OUT/server.log" &

# browser ARGUMENTS... PAGE
browser() {
	HOME=$OUT/profile chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
		--user-data-dir="$OUT/profile" --virtual-time-budget=60000 "$@" 2>>"$OUT/browser.log"
}

# One line a page that browse.html looked at: PAGE HEIGHT IMAGES BROKEN CRITICAL WARNING INFORMATION
pages=$(cd "$STORY/html" && find . -name '*.html' ! -path './static/*' ! -name browse.html | sed 's,^\./,,' | sort)
zoom=$(sed -n 's/.*href="\([^"]*dynazoom[^"]*\)".*/\1/p' "$STORY/html/servers/$HOST/inode_percent.html" |
	head -n 1 | sed 's,^[./]*,,; s,&amp;,\&,g')
wait_for 10 perl -MIO::Socket::INET -e "exit !IO::Socket::INET->new('127.0.0.1:$PORT')" || die "no web server"
browser --dump-dom "http://127.0.0.1:$PORT/browse.html#$(printf '%s\n' $pages "$zoom" | tr '\n' ' ' | sed 's/ $//; s/ /%20/g')" |
	sed -n 's/^page //p' | sed 's/&amp;/\&/g' >"$OUT/seen"

# seen PAGE COLUMN
seen() {
	awk -F '\t' -v p="$1" -v c="$2" '$1 == p { print $c }' "$OUT/seen"
}

for page in $pages "$zoom"; do
	case $page in static/*) name=zoom ;; *) name=$(echo "${page%.html}" | tr / -) ;; esac
	is "$name: pictures that are broken" "$(seen "$page" 4)" 0
	height=$(seen "$page" 2)
	browser --window-size="1400,${height:-1000}" --screenshot="$OUT/$name.png" "http://127.0.0.1:$PORT/$page" >/dev/null
	is_png "$name: its picture" "$OUT/$name.png"
done

# A page a graph: its four pictures, and what it says
for page in $pages; do
	case $page in */index.html) continue ;; servers/*) ;; *) continue ;; esac
	name=${page#servers/"$HOST"/}
	is "$name: a day, a week, a month, a year" "$(seen "$page" 3)" 4
	check "$name: how to read it" "a sentence without codes" \
		sh -c 'case $1 in "" | - | *%3B* | *%27*) exit 1 ;; esac' - "$(seen "$page" 7)"
done
red='rgb(255, 0, 0)' yellow='rgb(255, 211, 0)' # of Munin's style sheet
is "the host: a red frame" "$(seen "servers/$HOST/index.html" 5)" "$red"
is "the host: a yellow frame" "$(seen "servers/$HOST/index.html" 6)" "$yellow"
for graph in inode_percent postfix_sasl_rate/by_network; do
	is "$graph: a red frame" "$(seen "servers/$HOST/$graph.html" 5)" "$red"
done
is "who sends messages in a day: a yellow frame" "$(seen "servers/$HOST/postfix_sasl_rate/by_day.html" 6)" "$yellow"
has "what to type, on a page" "$OUT/seen" "spoolwatch contain ACCOUNT"
has "the log that was read, on a page" "$OUT/seen" "Read from /var/log/mail.log: "
say "# pictures of the pages: $OUT/*.png"
finish

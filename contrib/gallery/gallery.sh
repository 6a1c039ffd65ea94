#!/bin/sh
# What Munin's plugin gallery builds its pages from, for each plugin: CATEGORY/NAME.pod, made of its
# man page, its section of plugin-conf.d and its magic markers; and pictures of the story,
# CATEGORY/example-graphs/NAME-day.png as a day is drawn, NAME-1.png and so on closer, with some sub-graphs.
#	[TO=DIR] contrib/gallery/gallery.sh [STORYDIR...]	makes the pages anew; of each STORYDIR/png the
#	pictures of what it shows, contrib/pictures, too
set -eu
for story; do
	shift
	set -- "$@" "$(cd "$story" && pwd)"
done
cd "$(dirname "$0")/../.."
to=${TO:-contrib/gallery}
work=$(mktemp)
trap 'rm -f "$work"' EXIT

# A section of plugin-conf.d with what stands above it; of a wildcard, too
section() {
	awk -v name="$1" 'BEGIN { RS = "" }
		{
			n = split($0, line, "\n")
			for (i = 1; i <= n; i++)
				if (match(line[i], /^#?\[.*\]$/)) {
					s = line[i]
					gsub(/[#\[\]]/, "", s)
					if (s == name || (s ~ /\*$/ && index(name, substr(s, 1, length(s) - 1)) == 1)) { print; exit }
				}
		}' contrib/munin/plugin-conf.d/spoolwatch
}

for page in plugins/*.8; do
	name=$(basename "$page" .8)
	category=postfix
	[ "$name" != inode_percent ] || category=disk
	markers=$(sed -n 's/.*SW_MUNIN_MARKERS("\(.*\)", "\(.*\)").*/family=\1|capabilities=\2/p' "plugins/$name.c")
	mkdir -p "$to/$category"
	section "$name" >"$work"
	[ -s "$work" ] || { echo "$0: plugin-conf.d says nothing of $name" >&2; exit 1; }
	awk -f contrib/gallery/pod.awk -v name="$name" -v markers="$markers" -v category=$category -v section="$work" "$page" >"$to/$category/$name.pod"
	for story; do
		[ -s "$story/png/$name-day.png" ] || continue
		mkdir -p "$to/$category/example-graphs"
		cp "$story/png/$name-day.png" "$to/$category/example-graphs/"
		n=0
		for png in "$story/png/$name.png" "$story/png/$name"-by_*.png; do
			case $png in *-day.png | *-by_recipients.png | *-by_address.png) continue ;; esac # a look is enough
			[ -s "$png" ] || continue
			n=$((n + 1))
			cp "$png" "$to/$category/example-graphs/$name-$n.png"
		done
	done
done
for story; do
	for svg in "$story"/png/*.svg; do
		[ -s "$svg" ] || continue
		mkdir -p contrib/pictures # README's
		cp "$svg" contrib/pictures/
	done
done

#!/bin/sh
# The plugins beside the Munin plugins that they replace and beside find, on this host, in one run:
#     tests/system/differential.sh PLUGINDIR
set -u
plugins=$(cd "$1" && pwd)
cd "$(dirname "$0")/../hosts" || exit 1
munin=${MUNIN_LIBDIR:-/usr/share/munin}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

say() {
	echo "not ok - $*"
	bad=1
}

# Every field of file $1 is in file $2 with a value that differs by at most $3.
same_values() {
	awk -v most="$3" '
		NR == FNR { if ($1 ~ /\.value$/) theirs[$1] = $2; next }
		$1 ~ /\.value$/ { ours[$1] = $2 }
		END {
			for (f in theirs) {
				n++
				if (!(f in ours)) { print "not ok - no " f " here, " theirs[f] " there"; bad = 1 }
				else if (ours[f] == "U" || ours[f] - theirs[f] > most || theirs[f] - ours[f] > most) {
					print "not ok - " f ": got " ours[f] ", want " theirs[f]; bad = 1
				}
			}
			if (!n) { print "not ok - nothing to compare"; bad = 1 }
			exit bad
		}' "$1" "$2" || bad=1
}

# Label, warning and critical lines are the same; of theirs the total, which Munin would make in each
# of our sub-graphs, too, is a field.
same_config() {
	sed 's/^graph_total /total.label /' "$1" |
		grep -E '\.(label|warning|critical) |^graph_(title|vlabel|total|category|args|scale) ' | sort >"$work/theirs"
	# of ours the root graph: theirs have no other
	awk '/^multigraph .*\./ { exit } { print }' "$2" |
		grep -E '\.(label|warning|critical) |^graph_(title|vlabel|total|category|args|scale) ' | sort >"$work/ours"
	diff "$work/theirs" "$work/ours" >"$work/diff" || { cat "$work/diff"; say "config differs from $3"; }
}

mkdir -p "$work/spool/deferred" "$work/spool/hold"
for hash in 0 3 A F; do
	mkdir -p "$work/spool/deferred/$hash/B" "$work/spool/defer/$hash"
	for i in 1 2 3 4 5 6 7; do
		: >"$work/spool/deferred/$hash/${hash}B${i}40A7612$i"
		: >"$work/spool/deferred/$hash/B/4jY2t64r${i}Tz1bg${hash}B"
		: >"$work/spool/defer/$hash/${hash}B${i}40A7612$i"
	done
done
: >"$work/spool/hold/0EA8FA760BF"
for spool in "$work/spool" "$PWD"/senders/root/var/spool/postfix; do
	spooldir=$spool "$plugins/postfix_queue" >"$work/ours"
	for q in active deferred maildrop incoming corrupt hold; do
		n=0
		[ -d "$spool/$q" ] && n=$(find "$spool/$q" -type f | wc -l)
		echo "$q.value $((n))"
	done >"$work/find"
	same_values "$work/find" "$work/ours" 0
	if [ -x "$munin/plugins/postfix_mailqueue" ]; then
		MUNIN_LIBDIR=$munin spooldir=$spool "$munin/plugins/postfix_mailqueue" >"$work/theirs"
		same_values "$work/theirs" "$work/ours" 0
		deferred_warning=7 MUNIN_LIBDIR=$munin spooldir=$spool "$munin/plugins/postfix_mailqueue" \
			config >"$work/theirs.config"
		deferred_warning=7 spooldir=$spool "$plugins/postfix_queue" config >"$work/ours.config"
		same_config "$work/theirs.config" "$work/ours.config" postfix_mailqueue
	fi
done
if [ -x "$munin/plugins/df_inode" ]; then
	# network file systems and overlays are where the two differ on purpose
	exclude='none unknown iso9660 squashfs udf romfs ramfs vfat debugfs nilfs2 rootfs reiserfs overlay nfs nfs4 cifs'
	# others use this host, too: what they make or remove between the two is no difference
	for _ in 1 2 3 4 5 6 7 8 9; do
		MUNIN_LIBDIR=$munin PERL5LIB=${PERL5LIB:-$munin} exclude=$exclude "$munin/plugins/df_inode" >"$work/theirs"
		exclude=$exclude "$plugins/inode_percent" >"$work/ours"
		[ -s "$work/theirs" ] || break
		(same_values "$work/theirs" "$work/ours" 0.01 && exit $bad) >/dev/null && break
	done
	if [ -s "$work/theirs" ]; then
		same_values "$work/theirs" "$work/ours" 0.01
		MUNIN_LIBDIR=$munin exclude=$exclude _dev_shm_warning=80 critical=97 \
			"$munin/plugins/df_inode" config >"$work/theirs.config"
		exclude=$exclude _dev_shm_warning=80 critical=97 "$plugins/inode_percent" config >"$work/ours.config"
		same_config "$work/theirs.config" "$work/ours.config" df_inode
	else
		echo "skipped - df_inode shows no file system of this host"
	fi
	echo "compared with Munin's df_inode and postfix_mailqueue"
else
	echo "skipped - Munin's df_inode and postfix_mailqueue are not installed"
fi
[ $bad = 0 ] && echo "ok - same fields, values, labels and levels as find and Munin's plugins"
exit $bad

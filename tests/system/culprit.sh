#!/bin/sh
# What the inode alert says of the culprit, over several runs:  tests/system/culprit.sh PLUGINDIR
# A copied host is filled between runs of inode_percent at times of our own; the file system is full by
# the host's statvfs file. A row is: what it shows, and what the extra information must hold.
set -u
plugins=$(cd "$1" && pwd)
cd "$(dirname "$0")/../hosts" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
bad=0
rows=0

mkdir -p "$root/proc/self" "$root/etc/postfix" "$root/var/lib/app" "$root/realspool"
printf '28 1 8:1 / / rw - ext4 /dev/sda1 rw\n' >"$root/proc/self/mountinfo"
printf '100000 0 /\n' >"$root/statvfs"
printf 'queue_directory = /var/spool/postfix/\n' >"$root/etc/postfix/main.cf"

# look SECONDS [NAME=VALUE...]: the extra information at that time after 10:00
look() {
	now=$((1795428000 + $1))
	shift
	text=$(env -i TZ=UTC SPOOLWATCH_ROOT="$root" SPOOLWATCH_NOW=$now MUNIN_STATEFILE="$work/state" "$@" \
		"$plugins/inode_percent" 2>"$work/err" | sed -n 's/^_dev_sda1.extinfo //p')
}

says() {
	rows=$((rows + 1))
	case $text in
	*"$2"*) ;;
	*) echo "not ok - $1: got \"$text\", want \"...$2...\"" && bad=1 ;;
	esac
}

says_not() {
	rows=$((rows + 1))
	case $text in
	*"$2"*) echo "not ok - $1: got \"$text\", want nothing of \"$2\"" && bad=1 ;;
	esac
}

fill() { # DIRECTORY FROM TO
	mkdir -p "$1"
	awk -v d="$1" -v a="$2" -v b="$3" 'BEGIN { for (i = a; i <= b; i++) { f = d "/f" i; printf "" > f; close(f) } }'
}

fill "$root/var/lib/app" 1 500
look 0
says "the deepest directory that explains it is named" "501 of 100000 in /var/lib/app on ext4 /dev/sda1"
says_not "nothing is known of growth at first" since
fill "$root/var/lib/app" 501 600
look 60
says "within two minutes the scan is used again" "501 of 100000"
look 300
says "growth is told, and since when" "601 of 100000 in /var/lib/app (+100 since 10:00)"
fill "$root/var/lib/app" 601 650
for wrong in -1795427000 604800 425000000 -1795427000; do # 1970, a week ahead, 2040
	look $wrong
	says "a wrong clock sees the directory" "651 of 100000 in /var/lib/app"
done
look 600
says "growth is told from scan to scan, whatever the clock was in between" "651 of 100000 in /var/lib/app (+50 since 10:05)"
look 601 MUNIN_STATEFILE=/dev/null
says "without a state file the directory is named" "651 of 100000 in /var/lib/app"
says_not "and growth is not" since

# A user can make a path as long as one that is still named (HOG_PATH)
mv "$root/var/lib/app" "$work/app"
mkdir -p "$root/var/spool/postfix" # with which it is compared
for length in 1021 1022 1023 1024; do
	deep=
	while [ ${#deep} -lt $((length - 200)) ]; do
		deep=$deep/$(printf '%0199d' 0)
	done
	deep=$deep/$(printf "%0$((length - ${#deep} - 1))d" 0)
	fill "$root$deep" 1 300
	look $((700 + length))
	says "a path of $length bytes is no more than long" " of 100000 in /0000"
	rm -rf "$root/$(printf '%0199d' 0)"
	rm -f "$work/state"
done
mv "$work/app" "$root/var/lib/app"
rmdir "$root/var/spool/postfix"

# Postfix's queue, by a path with a slash at its end, then behind a link
cp -r senders/root/var/spool/postfix "$root/realspool/postfix"
for i in 1 2 3 4 5 6 7 8 9; do
	for j in 0 1 2 3 4 5 6 7 8 9 A B C D E F; do
		mkdir -p "$root/realspool/postfix/deferred/$j"
		for k in 0 1 2 3 4 5 6 7 8 9; do
			cp senders/root/var/spool/postfix/deferred/C/CDC93A76011 \
				"$root/realspool/postfix/deferred/$j/$j$i${k}93A76011"
		done
	done
done
rm -rf "$root/var/lib/app"
mkdir -p "$root/var/spool"
mv "$root/realspool/postfix" "$root/var/spool/postfix"
look 2000
says "who queued it is named" "/var/spool/postfix/deferred"
says "by the account" "queued by alice@mx.example.com 9"
mv "$root/var/spool/postfix" "$root/realspool/postfix"
ln -s /realspool/postfix "$root/var/spool/postfix"
look 3000
says "a spool behind a link is known" "queued by alice@mx.example.com 9"

# A scan from outside, used by a run that may look at nothing
look 4000 scan_file="$work/scan" scan_seconds=30
look 4500 scan_file="$work/scan" scan_seconds=1 MUNIN_STATEFILE=/dev/null
rm -rf "$root/realspool/postfix"
look 4800 scan_file="$work/scan"
says "a scan from outside is used for a quarter of an hour" "/realspool/postfix"
look 5000 scan_file="$work/scan"
says_not "and then no more" "/realspool/postfix"
look 6000 scan_seconds=0
says "no scan is asked for" "100000 of 100000 inodes on ext4 /dev/sda1"
look 7000 warning=:100
says "nor needed" "100000 of 100000 inodes on ext4 /dev/sda1"
[ $bad = 0 ] && echo "ok - the culprit of an inode alert ($rows rows)"
exit $bad

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

mostly() { # WHAT NAME: nine tenths or more; a sample may hold no other's
	rows=$((rows + 1))
	case ${text#*"$2 "} in
	9[0-9]%* | "over 99%"*) ;;
	*) echo "not ok - $1: got \"$text\", want \"$2 9...%\"" && bad=1 ;;
	esac
}

complains() { # WHAT WORDS: on stderr; no words: of nothing
	rows=$((rows + 1))
	if [ -z "$2" ] && [ ! -s "$work/err" ]; then return; fi
	if [ -n "$2" ] && grep -F "$2" "$work/err" >/dev/null; then return; fi
	echo "not ok - $1: got \"$(cat "$work/err")\", want \"...$2...\"" && bad=1
}

fill() { # DIRECTORY FROM TO
	mkdir -p "$1"
	awk -v d="$1" -v a="$2" -v b="$3" 'BEGIN { for (i = a; i <= b; i++) { f = d "/f" i; printf "" > f; close(f) } }'
}

fill "$root/var/lib/app" 1 500
look 0
says "the deepest directory that explains it is named" "501 of 100000 in /var/lib/app (98%), 100%"
says "and whose its files are" " of uid $(id -u)"
says "then the disk" " on ext4 /dev/sda1"
says_not "nothing is known of growth at first" since
fill "$root/var/lib/app" 501 600
look 119
says "within two minutes the scan is used again" "501 of 100000"
look 120
says "then it is made anew" "601 of 100000"
look 300
says "growth is told, and since when" "601 of 100000 in /var/lib/app (+100 since 10:00, 9"
fill "$root/var/lib/app" 601 650
for when in 539 540; do
	cp "$work/state" "$work/state.$when"
	look $when MUNIN_STATEFILE="$work/state.$when"
	[ $when = 539 ] && says "from one that is less than four minutes old it is not" "651 of 100000 in /var/lib/app (+150 since 10:00, 9"
	[ $when = 540 ] && says "four minutes are enough" "651 of 100000 in /var/lib/app (+50 since 10:05, 9"
done
for wrong in -1795427000 604800 425000000 -1795427000; do # 1970, a week ahead, 2040
	look $wrong
	says "a wrong clock sees the directory" "651 of 100000 in /var/lib/app"
done
look 600
says "growth is told from scan to scan, whatever the clock was in between" "651 of 100000 in /var/lib/app (+50 since 10:05, 9"
look 601 MUNIN_STATEFILE=/dev/null
says "without a state file the directory is named" "651 of 100000 in /var/lib/app"
says_not "and growth is not" since
text=$(cd "$root/var/lib/app" && look 601 MUNIN_STATEFILE=/dev/null <. && echo "$text")
says "what is our standard input" "651 of 100000 in /var/lib/app"
says_not "is no queue for that" queue

# Each of them grows by itself; what was counted in another one before is no growth
fill "$root/var/lib/app2" 1 200
fill "$root/var/lib/app" 651 660
look 900
says "a second one" "then 201 in /var/lib/app2 (23%)"
says "whose name begins so is not below the first" "661 of 100000 in /var/lib/app (+10 since 10:10, "
fill "$root/var/lib/app2" 201 230
fill "$root/var/lib/app" 651 680
look 1200
says "both grew, the first" "681 of 100000 in /var/lib/app (+20 since 10:15, "
says "both grew, the second" "then 231 in /var/lib/app2 (+30 since 10:15, "
mkdir "$root/var/lib/app/below"
fill "$root/var/lib/app/below" 1 150
look 1500
says "what is named below is not counted above" "681 of 100000 in /var/lib/app (63%)"
rm -rf "$root/var/lib/app/below"
look 1800
says "and no growth when it is gone" "681 of 100000 in /var/lib/app (7"
rm -rf "$root/var/lib/app2"

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
	look $((1000 + length))
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
mostly "by the account" "queued by alice@mx.example.com"
mv "$root/var/spool/postfix" "$root/realspool/postfix"
ln -s /realspool/postfix "$root/var/spool/postfix"
look 3000
mostly "a spool behind a link is known" "queued by alice@mx.example.com"

# One that is named so and lies elsewhere is none
fill "$root/srv/deferred" 1 3000
look 3500
says "it is named for itself" "3001 of 100000 in /srv/deferred (6"
says_not "without those who queued" "/srv/deferred (66%), queued"
text=${text%%, then *}
says_not "nor its users as theirs" "queued by"
rm -rf "$root/srv"

# A scan from outside, used by a run that may look at nothing
look 4000 scan_file="$work/scan" scan_seconds=30
look 4500 scan_file="$work/scan" scan_seconds=1 MUNIN_STATEFILE=/dev/null
rm -rf "$root/realspool/postfix"
look 4899 scan_file="$work/scan"
says "a scan from outside is used for a quarter of an hour" "/realspool/postfix"
look 4900 scan_file="$work/scan"
says_not "and then no more" "/realspool/postfix"
complains "and it is found" ''
ln -s scan "$work/link"
look 5100 scan_file="$work/link" scan_seconds=1
complains "a link, which may lead anywhere" "inode_percent: $work/link is no regular file: it stays as it is"
look 5150 scan_file="$work/none/scan"
complains "a directory that is not there" "env.scan_file: the directory $work/none is not there"
echo 'My notes of Friday' >"$work/notes"
look 5200 scan_file="$work/notes"
complains "a file of somebody else" "$work/notes is no state file of ours: it stays as it is"
[ "$(cat "$work/notes")" = 'My notes of Friday' ] || { echo 'not ok - the notes of somebody else are gone' && bad=1; }
look 5300 MUNIN_STATEFILE="$work/damaged"
printf 'no checksum is like this' | dd of="$work/damaged" bs=1 seek=100 conv=notrunc 2>/dev/null
look 5400 MUNIN_STATEFILE="$work/damaged"
complains "a state that is damaged" "the state file $work/damaged is damaged: it is begun anew"
look 6000 scan_seconds=0
says "no scan is asked for" "100000 of 100000 inodes on ext4 /dev/sda1"
look 6100 MUNIN_STATEFILE=/dev/null scan_seconds=1
says_not "a second is time" "100000 of 100000 inodes"
look 7000 warning=:100
says "nor needed" "100000 of 100000 inodes on ext4 /dev/sda1"
# /home on a disk of its own, which a scan from outside munin-node's unit sees and the unit does not
seen='28 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 28 8:2 / /home rw - ext4 /dev/sdb1 rw\n'
hidden='31 30 0:9 /systemd/inaccessible/dir /home ro - tmpfs tmpfs rw\n'
printf '100000 0 /\n1000 10 /home\n' >"$root/statvfs"
fill "$root/home/u/cache" 1 700
home() { # SECONDS MOUNTINFO [NAME=VALUE...]: what is said of /home at that time
	at=$1
	# shellcheck disable=SC2059  # it is a format
	printf "$2" >"$root/proc/self/mountinfo"
	shift 2
	env -i TZ=UTC SPOOLWATCH_ROOT="$root" SPOOLWATCH_NOW=$((1795428000 + at)) warning=:98.5 "$@" \
		"$plugins/inode_percent" >"$work/out" 2>"$work/err"
	text=$(grep '^_dev_sdb1' "$work/out" | tr '\n' ' ')
}
home 8000 "$seen$hidden" scan_file="$work/scan2"
says "hidden, and not known" "_dev_sdb1.value U"
says "why, and what helps" "covers /home: env.scan_file"
home 8100 "$seen" scan_file="$work/scan2" warning=:90
home 8200 "$seen$hidden" scan_file="$work/scan2" warning=:90
says "hidden, known from outside" "_dev_sdb1.value 99"
says "what holds it, and whose it is" "701 of 1000 in /home/u/cache (over 99%), 100% +-1% of uid "
says "of when, and by whom" " on ext4 /dev/sdb1 at 12:15, as env.scan_file says, now hidden"
home 8200 "$seen$hidden" scan_file="$work/scan2" warning=:99.5
says "below its level: how many" "990 of 1000 inodes on ext4 /dev/sdb1 at 12:15, as env.scan_file says, now hidden"
says_not "and of no directory" "/home/u"
home 8099 "$seen$hidden" scan_file="$work/scan2" warning=:90
says "not before it was found" "_dev_sdb1.value U"
home 8100 "$seen$hidden" scan_file="$work/scan2" warning=:90
says "in the same second" "_dev_sdb1.value 99"
home 8999 "$seen$hidden" scan_file="$work/scan2" warning=:90
says "for a quarter of an hour" "_dev_sdb1.value 99"
home 9000 "$seen$hidden" scan_file="$work/scan2" warning=:90
says "and no longer" "_dev_sdb1.value U"
printf '100000 0 /\n' >"$root/statvfs"
home 8300 "$seen" scan_file="$work/scan2" warning=:90
says "what does not answer is not what it was before" "_dev_sdb1.value U"
printf '100000 0 /\n1000 10 /home\n' >"$root/statvfs"
home 9200 "$seen" MUNIN_STATEFILE="$work/state2"
home 9300 "$seen$hidden" MUNIN_STATEFILE="$work/state2"
text=$(cat "$work/err")
says_not "what is hidden is not gone" "no longer mounted"
home 9400 "$(echo "$seen" | sed 's/30 28.*//')" MUNIN_STATEFILE="$work/state2"
text=$(cat "$work/err")
says "what is gone is said" "inode_percent: /home: no longer mounted"
home 9500 "$(echo "$seen" | sed 's/30 28.*//')" MUNIN_STATEFILE="$work/state2"
text=$(cat "$work/err")
says_not "once" "no longer mounted"
# What autofs takes away when it is left alone: asked once, then its value stands for a while
auto='28 1 8:1 / / rw - ext4 /dev/sda1 rw\n29 28 0:40 / /home rw - autofs auto.home rw,timeout=600\n30 29 0:41 / /home rw - nfs4 /dev/sdb1 rw\n'
printf '100000 0 /\n1000 10 /home\n' >"$root/statvfs"
home 9600 "$auto" MUNIN_STATEFILE="$work/state3" warning=:90
says "autofs: it is asked" "_dev_sdb1.value 99"
printf '100000 0 /\n1000 1000 /home\n' >"$root/statvfs"
home 9900 "$auto" MUNIN_STATEFILE="$work/state3" warning=:90
says "then left alone: the value from before" "_dev_sdb1.value 99"
says "how many, and of when" "990 of 1000 inodes on nfs4 /dev/sdb1 at 12:40, now not asked"
says_not "nothing is scanned" "/home/u"
home 10800 "$auto" MUNIN_STATEFILE="$work/state3" warning=:90
says "and asked again when autofs could have taken it away" "_dev_sdb1.value 0"
home 9600 "$auto"
says "without a state nothing is asked" "_dev_sdb1.value U"
[ $bad = 0 ] && echo "ok - the culprit of an inode alert ($rows rows)"
exit $bad

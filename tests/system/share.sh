#!/bin/sh
# Fifty polls of postfix_sasl_rate at once, which share one reading of the log by a file in
# MUNIN_PLUGSTATE: each says byte for byte what a lone one says, whatever becomes of the reader, the
# file and the disk that it lies on:
#     tests/system/share.sh PLUGINDIR        what needs no root
#     tests/system/share.sh PLUGINDIR disk   (root) what becomes of the disk, a tmpfs
# Who read the log is counted by the bytes that it read (rchar of /proc/PID/io), not by time.
# shellcheck disable=SC2016 # what is not expanded here is expanded by others
set -u
plugins=$(cd "$1" && pwd) || exit 1
plugin=$plugins/postfix_sasl_rate
work=$(mktemp -d)
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
state=$work/state
file=$state/postfix_sasl_rate.shared
root=$work/root
now=1795431600
bad=0
what=
PATH=$PATH:/usr/sbin:/sbin

say() {
	echo "not ok - $what: $*"
	bad=1
}

mkdir -p "$root/var/log" "$root/etc/postfix" "$work/bin" "$state"
echo 'queue_directory = /var/spool/postfix' >"$root/etc/postfix/main.cf"
awk -v now=$now 'BEGIN {
	for (t = now - 1700; t < now; t++) {
		stamp = strftime("%Y-%m-%dT%H:%M:%SZ", t, 1)
		for (i = 0; i < 20; i++)
			printf "%s mx postfix/smtpd[1]: 3C25%06X%02X: client=x[192.0.2.%d], sasl_method=PLAIN, sasl_username=user%d@example.com\n",
				stamp, t % 1000000, i, i, i * i % 17
	}
}' >"$root/var/log/mail.log"
size=$(wc -c <"$root/var/log/mail.log")

# poll COMMAND...
poll() {
	env "MUNIN_PLUGSTATE=$state" "$@"
}

# The day is not shared: without a state file each run reads its own hours.
TZ=UTC0 SPOOLWATCH_ROOT=$root SPOOLWATCH_NOW=$now journal=no logfile=mail.log day_seconds=0
export TZ SPOOLWATCH_ROOT SPOOLWATCH_NOW journal logfile day_seconds
unset MUNIN_PLUGSTATE
lone=$work/lone
"$plugin" >"$lone" 2>"$lone.err"
grep -q '^total\.value .*:1200$' "$lone" || say "the log is not read: $(head -3 "$lone.err")"
for word in config autoconf; do
	"$plugin" $word >"$lone.$word"
done

# same OUTPUT [WORD]
same() {
	cmp -s "$lone${2:+.$2}" "$1" || say "another answer: $(diff "$lone${2:+.$2}" "$1" | head -5)"
}

# A poll that says what a lone one says.
right() {
	poll "$plugin" >"$work/right" 2>"$work/right.err"
	same "$work/right"
	cmp -s "$lone.err" "$work/right.err" || say "it complains: $(cat "$work/right.err")"
}

# A reader that stands still while it has the file, in $holder: main.cf lets it ask postconf(1).
hold() {
	rm -f "$work/asked"
	mkdir -p "$root/etc/slow"
	echo 'queue_directory = $unknown/spool' >"$root/etc/slow/main.cf"
	printf '#!/bin/sh\n: >"%s/asked"\nexec sleep 12\n' "$work" >"$work/bin/postconf"
	chmod 755 "$work/bin/postconf"
	poll PATH="$work/bin:$PATH" config_directory=/etc/slow "$plugin" >/dev/null 2>&1 &
	holder=$!
	tries=0
	until [ -e "$work/asked" ] || [ $((tries += 1)) -gt 100 ]; do
		sleep 0.05
	done
	[ -e "$work/asked" ] || say "no reader stands still"
	kill -STOP "$holder"
}

# How many processes have the file open.
open_files() {
	find /proc/[0-9]*/fd -lname "$file" 2>/dev/null | wc -l
}

# begin N WORDS: so many polls, when there is a reader; their outputs are in $work/out.
begin() {
	rm -rf "$work/out"
	mkdir "$work/out"
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		# what a child has read is its parent's when it has ended
		MUNIN_MASTER_IP=192.0.2.$i MUNIN_STATEFILE='' poll sh -c '
			"$0" $3 >"$1" 2>"$1.err"
			sed -n "s/^rchar: //p" "/proc/$$/io" >"$2"' \
			"$plugin" "$work/out/$i" "$work/out/read.$i" "$([ $((i % $2)) -eq 0 ] || echo config)" &
	done
	tries=0
	until [ "$(open_files)" -gt "$1" ] || [ $((tries += 1)) -gt 50 ]; do
		sleep 0.1
	done
	sleep 0.2 # and the last one has seen that it must wait
}

# One read the log; or two, where a poll came so late that it had not seen that it must wait.
want_one_reader() {
	n=$(cat "$work/out"/read.* | awk -v size="$size" '$1 > size / 2 { n++ } END { print n + 0 }')
	case $n in
	1 | 2) ;;
	*) say "$n have read the log, want one" ;;
	esac
}

# What becomes of the reader, of the log and of the file.
polls() {
	if [ -r /proc/self/io ]; then
		what='fifty at once, whose reader is killed'
		right
		hold
		begin 50 1
		kill -KILL "$holder"
		wait
		for i in "$work"/out/[0-9]*[0-9]; do
			same "$i"
		done
		[ "$(cat "$work/out"/*.err)" = "$(for i in "$work"/out/*.err; do cat "$lone.err"; done)" ] ||
			say "they complain: $(cat "$work/out"/*.err | sort -u)"
		want_one_reader

		what='config and fetch at once'
		hold
		begin 20 2
		kill -KILL "$holder"
		wait
		for i in "$work"/out/[0-9]*[0-9]; do
			if [ $((${i##*/} % 2)) -eq 0 ]; then
				same "$i"
			else
				same "$i" config
			fi
		done
		want_one_reader
	else
		echo 'skipped - /proc/self/io is not there: how many of fifty polls read the log'
	fi

	what='a reader that stands still'
	hold
	right
	kill -KILL "$holder"
	wait

	what='the log grows between two polls of one second'
	right
	echo "$(date -u -d "@$((now - 100))" +%Y-%m-%dT%H:%M:%SZ) mx postfix/smtpd[1]: 3C25ABCDEF01: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=late@example.com" >>"$root/var/log/mail.log"
	poll "$plugin" >"$work/grown" 2>/dev/null
	grep -q '^total\.value .*:1201$' "$work/grown" || say "the line that was added is not told"
	sed '$d' "$root/var/log/mail.log" >"$work/log" && cat "$work/log" >"$root/var/log/mail.log"

	what='autoconf makes no file'
	rm -f "$file"
	poll "$plugin" autoconf >"$work/right"
	same "$work/right" autoconf
	[ ! -e "$file" ] || say "there is $file"

	what="somebody's file"
	echo 'My notes' >"$file"
	right
	[ "$(cat "$file")" = 'My notes' ] || say "it was written to"
	what='a link'
	rm -f "$file" && ln -s "$work/target" "$file"
	right
	[ ! -e "$work/target" ] || say "it was followed"
	what='a directory'
	rm -f "$file" && mkdir "$file"
	right
	rmdir "$file"
	what='any bytes'
	for n in 3 8 100 4096 3000000; do
		head -c $n /dev/urandom >"$file"
		right
		[ "$(wc -c <"$file")" = $n ] || say "a file of $n bytes was written to"
	done
	what='our mark and any bytes'
	for n in 1 8 100 4096 2101240; do
		{ printf 'swshare\0' && head -c $n /dev/urandom; } >"$file"
		right
		right
	done
	what='zeros'
	head -c 2101248 /dev/zero >"$file"
	right
	what='no such directory'
	rm -f "$file"
	state=$work/missing
	right
	what='a relative one'
	state=.
	(cd "$work" && right; exit $bad) || bad=1
	rm -f "$work/postfix_sasl_rate.shared"
}

# What becomes of the disk that the file lies on.
disks() {
	state=$work/disk
	file=$state/postfix_sasl_rate.shared
	what='a disk that was full before'
	head -c 5000000 /dev/zero >"$state/fill" 2>/dev/null
	right
	rm -f "$state/fill" "$file"
	what='a disk without inodes'
	touch "$state/1" "$state/2" "$state/3"
	right
	[ ! -e "$file" ] || say "there is $file"
	rm -f "$state"/[123]
	what='a disk that got full'
	right
	[ "$(wc -c <"$file")" = 2101248 ] || say "the file is not made"
	head -c 5000000 /dev/zero >"$state/fill" 2>/dev/null
	touch "$state/1" "$state/2" 2>/dev/null
	begun=$(od -An -t u8 -j 8 -N 8 "$file")
	right
	[ "$(od -An -t u8 -j 8 -N 8 "$file")" -eq $((begun + 1)) ] || say "the file is used no more"
	if [ -r /proc/self/io ]; then
		hold
		begin 10 1
		kill -KILL "$holder"
		wait
		for i in "$work"/out/[0-9]*[0-9]; do
			same "$i"
		done
		want_one_reader
	fi
	mount -o remount,ro "$work/disk"
	what='a disk that may not be written to'
	right
	umount "$work/disk"
}

if [ "${2:-}" != disk ]; then
	polls
elif mkdir "$work/disk" && mount -t tmpfs -o size=4m,nr_inodes=4 none "$work/disk" 2>/dev/null; then
	disks
else
	echo 'skipped - no tmpfs can be mounted here (not root?): a full disk'
	exit 0
fi
[ $bad -eq 0 ] && echo 'ok - polls at once say what a lone one says, one of them reads the log'
exit $bad

#!/bin/bash
# What a poll costs where everything is too much: right values, time and memory of one poll each.
#
#     tests/bench/load.sh BUILD_DIR OUT_DIR [PART...]      PARTs: queue accounts log day polls mounts names
#
# As root (mounts); needs 25 GB in OUT_DIR, which are free again afterwards, and some 20 minutes. What a
# poll may take is munin-node's time-out and the ceiling of memory that stands beside each row; a
# wrong value, or more than that, is a failure.
set -u
export LC_ALL=C
if [ $# -lt 2 ]; then
	sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
mkdir -p "$2" && tools=$(cd "$1/tests/bench" && pwd) && plugins=$(cd "$1/plugins" && pwd) && out=$(cd "$2" && pwd) || exit 1
shift 2
if [ "$(id -u)" != 0 ]; then
	echo "bench-load: needs root, for mounts" >&2
	exit 1
fi
SECONDS_MOST=30 # of the 60 that munin-node gives a plugin
end=1795431300 now=$((end + 30))
work=$(mktemp -d "$out/load.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$work"' EXIT
: >"$out/load.txt"
bad=0

say() {
	echo "$*" | tee -a "$out/load.txt"
}

# poll WHAT MB PATTERN [VAR=VALUE...] COMMAND...: one poll, into $work/out
poll() {
	local what=$1 ceiling=$2 pattern=$3 cost
	shift 3
	# its own accounting: the kernel's maximum of memory, wall clock
	"$tools/race" -n 1 -t 1 poll "$@" >"$work/cost" 2>"$work/err"
	env "$@" >"$work/out" 2>>"$work/err"
	cost=$(awk '$1 == "poll" { printf "%.2f %.1f", $2 / 1000, $6 }' "$work/cost")
	verdict=ok
	grep -q -e "$pattern" "$work/out" || verdict="WRONG: $(grep -m 1 -e '^busiest\|^deferred\|extinfo' "$work/out" | head -c 200)"
	awk -v s="${cost% *}" -v most=$SECONDS_MOST 'BEGIN { exit !(s != "" && s <= most) }' || verdict='TOO SLOW'
	awk -v m="${cost#* }" -v most="$ceiling" 'BEGIN { exit !(m != "" && m <= most) }' || verdict='TOO MUCH MEMORY'
	[ "$verdict" = ok ] || bad=1
	say "$(printf '%-52s %6s s %7s MB of %s   %s' "$what" ${cost:-? ?} "$ceiling" "$verdict")"
}

load_queue() {
	say "2,300,000 queue files on $(stat -f -c %T "$work")"
	"$tools/mkqueue" "$work/spool" 2300000 mails || return 1
	sync
	echo 3 >/proc/sys/vm/drop_caches 2>/dev/null
	poll 'postfix_queue, first poll' 16 '^deferred\.value 2300000$' "spooldir=$work/spool" "$plugins/postfix_queue"
	poll 'postfix_queue, who holds them' 16 '^deferred\.extinfo .*9[67]%' "spooldir=$work/spool" "$plugins/postfix_queue"
	rm -rf "$work/spool"
}

load_accounts() {
	local busy
	busy=$("$tools/mkcrowd" 1000000 "$end" 2>&1 >"$work/crowd") || return 1
	poll 'postfix_sasl_rate, 1,000,000 accounts in 5 minutes' 24 "^busiest\.extinfo email@ourdomain.example $busy msg" \
		TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$work/crowd" "$plugins/postfix_sasl_rate"
	rm -f "$work/crowd"
}

load_log() {
	local want
	want=$("$tools/mklog" bsd 10000 200 "$end" 2>&1 >"$work/log") || return 1
	want=${want//[!0-9 ]/}
	poll "postfix_sasl_rate, 10 GB of log, 200 MB in 5 minutes" 16 '^busiest\.extinfo ' \
		TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$work/log" "$plugins/postfix_sasl_rate"
	got=$(sed -n 's/^total\.value .*://p' "$work/out" | tail -n 5 | awk '{ s += $1 } END { print s }')
	[ "$got" = "${want%% *}" ] || { say "  WRONG: $got messages of ${want%% *}" && bad=1; }
}

# A day of 5 GB: all of it once, then what the state leaves of it; both tell the same.
load_day() {
	local from='/^multigraph/ { at = $2 } at == "postfix_sasl_rate.by_day" && $1 == "most_day.value" { print $2 }'
	"$tools/mklog" bsd 5000 17 "$end" 2>/dev/null >"$work/day" || return 1
	set -- TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$work/day"
	poll "postfix_sasl_rate, a day of 5 GB, without a state" 24 '^most_day\.value [0-9]*:[0-9]' \
		"$@" day_seconds=$SECONDS_MOST "$plugins/postfix_sasl_rate"
	awk "$from" "$work/out" >"$work/want"
	env "$@" day_seconds=$SECONDS_MOST "MUNIN_STATEFILE=$work/kept" "$plugins/postfix_sasl_rate" >/dev/null 2>&1
	poll "postfix_sasl_rate, a day of 5 GB, with it" 24 '^most_day\.value [0-9]*:[0-9]' \
		"$@" "MUNIN_STATEFILE=$work/kept" "$plugins/postfix_sasl_rate"
	awk "$from" "$work/out" | cmp -s - "$work/want" || { say "  WRONG: with a state it tells another day" && bad=1; }
	rm -f "$work/day" "$work"/kept*
}

# What a poll says; of the last day it tells what its two seconds let it read.
but_the_day() { # FILE
	sed '/^multigraph postfix_sasl_rate\.by_day$/,$d' "$1"
}

load_polls() {
	local began wrong=0
	[ -e "$work/log" ] || "$tools/mklog" bsd 1000 100 "$end" 2>/dev/null >"$work/log"
	mkdir "$work/state"
	env TZ=UTC SPOOLWATCH_NOW=$now logfile="$work/log" "$plugins/postfix_sasl_rate" >"$work/whole" 2>/dev/null
	but_the_day "$work/whole" >"$work/alone"
	began=$(date +%s%N)
	for i in $(seq 50); do
		env TZ=UTC SPOOLWATCH_NOW=$now logfile="$work/log" MUNIN_PLUGSTATE="$work/state" \
			"$plugins/postfix_sasl_rate" >"$work/poll.$i" 2>/dev/null &
	done
	wait
	began=$((($(date +%s%N) - began) / 1000000))
	for i in $(seq 50); do
		but_the_day "$work/poll.$i" | cmp -s "$work/alone" - || wrong=$((wrong + 1))
	done
	say "$(printf '%-52s %6d ms for all, %d differ from a lone one' '50 polls at once on that log' $began $wrong)"
	[ $wrong = 0 ] && [ $began -le $((SECONDS_MOST * 1000)) ] || bad=1
	rm -f "$work/log" "$work"/poll.*
}

load_mounts() {
	for n in 300 50000; do
		mkdir -p "$work/mounts"
		unshare -m --propagation private "$tools/mkmounts" "$work/mounts" $n bash -c "
			$(declare -f poll say); plugins='$plugins' tools='$tools' work='$work' out='$out' SECONDS_MOST=$SECONDS_MOST bad=0
			poll 'inode_percent, $n mounts' 64 'mounts_299\.value 10$' '$plugins/inode_percent'
			exit \$bad" || bad=1
	done
	rm -rf --one-file-system "$work/mounts"
}

load_names() {
	mkdir "$work/names"
	mount -t tmpfs -o nr_inodes=1050000,size=1g tmpfs "$work/names" || return 1
	"$tools/mktree" "$work/names/spool" 1 1000000
	poll 'inode_percent, a directory of 1,000,000 names' 32 "extinfo 1000001 of 1050000 in $work/names/spool/above0/directory0" "$plugins/inode_percent"
	umount "$work/names"
}

[ $# -gt 0 ] || set -- queue accounts log day polls mounts names
for part; do
	"load_$part" || { say "$part: could not be made" && bad=1; }
done
exit $bad

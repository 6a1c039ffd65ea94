#!/bin/sh
# What the plugins cost, beside the least that is possible and beside what they replace.
#
#     tests/bench/bench.sh BUILD_DIR OUT_DIR        QUICK=1: half a minute, small sizes
#
# Programs are run in turn (race.c), so that only ratios count, not the machine. An aim that is
# missed is said and is no failure: times depend on the neighbours. A program that fails, or a
# plugin that counts wrong, is one. Data lie in OUT_DIR and on /dev/shm and are gone at the end.
# shellcheck disable=SC2016 # the sh -c below get their values as arguments
set -u

if [ $# -ne 2 ]; then
	sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
mkdir -p "$2" || exit 1
tools=$(cd "$1/tests/bench" && pwd) && plugins=$(cd "$1/plugins" && pwd) && out=$(cd "$2" && pwd) ||
	exit 1
report=$out/bench.txt
table=$out/bench.table
: "${MUNIN_LIBDIR:=/usr/share/munin}"
dir=
broken=0
met=0
missed=0
export LC_ALL=C

# One END for all logs, on a full minute: the window is then exactly their last five minutes.
# postfix_sasl_rate reads more: two minutes for messages that were begun before (JOIN in
# lib/read/submit.c), two for lines that stand in disorder (LOGFILE_DISORDER).
end=1795431300
before=240

if [ "${QUICK:-0}" = 1 ]; then
	seconds=2 queues='1000 20000' logs='20 100' wide=20
else
	seconds=15 queues='1000 100000 1000000' logs='100 1000' wide=100
fi

# There is one working directory at a time, so that names with blanks need no list.
clean() {
	[ -z "$dir" ] || rm -rf "$dir"
	rm -f "$table"
	dir=
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say() {
	printf '%s\n' "$*" | tee -a "$report"
}

is_broken() {
	broken=$((broken + 1))
	say "BROKEN: $*"
}

# race ROUNDS TITLE RUNNERS...: a table of the report; its first runner is the floor
race() {
	rounds=$1
	say ''
	say "$2"
	shift 2
	if "$tools/race" -n "$rounds" -t "$seconds" "$@" >"$table"; then
		cat "$table" >>"$report"
		cat "$table"
	else
		is_broken "the race"
		: >"$table"
	fi
}

# aim LABEL FLOOR LIMIT TEXT: is LABEL's median in the last table within LIMIT times FLOOR's?
aim() {
	ratio=$(awk -v label="$1" -v floor="$2" '$1 == label { a = $2 } $1 == floor { b = $2 }
		END { if (a && b) printf "%.2f", a / b }' "$table")
	[ -n "$ratio" ] || return 0
	judge "$ratio" "$3" "$4"
}

judge() {
	if awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; then
		met=$((met + 1))
		say "  aim met: $3: $1, aimed at $2"
	else
		missed=$((missed + 1))
		say "  AIM MISSED: $3: $1, aimed at $2"
	fi
}

# has_room DIRECTORY KILOBYTES INODES; a file system without a number of inodes (-) has enough
has_room() {
	kb=$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
	inodes=$(df -Pi "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
	case $inodes in 0 | - | '') inodes=$3 ;; esac
	[ "${kb:-0}" -ge "$2" ] && [ "$inodes" -ge "$3" ]
}

# workdir PARENT: a directory of our own there, in $dir, gone at the end
workdir() {
	clean
	dir=$(mktemp -d "$1/spoolwatch-bench.XXXXXX")
}

# value FIELD TEXT
value() {
	printf '%s\n' "$2" | sed -n "s/^$1\\.value //p" | head -n 1
}

# empty_linked NAME: the empty program linked as the plugins are that need NAME; see empty.c
empty_linked() {
	if [ -x "$tools/empty_$1" ]; then echo "empty_$1"; else echo empty; fi
}

start() {
	workdir "$out" || return 1
	"$tools/mkqueue" "$dir/spool" 20 || return 1
	"$tools/mklog" iso 0.02 0.01 "$end" >"$dir/log" 2>/dev/null || return 1
	queue="spooldir=$dir/spool"
	log="logfile=$dir/log"
	set -- empty "$tools/empty"
	for libraries in pcre2 maillog; do
		[ ! -x "$tools/empty_$libraries" ] ||
			set -- "$@" --- "empty_$libraries" "$tools/empty_$libraries"
	done
	for argument in fetch config; do
		set -- "$@" --- "postfix_queue:$argument" "$queue" "$plugins/postfix_queue" "$argument"
		set -- "$@" --- "postfix_sasl_rate:$argument" "$log" "SPOOLWATCH_NOW=$end" \
			"$plugins/postfix_sasl_rate" "$argument"
		set -- "$@" --- "inode_percent:$argument" "$plugins/inode_percent" "$argument"
	done
	old=$MUNIN_LIBDIR/plugins
	if [ -x "$old/df_inode" ]; then
		set -- "$@" --- munin:df_inode "MUNIN_LIBDIR=$MUNIN_LIBDIR" "$old/df_inode"
	fi
	if [ -x "$old/postfix_mailqueue" ]; then
		set -- "$@" --- munin:postfix_mailqueue "MUNIN_LIBDIR=$MUNIN_LIBDIR" "$queue" \
			"$old/postfix_mailqueue"
	fi
	race 301 'Start to exit: 20 messages queued, 20 kB of log, the file systems of this host' \
		"$@"
	for argument in fetch config; do
		aim "postfix_queue:$argument" empty 1.5 "start of postfix_queue $argument"
		aim "postfix_sasl_rate:$argument" "$(empty_linked maillog)" 1.5 \
			"start of postfix_sasl_rate $argument"
		aim "inode_percent:$argument" "$(empty_linked pcre2)" 1.5 \
			"start of inode_percent $argument"
	done
	clean
}

# queue PARENT FILES: all are in deferred, whose 16 hash directories are what lists slowly
queue() {
	if ! has_room "$1" $(($2 * 3 / 2)) $(($2 + 100)); then
		say ''
		say "Left out: $2 messages on $1, which has no room for them"
		return 0
	fi
	workdir "$1" || return 1
	"$tools/mkqueue" "$dir/spool" "$2" || return 1
	got=$(value deferred "$(spooldir="$dir/spool" "$plugins/postfix_queue")")
	[ "$got" = "$2" ] || is_broken "postfix_queue says $got of $2 messages"
	set -- "$1" "$2" floor_getdents "$tools/floor_getdents"
	for name in active deferred maildrop incoming corrupt hold; do
		set -- "$@" "$dir/spool/$name"
	done
	set -- "$@" --- postfix_queue "spooldir=$dir/spool" "$plugins/postfix_queue" \
		--- 'find|wc' sh -c 'find "$0" -type f | wc -l' "$dir/spool/deferred"
	if [ -x "$MUNIN_LIBDIR/plugins/postfix_mailqueue" ]; then
		set -- "$@" --- munin:postfix_mailqueue "MUNIN_LIBDIR=$MUNIN_LIBDIR" \
			"spooldir=$dir/spool" "$MUNIN_LIBDIR/plugins/postfix_mailqueue"
	fi
	title="Counting $2 messages on $1 ($(stat -f -c %T "$1"))"
	size=$2
	shift 2
	race 101 "$title" "$@"
	# below that the start of a program is more than its work
	[ "$size" -ge 10000 ] && aim postfix_queue floor_getdents 1.1 "count of $size"
	clean
}

# make_log FORMAT MEGABYTES WINDOW FILE, and see that the plugin finds what is in it
make_log() {
	want=$("$tools/mklog" "$1" "$2" "$3" "$end" 2>&1 >"$4") || return 1
	got=$(value total "$(TZ=UTC SPOOLWATCH_NOW=$end logfile="$4" "$plugins/postfix_sasl_rate")")
	awk -v got="${got:-0}" -v want="$want" 'BEGIN { exit int(got * 5 + 0.5) != want }' ||
		is_broken "postfix_sasl_rate finds $got messages a minute, there are $want in five"
}

logs() {
	small=${logs% *}
	large=${logs#* }
	if ! has_room "$out" $(((small + large * 2) * 1000)) 100; then
		say ''
		say "Left out: logs, $out has no room for them"
		return 0
	fi
	workdir "$out" || return 1
	make_log iso "$small" 1 "$dir/small" && make_log iso "$large" 1 "$dir/large" || return 1
	plugin=$plugins/postfix_sasl_rate
	race 101 "Mail log of $small MB and of $large MB; 1 MB of each is of the last 5 minutes" \
		empty "$tools/empty" \
		--- "sasl_rate:$small" "SPOOLWATCH_NOW=$end" "logfile=$dir/small" "$plugin" \
		--- "sasl_rate:$large" "SPOOLWATCH_NOW=$end" "logfile=$dir/large" "$plugin" \
		--- "memmem:$small:all" "$tools/floor_memmem" "$dir/small" \
		--- "memmem:$large:all" "$tools/floor_memmem" "$dir/large" \
		--- "grep:$small:all" grep -c sasl_username "$dir/small" \
		--- "grep:$large:all" grep -c sasl_username "$dir/large"
	aim "sasl_rate:$large" "sasl_rate:$small" 1.1 "$large MB of log as fast as $small MB"
	rm -f "$dir/small" "$dir/large"
	for format in iso bsd; do
		make_log "$format" "$large" "$wide" "$dir/wide" || return 1
		read=$((wide * 1000000 * (300 + before) / 300))
		race 101 "Mail log of $large MB ($format), $wide MB of it of the last 5 minutes" \
			memmem:window "$tools/floor_memmem" "$dir/wide" $((wide * 1000000)) \
			--- memmem:as-read "$tools/floor_memmem" "$dir/wide" "$read" \
			--- sasl_rate TZ=UTC "SPOOLWATCH_NOW=$end" "logfile=$dir/wide" "$plugin" \
			--- grep:as-read sh -c 'tail -c "$0" "$1" | grep -c sasl_username' \
			"$read" "$dir/wide"
		aim sasl_rate memmem:as-read 1.3 "scan of the window ($format)"
	done
	clean
}

: >"$report" || exit 1
say "spoolwatch bench: $(uname -srm), $(getconf _NPROCESSORS_ONLN) processors, $(date -u +%F)"
start || is_broken 'start could not be measured'
for size in $queues; do
	queue "$out" "$size" || is_broken "no queue of $size on $out"
	if [ -d /dev/shm ] && [ -w /dev/shm ]; then
		queue /dev/shm "$size" || is_broken "no queue of $size on /dev/shm"
	fi
done
logs || is_broken 'no logs'
say ''
say "$met aims met, $missed missed, $broken broken; in $report"
[ "$broken" -eq 0 ]

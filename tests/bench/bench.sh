#!/bin/sh
# What the plugins cost, beside the least that is possible and beside what they replace.
#
#     tests/bench/bench.sh BUILD_DIR OUT_DIR [PART...]      QUICK=1: half a minute, small sizes
#
# PARTs are start queue owners walk log journal sockets share growth; by default all, with QUICK=1 all
# but growth; and against, which is beside an older build (OLD=DIRECTORY of its plugins). Programs are
# run in turn (race.c), so that only ratios count, not the machine. An aim that is missed is said and is
# no failure: times depend on the neighbours. A program that fails, or a plugin that counts wrong, is
# one. Data lie in OUT_DIR and on /dev/shm and are gone at the end.
# shellcheck disable=SC2034 # the parts use what is set here
set -u

if [ $# -lt 2 ]; then
	sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
mkdir -p "$2" || exit 1
here=$(cd "$(dirname "$0")" && pwd) && tools=$(cd "$1/tests/bench" && pwd) &&
	plugins=$(cd "$1/plugins" && pwd) && spoolwatch=$(cd "$1" && pwd)/spoolwatch && out=$(cd "$2" && pwd) || exit 1
shift 2
report=$out/bench.txt
table=$out/bench.table
: "${MUNIN_LIBDIR:=/usr/share/munin}"
dir=
mounted=
connected=
cold=
broken=0
met=0
missed=0
held=
absent=
failed=
export LC_ALL=C

# One END for all logs, on a full minute: what is looked for is then in their last five minutes. It is
# looked for a little later: a minute is told some seconds after it is over (SUBMIT_LATE).
end=1795431300
now=$((end + 30))

if [ "${QUICK:-0}" = 1 ]; then
	seconds=1
	sizes_queue='20000' sizes_holders='10000' size_walk=40000 size_host=5 files_walk=10 others=80
	logs='20 50' sizes_sockets='10 20000' wide=12 forms_wide=3 days=1 crowd=100000 rounds_cold=1
else
	seconds=6
	sizes_queue='1000 100000 1000000' sizes_holders='10000 100000 1000000'
	size_walk=1000000 size_host=100 files_walk=100 others=2000 logs='100 1000' sizes_sockets='10 20000' wide=40 forms_wide=16 days='4 18' crowd=1000000 rounds_cold=3
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

# has NAME [FILE]: is a program there to be set beside ours? What is not is said at the end.
has() {
	[ ! -x "${2:-$(command -v "$1")}" ] || return 0
	case $absent in *"; $1"*) ;; *) absent="$absent; $1" ;; esac
	return 1
}

left_out() {
	say ''
	say "Left out: $*"
}

is_broken() {
	broken=$((broken + 1))
	say "BROKEN: $*"
}

# race ROUNDS TITLE RUNNERS...: a table of the report; its first runner is the floor. With cold
# each run begins with empty caches; with mounted set (messages) all happens on a tmpfs at
# $dir/mount that is made for it; with connected set (connections) in a network namespace that has so many.
race() {
	rounds=$1
	say ''
	say "$2"
	shift 2
	set -- "$tools/race" -n "$rounds" -t "$seconds" ${cold:+-c} "$@"
	[ -z "$mounted" ] ||
		set -- unshare -m "$here/in_tmpfs.sh" "$tools" "$dir/mount" "$mounted" "$others" "$@"
	# as munin-node runs it; root would be shown the other namespaces of this host as well
	[ -z "$connected" ] || set -- unshare -n "$tools/connected" "$connected" 587 \
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	if "$@" >"$table"; then
		cat "$table" >>"$report"
		cat "$table"
	else
		is_broken "the race"
		: >"$table"
		return 1
	fi
}

# cell LABEL COLUMN: of the last table; 2 is the median, 6 the memory, 7 the page faults
cell() {
	awk -v label="$1" -v column="$2" '$1 == label { print $column }' "$table"
}

# aim LABEL FLOOR LIMIT TEXT: is LABEL's median in the last table within LIMIT times FLOOR's?
aim() {
	ratio=$(awk -v a="$(cell "$1" 2)" -v b="$(cell "$2" 2)" 'BEGIN { if (a && b) printf "%.2f", a / b }')
	[ -n "$ratio" ] || return 0
	judge "$ratio" "$3" "$4"
}

# beyond LABEL FLOOR MILLISECONDS TEXT: is it slower by no more than that?
beyond() {
	more=$(awk -v a="$(cell "$1" 2)" -v b="$(cell "$2" 2)" 'BEGIN { if (a && b) printf "%.1f", a - b }')
	[ -n "$more" ] || return 0
	judge "$more" "$3" "$4"
}

# faults LABEL FLOOR LIMIT TEXT: does it take no more page faults beyond the floor's?
faults() {
	more=$(awk -v a="$(cell "$1" 7)" -v b="$(cell "$2" 7)" 'BEGIN { if (a && b) print a - b }')
	[ -n "$more" ] || return 0
	judge "$more" "$3" "$4"
}

judge() {
	if awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; then
		met=$((met + 1))
		held="$held; $3 ($1)"
		say "  aim met: $3: $1, aimed at $2"
	else
		missed=$((missed + 1))
		failed="$failed; $3 ($1, not $2)"
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

# value FIELD TEXT; of several minutes (EPOCH:VALUE) the last
value() {
	printf '%s\n' "$2" | sed -n "s/^$1\\.value //p" | tail -n 1 | sed 's/.*://'
}

if [ $# -eq 0 ]; then
	set -- start queue owners walk log journal sockets share
	[ "${QUICK:-0}" = 1 ] || set -- "$@" growth
fi
: >"$report" || exit 1
say "spoolwatch bench: $(uname -srm), $(getconf _NPROCESSORS_ONLN) processors, $(date -u +%F)"
for part in "$@"; do
	# shellcheck source=/dev/null
	. "$here/bench_$part.sh"
	"bench_$part" || is_broken "$part could not be measured"
done
say ''
[ -z "$absent" ] || say "Not installed here, so nothing is beside them: ${absent#; }."
[ -z "$held" ] || say "Aims that hold: ${held#; }."
[ -z "$failed" ] || say "Aims that are missed: ${failed#; }."
say "$met aims met, $missed missed, $broken broken; in $report"
[ "$broken" -eq 0 ]

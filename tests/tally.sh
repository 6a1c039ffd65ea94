# shellcheck shell=sh
# Counts for the runners check.sh and system.sh, which set $build (the build's folder) first. $JOBS
# tests run at a time (most of what they do is to wait); what they say comes in their order. Every
# skip is printed and counted; with $SKIPS (a file of shell patterns, one a line, # begins a
# comment) a skip that no line of it matches is a failure.
passed=0
failed=0
skipped=0
unexpected=0
jobs=${JOBS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}
lanes=${build:?}/check
started=0
shown=0
rm -rf "$lanes"
mkdir -p "$lanes"
mkfifo "$lanes/free"
exec 9<>"$lanes/free" # 3 and 4 may be make's
while [ "$started" -lt "$jobs" ]; do
	started=$((started + 1))
	echo >&9
done
started=0

# One test of its own, as soon as a lane is free: unit and whole, without waiting for it
unit() { lane one_unit "$@"; }
whole() { lane one_whole "$@"; }

in_lane() {
	passed=0
	failed=0
	skipped=0
	unexpected=0
	log=$lanes/$started.log
	"$@" >"$lanes/$started.said"
	echo "$passed $failed $skipped $unexpected" >"$lanes/$started.new"
	mv "$lanes/$started.new" "$lanes/$started.sum"
	echo >&9
}

lane() {
	read -r _ <&9
	started=$((started + 1))
	(in_lane "$@") &
	while [ -e "$lanes/$((shown + 1)).sum" ]; do
		show
	done
}

# The next one in order, which has ended.
show() {
	shown=$((shown + 1))
	cat "$lanes/$shown.said"
	cat "$lanes/$shown.sum" >>"$lanes/sums"
	rm -f "$lanes/$shown".*
}

# A line that begins with `skipped - `
skip() {
	skipped=$((skipped + 1))
	echo "$1"
	[ -n "${SKIPS:-}" ] || return 0
	while read -r pattern; do
		# shellcheck disable=SC2254  # it is a pattern
		case $1 in
		"skipped - "$pattern) return 0 ;;
		esac
	done <"$SKIPS"
	unexpected=$((unexpected + 1))
	echo "not ok - $SKIPS does not expect this skip"
}

skips_of() { # NAME: those that the log holds
	grep '^skipped - ' "$log" >"$log.skips"
	sed -n 's/^\[  SKIPPED \] \([a-z_].*\)/skipped - \1/p' "$log" | sort -u >>"$log.skips"
	while read -r line; do
		skip "skipped - $1: ${line#skipped - }"
	done <"$log.skips"
	rm -f "$log.skips"
}

# A script or program that is one test: its exit status counts, its output is shown when it fails.
one_whole() {
	name=$1
	shift
	if "$@" >"$log" 2>&1 </dev/null 9>&-; then
		passed=$((passed + 1))
		echo "ok - $name: $(tail -n 1 "$log")"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		cat "$log"
	fi
	skips_of "$name"
}

# A cmocka program: its tests count one by one.
one_unit() {
	"$1" >"$log" 2>&1 </dev/null 9>&-
	status=$?
	name=${1#"$build"/tests/unit/}
	good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log")
	ran=$(sed -n 's/^\[==========\] \([0-9]*\) test(s) run.*/\1/p' "$log")
	gone=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test.*/\1/p' "$log")
	passed=$((passed + ${good:-0}))
	if [ $status = 0 ] && [ -n "$good" ]; then
		echo "ok - $name: $good tests"
	else
		n=$((${ran:-0} - ${good:-0} - ${gone:-0}))
		[ $n -gt 0 ] || n=1
		failed=$((failed + n))
		echo "not ok - $name"
		cat "$log"
	fi
	sed -i '/^skipped - /d' "$log" # the reason; below comes the test's name
	skips_of "$name"
}

tally() { # the last line, and the status of the runner
	wait
	while [ "$shown" -lt "$started" ]; do
		show
	done
	while read -r p f s u; do
		passed=$((passed + p))
		failed=$((failed + f))
		skipped=$((skipped + s))
		unexpected=$((unexpected + u))
	done <"$lanes/sums"
	rm -rf "$lanes"
	failed=$((failed + unexpected))
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed = 0 ]
}

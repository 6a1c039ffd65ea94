# shellcheck shell=sh
# Counts for the runners check.sh and system.sh, which set $build (the build's folder) first. Every
# skip is printed and counted; with $SKIPS (a file of shell patterns, one a line, # begins a
# comment) a skip that no line of it matches is a failure.
passed=0
failed=0
skipped=0
unexpected=0
log=${build:?}/check.log
mkdir -p "$build"

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
whole() {
	name=$1
	shift
	if "$@" >"$log" 2>&1 </dev/null; then
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
unit() {
	"$1" >"$log" 2>&1 </dev/null
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
	failed=$((failed + unexpected))
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed = 0 ]
}

#!/bin/sh
# Golden reports of the incident command: tests/hosts/HOST/report/NAME holds its arguments, a word a line,
# an empty line, and what is said of the host (root/ and env as golden.sh has them).
#     tests/hosts/report.sh BUILDDIR [HOST]       compares
#     UPDATE=1 tests/hosts/report.sh ...      rewrites the wants; read `git diff` then
set -u
program=$(cd "$1" && pwd)/spoolwatch
hosts=${2:-*}
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
json=yes
if ! perl -MJSON::PP -e1 2>/dev/null; then
	echo "skipped - JSON of reports: perl has no JSON::PP"
	json=
fi

one() { # HOST/report/NAME -> $work/got
	sed '/^$/q' "$1" >"$work/got"
	(
		set -f
		IFS='
'
		# shellcheck disable=SC2046  # one word a line
		exec env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="${1%%/*}/root" $(cat "${1%%/*}/env") \
			"$program" report $(cat "$work/got")
	) >"$work/out" 2>"$work/err" </dev/null
	status=$?
	cat "$work/out" >>"$work/got"
	[ -s "$work/err" ] && { echo "-- stderr" && cat "$work/err"; } >>"$work/got"
	echo "-- exit $status" >>"$work/got"
}

for want in $hosts/report/*; do
	[ -f "$want" ] || continue
	one "$want"
	if [ -n "${UPDATE:-}" ]; then
		cp "$work/got" "$want"
	elif cmp -s "$work/got" "$want"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $want (- want, + got)"
		diff -u "$want" "$work/got" | tail -n +3
	fi
	# one object on one line, whatever the names are
	if [ -n "$json" ] && grep -qx -- --json "$want" && ! perl -MJSON::PP -e '
		my @line = <STDIN>; decode_json($line[0]); exit(@line != 1)' <"$work/out"; then
		failed=$((failed + 1))
		echo "not ok - $want: no object on one line"
	fi
	# nothing that a terminal or a shell would take for more than text
	if LC_ALL=C grep -q '[^ -~]' "$work/out" "$work/err"; then
		failed=$((failed + 1))
		echo "not ok - $want: not all of it is printable"
	fi
done
echo "$passed reports as wanted, $failed not"
[ $failed = 0 ] && [ $passed -gt 0 ]

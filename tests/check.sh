#!/bin/sh
# All tests of one build:  tests/check.sh BUILDDIR MAKE
# Ends in one line, `N passed, M failed, K skipped`.
set -u
build=$1
make=${2:-make}
cd "$(dirname "$0")/.." || exit 1
PATH=$PATH:/usr/sbin:/sbin # where munin-node-configure and postconf are
export PATH
passed=0
failed=0
skipped=0
log=$build/check.log

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
	skips=$(grep -c '^skipped' "$log")
	if [ "$skips" -gt 0 ]; then
		skipped=$((skipped + skips))
		grep '^skipped' "$log"
	fi
}

# A cmocka program: its tests count one by one.
unit() {
	"$1" >"$log" 2>&1 </dev/null
	status=$?
	good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log")
	ran=$(sed -n 's/^\[==========\] \([0-9]*\) test(s) run.*/\1/p' "$log")
	gone=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test.*/\1/p' "$log")
	passed=$((passed + ${good:-0}))
	skipped=$((skipped + ${gone:-0}))
	if [ $status = 0 ] && [ -n "$good" ]; then
		echo "ok - ${1#"$build"/tests/unit/}: $good tests"
	else
		n=$((${ran:-0} - ${good:-0} - ${gone:-0}))
		[ $n -gt 0 ] || n=1
		failed=$((failed + n))
		echo "not ok - ${1#"$build"/tests/unit/}"
		cat "$log"
	fi
}

for t in "$build"/tests/unit/*/test_*; do
	case $t in *.o | *.d) continue ;; esac
	unit "$t"
done
for t in "$build"/tests/fuzz/fuzz_*; do
	case $t in *.o | *.d) continue ;; esac
	whole "$(basename "$t")" "$t" "tests/fuzz/corpus/${t##*/fuzz_}"
done
whole "golden hosts" tests/hosts/golden.sh "$build/plugins"
whole "differential" tests/system/differential.sh "$build/plugins"
whole "journal" tests/system/journal.sh "$build/plugins"
whole "postcat" tests/system/postcat.sh "$build"
whole "culprit" tests/system/culprit.sh "$build/plugins"
whole "logrotate" tests/system/logrotate.sh "$build/tests/unit/log/test_set"
whole "dirs" tests/system/dirs.sh "$build/tests/unit/inode/test_dirs"
case $build in
*/release)
	whole "house" tests/house.sh
	whole "readme" tests/system/readme.sh "$build/plugins"
	whole "installed" tests/system/installed.sh "$build/plugins" "$make"
	if command -v mandoc >/dev/null 2>&1; then
		whole "man pages" sh -c "mandoc -Tlint -Wwarning plugins/*.8 && echo mandoc finds no fault"
	else
		skipped=$((skipped + 1))
		echo "skipped - mandoc is not installed"
	fi
	;;
esac
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]

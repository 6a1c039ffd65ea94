#!/bin/sh
# A plugin that has read its host can write nowhere and run nothing: a library that is preloaded tries
# it at the end of main(), inside the plugin's own process.
#     tests/system/confined.sh BUILDDIR
set -u
build=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/../hosts" || exit 1
if [ ! -e "$build/tests/system/attempts.so" ]; then
	echo "not ok - no attempts.so"
	exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
SPOOLWATCH_ROOT=$PWD/friday/root
SPOOLWATCH_NOW=$(sed -n 's/^SPOOLWATCH_NOW=//p' friday/env)
export SPOOLWATCH_ROOT SPOOLWATCH_NOW TZ=UTC nodes=192.0.2.1

for plugin in inode_percent postfix_queue postfix_sasl_rate postfix_sasl_fleet; do
	for mode in fetch config; do
		echo before >"$work/file"
		MUNIN_STATEFILE=$work/state ATTEMPTS=$work LD_PRELOAD=$build/tests/system/attempts.so \
			"$build/plugins/$plugin" $mode >"$work/out" 2>"$work/err"
		if grep -q '^attempts: no Landlock' "$work/err"; then
			echo "skipped - confined: no Landlock in this kernel"
			exit 0
		fi
		if grep -q '^attempts: all denied$' "$work/err" && [ "$(cat "$work/file")" = before ] &&
			[ ! -e "$work/made" ] && [ -s "$work/out" ]; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "not ok - $plugin $mode"
			cat "$work/err"
		fi
		case $plugin in postfix_queue | postfix_sasl_fleet) continue ;; esac # they have none
		if [ ! -s "$work/state" ]; then
			failed=$((failed + 1))
			echo "not ok - $plugin $mode: no state file"
		fi
		rm -f "$work/state"
	done
done
echo "confined: $passed passed, $failed failed"
[ $failed = 0 ]

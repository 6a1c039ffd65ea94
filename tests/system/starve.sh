#!/bin/sh
# Each single request for memory of a run fails, one a run: of the plugins over golden hosts, and of what
# the incident command reads. A run ends by itself and says what it always says, or that memory was short:
# what it does not know is U, or at least; no field and no level is gone without a word
# (tests/faults/starved.c).
#     [WHOLE=1] tests/system/starve.sh BUILDDIR [PROGRAM]
# WHOLE: over all golden hosts, and also with all requests failing from one on.
set -u
build=$(cd "$1" && pwd) || exit 1
only=${2:-}
cd "$(dirname "$0")/.." || exit 1
trial=$build/tests/faults/trial
memory=$build/tests/faults/memory.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

skip() {
	echo "skipped - starve: $1"
	exit 0
}

# Sanitizers and gcov ask for memory of their own, and a static program loads nothing.
! grep -qE '__asan_init|__msan_init|__gcov_' "$build/plugins/inode_percent" ||
	skip 'the build counts for itself'
grep -q 'libc\.so' "$build/plugins/inode_percent" || skip 'a static build'

behind() { # LINK
	case $1 in
	df_inode) echo inode_percent ;;
	postfix_mailqueue) echo postfix_queue ;;
	postfix_queue_?*) echo postfix_queue_ ;;
	*) echo "$1" ;;
	esac
}

host_of() {
	if [ -d "$work/$1" ]; then echo "$work/$1"; else echo "$PWD/hosts/$1"; fi
}

is_asked() { # LINK
	[ "${only:-$(behind "$1")}" = "$(behind "$1")" ] || return 1
	[ "$1" != spoolwatch ] || [ -x "$build/spoolwatch" ]
}

try() { # HOST LINK OPTIONS NAME [ARGUMENT...]; OPTIONS of trial, a word a line
	directory=$(host_of "$1") link=$2 options=$3 called=$1/$4
	shift 4
	program=$build/plugins/$(behind "$link")
	[ "$link" != spoolwatch ] || program=$build/spoolwatch
	ln -sf "$program" "$work/$link"
	(
		set -f
		IFS='
'
		# shellcheck disable=SC2046,SC2086  # one word a line
		exec env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$directory/root" $(cat "$directory/env") \
			"$trial" $options -p "$memory" -n "$called" "$work/$link" "$@"
	) >"$work/said" 2>&1 </dev/null
	status=$?
	if [ $status = 2 ] && [ ! -s "$work/said" ]; then
		skip 'no system call can be looked at here (seccomp)'
	fi
	if [ $status != 0 ]; then
		bad=1
		grep -v ' 0 findings' "$work/said"
	fi
	sed -n 's/.* \([0-9]*\) runs, [0-9]* findings$/\1/p' "$work/said" >>"$work/runs"
	[ -z "${V:-}" ] || tail -n 1 "$work/said"
}

plugin() { # HOST LINK MODE...: +MODE: its first run with a state file
	host=$1 name=$2
	shift 2
	is_asked "$name" || return 0
	for mode; do
		case $mode in
		+fetch) try "$host" "$name" "$how
-t
$work/state" "$name, a state" ;;
		fetch) try "$host" "$name" "$how" "$name" ;;
		*) try "$host" "$name" "$how" "$name $mode" "$mode" ;;
		esac
	done
}

incident() { # HOST ARGUMENT...
	is_asked spoolwatch || return 0
	host=$1
	shift
	try "$host" spoolwatch "$how
-w" "spoolwatch $*" "$@"
}

# friday, after its log was rotated
rotated() {
	mkdir -p "$work/rotated/root"
	cp -R hosts/friday/root/. "$work/rotated/root"
	cp hosts/friday/env "$work/rotated/env"
	log=$work/rotated/root/var/log/mail.log
	half=$(($(wc -l <"$log") / 2))
	head -n $half "$log" | gzip -c >"$log.1.gz"
	sed "1,${half}d" "$log" >"$log.new"
	mv "$log.new" "$log"
}

if [ -n "${WHOLE:-}" ]; then
	how=-kk
	for want in hosts/*/want/*.fetch hosts/*/want/*.config hosts/*/want/*.autoconf hosts/*/want/*.suggest; do
		call=${want##*/}
		# what fails at once is no list
		grep -q -e '^-- exit' "$want" && continue
		plugin "$(basename "${want%/want/*}")" "${call%.*}" "${call##*.}"
	done
else
	how=-k
fi
rotated
plugin friday inode_percent config autoconf +fetch
plugin friday postfix_queue config
plugin friday postfix_sasl_rate config autoconf
plugin rotated postfix_sasl_rate fetch
plugin day postfix_sasl_rate fetch +fetch
plugin several postfix_sasl_rate fetch
plugin senders postfix_queue fetch
plugin senders inode_percent fetch
plugin mounts inode_percent fetch
plugin strange inode_percent fetch
plugin honest postfix_sasl_failures fetch
plugin guessed postfix_sasl_failures config autoconf +fetch
plugin refused postfix_refusals fetch config
plugin instances postfix_queue_ suggest
plugin instances postfix_queue_postfix-out fetch
plugin connected smtp_clients fetch
plugin guard postfix_guard fetch autoconf
plugin fleet postfix_sasl_fleet fetch config
incident friday
incident friday who
incident friday inodes /var/spool/postfix
incident friday report email@ourdomain.com
incident locked --json
incident caught report --json eve@example.com
[ -s "$work/runs" ] || skip "${only:-no program} is not built"
[ $bad = 0 ] && echo "ok - $(awk '{ n += $1 } END { print n }' "$work/runs") runs that found no memory once"
exit $bad

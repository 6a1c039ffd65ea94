#!/bin/sh
# Odd parents: what a plugin is handed down (signals, descriptors, limits, a mask), and an output that
# takes nothing. It prints the list that it always prints, or says why not and fails.
#     tests/system/parents.sh PLUGINDIR
set -u
exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- # what make hands down
plugins=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/../hosts" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
TZ=UTC
export TZ

ok() { # WHAT STATUS: 0 is well
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $plugin $mode, $1"
		head -c 600 "$work/err"
	fi
}

# as COMMAND...: the plugin, run by COMMAND
as() {
	"$@" "$plugins/$plugin" ${mode:+"$mode"} >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

same() { # WHAT
	[ $status = 0 ] && cmp -s "$work/out" "$work/want" && cmp -s "$work/err" "$work/want.err"
	ok "$1" $?
}

# It failed, with a line on stderr; what it printed is at most the beginning of the list.
refused() { # WHAT WORDS
	n=$(wc -c <"$work/out")
	[ $status = 1 ] && grep -q "^$plugin: .*$2" "$work/err" && head -c "$n" "$work/want" | cmp -s - "$work/out"
	ok "$1" $?
}

perl='open(STDERR, ">&", 2); exec @ARGV or die "exec: $!"'
if ! command -v perl >/dev/null 2>&1; then
	echo "skipped - odd parents: no perl"
	exit 0
fi
SPOOLWATCH_ROOT=$PWD/friday/root
SPOOLWATCH_NOW=$(sed -n 's/^SPOOLWATCH_NOW=//p' friday/env)
export SPOOLWATCH_ROOT SPOOLWATCH_NOW

for plugin in inode_percent postfix_queue postfix_sasl_rate smtp_clients; do
	[ $plugin = smtp_clients ] && host=connected || host=friday
	SPOOLWATCH_ROOT=$PWD/$host/root
	SPOOLWATCH_NOW=$(sed -n 's/^SPOOLWATCH_NOW=//p' $host/env)
	for mode in '' config; do
		MUNIN_STATEFILE=/dev/null
		export MUNIN_STATEFILE
		as env
		cp "$work/out" "$work/want"
		cp "$work/err" "$work/want.err"
		[ $status = 0 ] && [ -s "$work/want" ]
		ok "as always" $?

		for signal in CHLD PIPE XFSZ; do
			as perl -e "\$SIG{$signal} = 'IGNORE'; $perl"
			same "SIG$signal ignored"
		done
		as perl -e 'use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(1 .. 8, 10 .. 18, 20 .. 31)); '"$perl"
		same "all signals blocked"
		as sh -c 'ulimit -s 128; exec "$@"' sh
		same "128 KB of stack"
		as sh -c 'ulimit -n 8; exec "$@"' sh
		# of names, too: what a scan keeps open gives way
		same "8 descriptors"
		as sh -c 'umask 0777; exec "$@"' sh
		same "umask 0777"
		as env -u HOME -u PATH -u LANG -u USER
		same "no HOME, no PATH"
		as sh -c 'exec <&-; exec "$@"' sh
		same "no stdin"
		as sh -c 'cd /proc/self/fd; exec "$@"' sh
		same "a strange directory"
		"$plugins/$plugin" ${mode:+"$mode"} 2>&- >"$work/out"
		status=$?
		cp "$work/want.err" "$work/err"
		same "no stderr"

		as sh -c 'exec >&-; exec "$@"' sh
		refused "no stdout" "write the output: Bad file descriptor"
		as sh -c 'exec <&- >&-; exec "$@"' sh
		refused "neither stdin nor stdout" "write the output: Bad file descriptor"
		as sh -c 'exec >/dev/full; exec "$@"' sh
		refused "a full disk" "write the output: No space left on device"
		as sh -c 'exec </dev/null >&0; exec "$@"' sh
		refused "stdout is not for writing" "write the output: Bad file descriptor"
		as perl -e 'pipe(R, W); open(STDOUT, ">&", *W); close R; close W; exec @ARGV'
		refused "nobody reads" "write the output: Broken pipe"
		# of 1 KiB (dash counts 512 bytes, bash 1024)
		{
			sh -c 'ulimit -f 1; exec "$@"' sh "$plugins/$plugin" ${mode:+"$mode"} \
				2>&1 >"$work/out" </dev/null
			echo $? >"$work/status"
		} | cat >"$work/err"
		status=$(cat "$work/status")
		if [ "$(wc -c <"$work/want")" -gt 1024 ]; then
			refused "files of 1 KiB" "write the output: File too large"
		else
			[ $status -lt 2 ]
			ok "files of 1 KiB" $?
		fi
		MUNIN_STATEFILE=$work/state
		for blocks in 0 8 64; do
			rm -f "$work/state"
			sh -c "ulimit -f $blocks;"' exec "$@"' sh "$plugins/$plugin" ${mode:+"$mode"} \
				2>"$work/err" </dev/null | cat >"$work/out"
			grep -v -e '^unusual\.' "$work/out" >"$work/got"
			grep -v -e '^unusual\.' "$work/want" | cmp -s - "$work/got"
			ok "a state file of $blocks blocks" $?
		done
		rm -f "$work/state"
		as sh -c 'umask 0777; exec "$@"' sh
		case $plugin in postfix_queue | smtp_clients) continue ;; esac # they have none
		[ "$(stat -c %a "$work/state")" = 600 ]
		ok "umask 0777, state" $?
		rm -f "$work/state"
	done
done

# main.cf that only postconf(1) can read, and a parent that ignores SIGCHLD: at once, and the same
mkdir -p "$work/root/etc/postfix" "$work/root/queue/active" "$work/bin"
echo 'queue_directory = ${somewhere{x}}' >"$work/root/etc/postfix/main.cf"
printf '#!/bin/sh\nprintf "queue_directory = /queue\\n"\n' >"$work/bin/postconf"
chmod +x "$work/bin/postconf"
plugin=postfix_queue
mode=
SPOOLWATCH_ROOT=$work/root
PATH=$work/bin:$PATH
as env
cp "$work/out" "$work/want"
cp "$work/err" "$work/want.err"
grep -q '^active.value 0$' "$work/want"
ok "postconf" $?
before=$(date +%s)
as perl -e "\$SIG{CHLD} = 'IGNORE'; $perl"
[ $(($(date +%s) - before)) -lt 4 ]
ok "postconf and SIGCHLD ignored, in time" $?
same "postconf and SIGCHLD ignored"

echo "odd parents: $passed passed, $failed failed"
[ $failed = 0 ]

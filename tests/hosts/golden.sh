#!/bin/sh
# Golden hosts: each directory tests/hosts/HOST holds root/ (a directory that stands for /), env
# (NAME=VALUE lines) and want/LINK.MODE: what the plugin linked as LINK prints when called with MODE;
# want/spoolwatch.MODE: the incident command (make contrib), with the options that MODE stands for.
#     tests/hosts/golden.sh PLUGINDIR [HOST [PLUGIN]]    compares; FIRST=1: up to the first that differs
#     UPDATE=1 tests/hosts/golden.sh ...     rewrites the wants; read `git diff` then
set -u
plugins=$(cd "$1" && pwd)
hosts=${2:-*}
plugin=${3:-}
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# The plugin behind a link: its own name, the name of a Munin plugin it replaces, or a wildcard's.
behind() {
	case $1 in
	df_inode) echo inode_percent ;;
	postfix_mailqueue) echo postfix_queue ;;
	postfix_queue_*) echo postfix_queue_ ;;
	spoolwatch) echo ../spoolwatch ;;
	*) echo "$1" ;;
	esac
}

one() { # HOST LINK MODE -> $work/got
	ln -sf "$plugins/$(behind "$2")" "$work/$2"
	mode=$3
	dirty=
	[ "$mode" = dirtyconfig ] && mode=config && dirty=MUNIN_CAP_DIRTYCONFIG=1
	[ "$mode" = fetch ] && mode=
	if [ "$2" = spoolwatch ]; then
		case $mode in
		screen) mode= ;;
		json) mode=--json ;;
		esac
	fi
	(
		set -f
		IFS='
'
		# shellcheck disable=SC2046,SC2086  # one word a line
		exec env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$1/root" $(cat "$1/env") $dirty \
			"$work/$2" $mode
	) >"$work/out" 2>"$work/err" </dev/null
	status=$?
	{
		cat "$work/out"
		[ -s "$work/err" ] && echo "-- stderr" && cat "$work/err"
		[ $status != 0 ] && echo "-- exit $status"
	} >"$work/got"
}

big_endian=
[ "$(printf '\001\000' | od -An -tu2)" -eq 1 ] || big_endian=yes

for want in $hosts/want/*; do
	host=${want%%/*}
	call=${want##*/}
	if [ "${host%%_*}" = guard ] && [ -n "$big_endian" ]; then
		echo "skipped - $want: its state was written on a machine of another byte order"
		continue
	fi
	case ${plugin:-all} in
	all | "$(basename "$(behind "${call%.*}")")") ;;
	*) continue ;;
	esac
	case $call in
	spoolwatch.*)
		[ -x "$plugins/../spoolwatch" ] || { echo "skipped - $want: make contrib builds it" && continue; }
		;;
	esac
	one "$host" "${call%.*}" "${call##*.}"
	if [ -n "${UPDATE:-}" ]; then
		cp "$work/got" "$want"
	elif cmp -s "$work/got" "$want"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $want (- want, + got)"
		diff -u "$want" "$work/got" | tail -n +3
		[ -z "${FIRST:-}" ] || break
	fi
done
# A label encodes them: a sentence of ours does without
for want in $(grep -lE '^graph_info [^:]*%(27|3B)' $hosts/want/*.config); do
	failed=$((failed + 1))
	echo "not ok - $want: ' or ; in a sentence of graph_info"
done
echo "golden: $passed passed, $failed failed"
[ $failed = 0 ]

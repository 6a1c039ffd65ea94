#!/bin/sh
# `spoolwatch who` of hosts that are kept, beside counting file by file:
#     tests/system/incident_who.sh BUILDDIR
set -u
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
say() {
	echo "not ok - $*"
	bad=1
}

# A copy of a host that has copied queue files: all of a real host's, and every sample
cp -r tests/hosts/friday "$work/friday"
mkdir -p "$work/samples/root/etc/postfix" "$work/samples/root/var/spool"
cp -r tests/unit/queue/files/spool "$work/samples/root/var/spool/postfix"
for host in friday samples; do
	spool=$work/$host/root/var/spool/postfix
	find "$spool/maildrop" "$spool/incoming" "$spool/active" "$spool/deferred" "$spool/hold" -type f 2>/dev/null |
		while read -r file; do
			"$build/tests/unit/queue/test_file" dump "$file" | sed -n 's/^sasl_username=//p'
		done | sort | uniq -c | sed 's/^ *//' | sort >"$work/want"
	SPOOLWATCH_ROOT=$work/$host/root "$build/spoolwatch" who --top 99 >"$work/out" 2>"$work/err" ||
		say "$host: $(cat "$work/err")"
	# names of letters alone stand as they are; who did not log in has words before the name
	sed -n '2,$s/^ *\([0-9]*\)  \[*\([^] ]*@[^] ]*\|[^] ]*\)\]*$/\1 \2/p' "$work/out" |
		perl -pe 's/%([0-9A-F]{2})/chr hex $1/ge' | sort >"$work/got"
	grep -v ' .* ' "$work/want" >"$work/plain"
	diff "$work/plain" "$work/got" >"$work/diff" || say "$host: < file by file, > who: $(cat "$work/diff")"
	[ -s "$work/got" ] || say "$host: nobody"
	sum=$(awk 'NR > 1 { n += $1 } END { print n }' "$work/out")
	[ "$sum" = "$(awk 'NR == 1 { print $1 }' "$work/out")" ] || say "$host: the rows are $sum, not all"
done
# Colours on a terminal alone, and not with NO_COLOR, or on a dumb one
if command -v script >/dev/null 2>&1; then
	for verb in who ''; do
		for env in TERM=xterm 'TERM=xterm NO_COLOR=' 'TERM=xterm NO_COLOR=1' TERM=dumb; do
			want=0
			case $env in *=1 | *dumb) ;; *) want=1 ;; esac
			script -qec "env -u NO_COLOR $env SPOOLWATCH_ROOT='$work/friday/root' '$build/spoolwatch' $verb" /dev/null \
				</dev/null >"$work/out" 2>&1
			grep -q "$(printf '\033')\[[0-9;]*m" "$work/out"
			[ $? != $want ] || say "colours of \"spoolwatch $verb\" with $env"
		done
		SPOOLWATCH_ROOT=$work/friday/root TERM=xterm "$build/spoolwatch" $verb >"$work/out"
		! grep -q "$(printf '\033')" "$work/out" || say "colours of \"spoolwatch $verb\" in a file"
	done
else
	echo "skipped - colours: no script(1)"
fi
[ $bad = 0 ] && echo "ok - who, as file by file"
exit $bad

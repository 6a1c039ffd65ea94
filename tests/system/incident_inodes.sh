#!/bin/sh
# `spoolwatch inodes` of a tree that is made, beside find(1):
#     tests/system/incident_inodes.sh BUILDDIR
set -u
if ! perl -MJSON::PP -e1 2>/dev/null; then
	echo "skipped - inodes: perl has no JSON::PP"
	exit 0
fi
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
say() {
	echo "not ok - $*"
	bad=1
}

name=$(printf "it's \033[2J\nnew")
mkdir -p "$work/tree/many" "$work/tree/few/deep/er" "$work/tree/$name"
(cd "$work/tree" && for i in $(seq 300); do : >"many/$i"; done && for i in $(seq 40); do : >"few/deep/er/$i"; done &&
	for i in $(seq 60); do : >"$name/\$(touch x) $i"; done && for i in $(seq 50); do ln "many/$i" "few/$i"; done && ln -s many link)
want=$(find "$work/tree" -printf '%i\n' | sort -u | wc -l)
"$build/spoolwatch" inodes --json "$work/tree" >"$work/json" || say "exit $?"
got=$(perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); print "$o->{inodes} $o->{exact} $o->{directory}"' <"$work/json")
[ "$got" = "$want 1 $(realpath "$work/tree")" ] || say "find counts $want, spoolwatch: $got"

# the children are their parent, without what lies in no directory: itself and the link
sum=$(perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); my $n = 0; $n += $_->{inodes} for @{$o->{children}}; print $n' <"$work/json")
[ "$sum" = $((want - 2)) ] || say "the children hold $sum of $want"
holder=$(perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); print $o->{holders}[0]{path}' <"$work/json")
[ "$holder" = "$(realpath "$work/tree")/many" ] || say "the largest is $holder"

# relative, and what it says next leads on
(cd "$work" && "$build/spoolwatch" inodes tree) >"$work/text" || say "exit $?"
LC_ALL=C grep -q '[^ -~]' "$work/text" && say "bytes of a name reach the terminal"
next=$(sed -n 's/^  spoolwatch \(inodes .*\)/\1/p' "$work/text")
eval "\"$build/spoolwatch\" $next" >"$work/next" || say "what is said next fails: $next"
grep -q 'many: 301 inodes' "$work/next" || say "next: $(cat "$work/next")"
(cd "$work/tree" && for d in */; do "$build/spoolwatch" inodes --json -- "$d" >"$work/json" || say "$d"; done)
"$build/spoolwatch" inodes "$work/tree/none" >/dev/null 2>"$work/err" && say "a directory that is not there"
[ "$(wc -l <"$work/err")" = 1 ] || say "that is not there: $(cat "$work/err")"
[ $bad = 0 ] && echo "ok - inodes, as find counts them"
exit $bad

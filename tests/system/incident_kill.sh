#!/bin/sh
# hold, release and delete killed at any moment and run again end as if they had not been.
#     tests/system/incident_kill.sh PROGRAM [SEED]
set -u
LIMIT=300
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
seed=${2:-1}
incident_world

# moment MOST: milliseconds, of the seed
moment() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	echo "0.$(printf %03d $((seed / 65536 % $1)))"
}

N=3000
mail guilty@x s@soft.example 1 r@soft.example
mail honest@x s@soft.example 20 r@soft.example
wait_for 30 settled
# many of the guilty: copies under the names of their inodes
one=$(grep -l guilty@x -r $SPOOL/deferred | head -1)
i=1
while [ $i -lt $N ]; do
	cp -p "$one" $SPOOL/deferred/copy
	id=$(printf '%05X%X' $((i * 7 % 1048576)) "$(stat -c %i $SPOOL/deferred/copy)")
	mkdir -p "$SPOOL/deferred/$(echo "$id" | cut -c 1)"
	mv $SPOOL/deferred/copy "$SPOOL/deferred/$(echo "$id" | cut -c 1)/$id"
	i=$((i + 1))
done
chown -R postfix $SPOOL/deferred
sums deferred | sed 's, .*/, ,' | sort >/run/before
honest() {
	find $SPOOL/deferred $SPOOL/hold $SPOOL/active $SPOOL/incoming -type f -exec grep -l honest@x {} + | wc -l
}

# kills VERB SIGNAL: three times, then to the end
kills() {
	for _i in 1 2 3; do
		timeout -s "$2" "$(moment 250)" "$S" "$1" --json --yes guilty@x >/run/out 2>/run/err
		[ "$2" = KILL ] || is "$1 ended by $2: its number is what lies there" \
			"$(key "$3" </run/out)" "$(eval "$4")"
	done
	"$S" "$1" --json --yes guilty@x >/run/out
	is "$1 after $2" "$? $(key left </run/out) $(count hold) $(honest)" "0 0 $5 20"
}

for signal in KILL TERM; do
	kills hold $signal held 'count hold' $N
	is "whole, and the honest where they were" "$(sums deferred hold | sed 's, .*/, ,' | sort | sha256sum)" "$(sha256sum </run/before)"
	kills release $signal left 'count hold' 0
	is "whole again" "$(sums deferred hold | sed 's, .*/, ,' | sort | sha256sum)" "$(sha256sum </run/before)"
done
kills delete KILL deleted 0 0
is "nothing but the honest is left" "$(count deferred) $(find $SPOOL/defer -type f | wc -l)" "20 20"
finish

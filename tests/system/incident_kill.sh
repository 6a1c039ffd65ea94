#!/bin/sh
# hold, release and delete killed at any moment, by any signal, and run again end as if they had not
# been. Of seeds FIRST to FIRST + SEEDS - 1: a seed says where the queue's messages are, how many
# IDs there are, what is killed, when, how often and how.
#     [SEEDS=3] tests/system/incident_kill.sh PROGRAM [FIRST]
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
SEEDS=${SEEDS:-3}
LIMIT=$((300 + 60 * SEEDS))
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
first=${2:-1}
incident_world

# random MOST: a number below it, of the seed, into $r
random() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	r=$((state / 65536 % $1))
}

mail honest@x s@soft.example 20 r@soft.example
wait_for 30 settled

# of QUEUES...: what there is, by name
all() { sums "$@" | sed 's, .*/, ,' | sort | sha256sum; }
honest() {
	find $SPOOL/deferred $SPOOL/hold $SPOOL/active $SPOOL/incoming -type f -exec grep -l honest@x {} + | wc -l
}

# killed VERB KEY WHERE: some times killed, each time what it says lies there; then to the end
killed() {
	random 3
	times=$((r + 1))
	while [ $times -gt 0 ]; do
		random 4
		signal=$(echo KILL TERM INT HUP | cut -d ' ' -f $((r + 1)))
		random 400
		timeout -s "$signal" "$(printf '0.%03d' $((r + 1)))" "$S" "$1" --json --yes guilty@x >/run/out 2>/run/err
		rc=$?
		# 124: the time was up, what it does then is its own
		[ "$signal" = KILL ] || [ ! -s /run/out ] || [ "$(key "$2" </run/out)" = "$($3)" ] ||
			bad="$bad, $1 $signal: it says $(key "$2" </run/out), there are $($3)"
		[ "$signal" = KILL ] || [ -s /run/out ] || [ $rc = 124 ] || bad="$bad, $1 $signal: no word"
		times=$((times - 1))
	done
	wait_for 10 free || bad="$bad, hold stays locked"
	"$S" "$1" --json --yes guilty@x >/run/out 2>/run/err &
	# the last seed waits for the second look, which takes ten seconds
	want=0
	if [ $seed -lt $((first + SEEDS - 1)) ] && [ "$1" != release ]; then
		wait_for 10 locked # what it does at a signal is its own then
		wait_for 30 is_done "$1" || bad="$bad, $1: in vain"
		kill -TERM $!
		want=1
	fi
	wait $!
	rc=$?
	[ $rc = $want ] || bad="$bad, $1: exit $rc $(cat /run/err)"
	[ "$(key left </run/out)" = 0 ] || bad="$bad, $1: $(key left </run/out) left"
	[ "$(honest)" = 20 ] || bad="$bad, $1: $(honest) honest"
	[ "$(key strangers_put_back </run/out)" = 0 ] || bad="$bad, $1: strangers"
}
in_hold() { count hold; }
guilty() { echo $(($(count hold) + $(count deferred) - 20)); }
is_done() {
	case $1 in
	hold) [ "$(in_hold)" = $n ] ;;
	*) [ "$(guilty)" = 0 ] ;;
	esac
}
locked() { ! free; }
free() { flock -n $SPOOL/hold true; }

seed=$first
while [ $seed -lt $((first + SEEDS)) ]; do
	state=$((seed * 7919))
	bad=
	mail guilty@x s@soft.example 1 r@soft.example
	wait_for 30 settled
	random 3000
	n=$((r + 200))
	copies guilty@x $n
	before=$(all deferred)
	killed hold held in_hold
	[ "$(count hold)" = $n ] || bad="$bad, held $(count hold) of $n"
	[ "$(all deferred hold)" = "$before" ] || bad="$bad, hold: not whole"
	random 2
	if [ $r = 0 ]; then
		killed release left in_hold
		[ "$(count hold)" = 0 ] || bad="$bad, $(count hold) not released"
		[ "$(all deferred hold)" = "$before" ] || bad="$bad, release: not whole"
	fi
	killed delete left guilty
	is "seed $seed: $n messages" "$bad $(count deferred) $(count hold) $(find $SPOOL/defer $SPOOL/bounce -type f | wc -l)" " 20 0 20"
	seed=$((seed + 1))
done
finish

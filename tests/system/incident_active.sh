#!/bin/sh
# Mail that waits in active before a slow site: held and released it arrives, each message once.
#     tests/system/incident_active.sh PROGRAM
set -u
LIMIT=200
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
SLOW=2
incident_world

# arrived: the numbers of the messages that the slow site has taken
arrived() {
	grep -h '^X-Number' /run/slow/* | tr -dc '0-9\n' | sort -n
}
all_arrived() {
	[ "$(arrived | sort -u | wc -l)" -ge "$1" ] && [ -z "$(find $SPOOL/incoming $SPOOL/active $SPOOL/deferred -type f -print -quit)" ]
}
pid_of_qmgr() {
	grep -lx qmgr /proc/[0-9]*/comm | tr -dc '0-9\n'
}

mail slow@x s@soft.example 40 r@slow.example
sleep 1
is "they wait in active" "$([ "$(count active)" -gt 20 ] && echo yes)" yes
"$S" hold --json --yes slow@x >/run/out
rc=$?
held=$(key held </run/out)
is "held, and what was delivered meanwhile is told apart" "$rc $((held + $(key already_delivered </run/out) + $(arrived | wc -l) - $(key already_delivered </run/out)))" "0 40"
is "the last word is what lies there" "$(count hold) $(count active)" "$((held + $(key already_delivered </run/out))) 0"
before=$(pid_of_qmgr)
"$S" release --json --yes slow@x >/run/out
is "all released" "$? $(key released </run/out) $(key left </run/out) $(count hold)" "0 $held 0 0"
is "by a new qmgr" "$([ "$before" != "$(pid_of_qmgr)" ] && echo yes)" yes
postqueue -f
wait_for 90 all_arrived 40
is "every message arrived exactly once" "$(arrived | tr '\n' ' ')" "$(seq 40 | tr '\n' ' ')"

# Deleted while one is being delivered: no log of it stays
mail slow@x s@soft.example 10 r@slow.example r@soft.example
sleep 0.7
"$S" delete --json --yes slow@x >/run/out
is "deleted" "$? $(key left </run/out) $(count hold) $(count active) $(count deferred)" "0 0 0 0 0"
is "no log without a message" "$(find $SPOOL/defer $SPOOL/bounce -type f | wc -l)" 0
finish

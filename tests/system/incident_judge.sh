#!/bin/sh
# Whom the guard would lock, of hosts that are made: log and queue files of each row of the table.
#     tests/system/incident_judge.sh PROGRAM
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
command -v perl >/dev/null || { echo "skipped - guard, hosts: no perl"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
now=1795191667
passed=0 bad=0

guard() { # ARGUMENTS...
	out=$(env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$work/root" SPOOLWATCH_NOW=$now \
		"$program" guard --config /guard.conf --once "$@" 2>&1)
	rc=$?
}

# host NAME WANT [CONFIG]: of lines on standard input; WANT a pattern of what is said, "": nothing
host() {
	rm -rf "$work/root"
	mkdir "$work/root"
	perl "$here/incident_host.pl" "$work/root" $now || exit 1
	printf '%b' "${3-}" >"$work/root/guard.conf"
	guard
	case "$rc $out" in
	"0 ${2:-}") passed=$((passed + 1)) ;;
	*)
		case "${2:+$rc $out}" in
		"0 "$2*) passed=$((passed + 1)) ;;
		*) bad=1 && echo "not ok - $1: got \"$rc $out\", want \"0 $2\"" ;;
		esac
		;;
	esac
}

host "a flood from 20 networks" \
	'guilty@x would be locked: 300 messages in 5 min, from 20 networks in an hour, in the queues 240 messages of it from 20 networks' <<END
mail honest@x 20 2 100 20
mail guilty@x 300 20 120 240
END
host "two of them, the busier one first" 'b@x would be locked: 400 messages*a@x would be locked: 300 messages' <<END
mail a@x 300 20 120 240
mail b@x 400 20 120 240
END
host "an account of any case is one" 'guilty@x would be locked: 300 messages in 5 min, from 20 networks in an hour, in the queues 300 messages' <<END
mail Guilty@X 150 20 120 150
mail guilty@x 150 20 120 150
END
host "ignored" '' 'ignore = ^guil\n' <<END
mail guilty@x 300 20 120 240
END
host "a newsletter" '' <<END
mail news@x 600 1 120 60
END
host "a traveller" '' <<END
mail far@x 30 12 120 30
END
host "in a day, and not in five minutes" \
	'slow@x would be locked: 2500 messages in 24 h, from 20 networks in an hour' <<END
mail other@x 4000 1 80000 0
mail slow@x 2450 1 40000 0
mail slow@x 50 20 1500 50
END
host "log lines alone, which anybody can write" \
	'framed@x is not locked, look at it: fewer than 20 of its messages are in the queues: 300 messages' <<END
mail framed@x 300 20 120 0
END
host "log lines beside a newsletter that waits" \
	'framed@x is not locked, look at it: its queue files do not show it: 325 messages' <<END
mail framed@x 25 1 130 25
mail framed@x 300 20 120 0
END
host "mail that has waited for hours is not of this hour" \
	'framed@x is not locked, look at it: fewer than 20' <<END
mail framed@x 200 20 9000 200
mail framed@x 300 20 120 0
END
host "guessed, and used from there" \
	'guessed@x would be locked: 200 messages in 5 min, broken into after 12 failed logins, in the queues 50 messages of it from 1 network' <<END
fails guessed@x 12 1 600
mail guessed@x 200 1 120 50
END
host "guessed from elsewhere" '' <<END
fails guessed@x 12 9 600
mail guessed@x 200 1 120 50
END
host "a scanner that tries its old password and then sends" '' <<END
mail scan@x 5 1 50000 0
fails scan@x 600 1 600
mail scan@x 30 1 120 30
END
host "a bought list" \
	'list@x would be locked: 200 messages in 5 min, 100 of 200 recipients refused, in the queues 150 messages of it from 1 network' <<END
mail list@x 200 1 120 150
refused 100 80
END
host "refusals that only the log knows" 'list@x is not locked, look at it: its queue files do not show it: 200 messages' <<END
mail list@x 200 1 120 150
refused 100 0
END
host "refusals below the level" '' 'refused = 51\n' <<END
mail list@x 200 1 120 150
refused 100 80
END
host "a relay, of most of yesterday's mail" \
	'relay@x is not locked, look at it: a relay: it carried 600 of 1000 messages of the day before: ' <<END
mail others@x 400 1 20000 0
mail relay@x 600 1 20000 0
mail relay@x 300 20 120 240
END
host "mynetworks" 'mine@x is not locked, look at it: its mail comes from mynetworks: ' <<END
mynetworks 127.0.0.0/8, 198.0.0.0/8
mail mine@x 300 20 120 240
END
host "levels of one's own" 'guilty@x would be locked' 'rate = 60\nnetworks = 20\nfiles = 240\n' <<END
mail guilty@x 300 20 120 240
END
host "one file fewer than these want" 'guilty@x is not locked, look at it: fewer than 241' 'files = 241\n' <<END
mail guilty@x 300 20 120 240
END
# Whoever can write a log of many accounts
rm -rf "$work/root"
mkdir "$work/root"
for i in $(seq 25); do echo "mail many$i@x 160 16 120 0"; done | perl "$here/incident_host.pl" "$work/root" $now
: >"$work/root/guard.conf"
guard
case "$rc $(echo "$out" | grep -c 'is not locked, look at it: fewer than 20') $out" in
"1 20 "*"more than 20 accounts in an hour have two signs"*) passed=$((passed + 1)) ;;
*) bad=1 && echo "not ok - alarms are bounded: $rc $out" ;;
esac

# Two instances, one log
host "the default instance" 'a@x would be locked' <<END
mail a@x 300 20 120 240
END
etc=$work/root/etc
mkdir "$etc/postfix-out"
echo 'multi_instance_directories = /etc/postfix-out' >>"$etc/postfix/main.cf"
printf '%s\n' 'multi_instance_name = postfix-out' 'queue_directory = /var/spool/postfix' >"$etc/postfix-out/main.cf"
guard -c /etc/postfix-out
case $out in *a@x*) bad=1 && echo "not ok - lines of another instance lock: $out" ;; *) passed=$((passed + 1)) ;; esac
sed -i 's, postfix/, postfix-out/submission/,' "$work/root/var/log/mail.log"
guard -c /etc/postfix-out
case "$rc $out" in "0 a@x would be locked"*) passed=$((passed + 1)) ;; *) bad=1 && echo "not ok - its own do not: $rc $out" ;; esac
[ $bad = 0 ] && echo "ok - whom the guard would lock ($passed hosts)"
exit $bad

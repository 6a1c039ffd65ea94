#!/bin/sh
# What the incident command says on every way out, on a real Postfix: one line, in text or JSON, with
# the exit code; clients of IPv6, senders, local users; hold with hash directories.
#     tests/system/incident_words.sh PROGRAM
set -u
LIMIT=600
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
incident_world 8000
postconf -e inet_protocols=all 'smtpd_relay_restrictions = permit_sasl_authenticated, check_client_access inline:{2001:db8::7=permit, 2001:db8::77=permit}, reject'
postfix stop 2>/dev/null
postfix start 2>/dev/null
wait_for 10 postfix status 2>/dev/null

# object: the keys of the object that is the only line of /run/out
object() {
	perl -MJSON::PP -e 'my @l = <STDIN>; my $o = @l == 1 ? eval { decode_json($l[0]) } : undef;
		print $o ? join(" ", sort keys %$o) : "not one object: @l"' </run/out
}
keys() { echo "$*" | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//'; }
# lines: of stdout and stderr
lines() { echo "$(wc -l </run/out) $(wc -l </run/err)"; }

# A command line that can't be understood
while read -r line; do
	eval "\"$S\" $line" </dev/null >/run/out 2>/run/err
	is "usage: $line" "$? $(lines)" "2 0 1"
done <<-'LINES'
	hold
	hold a b
	hold --yes
	hold --client 192.0.2.1 a@x
	hold --client 192.0.2.1 --uid 3
	hold --client mx.example
	hold --client ""
	hold --uid www-data
	hold --uid -1
	hold --sender ""
	hold --sender
	hold ""
	hold --no-such a
	hold -c etc a
	delete --json
	nosuch a
	contain --client 192.0.2.1
	letter
	unblock --uid 3
	who a
	who --by day
	who --top 0
LINES

mail one@x s@soft.example 4 r@soft.example
CLIENT=IPV6:2001:db8::7 mail '' six@soft.example 2 r@soft.example
CLIENT=IPV6:2001:db8::77 mail '' seven@soft.example 1 r@soft.example
i=0
while [ $i -lt 3 ]; do
	setpriv --reuid nobody --clear-groups sendmail -f n@soft.example r@soft.example </dev/null
	i=$((i + 1))
done
sendmail -f '' r@soft.example </dev/null
sendmail -f root@soft.example r@soft.example </dev/null
arrived() { [ "$(count deferred)" = 12 ] && settled; }
wait_for 20 arrived

# Objects, with each option anywhere
common='schema verb select already_delivered strangers_put_back bounces left'
"$S" --json --yes hold one@x >/run/out 2>/run/err
is "hold: its keys" "$? $(object)" "0 $(keys "$common" held undo)"
is "hold: no other word" "$(lines)" "1 0"
"$S" hold one@x --json >/run/out 2>/run/err
is "hold, dry: one object" "$? $(lines) $(key messages </run/out) $(key dry_run </run/out)" "0 1 0 0 1"
"$S" --yes release -- one@x --json >/run/out 2>/run/err
is "behind -- there are names" "$? $(lines)" "2 0 1"
"$S" --yes release --json -- one@x >/run/out 2>/run/err
is "release: its keys" "$? $(object) $(lines)" "0 $(keys "$common" released undo) 1 0"
is "the undo of release" "$(key undo </run/out)" "spoolwatch hold --yes -- one@x"
"$S" delete --yes --json one@x >/run/out 2>/run/err
is "delete: its keys" "$? $(object) $(lines)" "0 $(keys "$common" deleted) 1 0"
is "delete: how many" "$(key deleted </run/out)" 4

# In place of an account
"$S" hold --json --client 2001:0db8:0:0::7 >/run/out
is "a client of IPv6, however it is written" "$(key messages </run/out)" 2
"$S" hold --json --client ::ffff:192.0.2.1 >/run/out
is "of no other" "$? $(key messages </run/out)" "0 0"
"$S" hold --json --uid "$(id -u nobody)" >/run/out
is "a local user" "$? $(key messages </run/out)" "0 3"
"$S" hold --json --uid 0 >/run/out
is "root" "$? $(key messages </run/out)" "0 2"
"$S" hold --json '--sender=<>' >/run/out
is "the null sender" "$? $(key messages </run/out)" "0 1"

# Other instances have queues of their own
"$S" hold --json x@x >/run/out 2>/run/err
is "no word of instances where there are none" "$? $(lines)" "0 1 0"
postconf -e 'multi_instance_directories = /etc/postfix-out, /etc/postfix in'
"$S" hold --json x@x >/run/out 2>/run/err
is "other instances are named" "$? $(cat /run/err)" \
	"0 spoolwatch: hold: other instances of Postfix, with queues of their own, are not looked at: -c /etc/postfix-out, -c /etc/postfix, -c in"
"$S" hold --json -c /etc/postfix x@x >/run/out 2>/run/err
is "but not to who has chosen" "$? $(lines)" "0 1 0"
setpriv --reuid nobody --regid nogroup --clear-groups "$S" hold --yes x@x >/run/out 2>/run/err
is "nor to who may not act: that is one line" "$? $(lines)" "77 0 1"
postconf -X multi_instance_directories

# A second one
mail two@x s@soft.example 4 r@soft.example
wait_for 20 settled
perl -MFcntl=:flock -e 'open my $d, "<", shift or die $!; flock $d, LOCK_EX or die $!; sleep 120' $SPOOL/hold &
locker=$!
is_locked() { ! flock -n $SPOOL/hold true; }
wait_for 20 is_locked
"$S" hold --json --yes two@x >/run/out 2>/run/err
is "locked: an object" "$? $(object) $(lines)" "1 $(keys schema verb select error) 1 1"
"$S" delete --yes two@x >/run/out 2>/run/err
is "locked: a sentence" "$? $(lines) $(cut -d ' ' -f 1-6 /run/out)" "1 1 1 delete of account two@x failed: process"
kill $locker
wait
# its Postfix can't be asked
mkdir /run/empty
"$S" hold -c /run/empty --json --yes two@x >/run/out 2>/run/err
is "no main.cf: an object" "$? $(object) $(lines)" "1 $(keys schema verb select error) 1 1"
"$S" contain -c /run/empty --json --yes two@x >/run/out 2>/run/err
is "contain: no main.cf" "$? $(object) $(lines)" "1 $(keys schema verb select error) 1 1"
"$S" block --json --yes two@x >/run/out 2>/run/err
is "block: nothing is set up: an object" "$? $(object) $(lines)" "1 $(keys schema verb select error) 1 1"
"$S" block --yes two@x >/run/out 2>/run/err
is "block: nothing is set up: a sentence" "$? $(tail -n 1 /run/out | cut -d ' ' -f 1-5)" "1 block of account two@x failed:"

# A signal: how far it came
mail many@x s@soft.example 1 r@soft.example
wait_for 20 settled
copies many@x 2000
many() { find "$SPOOL/$1" -type f -exec grep -l many@x {} + | wc -l; }
some_held() { [ "$(count hold)" -gt 300 ]; }
for signal in TERM INT HUP; do
	"$S" hold --yes many@x >/run/out 2>/run/err &
	wait_for 20 some_held
	kill -$signal $!
	wait $!
	is "$signal: N of M" "$? $(lines) $(tail -n 1 /run/out | cut -d ' ' -f 1-8 | tr -d ,\;)" \
		"1 1 1 held $(many hold) of 2000 messages of account many@x"
	"$S" release --yes many@x >/dev/null 2>&1
done
# ignored before: so by nohup, so by who does not wait for children
(trap '' HUP && exec "$S" hold --json --yes two@x >/run/out 2>/run/err) &
two_held() { [ "$(find $SPOOL/hold -type f -exec grep -l two@x {} + | wc -l)" = 4 ]; }
wait_for 20 two_held
kill -HUP $!
sleep 0.5
is "nohup is obeyed" "$(wc -l </run/out)" 0
kill -TERM $!
wait $!
is "but for other signals" "$? $(key held </run/out)" "1 4"
perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' "$S" release --json --yes two@x >/run/out 2>/run/err
is "children that nobody waits for" "$? $(key released </run/out) $(key left </run/out)" "0 4 0"

# Nowhere to say it
"$S" hold two@x >/dev/full 2>/run/err
is "a full disk for what it says" "$? $(wc -l </run/err)" "1 1"
"$S" hold --yes --sender SIX@soft.example >&- 2>&- <&-
"$S" release --yes --sender six@soft.example >&- 2>&-
is "no stdout: it is done" "$(find $SPOOL/hold -type f -exec grep -l six@soft {} + | wc -l)" 0
is "and written nowhere else" "$(grep -c 'released 2' /var/lib/spoolwatch/journal)" 0

# Hash directories in hold
find $SPOOL/hold -mindepth 1 -delete
postconf -e 'hash_queue_names = deferred, defer, hold'
postfix reload 2>/dev/null
before=$(sums deferred | sed 's, .*/, ,' | sort | sha256sum)
"$S" hold --json --yes many@x >/run/out
is "hold with hash directories" "$? $(key held </run/out) $(key left </run/out)" "0 2000 0"
is "are there" "$(find $SPOOL/hold/? -type f | wc -l)" 2000
"$S" release --json --yes many@x >/run/out
is "release from there" "$? $(key released </run/out) $(sums deferred | sed 's, .*/, ,' | sort | sha256sum)" "0 2000 $before"
rm -r $SPOOL/hold/?
mkdir $SPOOL/filler
i=0
while true >"$SPOOL/filler/$i" && [ $i -lt 9000 ]; do i=$((i + 1)); done 2>/dev/null
"$S" hold --json --yes many@x >/run/out 2>/run/err
is "no directory can be made: said" "$? $(key held </run/out) $(key left </run/out) $(grep -c 'No space left' /run/err)" "1 0 2000 1"
"$S" delete --json --yes many@x >/run/out 2>/run/err
is "delete makes room for itself" "$? $(key deleted </run/out) $(key left </run/out)" "0 2000 0"
finish

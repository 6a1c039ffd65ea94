#!/bin/sh
# The guard on a real Postfix: a flood from 20 networks is held within one run, the honest and forged
# log lines are not; killed midway and run again; no free inode; what was done is taken back whole.
#     tests/system/incident_guard.sh PROGRAM
set -u
LIMIT=300
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
if [ "${INCIDENT_WORLD-}" != yes ] && ! PATH=$PATH:/usr/sbin postconf -m 2>/dev/null | grep -qx lmdb; then
	echo "skipped - incident, guard: Postfix reads no lmdb tables"
	exit 0
fi
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
# before anything runs beside it
world_dev
incident_world 30000
# what syslog(3) is told, with its facility and level
(perl -MIO::Socket::UNIX -e '$| = 1; my $s = IO::Socket::UNIX->new(Local => "/dev/log", Type => SOCK_DGRAM) or die "$!";
	while (defined $s->recv(my $line, 8192)) { print "$line\n" }' >/run/syslog &)
wait_for 5 test -S /dev/log || die "no log socket"
head -c 180224 /dev/zero >/var/lib/spoolwatch/guard
"$S" block --init --yes >/dev/null || die "block --init"

cp /etc/postfix/spoolwatch_block /run/block

cat >/run/told <<'END'
#!/bin/sh
printf '%s|' "$@" >>/run/heard
echo >>/run/heard
[ ! -e /run/fail ]
END
chmod 755 /run/told

# config LINE...: the file that the guard is told by
config() {
	printf '%s\n' 'command = /run/told' 'ignore = ^news@' "$@" >/run/guard.conf
}

# what the unit leaves of root's rights
caps=$(sed -n 's/^CapabilityBoundingSet=//p' "$HERE/../../contrib/incident/systemd/spoolwatch-guard.service" |
	tr 'A-Z' 'a-z' | sed 's/cap_/+/g; s/ /,/g')

# guard ARGUMENTS...: one run as the unit has it, two minutes later than it is: all minutes are over
guard() {
	SPOOLWATCH_NOW=$(($(date +%s) + 120)) setpriv --bounding-set "-all,$caps" --inh-caps=-all \
		--no-new-privs "$S" guard --config /run/guard.conf --once "$@" >/run/out 2>/run/err
}

# flood LOGIN NETWORKS EACH
flood() {
	for i in $(seq "$2"); do
		CLIENT=198.$i.100.7 mail "$1" s@soft.example "$3" r@soft.example
	done
}

held() { grep -l "$1" -r $SPOOL/hold | wc -l; }
heard() { grep -c "^$1|$2|" /run/heard; }
touch /run/heard

flood guilty@x 20 12
flood news@x 1 200
flood fast@x 1 200
flood far@x 20 1
mail honest@x s@soft.example 5 r@soft.example
mail honest@x s@soft.example 5 "r@$DOMAIN"
wait_for 60 settled
sums deferred hold >/run/before

# What is said before anything is done
config 'mode = hold' 'rates = 5'
guard
is "a name that is not known: exit" $? 2
is "is said" "$(cut -c -63 /run/err)" "spoolwatch: guard: /run/guard.conf: line 4: rates is not known,"
config 'mode = hold'
chmod 666 /run/guard.conf
guard
is "a file that others may write to" "$? $(grep -c 'nobody but uid 0 may write to' /run/err)" "2 1"
chmod 644 /run/guard.conf
setpriv --reuid 65534 --clear-groups "$S" guard --config /run/guard.conf --once 2>/run/err
is "not root" "$? $(cat /run/err)" "77 spoolwatch: guard: only root may do this"
"$S" guard --once 2>/dev/null
is "no file" $? 2

config 'mode = report'
guard --json
is "report" "$? $(cat /run/err)" "0 "
is "says whom it would lock" "$(perl -MJSON::PP -e 'my $o = decode_json(<STDIN>);
	print "$o->{mode} $o->{in_force}", map { " $_->{kind} $_->{account}" } @{$o->{told}}' </run/out)" \
	"report 0 would guilty@x"
is "and does nothing" "$(sums deferred hold | cmp - /run/before) $(postmap -s lmdb:/etc/postfix/spoolwatch_block)" " "
is "the command hears of it" "$(heard would guilty@x)" 1
guard
is "once an hour" "$? $(heard would guilty@x) $(cat /run/out)" "0 1 "

# Locked within one run, and nobody else
config 'mode = hold'
guard
is "hold" "$? $(cat /run/err)" "0 "
is "all of the flood is in hold" "$(held guilty@x) $(count hold)" "240 240"
is "the others lie where they lay" "$(sums deferred | grep -cFxvf /run/before)" 0
is "its next mail is taken" "$(mail guilty@x s@soft.example 1 r@soft.example && echo yes)" yes
wait_for 10 settled
is "and held" "$(held guilty@x)" 241
mail honest@x s@soft.example 1 "r@$DOMAIN"
wait_for 10 settled
is "the honest one's is delivered" "$(grep -c "to=<r@$DOMAIN>.*status=sent" /var/log/mail.log)" 6
is "the command heard of it" "$(heard lock guilty@x)" 1
is "with the reason" "$(grep '^lock' /run/heard | cut -d '|' -f 3)" \
	"240 messages in 5 min, from 20 networks in an hour, in the queues 240 messages of it from 20 networks"
is "and syslog, mail.alert" "$(grep -c '^<17>.*spoolwatch\[[0-9]*\]: guard: guilty@x is locked, its mail is held: ' /run/syslog)" 1
guard
is "again: nothing" "$? $(cat /run/out /run/err) $(heard lock guilty@x) $(held guilty@x)" "0  1 241"
SPOOLWATCH_NOW=$(($(date +%s) - 86400)) "$S" guard --config /run/guard.conf --once --json >/run/out 2>/dev/null
is "the clock is set back a day" "$(key in_force </run/out) $(heard lock guilty@x) $(held guilty@x)" "1 1 241"
guard --json
is "and is right again" "$? $(key in_force </run/out) $(heard lock guilty@x) $(held guilty@x)" "0 1 1 241"
is "anybody may read the state" "$(stat -c '%a %s' /var/lib/spoolwatch/guard)" "644 180224"

# A person blocks it for good, in the same place
"$S" block --yes guilty@x >/run/out
is "block goes on from there" "$? $(postmap -q guilty@x lmdb:/etc/postfix/spoolwatch_block | cut -c -6) $(grep -c guilty@x /etc/postfix/spoolwatch_block)" "0 REJECT 1"
guard
is "and stays" "$? $(cat /run/out /run/err) $(postmap -q guilty@x lmdb:/etc/postfix/spoolwatch_block | cut -c -6)" "0  REJECT"

# Taken back
undo=$(grep '^lock' /run/heard | cut -d '|' -f 4)
PATH=$(dirname "$S"):$PATH sh -c "$undo" >/run/out
is "undo" "$? $(count hold) $(postmap -s lmdb:/etc/postfix/spoolwatch_block) $(cmp /etc/postfix/spoolwatch_block /run/block 2>&1)" "0 0  "
is "brings all of it back, byte for byte" "$(sed 's, .*/, ,' /run/before | sort >/run/a
	sums deferred incoming active | sed 's, .*/, ,' | sort | comm -13 - /run/a | wc -l)" 0
guard
is "it is said, and not locked again for what was before" \
	"$? $(grep -c 'guilty@x: its lock was lifted' /run/out) $(count hold) $(heard lock guilty@x)" "0 1 0 1"

# Lines of the log that a local user wrote, of one that has 20 mails in the queues
forge() { # LOGIN
	for i in $(seq 10); do
		for k in $(seq 16); do
			postlog -t postfix/smtpd "$(printf '%05X' $((i * 100 + k)))AB: client=unknown[203.$i.0.7], sasl_method=PLAIN, sasl_username=$1"
		done
	done 2>/dev/null
	sleep 0.2
}
mail framed@x s@soft.example 25 r@soft.example
wait_for 20 settled
forge framed@x
guard
is "forged lines lock nobody" "$? $(held framed@x) $(heard lock framed@x) $(heard alarm framed@x)" "0 0 0 1"
is "but are said" "$(grep -c 'framed@x is not locked, look at it: its queue files do not show it' /run/out)" 1

# A command that does not take it hears of it again, three times in all
touch /run/fail
forge again@x
for _i in 1 2 3 4; do guard; done
rm /run/fail
is "a command that fails" "$? $(heard alarm again@x) $(grep -c 'again@x is not locked' /run/syslog)" "0 3 1"

# Where stdout or stderr is the journal, and /dev/log the journal's, it stands there once; else nothing is lost
mkdir -p /run/systemd/journal
ln -s /dev/log /run/systemd/journal/dev-log
touch /run/fail
forge out@x
(JOURNAL_STREAM=$(stat -c %d:%i /run/out) && export JOURNAL_STREAM && guard)
is "in the journal once" "$(grep -c 'out@x is' /run/out) $(grep -c 'out@x is' /run/syslog) $(grep -c '/run/told' /run/err)" "0 1 1"
forge err@x
n=$(grep -c '/run/told' /run/syslog)
(JOURNAL_STREAM=$(stat -c %d:%i /run/err) && export JOURNAL_STREAM && guard)
is "and what hinders it, of both alarms" "$(grep -c 'err@x is' /run/out) $(cat /run/err) $(($(grep -c '/run/told' /run/syslog) - n))" "1  2"
rm /run/fail /run/systemd/journal/dev-log
forge log@x
(JOURNAL_STREAM=$(stat -c %d:%i /run/out) && export JOURNAL_STREAM && guard)
is "another's /dev/log" "$(grep -c 'log@x is' /run/out) $(grep -c 'log@x is' /run/syslog)" "1 1"

# Without --once it goes on until a signal ends it
timeout --preserve-status -s TERM 2 "$S" guard --config /run/guard.conf >/run/out 2>&1
is "until it is ended" "$? $(cat /run/out)" "0 "

# Killed at any moment: the next run goes on
flood 'sp ace@x' 20 10
wait_for 60 settled
for end in KILL:0.4 KILL:1.5 TERM:3; do
	SPOOLWATCH_NOW=$(($(date +%s) + 120)) timeout -s ${end%:*} ${end#*:} \
		"$S" guard --config /run/guard.conf --once >/dev/null 2>&1
done
guard
is "killed and run again" "$? $(held 'sp ace@x')" "0 200"
is "it is told" "$([ "$(heard lock 'sp ace@x')" -ge 1 ] && echo yes)" yes
guard
is "and no more" "$? $(cat /run/out)" "0 "
is "the honest were not touched" "$(sums hold | cut -d ' ' -f 3 | (cd $SPOOL && xargs grep -l honest@x | wc -l))" 0

# As many locks as an hour may have: from then on it alarms
flood fourth@x 20 10
wait_for 60 settled
config 'mode = hold' 'max_locks = 2'
guard
is "max_locks" "$? $(held fourth@x) $(grep -c 'fourth@x is not locked, look at it: max_locks: 2 within an hour' /run/out)" "0 0 1"

# No free inode, where the queues are and where the state is: refused, where it would be held
config 'mode = hold'
mount -o "remount,nr_inodes=$(($(df --output=iused $SPOOL | tail -1)))" $SPOOL
mount -o "remount,nr_inodes=$(($(df --output=iused /var/lib | tail -1)))" /var/lib
is "no inode is left" "$(touch $SPOOL/more /var/lib/more 2>&1 | grep -c 'No space')" 2
rm -f /var/lib/spoolwatch/guard.*
while touch /var/lib/fill.$((n = ${n:-0} + 1)) 2>/dev/null; do :; done
guard
is "at 0 inodes, with nothing kept but what the install made" "$? $(cat /run/err) $(held fourth@x)" "0  200"
is "its mail is refused" "$(postmap -q fourth@x lmdb:/etc/postfix/spoolwatch_block | cut -c -6)" REJECT
is "so is that of who was locked before" "$(postmap -q 'sp ace@x' regexp:/etc/postfix/spoolwatch_block.regexp | cut -c -6)" REJECT
mount -o remount,nr_inodes=0 $SPOOL
mount -o remount,nr_inodes=0 /var/lib
: >/run/lines
for login in 'sp ace@x' fourth@x; do
	grep -F "lock|$login|" /run/heard | tail -1 | cut -d '|' -f 4 >/run/undo
	PATH=$(dirname "$S"):$PATH sh /run/undo >>/run/lines || die "undo of $login: $(cat /run/undo)"
done
is "all is back" "$(count hold) $(postmap -s lmdb:/etc/postfix/spoolwatch_block)$(grep -v '^#' /etc/postfix/spoolwatch_block.regexp)" "0 "
guard
is "and lifted" "$? $(grep -c 'lock was lifted' /run/out)" "0 2"
finish

#!/bin/sh
# The screen of the incident command beside a real Postfix: a flood, no free inode, a block in force,
# Postfix stopped, no log, another user; what it says next is done by a shell.
#     tests/system/incident_screen.sh PROGRAM
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
GUILTY="it's \$(touch /run/done)@x"
incident_world 1000

# of FILTER: what perl says of the object $o
of() { "$S" --json 2>/run/err | perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); my $r = eval $ARGV[0]; print defined $r ? $r : "undefined"' "$1"; }
# shellcheck disable=SC2016  # perl's
row='(grep { $_->{name} eq $ENV{GUILTY} } @{$o->{accounts}})[0]'
export GUILTY

mail "$GUILTY" s@soft.example 150 r@soft.example
mail honest@x s@soft.example 3 r@soft.example
wait_for 20 settled
is "the guilty has the queue" "$(of "$row->{queued}")" 150
is "the queues" "$(of '"$o->{queues}{deferred} $o->{queues}{defer} $o->{queues}{hold}"')" "153 153 0"
is "exactly" "$(of '$o->{queued_exact} ? 1 : 0')" 1
is "nobody is blocked" "$(of 'scalar @{$o->{blocked}}')" 0
"$S" >/run/screen 2>/run/err
is "every line has 80 columns at most, but for what to type" "$(sed '/^Next$/,$d' /run/screen | awk 'length > 80')" ""
is "no byte of a name reaches the terminal" "$(LC_ALL=C grep -c '[^ -~]' /run/screen)" 0
"$S" >/run/other 2>&- <&-
is "stdin and stderr are closed: the same" "$(grep -A 2 '^Queues' /run/other)" "$(grep -A 2 '^Queues' /run/screen)"
"$S" >&- 2>/run/err
is "stdout is closed" "$? $(cat /run/err)" "1 spoolwatch: stdout: Bad file descriptor"
next=$(sed -n '/^Next$/{n;s/^  //p;}' /run/screen)
is "what is next" "${next%% \'*}" "spoolwatch contain"
spoolwatch() { "$S" "$@"; }
eval "$next --json" >/run/out 2>/run/err
is "a shell does it" "$(perl -MJSON::PP -e 'print decode_json(join "", <STDIN>)->{select}{account}' </run/out)" "$GUILTY"
is "and nothing else" "$([ -e /run/done ] && echo done)" ""

# No free inode: the same, and nothing is made
(cd /var/spool/postfix && n=0 && while : >fill.$n; do n=$((n + 1)); done) 2>/dev/null
is "no inode is free" "$(stat -fc %d /var/spool/postfix)" 0
is "without an inode: the file system" "$(of '$o->{file_systems}[0]{mount}')" /var/spool/postfix
is "and what holds it" "$(of '$o->{file_systems}[0]{directories} =~ /queued by/ ? 1 : 0')" 1
is "and the same is next" "$(of '$o->{next}')" "$next"
rm -f /var/spool/postfix/fill.*

# Held and blocked
if postconf -m | grep -qx lmdb && postconf -m | grep -qx regexp; then
	"$S" block --init --yes >/run/out 2>&1
	postfix reload >/dev/null 2>&1
	"$S" block --yes a@x >/run/out 2>&1
	is "who is blocked" "$(of 'join " ", map { $_->{name} } @{$o->{blocked}}')" a@x
	is "in force" "$(of '$o->{in_force} ? 1 : 0')" 1
	"$S" unblock --yes a@x >/run/out 2>&1
	is "and back" "$(of 'scalar @{$o->{blocked}}')" 0
	is "in force of nobody" "$(of '$o->{in_force}')" undefined
fi
"$S" hold --yes -- "$GUILTY" >/run/out 2>&1
is "what was held" "$(of '"$o->{held}[0]{deferred} $o->{queues}{hold}"')" "150 150"
mail gone@x s@soft.example 2 r@soft.example
wait_for 20 settled
"$S" delete --yes gone@x >/run/out 2>&1
is "what was deleted is not said to have been held" \
	"$("$S" 2>/dev/null | sed -n 's/^  account gone@x: //p')" "2 messages were deleted"
is "nor since when" "$(of 'join " ", map { $_->{since} // "null" } grep { $_->{select} =~ /gone/ } @{$o->{held}}')" null

# Postfix stopped, its log away, another user
postfix stop >/dev/null 2>&1
is "stopped: the queues" "$(of '$o->{queues}{hold}')" 150
is "stopped: who is connected is not known" "$(of '$o->{clients_unknown} =~ /nothing listens/ ? 1 : 0')" 1
mv /var/log/mail.log /var/log/away
is "no log: a rate is not 0" "$(of "$row->{rate}")" undefined
is "no log: the reason" "$(of '$o->{rate_unknown} =~ /mail.log/ ? 1 : 0')" 1
"$S" >/dev/null 2>/run/err
is "no log: not all is known" $? 1
chmod 755 /run
cp "$S" /run/spoolwatch
S=/run/spoolwatch
setpriv --reuid=65534 --regid=65534 --clear-groups "$S" --json >/run/out 2>/run/err
is "another user: not all is known" $? 1
is "another user: the queues are not" "$(perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); print defined $o->{queues}{deferred} ? 1 : 0, $o->{queues_unknown} =~ /denied/ ? 1 : 0' </run/out)" 01
finish

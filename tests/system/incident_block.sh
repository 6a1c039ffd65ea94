#!/bin/sh
# block and unblock of the incident command beside a real Postfix:
#     (root) tests/system/incident_block.sh SPOOLWATCH
# It runs in namespaces of its own with /etc/postfix, /var/spool/postfix and /var/log of its own.
set -u
if [ "${INSIDE:-}" != yes ]; then
	if [ "$(id -u)" != 0 ]; then
		echo 'skipped - block: not root'
		exit 0
	fi
	for need in postfix postmap perl unshare; do
		PATH=$PATH:/usr/sbin command -v $need >/dev/null 2>&1 || { echo "skipped - block: no $need" && exit 0; }
	done
	PATH=$PATH:/usr/sbin postconf -m | grep -qx lmdb || { echo 'skipped - block: Postfix reads no lmdb tables' && exit 0; }
	work=$(mktemp -d)
	chmod 755 "$work"
	cp "$1" "$work/spoolwatch" || exit 1
	INSIDE=yes timeout --foreground -s KILL 600 unshare -m -p -n -u -i --fork --kill-child --mount-proc "$0" "$work/spoolwatch" "$work"
	rc=$?
	rm -rf "$work"
	exit $rc
fi
program=$1
work=$2
tools=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
bad=0
rows=0

not_ok() {
	echo "not ok - $1"
	bad=1
}

is() { # WHAT GOT WANT
	rows=$((rows + 1))
	[ "$2" = "$3" ] || not_ok "$1: got \"$2\", want \"$3\""
}

has() { # WHAT TEXT PIECE
	rows=$((rows + 1))
	case $2 in
	*"$3"*) ;;
	*) not_ok "$1: got \"$2\", want \"...$3...\"" ;;
	esac
}

sw() { # its output into $out, its exit code into $rc
	out=$("$program" "$@" 2>&1 </dev/null)
	rc=$?
}

send() { # PORT NAME: the code of the answer
	perl "$tools/incident_mail.pl" send "$@" | cut -c1-3
}

sends() { # WHAT PORT NAME CODE
	is "$1" "$(send "$2" "$3")" "$4"
}

wait_for() { # COMMAND...
	for _ in $(seq 500); do
		"$@" && return 0
		sleep 0.02
	done
	not_ok "waited in vain for $*"
	return 1
}

# A world
mount --make-rprivate /
mkdir -p "$work/etc" "$work/log" "$work/spool"
cp -r /etc/postfix "$work/etc/postfix"
mount --bind "$work/etc/postfix" /etc/postfix
mount -t tmpfs -o mode=755 tmpfs /var/spool/postfix
mount --bind "$work/log" /var/log
mkdir -p "$work/lib/postfix" "$work/lib/spoolwatch"
mount --bind "$work/lib" /var/lib
chown postfix: /var/lib/postfix
mount -t tmpfs -o mode=755 tmpfs /run
perl -MSocket -e 'socket(my $s, AF_INET, SOCK_DGRAM, 0) or die;
	my $r = pack("a16s", "lo", 0);
	ioctl($s, 0x8913, $r) or die "$!";
	my ($n, $f) = unpack("a16s", $r);
	ioctl($s, 0x8914, pack("a16s", "lo", $f | 1)) or die "$!"' || exit 1
hostname mx.example
rm -f /etc/postfix/spoolwatch_*
cat >/etc/postfix/main.cf <<EOF
compatibility_level = 3.6
maillog_file = /var/log/mail.log
myhostname = mx.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
transport_maps = inline:{ { live.example = discard: } { late.example = smtp:[127.0.0.2]:9 } }
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
mua_data =
# with a comment
smtpd_data_restrictions =
    reject_unauth_pipelining,
    permit
EOF
services='pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd'
cat >/etc/postfix/master.cf <<EOF
smtp inet n - n - - smtpd
submission inet n - n - - smtpd
    -o syslog_name=postfix/submission
$services
EOF
cp /etc/postfix/main.cf "$work/main.cf"
cp /etc/postfix/master.cf "$work/master.cf"
postfix set-permissions >/dev/null 2>&1
mkdir -p /var/spool/postfix/private
perl "$tools/incident_mail.pl" auth /var/spool/postfix/private/auth &
postfix start >"$work/start" 2>&1 || { cat "$work/start" && exit 1; }
wait_for test -S /var/spool/postfix/public/cleanup

# Before anything is set up
sends "it runs" 587 alice@x 250
sw block alice@x
is "nothing is set up: exit" $rc 1
has "nothing is set up: what to do" "$out" "spoolwatch block --init"
has "nothing is set up: the line" "$out" "smtpd_data_restrictions = check_client_access lmdb:/etc/postfix/spoolwatch_client, check_sasl_access lmdb:/etc/postfix/spoolwatch_block, check_sasl_access regexp:/etc/postfix/spoolwatch_block.regexp, reject_unauth_pipelining,"
sw block --yes alice@x
is "nor by --yes" $rc 1
sw unblock --yes alice@x
is "who is not blocked is unblocked" "$rc $out" "0 alice@x is not blocked"
sw block --init
is "init shows" $rc 0
has "init shows the line" "$out" "smtpd_data_restrictions = check_client_access"
is "and changes nothing" "$(cmp /etc/postfix/main.cf "$work/main.cf" 2>&1; find /etc/postfix -name 'spoolwatch_*')" ""
sw block --init --yes
is "init: $out" $rc 0
has "init says where" "$out" "in force on smtp, submission"
is "init edits one line" "$(grep -v '^smtpd_data_restrictions\|^    ' "$work/main.cf")" "$(grep -v ^smtpd_data_restrictions /etc/postfix/main.cf)"
cp /etc/postfix/main.cf "$work/main.cf"
sw block --init --yes
is "again" $rc 0
is "changes nothing" "$(cmp /etc/postfix/main.cf "$work/main.cf" 2>&1)" ""
sends "mail goes on" 587 alice@x 250
sends "mail goes on" 25 alice@x 250

# One account
cp /etc/postfix/spoolwatch_block "$work/text"
sw block alice@x
is "a dry run" $rc 0
has "says so" "$out" "alice@x would be blocked (--yes does it): in force on smtp, submission"
sends "and does nothing" 587 alice@x 250
is "nor to the text" "$(cmp /etc/postfix/spoolwatch_block "$work/text" 2>&1)" ""
sw block alice@x --yes
is "block: $out" $rc 0
has "says the undo" "$out" "undo: spoolwatch unblock --yes -- alice@x"
for port in 25 587 25B 587B; do
	sends "it is refused on $port" $port alice@x 554
	sends "in another case on $port" $port ALICE@X 554
	sends "others send on $port" $port aalice@x 250
	sends "others send on $port" $port alice@x.y 250
	sends "others send on $port" $port alice 250
done
sw block alice@x --yes
is "twice" $rc 0
is "is one line" "$(grep -c alice@x /etc/postfix/spoolwatch_block)" 1
sw block --json --yes alice@x
is "json: one line" "$(echo "$out" | wc -l)" 1
has "json" "$out" '{"schema":1,"verb":"block","select":{"account":"alice@x"},"in_force"'
has "json: where" "$out" '"in_force":["smtp","submission"],"not_in_force":[],'
has "json: undo" "$out" '"undo":"spoolwatch unblock --yes -- alice@x"}'
sw unblock Alice@X
has "unblock: a dry run" "$rc $out" "0 Alice@X would be unblocked"
sends "does nothing" 587 alice@x 554
sw unblock Alice@X --yes
is "unblock: $out" $rc 0
sends "and it sends" 587 alice@x 250
is "the text is as it was" "$(cmp /etc/postfix/spoolwatch_block "$work/text" 2>&1)" ""
is "so is the map" "$(postmap -s lmdb:/etc/postfix/spoolwatch_block)" ""

# Text that others wrote
printf '# a note\nhand@x  REJECT by hand\nmore@x OK\n   # and\n\n  go on\nlast@x OK' >/etc/postfix/spoolwatch_block
postmap lmdb:/etc/postfix/spoolwatch_block
cp /etc/postfix/spoolwatch_block "$work/text"
sw block --yes one@x
sw block --yes two@x
sw block --yes three@x
sw block --yes hand@x
is "what somebody wrote stays" $rc 1
has "and is said" "$out" "somebody has written"
sw unblock --yes hand@x
is "also of unblock" $rc 1
sw unblock --yes one@x
sends "the others stay" 587 two@x 554
sw unblock --yes three@x
sends "the others stay" 587 two@x 554
sw unblock --yes two@x
sends "all is back" 587 two@x 250
is "byte for byte" "$(cmp /etc/postfix/spoolwatch_block "$work/text" 2>&1)" ""
is "the map has what the text has" "$(postmap -s lmdb:/etc/postfix/spoolwatch_block | sort)" "$(postmap -c /etc/postfix lmdb:/etc/postfix/spoolwatch_block; postmap -s lmdb:/etc/postfix/spoolwatch_block | sort)"

# Names
cp /etc/postfix/spoolwatch_block "$work/text"
cp /etc/postfix/spoolwatch_block.regexp "$work/regexp"
tab=$(printf '\t')
for name in 'sp ace@x' ' lead@x' 'trail@x ' '#hash@x' 'q"uote@x' '"whole"@x' 'back\slash@x' 'end\' 'per%cent@x' '-dash@x' '--yes' '-' \
	ALL '*' '../x' '/' 'a/b@x' "it's@x" '$(id)@x' '${x}' '{b}' 'a,b@x' 'c:d' 'e:' '!n@x' 'ümlaut@x' 'Ünd ß@x' '^a$b.*[c]\d(e)+?@x' '<a@x>' \
	"$(printf '%0200d' 7)@x" "$(printf '%0450d' 7)@x" 'a b c d e' '~x' '.' '..' 'a#b@x' '[x]' ']' 'x|y' '&' ';' '=' '`id`'; do
	sw block --yes -- "$name"
	is "block $name: $out" $rc 0
	sends "it is refused: $name" 587 "$name" 554
	for other in sp lead@x trail@x hash@x 'quote@x' 'a' 'b@x' 'id@x' 'x' 'x y' 'end' 'y' 'bob@x' 'a b' 'ab' 'aXb@x' "$name.y" "z$name" 'ace@x' 'sp ace@xy'; do
		[ "$other" = "$name" ] || [ -n "$(postmap -q "$other" lmdb:/etc/postfix/spoolwatch_block)$(postmap -q "$other" regexp:/etc/postfix/spoolwatch_block.regexp)" ] &&
			not_ok "$name hits $other"
	done
	sends "an innocent sends: $name" 587 sp 250
	sw unblock --yes -- "$name"
	is "unblock $name: $out" $rc 0
	sends "it sends again: $name" 587 "$name" 250
done
is "the text is as it was" "$(cmp /etc/postfix/spoolwatch_block "$work/text" 2>&1)" ""
is "and that of patterns" "$(cmp /etc/postfix/spoolwatch_block.regexp "$work/regexp" 2>&1)" ""
for name in "tab${tab}x" "$(printf 'bad\377x')" "$(printf '%02100d' 7)" "$(printf 'new\nline')"; do
	sw block --yes -- "$name"
	is "a name that nobody has" $rc 1
	is "is one sentence, on stderr and on stdout" "$(echo "$out" | sed 's/.*: //' | sort | uniq -c | wc -l) $(echo "$out" | wc -l)" "1 2"
done
sw block --yes -- 'ÜML@x'
sends "case of UTF-8" 587 'üml@x' 554
sw unblock --yes -- 'üML@x'
sends "and back" 587 'Üml@x' 250

# A client
sw block --client 127.0.0.7 --yes
is "a client: $out" $rc 0
has "and how to drop its packets" "$out" "nft add element inet spoolwatch bad '{ 127.0.0.7 timeout 1d }'"
is "is refused" "$(send 587 bob@x 127.0.0.7)" 554
is "its neighbour is not" "$(send 587 bob@x 127.0.0.77)" 250
sw unblock --client 127.0.0.7 --yes
has "undo" "$rc $out" "0 127.0.0.7 is no longer blocked; undo: spoolwatch block --yes --client=127.0.0.7"
is "and sends" "$(send 587 bob@x 127.0.0.7)" 250
sw block --client 2001:DB8:0::7 --yes
is "of IPv6: $out" "$(postmap -q 2001:db8::7 lmdb:/etc/postfix/spoolwatch_client | cut -c1-6)" REJECT

# Open sessions
stay() { # DIRECTORY PORT NAME ADDRESS [quiet]
	mkdir -p "$work/$1"
	rm -f "$work/$1"/*
	perl "$tools/incident_mail.pl" stay "$2" "$3" "$4" "$work/$1" ${5:-} &
}
after() { # DIRECTORY: what its next mail got
	touch "$work/$1/go"
	wait_for test -e "$work/$1/done"
	cut -c1-4 "$work/$1/done"
}
stay one 587 vic@x 127.0.1.1
stay two 25 Vic@X 127.0.1.2
stay other 587 bob@x 127.0.1.1
stay quiet 587 vic@x 127.0.1.3 quiet
stay prefix 25 avic@x 127.0.1.4
for one in one two other quiet prefix; do
	wait_for test -e "$work/$one/open"
done
sw block vic@x
has "a dry run counts sessions" "$rc $out" "0 vic@x would be blocked (--yes does it): in force on smtp, submission; 2 open sessions to be ended"
sw block --yes vic@x
has "sessions: $out" "$rc $out" "; 2 open sessions ended; undo"
is "the first" "$rc $(after one)" "0 gone"
is "the second" "$(after two)" gone
is "another account of the same address" "$(after other)" "250 "
is "one that had sent nothing" "$(after quiet)" "554 "
is "a longer name" "$(after prefix)" "250 "
is "master throttles nothing" "$(grep -c throttling /var/log/mail.log)" 0
sends "and the port is open" 587 bob@x 250
sw unblock --yes vic@x
stay one 587 vic@x 127.0.1.1
wait_for test -e "$work/one/open"
sw block --json --yes vic@x
has "sessions in json" "$out" '"sessions_ended":1,"sessions_left":0,'
is "is gone" "$(after one)" gone
sw unblock --yes vic@x
# its client has hung up, and its smtpd does not know: it waits (for an inode, or is stopped)
rm -f "$work/one"/*
perl "$tools/incident_mail.pl" stay 587 vic@x 127.0.1.5 "$work/one" &
client=$!
wait_for test -e "$work/one/open"
smtpd=$(sed -n 's/.*smtpd\[\([0-9]*\)\]: .*client=.*127\.0\.1\.5\].*/\1/p' /var/log/mail.log | tail -n 1)
kill -STOP "$smtpd"
kill -KILL $client
sleep 0.2
sw block --yes vic@x
has "who has hung up is no session that is left" "$rc $out" "0 vic@x is blocked: in force on smtp, submission; 0 open sessions ended; undo"
kill -CONT "$smtpd"
sw unblock --yes vic@x
# the map's change is seen by a session that has sent already, also back
stay one 587 vic@x 127.0.1.1
stay two 587 dan@x 127.0.1.7
stay other 587 dan@x 127.0.1.77
for one in one two other; do
	wait_for test -e "$work/$one/open"
done
printf 'vic@x REJECT\n' | postmap -i lmdb:/etc/postfix/spoolwatch_block
is "lmdb is seen at once" "$(after one)" "554 "
printf 'vic@x\n' | postmap -d - lmdb:/etc/postfix/spoolwatch_block
sw block --client 127.0.1.7 --yes
has "sessions of a client" "$rc $out" "0 "
has "sessions of a client" "$out" "; 1 open session ended; undo"
is "its own" "$(after two)" gone
is "of another address" "$(after other)" "250 "
sw unblock --client 127.0.1.7 --yes

# All of it at once
queued() { # QUEUE...: how many are there
	(cd /var/spool/postfix && find "$@" -type f | wc -l)
}
settled() {
	[ "$(queued incoming active)" = 0 ]
}
for i in 1 2 3 4 5; do
	TO=a@late.example send 25 mal@x >/dev/null
	TO=a@late.example send 587 "Mal@x" >/dev/null
	TO=a@late.example send 587 amal@x >/dev/null
done
wait_for settled
mkdir -p "$work/one"
TO=a@late.example stay one 587 mal@x 127.0.1.9
wait_for test -e "$work/one/open"
wait_for settled
sw contain mal@x
has "contain: a dry run" "$rc $(echo "$out" | tail -n 1)" "0 account mal@x would be blocked (--yes does it all): in force on smtp, submission; 1 open session to be ended; held 0 messages, 11 to be held"
is "changes nothing" "$(queued hold) $(queued deferred)" "0 16"
sends "nor refuses" 587 mal@x 250
sw contain --yes mal@x
is "contain: $out" "$rc" 0
has "says all" "$(echo "$out" | tail -n 1)" "account mal@x is blocked: in force on smtp, submission; 1 open session ended; held 11 messages, 0 left; undo: spoolwatch unblock --yes -- mal@x && spoolwatch release --yes -- mal@x"
has "names doors" "$out" "doveadm kick mal@x"
is "held is held, the others wait" "$(queued hold) $(queued deferred)" "11 5"
is "its session" "$(after one)" gone
sends "is refused" 587 mal@x 554
sw contain --yes --json mal@x
is "again, in one object" "$rc $(echo "$out" | wc -l)" "0 1"
has "with its numbers" "$out" '"sessions_ended":0,"sessions_left":0,"held":11,"already_delivered":0,"strangers_put_back":0,"bounces":0,"left":0,"undo":"spoolwatch unblock --yes -- mal@x && spoolwatch release --yes -- mal@x"}'
PATH=$work:$PATH sh -c "spoolwatch unblock --yes -- mal@x && spoolwatch release --yes -- mal@x" >"$work/out" 2>&1 ||
	not_ok "the undo: $(cat "$work/out")"
wait_for settled
is "the undo brings it back" "$(queued hold) $(queued deferred) $(send 587 mal@x)" "0 16 250"
mv /etc/postfix/spoolwatch_client.lmdb "$work/"
sw contain --yes mal@x
is "without tables: exit" "$rc" 1
has "it is not blocked" "$out" "is NOT blocked; held 11 messages, 0 left; undo: spoolwatch release --yes -- mal@x"
mv "$work/spoolwatch_client.lmdb" /etc/postfix/
sw release --yes mal@x
sw letter mal@x
has "a letter" "$rc $out" "0 Subject: Your mail account mal@x was used by somebody else"
postsuper -d ALL >/dev/null 2>&1

# Kinds of -o
cp /etc/postfix/main.cf "$work/main.cf"
check='check_sasl_access lmdb:/etc/postfix/spoolwatch_block'
cat >/etc/postfix/master.cf <<EOF
smtp inet n - n - - smtpd
2001 inet n - n - - smtpd
  -o smtpd_client_restrictions= -o smtpd_helo_restrictions= -o smtpd_sender_restrictions=
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
2002 inet n - n - - smtpd -o smtpd_data_restrictions=
2003 inet n - n - - smtpd -o smtpd_data_restrictions=reject_unauth_pipelining
# a comment
2004 inet n - n - - smtpd
   # another
  -o { smtpd_data_restrictions = permit_mynetworks, permit_sasl_authenticated, $check }
2005 inet n - n - - smtpd -o smtpd_data_restrictions=\$mua_data
127.0.0.1:2006 inet n - n - - smtpd -v -o smtpd_data_restrictions=warn_if_reject,check_sasl_access,lmdb:/etc/postfix/spoolwatch_block
2007 inet n - n - - smtpd -o { smtpd_data_restrictions = reject_unauth_pipelining, $check }
2008 inet n - n - - smtpd -o smtpd_data_restrictions=foo -o smtpd_data_restrictions=
2009 inet n - n - - smtpd -o smtpd_sasl_auth_enable=no -o smtpd_data_restrictions=
2010 inet n - n - - smtpd -o smtpd_data_restrictions=\${mua_none?{permit}:{$check}}
2011 inet n - n - - smtpd -o { smtpd_data_restrictions = check_policy_service { inet:127.0.0.1:9, timeout=1s, default_action=DUNNO } }
2012 inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes -v
$services
EOF
# of an -o that refers to a blank: as Postfix reads it, within braces
sed -i "s/^2010.*/2010 inet n - n - - smtpd -o { smtpd_data_restrictions = \${mua_none?{permit}:{$(echo $check | sed 's/\//\\\//g')}} }/" /etc/postfix/master.cf
cp /etc/postfix/master.cf "$work/master.cf"
postfix reload >/dev/null 2>&1
sw block --json --yes eve@x
has "in json the reload is the last of the commands" "$out" '","postfix reload"],"sessions_ended"'
sw block --yes eve@x
is "where it is not in force: exit" $rc 1
last=$(echo "$out" | tail -n 1)
has "it is said where it is" "$last" "in force on smtp, 2001, 2007, 2010, 2012, not on 2002, 2003, 2004, 2005, 127.0.0.1:2006, 2008, 2011; no logins on 2009"
in_force() { # CODE SERVICES...: what Postfix does there
	want=$1
	shift
	for port; do
		sends "port $port" "$port" eve@x "$want"
	done
}
in_force 554 25 2001 2007 2010 2012
in_force 250 2002 2003 2004 2005 2006 2008
is "a line each, and a reload" "$(echo "$out" | grep -c '^postconf ') $(echo "$out" | grep -c '^postfix reload$')" "7 1"
is "nothing was edited" "$(cmp /etc/postfix/master.cf "$work/master.cf" 2>&1; cmp /etc/postfix/main.cf "$work/main.cf" 2>&1)" ""
echo "$out" | grep '^post' >"$work/lines"
sh "$work/lines" >"$work/lines.out" 2>&1 || not_ok "the lines fail: $(cat "$work/lines.out")"
sleep 1
sw block --yes eve@x
is "then: $out" $rc 0
in_force 554 25 2001 2002 2003 2004 2005 2006 2007 2008 2010 2011 2012
for port in 2002 2003 2004 2005 2006 2007 2008 2010 2011 2012; do
	sends "others on $port" $port bob@x 250
done
cp /etc/postfix/main.cf "$work/main2.cf"
postconf -X smtpd_data_restrictions
sw block eve@x
is "without main.cf's line" $rc 1
has "it is said" "$out" "not on smtp, 2001, 2012"
has "and the line" "$out" "postconf -e 'smtpd_data_restrictions = check_client_access lmdb:"
cp "$work/main2.cf" /etc/postfix/main.cf
sw unblock --yes eve@x
cp "$work/main.cf" /etc/postfix/main.cf

# What is written, and what runs
pid_of() { # NAME: of each such process (the namespace is ours)
	grep -lx "$1" /proc/[0-9]*/comm 2>/dev/null | cut -d / -f 3
}
reloaded() { # and the new queue manager is there
	before=$(pid_of qmgr)
	postfix reload >/dev/null 2>&1
	for _ in $(seq 500); do
		now=$(pid_of qmgr)
		[ -n "$now" ] && [ "$now" != "$before" ] && return
		sleep 0.02
	done
	not_ok "no new qmgr is seen"
}
of_before() { # WHAT: the block is in force by a file that Postfix has not read
	sw block --yes eve@x
	is "$1: exit: $out" $rc 1
	has "$1: it is in force nowhere" "$(echo "$out" | tail -n 1)" "eve@x is blocked: in force nowhere, after a reload on smtp, submission (master.cf was changed since Postfix last read it); "
	is "$1: what mends that" "$(echo "$out" | grep -c '^postfix reload$') $(echo "$out" | grep -c ^postconf)" "1 0"
}
master() { # OPTIONS of submission
	printf 'smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd %s\n%s\n' "$1" "$services"
}
master "-o smtpd_data_restrictions=" >"$work/empty.cf"
master "-o syslog_name=postfix/submission" >"$work/own.cf"
touch -d '1 hour ago' "$work/own.cf"
cat "$work/empty.cf" >/etc/postfix/master.cf
reloaded
sw block --yes eve@x
has "what was read is as written: $out" "$rc $(echo "$out" | tail -n 1)" "1 eve@x is blocked: in force on smtp, not on submission; "
cat "$work/own.cf" >/etc/postfix/master.cf
of_before "an edit"
sends "an edit: it is so" 587 eve@x 250
sw block --json eve@x
has "in json" "$out" '"in_force":[],"not_in_force":["smtp","submission"],"after_reload":["smtp","submission"],"commands":["postfix reload"],'
sw block --init --yes
has "block --init says so, too" "$rc $out" "1 master.cf was changed since Postfix last read it; this changes that:
postfix reload
main.cf has the line: a block is in force nowhere, after a reload on "
reloaded
sw block --yes eve@x
has "once it was read" "$rc $(echo "$out" | tail -n 1)" "0 eve@x is blocked: in force on smtp, submission; "
sends "it is so" 587 eve@x 554
cat "$work/empty.cf" >/etc/postfix/master.cf
reloaded
cp -p "$work/own.cf" /etc/postfix/master.cf
is "a copy has the time of what it is a copy of" "$(find /etc/postfix/master.cf -newer "$work/empty.cf")" ""
of_before "a copy with its time"
sends "a copy with its time: it is so" 587 eve@x 250
kill -STOP "$(cat /var/spool/postfix/pid/master.pid)"
qmgr=$(pid_of qmgr)
kill -KILL "$qmgr"
wait_for grep -q '^State:.*Z' "/proc/$qmgr/status"
sw block --yes eve@x
has "no queue manager is seen" "$rc $(echo "$out" | tail -n 1)" "1 eve@x is blocked: in force nowhere, after a reload on smtp, submission (whether Postfix has read master.cf is not known: it runs, and no qmgr of it is seen); "
kill -CONT "$(cat /var/spool/postfix/pid/master.pid)"
reloaded # master itself would wait a minute
sw block --yes eve@x
is "and when it was read: $out" $rc 0
sends "it is so" 587 eve@x 554
# a session goes by the main.cf that its smtpd has read
stay one 587 bob@x 127.0.1.1
wait_for test -e "$work/one/open"
sw block --yes eve@x
is "an smtpd that has read main.cf as it is" $rc 0
postconf -e 'maximal_backoff_time = 4001s'
sw block --yes eve@x
has "one that has not" "$rc $(echo "$out" | tail -n 1)" "1 eve@x is blocked: in force on smtp, submission, but not known of 1 smtpd process that began before main.cf was changed; "
has "is named" "$out" "
  smtpd process $(pid_of smtpd | head -n 1), client 127.0.1.1
eve@x is blocked: "
sw block --json eve@x
has "in json" "$out" '"smtpd_of_before":1,'
reloaded
sw block --yes eve@x
has "a session goes on over a reload" "$rc $(echo "$out" | tail -n 1)" "1 eve@x is blocked: in force on smtp, submission, but not known of 1 smtpd process"
is "and ends" "$(after one)" "250 "
wait_for sh -c '! grep -qx smtpd /proc/[0-9]*/comm 2>/dev/null'
sw block --yes eve@x
is "then there is none: $out" $rc 0
postfix stop >/dev/null 2>&1
touch /etc/postfix/master.cf /etc/postfix/main.cf
sw block --yes eve@x
has "who is stopped will read what is written: $out" "$rc $(echo "$out" | tail -n 1)" "0 eve@x is blocked: in force on smtp, submission; "
is "and no line is logged for it" "$(grep -c 'is not running' /var/log/mail.log)" 0
postfix start >/dev/null 2>&1
sw unblock --yes eve@x
cp "$work/main.cf" /etc/postfix/main.cf

# A full disk
cat >/etc/postfix/master.cf <<EOF
smtp inet n - n - - smtpd
$services
EOF
cp -r /etc/postfix "$work/saved"
rm -f "$work"/saved/spoolwatch_*
full() { # WHAT: /etc/postfix is a file system of its own, with tables made before it was full
	cp -r "$work/saved/." /etc/postfix/
	cp "$work/main.cf" /etc/postfix/main.cf
	sw block --init --yes
	is "$1: init: $out" "$rc" 0
	postfix start >/dev/null 2>&1
	for i in 1 2 3 4 5 6 7 8 9; do
		sw block --yes "many$i@x"
	done
	cp /etc/postfix/spoolwatch_block /etc/postfix/spoolwatch_block.regexp "$work/"
	i=0
	while touch "/etc/postfix/fill.$i" 2>/dev/null && [ $i -lt 5000 ]; do i=$((i + 1)); done
	[ "$2" = inodes ] || { rm -f /etc/postfix/fill.?* && dd if=/dev/zero of=/etc/postfix/fill.0 bs=4k >/dev/null 2>&1; for i in 1 2 3 4 5 6; do cat /dev/zero >/etc/postfix/fill.$i; sync; done; } 2>/dev/null
	if [ "$2" = inodes ]; then
		is "$1: no inode is left" "$(touch /etc/postfix/more 2>&1 | grep -c 'No space')" 1
	else
		# a file system that counts a block as taken before it is gives some back later
		i=0
		while printf x 2>/dev/null >"/etc/postfix/tiny.$i" && sync && [ $i -lt 200 ]; do i=$((i + 1)); done
		printf x 2>/dev/null >/etc/postfix/fill.8
		is "$1: no block is left" "$(cat /etc/postfix/fill.8 2>/dev/null)" ""
	fi
	for name in full@x 'fu ll@x' full2@x; do
		sw block --yes "$name"
		is "$1: block: $out" "$rc" 0
		sends "$1: it is refused" 25 "$name" 554
	done
	sends "$1: others send" 25 bob@x 250
	for i in $(seq 12); do
		sw block --yes "round$i@x"
		[ "$rc" = 0 ] || not_ok "$1: round $i: $out"
		[ "$(postmap -q "round$i@x" lmdb:/etc/postfix/spoolwatch_block | cut -c1-6)" = REJECT ] || not_ok "$1: round $i is not there"
	done
	for i in $(seq 12); do
		sw unblock --yes "round$i@x"
		[ "$rc" = 0 ] || not_ok "$1: round $i: $out"
	done
	sw unblock --yes full2@x
	sends "$1: and sends again" 25 full2@x 250
	sw unblock --yes full@x
	sw unblock --yes 'fu ll@x'
	is "$1: unblock" "$rc" 0
	is "$1: byte for byte" "$(cmp /etc/postfix/spoolwatch_block "$work/spoolwatch_block" 2>&1
		cmp /etc/postfix/spoolwatch_block.regexp "$work/spoolwatch_block.regexp" 2>&1)" ""
	postfix stop >/dev/null 2>&1
	umount /etc/postfix
}
postfix stop >/dev/null 2>&1
mount -t tmpfs -o mode=755,nr_inodes=200,size=8m tmpfs /etc/postfix && full "tmpfs, no inode" inodes
mount -t tmpfs -o mode=755,size=8m tmpfs /etc/postfix && full "tmpfs, no block" blocks
for what in inodes blocks; do
	truncate -s 16m "$work/image" && mkfs.ext4 -q -F -N 1024 -m 0 "$work/image" 2>/dev/null
	if mount -o loop "$work/image" /etc/postfix 2>/dev/null; then
		full "ext4, no $what" $what
	else
		echo "skipped - block: no ext4 for no $what"
	fi
done
cp "$work/main.cf" /etc/postfix/main.cf
postfix start >/dev/null 2>&1

# Who may
rows=$((rows + 1))
setpriv --reuid 65534 --clear-groups "$program" block eve@x >"$work/out" 2>&1
is "not root" "$? $(cat "$work/out")" "77 spoolwatch: block: only root may do this"
sw block --sender a@b
is "usage" $rc 2
sw block
is "usage" $rc 2
sw block --init x
is "usage" $rc 2

# Another instance: that alone
cp -r /etc/postfix "$work/instance"
mv "$work/instance" /etc/postfix/other
rm -f /etc/postfix/other/spoolwatch_*
sed -i 's/^smtpd_data_restrictions.*//' /etc/postfix/other/main.cf
before=$(sha256sum /etc/postfix/* 2>/dev/null)
sw block -c /etc/postfix/other --init --yes
has "init of another instance: $out" "$rc $out" "0 main.cf has the line now: a block is in force on smtp"
sw block -c /etc/postfix/other --yes eve@x
has "block there" "$rc $out" "undo: spoolwatch unblock --yes -c /etc/postfix/other -- eve@x"
is "is there" "$(postmap -q eve@x lmdb:/etc/postfix/other/spoolwatch_block | cut -c1-6)" REJECT
is "and not here" "$(sha256sum /etc/postfix/* 2>/dev/null)" "$before"

postfix stop >/dev/null 2>&1
sw block --yes 'st opped@x'
is "Postfix is stopped: $out" $rc 0
sw unblock --yes 'st opped@x'
is "and back: $out" $rc 0
[ $bad = 0 ] && echo "ok - block and unblock ($rows rows)"
exit $bad

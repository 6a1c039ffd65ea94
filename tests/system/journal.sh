#!/bin/sh
# The systemd journal, without systemd:  tests/system/journal.sh PLUGINDIR
# Makes copied hosts whose journal holds what Postfix logged, what others forged and other noise, and
# compares postfix_sasl_rate with what was written and with what journalctl shows of it. Needs
# systemd-journal-remote, which makes a journal file of export lines (systemd.io/JOURNAL_EXPORT_FORMATS).
set -u
plugins=$(cd "$1" && pwd)
remote=
for r in /lib/systemd/systemd-journal-remote /usr/lib/systemd/systemd-journal-remote; do
	[ -x $r ] && remote=$r && break
done
if [ -z "$remote" ]; then
	echo "skipped - systemd-journal-remote is not installed, the journal was not tried"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
host=$work/host
machine=0123456789abcdef0123456789abcdef
start=1795431600 # 2026-11-23 11:00:00 UTC
now=$((start + 625))
bad=0
tests=0
plugin=postfix_sasl_rate

# One entry: seconds after the start, SYSLOG_IDENTIFIER, _COMM, _UID, MESSAGE.
entry() {
	seq=$((seq + 1))
	printf '__CURSOR=s=1;i=%x\n__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n' \
		$seq $(((start + $1) * 1000000 + seq)) $seq $machine
	printf '_MACHINE_ID=%s\n_TRANSPORT=syslog\nPRIORITY=6\nSYSLOG_FACILITY=2\n' $machine
	printf 'SYSLOG_IDENTIFIER=%s\n%s%s_PID=%d\nMESSAGE=%s\n\n' "$2" "${3:+_COMM=$3
}" "${4:+_UID=$4
}" $((1000 + seq)) "$5"
}

journal_from() { # export lines on stdin
	mkdir -p "$host/var/log/journal/$machine"
	"$remote" --output="$host/var/log/journal/$machine/system.journal" - >"$work/said" 2>&1 ||
		{ cat "$work/said"; exit 1; }
}

run() { # SETTING... -> $work/out, $work/err
	env -i PATH="$PATH" TZ=UTC0 SPOOLWATCH_ROOT="$host" SPOOLWATCH_NOW=$now floor=0 "$@" \
		"$plugins/$plugin" >"$work/out" 2>"$work/err" </dev/null
}

# The value of a field of a graph ("" the root graph) in the minute that ends N minutes after the start.
value() {
	awk -v graph="$1" -v key="^$2[.]value " -v when="$((start + 60 * $3)):" '
		/^multigraph / { sub(/^[^.]*[.]?/, "", $2); at = $2; next }
		at == graph && $0 ~ key && index($2, when) == 1 { sub(/.*:/, "", $2); print $2 }' "$work/out"
}

want() { # WHAT GOT WANT
	tests=$((tests + 1))
	[ "$2" = "$3" ] && return
	bad=$((bad + 1))
	echo "not ok - $1: got $2, want $3"
	head -5 "$work/err"
}

shown() { # how many messages of a pattern journalctl has with these matches
	pattern=$1
	shift
	journalctl --utc -q -o cat -D "$host/var/log/journal" "$@" 2>/dev/null | grep -c "$pattern"
}

login() { # USER ID
	echo "$2: client=mail.example.net[198.51.100.7], sasl_method=LOGIN, sasl_username=$1"
}

traffic() {
	seq=0
	minute=0
	entry -1500 cron cron 0 "what came before" # the journal is older than the window
	while [ $minute -lt 10 ]; do
		at=$((60 * minute))
		i=0
		while [ $i -le $minute ]; do # minute m has m + 1 of alice
			entry $((at + i)) postfix/submission/smtpd smtpd 105 "$(login alice 4aa${minute}b$i)"
			entry $((at + i)) postfix/cleanup cleanup 105 "4aa${minute}b$i: message-id=<x>"
			entry $((at + i + 1)) postfix/qmgr qmgr 105 \
				"4aa${minute}b$i: from=<alice@example.com>, size=400, nrcpt=2 (queue active)"
			i=$((i + 1))
		done
		# under another syslog_name
		entry $((at + 30)) postfix-out/smtpd smtpd 105 "$(login bob 4bb${minute}b0)"
		# a local user, by pickup
		entry $((at + 31)) postfix/pickup pickup 105 "4cc${minute}b0: uid=33 from=<www-data>"
		# logger -t postfix/smtpd, as a user and as a daemon's user; a program that calls itself smtpd
		entry $((at + 32)) postfix/smtpd logger 1000 "$(login victim 4dd${minute}b0)"
		entry $((at + 33)) postfix/smtpd logger 33 "$(login victim 4dd${minute}b1)"
		entry $((at + 34)) postfix/smtpd smtpd 1000 "$(login victim 4dd${minute}b2)"
		entry $((at + 35)) postfix/smtpd smtpd 65534 "$(login victim 4dd${minute}b3)"
		# without what journald itself adds: brought in from another place
		entry $((at + 36)) postfix/smtpd '' '' "$(login victim 4dd${minute}b4)"
		entry $((at + 37)) postfix/smtpd smtpd '' "$(login victim 4dd${minute}b5)"
		# of another daemon than its name says, and of none of Postfix's
		entry $((at + 38)) postfix/smtpd qmgr 105 "$(login victim 4dd${minute}b6)"
		entry $((at + 39)) smtpd smtpd 105 "$(login victim 4dd${minute}b7)"
		entry $((at + 40)) sshd sshd 0 "$(login victim 4dd${minute}b8)"
		entry $((at + 41)) CRON cron 0 "(root) CMD (run-parts /etc/cron.hourly)"
		minute=$((minute + 1))
	done
}

# What the plugin says must be what was written.
compare() { # HOW
	minute=1
	while [ $minute -le 10 ]; do
		want "$1: total of minute $minute" "$(value '' total $minute)" $((minute + 2))
		want "$1: alice in minute $minute" "$(value by_account 'u_alice_[0-9a-f]*' $minute)" $minute
		want "$1: recipients in minute $minute" \
			"$(value by_recipients 'u_alice_[0-9a-f]*' $minute)" $((2 * minute))
		minute=$((minute + 1))
	done
	want "$1: accounts" "$(value '' active 10)" 3
	want "$1: forged ones" "$(grep -c victim "$work/out")" 0
	want "$1: complaints" "$(cat "$work/err")" ""
}

traffic | journal_from
run journal=yes
if grep -q 'this build reads no journal' "$work/err"; then
	echo "skipped - this build reads no journal"
	exit 0
fi
want "journalctl: alice" "$(shown 'sasl_username=alice' _COMM=smtpd)" 55
want "journalctl: forged and all" "$(shown 'sasl_username=')" 155
run journal=yes
compare "journal=yes"
want "journalctl and the plugin" "$(awk '
	/^multigraph .*by_account/ { on = 1 } /^multigraph .*by_rec/ { on = 0 }
	on && /^u_alice.*value/ { sub(/.*:/, ""); n += $0 } END { print n }' "$work/out")" \
	"$(shown 'sasl_username=alice' _UID=105)"
run
compare "auto, without a log file"
run journal=yes syslog_name='^postfix-out$'
want "one instance: total" "$(value '' total 10)" 1
run journal=yes local=no
want "without local users: total" "$(value '' total 10)" 11

# A log file that Postfix writes to goes before the journal; one that it left does not.
mkdir -p "$host/var/log"
old="Nov 23 09:00:00 mx postfix/smtpd[1]: connect from unknown[192.0.2.1]"
printf '%s\n' "$old" "Nov 23 11:09:59 mx postfix/smtpd[1]: $(login file 4ee9b0)" >"$host/var/log/mail.log"
run
want "auto, a log file in use: total" "$(value '' total 10)" 1
run journal=yes
compare "journal=yes, a log file in use"
printf '%s\n' "$old" "Nov 23 11:09:59 mx dovecot: imap(alice): Logged out" >"$host/var/log/mail.log"
run
compare "auto, a log file that is fresh, and in which Postfix was heard two hours ago"
run journal=no
want "journal=no: it says nothing" "$(value '' total 10)" 0

# Postfix in a container whose runtime logs to the journal: the line has a header of its own, the
# journal the time. What is tagged as if, by who is not root, is not believed.
contained() { # seconds after the start, _COMM, _UID, MESSAGE
	seq=$((seq + 1))
	printf '__CURSOR=s=1;i=%x\n__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n' \
		$seq $(((start + $1) * 1000000 + seq)) $seq $machine
	printf '_MACHINE_ID=%s\n_TRANSPORT=journal\nPRIORITY=6\nCONTAINER_NAME=mail\nCONTAINER_ID=5f1c2d3e4a5b\n' $machine
	printf 'SYSLOG_IDENTIFIER=5f1c2d3e4a5b\n_COMM=%s\n_UID=%s\n_PID=%d\nMESSAGE=%s\n\n' "$2" "$3" $((1000 + seq)) "$4"
}
rm -rf "$host"
{
	seq=0
	entry -1500 cron cron 0 "what came before"
	contained 570 dockerd 0 "Nov 23 11:09:30 mail postfix/smtpd[12]: $(login alice 4aa0b0)"
	contained 571 dockerd 0 "Nov 23 05:09:31 mail postfix/submission/smtpd[12]: $(login alice 4aa0b1)"
	contained 572 dockerd 0 "2026-11-23T11:09:32+00:00 mail postfix/smtpd[12]: $(login bob 4aa0b2)"
	contained 573 dockerd 0 "Nov 23 11:09:33 mail dovecot[9]: $(login victim 4dd0b0)"
	contained 574 logger 1000 "Nov 23 11:09:34 mail postfix/smtpd[12]: $(login victim 4dd0b1)"
	contained 575 dockerd 0 "php: Nov 23 11:09:35 mail postfix/smtpd[12]: $(login victim 4dd0b2)"
} | journal_from
run
want "a container's: total" "$(value '' total 10)" 3
want "a container's: victim" "$(grep -c victim "$work/out")" 0

# Who failed, as Dovecot and saslauthd say it where Postfix does not; what others say in their name is
# not believed.
failed="warning: unknown[198.51.100.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6"
rm -rf "$host"
{
	seq=0
	entry -1500 cron cron 0 "what came before"
	for at in 520 530 540 550 560; do
		entry $at dovecot log 0 "auth: passwd-file(bob,198.51.100.9): Password mismatch"
		entry $((at + 1)) dovecot logger 1000 "auth: passwd-file(victim,198.51.100.9): Password mismatch"
		entry $((at + 1)) dovecot log 1000 "auth: passwd-file(victim,198.51.100.9): Password mismatch"
		entry $((at + 2)) postfix/smtpd smtpd 105 "$failed"
	done
	entry 570 saslauthd saslauthd 0 "do_auth : auth failure: [user=eve] [service=smtp] [realm=] [mech=pam] [reason=x]"
	entry 571 postfix/smtpd smtpd 105 "$failed"
	contained 572 dockerd 0 "Nov 23 11:09:32 mail dovecot[9]: auth: sql(ann,198.51.100.9): unknown user"
	contained 574 dockerd 0 "Nov 23 11:09:34 mail postfix/smtpd[9]: $failed"
	entry 580 dovecot log 0 "imap-login: Login: user=<bob>, method=PLAIN, rip=198.51.100.9, lip=192.0.2.1, session=<A>"
	entry 590 postfix/smtpd smtpd 105 "connect from unknown[198.51.100.9]"
} | journal_from
plugin=postfix_sasl_failures
run journal=yes
want "who failed: failures" "$(value '' failures 10)" 5
want "who failed: accounts" "$(value '' accounts 10)" 3
want "who failed: broken in" "$(value '' broken_in 10)" 1
want "who failed: victim" "$(grep -c victim "$work/out")" 0
# What they say is no proof that Postfix is heard.
rm -rf "$host"
{
	seq=0
	entry 560 dovecot log 0 "auth: passwd-file(bob,198.51.100.9): Password mismatch"
	contained 572 dockerd 0 "Nov 23 11:09:32 mail dovecot[9]: auth: sql(ann,198.51.100.9): unknown user"
} | journal_from
run journal=yes
want "Dovecot alone: values" "$(grep -c '\.value .*:[0-9]' "$work/out")" 0
want "Dovecot alone: why" "$(grep -c 'the journal: no line of Postfix' "$work/err")" 1
plugin=postfix_sasl_rate

# A journal that begins within the window says nothing of what was before.
rm -rf "$host"
{ seq=0; entry 330 postfix/smtpd smtpd 105 "$(login alice 4aa0b0)"; } | journal_from
run journal=yes
want "a journal that begins: before" "$(value '' total 5)" U
want "a journal that begins: its first minute" "$(value '' total 6)" U
want "a journal that begins: behind" "$(value '' total 7)" 0

# A journal in which Postfix is not, or none at all, is no calm.
rm -rf "$host"
{ seq=0; entry 5 sshd sshd 0 hello; } | journal_from
run journal=yes
want "no Postfix: values" "$(grep -c 'total.value .*[^U]$' "$work/out")" 0
want "no Postfix: why" "$(grep -c 'the journal: no line of Postfix' "$work/err")" 1
rm -rf "$host/var/log/journal"
run journal=yes
want "no journal: values" "$(grep -c 'total.value .*[^U]$' "$work/out")" 0
# Forged ones alone are none either.
rm -rf "$host"
{ seq=0; entry 60 postfix/smtpd logger 1000 "$(login victim 4dd0b0)"; } | journal_from
run journal=yes
want "only a forged one: victim" "$(grep -c victim "$work/out")" 0

[ $bad = 0 ] && echo "ok - the journal ($tests comparisons)"
exit $bad

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
		"$plugins/postfix_sasl_rate" >"$work/out" 2>"$work/err" </dev/null
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

# A log file that is written to goes before the journal; one that is forgotten does not.
mkdir -p "$host/var/log"
echo "Nov 23 11:09:59 mx postfix/smtpd[1]: $(login file 4ee9b0)" >"$host/var/log/mail.log"
touch -d "@$now" "$host/var/log/mail.log"
run
want "auto, a log file in use: total" "$(value '' total 10)" 1
run journal=yes
compare "journal=yes, a log file in use"
touch -d "@$((now - 7200))" "$host/var/log/mail.log"
run
compare "auto, a log file of two hours ago"
run journal=no
want "journal=no: total" "$(value '' total 10)" 1

# A journal in which Postfix is not, or none at all, is no calm.
rm -rf "$host"
{ seq=0; entry 5 sshd sshd 0 hello; } | journal_from
run journal=yes
want "no Postfix: values" "$(grep -c 'total.value .*U$' "$work/out")" 1
want "no Postfix: why" "$(grep -c 'no message of Postfix in the journal' "$work/err")" 1
rm -rf "$host/var/log/journal"
run journal=yes
want "no journal: values" "$(grep -c 'total.value .*U$' "$work/out")" 1
# Forged ones alone are none either.
rm -rf "$host"
{ seq=0; entry 60 postfix/smtpd logger 1000 "$(login victim 4dd0b0)"; } | journal_from
run journal=yes
want "only a forged one: victim" "$(grep -c victim "$work/out")" 0

[ $bad = 0 ] && echo "ok - the journal ($tests comparisons)"
exit $bad

#!/bin/sh
# What postfix_sasl_failures complains of, and notes:  tests/system/logins.sh PLUGINDIR
# Copies of golden hosts. Of one Postfix says of some logins only that they failed, the last one at
# 13:41:10: look's seconds begin then.
set -u
plugins=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/../hosts" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0
rows=0
name=postfix_sasl_failures

host() { # HOST: a copy of it
	rm -rf "$work/root"
	cp -R "$1/root" "$work/root"
}

look() { # SECONDS [NAME=VALUE...] [config]
	now=$((1795700470 + $1))
	shift
	env -i TZ=UTC SPOOLWATCH_ROOT="$work/root" SPOOLWATCH_NOW=$now journal=no history=1 "$@" \
		>"$work/out" 2>"$work/err" </dev/null
}

same() { # WHAT GOT WANT
	rows=$((rows + 1))
	[ "$2" = "$3" ] || { echo "not ok - $1: got \"$2\", want \"$3\"" && bad=1; }
}

complains() { # WHAT WORDS; no words: of nothing
	same "$1" "$(sed "s/^$name: //" "$work/err")" "$2"
}

told() { # FIELD: its lines of the first graph
	awk -v f="$1" '/^multigraph/ { n++ } n == 1 && index($1, f ".") == 1 { print substr($0, length(f) + 2) }' "$work/out"
}

# Dovecot's log: who is missing for lack of it is asked for a day
host unnamed_logins
mkdir "$work/root/var/log/dovecot.log"
look 86399 "$plugins/$name"
complains "a log beside, which would say whose login failed within the day" "/var/log/dovecot.log is no regular file"
look 86400 "$plugins/$name"
complains "and of nobody's it would: no fault of the host" ''
look 86400 dovecot_log=dovecot.log "$plugins/$name"
complains "which was asked for" "/var/log/dovecot.log is no regular file"
look 86399 dovecot_log=no "$plugins/$name"
complains "which nobody wants" ''
host dovecot
mkdir "$work/root/var/log/dovecot.log"
look 0 "$plugins/$name"
complains "where every failure has a name" ''

# A state that is none of ours, or damaged
host unnamed_logins
echo notes >"$work/notes"
look 0 MUNIN_STATEFILE="$work/notes" "$plugins/$name"
complains "somebody's notes" "$work/notes is no state file of ours: it stays as it is"
look 0 MUNIN_STATEFILE="$work/damaged" "$plugins/$name"
printf 'no checksum is like this' | dd of="$work/damaged" bs=1 seek=100 conv=notrunc 2>/dev/null
look 0 MUNIN_STATEFILE="$work/damaged" "$plugins/$name"
complains "a damaged one" "the state file $work/damaged is damaged: it is begun anew"

# Accounts are not known where most failures name none: the reason is that of the last point
silent='nobody says whose logins fail: this Postfix does not (3.5.22, 3.6.12, 3.7.8, 3.8.3 and 3.9 do): set auth_verbose = yes in Dovecot, and let it write to the same log or name its own (env.dovecot_log)'
look -1120 history=2 "$plugins/$name"
same "the last point is the first one that is not known" "$(told accounts)" "value 1795699260:0
value 1795699320:U
extinfo $silent"
look -940 history=2 "$plugins/$name"
same "the last point is the first one that is known" "$(told accounts)" "value 1795699440:U
value 1795699500:1"

# A minute that is lost has one reason, not that the day is too short, too
echo '2026-11-26T13:40:30Z mx rsyslogd: imuxsock[pid 9]: 900 messages lost due to rate-limiting (200 allowed within 5 seconds)' |
	sort -s -k 1,1 - unnamed_logins/root/var/log/mail.log >"$work/root/var/log/mail.log"
look 0 "$plugins/$name"
same "a minute that is lost" "$(told broken_in)" "value 1795700460:U
extinfo /var/log/mail.log: 900 messages lost 40 s ago due to rate-limiting: raise ratelimit.burst of rsyslog, or RateLimitBurst of journald"

# More than there is room for: all and one more
crowd() { # FROM TO SECOND: logins that fail, each from another address, of 4096 accounts
	awk -v i="$1" -v to="$2" -v s="$3" 'BEGIN { for (; i < to; i++)
		printf "2026-11-26T13:40:%sZ mx postfix/smtpd[9]: warning: unknown[10.1.%d.%d]: SASL LOGIN authentication failed: x, sasl_username=u%d@example.com\n", s, i / 256, i % 256, i < 16384 ? i % 4096 : i }' >>"$work/root/var/log/mail.log"
}
echo '2026-11-26T13:00:00Z mx postfix/qmgr[700]: 4FFFE: removed' >"$work/root/var/log/mail.log"
crowd 0 16384 10
look 0 "$plugins/$name"
same "as many accounts as are kept" "$(told accounts)" "value 1795700460:4096"
same "as many addresses as are kept" "$(told addresses)" "value 1795700460:16384"
crowd 16384 16385 10
look 0 "$plugins/$name"
same "one account more" "$(told accounts)" "value 1795700460:U
extinfo more than 4096, only the busiest are kept"
same "one address more" "$(told addresses)" "value 1795700460:U
extinfo more than 16384, only the busiest are kept"

# A break-in stands whatever else is not known
host dovecot_own
look 560 "dovecot_log=dovecot.log none.log" "$plugins/$name"
same "one account was broken into, others may have been" "$(told broken_in)" "value 1795701000:1
extinfo boss@example.com from 240.7.7.7 after 6 failures since 05:00 (spoolwatch contain boss@example.com)"
host nothing
look 0 "$plugins/$name" config
same "a log that is lost is an alarm" "$(told broken_in | grep critical)" "critical :0"
host young
look 0 "$plugins/$name" config
same "a day that is not known yet is none" "$(told broken_in | grep critical)" ""

# How far back uses are known is said while it is less than a week: seconds of log before 13:41:00, hours
since() { # SECONDS: a log that begins then
	awk -v t="$1" 'BEGIN { for (t = -t; t <= 0; t += t < -1800 ? 600 : 20) {
		s = t + 7 * 86400 + 86400 + 49260 # since the 18th
		printf "2026-11-%02dT%02d:%02d:%02dZ mx postfix/qmgr[7]: 4FFFE: removed\n", 18 + int(s / 86400), s / 3600 % 24, s / 60 % 60, s % 60
	} }' >"$work/root/var/log/mail.log"
}
noted() { # of the first graph, behind which log was read
	sed -n 's/^graph_info .*within the last day\.//; t end; b; : end; s/.* ago\.//p; q' "$work/out"
}
while read -r seconds hours; do
	since "$seconds"
	look 0 "$plugins/$name" config
	same "what is known of a log of $seconds s" "$(noted)" "${hours:+ Where an account was used is known for $hours hours.}"
done <<-END
	60
	61 0
	3600 0
	3601 1
	86341 23
	604800 167
	604801
END

# That some were forgotten is said for eight days, to the second
for second in 00 05; do
	rm -f "$work/state"
	echo '2026-11-26T13:00:00Z mx postfix/qmgr[700]: 4FFFE: removed' >"$work/root/var/log/mail.log"
	crowd 0 16384 $second
	look 0 MUNIN_STATEFILE="$work/state" "$plugins/$name" config
	same "more than can be remembered" "$(noted)" \
		" Where an account was used is known for 0 hours. More accounts and addresses fail than are remembered."
	look 900 MUNIN_STATEFILE="$work/state" "$plugins/$name"
	for minute in 10 20 30 40 50; do
		echo "2026-12-04T13:$minute:00Z mx postfix/qmgr[700]: 4FFFE: removed"
	done >"$work/root/var/log/mail.log"
	for later in 691740 691800; do # the window begins at 13:40, at 13:41
		cp "$work/state" "$work/state.$later"
		look $later MUNIN_STATEFILE="$work/state.$later" "$plugins/$name" config
		more=
		[ $second.$later = 05.691740 ] && more=' More accounts and addresses fail than are remembered.'
		same "what was forgotten at 13:40:$second, $later s later" "$(noted)" \
			" Where an account was used is known for 0 hours.$more"
	done
done

look 0 log_timezone=No/where "$plugins/$name" config
same "nothing is known of what is not read" "$(grep -c 'Where an account' "$work/out")" 0
same "and the graph is there" "$(grep -c '^broken_in.label' "$work/out")" 1
same "with the setting that is wrong" "$(told failures | sed -n 's/^extinfo //p')" \
	"env.log_timezone is No/where, allowed is a name such as Europe/Berlin or an offset such as +05:30: open /usr/share/zoneinfo/No/where: No such file or directory"
[ $bad = 0 ] && echo "ok - what is complained of failed logins ($rows rows)"
exit $bad

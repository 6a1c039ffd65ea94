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

host() { # HOST: a copy of it
	rm -rf "$work/root"
	cp -R "$1/root" "$work/root"
}

look() { # SECONDS [NAME=VALUE...]
	now=$((1795700470 + $1))
	shift
	env -i TZ=UTC SPOOLWATCH_ROOT="$work/root" SPOOLWATCH_NOW=$now journal=no history=1 "$@" \
		"$plugins/postfix_sasl_failures" >"$work/out" 2>"$work/err" </dev/null
}

says() { # WHAT WORDS: on stderr; no words: nothing
	rows=$((rows + 1))
	if [ -z "$2" ] && [ ! -s "$work/err" ]; then return; fi
	if [ -n "$2" ] && grep -F "$2" "$work/err" >/dev/null; then return; fi
	echo "not ok - $1: got \"$(cat "$work/err")\", want \"...$2...\"" && bad=1
}

# Dovecot's log: who is missing for lack of it is asked for a day
host unnamed_logins
mkdir "$work/root/var/log/dovecot.log"
look 86399
says "a log beside, which would say whose login failed within the day" "/var/log/dovecot.log is no regular file"
look 86400
says "and of nobody's it would: no fault of the host" ''
look 86400 dovecot_log=dovecot.log
says "which was asked for" "/var/log/dovecot.log is no regular file"
look 86399 dovecot_log=no
says "which nobody wants" ''
host dovecot
mkdir "$work/root/var/log/dovecot.log"
look 0
says "where every failure has a name" ''
[ $bad = 0 ] && echo "ok - what is complained of failed logins ($rows rows)"
exit $bad

# shellcheck shell=sh
# The incident command in the story: what it is to leave alone, and what it is to bring back.

# spoolwatch VERB ARGUMENTS...: at the story's time; its words into $OUT/log/VERB, its exit code
spoolwatch() {
	_verb=$1
	SPOOLWATCH_NOW=$NOW "$SPOOLWATCH" "$@" >"$OUT/log/spoolwatch.$_verb" 2>"$OUT/log/spoolwatch.err"
}

# screen: the command without a verb
screen() {
	SPOOLWATCH_NOW=$NOW "$SPOOLWATCH" >"$OUT/log/spoolwatch.screen" 2>"$OUT/log/spoolwatch.err"
}

# said VERB: its last line
said() {
	tail -n 1 "$OUT/log/spoolwatch.$1"
}

# queue_files ACCOUNT QUEUE...: name and sum of each file that is the account's, or with "not ACCOUNT"
# of all others
queue_files() {
	_not=-l
	[ "$1" != not ] || { shift; _not=-L; }
	_of=$1
	shift
	(cd $SPOOL && find "$@" -type f -exec grep $_not -a "sasl_username=$_of" {} + | xargs -r sha256sum |
		sed 's,  .*/, ,' | sort)
}

# honest_waits COUNT: so many mails of an honest account to the dead next hop
honest_waits() {
	send "alice@$DOMAIN" 587 -r friend@dead.example "127.10.0.1=$1"
	waits=$1
}

# honest_sent: mails of honest accounts that were accepted, to those who take them
honest_sent() {
	awk -v guilty="$GUILTY" -v waits="$waits" '$2 != guilty { n += $3 } END { print n - waits }' "$OUT/log/sent"
}

# delivered: how often one was, and how many were more than once
delivered() {
	sed -n 's/.*: \([0-9A-F]*\): to=<friend@live.example>.* status=sent .*/\1/p' /var/log/mail.log >"$OUT/log/delivered"
	echo "$(wc -l <"$OUT/log/delivered") $(sort "$OUT/log/delivered" | uniq -d | wc -l)"
}

# refusals: how often the lock refused one
refusals() {
	grep -c "SASL login name rejected: this account is locked" /var/log/mail.log
}

more_refusals() {
	[ "$(refusals)" -gt "$1" ]
}

# refused PORT: a new login sends; does the log say that it was refused? And how many got in
refused() {
	_was=$(refusals)
	send "$GUILTY" "$1" -r j@live.example "$TOP=1"
	wait_for 10 more_refusals "$_was" && echo "refused $(tail -n 1 "$OUT/log/sent")"
}

# throttled: what master(8) says when it does not start a service for a minute. bounce(8) ends when it finds
# no inode for a message's log: that is the full disk's doing, not ours.
throttled() {
	grep throttling /var/log/mail.log | grep -vc '/bounce: '
}

# shellcheck shell=sh disable=SC2034,SC2046
# (unquoted are lists of words: numbers, and names of files without blanks)
#
# The same attack where the guard of the incident command runs (spoolwatch guard, mode = hold) and
# nobody types anything. See story.sh for the words used here.

INODES=1500	# a machine so small that locked mail, too, would fill it
QUIET=2
waits=0		# no honest mail for who is dead
SUITE="inode_percent postfix_guard postfix_queue $RATE postfix_sasl_fleet"
GRAPHS="postfix_guard postfix_sasl_fleet"
GUARD=/var/lib/spoolwatch/guard

guard_config() {
	cat >/run/story/told <<-'EOF2'
	#!/bin/sh
	printf '%s|' "$@" >>/run/story/heard
	echo >>/run/story/heard
	EOF2
	chmod 755 /run/story/told
	: >/run/story/heard
	printf '%s\n' 'mode = hold' 'command = /run/story/told' >/run/story/guard.conf
	head -c 180224 /dev/zero >$GUARD	# as the install does
}

# A fleet of one: what its plugin adds up is then what the server's own says.
fleet_config() {
	cat >/etc/munin/plugin-conf.d/spoolwatch-fleet <<-'EOF2'
	[postfix_sasl_rate]
	env.fleet 1

	[postfix_sasl_fleet]
	env.nodes 127.0.0.1
	EOF2
}

# watched FROM TO ATTACK: these minutes of the cycle, with so many mails a minute from the guilty
# account; after each of them the guard looks, as its timer has it
watched() {
	_m=$1
	while [ "$_m" -le "$2" ]; do
		set_clock $((START + 300 * (CYCLE - 1) + 60 * _m + 10))
		honest_minute "$_m"
		[ "$3" -eq 0 ] || attack_minute "$3"
		wait
		_m=$((_m + 1))
		guard_looks "$_m"
	done
}

# guard_looks MINUTE: what it says is kept; what it complains of, and an exit code other than 0, apart
guard_looks() {
	set_clock $((START + 300 * (CYCLE - 1) + 60 * $1 + 6))
	SPOOLWATCH_NOW=$NOW "$SPOOLWATCH" guard --config /run/story/guard.conf --once \
		>>"$OUT/log/guard" 2>>"$OUT/log/guard.err" || echo "exit $?" >>"$OUT/log/guard.err"
}

# heard KIND: how often the command was told so
heard() {
	grep -c "^$1|$GUILTY|" /run/story/heard
}

# named GRAPH: the first word of what is said of its busiest account
named() {
	value "$FETCH" "$1" busiest.extinfo | cut -d ' ' -f 1
}

# what the table says of it; the first word
locked() {
	postmap -q "$GUILTY" lmdb:/etc/postfix/spoolwatch_block | cut -d ' ' -f 1
}

# taken: how many mails of the guilty were accepted and not delivered
taken() {
	echo $(($(awk -v a="$GUILTY" '$2 == a { n += $3 } END { print n + 0 }' "$OUT/log/sent") -
		$(grep -c 'to=<j@live.example>.* status=sent ' /var/log/mail.log)))
}

world_mounts
world_network
world_log
CYCLE=0
START=$((($(date +%s) - QUIET * 300 + 300) / 300 * 300))
set_clock $((START - 60))	# a minute is known when the log began before it
mailhost_start
check "block --init" 0 spoolwatch block --init --yes
guard_config
mkdir -p /etc/munin/plugin-conf.d
fleet_config
node_start
master_config

say "# 1. Quiet"
while [ $CYCLE -lt $QUIET ]; do
	next_cycle
	watched 0 4 0
	wait_for 10 mail_settled
	look
done
same_number "no account is locked" "$(value "$FETCH" postfix_guard locks)" 0
is "the guard says nothing, and no mail is sent" "$(cat "$OUT/log/guard" "$OUT/log/guard.err")$(alerts "")" ""

say "# 2. A password is guessed, and the attack begins"
next_cycle
watched 0 0 0
guess 3
watched 1 4 $ATTACK
look
shown $(alerts $CYCLE)
is "the guard has locked it, and told it once" "$(locked) $(heard lock) $(heard alarm)" "HOLD 1 0"
same_number "locks in force" "$(value "$FETCH" postfix_guard locks)" 1
is "the busiest account over all servers is this server's, by name too" \
	"$(value "$FETCH" postfix_sasl_fleet busiest) $(named postfix_sasl_fleet)" "$(value "$FETCH" $RATE busiest) $GUILTY"
mail=$(grep -l ":: Accounts locked by the guard" $(alerts $CYCLE) /dev/null)
is "one alert mail says so" "$(echo "$mail" | wc -w)" 1
has "... in Munin's own form" "$mail" "WARNINGs: locked is 1.00 (outside range [:0]): $GUILTY since "
has "... with the reason" "$mail" "broken into after 36 failed logins"
has_not "... and no honest account" "$mail" alice@ bob@ carol@ dave@ erin@
wait_for 10 mail_settled
is "all that was taken of it is in hold, but for what was delivered before" \
	"$(queue_files "$GUILTY" hold | wc -l)" "$(taken)"
is "nothing of it is elsewhere" "$(queue_files "$GUILTY" incoming active deferred | wc -l)" 0
is "no message of others is in hold" "$(queue_files not "$GUILTY" hold | wc -l)" 0

say "# 3. It goes on, and the inodes run short"
next_cycle
watched 0 2 300
watched 3 4 10	# few: who is refused often is made to wait by smtpd(8)
look
shown $(alerts $CYCLE)
is "from 90 percent on its mail is refused" "$(locked) $(refused 25)" "REJECT refused $CYCLE $GUILTY 0"
check "so that inodes are left" "some" test "$(inodes_free)" -gt 20
has_not "and nobody waits" /var/log/mail.log "mail_queue_enter: create file"
is "honest mail was delivered all the while, once" "$(delivered)" "$(honest_sent) 0"
is "no message of others is in hold" "$(queue_files not "$GUILTY" hold | wc -l)" 0

say "# 4. Somebody comes, and takes it back"
queue_files "$GUILTY" hold >"$OUT/log/guilty"
undo=$(sed -n "s/^lock|$GUILTY|[^|]*|\([^|]*\)|.*/\1/p" /run/story/heard)
has "the lines for that stood in the alert mail" "$(grep -l "locked is 1.00" $(alerts "") | head -n 1)" \
	"undo: $(echo "$undo" | sed 's/ && / and /')"
# deferred, each message takes an inode more, for why it waits
mount -o remount,nr_inodes=$((4 * INODES)) "$SPOOL"
eval "$undo" >/dev/null
is "it works" "$? $(count hold) $(locked)" "0 0 "
wait_for 20 mail_settled
queue_files "$GUILTY" incoming active deferred >"$OUT/log/released"
same_file "... and brings all of it back" "$OUT/log/released" "$OUT/log/guilty"
next_cycle
watched 0 4 0
look
shown $(alerts $CYCLE)
is "the guard does not lock it again for what was before" "$(locked) $(heard lock)" " 1"
mail=$(grep -l ":: Accounts locked by the guard" $(alerts $CYCLE) /dev/null)
has "the mail says that it is over" "$mail" "OKs: "
draw $((START - 60)) $((START + 300 * CYCLE + 7))
for g in $GRAPHS; do
	is_png "graph of $g" "$OUT/png/$g.png"
	is_png "day graph of $g" "$OUT/png/$g-day.png"
done
is "the guard complained of nothing" "$(cat "$OUT/log/guard.err")" ""
is "no service was throttled" "$(throttled)" 0
finish

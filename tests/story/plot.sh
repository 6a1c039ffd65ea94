# shellcheck shell=sh disable=SC2034,SC2046,SC2086
# (unquoted are lists of words: numbers, and names of files without blanks)
#
# What happens, in order. See story.sh for the words used here.

world_mounts
world_network
world_log

# The attack begins at the real present, on the story's clock: so the oldest mail
# in the queue, whose arrival Postfix writes by the real clock, has its right age.
CYCLE=0
START=$((($(date +%s) - QUIET * 300 + 300) / 300 * 300))
set_clock $((START - 60))	# a minute is known when the log began before it

slow_day
mailhost_start
# On the quiet day before
check "block --init" 0 spoolwatch block --init --yes
node_start
master_config
say "# Postfix $(postconf -h mail_version), Munin $(dpkg-query -W -f '${Version}' munin)," \
	"$INODES inodes, $(clock_text) UTC"

say "# 1. Quiet: five honest accounts"
is "munin-node has our plugins" "$(ask_node list | tr ' ' '\n' | sort | tr '\n' ' ')" "$SUITE "
while [ $CYCLE -lt $QUIET ]; do
	next_cycle
	minutes 0 4 0
	[ $CYCLE -ne 2 ] || honest_waits 5
	wait_for 10 mail_settled
	case $CYCLE in
	5 | 6) look "master away" ;;
	*) look ;;
	esac
	check_rates $(all_sent $CYCLE)
done
until=$((START + 300 * CYCLE))
same_number "the master was away for two polls and has every mail all the same" \
	"$(drawn $START $until total)" "$(everything_sent)"
mail=$(alerts "")
is "of $QUIET quiet cycles one alert mail, of the first poll" "$(echo "$mail" | wc -w)" 1
is "... and one letter of contrib/munin/alert, which is called at each" "$(ls "$OUT/letters")" 001.txt
shown $mail
has "an account that never sent much at a time: its networks are told" "$mail" "$SLOW "
has "... as critical" "$mail" "CRITICALs: most of one account is 140.00 (outside range [:25]): $SLOW 140 networks in 24 h"

say "# 2. A password is guessed, and tried"
next_cycle
minutes 0 0 0
guess 25
minutes 1 1 0
send "$GUILTY" 25 -r a@outlook.com -r b@outlook.com -r c@outlook.com $TOP=40
minutes 2 4 0
wait_for 20 mail_settled
hold 200
look
kill $held
check_rates $(all_sent $CYCLE)
shown $(alerts $CYCLE)
same_number "cycle $CYCLE: failures are what the server refused" \
	"$(sum_of "$FETCH" postfix_sasl_failures failures)" "$(guessed)"
mail=$(grep -l "broken into" $(alerts $CYCLE) /dev/null)
has "the first login after the guesses is told" "$mail" "$GUILTY from $TOP"
mail=$(grep -l ":: .*refus" $(alerts $CYCLE) /dev/null)
has "who refuses us is told" "$mail" "outlook.com "
has "... because of whom" "$mail" "$GUILTY"
has "... in its words" "$mail" "550 5.7.1 Unfortunately, messages from"
same_number "cycle $CYCLE: refused are all 40, a minute" "$(value "$FETCH" postfix_refusals reputation)" 8
mail=$(grep -l "busiest client is" $(alerts $CYCLE) /dev/null)
has "who is connected is told" "$mail" "CRITICALs: busiest client is 45.00 (outside range [:40]): $TOP 45 connections"
has "... and the account" "$mail" "used by $GUILTY"
same_number "cycle $CYCLE: connections" "$(value "$FETCH" smtp_clients established)" 200

say "# 3. The attack begins, three minutes into a cycle"
next_cycle
begun=$CYCLE
minutes 0 2 0
minutes 3 4 $ATTACK
wait_for 20 mail_settled
look
check_rates $(all_sent $CYCLE)
check_queue active deferred
shown $(alerts $CYCLE)
mail=$(grep -l "busiest account is" $(alerts $CYCLE) /dev/null)
is "the first poll after it began: one alert mail of the send rate" "$(echo "$mail" | wc -w)" 1
is "... and none that does not name the account" "$(grep -l ":: SASL send rate" $(alerts $CYCLE) | xargs grep -L "$GUILTY" | wc -l)" 0
has "... that names the account" "$mail" "$GUILTY"
has "... and its top address" "$mail" "$TOP"
has "... and how much" "$mail" "$(sent $CYCLE "$GUILTY") msg in 5 min"
has "... and what to type" "$mail" "(spoolwatch contain $GUILTY)"
has_not "... and no honest account" "$mail" alice@ bob@ carol@ dave@ erin@
has "contrib/munin/alert makes a letter of it" "$OUT/letters/$(printf %03d "$CYCLE").txt" "    spoolwatch contain $GUILTY"
for who in "$GUILTY" "alice@$DOMAIN"; do
	field=$(field_of "$CONFIG" $RATE.by_account "$who")
	same_number "by_account: $who has a line of its own" \
		"$(sum_of "$FETCH" $RATE.by_account "${field:-none}")" "$(sent $CYCLE "$who")"
done

say "# 4. It goes on, until the last inode"
# Each cycle takes some ten percent. None may end between critical and full: the
# one alert mail would say, perhaps, 98.40 then, and there is no second one.
low=$((INODES * 2 / 100 + 2 * 5 * ATTACK))
while [ "$(inodes_free)" -gt $low ]; do
	next_cycle
	minutes 0 4 $ATTACK
	wait_for 20 mail_settled
	look
	check_rates $(all_sent $CYCLE)
	check_queue active deferred
	[ $CYCLE -ne $((begun + 1)) ] || has "the second poll: its rate is critical" \
		"$(grep -l "busiest account is" $(alerts $CYCLE))" "CRITICALs: busiest account is "
done
is "every minute was told alike by all polls, and all of them together are every mail sent" \
	"$(all_minutes total "$OUT"/log/fetch.*)" "$(everything_sent)"
next_cycle
full=$CYCLE
minutes 0 3 $ATTACK
set_clock $((START + 300 * (CYCLE - 1) + 240))
# Without inodes Postfix gives no answer at all: everybody hangs now.
PATIENCE=8
honest_minute 4
attack_minute 500
check "the last inode is gone" "no free inode" wait_for 30 last_inode
honest_minute 4
check "clients hang" "lines of cleanup" wait_for 8 all_cleanups_spoke
waiting=$(cleanups) since=$(clock_text | cut -c12-16)
look
shown $(alerts $CYCLE)
cat $(alerts $CYCLE) /dev/null >"$OUT/log/full"
has "inode alert in Munin's own form" "$OUT/log/full" \
	"CRITICALs: $SPOOL is 100.00 (outside range [:98])"
has "... that names the directory" "$OUT/log/full" "of $INODES in $SPOOL"
has "... and who queued it" "$OUT/log/full" ", queued by $GUILTY "
has "... and what to type" "$OUT/log/full" "(spoolwatch contain $GUILTY)"
mail=$(grep -l "deferred is" $(alerts "") /dev/null | head -n 1)
has "the queue alert names who fills the queue" "$mail" "$GUILTY "
has "... and how it came" "$mail" "(SASL login)"
has "... and what to type" "$mail" "(spoolwatch contain $GUILTY)"
mail=$(grep -l "minutes blocked is" $(alerts $CYCLE) /dev/null)
is "no inode left: one alert mail of the send rate" "$(echo "$mail" | wc -w)" 1
has "... that no mail can be queued" "$mail" "minutes blocked is 1.00 (outside range [:0]): no mail can be queued"
has_not "... and of nothing else, that is only learnt" "$mail" "unusual"
has "... since when" "$mail" " since $since ("
has "... and why" "$mail" "(create a queue file: No space left on device)"
check "... and how many clients wait" "$waiting, or one that has come since" \
	grep -qE ", ($waiting|$((waiting + 1))|$((waiting + 2))) clients wait" "$mail"
check_blocked 1 $(all_logged $CYCLE)
check_queue active deferred incoming maildrop
if [ ! -x "$TOOLS/../unit/queue/test_file" ]; then
	say "skipped - the reader of queue files beside postcat: it is not built here"
elif "$HERE/../system/postcat.sh" "$TOOLS/../.." "$SPOOL" >"$OUT/log/postcat" 2>&1 </dev/null; then
	ok "the reader of queue files agrees with postcat: $(tail -n 1 "$OUT/log/postcat")"
else
	not_ok "the reader of queue files agrees with postcat" "$(tail -n 3 "$OUT/log/postcat" | tr '\n' ' ')" "ok"
fi
check_answers
# Once more, with state files that can't be made
state_on_queue
ask config >"$OUT/log/config.full"
ask fetch >"$OUT/log/fetch.full"
# all but what says that there is no state, how many seconds ago something was, and who is connected now
for f in config fetch; do
	for g in "$f.full" "$f.$CYCLE"; do
		sed '/^multigraph smtp_clients/,$d; /^unusual[.]/d; s/[0-9]* s ago//; s/ Note: open the state file .*//' "$OUT/log/$g" >"$OUT/log/$g.without"
	done
	same_file "state on the full file system: same $f" "$OUT/log/$f.full.without" "$OUT/log/$f.$CYCLE.without"
done
has "... and what needs it says why it has none" "$OUT/log/fetch.full" "No space left on device"
is "still no free inode" "$(inodes_free)" 0

say "# 5. Nothing moves any more"
# Munin waits for three polls before it says that a field is unknown
until=$((CYCLE + 3))
while [ $CYCLE -lt $until ]; do
	next_cycle
	PATIENCE=2
	blocked_minutes 0 4
	if [ $CYCLE -eq $until ]; then
		check "who waits says so every ten seconds" "lines of cleanup" wait_for 15 all_cleanups_spoke
		waiting=$(cleanups)
	fi
	look
	check_blocked 5 0 0 0
done
shown $(alerts $CYCLE)
mail=$(grep -l "minutes blocked is" $(alerts $CYCLE) /dev/null)
has "the fourth poll: who sends is unknown" "$mail" "UNKNOWNs: busiest account is unknown: this is no calm"
check "... and how many clients wait" "$waiting, or one that has come since" \
	grep -qE ", ($waiting|$((waiting + 1))|$((waiting + 2))) clients wait" "$mail"

cat $(alerts "") /dev/null >"$OUT/log/all-alerts"
has_not "no honest account in any alert mail" "$OUT/log/all-alerts" alice@ bob@ carol@ dave@ erin@

say "# 6. The account is contained"
began=$(date +%s)
PATIENCE=2
honest_minute 4
queue_files "$GUILTY" incoming active deferred hold >"$OUT/log/guilty"
queue_files not "$GUILTY" incoming active deferred hold >"$OUT/log/others"
screen
is "the screen" "$? $(cat "$OUT/log/spoolwatch.err")" "0 "
has "... says that no mail can be queued" "$OUT/log/spoolwatch.screen" "no mail can be queued since $since"
has "... and what to type" "$OUT/log/spoolwatch.screen" "  spoolwatch contain $GUILTY"
spoolwatch contain "$GUILTY"
is "contain, without --yes" "$?" 0
cp "$OUT/log/spoolwatch.contain" "$OUT/log/spoolwatch.contain-dry"
has "... says what it would do" "$OUT/log/spoolwatch.contain" "$GUILTY would be blocked (--yes does it all): in force on smtp, submission; "
is "... and does nothing" "$(queue_files "$GUILTY" incoming active deferred | cmp - "$OUT/log/guilty" 2>&1) $(count hold)" " 0"
honest_minute 0
spoolwatch contain --yes "$GUILTY"
is "contain" "$? $(cat "$OUT/log/spoolwatch.err")" "0 "
say "# $(said contain)"
has "... is in force on all ports" "$OUT/log/spoolwatch.contain" "$GUILTY is blocked: in force on smtp, submission; "
has "... held all it has" "$OUT/log/spoolwatch.contain" "; held $(wc -l <"$OUT/log/guilty") messages, 0 left"
check "... within a minute of the mail" "less" test $(($(date +%s) - began)) -lt 60
is "still no free inode" "$(inodes_free)" 0
is "no message of the guilty is outside hold" "$(queue_files "$GUILTY" incoming active deferred | wc -l)" 0
queue_files "$GUILTY" hold >"$OUT/log/held"
same_file "... all are there, byte for byte" "$OUT/log/held" "$OUT/log/guilty"
is "no message of others is in hold" "$(queue_files not "$GUILTY" hold | wc -l)" 0
queue_files not "$GUILTY" incoming active deferred >"$OUT/log/others.now"
same_file "... and none was touched" "$OUT/log/others.now" "$OUT/log/others"
undo=$(said contain | sed 's/.*; undo: //')
is "the undo" "$undo" "spoolwatch unblock --yes -- $GUILTY && spoolwatch release --yes -- $GUILTY"
eval "$undo"
is "... works" "$? $(count hold) $(postmap -q "$GUILTY" lmdb:/etc/postfix/spoolwatch_block)" "0 0 "
queue_files "$GUILTY" incoming active deferred >"$OUT/log/released"
same_file "... and brings all of it back" "$OUT/log/released" "$OUT/log/guilty"

say "# 7. The pictures"
# Now: who is not heard of any more leaves the graphs
draw $START $((START + 300 * CYCLE))
for g in $(echo "$GRAPHS" | tr / -); do
	is_png "graph of $g" "$OUT/png/$g.png"
	is_png "day graph of $g" "$OUT/png/$g-day.png"
done
picture alert "$OUT/letters/$(printf %03d "$begun").txt"
picture spoolwatch "$OUT/log/spoolwatch.screen" spoolwatch
picture spoolwatch-contain "$OUT/log/spoolwatch.contain-dry" "spoolwatch contain $GUILTY"
has "page of the host" "$OUT/html/servers/$HOST/index.html" "$RATE"

say "# 8. Space is made"
next_cycle
blocked_minutes 0 1
is "still no free inode" "$(inodes_free)" 0
wait
is "Postfix took mail from nobody all the while" "$(sent_since $((full + 1)))" 0
set_clock $((START + 300 * (CYCLE - 1) + 120))
waiting=$(cleanups) logged=$(everything_logged)
spoolwatch block --yes "$GUILTY"
is "block" "$?" 0
spoolwatch delete --yes "$GUILTY"
is "delete" "$? $(said delete)" "0 deleted $(wc -l <"$OUT/log/guilty") messages of account $GUILTY"
# What hung is queued at last, even where nobody waits for the answer any more
check "who waited is let in" "$waiting client= lines" \
	wait_for 20 more_logged $((logged + waiting))
PATIENCE=20
minutes 3 4 0
look
check_blocked 2 $(all_logged $CYCLE)
is "what hung comes with the mails that were sent" "$(all_logged $CYCLE | cut -d' ' -f1)" \
	"$(($(sent $CYCLE) + waiting))"
is "no mail says OK of the send rate before mail flows again" "$(alerts_of_calm $full $CYCLE)" ""
next_cycle
minutes 0 4 0
look
shown $(alerts $CYCLE)
check_rates $(all_sent $CYCLE)
is "cycle $CYCLE: blocked" "$(value "$FETCH" "$RATE" blocked)" 0
mail=$(grep -l "minutes blocked is" $(alerts $CYCLE) /dev/null)
has "mail flows again: now it is calm" "$mail" "OKs: "
has "... nothing is blocked" "$mail" "minutes blocked is 0.00"
has "... and nobody sends too much" "$mail" "busiest account is $(value "$FETCH" "$RATE" busiest)"
is "every minute was told alike by all polls, and all of them together are every mail logged" \
	"$(all_minutes total "$OUT"/log/fetch.*)" "$(everything_logged)"

say "# 9. Who was honest"
wait_for 20 mail_settled
is "nothing of the guilty is left" "$(queue_files "$GUILTY" incoming active deferred hold | wc -l)" 0
is "mail that waited before waits now" "$(count deferred)" "$waits"
is "all other mail that was accepted is delivered, once" "$(delivered)" "$(honest_sent) 0"
for port in 25 587; do
	is "a new login's mail is refused on port $port" "$(refused $port)" "refused $CYCLE $GUILTY 0"
done
is "no service was throttled" "$(throttled)" 0
cat "$OUT"/letters/*.txt >"$OUT/log/all-letters"
has_not "no letter says to contain who is honest" "$OUT/log/all-letters" \
	"contain alice@" "contain bob@" "contain carol@" "contain dave@" "contain erin@"

say "# alerts: $OUT/alerts/*.txt; graphs: $OUT/png/; pages: $OUT/html/index.html; logs: $OUT/log/"
finish

#!/bin/sh
# shellcheck disable=SC2034  # some variables are for the files that are read below
# The whole Friday with real parts: a real Postfix, munin-node and Munin master,
# one cracked account among honest ones, and a queue that runs out of inodes.
#
#	tests/story/story.sh PLUGINDIR OUTDIR TOOLDIR [PLOT]
#
# PLOT is plot (the Friday) or plot_guard: the same attack, and nobody there but the guard.
# PLUGINDIR holds the built plugins, and beside it lies spoolwatch, if SPOOLWATCH does not say where;
# TOOLDIR the compiled flood.c and relog.c.
# OUTDIR is made afresh: alerts/ (the alert mails), png/, html/, log/, the
# configuration in etc/ and summary.txt. Needs root and the Debian packages of
# the file "packages"; nothing of the host is touched (see world.sh).
#
# Two hours pass in about a minute: the master's programs run under faketime,
# our plugins get SPOOLWATCH_NOW, and the log's stamps come from relog.c.
set -u
export LC_ALL=C TZ=UTC PATH=/usr/sbin:/usr/bin:/sbin:/bin

HERE=$(cd "$(dirname "$0")" && pwd)

if [ "${STORY_WORLD-}" != yes ]; then
	[ $# -eq 3 ] || [ $# -eq 4 ] || { echo "usage: $0 PLUGINDIR OUTDIR TOOLDIR [PLOT]" >&2; exit 2; }
	[ "$(id -u)" -eq 0 ] || { echo "$0: must be root" >&2; exit 2; }
	for p in faketime logger munin-node postfix saslpasswd2 setpriv smtp-sink unshare; do
		command -v $p >/dev/null || { echo "$0: no $p: install $HERE/packages" >&2; exit 2; }
	done
	: "${SPOOLWATCH:=$(cd "$1/.." && pwd)/spoolwatch}"
	for p in "$3/flood" "$3/relog" "$SPOOLWATCH" /usr/share/munin/munin-update; do
		[ -x "$p" ] || { echo "$0: no $p" >&2; exit 2; }
	done
	if [ -e "$2" ] && [ -n "$(ls -A "$2")" ] && [ ! -e "$2/summary.txt" ]; then
		echo "$0: $2 is not from an earlier run, and would be removed" >&2
		exit 2
	fi
	rm -rf "$2"
	mkdir -p "$2" || exit 2
	: >"$2/summary.txt"
	PLUGINDIR=$(cd "$1" && pwd) OUT=$(cd "$2" && pwd) TOOLS=$(cd "$3" && pwd) || exit 2
	PLOT=${4-plot}
	export PLUGINDIR OUT TOOLS SPOOLWATCH PLOT STORY_WORLD=yes
	# Whatever hangs, it ends, and with it all that it started. In the
	# foreground: so that an interrupt at the terminal reaches us, too.
	exec timeout --foreground -s KILL "${STORY_LIMIT:-600}" \
		unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc \
		"$HERE/story.sh" </dev/null
fi
trap 'exit 130' INT TERM

for lib in tap world mailhost munin contain; do
	# shellcheck source=/dev/null
	. "$HERE/$lib.sh"
done

QUIET=12	# cycles of five minutes before the attack
ATTACK=70	# mails a minute

next_cycle() {
	CYCLE=$((CYCLE + 1))
}

# minutes FROM TO ATTACK: these minutes of the cycle, with so many mails a minute
# from the guilty account
minutes() {
	_m=$1
	while [ "$_m" -le "$2" ]; do
		set_clock $((START + 300 * (CYCLE - 1) + 60 * _m))
		honest_minute "$_m"
		[ "$3" -eq 0 ] || attack_minute "$3"
		wait
		_m=$((_m + 1))
	done
}

# blocked_minutes FROM TO: the same while Postfix can't queue: an honest client hangs in
# each minute, and is waited for until the log says so.
blocked_minutes() {
	_m=$1
	while [ "$_m" -le "$2" ]; do
		set_clock $((START + 300 * (CYCLE - 1) + 60 * _m))
		_spoke=$(creates)
		(send "bob@$DOMAIN" 587 -r friend@live.example 127.10.0.2=1) &
		wait_for 15 more_creates "$_spoke" || die "nobody hangs"
		_m=$((_m + 1))
	done
}

# The end of a cycle: Munin's cron job, seven seconds after the full minute; and
# then the same answers for us. What a plugin says depends on the clock, not on
# who asked before.
look() {
	set_clock $((START + 300 * CYCLE + 7))
	[ "${1-}" = "master away" ] || poll
	FETCH=$OUT/log/fetch.$CYCLE CONFIG=$OUT/log/config.$CYCLE
	ask config >"$CONFIG"
	ask fetch >"$FETCH"
}

per_minute() {
	awk -v n="$1" 'BEGIN { printf "%.2f", n / 5 }'
}

# check_rates TOTAL BUSIEST ACTIVE: the numbers of the plugin are these
check_rates() {
	same_number "cycle $CYCLE: total is what was sent, $1 mails in 5 minutes" \
		"$(sum_of "$FETCH" "$RATE" total)" "$1"
	same_number "cycle $CYCLE: busiest is who sent most, $2 mails" \
		"$(value "$FETCH" "$RATE" busiest)" "$(per_minute "$2")"
	same_number "cycle $CYCLE: active accounts" "$(value "$FETCH" "$RATE" active)" "$3"
}

# check_blocked MINUTES TOTAL BUSIEST ACTIVE: Postfix could not queue in so many minutes of the last
# five. What has a level is unknown then, what has none is a number.
check_blocked() {
	same_number "cycle $CYCLE: minutes blocked" "$(value "$FETCH" "$RATE" blocked)" "$1"
	same_number "cycle $CYCLE: total is what Postfix accepted, $2 mails in 5 minutes" \
		"$(sum_of "$FETCH" "$RATE" total)" "$2"
	same_number "cycle $CYCLE: active accounts" "$(value "$FETCH" "$RATE" active)" "$4"
	is "cycle $CYCLE: busiest is unknown" "$(value "$FETCH" "$RATE" busiest)" U
	is "cycle $CYCLE: most_recipients is unknown" "$(value "$FETCH" "$RATE".by_recipients most_recipients)" U
	is "cycle $CYCLE: most_addresses is unknown" "$(value "$FETCH" "$RATE".by_address most_addresses)" U
}

# check_queue QUEUE...: numbers of files as find counts them
check_queue() {
	for _q; do
		same_number "cycle $CYCLE: $_q is what find counts in the queue" \
			"$(value "$FETCH" postfix_queue "$_q")" "$(count "$_q")"
	done
}

# check_answers: every plugin has a title and numbers, nothing else but U for what no number is
# known of while Postfix can't queue
check_answers() {
	for _p in $SUITE; do
		ask_node "config $_p" >"$OUT/log/answer"
		has "no inode left: $_p answers config" "$OUT/log/answer" "graph_title "
		ask_node "fetch $_p" >"$OUT/log/answer"
		is "no inode left: $_p answers fetch with numbers" \
			"$(awk '$1 == "multigraph" || $1 ~ /[.]extinfo$/ { next }
				$1 ~ /^(unusual|busiest|most_.*)[.]value$/ && $2 ~ /^([0-9]+:)?U$/ { next }
				$1 ~ /[.]value$/ && $2 ~ /^([0-9]+:)?[0-9]+([.][0-9]+)?$/ { n++; next }
				{ bad = $0; exit }
				END { print bad != "" ? bad : n ? "numbers" : "nothing" }' "$OUT/log/answer")" numbers
	done
}

# shown FILE...: alert mails as comments
shown() {
	for _f; do sed '/^$/d; s/^/# | /' "$_f" | tee -a "$OUT/summary.txt"; done
}

# shellcheck source=/dev/null
. "$HERE/$PLOT.sh"

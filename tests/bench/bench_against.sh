# shellcheck shell=sh disable=SC2034,SC2154,SC2086,SC2016 # variables are those of bench.sh
# Part of bench.sh: the plugins of an older build (OLD=DIRECTORY) beside these and beside the floor, in
# turn; at the end one table of it all: medians and least of each as multiples of the floor's.

# shellcheck source=/dev/null
. "$here/bench_start.sh" # small_host
# shellcheck source=/dev/null
. "$here/bench_log.sh" # read_of
# shellcheck source=/dev/null
. "$here/bench_share.sh" # crowd_log, crowd_of

# row WHAT PLUGIN ARGUMENT [NAME=VALUE...], beside $floor and what it is given, $floor_at (no blanks);
# with a state file unless $instead has another variable
row() {
	what=$1
	program=$2
	argument=$3
	shift 3
	set -- "$floor" "$tools/$floor" ${floor_at:+"$floor_at"} \
		--- old "${instead:-MUNIN_STATEFILE=$dir/states/old}" "$@" "$OLD/$program" "$argument" \
		--- new "${instead:-MUNIN_STATEFILE=$dir/states/new}" "$@" "$plugins/$program" "$argument"
	rm -rf "$dir/states"
	mkdir "$dir/states" || return 1
	race 30 "$what" "$@" 2>/dev/null || return 1
	awk -v what="$what" '
		NR == 2 { floor = $2; least = $3; touched = $7 }
		$1 == "old" || $1 == "new" { m[$1] = $2; l[$1] = $3; f[$1] = $7 - touched }
		END {
			printf "%-44s %8.3f | %5.2f %5.2f %6d | %5.2f %5.2f %6d | %5.2f %5.2f\n", what, floor,
				m["old"] / floor, l["old"] / least, f["old"], m["new"] / floor, l["new"] / least,
				f["new"], m["new"] / m["old"], l["new"] / l["old"]
		}' "$table" >>"$out/against.rows"
}

# The newer build alone knows a name for it, or reads a state: both without.
against_host() {
	small_host || return 1
	floor=empty floor_at=
	for name in inode_percent postfix_queue postfix_sasl_rate; do
		row "start of $name" "$name" --version || return 1
	done
	row 'an empty spool' postfix_queue fetch "spooldir=$dir/empty/spool"
	row 'an empty log' postfix_sasl_rate fetch "logfile=$dir/empty/log" "SPOOLWATCH_NOW=$now"
	row 'inode_percent, this host' inode_percent fetch
	row 'postfix_queue, 20 messages' postfix_queue fetch "spooldir=$dir/spool"
	row 'postfix_sasl_rate, 20 kB' postfix_sasl_rate fetch "logfile=$dir/log" "SPOOLWATCH_NOW=$now"
	row '1000 accounts in 0.4 MB' postfix_sasl_rate fetch "logfile=$dir/empty/crowd" "SPOOLWATCH_NOW=$now"
}

against_queues() {
	for size in $sizes_queue; do
		rm -rf "$dir/spool"
		"$tools/mkqueue" "$dir/spool" "$size" || return 1
		floor=floor_getdents floor_at=$dir/spool/deferred
		row "count of $size" postfix_queue fetch "spooldir=$dir/spool" sample=10
	done
	for size in $sizes_holders; do
		[ "$size" -le 100000 ] || continue # most that are opened, QUEUE_SAMPLE_MOST
		rm -rf "$dir/spool"
		"$tools/mkqueue" "$dir/spool" "$size" mails || return 1
		floor=floor_open floor_at=$dir/spool/deferred
		row "owners of all $size" postfix_queue fetch "spooldir=$dir/spool" sample=100000
	done
	rm -rf "$dir/spool"
}

against_logs() {
	floor=floor_memmem floor_at=$dir/read
	for form in bsd iso docker tai64n; do
		"$tools/mklog" "$form" $((forms_wide * minutes_logged / 5)) "$forms_wide" "$end" \
			>"$dir/wide" 2>/dev/null && read_of "$dir/wide" "$dir/read" || return 1
		row "window, $form" postfix_sasl_rate fetch TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$dir/wide" \
			day_seconds=0
	done
	"$tools/mklog" bsd $((wide * minutes_logged / 5)) "$wide" "$end" quiet >"$dir/wide" 2>/dev/null &&
		read_of "$dir/wide" "$dir/read" || return 1
	row 'window without hits, bsd' postfix_sasl_rate fetch TZ=UTC "SPOOLWATCH_NOW=$now" \
		"logfile=$dir/wide" day_seconds=0
}

against_walk() {
	mkdir "$dir/mount" || return 1
	if ! unshare -m mount -t tmpfs spoolwatch-bench "$dir/mount" 2>/dev/null; then
		left_out 'a walk: nothing can be mounted here'
		return 0
	fi
	# what was found is kept in a state
	floor=floor_walk floor_at=$dir/mount mounted=$((size_walk / 2)) instead=TZ=UTC
	row "walk of $size_walk files" inode_percent fetch exclude_re=. "include_re=^$dir/mount\$" \
		warning=0 scan_seconds=30 || return 1
	mounted='' instead=''
}

against_share() {
	crowd_log || return 1
	for which in "$OLD" "$plugins"; do
		mkdir "$dir/state" || return 1
		say ''
		say "Fifty polls at once of $which"
		crowd_of "$dir/wide" "MUNIN_PLUGSTATE=$dir/state" "$which/postfix_sasl_rate"
		rm -rf "$dir/state"
	done
}

bench_against() {
	if ! [ -x "${OLD:-}/postfix_queue" ]; then
		left_out 'an older build: OLD=DIRECTORY is that of its plugins'
		return 0
	fi
	instead='' seconds=300 # all rounds, whatever they take
	: >"$out/against.rows"
	for part in host queues logs walk share; do
		workdir "$out" && "against_$part" || return 1
	done
	say ''
	say "Multiples of the floor (median, least; page faults beyond it), 30 rounds each; OLD is $OLD"
	say "$(printf '%-44s %8s | %-19s | %-19s | %s' '' 'floor ms' 'old: median least f.' 'new' 'new / old')"
	say "$(cat "$out/against.rows")"
	rm -f "$out/against.rows"
	clean
}

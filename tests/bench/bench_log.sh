# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: the mail log. postfix_sasl_rate tells 15 minutes again (env.history), each over
# the 5 before it, and keeps 5 for what Postfix wrote late (plugins/parts/minutes.h): 24 minutes. Lines
# can stand in disorder by 10 (LOG_DISORDER in lib/log/file.h), so 34 are read of the log.

minutes_read=34

# A log goes back far behind what is read of it, and that is large: a program's start is then no part
# of what is measured, and finding where to begin is what it is on a host.
minutes_logged=102

# rate FILE: what the plugin says. As everywhere below it has a state file: without one each run would
# read the whole day.
rate() {
	TZ=UTC SPOOLWATCH_NOW=$now MUNIN_STATEFILE="$1.state" logfile="$1" "$plugins/postfix_sasl_rate"
}

# check_total WANT OUTPUT: the five last minutes together
check_total() {
	got=$(printf '%s\n' "$2" | sed -n 's/^total\.value .*://p' | tail -n 5 |
		awk '{ sum += $1 } END { printf "%d", sum }')
	[ "$got" = "$1" ] || is_broken "postfix_sasl_rate finds $got messages of $1 in five minutes"
}

# make_log FORMAT MEGABYTES WINDOW FILE [quiet], and see that the plugin finds what is in it
make_log() {
	want=$("$tools/mklog" "$1" "$2" "$3" "$end" ${5+"$5"} 2>&1 >"$4") || return 1
	[ $# -lt 5 ] || want=0
	check_total "$want" "$(rate "$4")"
}

# read_of FILE OUT: what is read of a log of minutes_logged
read_of() {
	tail -c $(($(wc -c <"$1") * minutes_read / minutes_logged)) "$1" >"$2"
}

# The log grows, the window stays.
long_and_short() {
	small=${logs% *}
	large=${logs#* }
	make_log iso "$small" 1 "$dir/small" && make_log iso "$large" 1 "$dir/large" || return 1
	race 31 "Mail log of $small MB and of $large MB; 1 MB of each is of the last 5 minutes" \
		empty "$tools/empty" \
		--- "sasl_rate:$small" TZ=UTC "SPOOLWATCH_NOW=$now" "MUNIN_STATEFILE=$dir/small.state" "logfile=$dir/small" "$plugin" \
		--- "sasl_rate:$large" TZ=UTC "SPOOLWATCH_NOW=$now" "MUNIN_STATEFILE=$dir/large.state" "logfile=$dir/large" "$plugin" \
		--- "refusals:$large" "SPOOLWATCH_NOW=$now" "logfile=$dir/large" "$plugins/postfix_refusals" \
		--- "memmem:$small:all" "$tools/floor_memmem" "$dir/small" \
		--- "memmem:$large:all" "$tools/floor_memmem" "$dir/large" \
		--- "grep:$large:all" grep -c sasl_username "$dir/large"
	aim "sasl_rate:$large" "sasl_rate:$small" 1.1 "$large MB of log as fast as $small MB"
	rm -f "$dir"/small* "$dir"/large*
}

# scan FORM LIMIT: lines that no rate is made of, beside one word's search over the same bytes
scan() {
	make_log "$1" $((wide * minutes_logged / 5)) "$wide" "$dir/quiet" quiet &&
		read_of "$dir/quiet" "$dir/read" || return 1
	form=$1
	limit=$2
	set -- memmem "$tools/floor_memmem" "$dir/read" \
		--- sasl_rate TZ=UTC day_seconds=0 "SPOOLWATCH_NOW=$now" "logfile=$dir/quiet" "$plugin"
	[ "$form" != bsd ] || ! has rg ||
		set -- "$@" --- rg rg -c sasl_username "$dir/read"
	[ "$form" != bsd ] || set -- "$@" --- grep grep -c sasl_username "$dir/read"
	mb=$(($(wc -c <"$dir/read") / 1000000))
	race 31 "Mail log ($form) without logins, $mb MB of $minutes_read minutes are looked at" "$@"
	aim sasl_rate memmem "$limit" "scan of the window ($form), beside one word"
	[ "$form" = bsd ] || rm -f "$dir/quiet" "$dir/read"
}

# hits: the same messages with the lines of the logins, a fifth of all; what such a line costs more.
# $dir/quiet is scan's.
hits() {
	mv "$dir/read" "$dir/without" &&
		make_log bsd $((wide * minutes_logged / 5)) "$wide" "$dir/wide" &&
		read_of "$dir/wide" "$dir/read" || return 1
	lines=$("$tools/floor_memmem" "$dir/read" ', sasl_method=' ' (queue active)')
	all=$(wc -l <"$dir/read")
	set -- memmem "$tools/floor_memmem" "$dir/read" \
		--- memmem:3-words "$tools/floor_memmem" "$dir/read" ', sasl_method=' ' (queue active)' '/pickup[' \
		--- sasl_rate TZ=UTC "SPOOLWATCH_NOW=$now" "MUNIN_STATEFILE=$dir/wide.state" "logfile=$dir/wide" "$plugin" \
		--- sasl_rate:without TZ=UTC "SPOOLWATCH_NOW=$now" "MUNIN_STATEFILE=$dir/quiet.state" "logfile=$dir/quiet" "$plugin" \
		--- grep grep -c sasl_username "$dir/read"
	race 31 "Mail log (bsd), $lines of $all lines tell of a login or its message" "$@"
	more=$(awk -v a="$(cell sasl_rate 2)" -v b="$(cell sasl_rate:without 2)" -v n="$lines" \
		'BEGIN { if (a && b && n) printf "%.0f", (a - b) * 1e6 / n }')
	[ -z "$more" ] || judge "$more" 300 'ns for a line that counts'
	rm -f "$dir/quiet" "$dir/without"
}

# Who failed and who broke in, in the same log: with what was kept, and what a first run reads.
failures() {
	race 31 'The same log, for logins that failed: a first run of all of it, and one with its state' \
		sasl_rate TZ=UTC day_seconds=0 "SPOOLWATCH_NOW=$now" "logfile=$dir/wide" "$plugin" \
		--- first TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$dir/wide" "$plugins/postfix_sasl_failures" \
		--- kept TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$dir/wide" "MUNIN_STATEFILE=$dir/kept" \
		"$plugins/postfix_sasl_failures"
	aim kept sasl_rate 1.5 'failed logins with what was kept, beside postfix_sasl_rate'
	rm -f "$dir/kept"
}

# The same messages in each header form. OLD=DIRECTORY: plugins of an older build, whose traditional
# form is then what the forms are beside.
header_forms() {
	total=$((forms_wide * (minutes_read + 6) / 5))
	forms='bsd iso busybox rfc5424 metalog docker cri tai64n'
	set -- memmem "$tools/floor_memmem" "$dir/form-bsd"
	beside=bsd
	if [ -n "${OLD:-}" ]; then
		set -- "$@" --- old:bsd TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$dir/form-bsd" \
			"$OLD/postfix_sasl_rate"
		beside=old:bsd
	fi
	for form in $forms; do
		make_log "$form" "$total" "$forms_wide" "$dir/form-$form" || return 1
		set -- "$@" --- "$form" TZ=UTC "SPOOLWATCH_NOW=$now" "MUNIN_STATEFILE=$dir/form-$form.state" "logfile=$dir/form-$form" "$plugin"
	done
	said=$(rate "$dir/form-bsd" | sed 's/form-[a-z0-9]*//g')
	for form in $forms; do
		[ "$(rate "$dir/form-$form" | sed 's/form-[a-z0-9]*//g')" = "$said" ] || is_broken "another answer for the form $form"
	done
	race 31 "The same messages in each header form, $((forms_wide * minutes_read / 5)) MB of the traditional one" "$@"
	for form in $forms; do
		[ "$form" = "$beside" ] || aim "$form" "$beside" 1.2 "$form, by message, beside $beside"
	done
	rm -f "$dir"/form-*
}

# Munin's plugins go on where their state ends: here at the start, each time. None of these names an
# account. Two rounds for plugins, one for pflogsumm: they take seconds.
peers() {
	old=$MUNIN_LIBDIR/plugins
	set -- memmem "$tools/floor_memmem" "$dir/read" \
		--- sasl_rate TZ=UTC "SPOOLWATCH_NOW=$now" "MUNIN_STATEFILE=$dir/wide.state" "logfile=$dir/wide" "$plugin"
	! has postfix_mailstats "$old/postfix_mailstats" ||
		set -- "$@" --- munin:postfix_mailstats "MUNIN_LIBDIR=$MUNIN_LIBDIR" \
			"MUNIN_PLUGSTATE=$dir" "logdir=$dir" logfile=read sh -c \
			'echo 0:0 >"$0/munin-plugin-postfix_mailstats.state"; exec "$1"' "$dir" \
			"$old/postfix_mailstats"
	! has postfix_mailvolume "$old/postfix_mailvolume" ||
		set -- "$@" --- munin:postfix_mailvolume "MUNIN_LIBDIR=$MUNIN_LIBDIR" \
			"MUNIN_PLUGSTATE=$dir" "MUNIN_STATEFILE=$dir/state" "logdir=$dir" logfile=read \
			sh -c 'printf "%%MUNIN-STATE1.0\n0\n0\n" >"$0/state"; exec "$1"' "$dir" \
			"$old/postfix_mailvolume"
	! has pflogsumm || set -- "$@" --- pflogsumm pflogsumm "$dir/read"
	race 1 'The same beside programs that understand the lines (one run each)' "$@"
}

# Each of many invented accounts sends once, one real one a fifth of all; nothing but 16 MB may go.
crowded() {
	busy=$("$tools/mkcrowd" "$crowd" "$end" 2>&1 >"$dir/crowd") || return 1
	said=$(rate "$dir/crowd")
	check_total "$((crowd * 5 / 4))" "$said"
	got=$(value busiest "$said")
	name=$(printf '%s\n' "$said" | sed -n 's/^busiest\.extinfo \([^ ]* [^ ]* msg\).*/\1/p')
	[ "$name $got" = "email@ourdomain.example $busy msg $((busy / 5))" ] ||
		is_broken "of $crowd accounts postfix_sasl_rate names $name, $got a minute, not $busy"
	race 5 "Mail log of $crowd invented accounts and a real one" \
		memmem "$tools/floor_memmem" "$dir/crowd" \
		--- sasl_rate TZ=UTC "SPOOLWATCH_NOW=$now" "MUNIN_STATEFILE=$dir/crowd.state" "logfile=$dir/crowd" "$plugin"
	judge "$(cell sasl_rate 6)" 16 "MB of memory for $crowd accounts"
}

# is_whole OUTPUT: is all of the day known? A number above its level is told before.
is_whole() {
	case $(printf '%s\n' "$1" | grep '^most_day\.extinfo') in *' at least '* | *' hours are known'*) return 1 ;; esac
}

# A day of so many megabytes in five minutes: a poll, which is a config and a fetch, that goes on where
# the one of five minutes before has ended; beside one that does not look at the day.
days() {
	for each in $days; do
		if ! has_room "$out" $((each * 300 * 1200)) 10; then
			left_out "a day of $((each * 288)) MB, $out has no room for it"
			continue
		fi
		state=$dir/day.state
		"$tools/mklog" iso $((each * 300)) "$each" "$end" >"$dir/day" 2>"$dir/want" || return 1
		runs=0
		until said=$(TZ=UTC SPOOLWATCH_NOW=$((now - 300)) MUNIN_STATEFILE=$state logfile=$dir/day "$plugin" 2>&1) &&
			[ "$(value most_day "$said")" != U ] && is_whole "$said"; do
			runs=$((runs + 1))
			[ $runs -lt 60 ] || {
				is_broken "a day of $((each * 288)) MB is not known after $runs runs"
				return 1
			}
		done
		cp "$state.day" "$dir/kept"
		# as a poll finds it: on the disk since five minutes
		export kept="$dir/kept" state
		race 15 "A poll in a day of $((each * 288)) MB, known after $((runs + 1)) runs of 2 s" \
			without TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$dir/day" day_seconds=0 \
			sh -c '"$0" config >/dev/null 2>&1; exec "$0"' "$plugin" \
			--- day TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$dir/day" "MUNIN_STATEFILE=$state" \
			'BEFORE=cp "$kept" "$state.day" && sync "$state.day"' \
			sh -c '"$0" config >/dev/null 2>&1; exec "$0"' "$plugin"
		aim day without 1.3 "a poll with the state of a day of $((each * 288)) MB, beside one without the day"
		rm -f "$dir"/day* "$dir"/kept*
	done
}

bench_log() {
	plugin=$plugins/postfix_sasl_rate
	if ! has_room "$out" $(((${logs% *} + ${logs#* } + wide * minutes_logged / 2) * 1100 + crowd / 2)) 100; then
		left_out "logs, $out has no room for them"
		return 0
	fi
	workdir "$out" || return 1
	long_and_short || return 1
	for form in iso busybox rfc5424 metalog docker cri tai64n bsd; do
		case $form in bsd | iso) limit=1.25 ;; *) limit=1.4 ;; esac
		scan "$form" "$limit" || return 1
	done
	hits && failures && peers || return 1
	rm -f "$dir"/wide* "$dir/read"
	header_forms && days || return 1
	crowded
	clean
}

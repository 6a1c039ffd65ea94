# shellcheck shell=sh disable=SC2034,SC2154 # variables are those of bench.sh
# Part of bench.sh: fifty polls of postfix_sasl_rate at once on one log, as of fifty masters, which
# share a reading by a file in MUNIN_PLUGSTATE; and what that file costs a lone one.

# shellcheck source=/dev/null
. "$here/bench_log.sh" # minutes_read

# crowd_of FILE [NAME=VALUE [PLUGIN]]: ratio of fifty at once to one alone, in processor time
crowd_of() {
	set -- "$1" "${2:-TZ=UTC}" "${3:-$plugins/postfix_sasl_rate}"
	said=$(env -i TZ=UTC day_seconds=0 "SPOOLWATCH_NOW=$now" "logfile=$1" "$2" "$tools/crowd" 50 "$rounds_share" \
		"$3") || is_broken "fifty polls at once"
	say "$(echo "$said" | awk -v how="$2" '{
		printf "%-40s one %s ms, fifty at once %s ms of processor time: %s windows", how, $1, $2, $3 }')"
	ratio=$(echo "$said" | cut -d ' ' -f 3)
}

# The log of the fifty, and how often they run
crowd_log() {
	rounds_share=9
	[ "${QUICK:-0}" = 0 ] || rounds_share=3
	"$tools/mklog" iso $((wide * (minutes_read + 7) / 5)) "$wide" "$end" >"$dir/wide" 2>/dev/null
}

bench_share() {
	has_room "$out" $((wide * 6 * 1100)) 100 || {
		left_out "fifty polls at once, $out has no room for their log"
		return 0
	}
	workdir "$out" || return 1
	mkdir "$dir/state"
	crowd_log &&
		"$tools/mklog" iso 0.06 0.01 "$end" >"$dir/small" 2>/dev/null &&
		"$tools/mklog" iso 6 1 "$end" >"$dir/larger" 2>/dev/null || return 1
	say ''
	say "Fifty polls at once, a window of $((wide * minutes_read / 5)) MB"
	crowd_of "$dir/wide"
	crowd_of "$dir/wide" "MUNIN_PLUGSTATE=$dir/state"
	judge "$ratio" 5 'fifty polls at once, in windows of one alone'
	for log in small larger; do
		set -- TZ=UTC day_seconds=0 "SPOOLWATCH_NOW=$now" "logfile=$dir/$log"
		race 301 "A lone poll with the file beside one without, a $log log" \
			without "$@" "$plugins/postfix_sasl_rate" \
			--- with "$@" "MUNIN_PLUGSTATE=$dir/state" "$plugins/postfix_sasl_rate"
		aim with without 1.05 "a lone poll with the shared file, a $log log"
	done
	clean
}

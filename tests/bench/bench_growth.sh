# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: what a plugin costs as what it looks at grows: time, memory, system calls, page
# faults. All of a run, start included.

# there PROGRAM...: with mounted_n set, where so many are mounted
there() {
	${mounted_n:+"$tools/mounted"} ${mounted_n:+"$mounted_n"} ${mounted_n:+"$dir/mount"} "$@"
}

# calls VAR=VALUE... PROGRAM: how many system calls it makes; -: strace is not installed
calls() {
	if [ -x "$(command -v strace)" ] && there strace -f -c -o "$dir/calls" env "$@" >/dev/null 2>&1; then
		awk '$4 ~ /^[0-9]+$/ && $NF != "total" { n += $4 } END { print n }' "$dir/calls"
	else
		echo -
	fi
}

# grown SIZE VAR=VALUE... PROGRAM: a row, with a state file as munin-node gives one.
grown() {
	size=$1
	shift
	set -- "MUNIN_STATEFILE=$dir/state" "$@"
	there env "$@" >/dev/null 2>&1 # makes the state
	n=$(calls "$@")
	if ! there "$tools/race" -n 11 -t "$seconds" run "$@" >"$table" 2>/dev/null; then
		is_broken "$size: $*"
		return 0
	fi
	say "$(printf '  %-28s %10s ms %8s MB %10s calls %8s faults' "$size" "$(cell run 2)" "$(cell run 6)" \
		"$n" "$(cell run 7)")"
}

growth_title() {
	say ''
	say "$1"
}

growth_of_queues() {
	growth_title 'postfix_queue, as the queue grows (a sample of 1000 is read)'
	for n in 1000 10000 100000 1000000; do
		if ! has_room "$out" $((n * 5)) $((n + 100)); then
			left_out "a queue of $n, $out has no room for it"
			continue
		fi
		workdir "$out" && "$tools/mkqueue" "$dir/spool" "$n" mails || return 1
		grown "$n messages" "spooldir=$dir/spool" sample=1000 "$plugins/postfix_queue"
	done
}

growth_of_accounts() {
	growth_title 'postfix_sasl_rate, as accounts are invented (one message each, and a busy one)'
	for n in 1000 10000 100000 1000000; do
		workdir "$out" && "$tools/mkcrowd" "$n" "$end" >"$dir/log" 2>/dev/null || return 1
		touch -t 202001010000 "$dir"
		grown "$n accounts" TZ=UTC "SPOOLWATCH_NOW=$now" "logfile=$dir/log" "$plugins/postfix_sasl_rate"
	done
}

growth_of_windows() {
	growth_title "postfix_sasl_rate, as the window grows (300 accounts; a log three times as long)"
	for mb in 5 50 500; do
		if ! has_room "$out" $((mb * 3600)) 100; then
			left_out "a window of $mb MB, $out has no room for it"
			continue
		fi
		workdir "$out" && "$tools/mklog" iso $((mb * 3)) "$(awk -v mb="$mb" 'BEGIN { print mb * 5 / 34 }')" \
			"$end" >"$dir/log" 2>/dev/null || return 1
		touch -t 202001010000 "$dir"
		grown "$mb MB" TZ=UTC day_seconds=0 "SPOOLWATCH_NOW=$now" "logfile=$dir/log" "$plugins/postfix_sasl_rate"
	done
}

growth_of_mounts() {
	growth_title 'inode_percent, as file systems are mounted'
	workdir "$out" && mkdir "$dir/mount" || return 1
	if ! "$tools/mounted" 1 "$dir/mount" true 2>/dev/null; then
		left_out 'many mounts: nothing can be mounted here'
		return 0
	fi
	for n in 10 100 1000 10000 50000; do
		mounted_n=$n
		grown "$n mounts" "$plugins/inode_percent"
	done
	mounted_n=
}

bench_growth() {
	mounted_n=
	growth_of_queues && growth_of_accounts && growth_of_windows && growth_of_mounts || return 1
	clean
}

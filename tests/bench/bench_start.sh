# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: from start to exit, with next to nothing to do, as munin-node asks for it.

# An empty host and a small one: 20 messages, 20 kB of log that go back as far as is asked for. Of a
# directory that changed just now the log is read a moment later: that is no work, and not measured.
small_host() {
	"$tools/mkqueue" "$dir/spool" 20 mails &&
		mkdir "$dir/instance" "$dir/states" "$dir/empty" || return 1
	for name in active deferred incoming maildrop hold corrupt; do
		mkdir -p "$dir/empty/spool/$name" || return 1
	done
	: >"$dir/empty/log"
	"$tools/mklog" iso 0.02 0.004 "$end" >"$dir/log" 2>/dev/null || return 1
	{
		head -n 1 "$dir/log" && "$tools/mkcrowd" 1000 "$end" 2>/dev/null
	} >"$dir/empty/crowd" || return 1
	echo "queue_directory = $dir/spool" >"$dir/instance/main.cf"
	ln -s "$plugins/postfix_queue_" "$dir/postfix_queue_instance"
	touch -t 202001010000 "$dir" "$dir/empty"
}

bench_start() {
	workdir "$out" && small_host || return 1
	queue="spooldir=$dir/spool"
	state="MUNIN_STATEFILE=$dir/states"
	set -- empty "$tools/empty"
	for name in postfix_queue postfix_sasl_rate postfix_sasl_failures inode_percent; do
		set -- "$@" --- "$name:--version" "$plugins/$name" --version
	done
	set -- "$@" --- postfix_queue:nothing "$state/nothing_queue" "spooldir=$dir/empty/spool" \
		"$plugins/postfix_queue"
	set -- "$@" --- postfix_sasl_rate:nothing "$state/nothing_rate" "logfile=$dir/empty/log" \
		"SPOOLWATCH_NOW=$now" "$plugins/postfix_sasl_rate"
	race 301 'Start to exit: alone, an empty spool, an empty log' "$@" 2>/dev/null
	for name in postfix_queue postfix_sasl_rate postfix_sasl_failures inode_percent; do
		aim "$name:--version" empty 1.2 "start of $name alone"
	done
	aim postfix_queue:nothing empty 1.5 'fetch of an empty spool'
	aim postfix_sasl_rate:nothing empty 1.5 'fetch of an empty log'

	set -- empty "$tools/empty"
	for argument in fetch config; do
		set -- "$@" --- "inode_percent:$argument" "$state/inode" "$plugins/inode_percent" \
			"$argument"
		set -- "$@" --- "postfix_queue:$argument" "$state/queue" "$queue" "$plugins/postfix_queue" \
			"$argument"
		set -- "$@" --- "postfix_queue_:$argument" "$state/instance" "config_directory=$dir/instance" \
			"$dir/postfix_queue_instance" "$argument"
		set -- "$@" --- "postfix_sasl_rate:$argument" "$state/rate" "logfile=$dir/log" \
			"SPOOLWATCH_NOW=$now" "$plugins/postfix_sasl_rate" "$argument"
	done
	race 301 'Start to exit: 20 messages queued, 20 kB of log, the file systems of this host' "$@"
	for argument in fetch config; do
		aim "inode_percent:$argument" empty 1.5 "inode_percent $argument of a small host"
		aim "postfix_queue:$argument" empty 2.0 "postfix_queue $argument of a small host"
		aim "postfix_queue_:$argument" empty 2.0 "postfix_queue_ $argument of a small host"
		aim "postfix_sasl_rate:$argument" empty 2.1 "postfix_sasl_rate $argument of a small host"
	done
	faults inode_percent:fetch empty 25 'page faults of inode_percent beyond an empty program'
	faults postfix_queue:fetch empty 55 'page faults of postfix_queue beyond an empty program'
	faults postfix_sasl_rate:fetch empty 80 'page faults of postfix_sasl_rate beyond an empty program'

	# not in turn with those above: who runs behind a program of 9 MB finds empty caches
	set -- postfix_queue "$state/queue" "$queue" "$plugins/postfix_queue" \
		--- inode_percent "$state/inode" "$plugins/inode_percent"
	for name in df_inode postfix_mailqueue; do
		[ ! -x "$MUNIN_LIBDIR/plugins/$name" ] ||
			set -- "$@" --- "munin:$name" "MUNIN_LIBDIR=$MUNIN_LIBDIR" "$queue" \
				"$MUNIN_LIBDIR/plugins/$name"
	done
	race 31 'The same beside what they replace' "$@"

	race 101 'Start to exit: 1000 accounts in 0.4 MB of log' empty "$tools/empty" \
		--- postfix_sasl_rate:1000 "$state/crowd" "logfile=$dir/empty/crowd" "SPOOLWATCH_NOW=$now" \
		"$plugins/postfix_sasl_rate" 2>/dev/null
	judge "$(cell postfix_sasl_rate:1000 2)" 3 'ms for 1000 accounts'
	clean
}

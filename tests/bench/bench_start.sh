# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: from start to exit, with next to nothing to do.

bench_start() {
	workdir "$out" || return 1
	"$tools/mkqueue" "$dir/spool" 20 mails && mkdir "$dir/instance" || return 1
	"$tools/mklog" iso 0.02 0.01 "$end" >"$dir/log" 2>/dev/null || return 1
	echo "queue_directory = $dir/spool" >"$dir/instance/main.cf"
	ln -s "$plugins/postfix_queue_" "$dir/postfix_queue_instance"
	queue="spooldir=$dir/spool"
	log="logfile=$dir/log"
	set -- empty "$tools/empty"
	for name in postfix_queue postfix_sasl_rate inode_percent; do
		set -- "$@" --- "$name:--version" "$plugins/$name" --version
	done
	for argument in fetch config; do
		set -- "$@" --- "postfix_queue:$argument" "$queue" "$plugins/postfix_queue" "$argument"
		set -- "$@" --- "postfix_queue_:$argument" "config_directory=$dir/instance" \
			"$dir/postfix_queue_instance" "$argument"
		set -- "$@" --- "postfix_sasl_rate:$argument" "$log" "SPOOLWATCH_NOW=$now" \
			"$plugins/postfix_sasl_rate" "$argument"
		set -- "$@" --- "inode_percent:$argument" "$plugins/inode_percent" "$argument"
	done
	for name in df_inode postfix_mailqueue; do
		[ ! -x "$MUNIN_LIBDIR/plugins/$name" ] ||
			set -- "$@" --- "munin:$name" "MUNIN_LIBDIR=$MUNIN_LIBDIR" "$queue" \
				"$MUNIN_LIBDIR/plugins/$name"
	done
	race 301 'Start to exit: 20 messages queued, 20 kB of log, the file systems of this host' \
		"$@"
	for name in postfix_queue postfix_sasl_rate inode_percent; do
		aim "$name:--version" empty 1.2 "start of $name alone"
	done
	for argument in fetch config; do
		for name in postfix_queue postfix_queue_ postfix_sasl_rate inode_percent; do
			aim "$name:$argument" empty 1.5 "start of $name $argument"
		done
	done
	clean
}

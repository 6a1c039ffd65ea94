# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: counting a queue of empty files. With env.sample at its least, or opening 1000
# of them would be most of the time: for that see bench_owners.sh.

# count_queue PARENT MESSAGES: all are in deferred, whose 16 hash directories are what lists slowly
count_queue() {
	if ! has_room "$1" $(($2 * 3 / 2)) $(($2 + 100)); then
		left_out "$2 messages on $1, which has no room for them"
		return 0
	fi
	workdir "$1" || return 1
	"$tools/mkqueue" "$dir/spool" "$2" || return 1
	got=$(value deferred "$(spooldir="$dir/spool" "$plugins/postfix_queue" 2>/dev/null)")
	[ "$got" = "$2" ] || is_broken "postfix_queue says $got of $2 messages"
	title="Counting $2 messages on $1 ($(stat -f -c %T "$1"))"
	size=$2
	set -- floor_getdents "$tools/floor_getdents"
	for name in active deferred maildrop incoming corrupt hold; do
		set -- "$@" "$dir/spool/$name"
	done
	set -- "$@" --- postfix_queue "spooldir=$dir/spool" sample=10 "$plugins/postfix_queue" \
		--- 'find|wc' sh -c 'find "$0" -type f | wc -l' "$dir/spool/deferred"
	! has postfix_mailqueue "$MUNIN_LIBDIR/plugins/postfix_mailqueue" ||
		set -- "$@" --- munin:postfix_mailqueue "MUNIN_LIBDIR=$MUNIN_LIBDIR" \
			"spooldir=$dir/spool" "$MUNIN_LIBDIR/plugins/postfix_mailqueue"
	# the files are empty, of which it says that they are no queue files
	race 101 "$title" "$@" 2>/dev/null
	# below that the start of a program is more than its work
	[ "$size" -lt 10000 ] || aim postfix_queue floor_getdents 1.05 "count of $size"
	clean
}

bench_queue() {
	for size in $sizes_queue; do
		count_queue "$out" "$size" || return 1
		[ ! -w /dev/shm ] || count_queue /dev/shm "$size" || return 1
	done
}

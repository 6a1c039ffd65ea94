# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: who holds a queue of real queue files, of which one account has 97 in 100.

most=100000    # QUEUE_SAMPLE_MOST in lib/queue/sample.h
logs_read=1000 # QUEUE_REASONS_MOST in lib/queue/reasons.h: of so many it is read why they wait

# who SAMPLE: what the plugin says of deferred, with at most so many files opened
who() {
	spooldir="$dir/spool" sample="$1" "$plugins/postfix_queue" |
		sed -n 's/^deferred\.extinfo //p' | head -n 1
}

check_names() {
	said=$(who 1000)
	case $said in
	'email@ourdomain.example 9'[4-9]'% '* | 'email@ourdomain.example 100% '*) ;;
	*) is_broken "postfix_queue says of a sample: $said" ;;
	esac
	[ "$1" -gt "$most" ] && return
	said=$(who "$most")
	case $said in
	"email@ourdomain.example 97% of $1 "*) ;;
	*) is_broken "postfix_queue says of all files: $said" ;;
	esac
}

# A Postfix of its own, that is none: postqueue(1) started by root reads the queue itself where no
# showq(8) answers. The queue must belong to Postfix's user for that.
own_postfix() {
	[ "$(id -u)" = 0 ] && [ -x "$(command -v postqueue)" ] && id postfix >/dev/null 2>&1 &&
		mkdir -p "$dir/etc" "$dir/spool/pid" "$dir/spool/public" "$dir/spool/private" &&
		printf '%s\n' "queue_directory = $dir/spool" 'compatibility_level = 2' >"$dir/etc/main.cf" &&
		: >"$dir/etc/master.cf" && chmod 755 "$dir" && chown -R postfix "$dir/spool" &&
		[ "$(postqueue -c "$dir/etc" -j 2>/dev/null | wc -l)" = "$1" ]
}

# The loop that admins write, on 200 files, in one run
postcat_loop() {
	find "$dir/spool/deferred" -type f | head -n 200 >"$dir/list"
	race 1 'mailq and postcat, as in many scripts, on 200 of these files' \
		postcat:200 sh -c 'while read -r f; do postcat -c "$0" -q "${f##*/}" | grep sasl_username
			done <"$1" | sort | uniq -c' "$dir/etc" "$dir/list" || return 0
	say "  for $1 files extrapolated: $(awk -v ms="$(cell postcat:200 2)" -v n="$1" \
		'BEGIN { printf "%.0f s", ms * n / 200 / 1000 }')"
}

# holders PARENT MESSAGES
holders() {
	if ! has_room "$1" $(($2 * 9)) $(($2 * 2 + 100)); then
		left_out "attribution of $2 messages on $1, which has no room for them"
		return 0
	fi
	workdir "$1" || return 1
	"$tools/mkqueue" "$dir/spool" "$2" mails logs || return 1
	check_names "$2"
	parent=$1
	size=$2
	place="$2 messages of 970 bytes on $1 ($(stat -f -c %T "$1"))"
	plugin=$plugins/postfix_queue
	set -- floor_getdents "$tools/floor_getdents" "$dir/spool/deferred" \
		--- sample:1000 "spooldir=$dir/spool" sample=1000 "$plugin"
	if [ "$size" -le "$most" ]; then
		set -- "$@" --- floor_open "$tools/floor_open" "$dir/spool/deferred" "$dir/spool/defer:$logs_read" \
			--- exact "spooldir=$dir/spool" "sample=$most" "$plugin"
		if own_postfix "$size"; then
			set -- "$@" --- postqueue:-j sh -c 'postqueue -c "$0" -j 2>/dev/null' "$dir/etc"
			! has qshape || set -- "$@" --- qshape qshape -c "$dir/etc" deferred
		else
			left_out 'postqueue -j: not installed, not root, or it does not read this queue'
		fi
	else
		set -- "$@" --- "sample:$most" "spooldir=$dir/spool" "sample=$most" "$plugin"
	fi
	race 31 "Who holds $place" "$@"
	aim exact floor_open 1.2 "exact attribution of $size"
	beyond sample:1000 floor_getdents 50 "ms for a sample beyond counting $size"
	[ "$parent" != "$out" ] || [ "$size" -gt 10000 ] || [ -z "$(cell postqueue:-j 2)" ] ||
		postcat_loop "$size"
	every_file
	cold_holders
	clean
}

# The incident command, which looks at every one; postqueue(1) and qshape(1) beside it
every_file() {
	rounds_all=31
	[ "$size" -le "$most" ] || rounds_all=5
	mkdir -p "$dir/etc" && printf '%s\n' "queue_directory = $dir/spool" 'compatibility_level = 2' >"$dir/etc/main.cf"
	set -- floor_open "$tools/floor_open" "$dir/spool/deferred" \
		--- who "$spoolwatch" who --json -c "$dir/etc"
	if [ "$size" -gt "$most" ] && own_postfix "$size"; then
		set -- "$@" --- postqueue:-j sh -c 'postqueue -c "$0" -j 2>/dev/null' "$dir/etc"
		! has qshape || set -- "$@" --- qshape qshape -c "$dir/etc" deferred
	fi
	race $rounds_all "Every file of them: spoolwatch who" "$@"
	aim who floor_open 1.1 "who, every file of $size"
}

# A tmpfs is never cold. A million files opened cold are two minutes each time: only sampled then.
cold_holders() {
	[ "$parent" = "$out" ] || return 0
	if ! [ -w /proc/sys/vm/drop_caches ]; then
		left_out 'cold caches: /proc/sys/vm/drop_caches can not be written to'
		return 0
	fi
	set -- floor_getdents "$tools/floor_getdents" "$dir/spool/deferred" \
		--- sample:1000 "spooldir=$dir/spool" sample=1000 "$plugin"
	[ "$size" -gt "$most" ] ||
		set -- "$@" --- floor_open "$tools/floor_open" "$dir/spool/deferred" "$dir/spool/defer:$logs_read" \
			--- exact "spooldir=$dir/spool" "sample=$most" "$plugin"
	cold=yes
	race "$rounds_cold" "The same $size, caches emptied before each run" "$@"
	cold=
	aim exact floor_open 1.2 "exact attribution of $size, cold"
}

bench_owners() {
	for size in $sizes_holders; do
		holders "$out" "$size" || return 1
		[ "$size" -gt "$most" ] || [ ! -w /dev/shm ] || holders /dev/shm "$size" || return 1
	done
}

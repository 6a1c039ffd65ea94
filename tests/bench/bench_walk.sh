# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: which directories hold the inodes. inode_percent itself on a tmpfs, where one can
# be mounted; hogs_scan() of the library, which it calls, on the file system of OUT_DIR.

counted_in_shell='cd "$0" && find . -xdev -type f | cut -d/ -f2 | sort | uniq -c | sort -n'

# plugin_on_tmpfs MESSAGES: a spool-shaped file system that is above its warning level
plugin_on_tmpfs() {
	workdir "$out" && mkdir "$dir/mount" || return 1
	if ! unshare -m mount -t tmpfs spoolwatch-bench "$dir/mount" 2>/dev/null; then
		left_out 'inode_percent above its warning level: nothing can be mounted here'
		return 0
	fi
	at=$dir/mount
	set -- "$1" exclude_re=. "include_re=^$at\$" warning=0 scan_seconds=30
	mounted=$1
	shift
	shape="$((mounted * 2)) files of a spool, $others other directories"
	race 31 "inode_percent above its level: $shape (tmpfs)" \
		floor_walk "$tools/floor_walk" "$at" \
		--- inode_percent "$@" "$plugins/inode_percent" \
		--- 'find|cut|sort|uniq' sh -c "$counted_in_shell" "$at" \
		--- du:--inodes du --inodes -x "$at"
	aim inode_percent floor_walk 1.2 "inode_percent with $((mounted * 2)) files"
	said=$(env "$@" unshare -m "$here/in_tmpfs.sh" "$tools" "$at" 20000 "$others" "$plugins/inode_percent" |
		grep '\.extinfo')
	mounted=
	# 20000 files, 16 hash directories and itself
	case $said in
	*"extinfo 20017 of "*" in $at/var/spool/postfix/deferred"[\ ,]*", then 20017 in $at/var/spool/postfix/defer"[\ ,]*) ;;
	*) is_broken "inode_percent says: $said" ;;
	esac
	clean
}

# race_of_walks TITLE [AIM]: of $dir/tree
race_of_walks() {
	title=$1
	limit=${2:-1.05}
	set -- floor_walk "$tools/floor_walk" "$dir/tree" \
		--- hogs "$tools/linked/bench_dirs" "$dir/tree" 60000 \
		--- 'find|cut|sort|uniq' sh -c "$counted_in_shell" "$dir/tree" \
		--- du:--inodes du --inodes -x "$dir/tree"
	! has bfs || set -- "$@" --- bfs:-j1 bfs -j1 "$dir/tree" -type d
	race 31 "$title" "$@" || return 0
	aim hogs floor_walk "$limit" "walk of $title"
	want=$(($("$tools/floor_walk" "$dir/tree") + 1))
	got=$("$tools/linked/bench_dirs" "$dir/tree" 60000)
	[ "${got%% *}" = "$want" ] || is_broken "hogs_scan() says $got of $want"
}

# Is the culprit named when the time is not enough? Five times each, because a budget of a few
# milliseconds may fall into a time slice of a neighbour.
growing_budgets() {
	full=$(cell hogs 2)
	[ -n "$full" ] || return 0
	say '  with a part of that time, of 5 runs:'
	for percent in 1 2 5 10 20 50; do
		ms=$(awk -v full="$full" -v percent="$percent" \
			'BEGIN { ms = int(full * percent / 100 + 0.5); print (ms > 1 ? ms : 1) }')
		right=0
		for _ in 1 2 3 4 5; do
			got=$("$tools/linked/bench_dirs" "$dir/tree" "$ms") || is_broken hogs
			case $got in *" $dir/tree/var/spool/postfix/def"*) right=$((right + 1)) ;; esac
		done
		said="$percent % ($ms ms): $right name it; ${got%% *} counted, first ${got##*"$dir/tree"}"
		say "    $said"
		# the budget is in whole milliseconds: of a small tree a tenth of the time says nothing
		[ "$percent" != 10 ] || [ "$ms" -lt 10 ] ||
			judge "$((5 - right))" 0 'runs that miss the culprit in a tenth of the time'
	done
}

bench_walk() {
	plugin_on_tmpfs "$((size_walk / 2))" || return 1
	if ! [ -x "$tools/linked/bench_dirs" ]; then
		left_out 'walks on a disk: linked/bench_dirs is not built'
		return 0
	fi
	if ! has_room "$out" $((size_walk * 3 / 2)) $((size_walk + 20000)); then
		left_out "walks of $size_walk files in $out, which has no room for them"
		return 0
	fi
	workdir "$out" && mkdir -p "$dir/tree/var/spool" || return 1
	"$tools/mktree" "$dir/tree/usr" "$others" 5 &&
		"$tools/mkqueue" "$dir/tree/var/spool/postfix" $((size_walk / 2)) twins || return 1
	race_of_walks "$size_walk files of a spool, $others other directories ($(stat -f -c %T "$out"))"
	growing_budgets
	workdir "$out" && "$tools/mktree" "$dir/tree" 2000 "$files_walk" || return 1
	race_of_walks "2000 directories of $files_walk files ($(stat -f -c %T "$out"))"
	for kind in hosting sessions layers journal mailboxes quarantine; do
		workdir "$out" && mkdir "$dir/tree" && "$tools/mkhost" "$dir/tree" "$kind" "$size_host" || return 1
		# directories of a few files each: what is kept of them costs more than reading them
		race_of_walks "a host of the kind $kind ($(stat -f -c %T "$out"))" 1.5
	done
	clean
}

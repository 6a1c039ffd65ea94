#!/bin/sh
# sw_inode_dirs_scan() beside find and du --inodes, on trees made by chance and on trees made to hurt
# (those with mounts: dirs_mounts.sh):
#     tests/system/dirs.sh BUILD/tests/unit/inode/test_dirs [SEED]
set -u
LC_ALL=C
export LC_ALL
case $1 in /*) hogs=$1 ;; *) hogs=$PWD/$1 ;; esac
seed=${2:-$(date +%s)}
[ -n "${TMPDIR:-}" ] || { [ -w /dev/shm ] && TMPDIR=/dev/shm; }
work=$(mktemp -d "${TMPDIR:-/tmp}/spoolwatch.XXXXXX") || exit 1
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
bad=0

say() {
	echo "not ok - $*"
	bad=1
}

scan() {
	"$hogs" "$1" 50000 2>/dev/null
}

# same WHAT TREE INODES: they are what the scan of the tree counts, all of it
same() {
	got=$(scan "$2" | sed -n '/^counted\|^unread\|^cut/s/.* //p' | paste -s -d ' ')
	[ "$got" = "$3 0 0 0" ] || say "$1: got \"$got\", want \"$3 0 0 0\""
}

du_inodes() {
	du --inodes -x -s "$1" | cut -f 1
}

# by_chance SEED: commands for sh: directories, files, names with blanks and newlines, hard links
by_chance() {
	awk -v seed="$1" 'BEGIN {
		srand(seed)
		dir[0] = "."
		dirs = 1
		strange[0] = "\n"; strange[1] = " "; strange[2] = "\\"; strange[3] = "*"
		for (i = 0; i < 400; i++) {
			in_dir = dir[int(rand() * dirs)]
			name = (rand() < 0.2 ? strange[int(rand() * 4)] : "") "n" i
			where = "\"" in_dir "/" name "\""
			gsub(/\\/, "\\\\", where)
			r = rand()
			if (r < 0.3) {
				print "mkdir " where
				dir[dirs++] = in_dir "/" name
			} else if (r < 0.8 || !files) {
				print ": >" where
				file[files++] = where
			} else if (r < 0.85) {
				print "ln -s nowhere " where
			} else if (r < 0.87) {
				print "mkfifo " where
			} else {
				print "ln " file[int(rand() * files)] " " where
			}
		}
	}'
}

for i in 1 2 3; do
	mkdir "$work/chance$i"
	by_chance $((seed + i)) >"$work/commands"
	(cd "$work/chance$i" && sh "$work/commands") || say "seed $((seed + i)): tree not made"
	same "seed $((seed + i)), du" "$work/chance$i" "$(du_inodes "$work/chance$i")"
	find "$work/chance$i" -xdev ! -type d -links +1 -exec sh -c 'rm -f "$@"' rm {} +
	same "seed $((seed + i)), find" "$work/chance$i" \
		"$(find "$work/chance$i" -xdev -printf 'x\n' | wc -l)"
	# each hog without those that are named below it, when all are
	scan "$work/chance$i" >"$work/got"
	sed -n 's/^hog //p' "$work/got" >"$work/hogs"
	grep -qx 'more 0' "$work/got" && ! grep -q '^hog.*%' "$work/got" &&
		while read -r inodes percent path; do
			set -- # what to leave out
			while read -r _ _ other; do
				case $other in "$path"/*) set -- "$@" -path "$other" -prune -o ;; esac
			done <"$work/hogs"
			want=$(find "$path" -xdev "$@" -printf 'x\n' | wc -l)
			[ "$inodes" = "$want" ] ||
				say "seed $((seed + i)): $path: got $inodes ($percent %), want $want"
		done <"$work/hogs"
	[ -s "$work/hogs" ] || say "seed $((seed + i)): no hog"
done

# the spool of an incident; who asks for its parts gets them
for queue in deferred defer; do
	for hash in 0 1 2 3 4 5 6 7 8 9 A B C D E F; do
		mkdir -p "$work/spool/$queue/$hash"
		(cd "$work/spool/$queue/$hash" && seq -f "${hash}B%06g" 150 | xargs touch)
	done
done
mkdir "$work/spool/active" && touch "$work/spool/active/4jY2t64r1Tz1bgB"
same "spool" "$work/spool" "$(du_inodes "$work/spool")"
"$hogs" "$work" 50000 "$work/spool/deferred" "$work/spool/defer" 2>/dev/null >"$work/got"
for queue in deferred defer; do
	grep -q "^hog 2417 [0-9.]* $work/spool/$queue\$" "$work/got" || say "spool: $(grep '^hog' "$work/got")"
done
grep -q "^below 2417 $work/spool/deferred\$" "$work/got" || say "deferred: $(grep '^below' "$work/got")"
grep -q "^below 2417 $work/spool/defer\$" "$work/got" || say "defer: $(grep '^below' "$work/got")"

mkdir "$work/wide" && (cd "$work/wide" && seq 100000 | xargs touch)
same "100,000 files in a directory" "$work/wide" 100001
rm -rf "$work/wide"
mkdir "$work/wide" && (cd "$work/wide" && seq 20000 | xargs mkdir)
same "20,000 directories in a directory" "$work/wide" 20001
rm -rf "$work/wide"

# what is removed and made meanwhile changes the count and nothing else
mkdir "$work/busy"
(cd "$work/busy" && seq -f 'd%g/e' 2000 | xargs mkdir -p)
(cd "$work/busy" && seq -f 'd%g' 2000 | xargs rm -rf) &
for i in 1 2 3 4 5; do
	got=$(scan "$work/busy" | sed -n '/^unread\|^cut/s/.* //p' | paste -s -d ' ')
	[ "$got" = "0 0 0" ] || say "a tree that vanishes: got \"$got\", want \"0 0 0\""
done
wait

[ $bad = 0 ] && echo "ok - same numbers as find and du (seed $seed)"
exit $bad

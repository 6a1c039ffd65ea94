#!/bin/sh
# The house stands (HACKING.md has the drawing): a room of lib/ includes only rooms below it, no two
# rooms of a floor and no two files of a room include each other; every header compiles alone; no
# file hides a second module; unit tests mirror the rooms; all is formatted.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0

say() {
	echo "not ok - $*"
	bad=1
}

# What a room may include besides itself. Only plugins/ sees munin and mail.
allowed() {
	case $1 in
	base) echo '' ;;
	os) echo 'base' ;;
	munin | inode | postfix) echo 'base os' ;;
	queue | log) echo 'base os postfix' ;;
	traffic) echo 'base os postfix log' ;;
	words) echo 'base os postfix log traffic queue inode' ;;
	parts) echo 'base os postfix log traffic queue inode words munin' ;;
	plugins) echo 'base os postfix log traffic queue inode words munin parts' ;;
	*) echo "$1 is no room" >&2 ;;
	esac
}

room_of() {
	case $1 in
	lib/*) room=${1#lib/} && echo "${room%%/*}" ;;
	plugins/*/*) echo parts ;;
	*) echo plugins ;;
	esac
}

for file in lib/*/*.[ch] plugins/*.[ch] plugins/*/*.[ch]; do
	[ -e "$file" ] || continue
	room=$(room_of "$file")
	for include in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$file"); do
		case " $room $(allowed "$room") " in
		*" $include "*) ;;
		*) say "$file includes $include/, allowed are $(allowed "$room")" ;;
		esac
	done
	lines=$(wc -l <"$file")
	[ "$lines" -le 400 ] || say "$file has $lines lines, allowed are 400"
done

for room in lib/*/; do
	grep -q "^    ${room%/} " HACKING.md || say "HACKING.md's drawing lacks ${room%/}"
done

# Unit tests mirror the rooms: tests/unit/ROOM/test_MODULE.c or test_MODULE_WHAT.c shows lib/ROOM/MODULE.
for test in tests/unit/*/test_*.c; do
	room=${test#tests/unit/}
	room=${room%/*}
	name=${test##*/test_}
	name=${name%.c}
	while [ -n "$name" ] && [ ! -e "lib/$room/$name.h" ] && [ ! -e "lib/$room/$name.c" ] &&
		[ ! -e "plugins/$room/$name.h" ]; do
		case $name in *_*) name=${name%_*} ;; *) name= ;; esac
	done
	[ -n "$name" ] || say "$test shows no module of a room"
done

# A header that is reached again from what it includes is a circle.
for header in lib/*/*.h plugins/parts/*.h; do
	name=${header#*/}
	seen=" "
	next=$name
	while [ -n "$next" ]; do
		now=$next
		next=
		for one in $now; do
			for below in $(sed -n 's/^#include "\([a-z]*\/[a-z_]*\.h\)".*/\1/p' lib/"$one" plugins/"$one" 2>/dev/null); do
				[ "$below" = "$name" ] && say "$header is in a circle of includes"
				case $seen in
				*" $below "*) ;;
				*) seen="$seen$below " && next="$next $below" ;;
				esac
			done
		done
	done
	echo "#include \"$name\"" |
		${CC:-cc} -std=c11 -D_GNU_SOURCE -iquote lib -iquote plugins -Wall -Wextra -Werror \
			-fsyntax-only -x c - || say "$header does not compile alone"
done
if command -v clang-format >/dev/null 2>&1; then
	[ "$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')" != 14 ] ||
		git ls-files 'lib/*.[ch]' 'plugins/*.[ch]' 2>/dev/null | xargs -r clang-format --dry-run -Werror ||
		say "not formatted as .clang-format says"
fi
[ $bad = 0 ] && echo "ok - rooms, circles, headers, sizes, tests, format"
exit $bad

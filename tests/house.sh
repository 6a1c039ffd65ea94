#!/bin/sh
# The house stands (HACKING.md has the drawing): a room of lib/ includes only rooms below it, no two
# rooms of a floor and no two files of a room include each other; every header compiles alone; no
# file hides a second module; the door shows what it declares and nothing else; unit tests mirror the
# rooms; all is formatted.
#     tests/house.sh BUILDDIR
set -u
cd "$(dirname "$0")/.." || exit 1
build=${1:-build/release}
bad=0

say() {
	echo "not ok - $*"
	bad=1
}

# What a room may include besides itself. Only plugins/ sees munin and mail.
allowed() {
	case $1 in
	spoolwatch) echo '' ;;
	base) echo 'spoolwatch' ;;
	os) echo 'spoolwatch base' ;;
	munin | inode | postfix) echo 'spoolwatch base os' ;;
	queue | log) echo 'spoolwatch base os postfix' ;;
	traffic) echo 'spoolwatch base os postfix log' ;;
	words) echo 'spoolwatch base os postfix log traffic queue inode' ;;
	parts) echo 'spoolwatch base os postfix log traffic queue inode words munin' ;;
	plugins) echo 'spoolwatch base os postfix log traffic queue inode words munin parts' ;;
	incident) echo 'spoolwatch base os postfix log traffic queue inode words' ;;
	*) echo "$1 is no room" >&2 ;;
	esac
}

room_of() {
	case $1 in
	lib/*) room=${1#lib/} && echo "${room%%/*}" ;;
	plugins/*/*) echo parts ;;
	contrib/*) echo incident ;;
	*) echo plugins ;;
	esac
}

for file in lib/*/*.[ch] plugins/*.[ch] plugins/*/*.[ch] contrib/incident/*.[ch]; do
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
		[ ! -e "plugins/$room/$name.h" ] && [ ! -e "contrib/$room/$name.h" ] && [ ! -e "contrib/$room/$name.c" ]; do
		case $name in *_*) name=${name%_*} ;; *) name= ;; esac
	done
	[ -n "$name" ] || say "$test shows no module of a room"
done

# A header that is reached again from what it includes is a circle.
for header in lib/*/*.h plugins/parts/*.h contrib/incident/*.h; do
	name=${header#*/}
	seen=" "
	next=$name
	while [ -n "$next" ]; do
		now=$next
		next=
		for one in $now; do
			for below in $(sed -n 's/^#include "\([a-z]*\/[a-z_]*\.h\)".*/\1/p' lib/"$one" plugins/"$one" contrib/"$one" 2>/dev/null); do
				[ "$below" = "$name" ] && say "$header is in a circle of includes"
				case $seen in
				*" $below "*) ;;
				*) seen="$seen$below " && next="$next $below" ;;
				esac
			done
		done
	done
	echo "#include \"$name\"" |
		${CC:-cc} -std=c11 -D_GNU_SOURCE -iquote lib -iquote plugins -iquote contrib -Wall -Wextra -Werror -Wno-psabi \
			-fsyntax-only -x c - || say "$header does not compile alone"
done

# The door: what stands in it bears sw_, what bears sw_ stands in it, with a page of the manual.
grep -n '^#include' lib/spoolwatch/*.h | grep -v '"spoolwatch/\|<std\(bool\|def\|int\)\.h>' &&
	say "headers of the door include what a user may not have"
defined() { # ARCHIVE: names that it gives to a program
	nm -g --defined-only "$1" | awk 'NF == 3 { print $3 }' | sort -u
}
declared=$(lib/spoolwatch/names.sh lib/spoolwatch/*.h)
for name in $(defined "$build/libspoolwatch.a" | grep '^sw_'); do
	echo "$declared" | grep -qx "$name" || say "$name() bears sw_, but the door does not declare it"
done
[ "$(defined "$build/door/libspoolwatch.a")" = "$declared" ] ||
	say "the installed archive does not show what the door declares: $(defined "$build/door/libspoolwatch.a" |
		awk -v declared="$declared" 'BEGIN { n = split(declared, d); for (i = 1; i <= n; i++) want[d[i]] = 1 }
			{ if (!($1 in want)) print "+" $1; delete want[$1] } END { for (w in want) print "-" w }' | tr '\n' ' ')"
for header in lib/spoolwatch/*.h; do
	page=${header%/*}/sw_$(basename "$header" .h).3
	for name in $(lib/spoolwatch/names.sh "$header"); do
		grep -q "^\.F[no] $name\>" "$page" || say "$page does not tell $name()"
	done
done
# What only sw_munin_main() may do to a process.
for door in "$build"/door/*.o; do
	[ "${door##*/}" = munin.o ] && continue
	does=$(nm -u "$door" | awk '{ print $NF }' | tr '\n' ' ' |
		grep -owE '(put|set|unset|clear)env|signal|sigaction|_*exit|abort|f?chdir|setlocale|umask|set[eu]*id|std(in|out|err)|(__)?printf(_chk)?' |
		grep -vx _exit | tr '\n' ' ')
	[ -z "$does" ] || say "$door calls $does"
done
# A label encodes all bytes but these (lib/base/label.h), so that our own sentences do without the others.
if command -v perl >/dev/null 2>&1; then
	# shellcheck disable=SC2016  # perl's
	encoded=$(git ls-files 'lib/*.c' 'plugins/*.c' 'contrib/incident/*.c' 2>/dev/null | xargs perl -0777 -ne '
		while (/\b(?:sw_fault|sw_fault_errno|fault_wrap|sw_label_printe?d?)(\((?:[^()"]|"(?:[^"\\]|\\.)*"|(?1))*\))/g) {
			my $text = join "", $1 =~ /"((?:[^"\\]|\\.)*)"/g;
			$text =~ s/%[-0-9.*]*[lzh]*[a-zA-Z]//g;
			print "$ARGV: $text; " if $text =~ m{[^A-Za-z0-9 \@._+/:,=()%\[\]-]};
		}')
	[ -z "$encoded" ] || say "sentences with bytes that a label encodes: $encoded"
fi
if command -v clang-format >/dev/null 2>&1; then
	[ "$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')" != 14 ] ||
		git ls-files 'lib/*.[ch]' 'plugins/*.[ch]' 'contrib/incident/*.[ch]' 2>/dev/null | xargs -r clang-format --dry-run -Werror ||
		say "not formatted as .clang-format says"
fi
[ $bad = 0 ] && echo "ok - rooms, circles, headers, sizes, door, tests, format"
exit $bad

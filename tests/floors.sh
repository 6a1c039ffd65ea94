#!/bin/sh
# The house stands: a floor of lib/ includes only floors below it, read/ knows no Munin and munin/
# no mail; every header compiles alone; no file hides a second module.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0

say() {
	echo "not ok - $*"
	bad=1
}

allowed() {
	case $1 in
	base) echo base ;;
	os) echo 'base os' ;;
	store) echo 'base os store' ;;
	read) echo 'base os store read' ;;
	munin) echo 'base os store munin' ;;
	esac
}

for file in lib/*/*.[ch]; do
	floor=${file#lib/}
	floor=${floor%%/*}
	for include in $(sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' "$file"); do
		case " $(allowed "$floor") " in
		*" $include "*) ;;
		*) say "$file includes $include/, allowed are $(allowed "$floor")" ;;
		esac
	done
	lines=$(wc -l <"$file")
	[ "$lines" -le 400 ] || say "$file has $lines lines, allowed are 400"
done
for header in lib/*/*.h plugins/shared/*.h; do
	echo "#include \"${header#*/}\"" |
		${CC:-cc} -std=c11 -D_GNU_SOURCE -iquote lib -iquote plugins -Wall -Wextra -Werror \
			-fsyntax-only -x c - || say "$header does not compile alone"
done
[ $bad = 0 ] && echo "ok - floors, headers, sizes"
exit $bad

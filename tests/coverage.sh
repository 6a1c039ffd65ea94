#!/bin/sh
# What the tests of a PROFILE=cov build ran, by gcov alone:
#     tests/coverage.sh BUILDDIR clean      forgets earlier runs
#     tests/coverage.sh BUILDDIR            lines and branches of lib/ and plugins/, the least first
# A branch is a way that a jump can go; one that no test took counts as missed.
set -u
build=$1
gcov=${GCOV:-gcov}
cd "$(dirname "$0")/.." || exit 1
if [ "${2:-}" = clean ]; then
	find "$build" -name '*.gcda' -exec rm -f {} +
	exit
fi
# -n writes no file. An object's report holds its headers, too, again and again: only its own .c counts.
find "$build/lib" "$build/plugins" -name '*.gcda' | sort | while read -r data; do
	"$gcov" -b -n "$data" 2>/dev/null | awk -v source="${data#"$build"/}" '
		BEGIN { sub(/[.]gcda$/, ".c", source) }
		/^File / { mine = $0 == "File \047" source "\047" }
		mine && /^(Lines executed|Taken at least once):/ {
			sub(/^.*:/, "")
			split($0, p, "% of ")
			found = found " " p[1] " " p[2]
		}
		END { print source found }'
done | awk '
	NF > 1 { # FILE, then of lines and of branches: percent, number
		printf "%6.1f %6.1f  %s\n", $2, (NF > 3 ? $4 : 100), $1 | "sort -n"
		lines += $3; run += $2 * $3 / 100
		branches += $5; taken += $4 * $5 / 100
	}
	END {
		close("sort -n")
		if (!lines) { print "no coverage: was it built with PROFILE=cov and run?"; exit 1 }
		printf "coverage: %.1f %% of %d lines, %.1f %% of %d branches\n", 100 * run / lines, lines, 100 * taken / branches, branches
	}'

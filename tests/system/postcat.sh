#!/bin/sh
# qfile beside the real `postcat -e`, attribute by attribute, on every real sample:
#     tests/system/postcat.sh BUILDDIR            the samples
#     tests/system/postcat.sh BUILDDIR SPOOL      150 messages of a live queue directory
set -u
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
files=0
lines=0

postcat=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v postcat) || {
	echo "skipped - postcat is not installed"
	exit 0
}
if ! "$postcat" -e tests/unit/queue/files/spool/hold/442ECA760C7 >"$work/try" 2>&1; then
	echo "skipped - postcat does not run here: $(tail -n 1 "$work/try")"
	exit 0
fi

# What postcat says, in the words of `test_file dump`. Only the first of a name counts.
canonical() {
	awk '
		function seconds(date, part) { # "Mon Nov 23 10:50:16 2026", in UTC
			split(date, part, /[ :]+/)
			month = index("JanFebMarAprMayJunJulAugSepOctNovDec", part[2]) / 3 + 2 / 3
			year = part[7]
			if (month <= 2) { month += 12; year-- }
			days = 365 * year + int(year / 4) - int(year / 100) + int(year / 400) \
				+ int((153 * (month - 3) + 2) / 5) + part[3] - 1 - 719468
			return sprintf("%d", days * 86400 + part[4] * 3600 + part[5] * 60 + part[6])
		}
		function say(name, value) { if (!(name in said)) print name "=" value; said[name] = 1 }
		{ key = $1; value = substr($0, length($1) + 2) }
		/^\*\*\* MESSAGE CONTENTS / { content = 1 }
		key == "message_size:" { say("size", $2 " " $3 " " $4 " " $6) }
		key == "message_arrival_time:" { say("arrival", seconds(value)) }
		key == "create_time:" { say("create", seconds(value)) }
		key == "sender:" { say("sender", value) }
		key == "recipient:" { todo++ }
		key == "done_recipient:" { done++ }
		key == "canceled_recipient:" { canceled++ }
		key == "named_attribute:" && !content {
			name = value
			sub(/=.*/, "", name)
			if (name ~ /^(sasl_(method|username|sender)|log_ident|(log_)?client_(name|address))$/)
				say(name, substr(value, length(name) + 2))
		}
		END { say("rcpt", todo + 0 " " done + 0 " " canceled + 0) }'
}

if [ -n "${2:-}" ]; then
	least=1
	find "$2/deferred" "$2/active" "$2/hold" -type f 2>/dev/null | head -n 150 >"$work/list"
else
	least=33
	ls tests/unit/queue/files/spool*/*/* tests/unit/queue/files/spool*/*/*/* tests/unit/queue/files/snap/*/942F3A760CD \
		-d >"$work/list"
fi
while read -r file; do
	[ -f "$file" ] || continue
	TZ=UTC LC_ALL=C "$postcat" -e "$file" | LC_ALL=C canonical | LC_ALL=C sort >"$work/want"
	"$build/tests/unit/queue/test_file" dump "$file" | LC_ALL=C sort >"$work/got"
	files=$((files + 1))
	lines=$((lines + $(wc -l <"$work/want")))
	if ! diff "$work/want" "$work/got" >"$work/diff"; then
		echo "not ok - $file (< postcat, > qfile)"
		cat "$work/diff"
		bad=1
	fi
done <"$work/list"
[ $files -ge $least ] || { echo "not ok - only $files files"; bad=1; }
[ $bad = 0 ] && echo "ok - $files queue files, $lines values as $("${postcat%postcat}postconf" -h mail_version 2>/dev/null)'s postcat -e has them"
exit $bad

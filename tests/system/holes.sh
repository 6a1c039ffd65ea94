#!/bin/sh
# A hole in the log takes away the minutes that need it, and nothing else:  tests/system/holes.sh PLUGINDIR
# The log of a golden host, in which at one place the log daemon threw messages away. Each value of the
# fields below is what it is without the hole, or U where one of its own minutes lies in it. A field that
# is U now says why, and who leads in the lines that are left.
set -u
plugins=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/../hosts/uneven" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0
rows=0
cp -R root "$work/root"

# plugin, field, minutes of a value; `most` and the like are there in each sub-graph
fields='postfix_sasl_failures failures 1
postfix_sasl_failures backend 1
postfix_sasl_failures addresses 5
postfix_sasl_failures accounts 5
postfix_sasl_failures most 5
postfix_sasl_failures fifth 5
postfix_sasl_failures others 5
postfix_sasl_rate total 1
postfix_sasl_rate active 5
postfix_sasl_rate busiest 5
postfix_sasl_rate most_recipients 5
postfix_sasl_rate most_addresses 5
postfix_sasl_rate over_limit 5
postfix_sasl_rate blocked 5
postfix_refusals reputation 5
postfix_refusals unknown_user 5
postfix_refusals greylisted 5
postfix_refusals other 5
postfix_refusals most 5'

look() { # PLUGIN FILE
	# shellcheck disable=SC2046  # a word each
	env -i TZ=UTC SPOOLWATCH_ROOT="$work/root" $(cat env) "$plugins/$1" >"$work/$2" 2>"$work/$2.err"
}

for plugin in postfix_sasl_failures postfix_sasl_rate postfix_refusals; do
	look $plugin whole.$plugin
done
# when it begins and ends; the first and the last minute in which something may be lost, from 13:00 on:
# "begin to drop" doubts what is behind the line before it
while read -r begin end first last; do
	{
		cat root/var/log/mail.log
		echo "2026-11-26T13:${begin}Z mx rsyslogd: imuxsock[pid 9]: begin to drop messages due to rate-limiting"
		echo "2026-11-26T13:${end}Z mx rsyslogd: imuxsock[pid 9]: 900 messages lost due to rate-limiting (200 allowed within 5 seconds)"
	} | sort -s -k 1,1 >"$work/root/var/log/mail.log"
	for plugin in postfix_sasl_failures postfix_sasl_rate postfix_refusals; do
		look $plugin hole
		rows=$((rows + 1))
		echo "$fields" | grep "^$plugin " | awk -v plugin=$plugin -v first="$first" -v last="$last" -v begin="$begin" '
			$1 == plugin { minutes[$2] = $3; next }
			{ dot = index($1, "."); field = substr($1, 1, dot - 1); what = substr($1, dot + 1) }
			$1 == "multigraph" { graph = $2; next }
			!(field in minutes) || (what != "value" && what != "extinfo") { next }
			{ rest = substr($0, length($1) + 2) }
			what == "value" { split(rest, t, ":"); key = graph " " field " " t[1]; text = t[2] }
			what == "extinfo" { key = graph " " field; text = rest }
			FILENAME != was { if (was != "") file++; was = FILENAME }
			{ got[file + 0, key] = text }
			!file { keys[key] = 1 }
			function wrong(key, a, b) { print "not ok - " plugin ", hole at " begin ": " key " is \"" a "\", want \"" b "\""; n++ }
			END {
				for (key in keys) {
					split(key, k, " ")
					if (k[3] == "") continue
					end = (k[3] - 1795698000) / 60 # 13:00
					lost = end > first && end - minutes[k[2]] <= last
					want = lost ? "U" : got[0, key]
					if (got[1, key] != want) wrong(key, got[1, key], want)
					if (k[3] > now) now = k[3]
					values++
				}
				if (values < 30 * 5) wrong("values", values, "more")
				for (key in keys) {
					split(key, k, " ")
					if (k[3] != now) continue
					said = k[1] " " k[2]
					was = got[0, said]
					why = "/var/log/mail.log: 900 messages lost 50 s ago due to rate-limiting: raise ratelimit.burst of rsyslog, or RateLimitBurst of journald"
					if (got[1, key] == "U" && got[0, key] != "U")
						was = why (was == "" ? "" : ", of those that are left " was)
					# a longer one is cut
					same = length(was) > 330 ? index(was, got[1, said]) == 1 && length(got[1, said]) > 330 : got[1, said] == was
					if (!same) wrong(said, got[1, said], was)
				}
				exit n > 0
			}' - "$work/whole.$plugin" "$work/hole" || bad=1
		# of minutes before the last it is said once, in the log of munin-node
		said=$(grep -c 'some minutes are not known' "$work/hole.err")
		want=1
		[ "$last" = 49 ] && want=0
		[ "$said" = $want ] || { echo "not ok - $plugin, hole at $begin: said $said times" && bad=1; }
	done
done <<-END
	21:10 21:40 21 21
	35:10 35:40 34 35
	42:10 42:40 41 42
	44:05 44:50 43 44
	49:20 49:40 49 49
END
[ $bad = 0 ] && echo "ok - a hole in the log is U where it is, and nowhere else ($rows runs)"
exit $bad

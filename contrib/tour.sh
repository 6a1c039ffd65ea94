#!/bin/sh
# What every plugin says to autoconf, config and fetch on this host, for people to read:
#     contrib/tour.sh PLUGINDIR
# Where this host has nothing for a plugin, or its user may not read it, the sample host of
# tests/hosts/friday follows, with all plugins: its queue, its log and its inodes tell one story.
set -u
plugins=$(cd "$1" && pwd)
sample=$(cd "$(dirname "$0")/../tests/hosts/friday" && pwd)
bold=
plain=
if [ -t 1 ]; then
	bold=$(printf '\033[1m')
	plain=$(printf '\033[0m')
fi

# Config and fetch, joined: a table a graph.
table() {
	{ "$@" config && echo ' values' && "$@"; } 2>/dev/null | awk -v bold="$bold" -v plain="$plain" '
		function after(n,   i, s) { s = $0; for (i = 0; i < n; i++) sub(/^[^ ]+ ?/, "", s); return s }
		$0 == " values" { values = 1; graph = ""; next }
		$1 == "multigraph" { graph = $2; if (!values) order[++graphs] = graph; next }
		!values && $1 == "graph_title" { if (!graphs) order[++graphs] = graph; title[graph] = after(1); next }
		!values && $1 == "graph_vlabel" { unit[graph] = after(1); next }
		$1 ~ /^graph_/ { next }
		{
			dot = index($1, ".")
			field = substr($1, 1, dot - 1)
			what = substr($1, dot + 1)
			if (!((graph, field) in seen)) { seen[graph, field] = 1; fields[graph] = fields[graph] " " field }
			data[graph, field, what] = after(1)
			if (what == "value") sub(/^[0-9]+:/, "", data[graph, field, what]) # the last of many
		}
		END {
			for (g = 1; g <= graphs; g++) {
				graph = order[g]
				printf "\n    %s%s%s (%s)%s\n", bold, title[graph], plain, unit[graph], graph == "" ? "" : "   graph " graph
				n = split(fields[graph], list, " ")
				for (i = 1; i <= n; i++) {
					f = list[i]
					levels = ""
					if ((graph, f, "warning") in data)
						levels = "warning " data[graph, f, "warning"] ", critical " data[graph, f, "critical"]
					printf "      %-28s %12s   %s\n", data[graph, f, "label"], data[graph, f, "value"], levels
					if ((graph, f, "extinfo") in data)
						printf "        %s\n", data[graph, f, "extinfo"]
				}
			}
		}'
}

sample_run() {
	# shellcheck disable=SC2046  # one word a line
	env TZ=UTC SPOOLWATCH_ROOT="$sample/root" $(cat "$sample/env") "$@"
}

names=
for path in "$plugins"/*; do
	name=$(basename "$path")
	[ -f "$path" ] || continue
	case $name in *.* | *_) continue ;; esac # objects; wildcard plugins are for their instances
	names="$names $name"
done

sudo=
[ "$(id -u)" = 0 ] || sudo=" Root may: sudo make run."
lacking=
printf '\n%sTHIS HOST%s\n' "$bold" "$plain"
for name in $names; do
	path=$plugins/$name
	printf '\n%s%s%s - %s\n' "$bold" "$name" "$plain" "$("$path" --help | sed -n '1s/^[^-]* - //p')"
	answer=$("$path" autoconf 2>&1)
	printf '  autoconf: %s\n' "$answer"
	case $answer in
	yes)
		table "$path"
		case $("$path" 2>&1 >/dev/null) in
		*'ermission denied'*)
			lacking="$lacking $name"
			printf '\n  U is what this user may not read.%s\n' "$sudo"
			;;
		esac
		;;
	*'ermission denied'*)
		lacking="$lacking $name"
		printf '  This user may not read it.%s The sample host shows what it would be.\n' "$sudo"
		;;
	*)
		lacking="$lacking $name"
		printf '  This host has nothing for it; the sample host has.\n'
		;;
	esac
done
if [ -n "$lacking" ]; then
	printf '\n%sTHE SAMPLE HOST%s, recorded from a real Postfix on a Friday afternoon (tests/hosts/friday): one\n' \
		"$bold" "$plain"
	printf 'account among five has lost its password (its log begins too late to say how).\n'
	for name in $names; do
		printf '\n%s%s%s\n' "$bold" "$name" "$plain"
		table sample_run "$plugins/$name"
	done
fi
printf '\nSettings of each: PLUGIN --help in %s. Install: see README.md.\n' "${1%/}"

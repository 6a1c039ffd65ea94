#!/bin/sh
# README's and the man pages' settings are those of the plugins' own tables:
#     tests/system/readme.sh PLUGINDIR
# Each setting that `PLUGIN --help` lists must stand in README.md's table of that plugin with its
# default and its text, and in PLUGIN.8; README must name no setting that no plugin has.
set -u
plugins=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.." || exit 1
bad=0

rows() { # the lines of a plugin's settings as rows of README's table
	"$plugins/$1" --help | sed -n 's/^  env\.\([A-Za-z_]*\) \[\(.*\)\] \(.*\)$/| `env.\1` | \2 | \3 |/p' |
		grep -v SPOOLWATCH_
}

if [ "${2:-}" = --print ]; then
	for p in $(cd "$plugins" && ls | grep -v '\.'); do
		printf '\n**%s**\n\n| setting | default | what it is |\n|---|---|---|\n' "$p"
		rows "$p"
	done
	exit 0
fi
for path in plugins/*.c; do
	p=$(basename "$path" .c)
	[ -s "plugins/$p.8" ] || { echo "not ok - plugins/$p.8 is missing" && bad=1; }
	grep -qE "^#?\[($p|${p%_}\*|${p%%_*}_\*)\]" contrib/munin/plugin-conf.d/spoolwatch ||
		{ echo "not ok - contrib/munin/plugin-conf.d/spoolwatch does not say who $p runs as" && bad=1; }
	rows "$p" >"${TMPDIR:-/tmp}/rows.$$"
	[ -s "${TMPDIR:-/tmp}/rows.$$" ] || { echo "not ok - $p --help lists no setting" && bad=1; }
	while read -r row; do
		grep -qxF "$row" README.md || { echo "not ok - README.md lacks the row of $p: $row" && bad=1; }
		name=${row#*env.}
		name=${name%%\`*}
		grep -q "^\.so" "plugins/$p.8" || grep -q "env\.$name" "plugins/$p.8" ||
			{ echo "not ok - plugins/$p.8 lacks env.$name" && bad=1; }
	done <"${TMPDIR:-/tmp}/rows.$$"
done
sed -n 's/^| `env\.\([A-Za-z_]*\)`.*/\1/p' README.md | sort -u >"${TMPDIR:-/tmp}/rows.$$"
while read -r name; do
	grep -rqE "(^|\{)[[:space:]]*\"$name\"," plugins || { echo "not ok - README.md names env.$name, no plugin has it" && bad=1; }
done <"${TMPDIR:-/tmp}/rows.$$"
rm -f "${TMPDIR:-/tmp}/rows.$$"
[ $bad = 0 ] && echo "ok - README and man pages have every setting, default and text of the plugins"
exit $bad

#!/bin/sh
# What spoolwatch's plugins say, for node_exporter's textfile collector; as root, each minute:
#     textfile.sh FILE.prom [PLUGIN...]
# PLUGIN: names in /etc/munin/plugins; without, all of spoolwatch's that are linked there under their
# own names. munin-run runs them, as munin-node does: user and settings of plugin-conf.d. MUNIN_RUN
# and MUNIN_PLUGINS stand for others than munin-run and /etc/munin/plugins.
# FILE is replaced at once. Where no new file can be made (no inode is left: the hour for which this
# is written) it is written in place. All of it is in memory before: no other file is made.
set -u
if [ $# = 0 ]; then
	echo "usage: textfile.sh FILE.prom [PLUGIN...]" >&2
	exit 2
fi
file=$1
shift
: "${MUNIN_RUN:=munin-run}" "${MUNIN_PLUGINS:=/etc/munin/plugins}"
if [ $# = 0 ]; then
	for link in inode_percent postfix_queue postfix_sasl_rate postfix_sasl_failures postfix_refusals \
		postfix_guard postfix_sasl_fleet smtp_clients; do
		[ -x "$MUNIN_PLUGINS/$link" ] && set -- "$@" "$link"
	done
	for link in "$MUNIN_PLUGINS"/postfix_queue_?*; do
		[ -x "$link" ] && set -- "$@" "${link##*/}"
	done
fi
if [ $# = 0 ]; then
	echo "textfile.sh: none of spoolwatch's plugins is linked in $MUNIN_PLUGINS" >&2
	exit 1
fi

# Lines of one family stand together, also where several plugins (instances of Postfix) have it.
newline='
'
text=
up="# TYPE spoolwatch_up gauge${newline}# HELP spoolwatch_up 1 where the plugin said something"
failed=0
for plugin in "$@"; do
	if said=$($MUNIN_RUN "$plugin" openmetrics); then
		text=$text$said$newline
		up="$up${newline}spoolwatch_up{plugin=\"$plugin\"} 1"
	else
		up="$up${newline}spoolwatch_up{plugin=\"$plugin\"} 0"
		failed=1
	fi
done
text=$(printf '%s%s\n' "$text" "$up" | awk '
	/^# EOF$/ { next }
	/^# (TYPE|HELP) / { family = $3; if (!(family in head)) order[++n] = family
		if ((family, $2) in seen) next; seen[family, $2] = 1; head[family] = head[family] $0 "\n"; next }
	{ body[family] = body[family] $0 "\n" }
	END { for (i = 1; i <= n; i++) printf "%s%s", head[order[i]], body[order[i]] }')

umask 022
new=$file.$$ # not *.prom: the collector does not read it
if (set -C && printf '%s\n' "$text" >"$new") 2>/dev/null && mv -f "$new" "$file" 2>/dev/null; then
	exit $failed
fi
rm -f "$new"
if ! printf '%s\n' "$text" | dd of="$file" conv=notrunc,nocreat status=none bs=1M iflag=fullblock; then
	echo "textfile.sh: $file can be neither replaced nor written in place" >&2
	exit 1
fi
truncate -s "$((${#text} + 1))" "$file" # what is printed is ASCII: a character is a byte
exit $failed

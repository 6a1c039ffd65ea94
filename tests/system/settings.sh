#!/bin/sh
# What is no slip is never complained of: every setting of every plugin, set for all of them as in a
# section [*], and what the real munin-node puts into the environment; and a slip is, there too:
#     tests/system/settings.sh PLUGINDIR
set -u
plugins=$(cd "$1" && pwd) || exit 1
work=$(mktemp -d) && chmod 755 "$work" # munin-run becomes nobody
trap 'rm -rf "$work"' EXIT
bad=0

say() {
	echo "not ok - $*"
	bad=1
}

cd "$work" || exit 1 # env.scan_file is set to a name: a file is made
mkdir -p "$work/root" "$work/plugins" "$work/conf"
names='inode_percent postfix_queue postfix_queue_ postfix_refusals postfix_sasl_rate smtp_clients postfix_sasl_failures'
for p in $names; do
	link=$p
	[ "$p" = postfix_queue_ ] && link=postfix_queue_out
	ln -s "$plugins/$p" "$work/plugins/$link"
	"$plugins/$p" --help | sed -n 's/^  env\.\([a-z_A-Z]*\) .*/\1/p' | grep -v '^SPOOLWATCH_\|^FIELD_'
done | sort -u | sed 's/FIELD/u_alice_1c6402a1/' >"$work/settings"
# a level of each field that any of them prints
for link in "$work"/plugins/*; do
	env -i PATH="$PATH" SPOOLWATCH_ROOT="$work/root" "$link" config 2>/dev/null |
		sed -n 's/^\([a-z_]*\)\.label .*/\1_warning/p'
done | sort -u >>"$work/settings"
[ "$(wc -l <"$work/settings")" -gt 40 ] || say "only $(wc -l <"$work/settings") settings were found"

for link in "$work"/plugins/*; do
	# shellcheck disable=SC2046  # a word each
	env -i PATH="$PATH" $(sed 's/$/=1/' "$work/settings") SPOOLWATCH_ROOT="$work/root" "$link" config \
		>"$work/out" 2>"$work/err"
	# more than eight complaints are only counted: the slips come last
	grep -E 'is not known|and [0-9]+ more' "$work/err" >"$work/slips" && {
		for name in $(cat "$work/settings"); do
			env -i PATH="$PATH" "$name=1" SPOOLWATCH_ROOT="$work/root" "$link" 2>&1 >/dev/null |
				grep 'is not known'
		done >"$work/slips"
		[ ! -s "$work/slips" ] || say "${link##*/}: $(cat "$work/slips")"
	}
done

run() { # LINK, as munin-node would
	munin-run --ignore-systemd-properties --config "$work/node.conf" --servicedir "$work/plugins" \
		--sconfdir "$work/conf" "$1" config 2>&1
}
printf 'host_name mx.example.com\n' >"$work/node.conf"
printf '[*]\ntimeout 60\n' >"$work/conf/none"
if ! run inode_percent >"$work/out" 2>&1; then
	echo 'skipped - munin-run is not installed or may not run here: its environment'
else
	for link in "$work"/plugins/*; do
		run "${link##*/}" | grep 'is not known' >"$work/out" && say "${link##*/}: $(cat "$work/out")"
	done
	printf '[postfix_queue*]\nenv.defered_warning 300\nenv.spooldir %s\n' "$work" >"$work/conf/slip"
	for link in postfix_queue postfix_queue_out; do
		run $link | grep -q 'env.defered_warning is not known: probably env.deferred_warning is meant' ||
			say "$link: env.defered_warning of plugin-conf.d is not named"
	done
	run inode_percent | grep 'is not known' && say 'inode_percent: a section of others is complained of'
fi
[ $bad -eq 0 ] && echo 'ok - settings of neighbours and of munin-node are no slips, slips are'
exit $bad

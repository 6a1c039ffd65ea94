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
names='inode_percent postfix_guard postfix_queue postfix_queue_ postfix_refusals postfix_sasl_rate smtp_clients postfix_sasl_failures postfix_sasl_fleet'
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

# Every setting that is a number: its bounds, and what is used beyond them.
counts='inode_percent timeout 1 30 2
inode_percent scan_seconds 0 30 3
postfix_queue sample 10 100000 1000
postfix_queue accounts 1 200 20
postfix_queue_ sample 10 100000 1000
postfix_queue_ accounts 1 200 20
postfix_refusals history 1 55 15
postfix_refusals accounts 1 200 20
postfix_refusals floor 0 1000000 1
postfix_sasl_failures history 1 55 15
postfix_sasl_failures guesses 1 16 5
postfix_sasl_failures new_networks 1 8 3
postfix_sasl_rate history 1 55 15
postfix_sasl_rate accounts 1 200 20
postfix_sasl_rate floor 0 1000000 1
postfix_sasl_rate fleet 0 1000000 0
postfix_sasl_fleet node_seconds 1 20 5
postfix_sasl_rate limit_FIELD 0 1000000 0
postfix_sasl_rate limit_day_FIELD 0 1000000000 0
postfix_sasl_rate day_seconds 0 30 2
smtp_clients clients 1 100 20
smtp_clients floor 1 1000000 5'
complaint() { # PLUGIN NAME VALUE
	env -i PATH="$PATH" "$2=$3" SPOOLWATCH_ROOT="$work/root" "$plugins/$1" 2>&1 >/dev/null | grep "env\.$2 is $3,"
}
echo "$counts" | while read -r plugin name least most fallback; do
	for value in "$least" "$most"; do
		complaint "$plugin" "$name" "$value" && say "$plugin: env.$name=$value is complained of"
	done
	for value in $((least - 1)) $((most + 1)) x; do
		complaint "$plugin" "$name" "$value" |
			grep -q "allowed is a whole number from $least to $most, and $fallback is used$" ||
			say "$plugin: env.$name=$value: \"$(complaint "$plugin" "$name" "$value")\""
	done
done >"$work/bounds"
[ ! -s "$work/bounds" ] || { cat "$work/bounds" && bad=1; }

# A list of ports: up to 32 numbers from 1 to 65535
port() { # PORTS -> the complaint
	env -i PATH="$PATH" "ports=$1" SPOOLWATCH_ROOT="$work/root" "$plugins/smtp_clients" 2>&1 >/dev/null | grep 'env\.ports is'
}
many=$(awk 'BEGIN { for (i = 1; i <= 32; i++) printf "%d ", i }')
for ports in 1 2 65535 '25,465' ',25	' "$many"; do
	port "$ports" >/dev/null && say "smtp_clients: env.ports=$ports is complained of"
done
for ports in ' ' 0 65536 -1 '25 x' 18446744073709551617 "${many}33"; do
	port "$ports" | grep -qF "env.ports is $ports, allowed are up to 32 numbers from 1 to 65535" ||
		say "smtp_clients: env.ports=$ports: \"$(port "$ports")\""
done
for p in $names; do
	for name in $("$plugins/$p" --help | sed -n 's/^  env\.\([a-z_A-Z]*\) .*/\1/p'); do
		case $name in SPOOLWATCH_*) continue ;; esac
		complaint "$p" "$name" x | grep -q 'a whole number' || continue
		echo "$counts" | grep -q "^$p $name " || say "$p: the bounds of env.$name stand in no row here"
	done
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

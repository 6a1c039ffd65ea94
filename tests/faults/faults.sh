#!/bin/sh
# The trial by faults: each system call and each request for memory of each plugin fails, over golden
# hosts, in config and fetch, without and with a state file (trial.c says what is asked of it):
#     [SEED=n] [SHALLOW=m] tests/faults/faults.sh BUILDDIR [HOST [LINK]]
# SHALLOW: one fault in m, chosen by SEED.
set -u
build=$(cd "$1" && pwd) || exit 1
only_host=${2:-}
only_link=${3:-}
seed=${SEED:-1}
shallow=${SHALLOW:-1}
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trial=$build/tests/faults/trial
passed=0
mkdir "$work/shared" # for polls that share a reading
failed=0
echo "SEED=$seed SHALLOW=$shallow"

behind() {
	case $1 in
	df_inode) echo inode_percent ;;
	postfix_mailqueue) echo postfix_queue ;;
	postfix_queue_?*) echo postfix_queue_ ;;
	*) echo "$1" ;;
	esac
}

# This very host: its mount table, its disks, children that ask them.
live() { # PLUGIN
	memory=$build/tests/faults/memory.so
	# sd_journal_add_match() of libsystemd 252 aborts the program where it finds no memory
	[ "$1" = postfix_sasl_rate ] && memory=
	(
		cd / || exit 1
		exec env -i PATH="$PATH" "$trial" -l -s "$seed" -m "$((shallow * 2))" \
			${memory:+-p "$memory"} -n "live/$1" "$build/plugins/$1"
	)
	case $? in
	0) passed=$((passed + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
}

# Hosts whose rotated log is compressed: libraries are loaded while calls fail.
rotated() { # FORMAT COMMAND
	from=hosts/logs/rotated-xz/root
	to=$work/hosts/rotated-$1
	mkdir -p "$to/root/var/log"
	cp "$from/var/log/mail.log" "$to/root/var/log/"
	xz -dc "$from/var/log/mail.log.1.xz" | $2 >"$to/root/var/log/mail.log.1.$1" || return 1
	echo SPOOLWATCH_NOW=1795669830 >"$to/env"
	touch -d @1795669827 "$to/root/var/log/mail.log"
	touch -d @1795669649 "$to/root/var/log/mail.log.1.$1"
}

host_of() {
	if [ -d "$work/hosts/$1" ]; then echo "$work/hosts/$1"; else echo "$PWD/hosts/$1"; fi
}

one() { # HOST LINK MODE STATE: a case; STATE may be empty
	ln -sf "$build/plugins/$(behind "$2")" "$work/$2"
	host_dir=$(host_of "$1")
	(
		set -f
		IFS='
'
		# shellcheck disable=SC2046,SC2086  # one word a line
		exec env -i PATH="$PATH" TZ=UTC ${4:+"MUNIN_PLUGSTATE=$work/shared"} \
			SPOOLWATCH_ROOT="$host_dir/root" $(cat "$host_dir/env") \
			"$trial" -s "$seed" -m "$shallow" -p "$build/tests/faults/memory.so" \
			-n "$1/$2.${3:-fetch}${4:+, state}" ${4:+-t} ${4:+"$4"} "$work/$2" ${3:+"$3"}
	)
	case $? in
	0) passed=$((passed + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
}

# A state that has learnt: a run three days ago, one now.
learn() { # HOST LINK
	ln -sf "$build/plugins/$(behind "$2")" "$work/$2"
	rm -f "$work/state"
	host_dir=$(host_of "$1")
	now=$(sed -n 's/^SPOOLWATCH_NOW=//p' "$host_dir/env")
	for before in 172800 86400 0; do
		env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$host_dir/root" \
			MUNIN_STATEFILE="$work/state" SPOOLWATCH_NOW=$((now - before)) \
			"$work/$2" >/dev/null 2>&1
	done
}

if command -v xz >/dev/null 2>&1; then
	rotated xz xz && rotated gz gzip || exit 1
else
	echo "skipped - faults: rotated logs: no xz"
fi
while read -r host link modes; do
	[ -d "$(host_of "$host")" ] || continue
	[ "${only_host:-$host}" = "$host" ] && [ "${only_link:-$link}" = "$link" ] || continue
	for mode in $modes; do
		[ "$mode" = fetch ] && mode=
		one "$host" "$link" "$mode" ""
	done
	case $link in
	inode_percent | postfix_sasl_rate | postfix_sasl_failures | postfix_refusals)
		learn "$host" "$link"
		one "$host" "$link" "" "$work/state"
		one "$host" "$link" "" "$work/none" # a first run
		;;
	esac
done <<EOT
friday inode_percent fetch config autoconf
friday postfix_queue fetch config
friday postfix_sasl_rate fetch config autoconf
blocked postfix_sasl_rate fetch
forged postfix_sasl_rate fetch
instances postfix_queue_ suggest
instances postfix_queue_postfix-out fetch
mounts inode_percent fetch
senders postfix_queue fetch
several postfix_sasl_rate fetch
day postfix_sasl_rate fetch
syslog_name_slash postfix_sasl_rate config
connected smtp_clients fetch config
refused postfix_refusals fetch config
guessed postfix_sasl_failures fetch config
dovecot_own postfix_sasl_failures fetch
guard postfix_guard fetch config autoconf
fleet postfix_sasl_fleet fetch config
rotated-xz postfix_sasl_rate fetch
rotated-gz postfix_sasl_rate fetch
EOT
for plugin in inode_percent postfix_queue postfix_sasl_rate smtp_clients; do
	[ "${only_host:-live}" = live ] && [ "${only_link:-$plugin}" = "$plugin" ] && live "$plugin"
done
echo "faults: $passed passed, $failed failed"
[ $failed = 0 ]

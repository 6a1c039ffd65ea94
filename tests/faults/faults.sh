#!/bin/sh
# The trial by faults: each system call and each request for memory of each plugin fails, over golden
# hosts, in config and fetch, without and with a state file (trial.c says what is asked of it):
#     [SEED=n] [SHALLOW=m] [VARIED=1] [JOBS=n] tests/faults/faults.sh BUILDDIR [HOST [LINK]]
# SHALLOW: one fault in m, chosen by SEED. VARIED: only what another seed changes in a trial of all, how
# much of each read and write is done. Some 150,000 runs, 15 minutes of a processor; cases side by side.
set -u
built=$(cd "$1" && pwd) || exit 1
only_host=${2:-}
only_link=${3:-}
seed=${SEED:-1}
shallow=${SHALLOW:-1}
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trial=$built/tests/faults/trial
# shellcheck disable=SC2034
build=$work # whose folder the runner uses
# shellcheck source=/dev/null
. tests/tally.sh
cd tests || exit 1
echo "SEED=$seed SHALLOW=$shallow${VARIED:+ VARIED=1}"

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
	memory=$built/tests/faults/memory.so
	# sd_journal_add_match() of libsystemd 252 aborts the program where it finds no memory
	[ "$1" = postfix_sasl_rate ] && memory=
	cd / && exec env -i PATH="$PATH" "$trial" -l ${VARIED:+-v} -s "$seed" -m "$((shallow * 2))" \
		${memory:+-p "$memory"} -n "live/$1" "$built/plugins/$1"
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

# With nothing of the runner's open.
alone() { (exec 9>&- && "$@"); }

host_of() {
	if [ -d "$work/hosts/$1" ]; then echo "$work/hosts/$1"; else echo "$PWD/hosts/$1"; fi
}

# A state that has learnt: runs of the two days before, and one now.
learn() { # HOST_DIR PROGRAM STATE
	now=$(sed -n 's/^SPOOLWATCH_NOW=//p' "$1/env")
	for before in 172800 86400 0; do
		env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$1/root" \
			MUNIN_STATEFILE="$3" SPOOLWATCH_NOW=$((now - before)) "$2" >/dev/null 2>&1
	done
}

one() { # HOST LINK MODE STATE: a case; STATE: "", learnt, none (a first run)
	dir=$(mktemp -d "$work/case.XXXXXX") || return 1
	ln -s "$built/plugins/$(behind "$2")" "$dir/$2"
	mkdir "$dir/shared" # for polls that share a reading
	host_dir=$(host_of "$1")
	[ "$4" != learnt ] || learn "$host_dir" "$dir/$2" "$dir/learnt"
	mode=$3
	[ "$mode" = fetch ] && mode=
	set -f
	IFS='
'
	# shellcheck disable=SC2046,SC2086  # one word a line
	exec env -i PATH="$PATH" TZ=UTC ${4:+"MUNIN_PLUGSTATE=$dir/shared"} \
		SPOOLWATCH_ROOT="$host_dir/root" $(cat "$host_dir/env") \
		"$trial" ${VARIED:+-v} -s "$seed" -m "$shallow" -p "$built/tests/faults/memory.so" \
		-n "$1/$2.$3${4:+, state}" ${4:+-t} ${4:+"$dir/$4"} "$dir/$2" ${mode:+"$mode"}
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
		whole "$host/$link, $mode" alone one "$host" "$link" "$mode" ""
	done
	case $link in
	inode_percent | postfix_sasl_rate | postfix_sasl_failures | postfix_refusals)
		whole "$host/$link, a state" alone one "$host" "$link" fetch learnt
		whole "$host/$link, a first run" alone one "$host" "$link" fetch none
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
	[ "${only_host:-live}" = live ] && [ "${only_link:-$plugin}" = "$plugin" ] &&
		whole "live/$plugin" alone live "$plugin"
done
tally

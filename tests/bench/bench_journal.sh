# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: the systemd journal. A copied host's journal holds what Postfix logged in twenty
# minutes and ten times as much of another program; postfix_sasl_rate beside journalctl and grep.

journal_entries() { # MESSAGES: export lines (systemd.io/JOURNAL_EXPORT_FORMATS), one login in eleven
	awk -v n="$1" -v start="$((now - 1200))" 'BEGIN {
		machine = "0123456789abcdef0123456789abcdef"
		for (i = 0; i < 11 * n; i++) {
			postfix = i % 11 == 0
			printf "__CURSOR=s=1;i=%x\n__REALTIME_TIMESTAMP=%d%06d\n__MONOTONIC_TIMESTAMP=%d\n", \
				i + 1, start + int(i * 1140 / (11 * n)), i % 1000000, i + 1
			printf "_BOOT_ID=%s\n_MACHINE_ID=%s\n_TRANSPORT=syslog\nPRIORITY=6\n_PID=%d\n", machine, machine, 1000 + i % 500
			if (postfix)
				printf "SYSLOG_IDENTIFIER=postfix/submission/smtpd\n_COMM=smtpd\n_UID=101\nMESSAGE=%05X%06X: client=h[192.0.2.%d], sasl_method=PLAIN, sasl_username=u%d@example.com\n\n", \
					i % 1000000, i, i % 250, i % 97
			else
				printf "SYSLOG_IDENTIFIER=noise\n_COMM=noise\n_UID=0\nMESSAGE=entry %d of a program that talks a lot, and says little\n\n", i
		}
	}'
}

bench_journal() {
	remote=/lib/systemd/systemd-journal-remote
	if [ ! -x $remote ] || ! command -v journalctl >/dev/null; then
		left_out "the journal: systemd-journal-remote and journalctl are not installed"
		return 0
	fi
	workdir "$out" || return 1
	now=$((end - end % 60))
	messages=10000
	[ -z "${QUICK:-}" ] || messages=2000
	journal=$dir/host/var/log/journal/0123456789abcdef0123456789abcdef
	mkdir -p "$journal"
	journal_entries $messages | $remote --output="$journal/system.journal" - >/dev/null 2>&1 || return 1
	got=$(journalctl -q -o cat -D "$dir/host/var/log/journal" _COMM=smtpd 2>/dev/null | grep -c sasl_username)
	[ "$got" = "$messages" ] || is_broken "journalctl finds $got messages of $messages"
	total=$(SPOOLWATCH_ROOT=$dir/host SPOOLWATCH_NOW=$now journal=yes history=20 "$plugins/postfix_sasl_rate" |
		sed -n 's/^total\.value .*://p' | awk '{ sum += $1 } END { printf "%d", sum }')
	[ "$total" -gt $((messages * 9 / 10)) ] || is_broken "postfix_sasl_rate finds $total messages of $messages"
	race 21 "Journal of $((11 * messages)) entries, $messages of Postfix" \
		journalctl sh -c 'journalctl -q -o cat -D "$0" _COMM=smtpd | grep -c sasl_username' "$dir/host/var/log/journal" \
		--- sasl_rate "SPOOLWATCH_ROOT=$dir/host" "SPOOLWATCH_NOW=$now" journal=yes history=20 \
		"$plugins/postfix_sasl_rate" \
		--- journalctl:all sh -c 'journalctl -q -o cat -D "$0" | grep -c sasl_username' "$dir/host/var/log/journal"
	clean
}

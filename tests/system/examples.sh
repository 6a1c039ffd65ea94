#!/bin/sh
# Each command that README and the man pages of section 8 show is run, as far as it can be without
# touching this host: spoolwatch on a golden host (a verb that acts ends there with the right words; the
# story and the tests of the incident command run them), files copied and linked below a folder; of
# make, systemctl and munin-run what they are given must be there. One that is of no known kind fails.
#     tests/system/examples.sh PLUGINDIR
set -u
plugins=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
host=tests/hosts/friday
bad=0
run=0

not() {
	echo "not ok - $*"
	bad=1
}

# The shell lines: README's indented ones but for the alert mails, the literal ones of the man pages
examples() {
	sed -n 's/^    \([a-z].*\)/README.md|\1/p' README.md | grep -v '|servers ::'
	sed -n 's/.*in root.s crontab, `\([^`]*\)`.*/README.md|\1/p' README.md
	for page in plugins/*.8 contrib/incident/spoolwatch.8; do
		awk -v page="$page" '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0 }
			sub(/^\.Dl /, "") || on { print page "|" $0 }' "$page"
	done
}

spoolwatch() {
	# shellcheck disable=SC2046  # one word a line
	env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$work/host" $(cat $host/env) \
		"$plugins/../spoolwatch" "$@" >"$work/said" 2>&1 </dev/null
	status=$?
	case $status in
	0) ;;
	1) grep -q 'a copy of a host can be read only' "$work/said" ;;
	77) [ "$(id -u)" != 0 ] && grep -q 'only root may' "$work/said" ;;
	*) false ;;
	esac
}

# below FOLDER: the command with the host's places in a folder
below() {
	printf '%s\n' "$1" | sed "s, /\(etc\|usr\|root\)/, $work/root/\1/,g"
}

cp -r $host/root "$work/host"
mkdir -p "$work/root/etc/munin/plugins" "$work/root/etc/systemd/system" "$work/root/usr/local/lib/spoolwatch/plugins"
cp "$plugins/inode_percent" "$plugins/postfix_queue" "$work/root/usr/local/lib/spoolwatch/plugins/"
examples >"$work/examples"
while IFS='|' read -r where line; do
	line=$(printf '%s\n' "$line" | sed 's/[[:space:]][[:space:]]*# .*//; s/\\&//g')
	run=$((run + 1))
	case $line in
	*"postsuper -h ALL"*) continue ;; # what is not to be done
	"* * * * * "*)
		install -D -m 600 contrib/incident/guard.conf "$work/host/etc/spoolwatch/guard.conf"
		eval "${line#"* * * * * /usr/local/sbin/"}" || not "$where: $line: $(cat "$work/said")"
		;;
	"make "*)
		for goal in $(printf '%s\n' "$line" | sed 's/make\|&&//g'); do
			grep -q "^$goal:" Makefile || not "$where: $line: no goal $goal"
		done
		;;
	*"&& spoolwatch"*)
		eval "${line%% && *}" || not "$where: $line: $(cat "$work/said")"
		eval "${line##* && }" || not "$where: $line: $(cat "$work/said")"
		;;
	"spoolwatch"*) eval "$line" || not "$where: $line: $(cat "$work/said")" ;;
	"cp "* | "ln "* | "rm "* | "install "*)
		eval "$(below "${line%% && *}")" 2>"$work/said" || not "$where: $line: $(cat "$work/said")"
		;;
	"cc "*) ;; # installed.sh, which has an installed library, runs it
	"munin-run "*) [ -x "$plugins/${line#munin-run }" ] || not "$where: $line: no such plugin" ;;
	"ss -Htan" | "stat -f "*) command -v "${line%% *}" >/dev/null || echo "skipped - examples: ${line%% *} is not installed" ;;
	"postcat -q QUEUE-ID | less") ;; # Postfix's own
	"systemctl restart munin-node") ;;
	"systemctl "*) ;;
	*) not "$where: $line: what is this?" ;;
	esac
	case $line in
	*"systemctl enable --now "*)
		[ -n "$(find contrib -name "${line##*--now }")" ] || not "$where: $line: no such unit"
		;;
	esac
done <"$work/examples"
for link in df_inode:inode_percent postfix_mailqueue:postfix_queue; do
	[ -x "$work/root/etc/munin/plugins/${link%:*}" ] || not "README's link ${link%:*} leads nowhere"
done
[ -s "$work/root/etc/systemd/system/spoolwatch-scan.service" ] || not "README copies no spoolwatch-scan.service"
[ $run -gt 30 ] || not "only $run examples were found"
[ $bad = 0 ] && echo "ok - $run examples of README and the man pages"
exit $bad

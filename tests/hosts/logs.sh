#!/bin/sh
# Log hosts: small hosts whose mail log some program wrote, and what of it may be believed.
#     tests/hosts/logs.sh PLUGINDIR [NAME...]      V=1 shows what the plugin said;
#                                                FIRST=1 ends at the first that is wrong
# Where golden.sh compares whole outputs, these compare a few fields and the reason beside them.
# A host is
#   - a directory logs/NAME: root/ stands for /, env, want, modes, mtimes, user, make
#   - a row of logs/writers: NAME/number, and NAME/DOUBT for each of its doubts (logs/doubts.sh)
#   - a block of a logs/*.hosts file: `host NAME`, then lines
#         do COMMAND           shell, run in the copy of root/; functions: traffic FORM .. (of
#                              logs/traffic.awk), queue_moved TIME, postconf NAME=VALUE
#         env NAME=VALUE, want LINE, mode MODE PATH, mtime TIME PATH, user, plugin NAME, # why
# The parts:
#   env      NAME=VALUE for the plugin. SPOOLWATCH_NOW (the clock) is 1795669830, 2026-11-26 05:10:30
#            UTC, unless env says another, or `SPOOLWATCH_NOW=` (empty) the real one
#   want     FIELD VALUE      the last value of a field of the main graph (SUB:FIELD: of a
#                             sub-graph): a number, U, LOW..HIGH, or several: 12|U
#            FIELD ~ REGEX    in the field's extinfo (!~: not)
#            reason ~ REGEX   in any extinfo, or on stderr; reason-if-U: when a field is U;
#                             reason-if-root: when run by root; no-reason: in none
#            autoconf ~, config ~    in what the plugin prints then
#   modes    MODE PATH        of files below the root; else 0644, 0755
#   mtimes   TIME PATH        epoch seconds or now-N; else now-3, of everything
#   plugin   name of the plugin, if it is not postfix_sasl_rate
#   user     is there: run as uid 65534 (by root: else others' rights are the owner's, too)
#   make     shell, run in the copy of root/ with NOW set, before all that
set -u
plugins=$(cd "$1" && pwd) || exit 2
shift
chosen=${*:-}
cd "$(dirname "$0")/logs" || exit 1
logs=$(pwd)
work=$(mktemp -d) || exit 1
chmod 755 "$work"
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
passed=0
failed=0
host=$work/host
uid=$(id -u)
cp "$plugins"/postfix_sasl_rate "$plugins"/postfix_queue "$work" || exit 1
# shellcheck source=/dev/null
. ./doubts.sh

traffic() { # FORM [name=value...]
	template=$1
	shift
	awk -f "$logs/traffic.awk" "$template" "table=$logs/writers" "now=$now" "$@"
}

postconf() { # NAME=VALUE...: this host has a Postfix
	mkdir -p etc/postfix var/spool/postfix/incoming var/spool/postfix/active var/spool/postfix/maildrop
	[ -e etc/postfix/main.cf ] || echo 'compatibility_level = 3.6' >etc/postfix/main.cf
	for setting; do
		echo "${setting%%=*} = ${setting#*=}" >>etc/postfix/main.cf
	done
}

queue_moved() { # TIME
	postconf myhostname=mx.example.com
	for queue in incoming active maildrop; do
		echo "$1 var/spool/postfix/$queue" >>"$host/mtimes"
	done
}

want() {
	printf '%s\n' "$@" >>"$host/want"
}

begin() { # an empty host
	[ ! -e "$host" ] || chmod -R u+rwX "$host"
	rm -rf "$host"
	mkdir -p "$host/root"
	: >"$host/env"
	: >"$host/modes"
	: >"$host/mtimes"
	now=1795669830
}

seconds_of() { # TIME
	case $1 in
	now*) echo $((now + ${1#now})) ;;
	*) echo "$1" ;;
	esac
}

set_times_and_modes() (
	cd "$host/root" || exit 1
	find . -name .keep -exec rm {} +
	find . -type d -exec chmod 755 {} +
	find . -type f -exec chmod 644 {} +
	find . ! -type l -exec touch -d "@$((now - 3))" {} +
	grep -v '^#' "$host/mtimes" | while read -r when path; do
		touch -d "@$(seconds_of "$when")" "./$path" || exit 1
	done || exit 1
	grep -v '^#' "$host/modes" | while read -r mode path; do
		if [ -e "$host/user" ] && [ "$uid" != 0 ]; then # what others may is all that is left
			other=${mode#"${mode%?}"}
			mode=$other$other$other
		fi
		# shellcheck disable=SC2086  # it may be a pattern
		chmod "$mode" ./$path || exit 1
	done
)

call() { # MODE FILE
	(
		set -f
		IFS='
'
		as=
		[ ! -e "$host/user" ] || [ "$uid" != 0 ] || as='setpriv
--reuid=65534
--regid=65534
--clear-groups'
		plugin=postfix_sasl_rate
		[ ! -e "$host/plugin" ] || plugin=$(cat "$host/plugin")
		cd / || exit 1
		# shellcheck disable=SC2046,SC2086  # one word a line
		exec env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$host/root" SPOOLWATCH_NOW=$clock \
			$(grep -v '^#' "$host/env") $as "$work/$plugin" $1
	) >"$host/$2" 2>>"$host/err" </dev/null
}

judge() { # NAME: of the host that stands in $host
	name=$1
	clock=$now
	if grep -q '^SPOOLWATCH_NOW=$' "$host/env"; then
		clock=
	fi
	sed -i '/^SPOOLWATCH_NOW=/d' "$host/env"
	: >"$host/err"
	: >"$host/config"
	: >"$host/autoconf"
	if ! set_times_and_modes; then
		bad='it could not be made'
	else
		call '' out
		status=$?
		! grep -q '^autoconf' "$host/want" || call autoconf autoconf
		! grep -q '^config' "$host/want" || call config config
		bad=$(awk -f judge.awk "want=$host/want" "out=$host/out" "err=$host/err" \
			"autoconf=$host/autoconf" "config=$host/config" "root=$((uid == 0))")
		[ $status -le 1 ] || bad="$bad
exit $status"
	fi
	if [ -z "$bad" ]; then
		passed=$((passed + 1))
		[ -z "${V:-}" ] || echo "ok - $name"
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		echo "$bad" | sed 's/^/    /'
		[ -z "${FIRST:-}" ] || exit 1
	fi
	[ -z "${V:-}" ] || sed 's/^/    /' "$host/out" "$host/err" "$host/autoconf"
}

is_chosen() { # NAME
	[ -n "$chosen" ] || return 0
	for one in $chosen; do
		case $1 in
		"$one" | "$one"/*) return 0 ;;
		esac
	done
	return 1
}

clock_of_env() {
	given=$(sed -n 's/^SPOOLWATCH_NOW=//p' "$host/env")
	if [ -n "$given" ]; then
		now=$given
	elif grep -q '^SPOOLWATCH_NOW=$' "$host/env"; then
		now=$(date +%s)
	fi
}

of_directory() { # NAME
	begin
	cp -R -P "$logs/$1/." "$host"
	clock_of_env
	for part in env modes mtimes; do
		[ -e "$host/$part" ] || : >"$host/$part"
	done
	[ ! -e "$host/make" ] || (cd "$host/root" && NOW=$now sh -eu "$host/make") || return 1
	judge "$1"
}

of_writer() { # FORM FILE DOUBT
	form=$1
	file=$2
	name_re=$(printf '%s' "/$file" | sed 's/\./\\./g')
	begin
	case $file in
	var/log/mail.log | var/log/maillog | var/log/syslog | var/log/messages) ;;
	*) echo "logfile=/$file" >"$host/env" ;;
	esac
	mkdir -p "$host/root/${file%/*}"
	cd "$host/root" || exit 1
	"doubt_$(echo "$3" | tr - _)"
	cd "$logs" || exit 1
	judge "$1/$3"
}

of_block() { # NAME; its lines stand in $block
	begin
	while read -r key rest; do
		case $key in
		env) printf '%s\n' "$rest" >>"$host/env" ;;
		want) want "$rest" ;;
		mode) printf '%s\n' "$rest" >>"$host/modes" ;;
		mtime) printf '%s\n' "$rest" >>"$host/mtimes" ;;
		user) : >"$host/user" ;;
		plugin) printf '%s\n' "$rest" >"$host/plugin" ;;
		do) printf '%s\n' "$rest" >>"$host/make" ;;
		'' | '#'*) ;;
		*) want "no such line: $key $rest" ;;
		esac
	done <<-END
		$block
	END
	clock_of_env
	cd "$host/root" || exit 1
	mkdir -p var/log
	[ ! -e "$host/make" ] || . "$host/make"
	cd "$logs" || exit 1
	judge "$1"
}

for directory in */; do
	directory=${directory%/}
	[ -e "$directory/want" ] && is_chosen "$directory" && of_directory "$directory"
done
while read -r form file doubts template; do
	case $form in '' | '#'*) continue ;; esac
	for doubt in number $(echo "$doubts" | tr , ' '); do
		is_chosen "$form/$doubt" && of_writer "$form" "$file" "$doubt"
	done
done <writers
for family in *.hosts; do
	[ -e "$family" ] || continue
	name=
	block=
	while read -r line || [ -n "$line" ]; do
		case $line in
		'host '*)
			[ -z "$name" ] || ! is_chosen "$name" || of_block "$name"
			name=${family%.hosts}/${line#host }
			block=
			;;
		*)
			block="$block
$line"
			;;
		esac
	done <"$family"
	[ -z "$name" ] || ! is_chosen "$name" || of_block "$name"
done
[ "$uid" = 0 ] || echo "skipped - files of another owner: not root, so their owner had the rights of others"
echo "log hosts: $passed passed, $failed failed"
[ $failed = 0 ]

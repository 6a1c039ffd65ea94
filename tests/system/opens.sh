#!/bin/sh
# How often a run opens each main.cf and starts postconf(1), counted with strace:
#     tests/system/opens.sh PLUGINDIR
# Once a main.cf at most, and only where main.cf refers to what it does not set; with env.spooldir
# no main.cf at all.
set -u
plugins=$(cd "$1" && pwd) || exit 1
if ! strace -o /dev/null true 2>/dev/null; then
	echo 'skipped - strace is not installed or may not trace: main.cf opened once a run'
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
bad=0
now=1795431600

say() {
	echo "not ok - $*"
	bad=1
}

mkdir -p "$work/bin" "$root/etc/postfix" "$root/etc/postfix-out" "$root/var/log" "$root/proc/self"
for queue in active deferred maildrop incoming corrupt hold; do
	mkdir -p "$root/var/spool/postfix/$queue" "$root/srv/out/$queue"
done
# nearly full: inode_percent looks for the culprit, and who queued it
echo '1 0 8:1 / / rw - ext4 /dev/sda1 rw' >"$root/proc/self/mountinfo"
echo '1000 5 /' >"$root/statvfs"
: >"$root/var/spool/postfix/deferred/3C251A86676"
TZ=UTC0 date -d "@$((now - 60))" '+%b %e %H:%M:%S mx postfix/smtpd[1]: connect from unknown[192.0.2.1]' \
	>"$root/var/log/mail.log"
cat >"$work/bin/postconf" <<'END'
#!/bin/sh
echo 'queue_directory = /srv/out'
echo 'maillog_file ='
END
chmod 755 "$work/bin/postconf"

plain='multi_instance_directories = $dir/postfix-out
dir = /etc'
unknown='queue_directory = ${data_directory}/out
maillog_file = ${data_directory?}'

# trace LINK ARGUMENT SETTING...: run a plugin under that name. Its own opens are in $work/opens, one
# a line; what was started in $work/started. A child's are not counted: postconf reads main.cf too.
trace() {
	link=$1 argument=$2
	shift 2
	case $link in
	postfix_queue_*) ln -sf "$plugins/postfix_queue_" "$work/$link" ;;
	*) ln -sf "$plugins/$link" "$work/$link" ;;
	esac
	# what is traced can not look for leaks
	env -i ASAN_OPTIONS=detect_leaks=0 PATH="$work/bin:$PATH" TZ=UTC0 SPOOLWATCH_ROOT="$root" SPOOLWATCH_NOW=$now journal=no "$@" \
		strace -f -qq -e trace=open,openat,openat2,execve -o "$work/trace" "$work/$link" $argument \
		>"$work/out" 2>&1 || say "$link $argument $*: $(tail -1 "$work/out")"
	awk 'NR == 1 { own = $1 } $1 == own && /main\.cf"/ && / = [0-9]+$/' "$work/trace" >"$work/opens"
	grep 'execve(.*/postconf".* = 0$' "$work/trace" >"$work/started"
}

# is WHAT GOT WANT, a number or, with "<", at most that; want OPENS OPENS_OF_OUT STARTED
is() {
	case $3 in
	'<'*) [ "$2" -le "${3#<}" ] ;;
	*) [ "$2" -eq "$3" ] ;;
	esac || say "$what: $1: got $2, want $3"
}
want() {
	is 'opens of /etc/postfix/main.cf' "$(grep -c '/etc/postfix/main\.cf' "$work/opens")" "$1"
	is 'opens of /etc/postfix-out/main.cf' "$(grep -c '/etc/postfix-out/main\.cf' "$work/opens")" "$2"
	is 'postconf started' "$(wc -l <"$work/started")" "$3"
}

for argument in '' config autoconf; do
	# what main.cf says itself
	echo "$plain" >"$root/etc/postfix/main.cf"
	echo 'queue_directory = /srv/out' >"$root/etc/postfix-out/main.cf"
	for link in postfix_queue postfix_sasl_rate; do
		what="$link $argument" && trace "$link" "$argument" && want 1 0 0
		what="$link $argument, spooldir set"
		trace "$link" "$argument" spooldir=/srv/out
		# postfix_sasl_rate has no such setting: it is one of the queue's
		[ $link = postfix_sasl_rate ] || want 0 0 0
	done
	what="inode_percent $argument" && trace inode_percent "$argument" && want '<1' 0 0
	what="inode_percent $argument, another directory"
	trace inode_percent "$argument" config_directory=/etc/postfix-out && want 0 '<1' 0
	what="postfix_queue_postfix-out $argument"
	trace postfix_queue_postfix-out "$argument" && want 1 1 0

	# what only postconf knows
	echo "$unknown" >"$root/etc/postfix-out/main.cf"
	what="postfix_queue_postfix-out $argument, of unknown names"
	trace postfix_queue_postfix-out "$argument" && want 1 1 1
	what="postfix_sasl_rate $argument, of unknown names"
	trace postfix_sasl_rate "$argument" config_directory=/etc/postfix-out && want 0 1 1
done
what='postfix_queue_ suggest'
trace postfix_queue_ suggest && want 1 0 0
[ $bad -eq 0 ] && echo 'ok - each main.cf is opened once a run, postconf started at most once'
exit $bad

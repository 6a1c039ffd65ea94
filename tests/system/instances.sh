#!/bin/sh
# Which instance's numbers are told, of main.cf in every form that it may have: those of the instance
# that was asked for, or U with the reason; never those of the default instance beside it:
#     tests/system/instances.sh PLUGINDIR
# The default instance has 3 messages in /var/spool/postfix and 9 messages a minute in
# /var/log/mail.log; the other one 7 in /srv/out and 1 a minute in /srv/log.
set -u
plugins=$(cd "$1" && pwd) || exit 1
work=$(mktemp -d) && chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
root=$work/root
now=1795431600
bad=0
rows=0
user=
PATH=$PATH:/usr/sbin:/sbin

say() {
	echo "not ok - $what: $*"
	bad=1
}

messages() { # DIRECTORY N
	i=0
	while [ $i -lt "$2" ]; do
		i=$((i + 1))
		: >"$root$1/deferred/3C251A8667$i"
	done
}

lines() { # FILE N ACCOUNT: N messages a minute of the last 40
	awk -v now=$now -v n="$2" -v who="$3" 'BEGIN {
		for (t = now - 2400; t < now; t += 60)
			for (i = 0; i < n; i++)
				printf "%s mx postfix/smtpd[1]: 3C251A8%04X%X: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=%s\n",
					strftime("%Y-%m-%dT%H:%M:%SZ", t + i, 1), (now - t) / 60, i, who
	}' >"$root$1"
}

mkdir -p "$root/etc/postfix" "$root/srv/empty" "$root/var/log" "$root/proc/self" "$work/bin"
for queue in active deferred maildrop incoming corrupt hold; do
	mkdir -p "$root/var/spool/postfix/$queue" "$root/srv/out/$queue"
done
messages /var/spool/postfix 3
messages /srv/out 7
lines /var/log/mail.log 9 first
lines /srv/log 1 second
# no inodes left: inode_percent says who queued it
printf '%s\n' '1 0 8:1 / / rw - ext4 /dev/sda1 rw' >"$root/proc/self/mountinfo"
echo '1000 5 /' >"$root/statvfs"
for p in postfix_queue postfix_queue_ postfix_sasl_rate inode_percent; do
	cp "$plugins/$p" "$work/$p" # the tree may lie where nobody else may go
done
ln -s postfix_queue_ "$work/postfix_queue_postfix-out"

# cf DEFAULT OUT: the two main.cf; - for none, "no" for no directory either
cf() {
	rm -rf "$root/etc/postfix" "$root/etc/postfix-out"
	mkdir "$root/etc/postfix" "$root/etc/postfix-out"
	[ "$1" = - ] || printf '%s\n' "$1" >"$root/etc/postfix/main.cf"
	[ "$2" = - ] || [ "$2" = no ] || printf '%s\n' "$2" >"$root/etc/postfix-out/main.cf"
	[ "$2" = no ] && rmdir "$root/etc/postfix-out"
	what="[$1] [$2]"
}

# run LINK SETTING...: with a postconf that knows nothing
run() {
	link=$1
	shift
	rows=$((rows + 1))
	# shellcheck disable=SC2086  # a command and its arguments, or nothing
	$user env -i PATH="$work/bin:$PATH" TZ=UTC0 SPOOLWATCH_ROOT="$root" SPOOLWATCH_NOW=$now journal=no \
		history=1 "$@" "$work/$link" >"$work/got" 2>"$work/err" </dev/null
	status=$?
	[ $status -eq 0 ] || say "$link $*: exit $status: $(cat "$work/err")"
}

is() { # FIELD VALUE [WORDS in its extinfo and on stderr]
	got=$(sed -n "s/^$1\.value \([0-9]*:\)*//p" "$work/got" | head -1)
	[ "$got" = "$2" ] || say "$link: $1 is $got, not $2: $(grep "^$1\." "$work/got") $(cat "$work/err")"
	[ -z "${3:-}" ] && return
	grep "^$1\.extinfo .*$3" "$work/got" >/dev/null || say "$link: extinfo of $1 lacks \"$3\": $(grep "^$1\.e" "$work/got")"
	grep "$3" "$work/err" >/dev/null || say "$link: stderr lacks \"$3\": $(cat "$work/err")"
}

queue() { run postfix_queue_postfix-out && is deferred "$@"; }
rate() { run postfix_sasl_rate config_directory=/etc/postfix-out && is total "$@"; }
printf '#!/bin/sh\nexit 1\n' >"$work/bin/postconf"
chmod 755 "$work/bin/postconf"

list='multi_instance_directories = /etc/postfix-out'
own='queue_directory = /srv/out
maillog_file = /srv/log'

# what main.cf can be made to say
while IFS='|' read -r first second; do
	cf "$(printf %b "$first")" "$(printf %b "$second")"
	queue 7
	rate 1
	run inode_percent config_directory=/etc/postfix-out && is _dev_sda1 99.5
done <<'END'
multi_instance_directories = /etc/postfix-out|queue_directory = /srv/out\nmaillog_file = /srv/log
multi_instance_directories = $dir/postfix-out\ndir = /etc|d = /srv\nqueue_directory = $d/out\nmaillog_file = $d/log
dir = /etc\nmulti_instance_directories = ${dir}/postfix-out|d = /srv\nqueue_directory = ${d}/out\nmaillog_file = ${d}/log
dir = /etc\nmulti_instance_directories = $(dir)/postfix-out|d = /srv\nqueue_directory = $(d)/out\nmaillog_file = $(d)/log
x = 1\nmulti_instance_directories = ${x?/etc/postfix-out}|x = 1\nqueue_directory = ${x?/srv/out}\nmaillog_file = ${x?{/srv/log}}
x =\nmulti_instance_directories = ${x:/etc/postfix-out}|x =\nqueue_directory = ${x:/srv/out}\nmaillog_file = ${x:{/srv/log}}
a = $b\nb = ${c}tc\nc = /e\nmulti_instance_directories = $a/postfix-out|a = $b\nb = $(c)v\nc = /sr\nqueue_directory = $a/out\nmaillog_file = $a/log
multi_instance_directories = /etc/postfix-none, /etc/postfix-out|queue_directory = /var/spool/postfix\nqueue_directory = /srv/out\nmaillog_file =\n /srv/log
multi_instance_directories =\n  /etc/postfix-none\n# a comment\n  /etc/postfix-out/|queue_directory = ${queue_directory_out:{/srv/out}}\nqueue_directory_out =\nmaillog_file = /srv/log
END

# what only postconf knows, and postconf
cf "$list" 'queue_directory = $data_directory/out
maillog_file = $data_directory/log'
queue U 'queue_directory cannot be expanded: it refers to data_directory, which main.cf does not set, and postconf'
rate U 'maillog_file cannot be expanded: it refers to data_directory'
cf 'multi_instance_directories = $config_home/postfix-out' "$own"
queue U 'multi_instance_directories cannot be expanded: it refers to config_home'
printf '#!/bin/sh\n%s\n%s\n%s\n' 'echo "queue_directory = /srv/out"' 'echo "maillog_file = /srv/log"' \
	'echo "multi_instance_directories = /etc/postfix-out"' >"$work/bin/postconf"
queue 7
cf "$list" 'queue_directory = $data_directory/out
maillog_file = $data_directory/log'
queue 7
rate 1

# what is not there, or not to be read
cf "$list" -
queue U 'instance postfix-out of /etc/postfix/main.cf: the configuration directory /etc/postfix-out holds no main.cf'
rate U 'the configuration directory /etc/postfix-out holds no main.cf'
cf "$list" no
queue U 'the configuration directory /etc/postfix-out is not there'
rate U 'the configuration directory /etc/postfix-out is not there'
cf 'myhostname = mx' "$own"
queue U '/etc/postfix/main.cf has no instance postfix-out in multi_instance_directories'
cf - "$own"
queue U '/etc/postfix/main.cf is not there and has no instance postfix-out'
cf 'multi_instance_directories = $multi_instance_directories' "$own"
queue U 'multi_instance_directories'
cf "$list" 'queue_directory = ${queue
maillog_file = $(log'
queue U 'queue_directory'
rate U 'maillog_file'
cf "$list" 'queue_directory = /srv/empty'
queue U '/srv/empty holds no Postfix queue'
cf "$list" 'queue_directory = /srv/none'
queue U '/srv/none'
cf "$list" 'queue_directory = srv/out'
queue U 'queue_directory is no absolute path'
cf 'multi_instance_directories = etc/postfix-out' "$own"
queue U 'no absolute path'
cf "$list" 'maillog_file = /srv/none
queue_directory = /srv/out'
queue 7
rate U '/srv/none'
cf "$list" 'this is prose'
queue U '/etc/postfix-out/main.cf is damaged'
rate U '/etc/postfix-out/main.cf is damaged'

# a link that names no instance
ln -s "$plugins/postfix_queue_" "$work/mailq"
cf "$list" "$own"
run mailq && is deferred U 'a link of this plugin is named postfix_queue_INSTANCE, such as postfix_queue_postfix-out'

# who may not read it
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null 2>&1; then
	user='setpriv --reuid 65534 --regid 65534 --clear-groups'
fi
if [ "$(id -u)" = 0 ] && [ -z "$user" ]; then
	echo 'skipped - setpriv is not installed: a main.cf of mode 0600'
else
	cf "$list" "$own"
	chmod 0 "$root/etc/postfix-out/main.cf"
	queue U '/etc/postfix-out/main.cf: Permission denied'
	rate U '/etc/postfix-out/main.cf: Permission denied'
	cf "$list" "$own"
	chmod 0 "$root/etc/postfix/main.cf"
	queue U '/etc/postfix/main.cf: Permission denied'
	run postfix_queue && is deferred U '/etc/postfix/main.cf: Permission denied'
	cf "$list" "$own"
	chmod 0 "$root/etc/postfix-out"
	queue U 'Permission denied'
	chmod 755 "$root/etc/postfix-out"
	cf "$list" "$own"
	chmod 0 "$root/srv/out/active" "$root/srv/out/deferred"
	queue U 'open deferred: Permission denied: add user postfix to \[postfix_queue_postfix-out\] in plugin-conf.d'
	is active U 'open active: Permission denied: add user postfix to \[postfix_queue_postfix-out\] in plugin-conf.d'
	is hold 0
	chmod 755 "$root/srv/out/active" "$root/srv/out/deferred"
fi
[ $bad -eq 0 ] && echo "ok - $rows runs tell the instance that was asked for, or U"
exit $bad

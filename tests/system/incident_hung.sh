#!/bin/sh
# The screen of the incident command where a file system does not answer, from the beginning or from
# the middle on: it comes, whole but for what lies there, and leaves nobody who waits for its end.
#     tests/system/incident_hung.sh PROGRAM
set -u
LC_ALL=C
export LC_ALL
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
HERE=$(cd "$(dirname "$0")" && pwd)
if [ -z "${2:-}" ]; then
	if [ "$(id -u)" != 0 ] || [ ! -w /dev/fuse ] || ! unshare -m true 2>/dev/null; then
		echo "skipped - incident, hung: needs root, mount namespaces and FUSE"
		exit 0
	fi
	exec timeout --foreground -s KILL 300 unshare -m "$0" "$S" inside
fi
mount --make-rprivate / || exit 1
W=$(mktemp -d) && mount -t tmpfs -o mode=755 tmpfs "$W" && cd "$W" || exit 1
mkdir fuse cf root && ${CC:-cc} -o dead "$HERE/dead.c" 2>/dev/null || { echo "skipped - incident, hung: no compiler"; exit 0; }
failed=0
is() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then echo "ok - $1"; else failed=1; echo "not ok - $1 (got $2, want $3)"; fi
}
control() {
	echo "$1" >control.new && mv control.new control
}
control live
./dead "$W/fuse" "$W/control" &
for _ in 1 2 3 4 5 6 7 8 9 10; do
	grep -q " $W/fuse fuse" /proc/self/mountinfo && break
	sleep 0.2
done
cp -r "$HERE/../hosts/friday/root" . && rm -rf root/var/spool/postfix && mkdir root/var/spool/postfix
mount --bind fuse root/var/spool/postfix || exit 1
echo "queue_directory = $W/fuse/spool" >cf/main.cf

# screen ARGUMENTS...: into out; its exit code into code. Through a pipe: who holds it, is waited for.
screen() {
	(timeout -s KILL 100 env "$@" 2>err; echo $? >code) | cat >out
	cat code
}
part() { # NAME: the lines of one
	sed -n "/^$1/,/^[^ ]/p" out | sed '1d;/^[^ ]/d' | tr -s ' \n' ' '
}
json() {
	perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); my $r = eval $ARGV[0]; print $r // "undefined"' "$1" <out
}

# Another machine's, or a daemon's
control dead
is "the queue directory does not answer: exit" "$(screen "$S" -c "$W/cf")" 1
is "it is said" "$(part Queues | grep -c 'what waits: not known: .*does not answer')" 1
is "the file systems are there" "$(part File | grep -c ' of [0-9]* inodes')" 1
is "and what is next" "$(part Next | grep -c .)" 1
is "so for a program" "$(screen "$S" --json -c "$W/cf") $(json '$o->{queues_unknown} =~ /does not answer/ && @{$o->{file_systems}} > 0')" "1 1"
for n in 9; do # lookups, then it is dead
	control live
	sleep 0.5
	control $n
	screen "$S" -c "$W/cf" >/dev/null
	is "$n lookups answered: all parts are said" "$(grep -c '^[^ ]' out)" 7
	is "and no 0 in place of an unknown" "$(part Queues | grep -c 'deferred 0')" 0
done

# A disk: no mount table tells that it may hang
HOST="SPOOLWATCH_ROOT=$W/root $(tr '\n' ' ' <"$HERE/../hosts/friday/env")"
control live
sleep 0.5
# shellcheck disable=SC2086  # words
is "a host whose disk answers" "$(screen $HOST "$S" >/dev/null; part Queues | grep -c 'deferred 0')" 1
control dead
# shellcheck disable=SC2086
screen $HOST "$S" >/dev/null
is "a disk does not answer: all parts are said, once" "$(cat code) $(grep '^[^ ]' out | sort | uniq -d) $(grep -c '^[^ ]' out)" "1  7"
is "what is not known" "$(part Queues | grep -c 'what waits: not known: still reading the queue directory: ')" 1
is "how full the disks are is known, not what fills them" "$(part File | grep -c '99.4% .* of [0-9]* inodes.* what holds them is not known: still reading their directories')" 1
is "who sends is told from the log" "$(part Accounts | grep -c 'email@ourdomain.com')" 1
# More such disks than there is time for, at ten seconds each
control live
sleep 0.5
mount --bind fuse root/etc/postfix && mount --bind fuse root/var/log || exit 1
control dead
# shellcheck disable=SC2086
screen $HOST "$S" >/dev/null
is "all of its time is over: all parts are said, once" "$(cat code) $(grep '^[^ ]' out | sort | uniq -d) $(grep -c '^[^ ]' out)" "1  7"
is "what was known is looked at once more" "$(part File | grep -c '99.4% .* of [0-9]* inodes')" 1
is "what no time was left for is not known" "$(part Accounts | grep -c 'a minute: not known: no time was left for the log: ')" 1
control live
umount -l root/etc/postfix root/var/log root/var/spool/postfix fuse
kill $!
exit $failed

#!/bin/sh
# shellcheck disable=SC2034  # some variables are for the files that are read below
# Records the sample host of tests/hosts/friday from a real Postfix:
#
#	tests/story/record.sh NEWDIR
#
# Twenty minutes pass as they are, on a Friday (libfaketime); then NEWDIR holds root/ with the queue,
# the log, main.cf and the numbers of the file system, and env. Needs root and the Debian packages of
# the file "packages"; nothing of the host is touched (see world.sh). What it does not record are the
# sockets and pid files of the queue directory: git keeps no such things. The other file systems of
# friday (its mountinfo and statvfs), and who is connected (sockets), are invented.
set -u
export LC_ALL=C TZ=UTC PATH=/usr/sbin:/usr/bin:/sbin:/bin

HERE=$(cd "$(dirname "$0")" && pwd)
if [ "${STORY_WORLD-}" != yes ]; then
	[ $# -eq 1 ] || { echo "usage: $0 NEWDIR" >&2; exit 2; }
	[ "$(id -u)" -eq 0 ] || { echo "$0: must be root" >&2; exit 2; }
	mkdir "$1" || exit 2
	OUT=$(cd "$1" && pwd) STORY_WORLD=yes
	export OUT STORY_WORLD
	exec unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc "$HERE/record.sh" </dev/null
fi
# shellcheck source=/dev/null
. "$HERE/tap.sh"
# shellcheck source=/dev/null
. "$HERE/world.sh"
# shellcheck source=/dev/null
. "$HERE/mailhost.sh"

HOST=mx
INODES=320 # of the queue's file system
world_mounts
mkdir /var/spool/postfix/etc # a chroot's; no program here has one
world_network
ip address add 192.0.2.1/24 dev lo
ip address add 198.51.100.1/24 dev lo
ip address add 203.0.113.1/24 dev lo
perl "$HERE/record.pl" hosts >"$OUT/hosts"
mount --bind "$OUT/hosts" /etc/hosts

FAKETIME=$(($(date -d '2026-11-20 16:00:00' +%s) - $(date +%s)))
export FAKETIME
LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1)
export LD_PRELOAD
(perl "$HERE/record.pl" log /dev/log /var/log/mail.log $HOST &)
wait_for 5 test -S /dev/log || die "no log daemon"

HONEST="alice bob carol dave"
mailhost_config() {
	postconf -e "import_environment = MAIL_CONFIG TZ LANG=C LD_PRELOAD FAKETIME" \
		smtpd_peername_lookup=yes inet_interfaces=all mynetworks=192.0.2.60 \
		"smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject"
}
mailhost_start
perl "$HERE/record.pl" send "$SPOOL" >"$OUT/env" || die "the senders"
wait_for 30 mail_settled
mkdir -p "$OUT/root/proc/self" "$OUT/root/etc/postfix" "$OUT/root/var/spool/postfix" "$OUT/root/var/log"
stat -f -c '%c %d /var/spool/postfix' $SPOOL >"$OUT/root/statvfs"
for queue in active corrupt defer deferred hold incoming maildrop; do
	cp -r "$SPOOL/$queue" "$OUT/root/var/spool/postfix/"
done
chmod -R u+rw,go+r "$OUT/root" # Postfix keeps the x bit of a queue file as a mark, git keeps it too
grep -v import_environment /etc/postfix/main.cf >"$OUT/root/etc/postfix/main.cf"
cp /var/log/mail.log "$OUT/root/var/log/mail.log"
rm -rf "${OUT:?}/etc" "${OUT:?}/var" "$OUT/html" "$OUT/log" "$OUT/hosts" "$OUT/summary.txt"

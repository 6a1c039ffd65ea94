#!/bin/sh
# postsuper(1) dies of a message that it can't move: the others are moved all the same, and that is
# said. Deferred, and hold, with directories of another owner, or in the way.
#     tests/system/incident_stuck.sh PROGRAM
set -u
LIMIT=600
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
incident_world

# guilty DIRECTORY: how many messages of the guilty are below it
guilty() {
	find "$SPOOL/$1" -type f -exec grep -l guilty@x {} + | wc -l
}

mail guilty@x s@soft.example 1 r@soft.example
mail honest@x s@soft.example 20 r@soft.example
wait_for 30 settled
copies guilty@x 1000
sums deferred >/run/before
# as a queue that was restored by root: one directory is not Postfix's
set -- $SPOOL/deferred/[4-9A]
foreign=${1##*/}
chown root: "$SPOOL/deferred/$foreign"
chmod 755 "$SPOOL/deferred/$foreign"
n=$(guilty "deferred/$foreign")
is "some can't be moved" "$([ "$n" -gt 3 ] && echo yes)" yes
# and something lies where one is to go
id=$(find $SPOOL/deferred -type f -exec grep -l guilty@x {} + | grep -v "/$foreign/" | tail -n 1)
id=${id##*/}
mkdir "$SPOOL/hold/$id"
"$S" hold --yes guilty@x >/run/out 2>/run/err
is "the others are held, N of M" "$? $(cut -c -45 /run/out) $(guilty hold)" \
	"1 held $((999 - n)) of 1000 messages of account guilty@x $((999 - n))"
is "and why is said, once" "$(grep -c 'deferred/.* as hold/' /run/err) $(wc -l </run/err)" "1 1"
rmdir "$SPOOL/hold/$id"

# release: deferred has a directory that is not Postfix's
foreign=$(ls $SPOOL/hold | cut -c 1 | sort -u | grep -v "$foreign" | tail -n 1)
n=$(find $SPOOL/hold -name "$foreign*" | wc -l)
held=$(guilty hold)
chown root: "$SPOOL/deferred/$foreign"
chmod 755 "$SPOOL/deferred/$foreign"
"$S" release --json --yes guilty@x >/run/out 2>/run/err
is "the others are released" "$? $(key released </run/out) $(key left </run/out) $(guilty hold)" "1 $((held - n)) $n $n"
chown postfix: $SPOOL/deferred/?
# delete: so has defer
chown root: "$SPOOL/defer/$foreign"
"$S" delete --json --yes guilty@x >/run/out 2>/run/err
is "what has a log that stays is left" "$? $(key deleted </run/out) $(key left </run/out) $(guilty hold)" "1 $((1000 - n)) $n $n"
chown postfix: "$SPOOL/defer/$foreign"
(cd $SPOOL/hold && ls) | postsuper -d - hold 2>/dev/null
is "the honest are where they were" "$(sums deferred | grep -cFxf /run/before) $(count deferred) $(find $SPOOL/defer -type f | wc -l)" "20 20 20"

# It dies of every one, and names none
mail guilty@x s@soft.example 30 r@soft.example
wait_for 30 settled
mkdir /run/fake
for p in /usr/sbin/post*; do ln -s "$p" /run/fake/; done
rm /run/fake/postsuper
printf '#!/bin/sh\ncat >/dev/null\necho x >>/run/fake/runs\nkill -9 $$\n' >/run/fake/postsuper
chmod +x /run/fake/postsuper
postconf -e command_directory=/run/fake
"$S" hold --json --yes guilty@x >/run/out 2>/run/err
is "it gives up soon" "$? $(key held </run/out) $(key left </run/out) $([ "$(wc -l </run/fake/runs)" -lt 20 ] && echo few)" "1 0 30 few"
# and of one
printf '#!/bin/sh\ncat >/run/fake/ids\nn=$(wc -l </run/fake/ids)\n[ $n = 1 ] && [ "$(cat /run/fake/ids)" != "$(cat /run/fake/bad)" ] || kill -9 $$\nexec /usr/sbin/postsuper "$@" </run/fake/ids\n' >/run/fake/postsuper
find $SPOOL/deferred -type f -exec grep -l guilty@x {} + | head -n 7 | tail -n 1 | sed 's,.*/,,' >/run/fake/bad
"$S" hold --json --yes guilty@x >/run/out 2>/run/err
is "one by one where it does not say which" "$? $(key held </run/out) $(key left </run/out) $(guilty deferred)" "1 29 1 1"
postconf -e command_directory=/usr/sbin

# The journal on a file system that was made read-only, after a delete that it knows of
"$S" delete --json --yes guilty@x >/run/out 2>/run/err
is "nothing of it is left" "$? $(key left </run/out)" "0 0"
mail guilty@x s@soft.example 3 r@soft.example
wait_for 30 settled
mount --bind /var/lib/spoolwatch /var/lib/spoolwatch
mount -o remount,ro,bind /var/lib/spoolwatch
"$S" hold --json --yes guilty@x >/run/out 2>/run/err
is "held without a journal" "$? $(key held </run/out) $(key left </run/out) $(head -n 1 /run/err)" \
	"0 3 0 spoolwatch: no journal: /var/lib/spoolwatch/journal may only be read"
"$S" release --json --yes guilty@x >/run/out 2>/run/err
is "and released" "$? $(key released </run/out) $(key left </run/out) $(count hold)" "0 3 0 0"
umount /var/lib/spoolwatch

# Postfix is stopped: what a local user submits lies in maildrop
postfix stop 2>/dev/null
uid=$(id -u nobody)
echo 'Subject: x' | setpriv --reuid nobody --clear-groups sendmail -f n@soft.example r@soft.example
"$S" hold --yes --uid "$uid" >/run/out 2>/run/err
is "what waits in maildrop is said to" "$? $(cat /run/out)" \
	"1 held 0 of 1 messages of uid $uid, 1 left, 1 of them in maildrop, which pickup has not taken"
finish

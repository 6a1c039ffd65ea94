#!/bin/sh
# ext4 without a free block: hold takes as many names as its directory has room for and says so;
# delete makes room for itself.
#     tests/system/incident_full.sh PROGRAM
set -u
LIMIT=120
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
command -v mkfs.ext4 >/dev/null || { echo "skipped - incident, no free block: no mkfs.ext4"; exit 0; }
incident_world
postfix stop 2>/dev/null
truncate -s 40M /run/image && mkfs.ext4 -q -m 0 -N 20000 /run/image && mkdir /run/image.d &&
	mount -o loop /run/image /run/image.d 2>/dev/null || {
	echo "skipped - incident, no free block: no loop device"
	exit 0
}
cp -a $SPOOL/. /run/image.d/
umount $SPOOL
mount --bind /run/image.d $SPOOL
postfix start 2>/dev/null
wait_for 10 postfix status 2>/dev/null

mail guilty@x s@soft.example 600 r@soft.example
mail honest@x s@soft.example 20 r@soft.example
wait_for 60 settled
dd if=/dev/zero of=$SPOOL/filler bs=1k 2>/dev/null
(true >$SPOOL/deferred/more) 2>/dev/null && head -c 64k /dev/zero >$SPOOL/deferred/more 2>/dev/null
is "no block is free" $? 1
rm -f $SPOOL/deferred/more
"$S" hold --json --yes guilty@x >/run/out 2>/run/err
rc=$?
is "hold says how far it came" "$rc $(key held </run/out) $(($(key held </run/out) + $(key left </run/out)))" \
	"1 $(count hold) 600"
is "and why" "$(grep -c 'No space left on device' /run/err)" 1
"$S" delete --json --yes guilty@x >/run/out
is "delete goes on in rounds" "$? $(key deleted </run/out) $(key left </run/out)" "0 600 0"
is "the honest are there" "$(count deferred) $(count hold)" "20 0"
umount -l $SPOOL
umount -l /run/image.d
finish

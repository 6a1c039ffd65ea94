#!/bin/bash
# Mounts that do not answer, that hide files, that autofs takes away; space that is missing; as root, in
# a mount namespace of its own:
#     tests/system/mounts.sh PLUGINDIR
set -u
LC_ALL=C
export LC_ALL
plugins=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${2:-}" ]; then
	if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
		echo "skipped - mounts: needs root and mount namespaces"
		exit 0
	fi
	exec unshare -m bash "$0" "$plugins" inside
fi
mount --make-rprivate / || exit 1
W=$(mktemp -d) || exit 1
mount -t tmpfs -o size=600M,mode=755 tmpfs "$W" && cd "$W" || exit 1
bad=0
rows=0

ok() { # WHAT COMMAND...
	what=$1
	shift
	rows=$((rows + 1))
	"$@" && return
	echo "not ok - $what"
	[ -e out ] && grep -v '^_*[a-z_0-9]*\.value' out | grep -F "$W"
	[ -e err ] && head -3 err
	bad=1
}

says() { # WHAT WORDS: the last poll said so, on either way
	ok "$1: want $2" grep -qe "$2" out err
}

field() { # of a mount point
	echo "$1" | tr -c 'A-Za-z0-9\n' _
}

# poll PLUGIN [NAME=VALUE...]: into out, err; whether it ended within 15 s
poll() {
	plugin=$1
	shift
	env -i PATH="$PATH" TZ=UTC "$@" timeout -s KILL 15 "$plugins/$plugin" >out 2>err </dev/null
}

disk() { # NAME INODES: an ext4 file system on $W/NAME
	truncate -s 32M "$1.img" && mkfs.ext4 -q -N "$2" -F "$1.img" && mkdir "$1" && mount -o loop "$1.img" "$1"
}

fill() { # DIRECTORY COUNT
	mkdir -p "$1" && (cd "$1" && seq 1 "$2" | xargs touch)
}

control() {
	echo "$1" >control.new && mv control.new control
}

waiting() { # the children of polls that nothing ends
	grep -l inode_percent /proc/[0-9]*/comm 2>/dev/null | while read -r comm; do
		grep -q '^State:.[DS]' "${comm%comm}status" 2>/dev/null && echo "$comm"
	done | wc -l
}

at_most_six() {
	[ "$(waiting)" -le 6 ]
}

alone=$(waiting)
mkdir fuse cf
control live
if [ "$alone" = 0 ] && ${CC:-cc} -o dead "$here/dead.c" 2>/dev/null && [ -w /dev/fuse ]; then
	./dead "$W/fuse" "$W/control" &
	server=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		grep -q " $W/fuse fuse" /proc/self/mountinfo && break
		sleep 0.2
	done
	mount -t tmpfs tmpfs fuse/below && mkdir fuse/below/x
	below=$(field "$W/fuse/below")
	disk full 300 && fill full/x 265 && full=yes

	control dead
	ok "a poll ends" poll inode_percent timeout=2 scan_seconds=2
	says "a disk below a dead mount is unknown" "^$below.value U"
	says "and why" "no answer within 2.0 s, on the way to it from $W/fuse"
	says "the dead one is unknown" '^deadhost__x.value U'
	says "the others are not" '\.value [0-9]'
	[ -n "${full:-}" ] && says "the wait was not taken from the scan of a full one" "266 of [0-9]* in $W/full/x"
	for _ in 1 2 3 4 5 6 7; do
		ok "a poll ends" poll inode_percent timeout=1
	done
	says "unknown for ever" "^$below.value U"
	ok "three children of a mount, not one a poll" at_most_six

	# Postfix's queue and main.cf there; a link that leads there
	echo "queue_directory = $W/fuse/spool" >cf/main.cf
	ln -s "$W/fuse/cf" link
	for where in "$W/cf" "$W/fuse/cf" "$W/link"; do
		ok "a poll ends, main.cf in $where" poll postfix_queue config_directory="$where"
		says "a queue on it is unknown" '^deferred.value U'
		says "and why" 'fuse.dead) does not answer'
		ok "a poll ends, main.cf in $where" poll inode_percent config_directory="$where" timeout=1
		[ -n "${full:-}" ] && says "what is full is named" "266 of [0-9]* in $W/full/x"
		ok "a poll ends, main.cf in $where" poll postfix_sasl_rate config_directory="$where"
		ok "a poll ends, main.cf in $where" poll postfix_refusals config_directory="$where"
	done
	for file in scan_file MUNIN_STATEFILE logfile; do
		ok "a poll ends, $file there" poll inode_percent $file="$W/fuse/d/file" timeout=1
		says "the others are known" '\.value [0-9]'
		ok "a poll ends, $file there" poll postfix_sasl_rate $file="$W/fuse/d/file"
	done
	ok "a poll ends, MUNIN_STATEFILE there" poll postfix_sasl_failures MUNIN_STATEFILE="$W/fuse/d/file"
	says "what it can't keep" 'd/file may be on a network, and not answer: not opened'
	control live
	sleep 1
	ok "a poll ends" poll inode_percent
	says "the value is back" "^$below.value [0-9]"
	says "the value is back" '^deadhost__x.value 60'
	ok "a poll ends" poll postfix_queue config_directory="$W/cf"
	says "the queue is back" '^deferred.value 0'
	for n in 1 3 5 8; do # dies in the middle
		control "$n"
		ok "a poll ends, $n lookups answered" poll postfix_queue config_directory="$W/cf"
		says "no zero in place of an unknown, $n" '^deferred.value [U0]'
		control live
		sleep 0.5
		control "$n"
		ok "a poll ends, $n lookups answered" poll inode_percent timeout=1
		says "the others are known" '\.value [0-9]'
		control live
		sleep 0.5
	done
	umount full 2>/dev/null
	umount fuse/below
	umount -l fuse
	kill $server 2>/dev/null
	wait
else
	echo "skipped - mounts that do not answer: FUSE can't be mounted here, or there is no compiler"
fi

if disk hide 4000 2>/dev/null; then
	fill hide/mnt/backup 3800 && fill hide/var/log 100
	mount -t tmpfs tmpfs hide/mnt/backup
	ok "a poll ends" poll inode_percent
	says "files below a mount point are found" "in $W/hide/mnt/backup below the mount point $W/hide/mnt/backup"
	mkdir -p cf hide/mnt/backup/deferred && cp "$here"/../unit/queue/files/spool/deferred/E/* hide/mnt/backup/deferred
	echo "queue_directory = $W/hide/mnt/backup" >cf/main.cf
	ok "a poll ends" poll inode_percent config_directory="$W/cf"
	says "a queue that is mounted over files is none of theirs" "in $W/hide/mnt/backup below the mount point"
	ok "nobody queued them" sh -c "! grep -q 'queued by' out"
	umount hide/mnt/backup
	ok "a poll ends" poll inode_percent config_directory="$W/cf"
	says "what was below is told without the mount" "in $W/hide/mnt/backup (9"
	mkdir hide/mnt/backup/deferred && cp "$here"/../unit/queue/files/spool/deferred/E/* hide/mnt/backup/deferred
	ok "a poll ends" poll inode_percent config_directory="$W/cf"
	says "a queue that is there is one" "in $W/hide/mnt/backup (9.*queued by"
	rm -rf hide/mnt
	(
		ulimit -n 5000 2>/dev/null
		exec perl -e 'for (1 .. 3700) { open($f[$_], ">", "hide/d$_") or exit 1; unlink("hide/d$_") }
			open(my $r, ">", "ready"); sleep 30'
	) &
	holder=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -e ready ] || sleep 0.3
	done
	if [ -e ready ]; then
		ok "a poll ends" poll inode_percent
		says "files that are deleted but open are told" "3700 are deleted files that are still open, 3700 of them in $holder perl"
		ok "no innocent directory is blamed" sh -c "! grep -q 'of [0-9]* in $W/hide' out"
	fi
	kill $holder
	wait
	umount hide
	disk gone 100
	for _ in 1 2; do
		poll inode_percent MUNIN_STATEFILE="$W/state"
	done
	umount gone
	ok "a poll ends" poll inode_percent MUNIN_STATEFILE="$W/state"
	says "a disk that is gone is said" "$W/gone: no longer mounted"
	poll inode_percent MUNIN_STATEFILE="$W/state"
	ok "once" sh -c "! grep -q 'no longer mounted' err"
else
	echo "skipped - mounts that hide files: no loop devices or mkfs.ext4"
fi

if truncate -s 400M xfs.img && mkfs.xfs -q -f xfs.img 2>/dev/null && mkdir xfs && mount -o loop xfs.img xfs 2>/dev/null; then
	fill xfs/var/www 20000
	dd if=/dev/zero of=xfs/dump bs=1M 2>/dev/null
	sync xfs/dump
	ok "a poll ends" poll inode_percent warning=80
	says "space is what is missing" 'but space is what is missing: 99\..% of it is in use, and xfs makes inodes of free space on xfs'
	if [ -x "$plugins/../spoolwatch" ]; then
		"$plugins/../spoolwatch" >out 2>err </dev/null
		says "the screen says so, too" "^ *space is what is missing: 99"
		ok "and names no directory" sh -c "! grep -q ' in $W/xfs' out"
	fi
	umount xfs
	rm -f xfs.img
else
	echo "skipped - space that is missing: no mkfs.xfs or no xfs in the kernel"
fi

if command -v automount >/dev/null && command -v bindfs >/dev/null && mkdir -p /spoolwatch-net src 2>/dev/null; then
	mount -t tmpfs tmpfs /run
	touch src/a
	echo "/spoolwatch-net $W/auto.net --timeout=4" >auto.master
	echo "pool -fstype=fuse.bindfs :$W/src" >auto.net
	setsid automount -f --pid-file "$W/pid" "$W/auto.master" >log 2>&1 &
	sleep 2
	mounted() { grep -q ' /spoolwatch-net/pool ' /proc/self/mountinfo; }
	expired() {
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			sleep 1.5
			poll inode_percent "$@"
			mounted || return 0
		done
		return 1
	}
	ls /spoolwatch-net/pool >/dev/null
	if mounted; then
		poll inode_percent MUNIN_STATEFILE="$W/state2"
		says "what autofs has mounted is asked once" '^.*src.value [0-9]'
		poll inode_percent MUNIN_STATEFILE="$W/state2"
		says "then its last value is told" 'now not asked, or autofs would never take it away'
		ok "polls do not keep it" expired MUNIN_STATEFILE="$W/state2"
		ls /spoolwatch-net/pool >/dev/null
		ok "polls without a state do not keep it" expired
	else
		echo "skipped - autofs: it mounts nothing here"
	fi
	kill "$(cat pid)"
	sleep 1
	umount -R /spoolwatch-net 2>/dev/null
	rmdir /spoolwatch-net
else
	echo "skipped - autofs: automount or bindfs is not installed"
fi
cd / && umount -l "$W"
rmdir "$W"
[ $bad = 0 ] && echo "ok - mounts that do not answer, hide, expire ($rows rows)"
exit $bad

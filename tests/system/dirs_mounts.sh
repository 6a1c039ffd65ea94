#!/bin/sh
# sw_inode_dirs_scan() on trees with mounts in them, one of which never answers; needs root:
#     tests/system/dirs_mounts.sh BUILD/tests/unit/inode/test_dirs
set -u
LC_ALL=C
export LC_ALL
case $1 in /*) hogs=$1 ;; *) hogs=$PWD/$1 ;; esac
if [ -z "${2:-}" ]; then
	if [ "$(id -u)" != 0 ] || ! unshare -m true 2>/dev/null; then
		echo "skipped - mounts inside a tree: needs root and mount namespaces"
		exit 0
	fi
	work=$(mktemp -d) || exit 1
	chmod 755 "$work"
	trap 'rm -rf "$work"' EXIT
	unshare -m "$0" "$hogs" "$work"
	exit
fi
bad=0
cd "$2" || exit 1

say() {
	echo "not ok - $*"
	bad=1
}

scan() {
	"$hogs" "$1" 50000 2>/dev/null
}

has() { # WHAT DIRECTORY LINE: the scan of the directory says the line
	scan "$2" | grep -qx "$3" || say "$1: got \"$(scan "$2" | paste -s -d ' ')\", want \"$3\""
}

mkdir -p m/tmpfs m/same m/over/full m/dir/sub
touch m/same/1 m/same/2 m/over/full/3 m/dir/sub/4 m/dir/file
before=$(du --inodes -x -s m | cut -f 1)
mount -t tmpfs none m/tmpfs && touch m/tmpfs/a m/tmpfs/b && mkdir m/tmpfs/c || exit 1
mount --bind m/dir m/same && mount --bind m/dir/file m/over/full/3 || exit 1
mount -t tmpfs none m/over/full || exit 1
# of what the mounts cover only the mount points are seen: not same/1, same/2, over/full/3
has "a tree with mounts" "$PWD/m" "counted $((before - 3))"
has "mounts in it" "$PWD/m" 'mounts 3'
has "a bind mount itself" "$PWD/m/same" 'counted 4'
has "a tmpfs itself" "$PWD/m/tmpfs" 'counted 4'
dead=
if [ -w /dev/fuse ]; then # a file system that never answers, as a dead server's does
	mkdir -p m/dead/m
	exec 9<>/dev/fuse
	timeout 10 mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 dead m/dead/m && dead=yes
fi
if [ -n "$dead" ]; then
	timeout 10 "$hogs" "$PWD/m/dead" 50000 2>/dev/null | grep -q '^counted 2$' ||
		say "a dead mount holds the scan up"
	umount -l m/dead/m
else
	echo "skipped - a dead mount: FUSE can't be mounted here"
fi
[ $bad = 0 ] && echo "ok - mounts inside a tree are counted as mount points"
exit $bad

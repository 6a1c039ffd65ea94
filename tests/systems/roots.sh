# shellcheck shell=bash
# Roots of their own for systems.sh and packages.sh, which set $out (where they are) and $MIRROR.

inside() { # ROOT COMMAND...: with /proc and /dev, as chroot(8)
	local root=$1
	shift
	unshare -m --propagation private sh -c '
		root=$1 && shift
		mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 1
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C TMPDIR=/tmp "$@"' \
		inside "$root" "$@"
}

root_of() { # SUITE[-ARCHITECTURE]: its root, made when it is not there
	local root=$out/$1 arch=
	[ "$1" = "${1%-*}" ] || arch=--arch=${1#*-}
	if [ ! -e "$root/made" ]; then
		rm -rf --one-file-system "$root"
		debootstrap $arch --variant=minbase --include=make,ca-certificates "${1%-*}" "$root" "$MIRROR" >"$root.log" 2>&1 || return 1
		cp /etc/resolv.conf "$root/etc/" 2>/dev/null
		# MIRROR may be one of a day that has passed
		echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90any-day"
		: >"$root/made"
	fi
	echo "$root"
}

#!/bin/bash
# The Debian packages on a real systemd; as root, once a release:
#     make deb && [HOW=namespaces] tests/systems/boot.sh OUT [SUITE]       (bookworm, of which the packages must be)
# In a machine of its own, with Debian's kernel and AppArmor in it: qemu, by software, slow; ACCEL=kvm where
# that works. HOW=namespaces boots the same root on this kernel, in namespaces of its own, in minutes.
# What it does stands in booted.sh; PARTS: which of its parts. It has no network; MIRROR is where Debian's packages are, OUT keeps the
# root for the next run, and what was said: OUT/said, OUT/console.
set -u
cd "$(dirname "$0")/../.." || exit 1
: "${MIRROR:=http://deb.debian.org/debian}"
: "${ACCEL:=tcg,thread=multi}"
: "${HOW:=qemu}"
export LC_ALL=C
needs='debootstrap qemu-system-x86_64 mke2fs'
[ "$HOW" = qemu ] || needs='debootstrap unshare'
for p in $needs; do
	if [ "$(id -u)" != 0 ] || ! PATH=$PATH:/usr/sbin command -v $p >/dev/null; then
		echo "boot: needs root and $p" >&2
		exit 1
	fi
done
mkdir -p "$1" && out=$(cd "$1" && pwd) || exit 1
suite=${2:-bookworm}
# shellcheck source=/dev/null
. tests/systems/roots.sh

base=$(root_of "$suite") || { echo "boot: no root of $suite could be made" >&2 && exit 1; }
machine=$out/machine-$suite
if [ ! -e "$machine/made" ]; then
	rm -rf --one-file-system "$machine"
	cp -a "$base" "$machine" && rm -f "$machine/made"
	printf '#!/bin/sh\nexit 101\n' >"$machine/usr/sbin/policy-rc.d"
	chmod 755 "$machine/usr/sbin/policy-rc.d"
	inside "$machine" sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
		linux-image-amd64 systemd-sysv udev dbus iproute2 kmod perl apparmor munin-node postfix postfix-lmdb libsasl2-modules \
		libmnl0 libpcre2-8-0 libzstd1 liblzma5 libbz2-1.0 zlib1g libsystemd0' >"$out/machine.log" 2>&1 ||
		{ tail -n 20 "$out/machine.log" && exit 1; }
	rm "$machine/usr/sbin/policy-rc.d"
	: >"$machine/made"
fi
# an emulated machine is slow: few plugins of Munin's own, no other work
find "$machine/etc/munin/plugins" -type l ! -name df_inode ! -name load -delete
for u in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-tmpfiles-clean.timer; do
	ln -sf /dev/null "$machine/etc/systemd/system/$u"
done
rm -rf "$machine/root" && mkdir -m 700 "$machine/root"
cp build/deb/spoolwatch_*.deb build/deb/spoolwatch-munin-plugins_*.deb "$machine/root/" || exit 1
cp -r tests contrib "$machine/root/"
echo "${PARTS:-blocks guard scan node apparmor purge}" >"$machine/root/parts"
said=/dev/ttyS1
[ "$HOW" = qemu ] || said=/said
cat >"$machine/etc/systemd/system/booted.service" <<END
[Unit]
Description=Tests of spoolwatch
After=multi-user.target munin-node.service postfix.service

[Service]
ExecStart=/root/tests/systems/booted.sh
StandardOutput=append:$said
StandardError=append:$said
ExecStopPost=/bin/systemctl --no-block poweroff
END
mkdir -p "$machine/etc/systemd/system/default.target.wants"
ln -sf ../booted.service "$machine/etc/systemd/system/default.target.wants/booted.service"
rm -f "$out/image" "$out/said"

in_qemu() {
	mke2fs -q -t ext4 -d "$machine" "$out/image" 4G || exit 1
	timeout 7200 qemu-system-x86_64 -machine q35 -accel "$ACCEL" -cpu qemu64 -smp 2 -m 2G -display none -no-reboot -nic none \
		-drive "file=$out/image,format=raw,if=virtio,cache=unsafe" -kernel "$machine"/boot/vmlinuz-* -initrd "$machine"/boot/initrd.img-* \
		-append "root=/dev/vda rw console=ttyS0 systemd.default_timeout_start_sec=1800 ${APPEND:-}" \
		-serial "file:$out/console" -serial "file:$out/said" 2>"$out/qemu.log"
}

# An init of its own, with what a container manager gives one: /proc, /sys, a /dev of few, a cgroup of its own
in_namespaces() {
	rm -rf --one-file-system "$out/up" "$out/work" && mkdir -p "$out/up" "$out/work" "$out/booted"
	timeout 3600 unshare -mpuin --cgroup --fork --kill-child --propagation private bash -c '
		out=$1 root=$1/booted
		mount -t overlay overlay -o "lowerdir=$2,upperdir=$out/up,workdir=$out/work" "$root" && cd "$root" || exit 1
		mount -t proc proc proc && mount --bind proc/sys proc/sys && mount -o remount,bind,ro proc/sys &&
			mount -t sysfs -o ro sysfs sys && mount -t tmpfs tmpfs run && mount -t cgroup2 cgroup2 sys/fs/cgroup && mount -t tmpfs -o mode=755 tmpfs dev || exit 1
		for node in null zero full random urandom tty; do : >dev/$node && mount --bind /dev/$node dev/$node; done
		mkdir dev/shm dev/pts && mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts && ln -s pts/ptmx dev/ptmx
		hostname vm
		ip link set lo up
		mkdir -p .old && pivot_root . .old && exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			sh -c "umount -l /.old && exec /sbin/init"' in_namespaces "$out" "$machine" >"$out/console" 2>&1 </dev/null
	cp "$out/up/said" "$out/said"
}

"in_$HOW"
tr -d '\r' <"$out/said"
passed=$(grep -c '^ok - ' "$out/said")
failed=$(grep -c '^not ok - ' "$out/said")
grep -q '^all was tried' "$out/said" || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

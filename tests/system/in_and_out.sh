#!/bin/bash
# README's way in and out, its own lines from first to last, with a real munin-node; as root, on a copy
# of this host that is thrown away (an overlay in a mount namespace):
#     tests/system/in_and_out.sh PLUGINDIR
# Afterwards nothing is there that was not before, and Munin's own plugins stand where they stood.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 1
here=$PWD
if [ -z "${2:-}" ]; then
	if [ "$(id -u)" != 0 ] || ! unshare -mnp --fork true 2>/dev/null; then
		echo "skipped - in and out: needs root and namespaces"
		exit 0
	fi
	if ! command -v munin-node-configure >/dev/null || ! [ -x /usr/share/munin/plugins/df_inode ]; then
		echo "skipped - in and out: munin-node is not installed"
		exit 0
	fi
	exec unshare -mnp --fork --kill-child --propagation private bash "$0" "$1" inside
fi

W=$(mktemp -d) && mount -t tmpfs -o size=800m,mode=755 tmpfs "$W" || exit 1
mkdir "$W/up" "$W/work" "$W/root"
if ! mount -t overlay overlay -o "lowerdir=/,upperdir=$W/up,workdir=$W/work" "$W/root" 2>/dev/null; then
	echo "skipped - in and out: no overlay can be mounted here"
	exit 0
fi
mount -t proc proc "$W/root/proc" && mount --rbind /dev "$W/root/dev" || exit 1
mount -t tmpfs tmpfs "$W/root/run"
bad=0
rows=0

say() {
	echo "not ok - $*"
	bad=1
}

run() { # COMMAND: a line of README, in the sources, as root
	rows=$((rows + 1))
	chroot "$W/root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
		sh -c "cd '$here' && $1" >"$W/out" 2>&1 </dev/null && { [ -z "${V:-}" ] || cat "$W/out"; } && return
	say "$1"
	tail -n 20 "$W/out"
}

block() { # AFTER: the lines of the next block of commands that stands behind this text in README
	awk -v after="$1" 'index($0, after) { found = 1 }
		found && /^    / { block = 1; sub(/^    /, ""); sub(/[ ]*# .*/, ""); print; next }
		found && block && !/^    / { exit }' README.md
}

# this root's service manager: munin-node and nothing else
mkdir -p "$W/root/usr/local/sbin"
cat >"$W/root/usr/local/sbin/systemctl" <<'CTL'
#!/bin/sh
echo "systemctl $*" >>/run/systemctl
[ "$*" = 'restart munin-node' ] || exit 0
[ ! -e /run/munin/munin-node.pid ] || kill "$(cat /run/munin/munin-node.pid)"
mkdir -p /run/munin && sleep 0.2
exec munin-node
CTL
chmod 755 "$W/root/usr/local/sbin/systemctl"
mkdir -p "$W/root/var/log/munin" "$W/root/run/munin"
perl -MSocket -e 'socket(my $s, AF_INET, SOCK_DGRAM, 0); my $r = pack("a16s", "lo", 0); ioctl($s, 0x8913, $r);
	my ($n, $f) = unpack("a16s", $r); ioctl($s, 0x8914, pack("a16s", "lo", $f | 1)) or die "$!"'
# a host with a mail server, a log, and Munin's own plugins linked as its package does
mkdir -p "$W/root/etc/postfix" "$W/root/var/spool/postfix"/{active,deferred,hold,incoming,maildrop,corrupt}
[ -e "$W/root/etc/postfix/main.cf" ] || echo 'compatibility_level = 3.6' >"$W/root/etc/postfix/main.cf"
date -u +"%Y-%m-%dT%H:%M:%S+00:00 $(uname -n) postfix/submission/smtpd[1]: 3222B25: client=h[192.0.2.1], sasl_method=PLAIN, sasl_username=bob@ourdomain.com" \
	>"$W/root/var/log/mail.log"
ln -sf /usr/share/munin/plugins/df_inode "$W/root/etc/munin/plugins/df_inode"
ln -sf /usr/share/munin/plugins/postfix_mailqueue "$W/root/etc/munin/plugins/postfix_mailqueue"
rm -f "$W/root/etc/munin/plugin-conf.d/spoolwatch"
rm -rf "$W/root/var/lib/munin-node/plugin-state"/*/*
run 'systemctl restart munin-node'

# all that is there, but what running programs write by themselves
state() {
	(cd "$W/root" && find etc var/lib usr/local -xdev ! -type d ! -path '*/dpkg/*' ! -path '*/apt/*' \
		! -name 'datafile*' -printf '%p %l %m %s\n' | sort)
}

asked() { # COMMAND of the node's protocol, which may just be starting
	for _ in $(seq 50); do
		(exec 3<>/dev/tcp/127.0.0.1/4949 && printf '%s\nquit\n' "$1" >&3 && cat <&3) 2>/dev/null && return
		sleep 0.1
	done
}

state >"$W/before"
asked list >"$W/list.before"
grep -q postfix_mailqueue "$W/list.before" || say "munin-node lists no postfix_mailqueue: $(cat "$W/list.before")"

while read -r line; do
	case $line in
	'make deps && '*) line="make B='${1%/plugins}' ${line#*&& make && make }" ;; # built already
	esac
	run "$line"
done <<<"$(block '## Install')"
[ -s "$W/out" ] && grep -q '^busiest\.value' "$W/out" || say "munin-run says $(cat "$W/out")"
asked 'fetch postfix_sasl_rate' | grep -q '^total\.value' || say "the node does not serve postfix_sasl_rate"
while read -r line; do
	run "$line"
done <<<"$(block 'To take the place of a Munin plugin')"
asked 'fetch df_inode' >"$W/out"
asked 'fetch postfix_mailqueue' | grep -q '^multigraph postfix_mailqueue.by_sender' ||
	say "postfix_mailqueue is not ours: $(asked 'fetch postfix_mailqueue')"
while read -r line; do
	run "$line"
done <<<"$(block 'A timer can scan outside of it')"
mkdir -p "$W/root/var/lib/spoolwatch" # as StateDirectory= does
run 'env $(sed -n "s/^Environment=//p" contrib/munin/systemd/spoolwatch-scan.service) /usr/local/lib/spoolwatch/plugins/inode_percent'
[ -e "$W/root/var/lib/spoolwatch/scan" ] || say "the scan left no file"
state | grep -c plugin-state >"$W/states"

run "make B='${1%/plugins}' disable uninstall"
grep -q 'disable --now spoolwatch-scan.timer' "$W/root/run/systemctl" || say "the timer still runs"
state >"$W/after"
diff "$W/before" "$W/after" >"$W/diff" || { say "not as before:" && cat "$W/diff"; }
asked list >"$W/list.after"
diff "$W/list.before" "$W/list.after" >/dev/null || say "munin-node lists $(cat "$W/list.after")"
rows=$((rows + 5))
[ $bad = 0 ] && echo "ok - $rows rows, the way in and out"
umount -l "$W/root" "$W" 2>/dev/null
rmdir "$W" 2>/dev/null
exit $bad

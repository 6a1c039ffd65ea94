# shellcheck shell=sh
# The story's own world: private mounts, loopback, a log daemon and a clock.
#
# Everything runs in its own mount, pid, network, uts and ipc namespace. So each
# program keeps its real paths (/etc/postfix, /var/log/mail.log, /etc/munin ...),
# which is what an admin has, and nothing of the host is seen or changed. All
# ends with the first process of the pid namespace, which is story.sh.

HOST=our.server
INODES=6000		# of the mail queue's file system
CLOCK=/run/story/clock

# mine DIRECTORY NAME: put $OUT/NAME at DIRECTORY
mine() {
	mkdir -p "$OUT/$2"
	mount --bind "$OUT/$2" "$1" || die "bind $OUT/$2 at $1"
}

# A /dev of its own, for a log socket
world_dev() {
	exec 9</dev
	mount -t tmpfs -o mode=755,size=64m tmpfs /dev
	for _node in null zero full random urandom tty; do
		: >"/dev/$_node"
		# not mknod: a container may forbid that
		mount --no-canonicalize --bind "/proc/self/fd/9/$_node" "/dev/$_node" || die "no /dev/$_node"
	done
	exec 9<&-
	ln -s /proc/self/fd /dev/fd
	mkdir -m 1777 /dev/shm		# for faketime
}

world_mounts() {
	mkdir -p "$OUT/etc/munin"
	cp -r /etc/postfix "$OUT/etc/"	# the start script and its lists are in there
	cp -r /etc/munin/templates /etc/munin/static "$OUT/etc/munin/"

	world_dev
	mount -t tmpfs -o mode=755,size=64m tmpfs /run
	mkdir /run/story /run/munin
	chown munin: /run/munin

	exec 9</var/lib/dpkg
	mount -t tmpfs -o mode=755,size=64m tmpfs /var/lib
	mkdir /var/lib/dpkg /var/lib/postfix /var/lib/munin /var/lib/munin-node /var/lib/spoolwatch
	mount --no-canonicalize --bind /proc/self/fd/9 /var/lib/dpkg || die "no /var/lib/dpkg"
	exec 9<&-
	mine /etc/postfix etc/postfix
	mine /etc/munin etc/munin
	mine /var/lib/postfix var/postfix
	mine /var/lib/munin var/munin
	mine /var/lib/munin-node var/munin-node
	mine /var/cache/munin/www html
	mine /var/log log
	# The queue: a file system of its own with few inodes, as small
	# virtual servers have them.
	mount -t tmpfs -o "mode=755,nr_inodes=$INODES,size=200m" tmpfs /var/spool/postfix
}

world_network() {
	# Brings lo up: no iproute2 needed for one ioctl (SIOCGIFFLAGS, SIOCSIFFLAGS).
	perl -MSocket -e 'socket(my $s, AF_INET, SOCK_DGRAM, 0) or die;
		my $r = pack("a16s", "lo", 0);
		ioctl($s, 0x8913, $r) or die "$!";
		my ($n, $f) = unpack("a16s", $r);
		ioctl($s, 0x8914, pack("a16s", "lo", $f | 1)) or die "$!"' ||
		die "no loopback"
	hostname "$HOST"
}

# The log: what rsyslog's mail.log is on Debian. LOGSTYLE=bsd: stamps as they
# were before Debian 12.
world_log() {
	install -m 0640 -o root -g adm /dev/null /var/log/mail.log
	# (... &): not a job of this shell, whose "wait" is for the senders of mail
	("$TOOLS/relog" /dev/log /var/log/mail.log "${HOST%%.*}" "${LOGSTYLE:-iso}" "$CLOCK" \
		>/var/log/syslog 2>&1 &)
	wait_for 5 test -S /dev/log || die "no log daemon"
}

# wait_for SECONDS COMMAND...
wait_for() {
	_until=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -le $_until ] || return 1
		sleep 0.01
	done
}

# set_clock EPOCH: everything logged until now has an earlier stamp
set_clock() {
	NOW=$1
	logger -t storyclock "$1"
	wait_for 10 clock_is "$1" || die "no answer from the log daemon"
}

clock_is() {
	read -r _is <"$CLOCK" && [ "$_is" = "$1" ]
} 2>/dev/null

clock_text() {
	date -u -d "@$NOW" '+%F %T'
}

#!/bin/bash
# The Debian packages, as an administrator meets them; as root, once a release:
#     [STORY=1] tests/systems/packages.sh OUT [SUITE]          (bookworm)
# Built twice, which must give the same bytes, and looked at by lintian. Then contrib/munin/START.md, its
# own lines from first to last, on a mail server and a monitor: fresh roots, with a network between them
# and to nowhere else. Then upgrade, removal and purge: what is to be kept, and that nothing is left.
# STORY=1: the packages' own tests by autopkgtest, too, with the whole story (five minutes more).
# MIRROR is where Debian's packages are; OUT keeps roots for the next run. Two lines of START.md are
# changed: the relay is a sink on the monitor. Most of Munin's own plugins are taken out, to save minutes.
set -u
cd "$(dirname "$0")/../.." || exit 1
: "${MIRROR:=http://deb.debian.org/debian}"
export MIRROR LC_ALL=C TZ=UTC
if [ -z "${3:-}" ]; then
	for p in debootstrap ip nsenter unshare; do
		if [ "$(id -u)" != 0 ] || ! command -v $p >/dev/null; then
			echo "packages: needs root and $p" >&2
			exit 1
		fi
	done
	mkdir -p "$1"
	exec unshare -mp --fork --kill-child --mount-proc --propagation private \
		bash "$0" "$(cd "$1" && pwd)" "${2:-bookworm}" inside
fi
out=$1
suite=$2
# shellcheck source=/dev/null
. tests/systems/roots.sh
passed=0
failed=0

ok() {
	passed=$((passed + 1))
	echo "ok - $*"
}

is() { # NAME GOT WANT
	[ "$2" = "$3" ] && ok "$1" && return
	failed=$((failed + 1))
	echo "not ok - $1: got ${2:-nothing}, want ${3:-nothing}"
}

finish() {
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
	exit
}

die() {
	is "$*" failed ok
	finish
}

# fresh NAME LOWER: a root that is LOWER, of which nothing is kept
fresh() {
	rm -rf --one-file-system "${out:?}/$1" && mkdir -p "$out/$1/up" "$out/$1/work" "$out/$1/root" &&
		mount -t overlay overlay -o "lowerdir=$2,upperdir=$out/$1/up,workdir=$out/$1/work" "$out/$1/root" || die "no root $1"
}

quiet() { # LOG COMMAND...
	"${@:2}" >"$out/$1.log" 2>&1 </dev/null || { tail -n 30 "$out/$1.log"; die "$1"; }
}

## The packages

base=$(root_of "$suite") || die "no root of $suite could be made"
build=$out/build
if [ ! -e "$build/made" ]; then
	rm -rf --one-file-system "$build"
	cp -a "$base" "$build" && rm -f "$build/made"
fi
for copy in src somewhere/else/with/a/longer/name; do
	rm -rf "${build:?}/${copy%%/*}" && mkdir -p "$build/$copy"
	git archive HEAD | tar -xf - -C "$build/$copy"
done
if [ ! -e "$build/made" ]; then
	quiet deps inside "$build" sh -c 'apt-get -qq update && /src/contrib/packaging/deps.sh build check deb'
	: >"$build/made"
fi
quiet first inside "$build" sh -c 'cd /src && contrib/packaging/deb.sh build/deb'
is "lintian, pedantic" "$(tail -n 1 "$out/first.log")" "lintian finds no fault"
quiet second inside "$build" sh -c 'umask 077; cd /somewhere/else/with/a/longer/name && TZ=Pacific/Chatham contrib/packaging/deb.sh /somewhere/out'
for deb in "$build"/src/build/deb/*.deb; do
	cmp -s "$deb" "$build/somewhere/out/${deb##*/}"
	is "built twice: ${deb##*/}" $? 0
done

## A mail server and a monitor

machine() { # NAME ADDRESS: a fresh root and namespaces; $out/NAME.pid is in them
	fresh "$1" "$base"
	cp "$build"/src/build/deb/*.deb "$out/$1/root/root/"
	rm -f "$out/$1/root/root/"*-dbgsym*
	# without an init invoke-rc.d starts nothing unless it is told that it may
	printf '#!/bin/sh\nexit 0\n' >"$out/$1/root/usr/sbin/policy-rc.d"
	chmod 755 "$out/$1/root/usr/sbin/policy-rc.d"
	echo "127.0.0.1 localhost" >"$out/$1/root/etc/hosts"
	echo "$2 $1.example.com $1" >>"$out/$1/root/etc/hosts"
	unshare -mnu --propagation private sh -c 'hostname "$1" && mount -t proc proc "$2/proc" && mount --rbind /dev "$2/dev" &&
		echo $$ >"$3" && exec sleep 86400' machine "$1.example.com" "$out/$1/root" "$out/$1.pid" &
	until [ -s "$out/$1.pid" ]; do sleep 0.05; done
	echo "$1.example.com" >"$out/$1/root/etc/hostname"
	# a machine that has other work starts a node in more than its 15 seconds
	echo 'START_ARGS="--background --notify-await --notify-timeout 300"' >"$out/$1/root/etc/default/munin-node"
	nsenter -t "$(cat "$out/$1.pid")" -n ip link set lo up
}

# In the namespaces of the machine: start-stop-daemon knows no process of another mount namespace.
on() { # NAME COMMAND...: on that machine, as root, in its home
	local name=$1
	shift
	nsenter -t "$(cat "$out/$name.pid")" -m -n -u chroot "$out/$name/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		LC_ALL=C DEBIAN_FRONTEND=noninteractive sh -c 'cd /root && exec "$@"' on "$@" </dev/null
}

download() { # NAME PACKAGES: what their install needs, from the network, which the machine has not
	inside "$out/$1/root" sh -c 'cd /root && apt-get -qq update && apt-get -y -qq -d install '"$2"
}

rm -f "$out"/mail.pid "$out"/monitor.pid
machine mail 192.0.2.10
machine monitor 192.0.2.20
ip link add swmail type veth peer name swmonitor || die "no network between them"
for end in mail:192.0.2.10 monitor:192.0.2.20; do
	pid=$(cat "$out/${end%:*}.pid")
	ip link set "sw${end%:*}" netns "$pid"
	nsenter -t "$pid" -n sh -c "ip addr add ${end#*:}/24 dev sw${end%:*} && ip link set sw${end%:*} up" || die "no network"
done
quiet download-mail download mail './spoolwatch-munin-plugins_*.deb ./spoolwatch_*.deb postfix'
quiet download-monitor download monitor 'munin msmtp-mta ./spoolwatch-munin-plugins_*.deb'
# a mail server, of which START.md says that it is there
quiet postfix on mail apt-get -y -qq install --no-install-recommends postfix
quiet postfix-log on mail sh -c 'install -m 640 -g adm /dev/null /var/log/mail.log && postconf maillog_file=/var/log/mail.log && service postfix restart'
on mail dpkg -V >"$out/verify.before"

awk '/^    / { if (!block) n++; block = 1; print substr($0, 5) >(out "/block." n); next }
	/^$/ && block { blank = 1; next } { block = 0 }' out="$out" contrib/munin/START.md
is "START.md has ten blocks of lines" "$(ls "$out"/block.* | wc -l)" 10

block() { # NUMBER NAME: the lines of this block, on that machine
	sed 's/^host .*/host 192.0.2.20/; s/^port .*/port 2525/; s/^tls on/tls off/; s/^auth on/auth off/' \
		"$out/block.$1" >"$out/$2/root/root/block"
	quiet "block-$1" on "$2" sh -e ./block
	ok "START.md, lines $1 on $2: $(head -n 1 "$out/block.$1" | cut -c 1-70)"
}

few() { # NAME: no plugins of Munin's own but those that ours may take the place of
	find "$out/$1/root/etc/munin/plugins" -type l | while read -r link; do
		case ${link##*/} in df_inode | postfix_mailqueue) continue ;; esac
		[ -e "$out/$1/root/usr/lib/spoolwatch/plugins/${link##*/}" ] || rm "$link"
	done
}

sunk() { # the mails that the relay has, with this beginning of their subject
	grep -c "^Subject: ${1:-}" "$out/mail/root/var/tmp/sunk" 2>/dev/null
}

began=$SECONDS
block 1 mail
installed=$((SECONDS - began))
on mail dpkg -V | grep -v '^..5.* c /etc/munin/munin-node.conf$' | diff "$out/verify.before" - >"$out/verify"
is "no file of another package is changed" "$(cat "$out/verify")" ""
is "linked: what has something to read" "$(cd "$out/mail/up/etc/munin/plugins" && find . -lname '*/munin/plugins/*' -printf '%f %l\n' |
	grep -E '^(inode_percent|postfix_queue|postfix_sasl_rate) ' | sort | sed 's, /usr/share/munin/plugins/,=,' | tr '\n' ' ')" \
	"inode_percent=inode_percent postfix_queue=postfix_queue postfix_sasl_rate=postfix_sasl_rate "
few mail
block 2 mail
is "munin-run says numbers" "$(grep -c '\.value [0-9]' "$out/block-2.log" | sed 's/[0-9][0-9]*/some/')" some
block 3 monitor
few monitor
nsenter -t "$(cat "$out/monitor.pid")" -n chroot "$out/mail/root" smtp-sink -u nobody -D /var/tmp/sunk 192.0.2.20:2525 100 &
block 4 monitor
is "the first mail arrived" "$(sunk)" 1
block 5 monitor
block 6 monitor
value=$(on monitor perl -MRRDs -e 'for my $f (glob "/var/lib/munin/example.com/mail.example.com-inode_percent-*.rrd") {
	my $h = RRDs::info($f); print $h->{"ds[42].last_ds"}, "\n" }' | grep -m 1 '^[0-9.]*$')
is "the page has its first value" "$(echo "$value" | sed 's/^[0-9.]\{1,\}$/number/')" number
is "the page is there" "$(grep -c 'inode_percent.html' "$out/block-6.log")" 1
echo "# from apt-get install to the first value in the page: $((SECONDS - began)) s, of which the mail server took $installed s (and what was downloaded before)"
sleep $((62 - 10#$(date +%S))) # of the minute in which the log begins nothing is known
block 7 mail
# a log so young proves nothing of the first five minutes: the rate is unknown until then, and that may be mailed
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep $((62 - 10#$(date +%S)))
	on monitor runuser -u munin -- munin-cron >>"$out/cron.log" 2>&1
	[ "$(sunk WARNING)" -lt 1 ] || break
done
is "the alert is the one that the page shows" "$(sed -n 's/\r$//; /^Subject: /p' "$out/mail/root/var/tmp/sunk" | tail -n 1)" \
	"$(cat "$out/block.8")"
grep -q '^    spoolwatch hold --uid 0' "$out/mail/root/var/tmp/sunk"
is "it has the command to type" $? 0
on mail spoolwatch hold --uid 0 >"$out/hold.log" 2>&1
is "and that runs" $? 0
block 9 mail
block 10 mail

## Upgrade, removal, purge

linked() { # links of ours
	(cd "$out/mail/root/etc/munin/plugins" && find . -type l -printf '%f\n' | while read -r link; do
		case $(on mail readlink -f "/etc/munin/plugins/$link") in /usr/lib/spoolwatch/*) echo "$link" ;; esac
	done | sort | tr '\n' ' ')
}

asked() { # what the node says
	for _ in $(seq 50); do
		on mail perl -MIO::Socket::INET -e 'alarm 60; my $s = IO::Socket::INET->new("127.0.0.1:4949") or exit 1;
			print $s "$ARGV[0]\nquit\n"; print while <$s>' "$1" && return
		sleep 0.1
	done
}

states() {
	find "$out/mail/root/var/lib/munin-node/plugin-state" -type f -printf '%P\n' | sort | tr '\n' ' '
}

lost() { # state that was there
	local state
	for state in $kept; do
		case " $(states)" in *" $state "*) ;; *) echo "$state" ;; esac
	done
}

rm "$out/mail/root/etc/munin/plugins/postfix_queue"
on mail ln -sf /usr/share/munin/plugins/inode_percent /etc/munin/plugins/df_inode
printf mark | dd of="$out/mail/root/var/lib/spoolwatch/journal" bs=1 seek=155000 conv=notrunc status=none
pid=$(cat "$out/mail/root/run/munin/munin-node.pid")
before=$(linked)
kept=$(states)
is "there is state to keep" "$(echo "$kept" | grep -c postfix_sasl_rate)" 1
# the same as a later version, with one plugin more
for package in spoolwatch spoolwatch-munin-plugins; do
	inside "$build" sh -c 'rm -rf /later && dpkg-deb -R "$1" /later && sed -i "s/^Version: .*/&.1/" /later/DEBIAN/control &&
		if [ -d /later/usr/share/munin ]; then
			cp /later/usr/lib/spoolwatch/plugins/inode_percent /later/usr/lib/spoolwatch/plugins/brand_new &&
				ln -s ../../../lib/spoolwatch/plugins/brand_new /later/usr/share/munin/plugins/
		fi && dpkg-deb -b /later "/later-$2.deb"' later "/src/build/deb/$(cd "$build/src/build/deb" && ls "$package"_*.deb)" "$package" >/dev/null
	mv "$build/later-$package.deb" "$out/mail/root/root/"
done
quiet upgrade on mail sh -c 'apt-get -y -qq install ./later-*.deb'
is "upgrade: a link that was taken away stays away, a new plugin is linked" "$(linked)" "brand_new $before"
is "upgrade: state is kept" "$(lost)" ""
is "upgrade: the incident command's journal, too" "$(tail -c 648 "$out/mail/root/var/lib/spoolwatch/journal" | head -c 4)" mark
[ "$pid" != "$(cat "$out/mail/root/run/munin/munin-node.pid")" ]
is "upgrade: the node was restarted" $? 0
is "upgrade: it serves them" "$(asked list | grep -cE '\bbrand_new\b.*\binode_percent\b|\binode_percent\b.*\bbrand_new\b')" 1
quiet remove on mail apt-get -y -qq remove spoolwatch spoolwatch-munin-plugins
is "removal: no link of ours" "$(cd "$out/mail/root/etc/munin/plugins" && find . -lname '*inode_percent' -o -lname '*postfix_sasl*')" ""
is "removal: Munin's own plugin is back" "$(readlink "$out/mail/root/etc/munin/plugins/df_inode")" /usr/share/munin/plugins/df_inode
is "removal: state and configuration are kept" "$(lost):$(find "$out/mail/root/etc/munin" -name spoolwatch -printf '%f')" \
	:spoolwatch
is "removal: the node serves on, without them" "$(asked list | grep -c df_inode):$(asked list | grep -c inode_percent)" 1:0
quiet again on mail sh -c 'apt-get -y -qq install ./later-*.deb'
is "installed again: linked again" "$(linked | grep -c 'inode_percent.*postfix_queue')" 1
quiet purge on mail apt-get -y -qq purge spoolwatch spoolwatch-munin-plugins
left=$(cd "$out/mail/root" && find . -xdev \( -name '*spoolwatch*' -o -lname '*spoolwatch*' -o -lname '*inode_percent' \) \
	! -path './root/*' ! -path './proc/*' ! -path './var/lib/apt/*' ! -path './var/cache/apt/*' ! -path './var/log/*')
is "purge: nothing is left" "$left$(states)" ""

## Their own tests

if [ -n "${STORY:-}" ]; then
	fresh tests "$base"
	cp "$build"/src/build/deb/* "$out/tests/root/root/" 2>/dev/null
	quiet autopkgtest-install inside "$out/tests/root" sh -c 'apt-get -qq update &&
		DEBIAN_FRONTEND=noninteractive apt-get -y -qq install --no-install-recommends autopkgtest dpkg-dev'
	inside "$out/tests/root" sh -c 'cd /root && rm -f *dbgsym*.deb && autopkgtest -B *.deb *.dsc -- null' >"$out/autopkgtest.log" 2>&1 </dev/null
	is "autopkgtest" "$(sed -n '/ summary$/,$p' "$out/autopkgtest.log" | awk '/ (PASS|FAIL)/ { print $(NF - 1), $NF }' | grep -c PASS)" 3
fi
finish

#!/bin/bash
# An account that spreads itself over three mail servers, each a real munin-node, and no server that
# holds the run up: one that is down, one that says nothing, one that never ends, one that wants TLS; as root:
#     tests/system/fleet.sh PLUGINDIR
set -u
export LC_ALL=C
plugins=$(cd "$1" && pwd) || exit 2
if [ -z "${2:-}" ]; then
	if [ "$(id -u)" != 0 ] || ! unshare -mnp --fork true 2>/dev/null; then
		echo "skipped - fleet: needs root and namespaces"
		exit 0
	fi
	if ! command -v munin-node >/dev/null || ! [ -x /usr/share/munin/munin-update ]; then
		echo "skipped - fleet: munin-node or munin is not installed"
		exit 0
	fi
	exec unshare -mnp --fork --kill-child --mount-proc --propagation private bash "$0" "$1" inside
fi

W=$(mktemp -d) && chmod 755 "$W" && mount -t tmpfs -o size=256m,mode=755 tmpfs "$W" && cd "$W" || exit 1
trap 'cd / && umount -l "$W" && rmdir "$W"' EXIT
perl -MSocket -e 'socket(my $s, AF_INET, SOCK_DGRAM, 0); my $r = pack("a16s", "lo", 0); ioctl($s, 0x8913, $r);
	my ($n, $f) = unpack("a16s", $r); ioctl($s, 0x8914, pack("a16s", "lo", $f | 1)) or die "$!"'
bad=0
rows=0
NOW=1795701030 # 2026-11-26 13:50:30 UTC

says() { # WHAT WORDS: the last poll said so
	rows=$((rows + 1))
	grep -q -e "$2" out && return
	echo "not ok - $1: want $2"
	grep -v '^graph_\|info \|^[a-z_]*\.[dlcmw]' out | head -20
	bad=1
}

is_none() { # WHAT COMMAND...: it prints nothing
	rows=$((rows + 1))
	"${@:2}" >none 2>&1
	[ ! -s none ] && return
	echo "not ok - $1"
	head -5 none
	bad=1
}

# A day of a server: 400 messages of one account from six networks, four of which no other server
# sees; a calm one; and a name that would be lines, fields and commands if anybody let it.
log() { # SERVER
	TZ=UTC awk -v server="$1" -v now=$NOW '
	function line(t, address, login) {
		printf "%s mx postfix/submission/smtpd[9]: %d%05d: client=u[%s], sasl_method=PLAIN, sasl_username=%s\n",
			strftime("%Y-%m-%dT%H:%M:%S+00:00", t), server, ++n, address, login
	}
	BEGIN {
		printf "%s mx postfix/master[7]: daemon started -- version 3.7.11, configuration /etc/postfix\n",
			strftime("%Y-%m-%dT%H:%M:%S+00:00", now - 100000)
		for (t = now - 86000; t < now; t += 300)
			line(t, "192.0.2.1", "calm@ourdomain.com")
		for (i = 0; i < 400; i++)
			line(now - 80000 + 190 * i, (i % 6 < 4 ? 10 * server + i % 6 ".1" : "198." i % 6) ".0.9", "email@ourdomain.com")
		for (i = 0; i < 20; i++)
			line(now - 3000 + i, "203.0.113.1", "x?#fleet end 0 0 $(id) # timeout")
	}' | sort -s -k1,1
}

node() { # NUMBER [LINE of munin-node.conf...]: one on 127.0.0.NUMBER, with an /etc/munin of its own
	local n=$1 d=$W/node$1
	shift
	mkdir -p "$d"/{etc/plugins,etc/plugin-conf.d,log,run,state/plugin-state,root/etc/postfix,root/var/log}
	echo 'compatibility_level = 3.6' >"$d/root/etc/postfix/main.cf"
	log "$n" >"$d/root/var/log/mail.log"
	cp "$plugins/postfix_sasl_rate" "$d/etc/plugins/" || exit 1
	printf '[postfix_sasl_rate]\nuser root\nenv.logfile /var/log/mail.log\nenv.fleet 10\n' >"$d/etc/plugin-conf.d/a"
	printf 'env.SPOOLWATCH_ROOT %s\nenv.SPOOLWATCH_NOW %s\n' "$d/root" $NOW >>"$d/etc/plugin-conf.d/a"
	printf '%s\n' 'log_level 4' "log_file $d/log/munin-node.log" "pid_file $d/run/pid" 'background 0' 'setsid 0' \
		'user root' 'group root' "host_name mx$n.example.com" 'cidr_allow 127.0.0.0/8' "host 127.0.0.$n" 'port 4949' \
		"$@" >"$d/etc/munin-node.conf"
	unshare -m --propagation private sh -c "mount --bind $d/etc /etc/munin && mount --bind $d/state /var/lib/munin-node &&
		exec munin-node" >"$d/out" 2>&1 &
	echo $! >"$d/pid"
}

ask() { # ADDRESS COMMAND...: what a node says, without its banner
	perl -MIO::Socket::INET -e 'alarm 60; my $s = IO::Socket::INET->new(PeerAddr => shift @ARGV) or exit 1;
		<$s>; print $s "$_\n" for @ARGV, "quit"; print while <$s>' "$@"
}

wait_for() { # ADDRESS PORT
	for _ in $(seq 200); do
		(exec 3<>"/dev/tcp/$1/$2") 2>/dev/null && return
		sleep 0.1
	done
	echo "not ok - nobody on $1:$2" && tail -n 5 node*/log/* && exit 1
}

fleet() { # NODES [NAME=VALUE...]: what the master's plugin says
	env -i PATH="$PATH" SPOOLWATCH_NOW=$NOW "nodes=$1" node_seconds=20 "${@:2}" \
		timeout 60 "$plugins/postfix_sasl_fleet" >out 2>&1 || echo "exit $?" >>out
}

for n in 1 2 3; do node $n; done
node 4 'tls enabled'
node 5 'cidr_deny 127.0.0.0/8'
for n in 1 2 3 4 5; do wait_for 127.0.0.$n 4949; done
# one that says nothing; one that says it all its life; one that breaks off in its list
perl -MIO::Socket::INET -e '
	sub serve { my ($port, $speak) = @_; return if fork;
		my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.9:$port", Listen => 9, ReuseAddr => 1) or die "$!";
		$SIG{PIPE} = "IGNORE"; while (my $c = $l->accept) { $speak->($c) } exit }
	serve(1, sub { sleep 1000 });
	serve(2, sub { my $c = shift; print $c "# munin node at x\ncap\n"; while (print $c "y" x 65536) { } });
	serve(3, sub { my $c = shift; print $c "# munin node at x\ncap\n"; while (print $c "#fleet account 1 1 a\n" x 999) { } });
	serve(4, sub { my $c = shift; <$c> for 1 .. 3; print $c "# munin node at x\ncap\n#fleet begin 1 '$NOW' 0 1 known known x\n#fleet account 0 9 a" });
	serve(5, sub { my $c = shift; print $c "SSH-2.0-OpenSSH_9.2\r\n" });
	' &
for port in 1 2 3 4 5; do wait_for 127.0.0.9 $port; done

for n in 1 2 3; do
	ask 127.0.0.$n:4949 'cap multigraph' 'fetch postfix_sasl_rate' >fetch$n
	cp fetch$n out
	says "no server has many" '^most_day.value [0-9]*:400$'
	says "nor many networks" '^most_networks.value [0-9]*:6$'
	says "its list, through the real node" '^#fleet account [0-9]* 400 email@ourdomain.com$'
	says "a hostile name is one line" '^#fleet account 0 20 \[x%3F%23fleet end 0 0 %24(id) %23 timeout\]$'
	says "it is whole" '^#fleet end 3 3$'
done

all='127.0.0.1 127.0.0.2 127.0.0.3'
fleet "$all"
says "over all servers it is above the level" '^most_day.value 1200$'
says "which names it" '^most_day.extinfo email@ourdomain.com 1200 msg in 24 h on 3 of 3 nodes (spoolwatch contain email@ourdomain.com)$'
says "a network that all of them see is one" '^most_networks.value 14$'
says "messages a minute" '^busiest.value [0-9.]*$'
says "nobody is silent" '^silent.value 0$'

kill "$(cat node3/pid)" && wait "$(cat node3/pid)" 2>/dev/null
fleet "$all"
says "with one server down the rest is no answer" '^most_day.value U$'
says "but is said" '^most_day.extinfo email@ourdomain.com at least 800 msg in 24 h on 2 of 3 nodes, 1 of 3 nodes silent$'
says "who is down" '^silent.extinfo 1 of 3 nodes silent: 127.0.0.3: connect: Connection refused$'
fleet "$all" most_day_warning=700
says "what is above the level all the same is a number" '^most_day.value 800$'
says "and at least so many" '^most_day.extinfo email@ourdomain.com at least 800 msg'

fleet '127.0.0.1 127.0.0.2 127.0.0.4 127.0.0.5 127.0.0.9:1 127.0.0.9:2 127.0.0.9:3 127.0.0.9:4 127.0.0.9:5 127.0.0.1/none' most_day_warning=700 node_seconds=6
says "eight of ten" '^silent.value 8$'
says "the others are heard" '^most_day.value 800$'
says "TLS" '127.0.0.4: it demands TLS, which is not spoken here'
says "one that does not allow this host" '127.0.0.5: it ended without a word, as where'
says "one that says nothing" '127.0.0.9:1: it said nothing within 6 s'
says "one that never ends" '127.0.0.9:2: it \(says more than 16777216 bytes\|did not end what it says within 6 s\)'
says "one whose list never ends" '127.0.0.9:3: it \(says more than 1048576 bytes beside its values\|did not end what it says within 6 s\)'
says "one that breaks off" '127.0.0.9:4: it ended before its answer did'
says "one that is no munin-node" '127.0.0.9:5: it is no munin-node: its first line is SSH-2.0-OpenSSH_9.2'
says "one without the plugin" '127.0.0.1/none: it has no such plugin'

# Munin's own master takes nothing of a list for anything
mkdir -p master/{db,log,run,html} && chown -R munin: master
printf '%s\n' "dbdir $W/master/db" "logdir $W/master/log" "rundir $W/master/run" "htmldir $W/master/html" \
	'[mx1.example.com]' 'address 127.0.0.1' '[mx2.example.com]' 'address 127.0.0.2' >master/munin.conf
setpriv --reuid munin --regid munin --clear-groups /usr/share/munin/munin-update --config_file "$W/master/munin.conf" >out 2>&1
cat master/log/munin-update.log >>out
says "munin-update" 'INFO.*Munin-update finished'
is_none "munin-update warns" sh -c "grep -E 'WARN|ERROR|FATAL' out | grep -v 'RRD\|Tuning'" # whose clock is ours, not the nodes'
is_none "no message in a node's log" grep -A5 'Error output\|exited\|ERROR' node1/log/munin-node.log
# also where it does not ask for all in one (no dirtyconfig), and through the spool of munin-asyncd
perl -MMunin::Master::Node -MMunin::Node::SpoolWriter -MMunin::Node::SpoolReader -MMunin::Node::Config -MLog::Log4perl=:easy -e '
	Log::Log4perl->easy_init($WARN);
	my ($config, $fetch) = map { open my $f, "<", $_ or die; [grep { !/^(cap .*|\.)$/ } map { s/\n//r } <$f>] } @ARGV;
	my $node = Munin::Master::Node->new("127.0.0.1", 4949, "mx1");
	my %plain = $node->parse_service_data("postfix_sasl_rate", $fetch);
	my %bare = $node->parse_service_data("postfix_sasl_rate", [grep { !/^#/ } @$fetch]);
	mkdir "spool";
	Munin::Node::Config->instance()->reinitialize({});
	Munin::Node::SpoolWriter->new(spooldir => "spool")->write(1795701000, "postfix_sasl_rate", [@$config, @$fetch]);
	my $text = Munin::Node::SpoolReader->new(spooldir => "spool")->fetch(1);
	my %spooled = $node->parse_service_config("__root__", [split /\n/, $text]);
	use Data::Dumper; $Data::Dumper::Sortkeys = 1;
	print "a list changes values\n" if Dumper(\%plain) ne Dumper(\%bare);
	print "the spool holds no list\n" unless $text =~ /^#fleet end 3 3$/m;
	print "the spool has no value\n" unless Dumper(\%spooled) =~ /most_day/;
	print "a list is seen: $_\n" for grep { /fleet/ } Dumper(\%plain, \%spooled) =~ /.*fleet.*/g;
	' <(ask 127.0.0.1:4949 'cap multigraph' 'config postfix_sasl_rate') fetch1 >heard 2>&1
is_none "Munin::Master::Node and the spool" cat heard

[ $bad = 0 ] && echo "ok - fleet: $rows rows"
exit $bad

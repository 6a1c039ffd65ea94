#!/bin/bash
# contrib/munin/fleet.conf, as it is shipped: three mail servers and a master, each in a network of its own,
# by ssh and munin-async. One server is cut off for 25 minutes and comes back.
#     tests/system/nodes.sh PLUGINDIR OUTDIR
# Fifty minutes pass in half a minute (tests/story says how; munin-asyncd, which sleeps, is given a time() and
# a sleep() of its own). mail2 and mail3 live through the same, so what the master has of mail3 in the
# end must be what it has of mail2, in every file. The values told twice over by the plugins' history, those of
# accounts that appear while nobody listens, and those without a time of their own all come that way.
set -u
export LC_ALL=C TZ=UTC PATH=/usr/sbin:/usr/bin:/sbin:/bin

HERE=$(cd "$(dirname "$0")" && pwd)

if [ "${STORY_WORLD-}" != yes ]; then
	[ $# -eq 2 ] || { echo "usage: $0 PLUGINDIR OUTDIR" >&2; exit 2; }
	for p in faketime ip munin-node nsenter perl setpriv ssh sshd unshare; do
		if ! command -v $p >/dev/null || [ "$(id -u)" -ne 0 ]; then
			echo "skipped - nodes: needs root and $p"
			exit 0
		fi
	done
	if [ ! -x /usr/share/munin/munin-asyncd ] || [ ! -x /usr/share/munin/munin-limits ] || [ ! -d /etc/postfix ]; then
		echo "skipped - nodes: no munin-async, no Munin master, or no /etc/postfix"
		exit 0
	fi
	if ! unshare --net ip link add mail1 type veth peer name eth0 2>/dev/null; then
		echo "skipped - nodes: no network can be made here"
		exit 0
	fi
	rm -rf "$2"
	mkdir -p "$2" || exit 2
	PLUGINDIR=$(cd "$1" && pwd) OUT=$(cd "$2" && pwd) || exit 2
	export PLUGINDIR OUT STORY_WORLD=yes
	exec timeout --foreground -s KILL "${STORY_LIMIT:-600}" \
		unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc \
		"$HERE/nodes.sh" </dev/null
fi

for lib in tap world munin; do
	# shellcheck source=/dev/null
	. "$HERE/../story/$lib.sh"
done

# master PROGRAM ARGUMENTS...: ten times as fast, for munin-update waits ten seconds where a node is not there
master() {
	_program=$1
	shift
	setpriv --reuid munin --regid munin --init-groups env HOME=/var/lib/munin \
		faketime -f "@$(clock_text) x10" "$MASTER/$_program" "$@"
}

FLEET=$HERE/../../contrib/munin/fleet.conf
START=1795190400
NODES="1 2 3"

## A mail server, in namespaces of its own

if [ -n "${NODE-}" ]; then
	HOST=mail$NODE.example.com
	hostname "$HOST"
	wait_for 10 ip -4 addr show dev eth0 >/dev/null 2>&1 || die "no network for $HOST"
	ip link set lo up
	ip addr add "10.77.$NODE.2/30" dev eth0 && ip link set eth0 up
	wait_for 1 ip route get "10.77.$NODE.1" >/dev/null || die "no address for $HOST"
	mkdir -p "$OUT/$HOST/etc/plugin-conf.d" "$OUT/$HOST/log"
	mount --bind "$OUT/$HOST/etc" /etc/munin
	mount --bind "$OUT/$HOST/log" /var/log/munin
	for dir in /run/munin /var/lib/munin-node /var/lib/munin-async; do
		mount -t tmpfs -o mode=755,size=32m tmpfs $dir || die "no $dir for $HOST"
	done
	chown munin-async: /var/lib/munin-async
	# shellcheck disable=SC2034  # node_start wants it
	SPOOL=/var/lib/munin-node
	# and the list for postfix_sasl_fleet, which munin-async keeps and passes on with all the rest
	printf '[*]\nenv.SPOOLWATCH_ROOT /run/story/%s\n[postfix_sasl_rate]\nenv.fleet 1\n' "$HOST" >/etc/munin/plugin-conf.d/zz-root
	# shellcheck disable=SC2034  # and these
	[ "$NODE" != 3 ] || ALLOW="^(127\.0\.0\.1|10\.77\.3\.1)\$" LISTEN='*'
	node_start
	# What the file says is to be typed
	sed -n 's/^# *\(install .*-o munin-async .*\)/\1/p; s/^# *\(echo .*authorized_keys\)$/\1/p' "$FLEET" |
		KEY=$(cat /run/story/key.pub) perl -pe 's/\bKEY\b/$ENV{KEY}/' | sh -e || die "authorized_keys of $HOST"
	/usr/sbin/sshd -f /run/story/sshd_config -E "/run/story/$HOST.sshd.log" || die "no sshd for $HOST"
	setpriv --reuid munin-async --regid munin-async --init-groups \
		perl -I/run/story -MStoryClock /usr/share/munin/munin-asyncd 2>"/run/story/$HOST.asyncd.log" &
	exec sleep 600
fi

## The master's side

world_mounts
world_network
hostname monitor.example.com
mkdir -p /var/lib/munin-async /var/log/munin /run/sshd
chown munin: /var/log/munin
cp /etc/hosts /run/story/hosts
for n in $NODES; do
	echo "10.77.$n.2 mail$n.example.com" >>/run/story/hosts
done
mount --bind /run/story/hosts /etc/hosts
ssh-keygen -q -t ed25519 -N '' -f /run/story/hostkey
cat >/run/story/sshd_config <<EOT
HostKey /run/story/hostkey
PidFile none
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
EOT
# time() and sleep() of a program that is run with it: those of the story
cat >/run/story/StoryClock.pm <<EOT
package StoryClock;
sub now { my \$t; until (\$t) { open my \$f, '<', '$CLOCK'; \$t = <\$f> } int \$t }
BEGIN {
	*CORE::GLOBAL::time = sub () { now() };
	*CORE::GLOBAL::sleep = sub { my \$until = now() + \$_[0]; select undef, undef, undef, 0.02 while now() < \$until };
}
1;
EOT

# traffic NODE FROM TO: what its mail server logs after FROM, until TO. From minute 20 on mail2 and mail3
# have somebody who sends too much.
traffic() {
	perl -MPOSIX=strftime -e '
		my ($node, $from, $to, $start) = @ARGV;
		sub put {
			my ($t, $who, $text) = @_;
			print strftime("%Y-%m-%dT%H:%M:%S.000000+00:00", gmtime $t), " mx postfix/$who\[900]: $text\n"
				if $t > $from && $t <= $to;
		}
		for (my $m = $from - $from % 60; $m <= $to; $m += 60) {
			my $i = ($m - $start) / 60;
			my %n = ("alice\@example.com" => $node == 1 ? 2 + $i % 3 : 1 + $i * 2 % 4, "bob\@example.com" => $i % 2);
			$n{"email\@example.com"} = 30 if $node > 1 && $i >= 20;
			$n{"carol\@example.com"} = 40 if $node > 1 && $i >= 14 && $i < 18;
			for my $who (sort keys %n) {
				for (1 .. $n{$who}) {
					my $id = sprintf "%05X%02X%02X", $i & 0xfffff, $_, length $who;
					put($m + $_, "submission/smtpd", "$id: client=unknown[198.51.100." . length($who) . "], sasl_method=PLAIN, sasl_username=$who");
					put($m + $_, "cleanup", "$id: message-id=<$id\@example.com>");
					put($m + $_, "qmgr", "$id: from=<$who>, size=812, nrcpt=1 (queue active)");
					put($m + $_, "smtp", "$id: to=<x\@live.example>, relay=mx.live.example[203.0.113.9]:25, delay=1, delays=0.1/0/0.4/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok)");
					put($m + $_, "qmgr", "$id: removed");
				}
			}
		}' "$1" "$2" "$3" $START
}

# waits NODE TIME: so many messages are deferred then
waits() {
	local k=$((($2 - START) / 300))
	[ "$1" = 1 ] && echo $((10 + k * 3)) || echo $((20 + k * 7 % 11))
}

# time_to TIME: the servers live on until then, and so does the clock
time_to() {
	for n in $NODES; do
		traffic "$n" "$NOW" "$1" >>"/run/story/mail$n.example.com/var/log/mail.log"
		perl -MFile::Copy -e '
			my ($dir, $want) = @ARGV;
			my @is = glob "$dir/F*";
			unlink pop @is while @is > $want;
			for (@is + 1 .. $want) { copy("/run/story/message", sprintf "$dir/F%04X", $_) or die $! }' \
			"/run/story/mail$n.example.com/var/spool/postfix/deferred/F" "$(waits "$n" "$1")"
	done
	NOW=$1
	echo "$NOW" >"$CLOCK.new" && mv "$CLOCK.new" "$CLOCK"
}

# spooled TIME: every munin-asyncd has finished what it began at that time
spooled() {
	for n in $NODES; do
		nsenter -t "$(cat "/run/story/$n.pid")" -m grep -qsF "$1" /var/lib/munin-async/SPOOL-META || return 1
	done
}

# cycle: the servers' munin-asyncd asks their nodes at a quarter to, the master comes at the full five minutes
cycle() {
	CYCLE=$((CYCLE + 1))
	time_to $((START + 300 * CYCLE - 75))
	wait_for 60 spooled "$NOW" || die "no spool of $NOW"
	time_to $((START + 300 * CYCLE))
	poll
}

# typed WORDS: the lines of the file's head with these words, typed
typed() {
	sed -n "s/^#     \(.*\)$1/\1$1/p" "$FLEET" | sed 's/^runuser -u munin --/setpriv --reuid munin --regid munin --init-groups/' |
		sh -e 2>>"$OUT/log/typed.log" || die "$(tail -n 1 "$OUT/log/typed.log")"
}

for n in $NODES; do
	root=/run/story/mail$n.example.com
	cp -r "$HERE/../hosts/friday/root" "$root"
	: >"$root/var/log/mail.log"
	mv "$root/var/spool/postfix/deferred/E/E2E7C9F" /run/story/message
	rm -r "$root"/var/spool/postfix/deferred/* "$root"/var/spool/postfix/defer/*
	mkdir -p "$root/var/spool/postfix/deferred/F"
	sed -i 's,.* /var/spool/postfix,20000 9000 /var/spool/postfix,' "$root/statvfs"
done
NOW=$((START - 3600)) CYCLE=0
time_to $START

master_config
sed -i '/^\[servers/,$d' /etc/munin/munin.conf
cat >>/etc/munin/munin.conf <<EOT
includedir /etc/munin/munin-conf.d
# a tenth of these
timeout 1800
timeout_fetch_one_node 1800
timeout_fetch_all_nodes 2400
ssh_command env -u LD_PRELOAD ssh
EOT
mkdir /etc/munin/munin-conf.d
cp "$FLEET" /etc/munin/munin-conf.d/
# mail3 once more, as Munin asks without munin-async
printf '[example.com;plain.example.com]\naddress 10.77.3.2\nuse_node_name yes\n' >/etc/munin/munin-conf.d/plain.conf
typed '-o munin ' && typed ssh-keygen
cp /var/lib/munin/.ssh/id_ed25519.pub /run/story/key.pub

for n in $NODES; do
	NODE=$n unshare --mount --net --uts "$HERE/nodes.sh" &
	echo $! >"/run/story/$n.pid"
done
for n in $NODES; do
	pid=$(cat "/run/story/$n.pid")
	apart() { [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; }
	wait_for 10 apart || die "no namespaces for mail$n"
	ip link add "mail$n" type veth peer name eth0 netns "$pid" || die "no network to mail$n"
	ip addr add "10.77.$n.1/30" dev "mail$n" && ip link set "mail$n" up
	wait_for 1 ip route get "10.77.$n.2" >/dev/null || die "no network to mail$n"
done
wait_for 60 spooled $START || die "munin-asyncd does not spool"
typed ssh-keyscan

## What the master has

# rows HOST GRAPH-FIELD FROM UNTIL: what is known of each five minutes that ended after FROM, until UNTIL
rows() {
	perl -MRRDs -e '
		my ($host, $field, $from, $until) = @ARGV;
		my (undef, undef, undef, $data) = RRDs::fetch("/var/lib/munin/example.com/$host.example.com-$field-g.rrd",
			"AVERAGE", "-r", 300, "-s", $from, "-e", $until - 300);
		print join " ", map { defined $_->[0] ? sprintf "%.5g", $_->[0] : "U" } @$data' "$@"
}

# drawn GRAPH FROM UNTIL: likewise what munin-graph draws in that graph of all servers: LABEL ROWS, a line each
drawn() {
	perl -MRRDs -ne '
		BEGIN { ($graph, $from, $until) = splice @ARGV, 0, 3 }
		$in = 1 if m{^rrdtool .graph. .*/all[.]example[.]com/$graph-day[.]png};
		next unless $in && /^\s*\x27(.*)\x27( \\)?$/;
		my ($word, $more) = ($1, $2);
		push @args, $word if $word =~ /^C?DEF:/;
		push @shown, [$1, $2] if $word =~ /^(?:LINE\d|AREA|STACK):(\w+)#\w+:(.*?) *$/;
		next if $more;
		my (undef, undef, undef, undef, undef, $data) = RRDs::xport("-s", $from, "-e", $until, "--step", 300, @args,
			map { "XPORT:$_->[0]" } @shown);
		for my $i (0 .. $#shown) {
			print join(" ", $shown[$i][1], map { defined $_->[$i] ? sprintf "%.5g", $_->[$i] : "U" } @$data), "\n";
		}
		last' "$@" "$OUT/log/graph.log"
}

# draw_all: all pages, and of the graphs those of all servers
draw_all() {
	master munin-html >>"$OUT/log/master.log" 2>&1
	sed -i '/all[.]example[.]com.*-day/!d' /var/lib/munin/graphs
	rm -f "$OUT"/html/example.com/all.example.com/*.png # or they would be fresh enough
	master munin-graph --debug >"$OUT/log/graph.log" 2>&1
}

# adds_up: of such lines the last is the sum of those before, or unknown where one of them is
adds_up() {
	awk '{ for (i = NF; i && $i ~ /^(U|[0-9.]+)$/; i--) row[NR, i - NF] = $i; n[NR] = NF - i }
		END {
			if (NR != 4 || !n[4]) exit 1
			for (i = 1 - n[4]; i <= 0; i++) {
				sum = 0
				for (r = 1; r < 4; r++) sum = row[r, i] == "U" || sum == "U" ? "U" : sum + row[r, i]
				d = row[4, i] - sum
				if ((sum == "U") != (row[4, i] == "U") || d > 0.01 || d < -0.01) exit 1
			}
		}'
}

# same: in how many files mail3 has what mail2 has, and which ones are not alike
same() {
	perl -MRRDs -e '
		my ($from, $until) = @ARGV;
		sub rows {
			my (undef, undef, undef, $data) = RRDs::fetch($_[0], "AVERAGE", "-r", 300, "-s", $from, "-e", $until - 300) or return "nothing";
			join " ", map { defined $_->[0] ? sprintf "%.5g", $_->[0] : "U" } @$data
		}
		for my $file (glob "/var/lib/munin/example.com/mail[23].*.rrd") {
			(my $other = $file) =~ s/mail2/mail3/;
			($file = $other) =~ s/mail3/mail2/;
			my ($a, $b) = (rows($file), rows($other));
			$a eq $b ? $n++ : print "$other $b, not $a\n";
		}
		print $n / 2, " files\n"' $((START - 900)) "$NOW"
}

# lists NODE: how often the spool has a list for postfix_sasl_fleet
lists() {
	nsenter -t "$(cat "/run/story/$1.pid")" -m sh -c "cat /var/lib/munin-async/munin-daemon.postfix_sasl_rate.*" |
		awk '/^timestamp/ { n += list; list = 0 } /^#fleet/ { list = 1 } END { print n + list }'
}

# told HOST TEXT: in how many mails of the last cycle
told() {
	alerts "$CYCLE" | xargs -r cat | awk -v RS= -v host="$1" -v text="$2" 'index($0, host) && index($0, text) { n++ } END { print n + 0 }'
}

## What happens

for _ in 1 2; do cycle; done
LOST=$NOW
ip link set mail3 down
for _ in 1 2 3 4 5; do cycle; done
is "cut off: the master has nothing of it" "$(rows mail3 postfix_queue-deferred $((LOST + 300)) $((NOW - 300)))" "U U U"
is "cut off: the others are asked as before" "$(rows mail1 postfix_queue-deferred $((LOST + 300)) $((NOW - 300)))" "19.75 22.75 25.75"
is "cut off: with the fifth poll that misses it the admin is told so" "$(told mail3 'deferred is unknown')" 1
is "cut off: nothing is unknown of the others" "$(told mail1 unknown)$(told mail2 unknown)" 00
draw_all
drawn deferred $((LOST + 300)) $((NOW - 300)) >"$OUT/cut"
is "cut off: what is drawn of mail1" "$(grep mail1 "$OUT/cut")" "mail1 19.75 22.75 25.75"
is "cut off: the total of all is unknown, not lower" "$(grep all "$OUT/cut")" "all of them U U U"

ip link set mail3 up
cycle
is "back: in every file is what would be there if it had never been gone" "$(same)" \
	"$(find /var/lib/munin/example.com -name 'mail2.*' | wc -l) files"
check "back: no gap" "numbers alone" test "$(rows mail3 postfix_queue-deferred $START $((NOW - 300)) | tr -d '0-9. ')" = ""
is "back: where Munin asks without munin-async is one" \
	"$(rows plain postfix_queue-deferred $((LOST + 300)) $((NOW - 300)) | tr -d '0-9. ' | cut -c 1-3)" UUU
for n in $NODES; do
	same_number "back: the messages of mail$n are those of its log" \
		"$(rows "mail$n" postfix_sasl_rate-total $START $((NOW - 300)) | awk '{ for (i = 1; i <= NF; i++) s += $i; print 5 * s }')" \
		"$(traffic "$n" $((START - 1)) $((NOW - 301)) | grep -c client=)"
done
is "back: and the account that sends too much is told" "$(told mail3 'spoolwatch contain email@example.com')" 1
cycle
is "one poll later nothing is told twice or lost" "$(same)" "$(find /var/lib/munin/example.com -name 'mail2.*' | wc -l) files"
grep '^example.com;mail2' /var/lib/munin/datafile | sed 's/mail2/mail3/g' | sort >"$OUT/of-mail2"
grep '^example.com;mail3' /var/lib/munin/datafile | sort >"$OUT/of-mail3"
same_file "and labels, levels, texts are as if it had never been gone" "$OUT/of-mail3" "$OUT/of-mail2"
is "the spool has a list for postfix_sasl_fleet each time" "$(lists 3)" $((CYCLE + 1))
is "the master finds nothing wrong" \
	"$(grep -E 'label|collision|illegal|Error updating|had errors' "$OUT/log/munin/munin-update.log" | head -n 3)" ""

draw_all
for g in deferred sent; do
	drawn $g $START $((NOW - 300)) >"$OUT/$g"
	for n in $NODES; do
		f=postfix_queue-deferred
		[ $g = deferred ] || f=postfix_sasl_rate-total
		is "drawn of $g: mail$n is what the server said" "$(grep "mail$n" "$OUT/$g")" "mail$n $(rows "mail$n" $f $START $((NOW - 300)))"
	done
	check "drawn of $g: the total is their sum" "a sum" adds_up <"$OUT/$g"
done
for g in deferred sent busiest; do
	has "the page of $g" "$OUT/html/example.com/all.example.com/$g.html" "$g-day.png"
	is_png "the picture of $g" "$OUT/html/example.com/all.example.com/$g-day.png"
done
finish

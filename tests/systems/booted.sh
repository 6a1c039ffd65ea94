#!/bin/bash
# What boot.sh has the machine do: the packages under systemd, with the journal as the only mail log.
set -u
export LC_ALL=C HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd /root || exit 1
HERE=/root/tests/system
# shellcheck source=/dev/null
. $HERE/incident_world.sh # mail, is, key
parts=" $(cat /root/parts) "
state=/var/lib/spoolwatch
unit=spoolwatch-guard

echo "# $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r), $(systemctl --version | head -n 1), $(date -u)"

## Postfix, whose log is the journal

mkdir -p /etc/postfix/sasl
printf 'pwcheck_method: auxprop\nmech_list: PLAIN\n' >/etc/postfix/sasl/smtpd.conf
postconf -e 'smtpd_authorized_xclient_hosts = 127.0.0.0/8' 'smtpd_sasl_auth_enable = yes' 'inet_interfaces = loopback-only' \
	'smtpd_peername_lookup = no' 'smtp_dns_support_level = disabled' 'in_flow_delay = 0' 'transport_maps = inline:{ *=smtp:[127.0.0.2]:9 }'
systemctl restart postfix
wait_until() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { echo "# waited in vain: $*" && return 1; }
		sleep 0.5
	done
}
settled() { [ "$(find /var/spool/postfix/incoming /var/spool/postfix/active -type f | wc -l)" = 0 ]; }
wait_until 900 sh -c 'grep -qx qmgr /proc/[0-9]*/comm'
is "there is no mail log but the journal" "$(ls /var/log/mail.log 2>/dev/null) $(journalctl -q -t postfix/master -o cat | grep -c 'daemon started')" " 2"

asked() { # LINE: what the node says, as munin-node.service runs it
	perl -MIO::Socket::INET -e 'alarm 600; my $s = IO::Socket::INET->new("127.0.0.1:4949") or exit 1; print $s "$ARGV[0]\nquit\n"; print while <$s>' "$1"
}

flood() { # LOGIN NETWORKS EACH
	for i in $(seq "$2"); do
		CLIENT=198.$i.100.7 mail "$1" s@soft.example "$3" r@soft.example
	done
}
held() { grep -l "$1" -r /var/spool/postfix/hold | wc -l; }
ran() { systemctl show -P ExecMainExitTimestampMonotonic $unit.service; }
one_more() { # the timer starts it
	local before
	before=$(ran)
	wait_until 900 eval "[ \"\$(ran)\" != '$before' ] && [ \$(systemctl is-active $unit.service) = inactive ]"
}

plugins='inode_percent postfix_queue postfix_sasl_rate postfix_refusals postfix_sasl_failures smtp_clients postfix_guard'
unknown() { # PLUGIN: its fields of which no value is known, in what the node says
	asked "fetch $1" >"/tmp/fetch.$1"
	awk '$1 ~ /\.value$/ { n++; if ($2 ~ /^([0-9]+:)?[0-9.]+$/) known[$1] = 1; else seen[$1] = 1 }
		END { if (!n) print "nothing"; for (f in seen) if (!(f in known)) print f }' "/tmp/fetch.$1" | sort | tr '\n' ' '
}
has_busiest() { asked 'fetch postfix_sasl_rate' | grep -q '^busiest.value [0-9]*:[0-9.]*$'; }

## The install

nodes=$(systemctl show -P MainPID munin-node)
dpkg -i /root/spoolwatch*.deb >/tmp/dpkg 2>&1
is "the packages are installed" $? 0
wait_until 900 systemctl is-active munin-node
is "the node runs anew" "$([ "$nodes" != "$(systemctl show -P MainPID munin-node)" ] && systemctl is-active munin-node)" active
is "nothing runs by itself" "$(systemctl is-enabled $unit.timer spoolwatch-scan.timer | tr '\n' ' ')$(systemctl list-timers --all | grep -c spoolwatch)" \
	"disabled disabled 0"
is "units that systemd finds nothing wrong in" "$(systemd-analyze verify $unit.service $unit.timer spoolwatch-scan.service spoolwatch-scan.timer 2>&1 |
	grep -i spoolwatch | grep -v "Command 'man ")" ""
is "state with its blocks" "$(cd $state && stat -c '%n %a %s' journal guard | tr '\n' ' ')" "journal 600 155648 guard 644 180224 "
linked=$(cd /etc/munin/plugins && find . -lname '*/munin/plugins/*' -printf '%f\n' | grep -cE '^(inode_percent|postfix_queue|postfix_sasl_rate|postfix_refusals|postfix_sasl_failures|smtp_clients)$')
is "six plugins are linked" "$linked" 6
ln -sf /usr/share/munin/plugins/postfix_guard /etc/munin/plugins/postfix_guard # where a guard runs
systemctl restart munin-node
wait_until 900 systemctl is-active munin-node
[ "$linked" = 6 ] || { cat /tmp/dpkg; for p in /usr/lib/spoolwatch/plugins/*; do echo "${p##*/}: $($p autoconf 2>&1)"; done; } | sed 's/^/# /'

## Blocks

part_blocks() {
	spoolwatch block --init --yes >/tmp/init
	rc=$?
	is "block --init: $(tail -n 1 /tmp/init)" $rc 0
	is "in force on Debian's own services" "$(grep -c 'a block is in force on smtp$' /tmp/init)" 1
	sed -i 's/^smtp      inet.*/&\nsubmission inet n - y - - smtpd -o smtpd_data_restrictions=/' /etc/postfix/master.cf
	spoolwatch block nobody@x >/tmp/out
	rc=$?
	is "master.cf was edited: $(tail -n 1 /tmp/out)" "$rc $(grep -c 'in force nowhere, after a reload on smtp ' /tmp/out)" "1 1"
	systemctl reload postfix
	spoolwatch block nobody@x >/tmp/out
	rc=$?
	is "reloaded by systemd: $(tail -n 1 /tmp/out)" "$rc $(grep -c 'in force on smtp, not on submission' /tmp/out)" "1 1"
	sed -i '/^submission inet/d' /etc/postfix/master.cf
	systemctl restart postfix
	spoolwatch block nobody@x >/tmp/out
	rc=$?
	is "restarted by systemd: $(tail -n 1 /tmp/out)" "$rc $(grep -c 'in force on smtp;' /tmp/out)" "0 1"
}

## A flood, and the guard

part_guard() {
	flood guilty@x 22 12
	flood 'sp ace@x' 22 12
	mail honest@x s@soft.example 5 r@soft.example
	wait_until 600 settled
	install -D -m 600 /usr/share/doc/spoolwatch/examples/guard.conf /etc/spoolwatch/guard.conf
	printf 'ignore = ^news@\n' >>/etc/spoolwatch/guard.conf
	systemctl enable --now $unit.timer >/dev/null 2>&1
	is "the timer" "$(systemctl is-active $unit.timer)" active
	one_more
	one_more
	is "report: it ran" "$(systemctl show -P Result $unit.service) $(systemctl show -P ExecMainStatus $unit.service)" "success 0"
	is "says whom it would lock, in the journal, once" "$(journalctl -q -t spoolwatch -o cat | grep -c ' would be locked: ')" 2
	is "and does nothing" "$(find /var/spool/postfix/hold -type f | wc -l) $(postmap -s lmdb:/etc/postfix/spoolwatch_block)" "0 "
	# a session that has sent, and stays
	(perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new("127.0.0.1:25") or die;
		for my $line ("", "EHLO x", "XCLIENT NAME=[UNAVAILABLE] ADDR=198.23.100.7 LOGIN=guilty\@x", "EHLO x", "MAIL FROM:<s\@soft.example>",
			"RCPT TO:<r\@soft.example>", "DATA", "Subject: x\r\n\r\nx\r\n.") {
			print $s "$line\r\n" if $line ne "";
			while (defined(my $answer = <$s>)) { last if $answer =~ /^\d+ / } }
		my $more = <$s>;
		open my $f, ">", "/run/ended";
		print $f $more // "gone"' &)
	sleep 2
	echo 'mode = hold' >>/etc/spoolwatch/guard.conf
	one_more
	one_more
	is "hold: it ran" "$(systemctl show -P Result $unit.service) $(systemctl show -P ExecMainStatus $unit.service)" "success 0"
	is "both floods are in hold" "$(held guilty@x) $(held 'sp ace@x')" "265 264"
	is "the honest one's mail is not" "$(held honest@x)" 0
	is "the tables have them" "$(postmap -q guilty@x lmdb:/etc/postfix/spoolwatch_block | cut -c -4) $(postmap -q 'sp ace@x' regexp:/etc/postfix/spoolwatch_block.regexp | cut -c -4)" "HOLD HOLD"
	is "the open session was ended" "$(cat /run/ended)" gone
	is "told in the journal, mail.alert, once" "$(journalctl -q -t spoolwatch -p alert -o cat | grep -c ' is locked') $(journalctl -q -t spoolwatch -o cat | grep -c ' is locked')" "2 2"
	journalctl -q -t spoolwatch -p alert -o cat | grep ' is locked' | sed 's/^/# /'
	is "its next mail is taken and held" "$(mail guilty@x s@soft.example 1 r@soft.example && mail 'sp ace@x' s@soft.example 1 r@soft.example && wait_until 200 settled && echo "$(held guilty@x) $(held 'sp ace@x')")" "266 265"
	is "no unit failed" "$(systemctl --failed --no-legend | grep -c spoolwatch)" 0
	undo=$(journalctl -q -t spoolwatch -p alert -o cat | sed -n 's/.*\(spoolwatch unblock .*guilty@x\).*/\1/p' | tail -n 1)
	sh -c "$undo" >/tmp/undo 2>&1
	is "undo: $undo" "$? $(held guilty@x) $(held 'sp ace@x')" "0 0 265"
	is "nothing stands in the way of Postfix" "$(journalctl -q -t postfix/master -p warning -o cat | wc -l)" 0
}

## The scan of inode_percent

part_scan() {
	systemctl start spoolwatch-scan.service
	is "spoolwatch-scan ran" "$(systemctl show -P Result spoolwatch-scan.service) $(test -s $state/scan && echo kept)" "success kept"
}

## Plugins behind the node, by the journal

part_node() {
	# a log that has just begun proves nothing about the minutes before, and of the day nothing
	wait_until 900 has_busiest
	for plugin in $plugins; do
		case $plugin in
		postfix_sasl_rate) want='most_day.value most_external.value most_networks.value most_senders.value unusual.value ' ;;
		postfix_sasl_failures) want='broken_in.value ' ;;
		*) want= ;;
		esac
		is "the node, by the journal: all but the day is known to $plugin" "$(unknown "$plugin")" "$want"
	done
	is "it sees the queues" "$(grep -c '^\(hold.value 265\|deferred.value 27[0-9]\)$' /tmp/fetch.postfix_queue)" 2
	is "and who sent most" "$(grep -c '^busiest.extinfo .*guilty@x\|^busiest.extinfo .*ace' /tmp/fetch.postfix_sasl_rate)" 1
	is "its unit hides what it hides" "$(systemctl show -P ProtectHome munin-node) $(systemctl show -P ProtectSystem munin-node)" "yes full"
}

## AppArmor

denied() { journalctl -q -k -o cat | grep 'apparmor="DENIED".*profile="spoolwatch-plugins"'; }

part_apparmor() {
	if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ]; then
		echo "# no AppArmor in this kernel"
		return
	fi
	for plugin in $plugins; do
		unknown "$plugin" >"/tmp/before.$plugin"
	done
	cp contrib/packaging/apparmor/usr.lib.spoolwatch.plugins /etc/apparmor.d/
	apparmor_parser -r /etc/apparmor.d/usr.lib.spoolwatch.plugins
	is "AppArmor takes the profile" "$? $(aa-status --json | perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); print $o->{profiles}{"spoolwatch-plugins"}')" "0 enforce"
	for plugin in $plugins; do
		is "confined, $plugin knows what it did ($(wc -w <"/tmp/before.$plugin") fields not)" "$(unknown "$plugin")" "$(cat "/tmp/before.$plugin")"
	done
	denied | sed 's/.*operation=/# denied: operation=/; s/pid=[0-9]*//' | sort | uniq -c | head -n 30
	is "nothing was denied" "$(denied | wc -l)" 0
	aa-exec -p spoolwatch-plugins -- cat /etc/shadow >/dev/null 2>&1
	is "it is in force" "$(denied | wc -l | sed 's/^[1-9].*/some/')" some
	apparmor_parser -R /etc/apparmor.d/usr.lib.spoolwatch.plugins
	rm /etc/apparmor.d/usr.lib.spoolwatch.plugins
}

## Purge

part_purge() {
	spoolwatch unblock --yes -- 'sp ace@x' >/dev/null
	nodes=$(systemctl show -P MainPID munin-node)
	dpkg --purge spoolwatch spoolwatch-munin-plugins >/tmp/purge 2>&1
	is "purged" $? 0
	is "the node runs anew, without ours" "$([ "$nodes" != "$(systemctl show -P MainPID munin-node)" ] && wait_until 300 asked list && asked list | grep -c 'inode_percent\|postfix_sasl')" 0
	is "no unit is left" "$(systemctl list-units --all --no-legend 'spoolwatch*'; systemctl list-unit-files --no-legend 'spoolwatch*'
		systemctl list-timers --all | grep spoolwatch)" ""
	is "nothing is left but what the admin made" "$(find / -xdev \( -name '*spoolwatch*' -o -lname '*spoolwatch*' -o -lname '*inode_percent' \) ! -path '/root/*' ! -path '/tmp/*' ! -path '/proc/*' \
		! -path '/etc/postfix/spoolwatch_*' ! -path '/etc/spoolwatch' |
		sort | tr '\n' ' ')" ""
}

for part in blocks guard scan node apparmor purge; do
	case $parts in *" $part "*) part_$part ;; esac
done
echo "all was tried"

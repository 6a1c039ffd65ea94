# shellcheck shell=sh
# The mail server: a real Postfix with SASL accounts, and who sends through it.

DOMAIN=ourdomain.com
HONEST="alice bob carol dave erin"
GUILTY=email@$DOMAIN
TOP=127.94.251.111	# where nine of ten of the guilty account's mails come from
SPOOL=/var/spool/postfix
SLOW=slow@$DOMAIN	# another one, that was sold weeks ago and sends little
# As outlook.com says it
REFUSAL="550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)."

# What the caller wants otherwise
mailhost_config() {
	:
}

mailhost_start() {
	rm -rf /etc/postfix/sasl
	mkdir /etc/postfix/sasl
	cat >/etc/postfix/main.cf <<-EOF
	compatibility_level = 3.6
	myhostname = mx.$DOMAIN
	mydomain = $DOMAIN
	myorigin = $DOMAIN
	mydestination =
	mynetworks =
	inet_interfaces = 127.0.0.1
	inet_protocols = ipv4
	alias_maps =
	# No name server here
	smtpd_peername_lookup = no
	smtp_dns_support_level = disabled
	# No pause for a client that is faster than the delivery
	in_flow_delay = 0

	smtpd_sasl_auth_enable = yes
	smtpd_sasl_path = smtpd
	cyrus_sasl_config_path = /etc/postfix/sasl
	smtpd_relay_restrictions = permit_sasl_authenticated, reject

	# One next hop that takes everything, one that has our address on its list, one that is dead
	transport_maps = inline:{
	    { $DOMAIN = smtp:[127.0.0.3]:2525 }
	    { live.example = smtp:[127.0.0.3]:2525 }
	    { outlook.com = smtp:[127.0.0.4]:2525 }
	    { dead.example = smtp:[127.0.0.2]:9 } }
	EOF
	cat >/etc/postfix/master.cf <<-EOF
	smtp       inet  n - n -    -  smtpd
	submission inet  n - n -    -  smtpd -o syslog_name=postfix/submission
	pickup     unix  n - n 60   1  pickup
	cleanup    unix  n - n -    0  cleanup
	qmgr       unix  n - n 300  1  qmgr
	tlsmgr     unix  - - n 1000? 1 tlsmgr
	rewrite    unix  - - n -    -  trivial-rewrite
	bounce     unix  - - n -    0  bounce
	defer      unix  - - n -    0  bounce
	trace      unix  - - n -    0  bounce
	verify     unix  - - n -    1  verify
	flush      unix  n - n 1000? 0 flush
	proxymap   unix  - - n -    -  proxymap
	smtp       unix  - - n -    -  smtp
	showq      unix  n - n -    -  showq
	error      unix  - - n -    -  error
	retry      unix  - - n -    -  error
	anvil      unix  - - n -    1  anvil
	scache     unix  - - n -    1  scache
	EOF
	cat >/etc/postfix/sasl/smtpd.conf <<-EOF
	pwcheck_method: auxprop
	auxprop_plugin: sasldb
	sasldb_path: /etc/postfix/sasl/sasldb2
	mech_list: PLAIN
	EOF
	for _a in $HONEST "${GUILTY%@*}"; do
		echo "secret-$_a" | saslpasswd2 -p -c -f /etc/postfix/sasl/sasldb2 -u "$DOMAIN" "$_a" ||
			die "no account $_a"
	done
	chgrp postfix /etc/postfix/sasl/sasldb2
	chmod 0640 /etc/postfix/sasl/sasldb2

	mailhost_config
	chown postfix: /var/lib/postfix
	(smtp-sink -u postfix 127.0.0.3:2525 200 &)
	(smtp-sink -u postfix -f rcpt -B "$REFUSAL" 127.0.0.4:2525 50 &)
	postfix start >/var/log/postfix-start 2>&1 || die "postfix start: $(cat /var/log/postfix-start)"
	wait_for 10 postfix status 2>/dev/null || die "Postfix does not run"
}

# send ACCOUNT PORT FLOOD-ARGUMENTS...: notes how many mails were accepted
send() {
	_account=$1 _port=$2
	shift 2
	_n=$("$TOOLS/flood" -u "$_account" -p "secret-${_account%@*}" -P "$_port" \
		-T "${PATIENCE:-20}" "$@" 2>>"$OUT/log/flood.err")
	echo "$CYCLE $_account ${_n:-0}" >>"$OUT/log/sent"
}

# honest_minute MINUTE: each honest account sends from one address of its own:
# alice three or four mails, bob two or three, carol one or two, dave and erin one
# now and then. Always alike in each run of the story.
honest_minute() {
	_i=0
	for _a in $HONEST; do
		_i=$((_i + 1))
		_n=$(((CYCLE * 7 + $1 * 5 + _i * 2) % 3 / 2))
		[ $_i -gt 3 ] || _n=$((_n + 4 - _i))
		[ $_n -eq 0 ] || (send "$_a@$DOMAIN" 587 -r "friend@live.example" "127.10.0.$_i=$_n") &
	done
}

# The guilty account: COUNT mails, nine of ten from one address, the others from
# one address each (200 of them in all); nine of ten to the dead next hop.
DEAD="-r a@dead.example -r b@dead.example -r c@dead.example -r d@dead.example
	-r e@dead.example -r f@dead.example -r g@dead.example -r h@dead.example"
attack_number=0
attack_minute() {
	_few=$(($1 / 10)) _i=0
	set -- "$TOP=$(($1 - _few))"
	while [ "$_i" -lt "$_few" ]; do
		_i=$((_i + 1)) attack_number=$((attack_number + 1))
		set -- "$@" "127.66.0.$((attack_number % 200 + 1))=1"
	done
	# shellcheck disable=SC2086
	(send "$GUILTY" 25 -i "$attack_number" $DEAD -r i@dead.example -r j@live.example "$@") &
}

# sent CYCLE [ACCOUNT]: mails accepted, as the senders saw it
sent() {
	awk -v c="$1" -v a="${2-}" '$1 == c && (a == "" || $2 == a) { n += $3 } END { print n + 0 }' \
		"$OUT/log/sent"
}

# all_sent CYCLE: mails, mails of who sent most, number of who sent any
all_sent() {
	awk -v c="$1" '$1 == c && $3 { n[$2] += $3; all += $3; if (n[$2] > most) most = n[$2] }
		END { for (a in n) who++; print all + 0, most + 0, who + 0 }' "$OUT/log/sent"
}

# everything_sent: mails of all cycles so far
everything_sent() {
	awk '{ n += $3 } END { print n + 0 }' "$OUT/log/sent"
}

# all_logged CYCLE: the same, from the log. A cycle never goes over midnight, and
# the story takes less than a day: so the time of day does for any form of stamp.
all_logged() {
	sed -n 's/^[^:]*\([0-9][0-9]\):\([0-9][0-9]\):.*smtpd\[[0-9]*\]: [0-9A-F]*: client=.* sasl_username=\(.*\)/\1 \2 \3/p' \
		/var/log/mail.log |
	awk -v c="$(((START / 300 + $1 - 1) % 288))" 'int(($1 * 60 + $2) / 5) == c {
			all++; if (++n[$3] > most) most = n[$3] }
		END { for (a in n) who++; print all + 0, most + 0, who + 0 }'
}

# Everything that can be delivered is, everything else is deferred
mail_settled() {
	[ -z "$(find $SPOOL/incoming $SPOOL/active $SPOOL/maildrop -type f -print -quit)" ]
}

# count QUEUE: what `find` finds there
count() {
	find "$SPOOL/$1" -type f | wc -l
}

inodes_free() {
	stat -f -c %d $SPOOL
}

queue_is_full() {
	_was=$(count incoming).$(count active).$(count deferred)
	sleep 1		# what can still be moved is moved
	[ "$(inodes_free)" -eq 0 ] && [ "$_was" = "$(count incoming).$(count active).$(count deferred)" ]
}

# everything_logged: mails that the log has of accounts
everything_logged() {
	grep -c 'smtpd\[[0-9]*\]: [0-9A-F]*: client=.* sasl_username=' /var/log/mail.log
}

more_logged() {
	[ "$(everything_logged)" -ge "$1" ]
}

# sent_since CYCLE: mails accepted, as the senders saw it
sent_since() {
	awk -v c="$1" '$1 >= c { n += $3 } END { print n + 0 }' "$OUT/log/sent"
}

# last_inode: is it gone? One that became free while those who wait for ten seconds did not look goes to a
# mail that stays: what can be delivered gives its inode back.
last_inode() {
	[ "$(inodes_free)" -eq 0 ] || (PATIENCE=1 send "$GUILTY" 25 -r a@dead.example "$TOP=1") &
	queue_is_full
}

# creates: how often a process said that it can't create a queue file
creates() {
	grep -c 'mail_queue_enter: create file' /var/log/mail.log
}

more_creates() {
	[ "$(creates)" -gt "$1" ]
}

# cleanups: processes that wait for an inode; no idle one is left when clients hang
cleanups() {
	grep -lx cleanup /proc/[0-9]*/comm 2>/dev/null | wc -l
}

# all_cleanups_spoke: each of them in this minute
all_cleanups_spoke() {
	_spoke=$(sed -n "s/^[^:]*$(clock_text | cut -c12-16):.*mail_queue_enter.*[.]\([0-9]*\): .*/\1/p" \
		/var/log/mail.log | sort -u | wc -l)
	[ "$_spoke" -gt 1 ] && [ "$_spoke" -eq "$(cleanups)" ]
}

# slow_day: the log of the day before, as it was rotated: one account that sends two mails at a time from
# one network after another, never more than that in five minutes
slow_day() {
	awk -v start=$((START - 26 * 3600)) -v end=$((START - 600)) -v host="${HOST%%.*}" -v account="$SLOW" '
		function put(t, who, text) {
			printf "%s %s postfix/%s[900]: %s\n", strftime("%Y-%m-%dT%H:%M:%S.000000+00:00", t, 1), host, who, text
		}
		BEGIN {
			for (t = start; t < end; t += 600)
				for (i = 0; i < 2; i++) {
					id = sprintf("%05X%05X", t % 1048576, ++n)
					net = int(n / 2) % 140
					put(t + i, "submission/smtpd", id ": client=unknown[" 50 + net ".20.3." i + 1 "], sasl_method=PLAIN, sasl_username=" account)
					put(t + i, "cleanup", id ": message-id=<" n "@story.example>")
					put(t + i, "qmgr", id ": from=<" account ">, size=812, nrcpt=1 (queue active)")
					put(t + i + 1, "smtp", id ": to=<friend" n "@live.example>, relay=mx.live.example[198.51.100.9]:25, delay=1, delays=0.1/0/0.4/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok)")
					put(t + i + 1, "qmgr", id ": removed")
				}
		}' >/var/log/mail.log.1
	chgrp adm /var/log/mail.log.1
	chmod 0640 /var/log/mail.log.1
	touch -d "@$((START - 600))" /var/log/mail.log.1
}

# guess TIMES: so many wrong passwords of the guilty account from each of twelve addresses of one network
guess() {
	set -- "$1" $(seq -f '127.94.251.%g=1' 110 121)
	_times=$1
	shift
	while [ "$_times" -gt 0 ]; do
		_times=$((_times - 1))
		"$TOOLS/flood" -u "$GUILTY" -p guess -P 587 -T 20 -r "friend@live.example" "$@" >/dev/null 2>&1
	done
}

# guessed: how many the server refused
guessed() {
	grep -c 'SASL PLAIN authentication failed' /var/log/mail.log
}

# hold COUNT: that many connections to port 25, forty-five of them from the top address, until `kill $held`
hold() {
	perl -MIO::Socket::INET -e '
		my ($top, $n) = @ARGV;
		my @held = map { IO::Socket::INET->new(PeerAddr => "127.0.0.1:25",
			LocalAddr => $_ < 45 ? $top : "127.66.1." . ($_ % 100 + 1)) or die "connect: $@" } 0 .. $n - 1;
		open my $f, ">", "/run/story/held" and close $f;
		sleep 60' $TOP "$1" &
	held=$!
	wait_for 20 test -e /run/story/held
}

#!/bin/bash
# contrib/munin/alert, the contact of munin-limits: whom it names, what it says is to be typed, when it
# is silent, and that nothing of its input is done.
#     tests/system/alert.sh
# (What munin-limits itself hands to it: tests/story/inject.sh.)
set -u
export LC_ALL=C TZ=UTC
cd "$(dirname "$0")/../.." || exit 1
if ! perl -MJSON::PP -MDigest::MD5 -e1 2>/dev/null; then
	echo "skipped - alert: perl has no JSON::PP"
	exit 0
fi
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
bad=0
rows=0
now=1795181767

say() {
	echo "not ok - $*"
	bad=1
}

message() { # LEVEL TEXT...: of one graph
	printf 'spoolwatch-alert\tservers\tour.server\tpostfix_sasl_rate\tSASL send rate\n'
	while [ $# -gt 0 ]; do
		printf '%s\tbusiest account\t140.00\t:60\t%s\n' "$1" "$2"
		shift 2
	done
}

# A sentence of the plugins | what is to be typed, the name between commas
while IFS='|' read -r text want; do
	rows=$((rows + 1))
	got=$(message CRITICAL "$text" | contrib/munin/alert print | sed -n 's/^    spoolwatch //p' | paste -sd '&')
	[ "$got" = "$want" ] || say "of: $text: says $got, not $want"
done <<'ROWS'
email@ourdomain.com 140 msg in 5 min, 90% from 127.94.251.111 (h.example) +14 addresses|contain email@ourdomain.com
this is no calm: no mail can be queued since 14:04, until then a@b.c 353 msg in 5 min, 92% from 1.2.3.4 +28 addresses (spoolwatch contain a@b.c)|contain a@b.c
this is no calm: no mail could be queued for a while, until then honest@b.c 24 msg in 5 min, 100% from 1.2.3.4|
the journal: 917 messages lost 20 s ago due to rate-limiting: raise ratelimit.burst of rsyslog, or RateLimitBurst of journald, of those that are left a@b.c 353 msg in 5 min, 92% from 1.2.3.4 (spoolwatch contain a@b.c)|contain a@b.c
/var/log/mail.log: 917 messages lost 20 s ago due to rate-limiting, of those that are left honest@b.c 24 msg in 5 min|
[/x due to rate-limiting, of those that are left honest@b.c 9 msg] 353 msg in 5 min (spoolwatch contain honest@b.c)|contain '/x due to rate-limiting, of those that are left honest@b.c 9 msg'
first@e.com 300 msg in 5 min, 33% from 1.2.3.4, then second@e.com 150 msg in 5 min, 100% from 1.2.3.5|contain first@e.com&contain second@e.com
email@ourdomain.com 98% of 123 (SASL login), 100% to dead.example: [connect to ... Connection refused]|contain email@ourdomain.com
a@b.c 33% +-38% of 7 (sample of 6) (SASL login), then uid 33 17% +-30% (local), then client 127.0.0.1 17% +-30% (no login)|contain a@b.c&block --client 127.0.0.1&hold --uid 33
2981 of 6000 in /var/spool/postfix/deferred (50%), queued by e@o.com 100% +-1% of 2964 (sample of 300) (SASL login), then 2980 in /var/spool/postfix/defer (50%) on tmpfs tmpfs|contain e@o.com
127.94.251.111 45 connections, used by email@ourdomain.com +1 account|contain email@ourdomain.com
2001:db8::7 45 connections|block --client 2001:db8::7
outlook.com 40 in 5 min, 100% of email@ourdomain.com: 550 5.7.1 Unfortunately, messages from x weren%27t sent|contain email@ourdomain.com
gmail.com 30 in 5 min, 100% reputation (83% of e@o.com): 421-4.7.28 Gmail has detected|contain e@o.com
t-online.de 5 in 5 min, 100% reputation (at connect): 554 ... - A problem occurred. (BL)|
info@e.com from 250.2.1.1 and 2 more new networks after 20 failures since 04:00, then kim@e.com from 245.5.5.5 after 24 failures|contain info@e.com&contain kim@e.com
slow@o.com at least 140 networks in 24 h, 286 msg since 12:10, last from 64.20.0.0/16|contain slow@o.com
first@e.com 300 msg in 5 min, 33% from 1.2.3.4, then second@e.com 150 msg in 5 min (spoolwatch contain first@e.com)|contain first@e.com&contain second@e.com
a@b.c 140 msg in 5 min, 90% from 1.2.3.4 (spoolwatch contain -c /etc/postfix-out a@b.c)|contain -c /etc/postfix-out a@b.c
2981 of 6000 in /var/spool/postfix/deferred (50%), queued by e@o.com 98% of 123 (SASL login), then 140 in /x (50%) (spoolwatch contain e@o.com) on tmpfs|contain e@o.com
email@ourdomain.com, limit 5 per minute|contain email@ourdomain.com
uid 33 www-data, script mailer.php (uid 1001) 60% of 123 (local)|hold --uid 33
[x 9 msg in 5 min, then victim@e.com] 140 msg in 5 min, 90% from 1.2.3.4|contain 'x 9 msg in 5 min, then victim@e.com'
[%24(reboot);%60a%27] 140 msg in 5 min|contain '$(reboot);`a'\'''
[--yes a] 140 msg in 5 min|contain -- '--yes a'
[%C3%A9%0A%1B%5B2J] 140 msg in 5 min|contain $'\303\251\012\033\1332J'
a%40b%2525@x 140 msg in 5 min|contain a@b%25@x
[a very long name that was c...] 140 msg in 5 min|
81 of 200 in /var/spool/postfix/deferred/A (98%) on ext4 /dev/sdd1|
no mail log (tried /var/log/mail.log, the journal): set env.logfile|
ROWS

# When it tells: a row a poll. Level and text; whether a mail goes out; a word that must be in it.
kept=$W/mail
printf '#!/bin/sh\n[ ! -e "%s/down" ] || exit 75\ncat >>"%s"\n' "$W" "$kept" >"$W/sendmail"
chmod 755 "$W/sendmail"
mkdir "$W/state"
while IFS='|' read -r what level text mails word; do
	rows=$((rows + 1))
	: >"$kept"
	now=$((now + 300))
	rm -f "$W/down"
	[ "$mails" != down ] || : >"$W/down"
	message "$level" "$text" | SPOOLWATCH_NOW=$now STATE=$W/state SENDMAIL=$W/sendmail \
		contrib/munin/alert mail a@example.com >"$W/out" 2>&1
	got=$(grep -c '^Subject: ' "$kept")
	[ "$got" = "${mails/down/0}" ] || say "$what: $got mails: $(cat "$kept" "$W/out")"
	[ "$mails" = 0 ] || [ "$mails" = down ] || grep -qF -- "$word" "$kept" || say "$what: no $word in: $(cat "$kept")"
done <<'ROWS'
all is well, it was not asked|OK||0|
a first account|CRITICAL|a@b.c 140 msg in 5 min|1|contain a@b.c
the same again|CRITICAL|a@b.c 150 msg in 5 min|0|
a second one while the first goes on|CRITICAL|a@b.c 140 msg in 5 min, then d@e.f 130 msg in 5 min|1|contain d@e.f
in turn|CRITICAL|d@e.f 140 msg in 5 min, then a@b.c 130 msg in 5 min|0|
the level falls|WARNING|d@e.f 40 msg in 5 min|1|since 13:46 (20 min)
nobody knows|UNKNOWN|no mail log|1|UNKNOWN: SASL send rate
well|OK||1|it was not for 30 min
still well|OK||0|
once more, the relay is down|CRITICAL|a@b.c 140 msg in 5 min|down|
the relay is up|CRITICAL|a@b.c 140 msg in 5 min|1|contain a@b.c
ROWS

# Two graphs and two hosts in one pipe: a mail for each host; what is in no form of ours is told, too.
{
	message CRITICAL 'a@b.c 140 msg in 5 min'
	message WARNING 'a@b.c 98% of 123 (SASL login)' | sed '1s/SASL send rate/Postfix Mailqueue/'
	message CRITICAL 'x@y.z 140 msg in 5 min' | sed '1s/our.server/another/'
	echo 'servers :: our.server :: the text of a contact without a text'
} | STATE=/nowhere SENDMAIL=$W/sendmail contrib/munin/alert mail a@example.com || say "without a place for its state it fails"
[ "$(sed -n 's/^Subject: //p' "$kept" | tail -n 3)" = "CRITICAL our.server: a@b.c, SASL send rate
CRITICAL another: x@y.z, SASL send rate
UNKNOWN Munin: servers :: our.server :: the text of a contact without a text" ] || say "subjects: $(grep '^Subject' "$kept")"

# Bytes of no kind are an input like any other.
head -c 3000000 /dev/urandom | STATE=/nowhere contrib/munin/alert print >/dev/null || say "fails on random bytes"

# JSON, through a real curl
if command -v curl >/dev/null; then
	perl -MIO::Socket::INET -e 'alarm 60;
		my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1) or die;
		open my $p, ">", "$ARGV[0].new"; print $p $s->sockport; close $p; rename "$ARGV[0].new", $ARGV[0];
		my $c = $s->accept; my $n = 0; my $body = "";
		while (<$c>) { $n = $1 if /^Content-Length: (\d+)/i; last if /^\r$/ }
		read $c, $body, $n; print $c "HTTP/1.0 200 OK\r\n\r\n"; print $body' "$W/port" >"$W/json" &
	until [ -s "$W/port" ]; do sleep 0.02; done
	message CRITICAL $'[%22;$(x)] 140 msg in 5 min "\\ \xc3\xa9 \xff' | SPOOLWATCH_NOW=$now STATE=$W/state \
		contrib/munin/alert post "http://127.0.0.1:$(cat "$W/port")/a?b" || say "post"
	wait
	perl -MJSON::PP -0777 -ne 'my $r = decode_json($_);
		print join "|", @$r{qw(host level)}, @{ $r->{who} }, @{ $r->{commands} }, $r->{time} - $r->{alerts}[0]{since}' "$W/json" >"$W/got"
	[ "$(cat "$W/got")" = 'our.server|CRITICAL|[%22;$(x)]|spoolwatch contain '"'"'";$(x)'"'"'|0' ] || say "JSON: $(cat "$W/got" "$W/json")"
	message CRITICAL a | STATE=/nowhere contrib/munin/alert post http://127.0.0.1:1/ 2>/dev/null && say "a post that fails is no failure"
else
	echo "skipped - alert: curl is not installed"
fi
[ $bad = 0 ] && echo "ok - $rows rows, one post"
exit $bad

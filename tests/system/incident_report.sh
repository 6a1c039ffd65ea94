#!/bin/sh
# spoolwatch report on a real Postfix: what it counts of an account among others, beside the log and the
# queues; who may read what; kept on a disk that is full, and before contain and delete change anything.
#     tests/system/incident_report.sh PROGRAM
set -u
LIMIT=180
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
incident_world 3000
BAD='mal ory@x'

# at PATH: a value of the object on standard input, as JSON
at() {
	perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>);
		for my $k (split /\./, $ARGV[0]) { $o = ref $o eq "ARRAY" ? $o->[$k] : $o->{$k} }
		print ref $o ? JSON::PP->new->canonical->encode($o) : $o // "null"' "$1"
}

# fails NAME COUNT: logins with a wrong password, of an address
fails() {
	perl -MIO::Socket::INET -MMIME::Base64 -e '
		for (1 .. $ARGV[1]) {
			my $s = IO::Socket::INET->new("127.0.0.1:25") or die "connect: $!";
			my $say = sub { print $s "$_[0]\r\n" if $_[0]; while (my $r = <$s>) { return if $r !~ /^\d+-/ } };
			$say->(""); $say->("EHLO x");
			$say->("XCLIENT NAME=[UNAVAILABLE] ADDR=198.51.100.99"); $say->("EHLO x");
			$say->("AUTH PLAIN " . encode_base64("\0$ARGV[0]\0wrong", ""));
		}' -- "$@"
}

fails "$BAD" 6
CLIENT=198.51.100.99 mail "$BAD" boss@bank.example 4 u%d@soft.example "v@$DOMAIN"
CLIENT=198.51.100.7 mail 'Mal Ory@X' s@x.example 3 u@hard.example
CLIENT=203.0.113.5 mail honest@x h@x.example 5 u@soft.example "w@$DOMAIN"
CLIENT=203.0.113.6 mail amal h@x.example 1 u@soft.example
wait_for 20 settled
wait_for 10 grep -q 'sender non-delivery notification' /var/log/mail.log
sums incoming active deferred hold >/run/before
ls -lR --time-style=full-iso $SPOOL/deferred >/run/before.times

"$S" report --json -- "$BAD" >/run/out 2>/run/err
is "report" "$? $(wc -l </run/out) $(cat /run/err)" "0 1 "
for row in accepted:7 queued:4 recipients:11 delivered:4 bounced:3 deferred:4 bounces_caused:3 addresses:2 networks:1 \
	failures:6 queues.deferred:4 queues.hold:0 queued_recipients:4 select.spellings.0:"Mal Ory@X" \
	from.0.address:198.51.100.99 from.0.messages:4 from.0.failures_before:6 from.1.messages:3 \
	broken_in.address:198.51.100.99 broken_in.failures:6 sample.0.queue:deferred \
	senders.0.sender:boss@bank.example refused_by.0.receiver:soft.example refused_by.0.recipients:4 \
	refused_by.1.receiver:hard.example log.source:/var/log/mail.log log.whole:true bounces_queued:3; do
	is "report: ${row%%:*}" "$(at "${row%%:*}" </run/out)" "${row#*:}"
done
is "as the log has it" "$(at accepted </run/out)" \
	"$(grep -ciE 'sasl_username=mal ory@x$' /var/log/mail.log | awk '{ print $1 - 6 }')"
id=$(at sample.0.id </run/out)
is "a sample is one of its messages" "$(postcat -eq "$id" | grep -ci 'sasl_username=mal ory@x')" 1
is "with its subject" "$(at sample.0.subject </run/out | grep -c "^mail [1-4] of mal ory@x")" 1
is "in the words of who refuses" "$(at refused_by.0.words </run/out)" "450 4.3.0 Error: command failed"
at commands.0 </run/out >/run/command
is "a command is for a shell" "$(cat /run/command)" "spoolwatch contain --yes -- '$BAD'"
"$S" report -- "$BAD" >/run/text
is "as text" "$? $(grep -c 'accepted: 7, for recipients: 11' /run/text) $(grep -c 'now: 4 (deferred 4)' /run/text)" "0 1 1"
is "nothing was changed" "$(sums incoming active deferred hold | cmp - /run/before &&
	ls -lR --time-style=full-iso $SPOOL/deferred | cmp - /run/before.times && echo same)" same

"$S" report --day --json >/run/out
is "a day: the first" "$? $(at rows.0.name </run/out) $(at rows.0.messages </run/out) $(at rows.0.queued </run/out) $(
	at rows.0.failures_before </run/out)" "0 $BAD 7 4 6"
is "then" "$(at rows.1.name </run/out) $(at rows.1.messages </run/out) $(at rows.1.queued </run/out) $(at total </run/out)" \
	"honest@x 5 5 3"

# Who may not
chmod 600 /var/log/mail.log
setpriv --reuid=65534 --regid=65534 --clear-groups "$S" report "$BAD" >/run/out 2>/run/err
is "nobody" "$? $(wc -c </run/out) $(wc -l </run/err)" "77 0 1"
setpriv --reuid=postfix --regid=postfix --clear-groups "$S" report --json "$BAD" >/run/out 2>/run/err
is "postfix: the queues alone" "$? $(at queued </run/out) $(at accepted </run/out) $(grep -c 'permission denied' /run/err)" \
	"1 4 null 1"

# Kept
umask 0
"$S" report --save /run/kept "$BAD" >/run/out
is "--save" "$? $(find /run/kept -type f -perm 600 -name 'report-mal_ory@x-*Z.txt' | wc -l)" "0 1"
is "it is what was said" "$(grep -c 'accepted: 7' /run/kept/report-*)" 1
mkdir /run/full && mount -t tmpfs -o nr_inodes=1 tmpfs /run/full
"$S" report --save /run/full --top 1 "$BAD" >/run/out 2>/run/err
is "no inode: all of it is said" "$? $(grep -c 'From: ' /run/out)" "1 4"
is "and that" "$(tail -n 1 /run/out | grep -c 'could not be kept.*No space left') $(grep -c 'standard output alone' /run/err)" "1 1"
"$S" contain --yes --json --save /run/full "$BAD" >/run/out 2>/run/err
is "contain goes on" "$? $(wc -l </run/out) $(at held </run/out) $(at evidence </run/out)" "1 1 4 null"
is "with the report as it was before" "$(at report.queues.deferred </run/out) $(at report.queues.hold </run/out)" "4 0"
"$S" release --yes "$BAD" >/dev/null
"$S" contain --save /run/later "$BAD" >/run/out 2>/run/err
is "a dry run keeps nothing" "$(grep -c 'would be kept in /run/later' /run/out) $(ls /run/later 2>/dev/null | wc -l)" "1 0"
"$S" contain --yes --save /run/kept2 "$BAD" >/run/out 2>/run/err
is "contain says where it lies" "$(tail -n 2 /run/out | grep -o '/run/kept2/report-mal_ory@x-[^ ]*\.txt')" "$(echo /run/kept2/report-*)"
is "as it was before" "$(grep -c 'now: 4 (.*hold' /run/kept2/report-*)" 0

# Deleted, and still known
"$S" delete --yes --json "$BAD" >/run/out
is "delete" "$? $(at deleted </run/out)" "0 4"
"$S" report --json "$BAD" >/run/out
is "the journal tells of it" "$(at queued </run/out) $(at deleted </run/out)" "0 4"
is "how many, from where, which" "$(at deleted_evidence </run/out |
	grep -cE '^4 messages to 8 recipients of .*, from 1 address: 4 198\.51\.100\.99, as [^ ]+ [^ ]+ [^ ]+$')" 1
is "the honest wait, and the bounces" "$(count deferred) $(count hold)" "9 0"
finish

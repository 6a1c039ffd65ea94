# A directory that stands for a host, of lines on standard input:
#     incident_host.pl DIRECTORY NOW
# mail ACCOUNT COUNT NETWORKS AGO FILES   messages in the log, AGO seconds ago, from 198.1.100.7,
#                                         198.2.100.7 ...; the first FILES of them lie in deferred
# fails ACCOUNT COUNT NETWORK AGO         logins of 198.NETWORK.100.9 that failed
# refused COUNT LOGGED                    recipients of the last line mail that do not exist; of LOGGED
#                                         the bounce log tells, too
use strict;
use warnings;
use File::Path 'make_path';
use POSIX 'strftime';

my ($root, $now) = @ARGV;
my $spool = "$root/var/spool/postfix";
make_path("$root/etc/postfix", "$root/var/log", map { "$spool/$_" } qw(active bounce corrupt defer deferred hold incoming maildrop));
my (@log, @last);
my $serial = 0;

sub put {
	my ($path, $text) = @_;
	open my $to, '>', $path or die "$path: $!";
	print $to $text;
	close $to or die "$path: $!";
}

sub line {
	my ($when, $text) = @_;
	push @log, [$when, strftime('%Y-%m-%dT%H:%M:%S+00:00', gmtime $when) . " mx $text\n"];
}

sub record {
	my ($type, $data) = @_;
	my ($n, $length) = (length $data, '');
	do { $length .= chr(($n & 0x7f) | ($n > 0x7f ? 0x80 : 0)); $n >>= 7 } while $n;
	return $type . $length . $data;
}

# As smtpd(8) and cleanup(8) write it, of what matters here.
sub queue_file {
	my ($account, $address, $when) = @_;
	my $head = record('T', "$when 0") . record('A', "create_time=$when") . record('A', 'sasl_method=PLAIN') .
		record('A', "sasl_username=$account") . record('S', 's@x') . record('A', "log_client_address=$address") .
		record('A', "client_address=$address") . record('R', 'r@soft.example') . record('M', '');
	my $size = sprintf '%15d %15d %15d %15d %15d %15d', 12, 98 + length $head, 1, 0, 12, 0;
	return record('C', $size) . $head . record('N', 'Subject: hi') . record('X', '') . record('E', '');
}

while (<STDIN>) {
	my ($what, @of) = split;
	if ($what eq 'mail') {
		my ($account, $count, $networks, $ago, $files) = @of;
		@last = ();
		for my $i (0 .. $count - 1) {
			my $id = sprintf '%05X%04X', $serial % 1000000, 0x1000 + $serial;
			my $address = sprintf '198.%d.100.7', 1 + $i % $networks;
			my $when = $now - $ago;
			$serial++;
			line($when, "postfix/smtpd[9]: $id: client=unknown[$address], sasl_method=PLAIN, sasl_username=$account");
			line($when, "postfix/qmgr[8]: $id: from=<s\@x>, size=12, nrcpt=1 (queue active)");
			put("$spool/deferred/$id", queue_file($account, $address, $when)) and chmod 0700, "$spool/deferred/$id" if $i < $files;
			push @last, [$id, $when];
		}
	} elsif ($what eq 'fails') {
		my ($account, $count, $network, $ago) = @of;
		line($now - $ago, "postfix/smtpd[9]: warning: unknown[198.$network.100.9]: SASL PLAIN authentication failed: authentication failure, sasl_username=$account")
			for 1 .. $count;
	} elsif ($what eq 'refused') {
		my ($count, $logged) = @of;
		my $reason = 'host mx.soft.example[203.0.113.5] said: 550 5.1.1 <r@soft.example>: user unknown (in reply to RCPT TO command)';
		for my $i (0 .. $count - 1) {
			my ($id, $when) = @{$last[$i]};
			line($when, "postfix/smtp[7]: $id: to=<r\@soft.example>, relay=mx.soft.example[203.0.113.5]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced ($reason)");
			put("$spool/bounce/$id", "<r\@soft.example>: $reason\nrecipient=r\@soft.example\nstatus=5.1.1\naction=failed\nreason=$reason\n\n") if $i < $logged;
		}
	} elsif ($what eq 'mynetworks') {
		put("$root/etc/postfix/main.cf", "mynetworks = @of\n");
	}
}
line($now - 90000, 'postfix/master[1]: daemon started -- version 3.7.11, configuration /etc/postfix');
line($now - 5, 'postfix/master[1]: reload -- version 3.7.11, configuration /etc/postfix');
put("$root/etc/postfix/main.cf", "\n") unless -e "$root/etc/postfix/main.cf";
put("$root/var/log/mail.log", join '', map { $_->[1] } sort { $a->[0] <=> $b->[0] } @log);

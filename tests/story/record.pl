#!/usr/bin/perl
# Who sends what in the recording of the sample host (record.sh), and its log daemon:
#	record.pl hosts			lines for /etc/hosts: the senders' names
#	record.pl log SOCKET FILE HOST	writes what comes over the socket, with stamps as rsyslog's
#	record.pl send SPOOL		the mails of twenty minutes; prints the time to look from
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use MIME::Base64;
use POSIX 'strftime';
use Time::HiRes qw(time sleep);

my $domain = 'ourdomain.com';
my %laptop = (alice => '192.0.2.10', bob => '192.0.2.11', carol => '192.0.2.12', dave => '192.0.2.13');
my @bots = map { $_ % 2 ? "203.0.113.$_" : "198.51.100.$_" } 20 .. 59;
my $top = '198.51.100.121';
my ($minutes, $quiet) = (20, 13); # in all, and before the attack
my %commands = (hosts => \&hosts, log => \&log_daemon, send => \&everybody);
my $command = $commands{ shift // '' } // die "hosts, log or send\n";
$command->(@ARGV);

sub hosts {
	print "127.0.0.1 localhost\n192.0.2.60 printer.$domain\n$top vps121.host.example\n";
	print "$laptop{$_} laptop-$_.example.net\n" for sort keys %laptop;
	print "$_ host" . join('-', split /\./, $_) . ".example\n" for @bots;
}

sub log_daemon {
	my ($socket, $file, $host) = @_;
	my $in = IO::Socket::UNIX->new(Local => $socket, Type => SOCK_DGRAM) or die "$socket: $!";
	chmod 0666, $socket;
	open my $out, '>>', $file or die "$file: $!";
	$out->autoflush(1);
	while (defined $in->recv(my $line, 8192)) {
		my $now = time;
		next if $line !~ s/^<\d+>\w{3} [ \d]\d [\d:]{8} (?=postfix)//;
		$line =~ s/[\n\0]+$//;
		print $out strftime('%Y-%m-%dT%H:%M:%S', gmtime $now),
			sprintf('.%06d+00:00 %s %s', ($now - int $now) * 1e6, $host, $line), "\n";
	}
}

# The mails of one session, each a list of recipients
sub session {
	my ($account, $source, $port, @mails) = @_;
	my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", LocalAddr => $source, Timeout => 20);
	return warn "$source: $!" if !$s;
	my $from = $account || "scan\@printer.$domain";
	my @say = ('EHLO ' . (split /@/, $from)[0]);
	push @say, 'AUTH PLAIN ' . encode_base64("\0$account\0secret-" . ($account =~ s/\@.*//r), '') if $account;
	for my $mail (@mails) {
		my $text = join '', "From: <$from>\r\nTo: <$mail->[0]>\r\nSubject: Monday\r\n\r\n",
			"A line of text.\r\n" x (1 + int rand 3);
		push @say, "MAIL FROM:<$from>", (map { "RCPT TO:<$_>" } @$mail), 'DATA', "$text.";
	}
	push @say, 'QUIT';
	while (defined(my $answer = <$s>)) {
		next if $answer =~ /^\d{3}-/;
		warn "$from: $answer" if $answer =~ /^[45]/;
		last if !@say;
		print $s shift(@say), "\r\n";
	}
	return;
}

# Recipients of the next mail of the attack: every fourth is for the dead next hop, as long as the
# queue's file system has room. Without any, Postfix answers nobody.
my $number = 0;
sub spam {
	my ($spool) = @_;
	my $hop = $number++ % 4 == 0 && `stat -f -c %d $spool` > 5 ? 'dead' : 'live';
	return [map { "u$number.$_\@$hop.example" } 1 .. 1 + int rand 2];
}

sub everybody {
	my ($spool) = @_;
	my $start = int((time + 59) / 60) * 60;
	srand 20261120;
	for my $minute (0 .. $minutes - 1) {
		my @sessions; # second, and what gives the arguments of session()
		for my $who (sort keys %laptop) {
			next if rand() < 0.45;
			my $hop = $who eq 'bob' && $minute % 7 == 3 ? 'dead' : 'live';
			push @sessions, [60 * rand(), sub { "$who\@$domain", $laptop{$who}, 587, ["friend\@$hop.example"] }];
		}
		push @sessions, [40, sub { '', '192.0.2.60', 25, ['office@dead.example'] }] if $minute == 9;
		if ($minute >= $quiet) {
			my @guilty = ("email\@$domain");
			push @sessions, [60 * rand(), sub { @guilty, $bots[rand @bots], 25, spam($spool) }] for 1 .. 4;
			push @sessions, [5 * $_ + rand 5, sub { @guilty, $top, 25, map { spam($spool) } 1 .. 6 }] for 0 .. 10;
		}
		for my $session (sort { $a->[0] <=> $b->[0] } @sessions) {
			my $wait = $start + 60 * $minute + $session->[0] - time;
			sleep $wait if $wait > 0;
			session($session->[1]->());
		}
	}
	sleep $start + 60 * $minutes + 7 - time; # the poll comes a little after the full minute
	printf "SPOOLWATCH_NOW=%d\n", time;
	return;
}

#!/usr/bin/perl
# Who logs in and sends, for tests of the incident command:
#     incident_mail.pl auth SOCKET               answers Postfix as Dovecot's auth: every name may log in
#     incident_mail.pl send PORT NAME [ADDRESS]  one mail; prints the answer that decided, "250 ..."
#     incident_mail.pl stay PORT NAME ADDRESS DIRECTORY [quiet]
#         logs in, sends a mail (not if quiet), makes DIRECTORY/open, waits for DIRECTORY/go, sends
#         another; DIRECTORY/done gets the answer, or "gone"
# A PORT with a "B" behind it sends by BDAT. ADDRESS is ours.
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use MIME::Base64;

my $what = shift;
$SIG{PIPE} = 'IGNORE';
alarm 60 if $what ne 'auth'; # of who hangs the test says so

sub auth {
	my $path = shift;
	my $server = IO::Socket::UNIX->new(Local => $path, Listen => 50) or die "$path: $!";
	chmod 0666, $path;
	$SIG{CHLD} = 'IGNORE';
	while (1) {
		my $client = $server->accept or next;
		next if fork;
		$client->autoflush(1);
		print $client "VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nSPID\t$$\nCUID\t1\nCOOKIE\t00\nDONE\n";
		while (my $line = <$client>) {
			$line =~ /^AUTH\t(\d+)\tPLAIN\t.*resp=([^\t\n]*)/ or next;
			my $name = (split /\0/, decode_base64($2))[1];
			$name =~ s/\x01/\x011/g;
			$name =~ s/\t/\x01t/g;
			print $client "OK\t$1\tuser=$name\n";
		}
		exit 0;
	}
}

my ($in, $bdat);

sub answer {
	my $last = '';
	while (my $line = <$in>) {
		$last = $line;
		last if $line =~ /^\d\d\d /;
	}
	$last =~ s/[\r\n]+$//;
	return length $last ? $last : 'gone';
}

sub command {
	print $in "$_[0]\r\n";
	return answer();
}

sub login {
	my ($port, $name, $address) = @_;
	$bdat = $port =~ s/B$//;
	$in = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
		$address ? (LocalAddr => $address) : (), Timeout => 10) or return "gone $!";
	$in->autoflush(1);
	answer();
	command('EHLO client.example');
	return '235' if !length $name;
	return command('AUTH PLAIN ' . encode_base64("\0$name\0x", ''));
}

sub mail {
	my $text = "Subject: mail\r\n\r\ntext\r\n";
	for my $line ('MAIL FROM:<a@sender.example>', 'RCPT TO:<' . ($ENV{TO} // 'b@live.example') . '>') {
		my $code = command($line);
		return $code if $code !~ /^250/;
	}
	if ($bdat) {
		print $in 'BDAT ' . length($text) . " LAST\r\n$text";
		return answer();
	}
	my $code = command('DATA');
	return $code if $code !~ /^354/;
	print $in $text;
	return command('.');
}

if ($what eq 'auth') {
	auth(@ARGV);
} elsif ($what eq 'send') {
	my $code = login(@ARGV);
	print $code =~ /^235/ ? mail() : "login $code", "\n";
} elsif ($what eq 'stay') {
	my ($port, $name, $address, $directory, $quiet) = @ARGV;
	my $code = login($port, $name, $address);
	$code = mail() if $code =~ /^235/ && !$quiet;
	open my $file, '>', "$directory/open.tmp" or die;
	print $file "$code\n";
	close $file;
	rename "$directory/open.tmp", "$directory/open";
	select undef, undef, undef, 0.02 until -e "$directory/go";
	$code = mail();
	open $file, '>', "$directory/done.tmp" or die;
	print $file "$code\n";
	close $file;
	rename "$directory/done.tmp", "$directory/done";
}

#!/usr/bin/perl
# A web server for the pages of the story: files below DIRECTORY, and Munin's CGI for graphs of any time.
#	serve.pl PORT DIRECTORY
# For browse.sh, on a loopback of its own: it keeps nobody out.
use strict;
use warnings;
use IO::Socket::INET;

my ($port, $root) = @ARGV;
my $cgi = '/munin-cgi/munin-cgi-graph';
my %type = (html => 'text/html', css => 'text/css', js => 'text/javascript', png => 'image/png');
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 64, ReuseAddr => 1)
	or die "port $port: $!\n";
$SIG{CHLD} = 'IGNORE';

sub answer {
	my ($client, $path, $query) = @_;

	if ($path =~ m{^\Q$cgi\E(/.*)}) {
		@ENV{qw(GATEWAY_INTERFACE REQUEST_METHOD SCRIPT_NAME PATH_INFO QUERY_STRING)} =
			('CGI/1.1', 'GET', $cgi, $1, $query // '');
		delete $ENV{HTTP_IF_MODIFIED_SINCE};
		$SIG{CHLD} = 'DEFAULT';
		open my $graph, '-|', '/usr/lib/munin/cgi/munin-cgi-graph' or return;
		local $/;
		print $client "HTTP/1.0 200 OK\r\n", <$graph>;
		return;
	}
	$path .= 'index.html' if $path =~ m{/$};
	if ($path =~ /\.\./ || !open my $file, '<:raw', "$root$path") {
		print $client "HTTP/1.0 404 Not Found\r\n\r\n";
	} else {
		my ($end) = $path =~ /\.(\w+)$/;
		local $/;
		print $client "HTTP/1.0 200 OK\r\nContent-Type: ", $type{$end // ''} // 'text/plain', "\r\n\r\n", <$file>;
	}
}

while (1) {
	my $client = $server->accept or next;
	my $child = fork;
	if (defined $child && $child == 0) {
		my $first = <$client> // '';
		while (defined(my $line = <$client>)) { last if $line =~ /^\r?\n$/ }
		answer($client, $1, $2) if $first =~ m{^GET ([^ ?]+)(?:\?(\S*))? };
		close $client;
		exit;
	}
	close $client;
}

# shellcheck shell=sh
# A real Postfix for the tests of the incident command, in namespaces of its own: read by them with
# SPOOLWATCH (the program) and HERE (this directory) set. Uses the story's mail server.
#
# incident_begin "$@": the script itself starts again inside; ends what hangs.

incident_begin() {
	[ "${INCIDENT_WORLD-}" = yes ] && return
	[ "$(id -u)" -eq 0 ] || { echo "skipped - incident: must be root"; exit 0; }
	for p in postfix perl saslpasswd2 setpriv smtp-sink unshare; do
		command -v $p >/dev/null || { echo "skipped - incident: no $p"; exit 0; }
	done
	export INCIDENT_WORLD=yes
	exec timeout --foreground -s KILL "${LIMIT:-900}" \
		unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc \
		"$0" "$@" </dev/null
}

OUT=/run/incident
HOST=our.server
passed=0 failed=0
# shellcheck source=/dev/null
. "$HERE/../story/world.sh"
# shellcheck source=/dev/null
. "$HERE/../story/mailhost.sh"

say() { echo "$*"; }
die() { echo "not ok - $*"; exit 1; }
ok() { passed=$((passed + 1)); echo "ok - $1"; }
is() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then ok "$1"; else failed=$((failed + 1)); echo "not ok - $1 (got $2, want $3)"; fi
}
finish() {
	[ $failed = 0 ]
	exit
}

# incident_world INODES: mounts, the network, Postfix
incident_world() {
	mount -t tmpfs -o mode=755 tmpfs /run
	cp -r /etc/postfix /run/etc
	mount --bind /run/etc /etc/postfix
	mount -t tmpfs -o mode=755 tmpfs /var/lib
	mount -t tmpfs -o mode=755 tmpfs /var/log
	mount -t tmpfs -o "mode=755,nr_inodes=${1:-0},size=400m" tmpfs /var/spool/postfix
	mkdir -p /var/lib/postfix /var/lib/spoolwatch $OUT/log
	head -c 155648 /dev/zero >/var/lib/spoolwatch/journal
	world_network
	# root's smtp-sink: what it takes is kept, one file each
	mkdir -m 777 /run/sink /run/slow
	mailhost_start
	# once in a while its log daemon does not answer, and all wait for it
	wait_for 5 grep -q 'daemon started' /var/log/mail.log || {
		postfix stop
		postfix start
		wait_for 5 grep -q 'daemon started' /var/log/mail.log || die "no log"
	}
	(cd /run/slow && smtp-sink -u postfix -w "${SLOW:-3}" -d '%M.' 127.0.0.5:2525 200 2>/run/slow.err &)
	(smtp-sink -u postfix -r rcpt 127.0.0.6:2525 200 2>/dev/null &)
	(smtp-sink -u postfix -f rcpt 127.0.0.7:2525 200 2>/dev/null &)
	(cd /run/sink && smtp-sink -u postfix -d '%M.' 127.0.0.4:2525 200 2>/run/sink.err &)
}

mailhost_config() {
	sed -i -e '/^smtpd_relay_restrictions/d' -e '/^transport_maps/,$d' /etc/postfix/main.cf
	cat >>/etc/postfix/main.cf <<-END
	maillog_file = /var/log/mail.log
	smtpd_authorized_xclient_hosts = 127.0.0.0/8
	smtputf8_enable = yes
	smtpd_relay_restrictions = permit_sasl_authenticated, check_client_access inline:{192.0.2.77=permit}, reject
	minimal_backoff_time = ${BACKOFF:-600}
	maximal_backoff_time = ${BACKOFF:-600}
	queue_run_delay = ${BACKOFF:-600}
	smtp_destination_concurrency_limit = 2
	smtp_connection_cache_on_demand = no
	transport_maps = inline:{
	    { $DOMAIN = smtp:[127.0.0.3]:2525 }
	    { live.example = smtp:[127.0.0.4]:2525 }
	    { slow.example = smtp:[127.0.0.5]:2525 }
	    { hard.example = smtp:[127.0.0.7]:2525 }
	    { soft.example = smtp:[127.0.0.6]:2525 }
	    { dead.example = smtp:[127.0.0.2]:9 } }
	END
	cat >>/etc/postfix/master.cf <<-END
	postlog    unix-dgram n - n - 1 postlogd
	END
}

# mail LOGIN SENDER COUNT RECIPIENT...: one session of an account of any name (XCLIENT)
mail() {
	perl -MIO::Socket::INET -e '
		my ($login, $sender, $count, @to) = @ARGV;
		my $s = IO::Socket::INET->new("127.0.0.1:25") or die "connect: $!";
		sub say_ { my ($line, $want) = @_; print $s "$line\r\n" if defined $line;
			while (my $r = <$s>) { next if $r =~ /^\d+-/; $r =~ /^$want/ or die "$line: $r"; return } die "closed" }
		say_(undef, 220); say_("EHLO x", 250);
		my $x = $login; $x =~ s/([^A-Za-z0-9@.])/sprintf "+%02X", ord $1/ge;
		my $client = $ENV{CLIENT} || "198.51.100.7";
		say_("XCLIENT NAME=[UNAVAILABLE] ADDR=$client" . ($login ne "" ? " LOGIN=$x" : ""), 220); say_("EHLO x", 250);
		for my $i (1 .. $count) {
			say_("MAIL FROM:<$sender>", 250);
			say_("RCPT TO:<$_>", 250) for map { s/%d/$i/r } @to;
			say_("DATA", 354);
			say_("Subject: mail $i of $login\r\nX-Number: $i\r\n\r\nHello\r\n.", 250);
		}
		say_("QUIT", 221)' -- "$@" || die "mail $1"
}

# copies LOGIN COUNT: a message of this login in deferred becomes so many, under the names of their
# inodes, each with its log in defer
copies() {
	perl -e '
		my ($login, $n, $spool) = @ARGV;
		local $/;
		my ($u, $g) = (getpwnam "postfix")[2, 3];
		sub get { open my $f, "<", $_[0] or die "$_[0]: $!"; return <$f> }
		sub put { my ($path, $text, $mode) = @_; open my $f, ">", $path or die "$path: $!"; print $f $text;
			close $f; chmod $mode, $path; chown $u, $g, $path; return (stat $path)[1] }
		my ($one) = grep { get($_) =~ /\Q$login/ } glob "$spool/deferred/?/*" or die "no mail of $login";
		my ($text, $id) = (get($one), $one =~ s,.*/,,r);
		my $log = get("$spool/defer/" . substr($id, 0, 1) . "/$id");
		for my $i (1 .. $n - 1) {
			my $name = sprintf "%05X%X", $i * 7919 % 1048576, put("$spool/copy", $text, 0700);
			my $h = substr $name, 0, 1;
			for (grep { mkdir $_ } "$spool/deferred/$h", "$spool/defer/$h") { chown $u, $g, $_; chmod 0700, $_ }
			put("$spool/defer/$h/$name", $log, 0600);
			utime 1900000000, 1900000000, "$spool/copy";
			rename "$spool/copy", "$spool/deferred/$h/$name" or die $!;
		}' "$1" "$2" $SPOOL || die "copies of $1"
}

# sums QUEUES...: of every file there, by name
sums() {
	(cd /var/spool/postfix && find "$@" -type f -exec sha256sum {} + | sort -k 2)
}

# key NAME: a number or a word of a JSON object on standard input
key() {
	perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>); print $o->{$ARGV[0]} // "none"' "$1"
}

# settled: nothing is on its way
settled() { mail_settled; }

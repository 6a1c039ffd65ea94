#!/bin/sh
# A real Postfix whose logins a real Dovecot judges, which logs to a file of its own: a guessed password,
# a login by IMAP, then mail; what the plugin and report say of it; the account contained, and its doors
# shut by the lines that are printed.
#     tests/system/incident_dovecot.sh PROGRAM
set -u
LIMIT=180
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
for p in dovecot doveadm /usr/lib/dovecot/imap; do
	command -v $p >/dev/null || { echo "skipped - incident, Dovecot: no $p"; exit 0; }
done
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
incident_world
# a minute is known when the log began before it
{ date -d '-10 min' '+%b %d %T our postfix/master[1]: daemon started'; cat /var/log/mail.log; } >/run/log
cat /run/log >/var/log/mail.log

mkdir /run/dovecot /run/etc.dovecot /var/log/own
cat >/run/etc.dovecot/dovecot.conf <<END
base_dir = /run/dovecot
log_path = /var/log/own/dove.log
auth_verbose = yes
auth_failure_delay = 0
auth_mechanisms = plain login
auth_cache_size = 1M
protocols = imap
ssl = no
disable_plaintext_auth = no
mail_location = mbox:/run/mail/%u
passdb {
  driver = passwd-file
  args = /run/etc.dovecot/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/run/mail/%u
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener $SPOOL/private/auth {
    mode = 0660
    user = postfix
  }
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = 143
  }
  inet_listener imaps {
    port = 0
  }
}
END
printf '%s:{PLAIN}secret\n' guilty@x honest@x -odd@x >/run/etc.dovecot/users
mkdir -m 1777 /run/mail
mount --bind /run/etc.dovecot /etc/dovecot
(dovecot -F >/run/dovecot.said 2>&1 &)
wait_for 10 test -S $SPOOL/private/auth || die "Dovecot: $(cat /run/dovecot.said)"
postconf -e smtpd_sasl_type=dovecot smtpd_sasl_path=private/auth
"$S" block --init --yes >/dev/null || die "block --init"
postfix reload 2>/dev/null

# login ADDRESS ACCOUNT PASSWORD MAILS [KEEP]: a session; says what AUTH was answered. With KEEP it stays
# until the server ends it, and then makes that file.
login() {
	perl -MIO::Socket::INET -MMIME::Base64 -e '
		my ($address, $account, $password, $mails, $keep) = @ARGV;
		my $s = IO::Socket::INET->new("127.0.0.1:25") or die "connect: $!";
		sub ask { my $line = shift; print $s "$line\r\n" if $line ne ""; while (my $r = <$s>) { return $r if $r !~ /^\d+-/ } "" }
		ask(""); ask("EHLO x"); ask("XCLIENT NAME=[UNAVAILABLE] ADDR=$address"); ask("EHLO x");
		print substr(ask("AUTH PLAIN " . encode_base64("\0$account\0$password", "")), 0, 3), "\n";
		for (1 .. $mails) {
			ask("MAIL FROM:<s\@soft.example>"); ask("RCPT TO:<r\@soft.example>");
			my $r = ask("DATA"); $r =~ /^354/ or die $r;
			$r = ask("Subject: $_\r\n\r\nHello\r\n."); $r =~ /^250/ or die $r;
		}
		$keep or exit;
		open my $f, ">", "$keep.begun"; 1 while <$s>; open $f, ">", $keep' -- "$@"
}
repeated() { # COUNT COMMAND...
	_n=$1
	shift
	for _ in $(seq "$_n"); do "$@"; done | sort | uniq -c | tr -s ' \n' ' '
}

is "at home" "$(login 198.51.100.7 guilty@x secret 3)" 235
is "somebody guesses" "$(repeated 6 login 203.0.113.9 guilty@x wrong 0)" " 6 535 "
is "and gets in" "$(login 203.0.113.9 guilty@x secret 20)" 235
is "an honest one mistypes" "$(login 198.51.100.8 honest@x wrong 0; login 198.51.100.8 honest@x secret 2)" "535
235"
wait_for 20 settled

SPOOLWATCH_NOW=$(($(date +%s) + 120))
export SPOOLWATCH_NOW
env logfile=/var/log/mail.log dovecot_log=/var/log/own/dove.log history=15 "$(dirname "$S")/plugins/postfix_sasl_failures" \
	>/run/out 2>/run/err
is "the plugin names who was broken into" "$(sed -n 's/^broken_in.extinfo //p' /run/out | cut -d ' ' -f -6)" \
	"guilty@x from 203.0.113.9 after 6 failures"
is "each failure counts once, though both log it" \
	"$(awk '/^multigraph/ { at = $2 } at == "postfix_sasl_failures" && /^failures.value/ { sub(/.*:/, ""); n += $1 } END { print n }' /run/out)" 7

# By IMAP: Dovecot alone tells of it, in its own log
perl -MIO::Socket::INET -e '$| = 1; my $s = IO::Socket::INET->new("127.0.0.1:143") or die "connect: $!"; <$s>;
	print $s "a LOGIN guilty\@x secret\r\n"; while (<$s>) { last if /^a / } open my $f, ">", "/run/imap.begun";
	1 while <$s>; open $f, ">", "/run/imap.ended"' &
wait_for 10 test -e /run/imap.begun || die "no IMAP"
wait_for 5 grep -q 'imap-login: .*Login: user=<guilty@x>' /var/log/own/dove.log || die "no line of IMAP"
"$S" report --json guilty@x >/run/out 2>/run/err
is "report" "$? $(cat /run/err)" "0 "
is "reads the log that doveconf names" "$(perl -MJSON::PP -e 'my $o = decode_json(<STDIN>);
	print join " ", "$o->{failures} $o->{broken_in}{address}", map { "$_->{address}:$_->{logins}" }
	grep { $_->{logins} } @{$o->{from}}' </run/out)" "6 203.0.113.9 127.0.0.1:1"

# Contained: the open session of the SMTP server too
(login 203.0.113.9 guilty@x secret 1 /run/smtp.ended >/dev/null &)
wait_for 10 test -e /run/smtp.ended.begun || die "no session"
"$S" contain --yes guilty@x >/run/out 2>/run/err
is "contain" "$? $(cat /run/err)" "0 "
is "what it sends is refused" "$(login 203.0.113.9 guilty@x secret 1 2>&1 | grep -c 'SASL login name rejected')" 1
is "its session has ended" "$(wait_for 5 test -e /run/smtp.ended && echo yes)" yes
is "its mail is held, nobody else's" "$(count hold) $(grep -l honest@x -r $SPOOL/hold | wc -l)" "24 0"
is "it is still logged in by IMAP" "$(test -e /run/imap.ended || echo yes)" yes
grep '^ *doveadm ' /run/out >/run/lines
is "the doors are printed" "$(sed 's/^ *//; s/ guilty@x//' /run/lines | tr '\n' ',')" \
	"doveadm who,doveadm auth cache flush,doveadm kick,doveadm sieve list -u,"
while read -r line; do
	sh -c "$line" >/run/said 2>&1
	code=$?
	# that one is of a package of its own
	[ "${line#* sieve}" != "$line" ] || is "$line" "$code $(grep -ci 'usage\|unknown' /run/said)" "0 0"
	[ "${line#* who}" = "$line" ] || is "tells of its session" "$(grep -c '^guilty@x *1 imap' /run/said)" 1
done </run/lines
is "and shut" "$(wait_for 5 test -e /run/imap.ended && echo yes)" yes
# a name that looks like an option
"$S" letter -- -odd@x >/dev/null
"$S" report -- -odd@x 2>/dev/null | grep '^ *doveadm [wak]' >/run/lines
while read -r line; do
	sh -c "$line" >/run/said 2>&1
	is "$line" "$(grep -ci 'usage\|unknown\|invalid' /run/said)" 0
done </run/lines
finish

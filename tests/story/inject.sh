#!/bin/sh
# Names that carry Munin lines, shell, HTML and terminal escapes, through the real munin-node,
# munin-update, munin-limits and munin-html: nothing of them is done, each can be read and acted on.
#
#	tests/story/inject.sh PLUGINDIR OUTDIR
#
# The host is a copied one: the golden host friday, in which the guilty account (log and queue files),
# a client's name, a mount point and the directories below it have another, hostile name in each
# round. Needs root and the Debian packages of munin; nothing of the host is touched (world.sh).
set -u
export LC_ALL=C TZ=UTC PATH=/usr/sbin:/usr/bin:/sbin:/bin

HERE=$(cd "$(dirname "$0")" && pwd)

if [ "${STORY_WORLD-}" != yes ]; then
	[ $# -eq 2 ] || { echo "usage: $0 PLUGINDIR OUTDIR" >&2; exit 2; }
	for p in faketime munin-node setpriv unshare perl; do
		if ! command -v $p >/dev/null || [ "$(id -u)" -ne 0 ]; then
			echo "skipped - injection: needs root and $p"
			exit 0
		fi
	done
	if [ ! -x /usr/share/munin/munin-limits ] || [ ! -d /etc/postfix ]; then
		echo "skipped - injection: no Munin master, or no /etc/postfix"
		exit 0
	fi
	rm -rf "$2"
	mkdir -p "$2" || exit 2
	PLUGINDIR=$(cd "$1" && pwd) OUT=$(cd "$2" && pwd) TOOLS=/nowhere || exit 2
	export PLUGINDIR OUT TOOLS STORY_WORLD=yes
	exec timeout --foreground -s KILL "${STORY_LIMIT:-300}" \
		unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc \
		"$HERE/inject.sh" </dev/null
fi

for lib in tap world munin; do
	# shellcheck source=/dev/null
	. "$HERE/$lib.sh"
done
# shellcheck disable=SC2154  # tap.sh counts
die() { not_ok "$1" "" ""; say "$passed passed, $failed failed"; exit 1; }

FRIDAY=$HERE/../hosts/friday
HOSTROOT=/run/story/host
# shellcheck disable=SC2034  # node_start wants it
SPOOL=/var/spool/postfix

# Each as long as email@ourdomain.com: the queue files are binary.
names() {
	perl -e 'print "$_\n" for
		q{$(touch /p/a)@x.com}, q{`touch /p/b`@xx.com}, q{;touch /p/c;#@x.com},
		q{"&touch /p/d&"x.com}, q{\x27|touch /p/e|\x27x.com}, q{<script>a()</script},
		"x\e[31mred\e]0;title\a", q{${var:host}${if:x}x}, q{evil.value 1 #x.co\\},
		q{%24(touch /p/f)%0ax}, q{a@b, 99% from [::1]}, "\xc3\xa9\xff\x80<img onerr=a>" . "xx"' |
		sed "s/\\\\x27/'/g"
}

# host NAME: friday, with that name in the guilty account's place, and a full disk of hostile names
make_host() {
	rm -rf "$HOSTROOT"
	cp -r "$FRIDAY/root" "$HOSTROOT"
	# shellcheck disable=SC2046  # no blanks in these
	NAME=$1 perl -0777 -i -pe 's/email\@ourdomain\.com/$ENV{NAME}/g; s/vps(\d+)\.host\.example/\$(touch \/p\/h$1)<b>/g if $ARGV =~ /mail.log/' \
		$(grep -rl 'email@ourdomain.com' "$HOSTROOT/var")
	NAME=$1 perl -e '
		my ($root, $name) = (shift, $ENV{NAME});
		my $mount = "/srv/$name `touch /p/m`<b>";
		(my $point = $mount) =~ s{([\s\\])}{sprintf("\\%03o", ord $1)}ge;
		my $dir = $root;
		for my $d (split m{/}, $mount) { next if $d eq ""; $dir .= "/$d"; mkdir $dir }
		$dir .= "/\e[2Jx\nroot.value 666\n";
		mkdir $dir or die "$dir: $!";
		for (1 .. 200) { open my $f, ">", "$dir/\$(touch x)\n$_" or die $! }
		open my $m, ">>", "$root/proc/self/mountinfo";
		print $m "90 28 8:99 / $point rw - ext4 /dev/`touch\\040/p/o` rw\n";
		open my $s, ">>", "$root/statvfs";
		print $s "220 1 $mount\n"' "$HOSTROOT"
}

world_mounts
world_network
mkdir -p /p && mount -t tmpfs -o mode=1777 tmpfs /p || die "no room for what must not be"
trap "umount -l /p; rmdir /p" EXIT # the directory is the host's own
# What a plugin without care says is done: so that it is known what is looked for below.
mkdir -p /etc/munin/plugins
cat >/etc/munin/plugins/careless <<'EOT'
#!/bin/sh
[ "${1:-}" = config ] && printf '%s\n' 'graph_title careless' 'a.label $(touch /p/careless)' 'a.critical :1'
echo 'a.value 5'
EOT
chmod 755 /etc/munin/plugins/careless
node_start
master_config
# Every text of ours in a command, which munin-limits gives to sh -c.
cat >/run/story/contact <<'EOT'
contact.shell.command /etc/munin/catch-words "${var:host} ${var:graph_title} ${loop<,>:wfields ${var:label} ${var:value} ${var:extinfo}}${loop<,>:cfields ${var:label} ${var:value} ${var:extinfo}}${loop<,>:ufields ${var:label} ${var:extinfo}}"
contact.shell.max_messages 1
EOT
# And the contact that we recommend, with a sendmail that keeps what it is given.
cp "$HERE/../../contrib/munin/alert" /run/story/alert
sed -n '/^contact[.]people/{ s,command .*/alert,command SENDMAIL=/etc/munin/catch-mail /run/story/alert,; p }' \
	"$HERE/../../contrib/munin/munin.conf" >>/run/story/contact
sed -i '/^contact.people/d; /^contact.admin.max_messages/r /run/story/contact' /etc/munin/munin.conf
cat >/etc/munin/catch-words <<'EOT'
#!/bin/sh
cat >/dev/null
printf '%s\n' "$@" >>/var/lib/munin/alerts/words.txt
EOT
cat >/etc/munin/catch-mail <<'EOT'
#!/bin/sh
cat >/var/lib/munin/alerts/mail.txt
EOT
chmod 755 /etc/munin/catch-words /etc/munin/catch-mail /run/story/alert
NOW=$(sed -n 's/^SPOOLWATCH_NOW=//p' "$FRIDAY/env")
echo "$NOW" >"$CLOCK"
cat >/run/story/plugin-env <<EOT
export SPOOLWATCH_ROOT=$HOSTROOT logfile=/var/log/mail.log deferred_warning=1 exclude_re='^/(dev|run)$'
unset MUNIN_STATEFILE
EOT

# legal FILE: only lines of Munin, of printable bytes
legal() {
	perl -ne '$bad++ if !/^(multigraph [\w.]+|graph_\w+ [\x20-\x7e]*|\w+\.(value (\d+:)?(U|-?[\d.]+)|(label|draw|colour|min|info|warning|critical|extinfo) [\x20-\x7e]+))$/;
		$bad++ if /^(evil|root)\.value/; END { exit !!$bad }' "$1"
}

CYCLE=0
names >"$OUT/names"
while IFS= read -r name; do
	CYCLE=$((CYCLE + 1))
	make_host "$name"
	rm -rf /var/lib/munin/alerts/* /var/lib/munin/spoolwatch-alert* /var/lib/munin/limits* /var/lib/munin/state* /var/lib/munin/datafile* \
		/var/lib/munin/servers /var/lib/munin/htmlconf*
	shown=$(printf '%s' "$name" | perl -pe 's/([^\x20-\x7e])/sprintf("\\x%02x", ord $1)/ge')
	ask config >"$OUT/config"
	ask fetch >"$OUT/fetch"
	legal "$OUT/config" && legal "$OUT/fetch"
	is "$shown: what the node says is legal" $? 0
	poll
	master munin-html >>"$OUT/log/master.log" 2>&1
	cat "$OUT"/alerts/* >"$OUT/alerts.txt" 2>/dev/null

	# what the alert names is, decoded, the account, byte for byte
	for what in "SASL send rate" "Postfix Mailqueue" "Inode usage"; do
		NAME=$name perl -0777 -ne '
			my ($want, @got) = ($ENV{NAME});
			for my $text (split /\n\n+|^servers/m) {
				next unless $text =~ /\Q'"$what"'\E/;
				$text =~ s/%([0-9A-F]{2})/chr hex $1/ge;
				push @got, $text;
			}
			exit !grep { index($_, $want) >= 0 } @got' "$OUT/alerts.txt"
		is "$shown: $what: the mail names it" $? 0
	done
	grep -q . "$OUT/alerts/words.txt"
	is "$shown: the words of the command came" $? 0
	# what the mail says is to be typed, typed
	sed -n 's/^    spoolwatch contain //p' "$OUT/alerts/mail.txt" >"$OUT/typed"
	typed=$(bash -c 'typed() { [ "$1" != -- ] || shift; printf "%s." "$1"; }
		eval "typed $(sed -n 1p "$1")"' bash "$OUT/typed")
	is "$shown: the mail's command is of this account" "$typed" "$name."
	NAME=$name perl -0777 -ne 's/%([0-9A-F]{2})/chr hex $1/ge;
		exit !(index($_, "/srv/$ENV{NAME} `touch /p/m`<b>") >= 0 &&
			index($_, "/\e[2Jx\nroot.value 666\n") >= 0)' "$OUT/alerts.txt"
	is "$shown: the mount point and the directory can be read" $? 0
	is "$shown: nothing was done" "$(ls -A /p)" careless
	perl -0777 -ne 'exit !!/[\x00-\x08\x0b-\x1f\x7f-\xff]/' "$OUT/alerts.txt"
	is "$shown: no control byte in the mails" $? 0
	grep -rqE '<script>a|<img onerr|<b>' "$OUT/html" --include='*.html'
	is "$shown: no tag of its in the pages" $? 1
	grep -rl --include='*.html' --include='*.log' "$(printf '\033')" "$OUT/html" "$OUT/log" >"$OUT/escapes"
	is "$shown: no escape in pages and logs" "$(cat "$OUT/escapes")" ""
	is "$shown: no field of its" "$(grep -c '^[^ ]*\(evil\|root\)\.value' /var/lib/munin/datafile)" 0
done <"$OUT/names"
say "$passed passed, $failed failed"
[ $failed -eq 0 ]

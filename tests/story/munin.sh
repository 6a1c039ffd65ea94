# shellcheck shell=sh
# A real munin-node with our plugins, and a real Munin master.

RATE=postfix_sasl_rate
SUITE="inode_percent postfix_queue postfix_refusals postfix_sasl_failures $RATE smtp_clients"

# Where an installation would put them; the checkout may lie where the users
# nobody and postfix can't look.
GRAPHS="$RATE $RATE/by_account $RATE/by_recipients $RATE/by_address $RATE/by_day $RATE/by_network
	postfix_queue postfix_queue/by_sender inode_percent postfix_refusals postfix_refusals/by_receiver
	postfix_sasl_failures postfix_sasl_failures/by_address smtp_clients smtp_clients/by_address"
PLUGINS=/run/spoolwatch/plugins
MASTER=/usr/share/munin

node_start() {
	mkdir -p $PLUGINS /etc/munin/plugins /etc/munin/plugin-conf.d /var/log/munin \
		/var/lib/munin-node/plugin-state
	chown munin: /var/log/munin
	mkdir -m 1777 "$SPOOL/.state"	# see state_on_queue
	for _p in $SUITE; do
		cp -L "$PLUGINDIR/$_p" $PLUGINS/ || die "no plugin $_p in $PLUGINDIR"
		ln -s "$PLUGINS/$_p" "/etc/munin/plugins/$_p"
	done
	# All that an admin has to write, and at the end what only the story needs.
	cat >/etc/munin/plugin-conf.d/spoolwatch <<-EOF
	[inode_percent]
	user root
	env.exclude_re ^/(dev|mnt|run|sys|var/lib)

	[postfix_queue]
	user postfix
	env.deferred_warning 300

	[postfix_sasl_*]
	group adm
	env.logfile /var/log/mail.log

	[postfix_refusals]
	group adm
	env.logfile /var/log/mail.log

	[smtp_clients]
	group adm
	env.logfile /var/log/mail.log

	[*]
	command /run/story/at-story-time %c
	EOF
	# env.SPOOLWATCH_NOW in there would be read once, at the node's start; a
	# command runs each time.
	cat >/run/story/at-story-time <<-EOF
	#!/bin/sh
	read -r SPOOLWATCH_NOW <"$CLOCK" && export SPOOLWATCH_NOW
	[ ! -e /run/story/plugin-env ] || . /run/story/plugin-env
	exec "\$@"
	EOF
	chmod 755 /run/story/at-story-time
	cat >/etc/munin/munin-node.conf <<-EOF
	log_level 4
	log_file /var/log/munin/munin-node.log
	pid_file /run/munin/munin-node.pid
	background 1
	setsid 1
	user root
	group root
	host_name $HOST
	allow ${ALLOW:-^127\.0\.0\.1\$}
	host ${LISTEN:-127.0.0.1}
	port 4949
	EOF
	munin-node || die "munin-node does not start"
	wait_for 10 ask_node version >/dev/null 2>&1 || die "munin-node does not answer"
}

# ask_node COMMAND...: each command's answer, over the socket
ask_node() {
	perl -MIO::Socket::INET -e '
		alarm 60;
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:4949") or exit 1;
		<$s>;
		print $s "cap multigraph dirtyconfig\n"; <$s>;
		for my $c (@ARGV) {
			print $s "$c\n";
			while (<$s>) { last if /^\.$/; print; last if $c =~ /^(version|list)/ }
		}
		print $s "quit\n"' "$@"
}

# ask config|fetch: all our plugins
ask() {
	for _p in $SUITE; do
		ask_node "$1 $_p" | sed "1{ /^multigraph/!i\\
multigraph $_p
}"
	done
}

# The plugins' state goes on the mail queue's file system. The directory is there
# from the beginning, files are not.
state_on_queue() {
	cat >/run/story/plugin-env <<-EOF
	export MUNIN_PLUGSTATE=$SPOOL/.state MUNIN_STATEFILE=$SPOOL/.state/\${1##*/}-127.0.0.1
	EOF
}

# value FILE GRAPH FIELD[.ATTRIBUTE]: from answers of the node; the last point
# of a field that has many, without its time
value() {
	awk -v g="$2" -v f="$3" 'BEGIN { if (f !~ /[.]/) f = f ".value" }
		$1 == "multigraph" { at = $2; next }
		at == g && $1 == f {
			v = substr($0, length($1) + 2)
			if (f ~ /[.]value$/) sub(/^[0-9]+:/, "", v)
		}
		END { print v }' "$1"
}

# sum_of FILE GRAPH FIELD: of the last five minutes
sum_of() {
	awk -v g="$2" -v f="$3.value" '$1 == "multigraph" { at = $2; next }
		at == g && $1 == f { v = $2; sub(/^[0-9]+:/, "", v); minute[n++] = v }
		END { for (i = n - 5; i < n; i++) s += minute[i]; print n ? s : "nothing" }' "$1"
}

# all_minutes FIELD FILE...: what was told of each minute by all the answers, added
# up; a minute that was told differently later on makes it "different"
all_minutes() {
	awk -v g="$RATE" -v f="$1.value" 'BEGIN { ARGV[1] = "" }
		$1 == "multigraph" { at = $2; next }
		at == g && $1 == f {
			split($2, p, ":")
			if (p[1] in told && told[p[1]] != p[2]) bad = "different"
			told[p[1]] = p[2]
		}
		END { for (t in told) s += told[t]; print bad ? bad : s }' "$@"
}

# drawn FROM UNTIL FIELD: what the master has stored of a field, as a number of mails
drawn() {
	perl -MRRDs -e '
		my ($file, $from, $until) = @ARGV;
		my ($start, $step, $names, $data) =
			RRDs::fetch($file, "AVERAGE", "-s", $from, "-e", $until);
		my $n = 0;
		for my $row (@$data) { # $start is the end of its time
			$n += $row->[0] * $step / 60 if defined $row->[0] && $start <= $until;
			$start += $step;
		}
		printf "%.2f\n", $n' "/var/lib/munin/servers/$HOST-$RATE-$3-g.rrd" "$1" "$2"
}

# field_of FILE GRAPH LABEL: the name of the field with that label
field_of() {
	awk -v g="$2" -v l="$3" '$1 == "multigraph" { at = $2 }
		at == g && $1 ~ /[.]label$/ && substr($0, length($1) + 2) == l {
			sub(/[.]label$/, "", $1); print $1 }' "$1"
}

master_config() {
	mkdir -p /var/lib/munin/alerts /var/lib/munin/letters
	mine /var/lib/munin/alerts alerts
	mine /var/lib/munin/letters letters
	chown -R munin: /var/lib/munin /var/cache/munin/www
	cat >/etc/munin/munin.conf <<-EOF
	dbdir /var/lib/munin
	htmldir /var/cache/munin/www
	logdir /var/log/munin
	rundir /run/munin
	tmpldir /etc/munin/templates
	staticdir /etc/munin/static
	graph_strategy cron
	html_strategy cron
	# An admin has: mail -s "Munin: \${var:host} \${var:graph_title}" admin@...
	# max_messages: a process for each message, as with one mail each
	contact.admin.command /etc/munin/catch-alert
	contact.admin.max_messages 1

	[servers;$HOST]
	    address 127.0.0.1
	    use_node_name yes
	EOF
	# A file for each mail: CYCLE-PID. Process ids only grow here.
	cat >/etc/munin/catch-alert <<-'EOF'
	#!/bin/sh
	read -r cycle </run/story/cycle
	cat >"/var/lib/munin/alerts/$cycle-$(printf %06d $$).txt"
	EOF
	chmod 755 /etc/munin/catch-alert
	# Beside that the contact of contrib/munin: the letters that it would mail
	cp "$HERE/../../contrib/munin/alert" /etc/munin/
	sed -n 's,^\(contact.people.command\) .*,\1 /etc/munin/catch-letter,; /^contact.people/p' \
		"$HERE/../../contrib/munin/munin.conf" >/etc/munin/people.conf
	sed -i '/^contact.admin.max_messages/r /etc/munin/people.conf' /etc/munin/munin.conf
	cat >/etc/munin/catch-letter <<-'EOF'
	#!/bin/sh
	read -r cycle </run/story/cycle
	letter=$(STATE=/var/lib/munin /etc/munin/alert print)
	[ -z "$letter" ] || printf '%s\n' "$letter" >>"/var/lib/munin/letters/$cycle.txt"
	EOF
	chmod 755 /etc/munin/catch-letter
}

# master PROGRAM ARGUMENTS...: at the story's time, as the user munin
master() {
	_program=$1
	shift
	setpriv --reuid munin --regid munin --init-groups env HOME=/var/lib/munin \
		faketime "$(clock_text)" "$MASTER/$_program" "$@"
}

# What cron does every five minutes. munin-limits does not wait for the commands
# that it starts; they hold its stdout open, so that tee waits for them.
poll() {
	printf '%03d\n' "$CYCLE" >/run/story/cycle
	master munin-update 2>&1 | tee -a "$OUT/log/master.log" >/dev/null
	master munin-limits 2>&1 | tee -a "$OUT/log/master.log" >/dev/null
}

# alerts CYCLE|"": the files of the alert mails of one cycle, or all
alerts() {
	find "$OUT/alerts" -name "${1:+$(printf %03d "$1")-}*.txt" | sort
}

# alerts_of_calm FROM TO: those of these cycles that say of what is sent that it is a number and OK
alerts_of_calm() {
	_c=$1
	while [ "$_c" -le "$2" ]; do
		alerts "$_c"
		_c=$((_c + 1))
	done | xargs -r grep -l ':: SASL ' | xargs -r grep -l 'OKs: .*is [0-9]'
}

# picture NAME FILE [COMMAND]: text as a terminal shows it
picture() {
	mkdir -p "$OUT/png"
	awk -v command="${3-}" -f "$HERE/screen.awk" "$2" >"$OUT/png/$1.svg"
	has "picture of $1" "$OUT/png/$1.svg" "$GUILTY"
}

# draw FROM UNTIL: the pages with their graphs, and closer pictures of the story
# itself (a day graph is 33 hours wide). The list of what munin-graph draws is the
# file "graphs" of the master; a name like these asks for a time of its own.
draw() {
	master munin-html >>"$OUT/log/master.log" 2>&1
	master munin-graph >>"$OUT/log/master.log" 2>&1
	mv /var/lib/munin/graphs /var/lib/munin/graphs.all
	for _g in $GRAPHS; do
		echo "/servers/$HOST/$_g-pinpoint=$1,$2.png" >>/var/lib/munin/graphs
	done
	# room for the title of a closer picture
	{ echo "graph_width 600" && cat /etc/munin/munin.conf; } >/etc/munin/wide.conf
	master munin-graph --config /etc/munin/wide.conf >>"$OUT/log/master.log" 2>&1
	mv /var/lib/munin/graphs.all /var/lib/munin/graphs
	mkdir -p "$OUT/png"
	for _g in $GRAPHS; do
		_to=$OUT/png/$(echo "$_g" | tr / -)
		mv "$OUT/html/servers/$HOST/$_g-pinpoint=$1,$2.png" "$_to.png"
		cp "$OUT/html/servers/$HOST/$_g-day.png" "$_to-day.png"
	done
}

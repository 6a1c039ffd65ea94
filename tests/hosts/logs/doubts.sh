# shellcheck shell=sh disable=SC2034
# What takes the number away from a host of the table `writers`: a function each, run in the copy of
# its root, with $form and $file (below the root). They set what the host then says (the same lines
# as in a host's want), and may add to its env, modes, mtimes and user through $host.
# traffic and queue_moved are of logs.sh.

doubt_number() {
	traffic "$form" >"$file"
	want 'total 12' 'busiest 10' 'active 2' "reason ~ alice@example\\.com 50 msg in 5 min"
}

unknown() { want 'total U' 'busiest U' 'active U' "reason ~ $1"; }

# munin is in no group that may read it
doubt_denied() {
	traffic "$form" >"$file"
	echo "0600 $file" >>"$host/modes"
	: >"$host/user"
	unknown "$name_re.*permission denied.*(group adm|user root|maillog_file_permissions)"
}

# env.logfile names what was moved away
doubt_missing() { unknown "$name_re is not there"; }

# a stamp that nobody writes
doubt_stamp() {
	traffic "$form" break=stamp >"$file"
	unknown "$name_re.*stamps of [0-9]+ of [0-9]+ lines are not understood, such as \\["
}

# no tag behind the stamp
doubt_header() {
	traffic "$form" break=header >"$file"
	unknown "$name_re: (stamps are understood, what follows|the time stamps of)"
}

# a disk that was full, a syslogd that was killed: all lines end within their heads
doubt_cut() {
	traffic "$form" | cut -c1-24 >"$file"
	unknown "$name_re: (stamps are understood, what follows|the time stamps of|[0-9]+ lines, none of Postfix)"
}

# bytes, no lines
doubt_garbage() {
	awk 'BEGIN { for (i = 0; i < 9000; i++) printf "%c%s", 128 + i % 90, i % 97 ? "" : "\n" }' >"$file"
	unknown "$name_re"
}

# a rule of the syslogd sends Postfix's lines elsewhere, Dovecot's are here
doubt_others() {
	traffic "$form" only=dovecot >"$file"
	unknown "$name_re: ([0-9]+ lines, none|no line) of Postfix"
}

# the writer's zone is an hour behind the reader's, and it does not say so
doubt_zone() {
	traffic "$form" shift=-3600 >"$file"
	unknown "$name_re: its time stamps run 1 h behind .*log_timezone"
}

# the same for one that says it: a number
doubt_zone_no() {
	traffic "$form" shift=-3600 >"$file"
	want 'total 12' 'busiest 10'
}

# Postfix was restarted with another log an hour ago; its queue goes on
doubt_silent() {
	traffic "$form" from=-4000 to=-3000 >"$file"
	queue_moved now-3
	want 'total U' 'reason ~ last line of Postfix (49|50) min ago, but its queue moved 3 s ago'
}

# smtpd's chroot has no socket
doubt_mute() {
	traffic "$form" from=-1500 mute=smtpd,postscreen,anvil >"$file"
	want 'total U' 'busiest U' 'reason ~ the queue manager is heard, smtpd is not'
}

# more than half of the lines are of another format
doubt_half() {
	traffic "$form" >one
	traffic "$form" break=stamp >two
	traffic "$form" break=stamp >three
	paste -d '\n' one two three >"$file"
	rm one two three
	unknown "$name_re: the time stamps of [0-9]+ of [0-9]+ lines are not understood"
}

# what was logged before 05:07:29 is nowhere; total's minute is here
doubt_begins() {
	traffic "$form" from=-181 >"$file"
	want 'total 12' 'busiest U' "reason ~ $name_re begins within the time"
}

rotated() {
	traffic "$form" to=-182 >"$1"
	traffic "$form" from=-181 >"$file"
	echo "now-181 $1" >>"$host/mtimes"
}

doubt_rotated_denied() {
	rotated "$file.1"
	echo "0600 $file.1" >>"$host/modes"
	: >"$host/user"
	want 'total 12' "reason ~ $name_re\\.1.*ermission denied" # not printed yet: it may pass
}

doubt_rotated_denied_s() {
	rotated "${file%/*}/@400000006a16ba7b0a7d4d04.s"
	echo "0600 ${file%/*}/@400000006a16ba7b0a7d4d04.s" >>"$host/modes"
	: >"$host/user"
	want 'total 12' 'reason ~ @400000006a16ba7b0a7d4d04\.s.*ermission denied'
}

doubt_rotated_damaged() {
	rotated "$file.1"
	gzip -n "$file.1"
	dd if="$file.1.gz" bs=200 count=4 2>/dev/null >cut
	mv cut "$file.1.gz"
	echo "now-181 $file.1.gz" >"$host/mtimes"
	want 'total 12' 'busiest U' "reason ~ $name_re\\.1\\.gz"
}

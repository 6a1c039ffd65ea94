# The mail log of a busy quarter of an hour, as a writer of the table `writers` puts it:
#     awk -f traffic.awk FORM [name=value ...]
# 12 messages a minute over submission, alice 10 of them and bob 2, each with all the lines that
# Postfix 3.7 logged of one (recorded), and beside them a relay, a failed login and Dovecot.
#     now=EPOCH            the host's clock; the default is that of the log hosts
#     from=-510 to=-8      seconds from now: the first and the last line
#     shift=3600           seconds by which the writer's zone is ahead of UTC
#     host=mx tag=postfix  what the lines bear
#     only=dovecot         of that program alone
#     mute=smtpd           all but these daemons of Postfix, as a chroot without its socket has it
#     quiet=1              nobody submits: postscreen, anvil and a relay alone
#     break=stamp          an unknown variant of the stamps; break=header: of what follows them
# The form is a template; what stands in braces there is filled in by fill().

# Days since 1970 to the global y, m, d (civil calendar, days of March years)
function date_of(days, era, doe, yoe, doy, mp) {
	days += 719468
	era = int(days / 146097)
	doe = days - era * 146097
	yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
	doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
	mp = int((5 * doy + 2) / 153)
	d = doy - int((153 * mp + 2) / 5) + 1
	m = mp < 10 ? mp + 3 : mp - 9
	y = yoe + era * 400 + (m <= 2)
}

function hms_of(second) {
	return sprintf("%02d:%02d:%02d", int(second / 3600), int(second / 60) % 60, second % 60)
}

# With \ and & of the value as they are
function put(name, value, at, rest, done) {
	name = "{" name "}"
	done = ""
	rest = line
	while ((at = index(rest, name)) > 0) {
		done = done substr(rest, 1, at - 1) value
		rest = substr(rest, at + length(name))
	}
	line = done rest
}

# As Docker's json-file escapes it (Go's encoding/json)
function json_of(text, ret, i, c) {
	ret = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		ret = ret (c == "\"" || c == "\\" ? "\\" c : c == "<" ? "\\u003c" : \
			c == ">" ? "\\u003e" : c == "&" ? "\\u0026" : c)
	}
	return ret
}

function fill(time, severity, program, pid, text, local, day, name, fraction) {
	line = form
	if (program == "dovecot") # it writes no pid
		gsub(/\[\{pid\}\]/, "", line)
	local = time + shift
	day = int(local / 86400)
	date_of(day)
	name = substr("JanFebMarAprMayJunJulAugSepOctNovDec", 3 * m - 2, 3)
	fraction = sprintf("%06d", (time * 48613 + lines * 7919) % 1000000)
	put("Mmm", name (broken == "stamp" ? "." : ""))
	put("d", sprintf("%2d", d))
	put("0d", sprintf("%02d", d))
	put("yyyy", y)
	put("date", broken == "stamp" ? sprintf("%02d/%02d/%d", d, m, y) : \
		sprintf("%d-%02d-%02d", y, m, d))
	put("hms", hms_of(local - day * 86400))
	put("zone", sprintf("%s%02d:%02d", shift < 0 ? "-" : "+", hours, minutes))
	put("zone4", sprintf("%s%02d%02d", shift < 0 ? "-" : "+", hours, minutes))
	day = int(time / 86400)
	date_of(day)
	put("utcdate", broken == "stamp" ? sprintf("%02d/%02d/%d", d, m, y) : \
		sprintf("%d-%02d-%02d", y, m, d))
	put("utchms", hms_of(time - day * 86400))
	put("us", fraction)
	put("ms", substr(fraction, 1, 3))
	put("epoch", time (broken == "stamp" ? substr(fraction, 1, 3) : ""))
	put("tai", sprintf("@%s0000000%08x%08x", broken == "stamp" ? "5" : "4", time + 10, fraction * 1000))
	put("tai37", sprintf("@%s0000000%08x%08x", broken == "stamp" ? "5" : "4", time + 37, fraction * 1000))
	put("host", host)
	put("severity", severity)
	put("SEVERITY", toupper(severity))
	put("pri", severity == "warning" ? "20" : "22")
	put("app", program ~ /\// ? substr(program, 1, index(program, "/") - 1) : program)
	put("tag", program)
	put("pid", program == "dovecot" ? "-" : pid)
	put("json", json_of(text))
	put("text", text)
	print line
	lines++
}

# A line of one of Postfix's daemons, or of another program
function say(time, severity, program, pid, text, daemon) {
	daemon = program
	sub(/.*\//, "", daemon)
	if (time < now + from || time > now + to || (only && daemon != only) ||
	    (mute && index("," mute ",", "," daemon ",")))
		return
	fill(time, severity, program, pid, text)
}

function submit(time, n, who, address, id, client, smtpd) {
	who = n % 6 == 5 ? "bob" : "alice"
	client = sprintf("pc%d.example.com[192.0.2.%d]", n % 3, who == "bob" ? 7 : 40 + n % 3)
	id = sprintf("%05X%s%03X", (n * 7919 + 4711) % 1000000, "A76", (n * 37) % 4096)
	smtpd = 30441 + n % 10
	date_of(int(time / 86400))
	say(time, "info", tag "/submission/smtpd", smtpd, "connect from " client)
	say(time, "info", tag "/submission/smtpd", smtpd, id ": client=" client \
		", sasl_method=PLAIN, sasl_username=" who "@example.com")
	say(time, "info", tag "/cleanup", 30444, id ": message-id=<" y m d n "." id "@mx.example.com>")
	say(time, "info", tag "/qmgr", 29925, id ": from=<" who "@example.com>, size=329, nrcpt=1 (queue active)")
	say(time, "info", tag "/submission/smtpd", smtpd, "disconnect from " client \
		" ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6")
	say(time + 1, "info", tag "/smtp", 30445, id ": to=<r1@sent.example>, relay=mx.sent.example[198.51.100.9]:25, " \
		"delay=1, delays=0.01/0.01/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4F2A1)")
	say(time + 1, "info", tag "/qmgr", 29925, id ": removed")
}

# What stands between them, each minute
function others(time, n) {
	say(time, "info", tag "/postscreen", 30390, "CONNECT from [192.0.2." 100 + n % 100 "]:40000 to [198.51.100.2]:25")
	say(time, "info", "dovecot", 900, "imap-login: Login: user=<carol" n % 7 \
		">, method=PLAIN, rip=192.0.2.60, lip=198.51.100.2, mpid=" 7000 + n ", TLS, session=<a+b/c>")
	say(time, "warning", tag "/submission/smtpd", 30441, "warning: unknown[203.0.113.5]: SASL LOGIN authentication " \
		"failed: authentication failure, sasl_username=alice@example.com")
	say(time, "info", tag "/anvil", 30446, "statistics: max connection rate 12/60s for " \
		"(submission:192.0.2.40) at Nov 26 05:00:00")
}

BEGIN {
	now = 1795669830
	from = -510
	to = -8
	host = "mx"
	tag = "postfix"
	for (i = 2; i < ARGC; i++) {
		value = substr(ARGV[i], index(ARGV[i], "=") + 1)
		name = substr(ARGV[i], 1, index(ARGV[i], "=") - 1)
		if (name == "now") now = value + 0
		else if (name == "from") from = value + 0
		else if (name == "to") to = value + 0
		else if (name == "shift") shift = value + 0
		else if (name == "host") host = value
		else if (name == "tag") tag = value
		else if (name == "only") only = value
		else if (name == "mute") mute = value
		else if (name == "quiet") quiet = value
		else if (name == "break") broken = value
		else if (name == "table") table = value
	}
	while ((getline row < table) > 0) {
		split(row, word)
		if (word[1] != ARGV[1])
			continue
		form = row
		for (i = 0; i < 3; i++)
			sub(/^[^ \t]+[ \t]+/, "", form)
	}
	if (form == "") {
		print "no such form: " ARGV[1] >"/dev/stderr"
		exit 2
	}
	if (broken == "header") # a tag ends in a colon
		sub(/\]: ?/, "] ", form)
	minutes = shift < 0 ? -shift : shift
	hours = int(minutes / 3600)
	minutes = int(minutes / 60) % 60
	at = now + from
	at -= at % 60
	for (; at <= now + to; at += 60) { # an ID is of its time alone, so that two files may follow each other
		n = int(at / 5)
		others(at, at / 60)
		for (i = 0; i < 12 && !quiet; i++)
			submit(at + 2 + 5 * i, n + i)
	}
	exit 0
}

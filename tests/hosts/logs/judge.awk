# What a plugin printed against what was wanted:
#     awk -f judge.awk want=FILE out=FILE err=FILE autoconf=FILE config=FILE
# Prints what differs, nothing when all is as it should be. The forms of a want are told in logs.sh.

function same(got, want, ends) {
	if (got == "" || got == "U" || want == "U")
		return got == want
	if (split(want, ends, /\.\./) == 2)
		return got + 0 >= ends[1] + 0 && got + 0 <= ends[2] + 0
	return got - want < 0.000001 && want - got < 0.000001
}

# Any case; ERE as awk has them
function holds(text, pattern) {
	return tolower(text) ~ tolower(pattern)
}

function complain(text) {
	print text
}

function read_output(file, line, graph, name, what, value, at) {
	while ((getline line < file) > 0) {
		if (line ~ /^multigraph /) {
			at = index(line, ".")
			graph = at ? substr(line, at + 1) ":" : ""
			continue
		}
		at = index(line, " ")
		value = substr(line, at + 1)
		name = substr(line, 1, at - 1)
		at = index(name, ".")
		what = substr(name, at + 1)
		name = graph substr(name, 1, at - 1)
		if (what == "extinfo") {
			said = said value "\n"
			own[name] = value
		} else if (what == "value") {
			sub(/^[0-9]+:/, "", value)
			last[name] = value
		}
	}
	close(file)
}

function all_of(file, line, text) {
	text = ""
	while ((getline line < file) > 0)
		text = text line "\n"
	close(file)
	return text
}

function judge_value(name, want, one, n, i) {
	n = split(want, one, "|")
	for (i = 1; i <= n; i++)
		if (same(last[name], one[i]))
			return
	complain(name " is " (last[name] == "" ? "not there" : last[name]) ", not " want)
}

function judge_text(name, pattern, wanted, text) {
	if (name ~ /-if-U$/ && !unknown)
		return
	if (name ~ /-if-root$/ && !root)
		return
	if (name ~ /^no-/) {
		wanted = !wanted
		sub(/^no-/, "", name)
	}
	sub(/-if-.*/, "", name)
	text = name == "reason" ? said : name == "autoconf" ? autoconf_said : \
		name == "config" ? config_said : own[name]
	if (holds(text, pattern) != wanted)
		complain(name (wanted ? " !~ " : " ~ ") pattern ": " \
			(text == "" ? "nothing" : length(text) > 400 ? substr(text, 1, 400) "..." : text))
}

BEGIN {
	for (i = 1; i < ARGC; i++) {
		at = index(ARGV[i], "=")
		given[substr(ARGV[i], 1, at - 1)] = substr(ARGV[i], at + 1)
	}
	root = given["root"]
	read_output(given["out"])
	said = said all_of(given["err"])
	autoconf_said = all_of(given["autoconf"])
	config_said = all_of(given["config"])
	for (name in last)
		if (last[name] == "U" && name !~ /:/ && name != "unusual")
			unknown = 1
	while ((getline line < given["want"]) > 0) {
		if (line ~ /^#/ || line ~ /^[ \t]*$/)
			continue
		wants++
		at = index(line, " ")
		name = substr(line, 1, at - 1)
		rest = substr(line, at + 1)
		if (rest ~ /^!?~ /)
			judge_text(name, substr(rest, index(rest, " ") + 1), rest ~ /^~/)
		else
			judge_value(name, rest)
	}
	if (!wants)
		complain("nothing is wanted")
	exit 0
}

# A man page of the plugins (the few macros of mdoc(7) that they use) as POD, for Munin's plugin gallery.
# A macro that is not known here ends it with a complaint.
#	awk -f pod.awk -v name=PLUGIN -v markers="family=auto|capabilities=autoconf" -v category=postfix -v section=FILE PAGE
# section: what stands about the plugin in plugin-conf.d.

function safe(s) {
	gsub(/[<>]/, "&&", s) # each once more, to be told apart from those of our own
	gsub(/<</, "E<lt>", s)
	gsub(/>>/, "E<gt>", s)
	return s
}

function font(macro, s) {
	s = safe(s)
	if (macro == "Sy" || macro == "Nm" || macro == "Cm" || macro == "Fl" || macro == "Ic") return "B<" s ">"
	if (macro == "Pa") return "F<" s ">"
	if (macro == "Li" || macro == "Ql" || macro == "Ev") return "C<" s ">"
	return s
}

# Words of a line with macros, from word i on; what stands beside each other in one macro is one piece.
function inline(i,   out, macro, glue, opened, closer, piece) {
	glue = 1
	for (; i <= NF; i++) {
		if ($i in quotes) {
			split(quotes[$i], q, " ")
			out = out (glue || out == "" ? "" : " ") q[1]
			closer = q[2] closer
			glue = 1
			macro = ""
		} else if ($i in fonts) {
			macro = $i
		} else if ($i == "Ns") {
			glue = 1
			macro = ""
		} else if ($i == "Xr") {
			out = out (glue ? "" : " ") "B<" $(i + 1) ">(" $(i + 2) ")"
			i += 2
			glue = 0
		} else if ($i == "|") {
			out = out " |"
			glue = 0
		} else if ($i ~ /^[.,;:)]$/) {
			if (i == NF && closer != "") {
				out = out closer
				closer = ""
			}
			out = out $i
			glue = 0
		} else {
			piece = $i
			if (macro == "Fl") piece = "-" piece
			while (macro != "" && macro != "Fl" && i < NF && !($(i + 1) in fonts) && $(i + 1) !~ /^([.,;:)|]|Ns|Xr)$/) {
				i++
				piece = piece " " $i
			}
			out = out (glue ? "" : " ") font(macro, piece)
			glue = 0
		}
	}
	return out closer
}

function say(s) { text = text (text == "" ? "" : "\n") s }

function flush() {
	if (text != "") printf "%s\n\n", text
	text = ""
}

function tail(   n, i, part) {
	flush()
	print "=head1 CONFIGURATION\n\nIn F</etc/munin/plugin-conf.d/spoolwatch>, restart B<munin-node> after a change:\n"
	while ((getline line < section) > 0) print line == "" ? "" : "  " line
	print "\n=head1 INTERPRETATION\n\nEach graph's information says how to read it, the extra information of a field who it is."
	print "Where they stand on Munin's pages:\n\n  graph_category " category # the gallery looks for this
	print "\n=head1 MAGIC MARKERS\n"
	n = split(markers, part, "|")
	for (i = 1; i <= n; i++) print "  #%# " part[i]
	print "\n=head1 AUTHOR\n\nThe spoolwatch maintainers\n\n=head1 LICENSE\n\nGPL-2.0-or-later\n\n=cut"
}

BEGIN {
	split("Sy Nm Cm Fl Ic Pa Li Ql Ev", f, " ")
	for (k in f) fonts[f[k]]
	quotes["Dq"] = "\" \""; quotes["Sq"] = "' '"; quotes["Pq"] = "( )"; quotes["Op"] = "[ ]"
	print "=encoding utf8\n"
}
$1 == ".Dd" || $1 == ".Dt" || $1 == ".Os" { next }
$1 == ".Sh" { flush(); sub(/^\.Sh /, ""); heading = $0; print "=head1 " $0 "\n"; next }
$1 == ".Nm" && heading == "NAME" { next } # a page may be that of two
$1 == ".Nd" { sub(/^\.Nd Munin plugin: /, ""); say(name " - " safe($0)); next }
$1 == ".Nm" && NF == 1 { say("B<" name ">"); next }
$1 == ".Pp" { flush(); next }
$1 == ".Bl" { flush(); bullet[++depth] = $2 == "-bullet"; print "=over 4\n"; next }
$1 == ".El" { flush(); depth--; print "=back\n"; next }
$1 == ".It" { flush(); $1 = ""; $0 = $0; print "=item " (bullet[depth] ? "*" : inline(1)) "\n"; next }
$1 == ".Dl" { flush(); sub(/^\.Dl /, ""); print "  " $0 "\n"; next }
/^\./ {
	m = substr($1, 2)
	if (!(m in fonts) && !(m in quotes) && m != "Xr") {
		print FILENAME ": " $1 " is not known to pod.awk" >"/dev/stderr"
		failed = 1
		exit 1
	}
	$1 = m
	say(inline(1))
	next
}
{ say(safe($0)) }
END { if (!failed) tail() }

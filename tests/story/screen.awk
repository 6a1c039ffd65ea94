# Text as a terminal shows it, as a picture (SVG) for README:
#	awk -v command="spoolwatch" -v columns=96 -f screen.awk TEXT
# command, if there is one, stands above it behind a prompt. Lines that are too long go on below.
function safe(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/ /, "\302\240", s) # of blanks beside each other SVG shows one
	return s
}

function put(s, weight) {
	y += 17
	# Its length is told: a font of another width than the one that is looked for changes nothing
	if (s != "") lines = lines sprintf("<text x=\"12\" y=\"%d\" textLength=\"%.1f\"%s>%s</text>\n", y, 7.8 * length(s), weight, safe(s))
}

function wrap(s,   indent, at) {
	match(s, /^ */)
	indent = sprintf("%" RLENGTH + 4 "s", "")
	while (length(s) > columns) {
		for (at = columns; at > length(indent) + 8 && substr(s, at, 1) != " "; at--);
		if (substr(s, at, 1) != " ") at = columns
		put(substr(s, 1, at))
		s = substr(s, at + 1)
		sub(/^ +/, "", s)
		s = indent s
	}
	put(s)
}

BEGIN {
	if (!columns) columns = 96
	y = 8
	if (command != "") put("# " command, " font-weight=\"bold\"")
}
{ gsub(/\t/, "    "); wrap($0) }
END {
	width = 24 + 7.8 * columns
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n", width, y + 12, width, y + 12
	print "<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#fafafa\" stroke=\"#c8c8c8\"/>"
	print "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"13\" fill=\"#222\">"
	printf "%s</g>\n</svg>\n", lines
}

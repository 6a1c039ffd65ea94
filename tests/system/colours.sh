#!/bin/sh
# Lines of one graph can be told apart, by the colour-blind too: of all graphs that the golden hosts
# want, the two colours that are most alike, as who sees normally and who lacks red, green or blue
# (Machado, Oliveira, Fernandes 2009, severity 1) sees them; distance in CIELAB.
#     tests/system/colours.sh [LEAST]
set -u
cd "$(dirname "$0")/../hosts" || exit 1
awk -v least="${1:-15}" '
function hex(s, at) {
	return 16 * (index("0123456789ABCDEF", substr(s, at, 1)) - 1) + index("0123456789ABCDEF", substr(s, at + 1, 1)) - 1
}
function linear(c) {
	c /= 255
	return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ^ 2.4
}
function clip(c) { return c < 0 ? 0 : c > 1 ? 1 : c }
function root(t) { return t > 0.008856 ? t ^ (1 / 3) : 7.787 * t + 16 / 116 }
function learn(colour, eye,   r, g, b, x, y, z, R, G, B) { # into lab[colour, eye, 1..3]
	r = linear(hex(colour, 1)); g = linear(hex(colour, 3)); b = linear(hex(colour, 5))
	R = clip(m[eye, 1] * r + m[eye, 2] * g + m[eye, 3] * b)
	G = clip(m[eye, 4] * r + m[eye, 5] * g + m[eye, 6] * b)
	B = clip(m[eye, 7] * r + m[eye, 8] * g + m[eye, 9] * b)
	x = root((0.4124 * R + 0.3576 * G + 0.1805 * B) / 0.95047)
	y = root(0.2126 * R + 0.7152 * G + 0.0722 * B)
	z = root((0.0193 * R + 0.1192 * G + 0.9505 * B) / 1.08883)
	lab[colour, eye, 1] = 116 * y - 16; lab[colour, eye, 2] = 500 * (x - y); lab[colour, eye, 3] = 200 * (y - z)
}
function apart(a, b, eye,   i, sum) {
	for (i = 1; i <= 3; i++)
		sum += (lab[a, eye, i] - lab[b, eye, i]) ^ 2
	return sqrt(sum)
}
function compare(   i, k, e, d) { # the colours of the graph that has been read
	for (i = 1; i < n; i++)
		for (k = i + 1; k <= n; k++)
			for (e in name) {
				pairs++
				d = apart(colour[i], colour[k], e)
				if (d >= least) continue
				printf "not ok - %s: %s (%s) and %s (%s) are %.0f apart for %s eyes, want %d\n", graph, field[i], colour[i], field[k], colour[k], d, name[e], least
				bad = 1
			}
	n = 0
}
BEGIN {
	split("normal 1 0 0 0 1 0 0 0 1 red-blind .152286 1.052583 -.204868 .114503 .786281 .099216 -.003882 -.048116 1.051998 " \
		"green-blind .367322 .860646 -.227968 .280085 .672501 .047413 -.01182 .04294 .968881 " \
		"blue-blind 1.255528 -.076749 -.178779 -.078411 .930809 .147602 .004733 .691367 .3039", words, " ")
	for (e = 1; e <= 4; e++) {
		name[e] = words[10 * e - 9]
		for (i = 1; i <= 9; i++) m[e, i] = words[10 * e - 9 + i]
	}
}
FNR == 1 || $1 == "multigraph" { compare(); graph = FILENAME ($1 == "multigraph" ? " " $2 : "") }
$1 ~ /[.]colour$/ {
	if (!($2 in known)) for (e in name) learn($2, e)
	known[$2] = 1
	field[++n] = $1; colour[n] = $2
}
END {
	compare()
	if (!pairs) { print "not ok - no graph has two colours"; bad = 1 }
	if (!bad) print "ok - " pairs / 4 " pairs of lines are told apart by all eyes"
	exit bad
}' ./*/want/*.config

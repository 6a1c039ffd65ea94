#!/bin/sh
# The functions that headers of the door declare, one a line:  lib/spoolwatch/names.sh HEADER...
# Comments are left out; a type of functions, (*sw_x_fn)(...), is none.
awk '{
	line = $0
	text = ""
	while (line != "") {
		i = index(line, comment ? "*/" : "/*")
		if (!comment)
			text = text (i ? substr(line, 1, i - 1) : line)
		if (!i)
			break
		comment = !comment
		line = substr(line, i + 2)
	}
	print text
}' "$@" | grep -o 'sw_[a-z_]*(' | tr -d '(' | sort -u

# shellcheck shell=sh
# Assertions: one line each, kept in $OUT/summary.txt too.

passed=0 failed=0

say() {
	printf '%s\n' "$*" | tee -a "$OUT/summary.txt"
}

ok() {
	passed=$((passed + 1))
	say "ok - $1"
}

not_ok() {
	failed=$((failed + 1))
	say "not ok - $1 (got ${2:-nothing}, want $3)"
}

# is NAME GOT WANT
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "$2" "$3"; fi
}

# same_number NAME GOT WANT: equal but for what two printed decimals lose
same_number() {
	if awk -v a="$2" -v b="$3" 'BEGIN {
		n = "^[0-9]+([.][0-9]+)?$"
		exit !(a ~ n && b ~ n && a - b <= 0.011 && b - a <= 0.011)
	}'; then ok "$1"; else not_ok "$1" "$2" "$3"; fi
}

# has NAME FILE TEXT: a file holds a text
has() {
	if grep -qsF -- "$3" "$2"; then ok "$1"
	else not_ok "$1" "$(head -c 600 "$2" 2>&1 | tr '\n\t' '  ')" "$3"; fi
}

# has_not NAME FILE TEXT...
has_not() {
	_name=$1 _file=$2
	shift 2
	for _text; do
		if [ ! -r "$_file" ] || grep -qF -- "$_text" "$_file"; then
			not_ok "$_name" "$(head -c 600 "$_file" 2>&1 | tr '\n\t' '  ')" "no $_text"
			return
		fi
	done
	ok "$_name"
}

# same_file NAME GOT WANT
same_file() {
	if cmp -s "$2" "$3"; then ok "$1"
	else not_ok "$1" "$(diff "$3" "$2" 2>&1 | grep '^>' | head -n 3)" "$(diff "$3" "$2" 2>&1 | grep '^<' | head -n 3)"; fi
}

# is_png NAME FILE
is_png() {
	if [ "$(head -c 4 "$2" 2>&1 | tail -c 3)" = PNG ]; then ok "$1"
	else not_ok "$1" "$(ls -l "$2" 2>&1)" "a picture"; fi
}

# check NAME WANT COMMAND...: a command succeeds
check() {
	_name=$1 _want=$2
	shift 2
	if "$@"; then ok "$_name"; else not_ok "$_name" "false" "$_want"; fi
}

# The story can't go on
die() {
	say "not ok - $*"
	failed=$((failed + 1))
	finish
}

finish() {
	say "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

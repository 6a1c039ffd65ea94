#!/bin/sh
# log_set_open() beside logrotate itself, for each of its settings that changes names: after each
# rotation the set's files, one behind the other, are all that was written, once and in order.
#     tests/system/logrotate.sh BUILD/tests/unit/log/test_set
set -u
LC_ALL=C
export LC_ALL
case $1 in /*) set=$1 ;; *) set=$PWD/$1 ;; esac
PATH=$PATH:/usr/sbin:/sbin
if ! command -v logrotate >/dev/null 2>&1; then
	echo "skipped - rotation by logrotate: it is not installed"
	exit 0
fi
umask 077
[ -n "${TMPDIR:-}" ] || { [ -w /dev/shm ] && TMPDIR=/dev/shm; }
work=$(mktemp -d "${TMPDIR:-/tmp}/spoolwatch.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
bad=0
tried=0

say() {
	echo "not ok - $*"
	bad=1
}

# write LOG N: ten lines, later than those of the call before
write() {
	i=0
	while [ $i -lt 10 ]; do
		echo "@-$(($2 * 10 + i)) line $i of round $2 with some text behind it" | tee -a "$1" >>"$work/all"
		i=$((i + 1))
	done
}

contents() {
	"$set" "$@" | while read -r format name; do
		case $format in
		plain) cat "${name#text }" ;;
		gzip) gzip -dc "$name" ;;
		xz) xz -dc "$name" ;;
		zstd) zstd -qdc "$name" ;;
		bzip2) bzip2 -dc "$name" ;;
		*) echo "$format $name" ;;
		esac
	done
}

# try LOG ROUNDS OLDDIR SETTING...
try() {
	log=$1 rounds=$2 olddir=$3
	shift 3
	what="$log, $*"
	dir=$work/log
	rm -rf "$dir" "$work/state" "$work/all"
	mkdir -p "$dir/old" "$dir/elsewhere"
	{
		echo "$dir/$log {"
		printf '%s\n' "rotate 9" "size 1" "missingok" "$@"
		echo "}"
	} >"$work/conf"
	: >"$dir/mail.err" && echo "@-1 of a neighbour" >"$dir/mail.info"
	n=0
	while [ $n -lt "$rounds" ]; do
		write "$dir/$log" $n
		logrotate -f -s "$work/state" "$work/conf" 2>"$work/said" ||
			say "$what: logrotate: $(cat "$work/said")"
		n=$((n + 1))
		contents "$dir/$log" 0 $olddir >"$work/got"
		cmp -s "$work/all" "$work/got" ||
			say "$what: round $n, before it is written to: got $(cut -c 1-20 "$work/got" | paste -s -d '|')" \
				"of $(cd "$dir" && echo *)"
		write "$dir/$log" $n
		contents "$dir/$log" 0 $olddir >"$work/got"
		cmp -s "$work/all" "$work/got" ||
			say "$what: round $n: got $(cut -c 1-20 "$work/got" | paste -s -d '|') of $(cd "$dir" && echo *)"
		n=$((n + 1))
	done
	tried=$((tried + 1))
}

packed() {
	command -v "$1" >/dev/null 2>&1 && return 0
	echo "skipped - compresscmd $1: it is not installed"
	return 1
}

for log in mail.log maillog; do
	try $log 6 ''
	try $log 6 '' 'start 0'
	try $log 6 '' copytruncate
	try $log 6 '' 'copytruncate' 'compress' 'delaycompress'
	try $log 6 '' create
	try $log 6 '' nocreate compress
	try $log 6 '' compress delaycompress
	for pair in xz:.xz zstd:.zst bzip2:.bz2; do
		packed ${pair%:*} || continue
		try $log 6 '' compress "compresscmd $(command -v ${pair%:*})" "compressext ${pair#*:}"
	done
	try $log 2 '' dateext
	try $log 2 '' dateext compress
	for format in -%Y%m%d_%H -%Y%m%d-%s .%Y-%m-%d_%H:%M:%S %Y%m%d .%s -%d%m%Y; do
		try $log 2 '' dateext "dateformat $format"
	done
	try $log 6 '' 'extension .log'
	try $log 2 '' dateext 'extension .log'
	try $log 2 '' dateext 'extension .log' compress
	try $log 6 '' 'extension log'
	try $log 6 '' 'extension log' compress delaycompress
	try $log 6 '' 'addextension .old'
	try $log 6 '' 'olddir old'
	try $log 6 '' 'olddir old' 'extension .log' compress
	try $log 6 elsewhere 'olddir elsewhere' compress
	try $log 6 "$work/log/elsewhere" "olddir $work/log/elsewhere"
done

[ $bad = 0 ] && echo "ok - $tried settings of $(logrotate --version 2>&1 | head -n 1)"
exit $bad

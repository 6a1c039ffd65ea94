#!/bin/sh
# Which libraries a plugin needs, when:  tests/system/loaded.sh PLUGINDIR
# Linked is libc alone. The others are loaded by the run that needs them, and where one
# of them is broken that run says so, while the others do not ask for it.
set -u
plugins=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0
runs=0

say() {
	echo "not ok - $*"
	bad=1
}

for p in "$plugins"/*; do
	case $p in *.o | *.d) continue ;; esac
	[ -f "$p" ] || continue
	for library in $(objdump -p "$p" | sed -n 's/^ *NEEDED *//p'); do
		case $library in
		libc.so.* | libc.musl-* | ld-linux*) ;;
		libdl.so.*) ;; # where dlopen(3) stands in glibc before 2.34
		# there C11 has no instruction for sqrt(3)
		libm.so.*) objdump -f "$p" | grep -q 'elf32-i386$' || say "$(basename "$p") is linked with $library" ;;
		libmnl.so.*) [ "${p##*/}" = smtp_clients ] || say "$(basename "$p") is linked with $library" ;;
		libasan.so.* | libubsan.so.*) ;; # of PROFILE=asan
		*) say "$(basename "$p") is linked with $library" ;;
		esac
	done
done

# A host with a log, one of yesterday's in each kind of compression, and a mount.
now=1795431600
line="Nov 23 10:59:30 mx postfix/smtpd[7]: 4V1: client=a.example[192.0.2.7], sasl_method=PLAIN, sasl_username=joe"
mkdir -p "$dir/broken" "$dir/gz/var/log" "$dir/xz/var/log" "$dir/zst/var/log" "$dir/bz2/var/log" "$dir/plain/var/log"
for host in gz xz zst bz2 plain; do
	echo "$line" >"$dir/$host/var/log/mail.log"
	# one that goes further back than what is asked for needs none of yesterday's
	[ $host != plain ] || printf '%s\n%s\n' "$line" "$line" | sed '1s/10:59/08:59/' >"$dir/plain/var/log/mail.log"
	[ $host = plain ] || echo "$line" >"$dir/old"
	case $host in
	gz) gzip -c "$dir/old" ;;
	xz) xz -c "$dir/old" ;;
	zst) zstd -qc "$dir/old" ;;
	bz2) bzip2 -c "$dir/old" ;;
	plain) continue ;;
	esac >"$dir/$host/var/log/mail.log.1.$host" 2>/dev/null ||
		{ echo "skipped - no program that makes .$host" && rm -rf "${dir:?}/$host"; }
done
TZ=UTC touch -d @$now "$dir"/*/var/log/*
for library in libpcre2-8.so.0 libz.so.1 liblzma.so.5 libzstd.so.1 libbz2.so.1; do
	echo "no library" >"$dir/broken/$library"
done

# expect WHAT WORDS COMMAND...: with broken libraries it says WORDS on stderr (none: says nothing)
expect() {
	what=$1
	words=$2
	shift 2
	runs=$((runs + 1))
	said=$(env -i LC_ALL=C TZ=UTC LD_LIBRARY_PATH="$dir/broken" "$@" 2>&1 >/dev/null) ||
		say "$what: exit status $?: $said"
	case $said in
	*"$words"*) ;;
	*) say "$what: said \"$said\", want \"$words\" in it" ;;
	esac
	[ -n "$words" ] || [ -z "$said" ] || say "$what: said \"$said\""
}

rate() {
	host=$1
	expect "$host" "$2" SPOOLWATCH_ROOT="$dir/$host" SPOOLWATCH_NOW=$now \
		logfile=/var/log/mail.log "$plugins/postfix_sasl_rate"
}

rate plain ''
[ ! -d "$dir/gz" ] || rate gz 'mail.log.1.gz: a gzip file needs zlib, which cannot be loaded'
[ ! -d "$dir/xz" ] || rate xz 'mail.log.1.xz: an xz file needs liblzma, which cannot be loaded'
[ ! -d "$dir/zst" ] || rate zst 'mail.log.1.zst: a zstd file needs libzstd, which cannot be loaded'
[ ! -d "$dir/bz2" ] || rate bz2 'mail.log.1.bz2: a bzip2 file needs libbz2, which cannot be loaded'
expect 'no pattern' '' "$plugins/inode_percent"
expect 'a pattern' 'env.exclude_re: a Perl-compatible pattern needs libpcre2-8, which cannot be loaded' \
	exclude_re='^/run' "$plugins/inode_percent"
[ $bad = 0 ] && echo "ok - libraries are loaded by what needs them ($runs runs)"
exit $bad

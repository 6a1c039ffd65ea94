#!/bin/sh
# What inode_percent says of a full disk on hosts of several kinds:  tests/system/trees.sh PLUGINDIR
# Each tree is made in a copied host, the numbers are those of find. A row is: what it shows, and a
# regular expression for the extra information; `not` before it: it must not match.
set -u
plugins=$(cd "$1" && pwd)
[ -n "${TMPDIR:-}" ] || { [ -w /dev/shm ] && TMPDIR=/dev/shm; }
work=$(mktemp -d "${TMPDIR:-/tmp}/spoolwatch.XXXXXX") || exit 1
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
root=$work/root
disk=$root/srv/disk
bad=0
rows=0

# host USED: an empty disk of which so many inodes are in use
host() {
	rm -rf "$root"
	mkdir -p "$root/proc/self" "$root/etc" "$disk"
	printf '25 1 8:17 / /srv/disk rw - ext4 /dev/sdb1 rw\n' >"$root/proc/self/mountinfo"
	printf '%s 20 /srv/disk\n' "$(($1 + 20))" >"$root/statvfs"
	printf 'root:x:0:0::/:/bin/sh\nkunde17:x:1005:1005::/:/bin/false\n' >"$root/etc/passwd"
	cd "$disk" || exit 1
}

# fill DIRECTORY FILES [PREFIX]
fill() {
	mkdir -p "$1" && (cd "$1" && seq -f "${3:-f}%04g" "$2" | xargs touch)
}

look() {
	text=$(env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$root" SPOOLWATCH_NOW=1795431600 "$@" \
		"$plugins/inode_percent" 2>"$work/err" | sed -n 's/^_dev_sdb1.extinfo //p')
}

says() {
	rows=$((rows + 1))
	if [ "$2" = not ]; then
		! printf '%s\n' "$text" | grep -Eq -- "$3" && return
		shift
	else
		printf '%s\n' "$text" | grep -Eq -- "$2" && return
	fi
	echo "not ok - $1: got \"$text\""
	bad=1
}

# A hundred accounts of five inodes, one has 1500 more
host 2002
for i in $(seq 100); do fill "home/acct$i/html" 3; done
fill home/acct7/html/cache 1500
look
says "one account of a hundred, to the directory" '^1501 of 2022 in /srv/disk/home/acct7/html/cache \(75%\)'
says "then what the others hold" ', then 501 in /srv/disk/home \(25%: 400 in /srv/disk/home/%2A/html, 100 of them\)'
says "and no more" not 'acct7/html \('

# A content filter's quarantine beside its work directories and the logs
host 1803
for i in $(seq 100); do fill "amavis/tmp/amavis-$i/parts" 4; done
fill amavis/virusmails 800 virus-
fill log 400
look
says "the quarantine" '^801 of 1823 in /srv/disk/amavis/virusmails \(44%\)'
says "the work directories, not all that is above" ', then 601 in /srv/disk/amavis/tmp \(33%: 500 in /srv/disk/amavis/tmp/%2A/parts, 100 of them\)'
says "the logs" ', then 401 in /srv/disk/log \(22%\)'

# Sessions of PHP: one shop's, sixty sites' together, those without a site
host 2189
for i in $(seq 60); do fill "www/site$i/tmp" 10 sess_ && mkdir "www/site$i/html"; done
fill www/shop/tmp 900 sess_
[ "$(id -u)" != 0 ] || chown -R 1005 www/shop
fill var/lib/php/sessions 500 sess_
look
says "the shop's" '^901 of 2[0-9]* in /srv/disk/www/shop/tmp \(41%\)'
[ "$(id -u)" != 0 ] || says "by the name of its owner" 'shop/tmp \(41%\), 100% \+-3% of uid 1005 kunde17, then'
says "what is small by itself" ', then 782 in /srv/disk/www \(36%: 660 in /srv/disk/www/%2A/tmp, 60 of them\)'
says "the common ones" ', then 501 in /srv/disk/var/lib/php/sessions \(23%\)'

# Mail that nobody fetches, and some that somebody does
host 3722
for i in $(seq 120); do
	for d in cur tmp; do mkdir -p "vmail/example.com/u$i/Maildir/$d"; done
	fill "vmail/example.com/u$i/Maildir/new" 26
done
look
says "one domain, and where in it" '^3[0-9]* of 3742 in /srv/disk/vmail/example.com \(over 99%: 3240 in /srv/disk/vmail/example.com/%2A/Maildir/new, 120 of them'
says "no mailbox by chance" not 'example.com/u'

# Layers of images; the packages of one of them
host 2000
for i in $(seq 40); do
	l=docker/overlay2/$(printf %064x "$i")
	mkdir -p "$l/work" && fill "$l/diff/etc" 23 && touch "$l/link" "$l/lower"
done
l=docker/overlay2/$(printf %064x 11)/diff/usr/lib/node_modules
for i in $(seq 30); do fill "$l/pkg$i" 25; done
look
says "the layers together" '^1163 of 2020 in /srv/disk/docker/overlay2 \(60%: 960 in /srv/disk/docker/overlay2/%2A/diff/etc, 40 of them\)'
says "the packages, with their whole path" ', then 781 in /srv/disk/docker/overlay2/0{62}0b/diff/usr/lib/node_modules \(40%\)'
says "no package" not 'node_modules/pkg'

# Whose: a sample of 300 statx(2) in all
if [ "$(id -u)" = 0 ] && command -v strace >/dev/null 2>&1; then
	host 5000
	fill a 3000
	fill b 1900
	(cd a && seq -f 'f%04g' 4 4 3000 | xargs chown 1005)
	env -i PATH="$PATH" TZ=UTC SPOOLWATCH_ROOT="$root" SPOOLWATCH_NOW=1795431600 \
		strace -f -o "$work/trace" -e trace=statx "$plugins/inode_percent" >/dev/null 2>&1
	asked=$(grep -c 'STATX_UID' "$work/trace")
	text="$asked files asked"
	[ "$asked" -gt 0 ] && [ "$asked" -le 300 ] || says "of at most 300 files" '^none'
	look
	says "a share with its error" ' in /srv/disk/a \(61%\), [6-9][0-9]% \+-[5-9]% of uid 0 root, then '
fi

cd / || exit 1
[ $bad = 0 ] && echo "ok - the directories that fill disks of several kinds ($rows rows)"
exit $bad

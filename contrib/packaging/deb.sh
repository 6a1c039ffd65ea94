#!/bin/sh
# Debian packages of the tree that this lies in, into a folder:
#     contrib/packaging/deb.sh OUT
# The sources are laid out in OUT, with debian/ from here, and dpkg-buildpackage makes source and binary
# packages of them, without the tests (`make test` runs them; DEB_BUILD_OPTIONS= too). What is in the
# packages depends on the sources alone: neither on the folder nor on the day.
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/.define SW_VERSION[[:blank:]]*"\(.*\)"/\1/p' lib/spoolwatch/version.h)
packaged=$(sed -n '1s/^spoolwatch (\(.*\)-.*/\1/p' contrib/packaging/debian/changelog)
if [ "$version" != "$packaged" ]; then
	echo "deb.sh: contrib/packaging/debian/changelog is of $packaged, the sources are $version" >&2
	exit 1
fi
SOURCE_DATE_EPOCH=$(date -u -d "$(sed -n 's/^ -- .*>  //p' contrib/packaging/debian/changelog | head -n 1)" +%s)
export SOURCE_DATE_EPOCH LC_ALL=C
umask 022
: "${DEB_BUILD_OPTIONS=nocheck}"
export DEB_BUILD_OPTIONS
mkdir -p "$1"
out=$(cd "$1" && pwd)
name=spoolwatch-$version
rm -rf "${out:?}/$name" "$out"/*spoolwatch[_-]*

# what git knows, changed or not; of an unpacked archive, all but what was built
if git rev-parse --git-dir >/dev/null 2>&1; then git ls-files -z; else find . -path ./build -prune -o ! -type d -print0; fi |
	tar -cf - --null --no-recursion --no-unquote --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
		--mode=u+rw,go+r,go-w --transform="s,^\(\./\)\{0\,1\},$name/,SH" -T - | gzip -9n >"$out/spoolwatch_$version.orig.tar.gz"
tar -xzf "$out/spoolwatch_$version.orig.tar.gz" -C "$out"
cp -r contrib/packaging/debian "$out/$name/debian"
cd "$out/$name"
dpkg-buildpackage -us -uc -F >"$out/build.log" 2>&1 || {
	tail -n 40 "$out/build.log"
	exit 1
}
cd "$out"
rm -rf "${out:?}/$name"
ls "$out"/*.deb
if command -v lintian >/dev/null 2>&1; then
	lintian --pedantic --display-info --allow-root --fail-on error,warning,pedantic "$out"/*.changes
	echo "lintian finds no fault"
fi

#!/bin/bash
# Builds and tests the project on old and new systems, each in a root of its own made by debootstrap;
# as root, once a release:
#     tests/systems/systems.sh OUT [NAME...]       NAMEs: the rows of `systems` below; by default all
# MIRROR is where Debian's packages are (http://deb.debian.org/debian). The roots are kept in OUT for
# the next run; what each row said is in OUT/NAME.log, the table on stdout and in OUT/table.
set -u
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
	echo "systems: needs root and debootstrap" >&2
	exit 1
fi
mkdir -p "$1" && out=$(cd "$1" && pwd) || exit 1
shift
: "${MIRROR:=http://deb.debian.org/debian}"
export LC_ALL=C

# name, suite, packages besides those of deps.sh, command (in the sources; its last line is the result)
systems() {
	cat <<-'LIST'
		debian-11|bullseye||make -j2 WERROR=1 test
		debian-11-clang|bullseye|clang|make -j2 WERROR=1 CC=clang test
		debian-12|bookworm||make -j2 WERROR=1 test
		debian-12-clang|bookworm|clang|make -j2 WERROR=1 CC=clang test
		debian-12-static|bookworm|musl-tools|tests/systems/static.sh
		debian-12-i386|bookworm-i386||setarch i386 make -j2 WERROR=1 test
		debian-12-s390x|bookworm|S390X|tests/systems/foreign.sh s390x-linux-gnu qemu-s390x-static
		debian-13|trixie||make -j2 WERROR=1 test
		debian-13-clang|trixie|clang|make -j2 WERROR=1 CC=clang test
		debian-13-static|trixie|musl-tools|tests/systems/static.sh
		debian-sid|sid||make -j2 WERROR=1 test
		debian-sid-clang|sid|clang|make -j2 WERROR=1 CC=clang test
	LIST
}

# shellcheck source=/dev/null
. tests/systems/roots.sh

add() { # ROOT PACKAGES: a name in capitals stands for what an architecture takes
	local packages=$2
	case $packages in
	S390X)
		inside "$1" dpkg --add-architecture s390x
		packages='gcc-s390x-linux-gnu qemu-user-static libcmocka-dev:s390x libpcre2-dev:s390x zlib1g-dev:s390x
			liblzma-dev:s390x libzstd-dev:s390x libbz2-dev:s390x libmnl-dev:s390x'
		;;
	esac
	# shellcheck disable=SC2086  # a word each
	inside "$1" sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"' \
		add $packages
}

: >"$out/table"
bad=0
while IFS='|' read -r name suite packages command; do
	[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
	log=$out/$name.log
	result='no root could be made'
	if root=$(root_of "$suite"); then
		rm -rf "$root/src" && mkdir "$root/src"
		git archive HEAD | tar -xf - -C "$root/src"
		result='packages are missing'
		if { inside "$root" sh /src/contrib/packaging/deps.sh build check &&
			{ [ -z "$packages" ] || add "$root" "$packages"; }; } >"$log" 2>&1 </dev/null; then
			inside "$root" sh -c "cd /src && $command" >>"$log" 2>&1 </dev/null
			status=$?
			result=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
			[ $status = 0 ] && [ -n "$result" ] || result="FAILED: ${result:-$(tail -n 1 "$log")}"
		fi
	fi
	case $result in [0-9]*) ;; *) bad=1 ;; esac
	versions=$(inside "$out/$suite" sh -c 'dpkg-query -W -f "\${Version}" libc6' 2>/dev/null)
	printf '| %-17s | glibc %-18s | %s |\n' "$name" "$versions" "$result" | tee -a "$out/table"
done < <(systems)
exit $bad

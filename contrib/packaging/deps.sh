#!/bin/sh
# Installs what spoolwatch needs and this machine lacks, without a question:
#     deps.sh build            compiler, libraries
#     deps.sh build check      and what the tests need
#     deps.sh build check mutants  and what `make mutants` needs
#     deps.sh build story      and what the story needs
#     deps.sh browse           what looks at the story's pages
#     deps.sh build deb        and what makes Debian packages
#     deps.sh build ci         and the other compilers
# with apt-get, dnf or apk, as root or through sudo. Says what it installs; says nothing when
# nothing is missing.
#
# Libraries that the plugins load when they need them (lib/os/load.h) no tool finds in a package:
# contrib/packaging/debian/rules does, by their names in the programs.
set -eu

manager=
for m in apt-get dnf apk; do
	command -v "$m" >/dev/null 2>&1 && manager=$m && break
done

# name of a thing, how to see that it is there, its package for apt-get, dnf and apk
things_build='
compiler   command:cc           gcc,libc6-dev    gcc            gcc,musl-dev
make       command:make         make             make           make
pkg-config command:pkg-config   pkg-config       pkgconf-pkg-config pkgconf
kernel     header:linux/openat2.h linux-libc-dev kernel-headers linux-headers
PCRE2      pkg:libpcre2-8       libpcre2-dev     pcre2-devel    pcre2-dev
zlib       pkg:zlib             zlib1g-dev       zlib-devel     zlib-dev
liblzma    header:lzma.h        liblzma-dev      xz-devel       xz-dev
libzstd    header:zstd.h        libzstd-dev      libzstd-devel  zstd-dev
libbz2     header:bzlib.h       libbz2-dev       bzip2-devel    bzip2-dev
libmnl     pkg:libmnl           libmnl-dev       libmnl-devel   libmnl-dev
journal    journal:             libsystemd-dev   systemd-devel  none
'
things_check='
cmocka     pkg:cmocka           libcmocka-dev    libcmocka-devel cmocka-dev
perl       perl:JSON::PP        perl             perl-interpreter,perl-JSON-PP perl
'

things_browse='
chromium   command:chromium     chromium         chromium       chromium
CGI        perl:CGI::Fast       libcgi-fast-perl perl-CGI-Fast  perl-cgi-fast
'

things_mutants='
perl       command:perl         perl-base        perl-interpreter perl
nm         command:nm           binutils         binutils       binutils
'

# only Debian has these
things_deb='
debhelper  command:dh           debhelper        none           none
dpkg       command:dpkg-buildpackage dpkg-dev,build-essential none none
lintian    command:lintian      lintian          none           none
'

things_ci='
clang      command:clang        clang            clang          clang
C++        command:c++          g++              gcc-c++        g++
musl       command:musl-gcc     musl-tools       musl-gcc       musl-dev
mandoc     command:mandoc       mandoc           mandoc         mandoc
zsh        command:zsh          zsh              zsh            zsh
promtool   command:promtool     prometheus       golang-github-prometheus prometheus
curl       command:curl         curl             curl           curl
journals   journal-remote:      systemd-journal-remote systemd-journal-remote none
'

has() {
	case $1 in
	command:*) command -v "${1#command:}" >/dev/null 2>&1 ;;
	pkg:*) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "${1#pkg:}" ;;
	perl:*) perl -M"${1#perl:}" -e1 2>/dev/null ;;
	none:) false ;;
	perl:*) perl -M"${1#perl:}" -e 1 2>/dev/null ;;
	# Alpine has no journal: the build then leaves it out and says so
	journal:) [ "$manager" = apk ] || has pkg:libsystemd ;;
	journal-remote:) [ "$manager" = apk ] || [ -x /lib/systemd/systemd-journal-remote ] ;;
	header:*) [ -e "/usr/include/${1#header:}" ] ;;
	esac
}

missing=
packages=
for group in "$@"; do
	case $group in
	build) list=$things_build ;;
	check) list=$things_check ;;
	story) # real mail and Munin programs; only Debian's packages are known to be enough
		list=
		for package in $(cat "$(dirname "$0")/../../tests/story/packages"); do
			dpkg -s "$package" >/dev/null 2>&1 ||
				list="$list
$package none:  $package $package $package"
		done
		;;
	mutants) list=$things_mutants ;;
	browse) list=$things_browse ;;
	deb) list=$things_deb ;;
	ci) list=$things_ci ;;
	*)
		echo "deps.sh: $group is no group, allowed are build, check, mutants, story, browse, deb and ci" >&2
		exit 2
		;;
	esac
	while read -r thing test apt dnf apk; do
		[ -n "$thing" ] || continue
		has "$test" && continue
		missing="$missing $thing"
		case $manager in
		apt-get) packages="$packages $(echo "$apt" | tr , ' ')" ;;
		dnf) packages="$packages $(echo "$dnf" | tr , ' ')" ;;
		apk) packages="$packages $(echo "$apk" | tr , ' ')" ;;
		esac
	done <<-EOF
	$list
	EOF
done
[ -n "$missing" ] || exit 0

if [ -z "$manager" ]; then
	echo "missing:$missing; neither apt-get, dnf nor apk is here to install it" >&2
	exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
	as_root='sudo -n'
	if ! sudo -n true 2>/dev/null; then
		echo "missing:$missing; run as root or with sudo: $manager install$packages" >&2
		exit 1
	fi
fi
echo "missing:$missing; installing with $manager:$packages"
# shellcheck disable=SC2086  # lists of words
case $manager in
apt-get)
	# mail and monitoring daemons come with the story's packages; they must not start here
	policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
		$as_root chmod 755 $policy
		trap '$as_root rm -f $policy' EXIT
	fi
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install -y --no-install-recommends $packages >/dev/null
	;;
dnf) $as_root dnf -q -y install $packages ;;
apk) $as_root apk add -q $packages ;;
esac </dev/null

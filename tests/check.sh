#!/bin/sh
# All tests of one build that need neither root nor a daemon nor a mount (those are in system.sh):
#     [SKIPS=FILE] [JOBS=n] [PARTS=code] tests/check.sh BUILDDIR MAKE
# PARTS=code: what another compiler can change, without the comparisons with other programs.
# Every skip is printed; with SKIPS (tests/skips, in CI) one that the file does not expect fails.
# Ends in one line, `N passed, M failed, K skipped`.
set -u
build=$1
make=${2:-make}
cd "$(dirname "$0")/.." || exit 1
PATH=$PATH:/usr/sbin:/sbin # where munin-node-configure and postconf are
export PATH
# shellcheck source=/dev/null
. tests/tally.sh

for t in "$build"/tests/unit/*/test_*; do
	case ${t##*/} in *.*) continue ;; esac # objects and notes of the compiler
	unit "$t"
done
for t in "$build"/tests/fuzz/fuzz_*; do
	case ${t##*/} in *.*) continue ;; esac # objects and notes of the compiler
	whole "$(basename "$t")" "$t" "tests/fuzz/corpus/${t##*/fuzz_}"
done
whole "golden hosts" tests/hosts/golden.sh "$build/plugins"
whole "log hosts" tests/hosts/logs.sh "$build/plugins"
if [ "${PARTS:-}" = code ]; then
	tally
	exit
fi
whole "differential" tests/system/differential.sh "$build/plugins"
whole "journal" tests/system/journal.sh "$build/plugins"
whole "postcat" tests/system/postcat.sh "$build"
whole "postconf" "$build/tests/system/test_postconf"
whole "opens" tests/system/opens.sh "$build/plugins"
whole "settings" tests/system/settings.sh "$build/plugins"
whole "share" tests/system/share.sh "$build/plugins"
whole "odd parents" tests/system/parents.sh "$build/plugins"
whole "instances" tests/system/instances.sh "$build/plugins"
whole "culprit" tests/system/culprit.sh "$build/plugins"
whole "logins" tests/system/logins.sh "$build/plugins"
whole "holes" tests/system/holes.sh "$build/plugins"
whole "who" tests/system/incident_who.sh "$build"
whole "inodes" tests/system/incident_inodes.sh "$build"
whole "completion" tests/system/incident_completion.sh "$build"
whole "reports" tests/hosts/report.sh "$build"
whole "guard, hosts" tests/system/incident_judge.sh "$build/spoolwatch"
whole "starve" tests/system/starve.sh "$build"
whole "trees" tests/system/trees.sh "$build/plugins"
whole "alert" tests/system/alert.sh
whole "logrotate" tests/system/logrotate.sh "$build/tests/unit/log/test_set"
whole "dirs" tests/system/dirs.sh "$build/tests/unit/inode/test_dirs"
case $build in
*/release)
	whole "house" tests/house.sh "$build"
	whole "confined" tests/system/confined.sh "$build"
	whole "loaded" tests/system/loaded.sh "$build/plugins"
	whole "colours" tests/system/colours.sh
	whole "gallery" tests/system/gallery.sh
	whole "examples" tests/system/examples.sh "$build/plugins"
	whole "readme" tests/system/readme.sh "$build/plugins"
	whole "installed" tests/system/installed.sh "$build/plugins" "$make"
	if command -v mandoc >/dev/null 2>&1; then
		whole "man pages" sh -c "mandoc -Tlint -Wwarning plugins/*.8 contrib/incident/*.8 lib/spoolwatch/*.3 && echo mandoc finds no fault"
	else
		skip "skipped - man pages: mandoc is not installed"
	fi
	;;
esac
tally

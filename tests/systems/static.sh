#!/bin/sh
# The static programs, by musl: built, and run over all hosts. cmocka is glibc's: there are no unit tests.
set -u
cd "$(dirname "$0")/../.." || exit 1
make -j2 WERROR=1 PROFILE=static plugins library contrib || exit 1
build=build/static
# shellcheck source=/dev/null
. tests/tally.sh
whole "golden hosts" tests/hosts/golden.sh $build/plugins
whole "log hosts" tests/hosts/logs.sh $build/plugins
whole "reports" tests/hosts/report.sh $build
tally

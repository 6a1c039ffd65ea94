#!/bin/sh
# Unit tests and fuzz replays of what reads bytes, on a machine of another byte order: cross-built,
# run by qemu-user.
#     tests/systems/foreign.sh TRIPLET QEMU
# Tests of processes and mounts are not of this kind: the emulator answers some system calls itself.
set -u
triplet=$1
qemu=$2
cd "$(dirname "$0")/../.." || exit 1
B=build/$triplet
export PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig
make -j2 B="$B" CC="$triplet-gcc" AR="$triplet-ar" WERROR=1 tests || exit 1
passed=0
failed=0
for test in "$B"/tests/unit/base/test_* "$B"/tests/unit/munin/test_* "$B"/tests/unit/log/test_* \
	"$B"/tests/unit/queue/test_* "$B"/tests/unit/traffic/test_* "$B"/tests/unit/words/test_* \
	"$B"/tests/unit/os/test_state "$B"/tests/unit/os/test_unpack "$B"/tests/unit/os/test_mounts \
	"$B"/tests/unit/os/test_sockets "$B"/tests/fuzz/fuzz_*; do
	case ${test##*/} in
	*.*) continue ;;
	fuzz_*) set -- "tests/fuzz/corpus/${test##*/fuzz_}" ;;
	*) set -- ;;
	esac
	if "$qemu" -L "/usr/$triplet" "$test" "$@" >build/foreign.out 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $test"
		grep -v '^\[' build/foreign.out | head -n 20
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

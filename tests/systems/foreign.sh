#!/bin/bash
# Unit tests and fuzz replays of what reads bytes, and whole plugins on golden hosts, on a machine of
# another byte order: cross-built, run by qemu-user.
#     tests/systems/foreign.sh TRIPLET QEMU
# Libraries are those of the other architecture's packages (multiarch), which bring its loader, too.
# Tests of processes and mounts are not of this kind: the emulator answers some system calls itself, has
# no openat2(2) (test_set), runs no other program of the machine (test_counts_exactly_once) and does
# not tell of one that is missing (test_maincf).
set -u
triplet=$1
qemu=$2
cd "$(dirname "$0")/../.." || exit 1
B=build/$triplet
export PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig
make -j2 B="$B" CC="$triplet-gcc" AR="$triplet-ar" WERROR=1 plugins contrib tests || exit 1
passed=0
failed=0

is() { # NAME COMMAND...
	if "${@:2}" >build/foreign.out 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $1"
		grep -v '^\[' build/foreign.out | head -n 20
	fi
}

for test in "$B"/tests/unit/base/test_* "$B"/tests/unit/munin/test_* "$B"/tests/unit/log/test_* \
	"$B"/tests/unit/postfix/test_* "$B"/tests/unit/queue/test_* "$B"/tests/unit/traffic/test_* \
	"$B"/tests/unit/words/test_* "$B"/tests/unit/os/test_state "$B"/tests/unit/os/test_unpack \
	"$B"/tests/unit/os/test_mounts "$B"/tests/unit/os/test_sockets "$B"/tests/fuzz/fuzz_*; do
	case ${test##*/} in
	*.* | test_set | test_maincf | test_counts_exactly_once) continue ;;
	fuzz_*) set -- "tests/fuzz/corpus/${test##*/fuzz_}" ;;
	*) set -- ;;
	esac
	is "$test" "$qemu" "$test" "$@"
done

# Whole plugins, by their links' names, and the incident command beside them. The guard's state is of
# the byte order that it was written in.
run=build/foreign
rm -rf "$run" && mkdir -p "$run/plugins" && cp -a tests "$run/" || exit 1
for program in "$B"/plugins/* "$B/spoolwatch"; do
	[ -f "$program" ] && [ -x "$program" ] || continue
	to=$run/${program#"$B/"}
	# shellcheck disable=SC2016  # of that shell
	printf '#!/bin/sh\nexec %s -0 "$0" %s "$@"\n' "$(command -v "$qemu")" "$PWD/$program" >"$to"
	chmod 755 "$to"
done
is "the guard's state, written here" sh -c 'cd "$1" && UPDATE=1 "$2" "$3"' sh "$run" "$qemu" "$PWD/$B/tests/unit/postfix/test_locked"
is "golden hosts" "$run/tests/hosts/golden.sh" "$run/plugins"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

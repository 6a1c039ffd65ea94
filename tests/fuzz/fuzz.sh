#!/bin/sh
# Fuzzing, for SECONDS each: every target by clang's libFuzzer with ASan and UBSan (without it the
# mutator of replay.c), whole plugins over changed hosts; then the corpora under MSan and with -m32
# where this machine can.
#     [SECONDS=n] [SEED=n] [ONLY=target] tests/fuzz/fuzz.sh MAKE
set -u
make=$1
seconds=${SECONDS_EACH:-10}
seed=${SEED:-1}
only=${ONLY:-}
cd "$(dirname "$0")/../.." || exit 1
out=$PWD/build/fuzz
mkdir -p "$out"
echo "SECONDS=$seconds SEED=$seed"
build=$out # whose folder the runner uses
# shellcheck source=/dev/null
. tests/tally.sh

can() { # COMPILER FLAGS...
	echo 'int main(void) { return 0; }' >"$out/can.c"
	"$@" -o "$out/can" "$out/can.c" >/dev/null 2>&1
}

# Each target in a folder of its own: libFuzzer writes what it finds there.
targets() { # PROFILE: builds, prints their names
	"$make" --no-print-directory -j2 PROFILE="$1" replays >"$out/log" 2>&1 || {
		cat "$out/log"
		return 1
	}
}

by_libfuzzer() { # TARGET: the corpus is read, and stays as it is
	t=$1
	mkdir -p "$out/found/$t"
	(cd "$out/found/$t" && "$out/../fuzzer/tests/fuzz/fuzz_$t" -max_total_time="$seconds" -seed="$seed" \
		-timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=0 -verbosity=0 \
		"$out/found/$t" "../../../../tests/fuzz/corpus/$t")
}

mutated() { # BUILD TARGET SECONDS: an input on which it dies is left in build/fuzz/fuzz-died
	(cd "$out" && ASAN_OPTIONS=abort_on_error=1 MSAN_OPTIONS=abort_on_error=1 \
		"../$1/tests/fuzz/fuzz_$2" "../../tests/fuzz/corpus/$2" "$3" "$seed")
}

by_mutator() {
	mutated asan "$1" "$seconds"
}

replay() { # BUILD TARGET
	"build/$1/tests/fuzz/fuzz_$2" "tests/fuzz/corpus/$2"
}

names=$(ls tests/fuzz/corpus)
# shellcheck disable=SC2046  # it is a word
if can clang -fsanitize=fuzzer-no-link,address,undefined && [ -n "$(clang -print-file-name=libclang_rt.fuzzer-$(uname -m).a | grep /)" ]; then
	how=by_libfuzzer
	targets fuzzer || exit 1
else
	skip "skipped - libFuzzer: no clang that has it; the mutator of replay.c takes its place"
	how=by_mutator
	targets asan || exit 1
fi
for t in $names; do
	[ "${only:-$t}" = "$t" ] && whole "$t" $how "$t"
done

if [ -z "$only" ] && can clang -fsanitize=memory; then
	targets msan || exit 1
	for t in $names; do
		case $t in
		# a library that MSan has not seen fills memory there
		unpack) ;;
		*) whole "$t, MSan" mutated msan "$t" "$seconds" ;;
		esac
	done
elif [ -z "$only" ]; then
	skip "skipped - MSan: no clang that has it"
fi
if [ -z "$only" ] && can "${CC:-cc}" -m32; then
	if "$make" --no-print-directory -j2 B=build/m32 CFLAGS='-O1 -g -m32' LDFLAGS=-m32 \
		replays >"$out/log" 2>&1; then
		for t in $names; do
			whole "$t, -m32" replay m32 "$t"
		done
	else
		skip "skipped - -m32: $(grep -m 1 -e 'cannot find' -e 'error' "$out/log")"
	fi
elif [ -z "$only" ]; then
	skip "skipped - -m32: no 32-bit libc here"
fi

if [ -z "$only" ] || [ "$only" = hosts ]; then
	"$make" --no-print-directory -j2 PROFILE=asan plugins build/asan/tests/fuzz/hosts >"$out/log" 2>&1 || {
		cat "$out/log"
		exit 1
	}
	for host in friday senders several strange mounts connected; do
		rm -rf "$out/on-$host"
		mkdir -p "$out/on-$host"
		now=$(grep '^SPOOLWATCH_NOW=' "tests/hosts/$host/env")
		whole "plugins on $host" env -i PATH="$PATH" TZ=UTC ASAN_OPTIONS=detect_leaks=0:exitcode=99 \
			"$now" "$PWD/build/asan/tests/fuzz/hosts" "$seconds" "$seed" \
			"tests/hosts/$host/root" "$out/on-$host" "$PWD/build/asan/plugins/inode_percent" \
			"$PWD/build/asan/plugins/postfix_queue" "$PWD/build/asan/plugins/postfix_sasl_rate" \
			"$PWD/build/asan/plugins/smtp_clients"
	done
fi
tally

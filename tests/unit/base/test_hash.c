#include "base/hash.h"
#include "test.h"

/*
 * Second opinion: CPython 3.11 hashes bytes with SipHash-1-3. PYTHONHASHSEED=0 is the key of zeros,
 * PYTHONHASHSEED=42 the one below (Python/bootstrap_hash.c:lcg_urandom).
 *     PYTHONHASHSEED=0 python3.11 -c 'print(hash(bytes(range(7))) % 2**64)'
 */
static const struct hash_key zero = { 0, 0 };
static const struct hash_key seed_42 = { 0xdc504fd368cd90af, 0xb920bb9ffe99e9c1 };

static void want_hash(size_t n, uint64_t got, uint64_t want)
{
	if (got != want)
		fail_msg("%zu bytes: got %016llx, want %016llx", n, (unsigned long long)got,
			 (unsigned long long)want);
}

static void it_is_siphash_1_3(void **state)
{
	static const struct {
		size_t n; /* of the bytes 0, 1, 2, ... */
		uint64_t want_zero;
		uint64_t want_42;
	} rows[] = {
		{ 1, 0x68a914128e01e473, 0xce880c366bcf3489 },
		{ 2, 0x010bac45c41e3669, 0xef32fbc0469f0756 },
		{ 3, 0x4d4c9a4a8ef6e0ad, 0xef4b9dcae9b04417 },
		{ 4, 0x7cc43f98813e4dbd, 0x79793200f3b3b3db },
		{ 5, 0x5abe2169dff36275, 0xbe8653fc64f95fbd },
		{ 6, 0xe3c25f87624f1cdb, 0xb32b5a11619800dd },
		{ 7, 0x2f098ab0c751325a, 0xce280fabc397fbda },
		{ 8, 0xead411e67ebe2eea, 0x60866c3c108c6afb },
		{ 9, 0x75927f9d95124362, 0x68814005f7469e03 },
		{ 15, 0xf30eb725bb91c9ea, 0x94ace24d68c18cf8 },
		{ 16, 0x8972188433a5c5b7, 0x339176f3ac59ce05 },
		{ 17, 0x4883c49a2c009c1d, 0xed2706b414c296f1 },
		{ 31, 0x169739443111d49b, 0x06f3af51bda71c61 },
		{ 63, 0x385d3e39e5f37359, 0x06e24d6f0d014c37 },
		{ 64, 0x75e05fd5bbc870c6, 0x91639ef7de8d52cb },
		{ 255, 0x5dc1f93ea135eb43, 0xd02008474fae02c8 }, /* bytes above 0x7f */
	};
	char bytes[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw in = raw_from(bytes, rows[i].n);

		want_hash(rows[i].n, hash_bytes(zero, in), rows[i].want_zero);
		want_hash(rows[i].n, hash_bytes(seed_42, in), rows[i].want_42);
	}
}

static void a_name_has_the_same_hash_for_ever(void **state)
{
	(void)state;
	/* field names are made of it: a change here cuts every account's graph */
	want_hash(19, hash_bytes(zero, raw_of("email@ourdomain.com")), 0x52908b9762b37179);
	want_hash(1, hash_bytes(zero, raw_of("/")), 0x25582f928c81f862);
}

static void nothing_has_a_hash_too(void **state)
{
	(void)state;
	want_hash(0, hash_bytes(zero, raw_from(NULL, 0)), 0xd1fba762150c532c);
	want_hash(0, hash_bytes(zero, raw_of("")), 0xd1fba762150c532c);
}

static void where_the_bytes_lie_makes_no_difference(void **state)
{
	char buffer[64];

	(void)state;
	for (size_t shift = 0; shift < 16; shift++) {
		memcpy(buffer + shift, "email@ourdomain.com", 19);
		want_hash(19, hash_bytes(zero, raw_from(buffer + shift, 19)), 0x52908b9762b37179);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_siphash_1_3),
		cmocka_unit_test(a_name_has_the_same_hash_for_ever),
		cmocka_unit_test(nothing_has_a_hash_too),
		cmocka_unit_test(where_the_bytes_lie_makes_no_difference),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}

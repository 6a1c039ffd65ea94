#include "base/sparse.h"

struct piece {
	uint32_t at, n;
};

enum {
	GAP = 64,    /* zeros that are worth a new piece */
	PIECE = 256, /* bytes that are copied at once */
	WORD = 8,
};

size_t sparse_room(size_t size)
{
	return sizeof(struct piece) + size; /* a piece more spares more bytes than it takes */
}

/* Where the zeros that begin at `at` end, or the block does. */
static size_t zeros_end(const char *block, size_t size, size_t at)
{
	static const char zeros[256];

	while (size - at >= sizeof(zeros) && memcmp(block + at, zeros, sizeof(zeros)) == 0)
		at += sizeof(zeros);
	while (at < size && !block[at])
		at++;
	return at;
}

/* Where a piece that begins at `at` ends. */
static size_t piece_end(const char *block, size_t size, size_t at)
{
	size_t end = at + 1;

	for (size_t i = end; i < size && i - end < GAP; i++) {
		/* most of what is kept has few zeros: eight bytes of which the last is none */
		while (size - i > WORD && i - end <= GAP - WORD && block[i + WORD - 1])
			end = i += WORD;
		if (block[i])
			end = i + 1;
	}
	return end;
}

size_t sparse_to(const void *block, size_t size, char *ret)
{
	const char *from = block;
	size_t n = 0;

	for (size_t at = zeros_end(from, size, 0); at < size;) {
		size_t end = piece_end(from, size, at);
		struct piece piece = { (uint32_t)at, (uint32_t)(end - at) };

		memcpy(ret + n, &piece, sizeof(piece));
		memcpy(ret + n + sizeof(piece), from + at, piece.n);
		n += sizeof(piece) + piece.n;
		at = zeros_end(from, size, end);
	}
	return n;
}

bool sparse_from(struct sw_raw pieces, void *block, size_t size)
{
	while (pieces.n > 0) {
		struct piece piece = { 0, UINT32_MAX };

		if (pieces.n >= sizeof(piece))
			memcpy(&piece, pieces.p, sizeof(piece));
		if (pieces.n < sizeof(piece) || piece.n > pieces.n - sizeof(piece) ||
		    piece.at > size || piece.n > size - piece.at) {
			memset(block, 0, size);
			return false;
		}
		memcpy((char *)block + piece.at, pieces.p + sizeof(piece), piece.n);
		pieces = raw_skip(pieces, sizeof(piece) + piece.n);
	}
	return true;
}

bool sparse_is_one(struct sw_raw pieces, size_t size, struct sw_raw *ret)
{
	struct piece piece;

	_Static_assert(SPARSE_HEAD == sizeof(piece), "as sparse.h says");
	if (pieces.n < sizeof(piece))
		return false;
	memcpy(&piece, pieces.p, sizeof(piece));
	pieces = raw_skip(pieces, sizeof(piece));
	if (piece.at != 0 || piece.n != pieces.n || piece.n > size)
		return false;
	*ret = pieces;
	return true;
}

void sparse_head(size_t n, char ret[SPARSE_HEAD])
{
	struct piece piece = { 0, (uint32_t)n };

	memcpy(ret, &piece, sizeof(piece));
}

void sparse_copy(const void *block, void *ret, size_t size)
{
	const char *from = block;
	size_t n;

	for (size_t at = zeros_end(from, size, 0); at < size; at = zeros_end(from, size, at + n)) {
		n = size - at < PIECE ? size - at : PIECE;
		memcpy((char *)ret + at, from + at, n);
	}
}

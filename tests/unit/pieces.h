/*
 * pieces: inputs for differential tests, made at random of pieces that mean something to the
 * parser, always the same ones.
 */
#ifndef SW_PIECES_H
#define SW_PIECES_H

#include <stdint.h>
#include <string.h>

static uint64_t pieces_drawn = 1;

/* 0..below-1 */
static inline size_t pieces_draw(size_t below)
{
	pieces_drawn = pieces_drawn * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (size_t)(pieces_drawn >> 33) % below;
}

/* Up to `most` of the n pieces, one behind the other, into buf, terminated; returns how long. */
static inline size_t pieces_make(char *buf, size_t size, const char *const *piece, size_t n,
				 size_t most)
{
	size_t length = 0;

	for (size_t left = pieces_draw(most + 1); left > 0; left--) {
		const char *one = piece[pieces_draw(n)];
		size_t bytes = strlen(one);

		if (length + bytes >= size)
			break;
		memcpy(buf + length, one, bytes);
		length += bytes;
	}
	buf[length] = '\0';
	return length;
}

/*
 * Change one byte of the first `within` into a neighbour of its own, another of the text or of
 * `bytes`, or take it out, or twice; there is room for one more. Returns the new length.
 */
static inline size_t pieces_edit(char *text, size_t length, size_t within, const char *bytes)
{
	size_t at = pieces_draw(length < within ? length : within);

	switch (pieces_draw(6)) {
	case 0:
		text[at]++;
		break;
	case 1:
		text[at]--;
		break;
	case 2:
		text[at] = bytes[pieces_draw(strlen(bytes))];
		break;
	case 3:
		text[at] = text[pieces_draw(length)];
		break;
	case 4:
		memmove(text + at, text + at + 1, length - at - 1);
		return length - 1;
	default:
		memmove(text + at + 1, text + at, length - at);
		return length + 1;
	}
	return length;
}

#endif

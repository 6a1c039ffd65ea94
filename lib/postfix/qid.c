#include "postfix/qid.h"

/* The digits of Postfix's base 52 in their order (util/safe_ultostr.c): no vowels. */
const unsigned char qid_kind[256] = {
	['0'] = 1,	   ['1'] = 2,	      ['2'] = 3,	 ['3'] = 4,
	['4'] = 5,	   ['5'] = 6,	      ['6'] = 7,	 ['7'] = 8,
	['8'] = 9,	   ['9'] = 10,	      ['B'] = 11,	 ['C'] = 12,
	['D'] = 13,	   ['F'] = 14,	      ['G'] = 15,	 ['H'] = 16,
	['J'] = 17,	   ['K'] = 18,	      ['L'] = 19,	 ['M'] = 20,
	['N'] = 21,	   ['P'] = 22,	      ['Q'] = 23,	 ['R'] = 24,
	['S'] = 25,	   ['T'] = 26,	      ['V'] = 27,	 ['W'] = 28,
	['X'] = 29,	   ['Y'] = 30,	      ['Z'] = 31,	 ['b'] = 32,
	['c'] = 33,	   ['d'] = 34,	      ['f'] = 35,	 ['g'] = 36,
	['h'] = 37,	   ['j'] = 38,	      ['k'] = 39,	 ['l'] = 40,
	['m'] = 41,	   ['n'] = 42,	      ['p'] = 43,	 ['q'] = 44,
	['r'] = 45,	   ['s'] = 46,	      ['t'] = 47,	 ['v'] = 48,
	['w'] = 49,	   ['x'] = 50,	      ['y'] = 51,	 ['z'] = 52,
	['A'] = QID_OTHER, ['E'] = QID_OTHER, ['I'] = QID_OTHER, ['O'] = QID_OTHER,
	['U'] = QID_OTHER, ['a'] = QID_OTHER, ['e'] = QID_OTHER, ['i'] = QID_OTHER,
	['o'] = QID_OTHER, ['u'] = QID_OTHER, ['_'] = QID_OTHER,
};

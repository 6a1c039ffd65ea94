#include "reference_label.h"

static bool continues(struct sw_raw in, size_t k)
{
	return ((unsigned char)in.p[k] & 0xc0) == 0x80;
}

/* Does a cut before byte k part a well-formed character of UTF-8? */
static bool parts_character(struct sw_raw in, size_t k)
{
	size_t lead = k;
	size_t end = k;
	unsigned char c;

	while (lead > 0 && continues(in, lead))
		lead--;
	while (end < in.n && continues(in, end))
		end++;
	c = (unsigned char)in.p[lead];
	if (lead == k || c < 0xc2 || c > 0xf4)
		return false;
	c = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	return k < lead + c && lead + c <= end;
}

bool reference_label(const struct sw_label *l, struct sw_raw in)
{
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				   " @._+-/:,=()%[]";
	char back[SW_LABEL_MAX];
	size_t n = sw_label_decode(l, back, sizeof(back));

	if (l->n > SW_LABEL_MAX || strlen(l->s) != l->n || strspn(l->s, kept) != l->n)
		return false;
	if (!l->cut)
		return raw_same(raw_from(back, n), in);
	if (n < 3 || memcmp(back + n - 3, "...", 3) != 0 || n - 3 >= in.n)
		return false;
	n -= 3;
	return raw_same(raw_from(back, n), raw_from(in.p, n)) && !parts_character(in, n);
}

bool reference_name(const struct sw_label *l, struct sw_raw name)
{
	struct sw_label inner = *l;

	if (l->s[0] != '[') /* it stands as it is: nothing in it that our sentences are made of */
		return name.n > 0 && strcspn(l->s, " :,=()[]") == l->n && reference_label(l, name);
	if (!l->cut && l->s[l->n - 1] != ']')
		return false;
	inner.n = (uint16_t)(l->n - 1 - !l->cut);
	memmove(inner.s, l->s + 1, inner.n);
	inner.s[inner.n] = '\0';
	return !strpbrk(inner.s, "[]") && reference_label(&inner, name);
}

#include "incident/say.h"

#include <time.h>
#include <unistd.h>

#include "base/label.h"
#include "incident/fold.h"
#include "os/clock.h"

static void escape(FILE *to, uint32_t c)
{
	if (c < 0x10000) {
		fprintf(to, "\\u%04x", c);
		return;
	}
	c -= 0x10000;
	fprintf(to, "\\u%04x\\u%04x", 0xD800 + (c >> 10), 0xDC00 + (c & 0x3FF));
}

void say_json(FILE *to, struct sw_raw text)
{
	putc('"', to);
	while (text.n > 0) {
		int64_t c = fold_next(&text);

		if (c < 0) {
			escape(to, 0xDC00 + (unsigned char)text.p[0]);
			text = raw_skip(text, 1);
		} else if (c == '"' || c == '\\') {
			fprintf(to, "\\%c", (char)c);
		} else if (c >= ' ' && c < 0x7F) {
			putc((int)c, to);
		} else {
			escape(to, (uint32_t)c);
		}
	}
	putc('"', to);
}

static bool is_plain(struct sw_raw text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!raw_is_alnum(text.p[i]) && !strchr("@._+-/:,=", text.p[i]))
			return false;
	return text.n > 0 && !memchr(text.p, '\0', text.n);
}

static bool is_printable(struct sw_raw text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || (unsigned char)text.p[i] >= 0x7F)
			return false;
	return true;
}

void say_shell(FILE *to, struct sw_raw text)
{
	bool printable = is_printable(text);

	if (is_plain(text)) {
		fwrite(text.p, 1, text.n, to);
		return;
	}
	fputs(printable ? "'" : "$'", to);
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (printable && c == '\'')
			fputs("'\\''", to);
		else if (printable)
			putc(c, to);
		else if (c >= ' ' && c < 0x7F && c != '\'' && c != '\\')
			putc(c, to);
		else
			fprintf(to, "\\%03o", (unsigned char)c);
	}
	putc('\'', to);
}

const char *say_colour(const struct sw_host *h, enum say_colour colour)
{
	static const char *const sequences[] = {
		[SAY_PLAIN] = "\033[0m", [SAY_STRONG] = "\033[1m", [SAY_ALARM] = "\033[1;31m"
	};
	static int coloured = -1;
	const char *terminal = host_env(h, "TERM");

	if (coloured < 0)
		coloured = isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0 &&
			   !host_env(h, "NO_COLOR");
	if (!coloured)
		return "";
	return sequences[colour];
}

void say_wrapped(const char *text, size_t column, size_t indent)
{
	struct sw_raw rest = raw_of(text);
	struct sw_raw word;
	bool first = true;

	while (raw_word(&rest, " ", &word)) {
		if (!first && column + 1 + word.n > SAY_COLUMNS) {
			printf("\n%*s", (int)indent, "");
			column = indent;
			first = true;
		}
		column += (size_t)printf("%s%.*s", first ? "" : " ", (int)word.n, word.p);
		first = false;
	}
	putchar('\n');
}

void say_time(FILE *to, int64_t time)
{
	time_t t = (time_t)time;
	char text[32];
	struct tm tm;

	if (time > 0 && localtime_r(&t, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) > 0)
		fputs(text, to);
	else
		fputs("at a time that is not known", to);
}

void say_span(FILE *to, int64_t first, int64_t last)
{
	say_time(to, first);
	if (last == first)
		return;
	fputs(" to ", to);
	say_time(to, last);
}

void say_name(FILE *to, struct sw_raw name)
{
	struct sw_label l = label_new();

	sw_label_add_name(&l, name);
	fputs(l.s, to);
}

void say_progress_begin(struct say_progress *p)
{
	p->on = isatty(STDERR_FILENO) && isatty(STDOUT_FILENO);
	p->began = p->last = clock_ms();
}

void say_progress(struct say_progress *p, const char *what, uint64_t done, uint64_t of)
{
	int64_t now;
	double rate;

	if (!p->on || done % 256 || (now = clock_ms()) - p->last < 200)
		return;
	p->last = now;
	rate = 1000 * (double)done / (double)(now - p->began);
	fprintf(stderr, "\r\033[K%s %llu", what, (unsigned long long)done);
	if (of > done)
		fprintf(stderr, " of %llu (%.0f a second, %.0f s left)", (unsigned long long)of,
			rate, (double)(of - done) / rate);
	else
		fprintf(stderr, " (%.0f a second)", rate);
}

void say_progress_end(struct say_progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
	p->on = false;
}

bool say_close(FILE *to, char *const *text)
{
	return fclose(to) == 0 && *text;
}

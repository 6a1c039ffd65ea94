#include "words/command.h"

#include "postfix/account.h"
#include "postfix/spool.h"

/* Of a label's own characters those that are none of a shell's, in any place of a word. */
static bool is_word(struct sw_raw name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!raw_is_alnum(name.p[i]) && (name.p[i] == '\0' || !strchr("@._+-/", name.p[i])))
			return false;
	return name.n > 0;
}

struct sw_label words_contain(struct sw_raw key, const char *config_directory)
{
	struct sw_label text = label_new();

	if (account_kind(key) != SW_ACCOUNT_LOGIN || !is_word(key) || !config_directory ||
	    !is_word(raw_of(config_directory)))
		return text;
	sw_label_print(&text, "spoolwatch contain ");
	if (strcmp(config_directory, SPOOL_CONFIG_DIRECTORY) != 0) {
		sw_label_print(&text, "-c %s ", config_directory);
	}
	/* behind "--" all is a name */
	sw_label_print(&text, "%s", key.p[0] == '-' ? "-- " : "");
	sw_label_add(&text, key);
	return text.cut ? label_new() : text;
}

void words_contain_behind(struct sw_label *text, const struct sw_label *command)
{
	struct sw_label piece = sw_label_printed(" (");

	if (command->n == 0 || text->n == 0)
		return;
	sw_label_append(&piece, command);
	sw_label_print(&piece, ")");
	if (!piece.cut)
		(void)label_add_whole(text, &piece);
}

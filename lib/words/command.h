/* command: what to type next, behind a sentence. */
#ifndef SW_WORDS_COMMAND_H
#define SW_WORDS_COMMAND_H

#include "base/label.h"

/*
 * The command that takes an account (a key of postfix/account.h) out of the way, "spoolwatch
 * contain email@ourdomain.com", for who reads it in a mail and types it into a shell; with "-c DIR"
 * where the configuration directory of its Postfix instance is not the default's. Empty where it
 * takes none: a user ID, an address; where the instance is not known (NULL or ""); and for a name
 * that a shell does not take as it stands: what quotes it for a shell is syntax to munin-limits,
 * and no label can hold it.
 */
struct sw_label words_contain(struct sw_raw key, const char *config_directory);

/* Put " (spoolwatch contain ...)" behind a sentence; nothing where it does not fit whole. */
void words_contain_behind(struct sw_label *text, const struct sw_label *command);

#endif

#include "words/client.h"

#include "words/share.h"

struct sw_label words_client(const struct words_client *client)
{
	struct sw_label text = sw_label_printed("%s ", client->address);

	words_count(&text, client->connections, "connection", "connections");
	if (client->addresses > 0) {
		sw_label_print(&text, " from ");
		words_count(&text, client->addresses, "address", "addresses");
	}
	if (client->half_open > 0)
		sw_label_print(&text, ", %llu of them half open",
			       (unsigned long long)client->half_open);
	if (client->account.n == 0)
		return text;
	sw_label_print(&text, ", used by ");
	sw_label_append(&text, &client->account);
	if (client->others > 0) {
		sw_label_print(&text, " +");
		words_count(&text, client->others, "account", "accounts");
	}
	return text;
}

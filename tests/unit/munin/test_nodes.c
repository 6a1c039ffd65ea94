#include <errno.h>
#include <stdlib.h>

#include "munin/nodes.h"
#include "test.h"

static struct nodes *nodes_of(const char *words)
{
	struct nodes *nodes = calloc(1, sizeof(*nodes));

	assert_non_null(nodes);
	nodes_from(raw_of(words), "rate", nodes);
	return nodes;
}

static void each_word_is_a_node(void **state)
{
	static const struct {
		const char *words;
		size_t n;
		const char *name, *address, *ask, *failed; /* of the last one */
	} rows[] = {
		{ "", 0 },
		{ " ,, ", 0 },
		{ "192.0.2.1", 1, "192.0.2.1", "192.0.2.1:4949",
		  "cap multigraph\nfetch rate\nquit\n", "" },
		{ "192.0.2.1, 192.0.2.2:5000/x_out", 2, "192.0.2.2:5000/x_out", "192.0.2.2:5000",
		  "cap multigraph\nfetch x_out\nquit\n", "" },
		{ "[2001:db8::1]:25/rate", 1, "[2001:db8::1]:25/rate", "[2001:db8::1]:25",
		  "cap multigraph\nfetch rate\nquit\n", "" },
		{ "192.0.2.1 192.0.2.1:4949", 1, "192.0.2.1", "192.0.2.1:4949",
		  "cap multigraph\nfetch rate\nquit\n", "" },
		{ "192.0.2.1 192.0.2.1/rate", 1, "192.0.2.1", "192.0.2.1:4949",
		  "cap multigraph\nfetch rate\nquit\n", "" },
		{ "192.0.2.1 ::ffff:192.0.2.1", 1, "192.0.2.1", "192.0.2.1:4949",
		  "cap multigraph\nfetch rate\nquit\n", "" },
		{ "192.0.2.1 192.0.2.1/other", 2, "192.0.2.1/other", "192.0.2.1:4949",
		  "cap multigraph\nfetch other\nquit\n", "" },
		{ "192.0.2.1 192.0.2.2", 2, "192.0.2.2", "192.0.2.2:4949",
		  "cap multigraph\nfetch rate\nquit\n", "" },
		{ "mx mx", 2, "mx", NULL, "",
		  "it is no address, and names are not looked up: allowed is such as 192.0.2.1, "
		  "192.0.2.1:4949 or [2001:db8::1]:4949" },
		{ "192.0.2.1/aZ09-_.:", 1, "192.0.2.1/aZ09-_.:", "192.0.2.1:4949",
		  "cap multigraph\nfetch aZ09-_.:\nquit\n", "" },
		{ "mx.example.com", 1, "mx.example.com", NULL, "",
		  "it is no address, and names are not looked up: allowed is such as 192.0.2.1, "
		  "192.0.2.1:4949 or [2001:db8::1]:4949" },
		{ "192.0.2.1/", 1, "192.0.2.1/", NULL, "", " is no name of a plugin" },
		{ "192.0.2.1/x$(id)", 1, "192.0.2.1/x%24(id)", NULL, "",
		  "x%24(id) is no name of a plugin" },
		{ "192.0.2.1/$x", 1, "192.0.2.1/%24x", NULL, "", "%24x is no name of a plugin" },
		{ "192.0.2.1/x;", 1, "192.0.2.1/x%3B", NULL, "", "x%3B is no name of a plugin" },
	};
	char text[PEER_TEXT];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct nodes *nodes = nodes_of(rows[i].words);
		size_t last = nodes->n - 1;

		want_number(rows[i].words, nodes->n, rows[i].n);
		if (rows[i].n == 0) {
			free(nodes);
			continue;
		}
		want_text(rows[i].words, nodes->node[last].name.s, rows[i].name);
		want_text(rows[i].words, nodes->node[last].ask, rows[i].ask);
		want_text(rows[i].words, nodes->node[last].failed.text.s, rows[i].failed);
		peer_text(&nodes->peer[last].address, text);
		if (rows[i].address)
			want_text(rows[i].words, text, rows[i].address);
		free(nodes);
	}
}

static void a_name_has_a_length(void **state)
{
	(void)state;
	for (size_t n = NODES_PLUGIN - 1; n <= NODES_PLUGIN + 1; n++) {
		char words[NODES_PLUGIN + 32] = "192.0.2.1/";
		struct nodes *nodes;

		memset(words + strlen(words), 'x', n);
		nodes = nodes_of(words);
		want_number("too long", nodes->node[0].failed.code, n > NODES_PLUGIN ? EINVAL : 0);
		want_number("asked", strlen(nodes->node[0].ask),
			    n > NODES_PLUGIN ? 0 : strlen("cap multigraph\nfetch \nquit\n") + n);
		free(nodes);
	}
}

static void of_too_many_the_others_are_counted(void **state)
{
	struct nodes *nodes;
	char words[16 * 80] = "";

	(void)state;
	for (int i = 0; i < 70; i++)
		snprintf(words + strlen(words), sizeof(words) - strlen(words), "192.0.2.%d ", i);
	nodes = nodes_of(words);
	want_number("asked", nodes->n, NODES_MAX);
	want_number("others", nodes->beyond, 70 - NODES_MAX);
	free(nodes);
}

static void one_that_fails_leaves_the_others_as_they_are(void **state)
{
	struct sw_host h = host_new(NULL);
	struct nodes *nodes = nodes_of("192.0.2.1 name 192.0.2.3 192.0.2.4");

	(void)state;
	host_file(&h, "/peers/192.0.2.1:4949", "# munin node at mx\ncap\n#a\n.\n");
	host_file(&h, "/peers/192.0.2.3:4949", "# munin node at mx\ncap\n#a\n");
	nodes_connect(&h, nodes);
	nodes_hear(&h, nodes, 1000);
	want_number("none beyond them", nodes->peer[4].ask.n, 0);
	want_number("none beyond them", nodes->peer[4].failed.code, 0);
	want_number("none beyond them", nodes->peer[4].fd, 0);
	want_number("fine", nodes->node[0].failed.code, 0);
	want_raw("fine",
		 raw_from(nodes->node[0].answer.beside.text, nodes->node[0].answer.beside.n),
		 "a\n");
	want_number("no address", nodes->node[1].failed.code, EINVAL);
	want_number("half of it", nodes->node[2].failed.code, EPROTO);
	want_number("not there", nodes->node[3].failed.code, ENOENT);
	nodes_free(nodes);
	free(nodes);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_is_a_node),
		cmocka_unit_test(a_name_has_a_length),
		cmocka_unit_test(of_too_many_the_others_are_counted),
		cmocka_unit_test(one_that_fails_leaves_the_others_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

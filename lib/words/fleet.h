/* fleet: an account over many mail servers, in words. */
#ifndef SW_WORDS_FLEET_H
#define SW_WORDS_FLEET_H

#include "traffic/fleet.h"

/*
 * "email@ourdomain.com at least 1200 msg in 24 h on 3 of 10 nodes"; of networks "12 networks, 1200
 * msg in 24 h". `at_least`: not all nodes told all.
 */
struct sw_label words_fleet(const struct fleet_sum *sum, enum fleet_what what, size_t nodes,
			    bool at_least);

/* What to type on each of them; empty as words_contain(). */
struct sw_label words_fleet_command(const struct fleet_sum *sum);

#endif

/* doors: how an account can still be used when its mail is refused; for a person to shut. */
#ifndef SW_INCIDENT_DOORS_H
#define SW_INCIDENT_DOORS_H

#include <stdio.h>

#include "base/raw.h"

/* All of them, with the commands, on lines of their own. */
void doors_say(FILE *to, struct sw_raw account);

/* Command number i of these, for a shell. False behind the last. */
bool doors_say_command(FILE *to, size_t i, struct sw_raw account);

#endif

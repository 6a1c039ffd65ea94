/* reference_delivery: what a delivery line says, and why a recipient was refused, slow and obvious. */
#ifndef SW_REFERENCE_DELIVERY_H
#define SW_REFERENCE_DELIVERY_H

#include "base/raw.h"

/* Does all of lib/traffic/delivery.h say of a text what regular expressions say? */
bool reference_delivery_agrees(struct sw_raw text);

/* And lib/traffic/refusal.c of a refusal, by copies and strstr(3) of each row of the table? */
bool reference_refusal_agrees(struct sw_raw text);

#endif

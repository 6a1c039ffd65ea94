/*
 * colours: of fields that mean the same in several graphs; for all others lib/munin has a palette.
 * Paul Tol's "vibrant", which keeps apart from that for colour-blind people, too.
 */
#ifndef SW_PARTS_COLOURS_H
#define SW_PARTS_COLOURS_H

#define COLOUR_MOST   "CC3311" /* who leads, and what is broken */
#define COLOUR_DOUBT  "EE7733" /* what waits for somebody: held mail, minutes blocked */
#define COLOUR_OTHERS "BBBBBB" /* all that have no name here */

#endif

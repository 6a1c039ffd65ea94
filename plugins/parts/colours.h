/*
 * colours: of fields that mean the same in several graphs; for all others lib/munin has a palette.
 * Each is as far from that as a red, an orange and a grey can be, for colour-blind people, too:
 * tests/system/colours.sh measures it.
 */
#ifndef SW_PARTS_COLOURS_H
#define SW_PARTS_COLOURS_H

#define COLOUR_MOST   "AA0000" /* who leads, and what is broken */
#define COLOUR_DOUBT  "FFB000" /* what waits for somebody: held mail, minutes blocked */
#define COLOUR_OTHERS "C8C8C8" /* all that have no name here */

#endif

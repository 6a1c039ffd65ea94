/*
 * master: the services of master.cf and the options that they give to their programs (master(5);
 * Postfix's util/readlline.c, master/master_ent.c, util/extpar.c, getopt(3) of the daemons).
 */
#ifndef SW_INCIDENT_MASTER_H
#define SW_INCIDENT_MASTER_H

#include "base/raw.h"

enum { MASTER_BYTES = 1 << 20 }; /* of a master.cf that is read */

/* All borrowed from the buffer of master_next(). */
struct master_service {
	struct sw_raw name;	 /* "submission", "127.0.0.1:10025" */
	struct sw_raw type;	 /* "inet", "pass" ... */
	struct sw_raw command;	 /* "smtpd" */
	struct sw_raw arguments; /* behind it, continuation lines joined */
};

/*
 * Take the next service of *rest, the text of a master.cf, into *ret; false at its end. `buf` has
 * room for rest->n bytes as it was before the first call. A line that has no eight fields is passed
 * over, Postfix does not start with it. Any bytes are legal.
 */
bool master_next(struct sw_raw *rest, char *buf, struct master_service *ret);

/*
 * What the last `-o PARAMETER=value`, `-oPARAMETER=value` or `-o { PARAMETER = value }` of a
 * service sets, without blanks around it; borrowed as the service is. False: none does.
 */
bool master_option(const struct master_service *service, struct sw_raw parameter,
		   struct sw_raw *ret);

/*
 * Take the next word of a list as Postfix does (mystrtokq()): separated by bytes of `separators`,
 * which do not count between { and }. False at its end.
 */
bool master_word(struct sw_raw *rest, const char *separators, struct sw_raw *ret);

#endif

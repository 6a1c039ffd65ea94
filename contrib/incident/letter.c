/* The verb letter: a mail to the owner of an account, to be edited and sent by hand. */
#include <stdio.h>

#include "incident/run.h"

int letter_run(struct run *r)
{
	struct sw_label name = { 0 };

	sw_label_add_name(&name, raw_of(r->options->value));
	printf("Subject: Your mail account %s was used by somebody else\n\n"
	       "Hello,\n\n"
	       "somebody who knows the password of your mail account %s has sent mail through\n"
	       "our server that was not yours. So that our server is not taken for the source of\n"
	       "spam we have stopped the sending of mail from your account. Mail to you is not\n"
	       "affected.\n\n"
	       "Please\n"
	       "  - have a virus scanner look at each device on which you use this account,\n"
	       "  - choose a new password that you use nowhere else, and change it too wherever\n"
	       "    you used the old one,\n"
	       "  - look into the settings of your mailbox for rules and forwardings that you did\n"
	       "    not make,\n"
	       "  - tell us when this is done: by phone, or from another address.\n"
	       "Then we open your account again. Of mail that waited at our server we send on\n"
	       "what you tell us is yours.\n\n"
	       "Whoever had your password could read your mail. If others have to know of that,\n"
	       "tell them.\n\n"
	       "We never ask for your password.\n\n"
	       "Your postmaster\n",
	       name.s, name.s);
	return EXIT_DONE;
}

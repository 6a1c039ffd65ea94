/*
 * Why a recipient was refused: an example for each row of the table, and what the codes say. The
 * wordings are those of real receivers, shortened; names and addresses are made up.
 */
#include "test.h"
#include "traffic/refusal.h"

#define HOST "host mx.far.example[198.51.100.9] said: "

/* A delivery that was refused so. */
static struct refusal_reason reason_of(const char *dsn, const char *said, const char *relay)
{
	struct sw_raw code = raw_of(dsn);
	struct delivery d = { .said = raw_of(said),
			      .relay = raw_of(relay),
			      .recipient = raw_of("v@far.example") };

	assert_true(delivery_take_dsn(&code, &d.dsn));
	return refusal_reason(&d);
}

static struct refusal_reason reply_of(const char *dsn, const char *words)
{
	static char said[4000];

	snprintf(said, sizeof(said), HOST "%s (in reply to RCPT TO command)", words);
	return reason_of(dsn, said, "mx.far.example[198.51.100.9]:25");
}

/* In the order of the table: words of the row, code, what a receiver says. */
static const struct {
	const char *words;
	const char *dsn;
	const char *said;
} examples[] = {
	/* clang-format off */
	{ "receiving mail at a rate", "4.2.1", "450-4.2.1 The user you want to reach is receiving mail at a rate that 450-4.2.1 prevents more" },
	{ "receiving mail too quickly", "4.0.0", "450 User is receiving mail too quickly" },
	{ "recipient has exceeded", "5.2.122", "554 5.2.122 The recipient has exceeded their limit of messages per hour" },
	{ "deferred due to excessive volume", "4.7.1", "421 4.7.1 Messages to <a@icloud.example> deferred due to excessive volume" },
	{ "organization queue quota", "4.7.3", "450 4.7.3 Organization queue quota exceeded." },
	{ "too many recent messages", "4.1.1", "452 4.1.1 <a@b.example> too many recent messages; Try again later" },
	{ "unverified address", "4.1.1", "450 4.1.1 <a@b.example>: Recipient address rejected: unverified address: in progress" },
	{ "address verification", "4.1.1", "450 4.1.1 <a@b.example>: Address verification in progress" },
	{ "greylist", "4.2.0", "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted, see http://postgrey.example/" },
	{ "graylist", "4.3.0", "451 Graylisted, try later" },
	{ "grey-list", "4.7.1", "451 4.7.1 Temporarily rejected, grey-listed" },
	{ "grey list", "4.0.0", "451 You have been grey listed" },
	{ "gray list", "4.0.0", "451 gray listing in use" },
	{ "[gl01]", "4.7.0", "421 4.7.0 [GL01] Message from (192.0.2.1) temporarily deferred" },
	{ "come back later", "4.7.1", "451 4.7.1 Sorry, the service is currently unavailable. Please come back later." },
	{ "try again in * second", "4.0.0", "451 Please try again in 180 seconds" },
	{ "try again in * minute", "4.3.0", "450 4.3.0 Not now, try again in 5 minutes" },
	{ "retry in * second", "4.0.0", "451 First attempt, retry in 300 seconds" },
	{ "retry in * minute", "4.0.0", "451 First attempt, please retry in 10 minutes" },
	{ "retry after * minute", "4.0.0", "451 Temporary, retry after 15 minutes" },
	{ "^try again later", "4.7.1", "451 4.7.1 Try again later" },
	{ "^service currently unavailable", "4.3.2", "450 4.3.2 Service currently unavailable" },
	{ "^internal resources are temporarily unavailable", "4.0.0", "451 Internal resources are temporarily unavailable - https://filter.example/docs#451" },
	{ "dmarc", "5.7.1", "550 5.7.1 Rejected by DMARC policy for far.example" },
	{ "dkim", "5.7.5", "550 5.7.5 DKIM signature did not verify" },
	{ "spf", "5.0.0", "550-SPF-check failed: 550 far.example does not allow mail from 192.0.2.1" },
	{ "sender policy framework", "5.7.1", "550 5.7.1 Sender Policy Framework says no" },
	{ "sender is unauthenticated", "5.7.1", "550-5.7.1 This mail has been blocked because the sender is unauthenticated." },
	{ "unauthenticated email", "5.7.1", "550-5.7.1 Unauthenticated email from far.example is not accepted" },
	{ "required authentication level", "5.7.515", "550 5.7.515 Access denied, sending domain far.example does not meet the required authentication level" },
	{ "reverse hostname", "4.7.1", "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]" },
	{ "cannot find your hostname", "4.7.1", "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]" },
	{ "reverse dns", "4.0.0", "421 Refused. Your reverse DNS entry does not resolve to an IP." },
	{ "reverse lookup", "5.7.1", "554 5.7.1 Reverse lookup of 192.0.2.1 failed" },
	{ "rdns", "5.7.1", "550 5.7.1 rDNS of 192.0.2.1 does not match" },
	{ "ptr", "5.0.0", "554-No SMTP service 554-Bad DNS PTR resource record." },
	{ "ip name lookup failed", "5.7.1", "550-5.7.1 Connection refused. IP name lookup failed for 192.0.2.1" },
	{ "invalid dns", "5.0.0", "550 Invalid DNS MX or A/AAAA resource record" },
	{ "helo command rejected", "4.7.1", "450 4.7.1 <mx>: Helo command rejected: Host not found" },
	{ "sender address rejected: domain not found", "4.1.8", "450 4.1.8 <a@b.example>: Sender address rejected: Domain not found" },
	{ "sender address rejected: not", "5.7.1", "553 5.7.1 <a@b.example>: Sender address rejected: not owned by user carol" },
	{ "sender address rejected: undeliverable", "5.1.7", "550 5.1.7 <a@b.example>: Sender address rejected: undeliverable address" },
	{ "sender address rejected: need", "5.5.2", "504 5.5.2 <a>: Sender address rejected: need fully-qualified address" },
	{ "sender verify", "5.0.0", "550 Sender verify failed" },
	{ "valid sender domain", "5.7.1", "550 5.7.1 Connections not accepted from servers without a valid sender domain" },
	{ "sender domain * not exist", "5.1.8", "550 5.1.8 Your sender domain b.example does not exist" },
	{ "sender domain must exist", "5.0.0", "550 sorry, your envelope sender domain must exist" },
	{ "domain of sender", "5.1.8", "553 5.1.8 Domain of sender address a@b.example does not exist" },
	{ "relay access denied", "5.7.1", "554 5.7.1 <a@b.example>: Relay access denied" },
	{ "relay not permitted", "5.0.0", "550 relay not permitted" },
	{ "relaying", "5.0.0", "550 relaying denied for <a@b.example>" },
	{ "authentication required", "5.7.0", "530 5.7.0 Authentication required" },
	{ "requires authentication", "5.0.0", "503 This mail server requires authentication" },
	{ "too many recipients", "4.5.3", "452 4.5.3 Too many recipients" },
	{ "message size", "5.3.4", "552 5.3.4 Message size exceeds fixed limit" },
	{ "over quota", "4.2.2", "452-4.2.2 The email account that you tried to reach is over quota." },
	{ "over the quota", "5.0.0", "552 Mailbox is over the quota" },
	{ "overquota", "5.1.1", "552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]" },
	{ "over its quota", "5.0.0", "550 Account is over its quota" },
	{ "quota exceeded", "5.2.2", "552 5.2.2 user quota exceeded" },
	{ "quota limit exceeded", "4.2.2", "422 4.2.2 Quota limit exceeded" },
	{ "quotaexceeded", "5.2.2", "554 5.2.2 mailbox; STOREDRV.Deliver.Exception:QuotaExceededException" },
	{ "exceeds * quota", "5.0.0", "552 This message exceeds the quota of the mailbox" },
	{ "exceeded * quota", "5.0.0", "550 The user has exceeded his quota" },
	{ "quota violation", "5.1.1", "552 5.1.1 <a@b.example> recipient rejected - extended quota violation" },
	{ "exceeded storage allocation", "5.0.0", "552 Requested mail action aborted: exceeded storage allocation" },
	{ "out of storage", "4.2.2", "452-4.2.2 The recipient's inbox is out of storage space. 452 4.2.2 Please" },
	{ "over its storage limit", "4.0.0", "422 The recipient's mailbox is over its storage limit" },
	{ "exceeded * storage limit", "5.0.0", "552 The user has exceeded his storage limit" },
	{ "storage full", "5.0.0", "552 recipient storage full, try again later" },
	{ "mailbox full", "5.0.0", "552 Mailbox full" },
	{ "mailbox is full", "5.0.0", "550 <a@b.example> mailbox is full" },
	{ "mailbox * is full", "5.0.0", "550 the mailbox of carol is full" },
	{ "inbox is full", "5.0.0", "550 The inbox is full" },
	{ "mailbox size limit", "5.2.2", "552 5.2.2 Mailbox size limit exceeded" },
	{ "mailbox limit exceeded", "5.0.0", "552 Mailbox limit exceeded for this address" },
	{ "insufficient system storage", "4.3.1", "452 4.3.1 Insufficient system storage" },
	{ "insufficient disk space", "4.3.1", "452 4.3.1 Insufficient disk space; try again later" },
	{ "no space left", "4.3.0", "451 4.3.0 write: No space left on device" },
	{ "uribl", "5.7.1", "550 5.7.1 Your message holds a name that is in URIBL" },
	{ "surbl", "5.7.1", "550 5.7.1 Listed in SURBL: bad.example" },
	{ "url * listed", "5.0.0", "550 A URL in this email (bad.example) is listed on a block list" },
	{ "url * blacklist", "5.7.1", "554 5.7.1 The URL bad.example is on our blacklist" },
	{ "link * blacklist", "5.7.1", "554 5.7.1 A link in your message is blacklisted" },
	{ "domain present in the spamhaus dbl", "5.7.1", "550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL" },
	{ "because its content", "5.7.0", "552-5.7.0 This message was refused because its content 552-5.7.0 presents a security issue" },
	{ "nature of the content", "4.7.0", "421 4.7.0 [192.0.2.1] This message is suspicious due to the nature of the content" },
	{ "spamassassin", "5.7.1", "550 5.7.1 Blocked by SpamAssassin" },
	{ "unsolicited mail originating", "4.7.0", "421-4.7.0 [192.0.2.1 15] We saw unsolicited mail originating from your IP address." },
	{ "rate of unsolicited mail", "4.7.28", "421-4.7.28 Unusual rate of unsolicited mail from [192.0.2.1], 421-4.7.28 so it is limited" },
	{ "reputation", "5.0.0", "554 Your access to this mail system has been rejected due to the sending MTA's poor reputation." },
	{ "user complaints", "4.7.0", "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1" },
	{ "temporarily deferred due to", "4.7.0", "421 4.7.0 [TS02] Mail from 192.0.2.1 is temporarily deferred due to its volume" },
	{ "will be permanently deferred", "4.7.1", "421 4.7.1 [TS03] All messages from 192.0.2.1 will be permanently deferred" },
	{ "block list", "5.7.1", "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Part of their network is on our block list (S3150)." },
	{ "blocklist", "5.0.0", "554 Blocklisting in effect" },
	{ "blacklist", "5.0.1", "550 5.0.1 Invalid Sender. Your domain has been blacklisted" },
	{ "black list", "5.0.0", "554-mail.example Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is black listed." },
	{ "denylist", "5.7.1", "550 5.7.1 192.0.2.1 is on our denylist" },
	{ "dnsbl", "5.0.0", "554 mail.example 192.0.2.1 found on one or more DNSBLs" },
	{ "rbl", "5.0.0", "550-JunkMail rejected - host [192.0.2.1]:4711 is in an RBL on zen.example" },
	{ "spamhaus", "5.7.1", "550 5.7.1 Mail from 192.0.2.1 was rejected due to listing in Spamhaus SBL" },
	{ "spamcop", "5.3.0", "553 5.3.0 Spam blocked see: http://spamcop.example/bl.shtml?192.0.2.1" },
	{ "sorbs", "5.7.1", "554 5.7.1 192.0.2.1 found in SORBS" },
	{ "uceprotect", "5.7.1", "554 5.7.1 Your network is in UCEPROTECT level 2" },
	{ "abuseat", "5.7.1", "550 5.7.1 Email blocked by cbl.abuseat.org" },
	{ "barracuda", "5.0.0", "554 Service unavailable; refused by Barracuda Central" },
	{ "csi.cloudmark", "4.0.0", "550 mw1 ME Adresse IP source bloquee. Ref http://csi.cloudmark.com/reset-request/?ip=192.0.2.1 [102]" },
	{ "ip * is listed", "5.0.0", "550 The sending IP (192.0.2.1) is listed on a list. Please resolve this" },
	{ "ip * listed in", "5.7.1", "554 5.7.1 Your IP 192.0.2.1 was listed in our own list" },
	{ "is listed at", "5.0.0", "550 192.0.2.1 is listed at zen.example (127.0.0.4)" },
	{ "listed by", "5.7.1", "554 5.7.1 192.0.2.1 listed by bl.example" },
	{ "blocked using", "5.7.1", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example" },
	{ "blocked - see", "5.0.0", "554 Blocked - see https://ipcheck.example/?ip=192.0.2.1" },
	{ "blocked for spam", "5.7.1", "550 5.7.1 192.0.2.1 blocked for spamming issues" },
	{ "block for spam", "4.0.0", "554 mx.example 192.0.2.1 Comcast block for spam." },
	{ "blocked for abuse", "5.3.0", "553 5.3.0 192.0.2.1 blocked for abuse" },
	{ "client host blocked", "4.0.0", "550 Client host blocked. OFR006_102" },
	{ "client host rejected: access denied", "5.7.1", "554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied" },
	{ "sender address rejected: access denied", "5.7.1", "554 5.7.1 <a@b.example>: Sender address rejected: Access denied" },
	{ "ip * has been blocked", "5.0.0", "550 Your IP 192.0.2.1 has been blocked" },
	{ "ip * is blocked", "5.0.0", "550 IP address 192.0.2.1 is blocked" },
	{ "ip * blocked by", "5.0.0", "550 Your IP blocked by the provider" },
	{ "ip blocked", "4.0.0", "421 Too much of it. IP blocked" },
	{ "ip address rejected", "5.0.0", "554 IP address rejected [fail]" },
	{ "bad ip", "5.7.1", "554 5.7.1 Rejected because Bad IP" },
	{ "ip * is banned", "5.0.0", "550 IP 192.0.2.1 is banned" },
	{ "banned send", "5.7.606", "550 5.7.606 Access denied, banned sending IP [192.0.2.1]" },
	{ "bad outbound sender", "5.1.8", "550 5.1.8 Access denied, bad outbound sender AS(42004)" },
	{ "spam abuse detected", "5.7.501", "550 5.7.501 Access denied, spam abuse detected" },
	{ "traffic not accepted from this ip", "5.7.708", "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP" },
	{ "not allowed to connect", "5.7.1", "554 5.7.1 You are not allowed to connect." },
	{ "connections will not be accepted from", "5.7.1", "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1" },
	{ "connections not accepted from ip", "5.7.1", "553 5.7.1 [BL23] Connections not accepted from IP addresses of this list" },
	{ "messages from * weren't sent", "5.0.0", "550 DY-001 (mx1) Unfortunately, messages from 192.0.2.1 weren't sent." },
	{ "server busy. please try again later from", "4.7.500", "451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719)" },
	{ "^ip=* problem occurred", "4.0.0", "554 IP=192.0.2.1 - A problem occurred. Ask your postmaster to get in touch with tosa. (BL)" },
	{ "dialup/transient ip", "4.0.0", "554 Dialup/transient IP not allowed (DIAL)" },
	{ "dynamic ip", "5.7.1", "550 5.7.1 We take no mail from dynamic IP addresses" },
	{ "ers-dul", "5.7.1", "550 5.7.1 sender IP found in ERS-DUL" },
	{ "not in whitelist", "4.7.0", "421 4.7.0 IP not in whitelist for RCPT domain, closing connection." },
	{ "rate limit reached", "4.0.0", "421 Rate limit reached. Please try again later" },
	{ "reject due to policy violations", "4.0.0", "450 Requested mail action not taken 450 Reject due to policy violations" },
	{ "policy restrictions (ip based)", "5.0.0", "550 <a@b.example>: Reject due to policy restrictions (IP based)" },
	{ "policy restrictions", "5.0.0", "550-Requested action not taken: mailbox unavailable 550 Reject due to policy restrictions." },
	{ "throttled - try again later", "4.0.0", "421 mx.example 192.0.2.1 Throttled - try again later." },
	{ "too many errors detected from your ip", "4.0.0", "451 too many errors detected from your IP (192.0.2.1)" },
	{ "suspected spam sender", "5.0.0", "550 Suspected spam sender." },
	{ "too much spam from", "4.0.0", "421 Too much spam from your address" },
	{ "rtr:bl", "5.7.1", "554 5.7.1 : (RTR:BL) postmaster.example" },
	{ "con:b1", "5.7.1", "554 5.7.1 : (CON:B1) postmaster.example" },
	{ "rly:b", "5.7.1", "554 5.7.1 : (RLY:B2) postmaster.example" },
	{ "hl:rep", "4.0.0", "421 HL:REP 163 smtp1,4711" },
	{ "hl:ipb", "5.0.0", "554 HL:IPB 163 smtp1,4711" },
	{ "mi:spb", "5.0.0", "550 MI:SPB 163 smtp1,4711" },
	{ "classified as spam", "5.7.1", "571 5.7.1 Message classified as spam, id=4711" },
	{ "classified as junk", "5.7.1", "550 5.7.1 Message classified as junk" },
	{ "considered as spam", "5.7.1", "550 5.7.1 Message considered as SPAM" },
	{ "considered spam", "5.7.0", "550-5.7.0 Message considered spam, rejected" },
	{ "detected as spam", "5.7.1", "550 5.7.1 Message was detected as spam" },
	{ "identified as spam", "5.7.1", "550 5.7.1 This mail was identified as spam" },
	{ "flagged as spam", "5.7.1", "554 5.7.1 Email cannot be delivered. Reason: Email flagged as Spam." },
	{ "marked as spam", "5.7.1", "550 5.7.1 Your mail was marked as spam" },
	{ "recognized as spam", "5.7.1", "550 5.7.1 Message recognized as spam" },
	{ "rejected as spam", "5.0.0", "550 Message rejected as spam" },
	{ "looks like spam", "5.0.0", "550 This looks like spam" },
	{ "appears to be spam", "5.7.1", "550 5.7.1 Message appears to be spam" },
	{ "because it is spam", "5.0.0", "554 We can't accept this message because it is spam" },
	{ "spam message", "5.0.0", "550 spam message rejected. Please visit http://help.example/" },
	{ "spam detected", "5.0.0", "550 spam detected" },
	{ "suspicion of spam", "5.7.1", "554 5.7.1 [2] Message rejected under suspicion of SPAM" },
	{ "probability of spam", "5.7.1", "550 5.7.1 High probability of spam" },
	{ "spam content", "5.0.0", "554 Message contains Spam Content" },
	{ "due to spam", "5.7.1", "550 5.7.1 refused due to spam" },
	{ "spam score", "5.7.1", "550 5.7.1 Spam score (12.4) too high" },
	{ "spam filter", "5.7.1", "550 5.7.1 Rejected by spam filter" },
	{ "spam or virus", "5.0.0", "550 taken for Spam or virus" },
	{ "may consider spam", "5.7.1", "554 5.7.1 The message from (<a@b.example>) matches a profile the Internet community may consider spam." },
	{ "reject, * spam", "5.7.0", "554 5.7.0 Reject, id=4711-01 - spam" },
	{ "likely unsolicited mail", "5.7.1", "550-5.7.1 [192.0.2.1 12] This message is likely unsolicited mail. 550-5.7.1 To reduce spam it was blocked." },
	{ "junkmail", "5.0.0", "550 JunkMail rejected" },
	{ "junk mail", "5.7.1", "554 5.7.1 No junk mail, please" },
	{ "content rejected", "5.7.1", "554 5.7.1 Message content rejected" },
	{ "content denied", "5.0.0", "550 Mail content denied. http://service.example/" },
	{ "content policy", "5.0.0", "550 Rejected - Content Policy" },
	{ "contents presented", "5.2.0", "550 5.2.0 message returned because contents presented a risk" },
	{ "potential security issue", "5.7.0", "552-5.7.0 This message presents a potential security issue" },
	{ "illegal attachment", "5.7.0", "552-5.7.0 Our system detected an illegal attachment on your message." },
	{ "virus", "5.0.0", "550 virus detected" },
	{ "malware", "5.7.1", "550 5.7.1 malware found" },
	{ "infected", "5.7.1", "550 5.7.1 This message is infected" },
	{ "phishing", "5.7.1", "550 5.7.1 Phishing found in message" },
	{ "[ph01]", "5.0.0", "554 Message not allowed - [PH01] Email not accepted for policy reasons." },
	{ "rejected due to local policy", "5.7.1", "554 5.7.1 [CS01] Message rejected due to local policy." },
	{ "rejected due to security policies", "5.0.0", "554 Email rejected due to security policies - https://filter.example/docs#554" },
	{ "mail rejected. ofr", "5.2.0", "550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]" },
	{ "dt:spm", "5.0.0", "554 DT:SPM 163 smtp1,4711" },
	{ "user unknown", "5.1.1", "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table" },
	{ "unknown user", "5.0.0", "550 Unknown user" },
	{ "unknown recipient", "5.0.0", "550 Unknown recipient" },
	{ "recipient unknown", "5.0.0", "550 Recipient unknown" },
	{ "recipient not found", "5.0.0", "550 Recipient not found" },
	{ "recipientnotfound", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not by SMTP address lookup" },
	{ "recipnotfound", "5.1.1", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found" },
	{ "unknown address", "5.0.0", "550 unknown address or alias" },
	{ "address unknown", "5.0.0", "553 address unknown" },
	{ "addressee unknown", "5.2.1", "550 5.2.1 <a@b.example>... Addressee unknown, relay=[192.0.2.1]" },
	{ "unknown local", "5.0.0", "550 Unknown local part carol" },
	{ "unknown or illegal", "5.1.1", "550 5.1.1 unknown or illegal alias: a@b.example" },
	{ "unknown account", "5.0.0", "550 Unknown account" },
	{ "unknown mailbox", "5.0.0", "550 unknown mailbox" },
	{ "no such user", "5.0.0", "550 No such user here" },
	{ "no such recipient", "5.1.1", "550 5.1.1 <blocked.spam@b.example> no such recipient" },
	{ "no such mailbox", "5.0.0", "550 No such mailbox" },
	{ "no such address", "5.0.0", "550 no such address here" },
	{ "no such account", "5.0.0", "550 no such account" },
	{ "no such person", "5.0.0", "550 No such person at this address" },
	{ "no such email", "5.0.0", "550 no such email address" },
	{ "no mailbox", "5.0.0", "550 sorry, no mailbox here by that name. (#5.1.1)" },
	{ "mailbox not found", "5.0.0", "552 1 Requested mail action aborted, mailbox not found" },
	{ "user not found", "5.0.0", "550 User not found: carol" },
	{ "account not found", "5.0.0", "550 Account not found" },
	{ "mailbox unavailable", "5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)." },
	{ "recipient unavailable", "5.2.0", "550 5.2.0 <a@b.example> - Recipient unavailable" },
	{ "account * does not exist", "5.1.1", "550-5.1.1 The account you tried to reach 550-5.1.1 does not exist." },
	{ "mailbox does not exist", "5.0.0", "550 Mailbox does not exist" },
	{ "user does not exist", "5.1.1", "550 5.1.1 <a@b.example>: user does not exist" },
	{ "user doesn't exist", "5.0.0", "550 user doesn't exist" },
	{ "address does not exist", "5.0.0", "550 The address does not exist" },
	{ "recipient does not exist", "5.0.0", "550 recipient does not exist" },
	{ "user doesn't have a", "5.0.0", "554 delivery error: dd This user doesn't have a ymail.example account (left) [0]" },
	{ "invalid mailbox", "5.0.0", "550 Message was not accepted -- invalid mailbox." },
	{ "invalid recipient", "5.1.1", "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]" },
	{ "invalid user", "5.0.0", "550 Invalid user" },
	{ "not a valid user", "5.0.0", "550 carol is not a valid user" },
	{ "not a valid mailbox", "5.0.0", "550 not a valid mailbox" },
	{ "not a known user", "5.0.0", "550 not a known user" },
	{ "unrouteable address", "5.0.0", "550 Unrouteable address" },
	{ "undeliverable address", "5.1.1", "550 5.1.1 <a@b.example>: Recipient address rejected: undeliverable address: host said no" },
	{ "could not be found, or was misspelled", "5.1.1", "550 5.1.1 Email address could not be found, or was misspelled (G8)" },
	{ "not our customer", "5.1.1", "550 5.1.1 Not our Customer" },
	{ "mailbox unallocated", "5.1.1", "550 5.1.1 <a@b.example> recipient mailbox unallocated" },
	{ "is no longer valid", "5.0.0", "554 delivery error: dd a@b.example is no longer valid. [-20]" },
	{ "account * disabled", "5.2.1", "550 5.2.1 The email account that you tried to reach is disabled." },
	{ "account * inactive", "5.0.0", "550 account is inactive" },
	{ "mailbox is disabled", "5.0.0", "554 delivery error: dd Sorry, this mailbox is disabled (554.30)." },
	{ "mailbox disabled", "5.2.1", "550 5.2.1 mailbox disabled, not accepting messages" },
	{ "mailbox * inactivity", "5.2.1", "550 5.2.1 This mailbox has been blocked due to inactivity" },
	{ "recipient address rejected: inactive", "5.7.1", "540 5.7.1 <a@b.example>: recipient address rejected: Inactive" },
	{ "account closed", "5.0.0", "550 Account Closed, Please Remove" },
	{ "recipient address rejected: access denied", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)" },
	{ "all recipient addresses rejected", "5.4.1", "550 5.4.1 All recipient addresses rejected : Access denied" },
	{ "^address rejected", "5.0.0", "550 #5.1.0 Address rejected." },
	{ "too many connections", "4.7.0", "421 4.7.0 mx.example Error: too many connections from 192.0.2.1" },
	{ "too many concurrent", "4.7.0", "421 4.7.0 Too many concurrent SMTP sessions" },
	{ "timeout exceeded", "4.4.2", "421 4.4.2 mx.example Error: timeout exceeded" },
	{ "starttls", "5.7.0", "530 5.7.0 Must issue a STARTTLS command first" },
	{ "tls required", "5.7.1", "550 5.7.1 TLS required" },
	{ "tls is required", "5.7.1", "550 5.7.1 TLS is required here" },
	{ "tls not available", "4.7.0", "454 4.7.0 TLS not available due to local problem" },
	/* clang-format on */
};

static void each_row_has_an_example(void **state)
{
	(void)state;
	want_number("rows", SW_COUNT(examples), (long long)refusal_words_n);
	for (size_t i = 0; i < refusal_words_n; i++) {
		struct refusal_reason got = reply_of(examples[i].dsn, examples[i].said);

		want_text("the row", refusal_words[i].words, examples[i].words);
		want_text(examples[i].said,
			  got.row < refusal_words_n ? refusal_words[got.row].words : "none",
			  refusal_words[i].words);
		want_number(examples[i].said, got.kind, refusal_words[i].kind);
	}
}

static void where_no_words_are_known_the_code_tells(void **state)
{
	static const struct {
		const char *what;
		const char *dsn;
		const char *said;
		enum refusal kind;
	} rows[] = {
		{ "no mailbox", "5.1.1", "550 5.1.1 nobody", REFUSAL_UNKNOWN_USER },
		{ "no domain", "5.1.2", "553 5.1.2 nowhere", REFUSAL_UNKNOWN_USER },
		{ "bad syntax", "5.1.3", "501 5.1.3 what", REFUSAL_UNKNOWN_USER },
		{ "moved", "5.1.6", "551 5.1.6 gone", REFUSAL_UNKNOWN_USER },
		{ "null MX", "5.1.10", "556 5.1.10 no", REFUSAL_UNKNOWN_USER },
		{ "another address", "5.1.0", "550 5.1.0 no", REFUSAL_OTHER },
		{ "a sender", "5.1.8", "550 5.1.8 no", REFUSAL_OTHER },
		{ "disabled", "5.2.1", "550 5.2.1 no", REFUSAL_UNKNOWN_USER },
		{ "busy", "4.2.1", "450 4.2.1 no", REFUSAL_OTHER },
		{ "full", "5.2.2", "552 5.2.2 no", REFUSAL_FULL },
		{ "full for now", "4.2.2", "452 4.2.2 no", REFUSAL_FULL },
		{ "a network", "4.4.2", "421 4.4.2 no", REFUSAL_CONNECTION },
		{ "a policy", "5.7.1", "550 5.7.1 no", REFUSAL_OTHER },
		{ "rate and blocked as words alone", "5.7.1",
		  "550 5.7.1 the rate is blocked, listed as spam", REFUSAL_OTHER },
		{ "SPF and DKIM", "5.7.26",
		  "550-5.7.26 This mail has been blocked, poor reputation. 550 5.7.26 no",
		  REFUSAL_OTHER },
		{ "DMARC, slowed down", "4.7.32", "421-4.7.32 rate limited, block list",
		  REFUSAL_OTHER },
		{ "reverse DNS", "5.7.25", "550-5.7.25 The IP address has no record", REFUSAL_OTHER },
		{ "a code in the words alone", "5.0.0", "550 #5.1.1 nobody", REFUSAL_UNKNOWN_USER },
		{ "behind the reply's own", "5.0.0", "550-#5.1.1 nobody", REFUSAL_UNKNOWN_USER },
		{ "the same at the end", "5.0.0", "550 nobody (#5.2.2)", REFUSAL_FULL },
		{ "Postfix's goes before", "5.7.1", "550 nobody (#5.2.2)", REFUSAL_OTHER },
		{ "German", "5.7.1", "550 5.7.1 Ihre Nachricht wird nicht angenommen", REFUSAL_OTHER },
		{ "Japanese", "5.3.0", "550 5.3.0 \345\217\227\344\277\241", REFUSAL_OTHER },
		{ "nothing", "5.0.0", "", REFUSAL_OTHER },
		{ "a soft one is not unknown", "4.2.0", "450 mailbox unavailable", REFUSAL_OTHER },
		{ "a hard one is not greylisted", "5.7.1", "554 5.7.1 Greylisted for ever", REFUSAL_OTHER },
		{ "a name in brackets", "5.3.0", "550 5.3.0 <blacklist@spamhaus.example> no",
		  REFUSAL_OTHER },
		{ "a name without", "5.3.0", "550 5.3.0 blacklist@spamhaus.example no", REFUSAL_OTHER },
		{ "a quoted name", "5.3.0", "550 5.3.0 <\"in our blacklist\"@b.example> no",
		  REFUSAL_OTHER },
		{ "the server's own name", "4.3.2", "421 4.3.2 mx.far.example: busy", REFUSAL_OTHER },
		{ "of a mailbox that there is not", "5.1.1", "550 5.1.1 blacklist: no such user",
		  REFUSAL_UNKNOWN_USER },
		{ "a bracket without an end", "5.7.1", "550 5.7.1 < blacklist", REFUSAL_REPUTATION },
		{ "a part of a word", "5.7.1", "550 5.7.1 irreputation rirbl", REFUSAL_OTHER },
		{ "over lines", "5.7.0", "552-5.7.0 refused because 552-5.7.0 its content 552 5.7.0 no",
		  REFUSAL_CONTENT },
		{ "over lines without a status", "5.0.0", "554-refused because 554-its 554 content",
		  REFUSAL_CONTENT },
		{ "in capitals", "5.7.1", "550 5.7.1 BLOCKED USING ZEN", REFUSAL_REPUTATION },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].what, reply_of(rows[i].dsn, rows[i].said).kind, rows[i].kind);
}

static void postfix_s_own_words_are_told_by_their_code(void **state)
{
	static const struct {
		const char *dsn;
		const char *said;
		const char *relay;
		enum refusal kind;
		bool at_connect;
	} rows[] = {
		{ "4.4.1", "connect to blacklist.example[192.0.2.1]:25: Connection timed out", "none",
		  REFUSAL_CONNECTION, true },
		{ "4.4.1",
		  "delivery temporarily suspended: connect to mx.example[192.0.2.1]:25: Connection refused",
		  "none", REFUSAL_CONNECTION, true },
		{ "4.4.2", "lost connection with mx[192.0.2.1] while sending RCPT TO",
		  "mx[192.0.2.1]:25", REFUSAL_CONNECTION, false },
		{ "4.4.3", "Host or domain name not found. Name service error for name=x", "none",
		  REFUSAL_CONNECTION, true },
		{ "4.7.5", "Cannot start TLS: handshake failure", "mx[192.0.2.1]:25",
		  REFUSAL_CONNECTION, false },
		{ "4.7.4", "TLS is required, but was not offered by host mx[192.0.2.1]",
		  "mx[192.0.2.1]:25", REFUSAL_CONNECTION, false },
		{ "4.7.8", "SASL authentication failed; server mx[192.0.2.1] said: 535 no",
		  "mx[192.0.2.1]:25", REFUSAL_OTHER, false },
		{ "5.4.6", "mail for b.example loops back to myself", "none", REFUSAL_CONNECTION, true },
		{ "5.1.0", "Domain b.example does not accept mail (nullMX)", "none",
		  REFUSAL_UNKNOWN_USER, false },
		{ "5.1.1", "User unknown in virtual alias table", "none", REFUSAL_UNKNOWN_USER, false },
		{ "5.3.4", "message size 9 exceeds size limit 8 of server mx[192.0.2.1]",
		  "mx[192.0.2.1]:25", REFUSAL_OTHER, false },
		{ "4.3.0", "mail transport unavailable, blacklist", "none", REFUSAL_OTHER, false },
		{ "4.0.0", "host mx[192.0.2.1] refused to talk to me: 554 on our block list",
		  "mx[192.0.2.1]:25", REFUSAL_REPUTATION, true },
		{ "4.0.0", "host mx[192.0.2.1] refused to talk to me: 550 Too many invalid recipients",
		  "mx[192.0.2.1]:25", REFUSAL_OTHER, true },
		{ "4.0.0",
		  "delivery temporarily suspended: host mx[192.0.2.1] refused to talk to me: 421 no",
		  "none", REFUSAL_OTHER, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusal_reason got = reason_of(rows[i].dsn, rows[i].said, rows[i].relay);

		want_number(rows[i].said, got.kind, rows[i].kind);
		want_number(rows[i].said, got.at_connect, rows[i].at_connect);
	}
}

/* Of a server or a domain that is called like a list. */
static void names_of_the_receiver_are_no_words(void **state)
{
	static const struct {
		const char *said;
		enum refusal kind;
	} rows[] = {
		{ "421 4.3.2 Blacklist.example busy", REFUSAL_OTHER },
		{ "421-blacklist.example, busy", REFUSAL_OTHER },
		{ "421 4.3.2 no mail for dnsbl.example.", REFUSAL_OTHER },
		{ "421 4.3.2 dnsbl.example.org says no", REFUSAL_REPUTATION },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char said[200];
		struct delivery d = { .said = raw_from(said, 0),
				      .relay = raw_of("blacklist.example[192.0.2.1]:25"),
				      .recipient = raw_of("a@dnsbl.example"),
				      .dsn = { 4, 3, 2 } };

		d.said.n = (size_t)snprintf(said, sizeof(said), HOST "%s", rows[i].said);
		want_number(rows[i].said, refusal_reason(&d).kind, rows[i].kind);
	}
}

/* What stands behind a code is at the beginning; a NUL is no digit of one. */
static void a_code_is_of_digits(void **state)
{
	static const char first[] = { '4', '3', 'x', '\0' };

	(void)state;
	for (size_t i = 0; i < sizeof(first); i++) {
		char said[] = HOST "?50 4.7.1 Try again later";
		struct delivery d = { .said = raw_from(said, sizeof(said) - 1),
				      .relay = raw_of("mx.far.example[198.51.100.9]:25"),
				      .recipient = raw_of("v@far.example"),
				      .dsn = { 4, 7, 1 } };

		*strchr(said, '?') = first[i];
		want_number(i < 1 ? "a code" : "none", refusal_reason(&d).kind,
			    i < 1 ? REFUSAL_GREYLISTED : REFUSAL_OTHER);
	}
}

static void words_of_any_length_are_looked_at_in_part(void **state)
{
	static char words[3000];

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	memcpy(words, "550 5.7.1 blacklist ", 20);
	want_number("at the beginning", reply_of("5.7.1", words).kind, REFUSAL_REPUTATION);
	memset(words, 'x', 20);
	memcpy(words + sizeof(words) - 12, " blacklist", 10);
	want_number("far behind", reply_of("5.7.1", words).kind, REFUSAL_OTHER);
	memset(words, '<', sizeof(words) - 1);
	want_number("brackets", reply_of("5.7.1", words).kind, REFUSAL_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_an_example),
		cmocka_unit_test(where_no_words_are_known_the_code_tells),
		cmocka_unit_test(postfix_s_own_words_are_told_by_their_code),
		cmocka_unit_test(names_of_the_receiver_are_no_words),
		cmocka_unit_test(a_code_is_of_digits),
		cmocka_unit_test(words_of_any_length_are_looked_at_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

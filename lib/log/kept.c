#include "log/kept.h"

#include <errno.h>

#include "log/window.h"

/* Who may not read a file is alike in all of one user. */
static bool is_luck(int code)
{
	return code != EACCES && log_window_can_pass(code);
}

static void keep_reason(struct pack *to, const struct log_reason *why)
{
	pack_number(to, why->doubt);
	pack_number(to, why->passes);
	pack_number(to, why->for_adm);
	pack_number(to, why->by_config);
	pack_number(to, why->journal);
	pack_label(to, &why->where);
	pack_label(to, &why->quote);
	pack_fault(to, &why->cause);
	pack_time(to, why->heard);
	pack_time(to, why->moved);
	pack_time(to, why->offset);
	pack_number(to, why->lines);
	pack_number(to, why->understood);
}

static void take_reason(struct sw_raw *from, struct log_reason *ret)
{
	ret->doubt = (enum log_doubt)pack_take_number(from, LOG_PART);
	ret->passes = pack_take_bool(from);
	ret->for_adm = pack_take_bool(from);
	ret->by_config = pack_take_bool(from);
	ret->journal = pack_take_bool(from);
	pack_take_label(from, &ret->where);
	pack_take_label(from, &ret->quote);
	pack_take_fault(from, &ret->cause);
	if (is_luck(ret->cause.code))
		pack_spoil(from);
	ret->heard = pack_take_time(from);
	ret->moved = pack_take_time(from);
	ret->offset = pack_take_time(from);
	ret->lines = pack_take_number(from, UINT64_MAX);
	ret->understood = pack_take_number(from, UINT64_MAX);
}

bool log_keep(struct pack *to, const struct log_proof *proof, const struct log_report *report)
{
	pack_time(to, proof->heard);
	pack_number(to, proof->reasons);
	for (size_t i = 1; i < proof->reasons; i++) {
		if (is_luck(proof->reason[i].cause.code))
			return false;
		keep_reason(to, &proof->reason[i]);
	}
	for (unsigned m = 0; m < proof->minutes; m++)
		pack_number(to, proof->why[m]);
	pack_number(to, report->candidates);
	pack_number(to, report->chosen);
	for (size_t i = 0; i < report->candidates; i++) {
		const struct log_candidate *one = &report->candidate[i];

		if (is_luck(one->error))
			return false;
		pack_label(to, &one->where);
		pack_number(to, (uint64_t)one->error);
		pack_time(to, one->heard);
	}
	return true;
}

void log_take_kept(struct sw_raw *from, struct log_proof *proof, struct log_report *report)
{
	proof->heard = pack_take_time(from);
	proof->reasons = (size_t)pack_take_number(from, LOG_PROOF_REASONS);
	if (proof->reasons == 0) { /* the first is always there */
		pack_spoil(from);
		proof->reasons = 1;
	}
	for (size_t i = 1; i < proof->reasons; i++)
		take_reason(from, &proof->reason[i]);
	for (unsigned m = 0; m < proof->minutes; m++)
		proof->why[m] = (unsigned char)pack_take_number(from, proof->reasons - 1);
	report->candidates = (size_t)pack_take_number(from, LOG_CANDIDATES);
	report->chosen = (size_t)pack_take_number(from, report->candidates);
	for (size_t i = 0; i < report->candidates; i++) {
		struct log_candidate *one = &report->candidate[i];

		pack_take_label(from, &one->where);
		one->error = (int)pack_take_number(from, INT16_MAX);
		one->heard = pack_take_time(from);
		if (is_luck(one->error))
			pack_spoil(from);
	}
}

#include "incident/report.h"
int report_day_run(struct run *r)
{
	(void)r;
	return 1;
}

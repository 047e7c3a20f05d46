/* fanout/summary.h - the figures as text, at the end. */
#ifndef FANOUT_SUMMARY_H
#define FANOUT_SUMMARY_H

#include "fanout/figures.h"

#include <stdio.h>

void summary_print(FILE *out, const fanout_figures *figures);

#endif

/* fanout/report.h - the figures as a file: HTML when its name ends in .html, else JSON. */
#ifndef FANOUT_REPORT_H
#define FANOUT_REPORT_H

#include "fanout/figures.h"

#include <stdio.h>

enum { REPORT_MESSAGE_MAX = 512 };

/* Whether `path` could be written, found out before anything else is done. */
bool report_check(const char *path, char message[REPORT_MESSAGE_MAX]);
/* Puts the whole report there, or leaves what was there. */
bool report_write(const char *path, const fanout_figures *figures, char message[REPORT_MESSAGE_MAX]);

/* The two kinds. False when out of memory; what goes wrong with `out` stays with it. */
bool report_json(FILE *out, const fanout_figures *figures);
bool report_html(FILE *out, const fanout_figures *figures);

#endif

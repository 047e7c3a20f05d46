/* fanout/html.h - text that is safe in a page, and how the page looks. */
#ifndef FANOUT_HTML_H
#define FANOUT_HTML_H

#include <stdio.h>

/* Text from anywhere, so that it stays text. */
void html_text(FILE *out, const char *text);

/* The page's style sheet, for light and for dark. */
extern const char html_style[];

#endif

/* fanout/lossy.h - text from anywhere as a JSON string: bytes that are not UTF-8 become question marks, since
 * a line that cannot be read is worth less than one with a flaw in it. */
#ifndef FANOUT_LOSSY_H
#define FANOUT_LOSSY_H

#include "json/writer.h"

void lossy_string(weft__writer *out, const char *text, size_t len);
void lossy_text(weft__writer *out, const char *text); /* NUL-terminated; NULL is written as null */
void lossy_name(weft__writer *out, const char *name);

#endif

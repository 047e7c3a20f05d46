/* fanout/format.h - numbers as people read them. Each fills the caller's text and returns it. */
#ifndef FANOUT_FORMAT_H
#define FANOUT_FORMAT_H

#include <stdint.h>

enum { FORMAT_MAX = 32 };

/* "812 us", "12.3 ms", "4.56 s", "312 s": three digits. */
const char *format_duration(char text[FORMAT_MAX], uint64_t ns);
/* The same with the micro sign in UTF-8, as the plots have it; a terminal may not know it. */
const char *format_page_duration(char text[FORMAT_MAX], uint64_t ns);
/* "0:07", "12:30", "1:02:03". */
const char *format_clock(char text[FORMAT_MAX], double seconds);
/* "1,234,567". */
const char *format_count(char text[FORMAT_MAX], uint64_t count);
/* "0.31", "4.5", "123", "12,345": a rate, to about three digits. */
const char *format_rate(char text[FORMAT_MAX], double per_second);
/* "512 B", "1.5 KiB", "23.4 MiB". */
const char *format_bytes(char text[FORMAT_MAX], uint64_t bytes);

#endif

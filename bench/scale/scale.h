/* scale/scale.h - one thing measured at growing numbers of it: what is flat stays as it is from doubling to doubling.
 *
 * A row is a file of its own, or a few of a kind share one: SCALE_ROW names it, and main.c finds it. It is measured by
 * one program run for each number, so that no row sees the memory of another. Times are the processor's, of this
 * thread: what else the machine does meanwhile is not in them.
 */
#ifndef SCALE_SCALE_H
#define SCALE_SCALE_H

#include <stddef.h>
#include <stdint.h>

/* What a row has nothing to say about stays below 0. */
typedef struct scale_figures {
    double each_ns;       /* of one of them, all in all */
    double inside_ms;     /* within the one function that was called */
    double turn_ms;       /* the longest turn of the loop */
    double late_ms;       /* how late a timer of the host's was, at worst */
    double bytes;         /* of memory, for each */
    double share_percent; /* what part of them did what is wanted */
} scale_figures;

typedef struct scale_row {
    const char *name;
    const char *what; /* in words, for the table */
    size_t most;      /* of them; beyond that it says nothing more, or takes too long */
    void (*measure)(size_t count, scale_figures *figures);
    struct scale_row *next;
} scale_row;

void scale_register(scale_row *row);
/* Ends the program: what cannot be measured is not left out in silence. */
void scale_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#define SCALE_ROW(row_name, row_what, row_most)                                                                        \
    static void measure_##row_name(size_t count, scale_figures *figures);                                              \
    __attribute__((constructor)) static void register_##row_name(void)                                                 \
    {                                                                                                                  \
        static scale_row row = {.name = #row_name, .what = row_what, .most = row_most, .measure = measure_##row_name}; \
        scale_register(&row);                                                                                          \
    }                                                                                                                  \
    static void measure_##row_name(size_t count, scale_figures *figures)

#endif

/* compare/rows.h - what the table is made of, and what weft is to reach. */
#ifndef COMPARE_ROWS_H
#define COMPARE_ROWS_H

#include <stddef.h>

enum { ROW_LIMITS = 3 };

/* How much of a peer's figure weft's may be. */
typedef struct row_limit {
    const char *peer; /* the best of those whose names begin so: "curl" is curl-poll or curl-uv; NULL = no limit */
    double factor;
} row_limit;

typedef struct row_spec {
    const char *key; /* as in the measured lines */
    const char *title;
    const char *unit;
    double scale;     /* of the measured values, to get the unit */
    double most;      /* weft's figure itself may be this, in the unit; below 0 = no limit */
    const char *flat; /* or NULL: the row of which weft's figure here may be `flat_factor` times weft's figure
                         there */
    double flat_factor;
    row_limit limits[ROW_LIMITS];
} row_spec;

extern const row_spec rows[];
extern const size_t rows_count;

#endif

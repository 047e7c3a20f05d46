/* http/persistence.h - whether, and for how long, the server keeps a connection: the Connection and Keep-Alive lines of
 * its answer.
 *
 * What is not plain is read as the end: a connection that one of the two sides takes for closed costs the next request.
 */
#ifndef WEFT_HTTP_PERSISTENCE_H
#define WEFT_HTTP_PERSISTENCE_H

#include <stdbool.h>

#include "weft/types.h"

typedef struct weft__persistence {
    bool closes;        /* the connection serves no further request */
    uint32_t timeout_s; /* so long the server waits for the next request; UINT32_MAX = it did not say */
} weft__persistence;

/* Of all of the header lines (http/fields.h). */
weft__persistence weft__persistence_read(weft_str lines);

#endif

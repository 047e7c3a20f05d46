/* loop/failure.h - what goes wrong below HTTP. */
#ifndef WEFT_LOOP_FAILURE_H
#define WEFT_LOOP_FAILURE_H

#include <stdbool.h>

#include "weft/error.h"

/* For people and programs. `text` completes "connecting to HOST:PORT failed: ". */
typedef struct weft__failure {
    weft_code code;
    char text[224];
    bool no_descriptors; /* the process, or the machine, has no more: others must close first */
    weft_loss loss;
    int system_error; /* as in weft_error, and so is the next */
    int tls_error;
} weft__failure;

#endif

/* operation/arguments.h - the arguments of an operation: one JSON object into what the typed functions hand over. */
#ifndef WEFT_OPERATION_ARGUMENTS_H
#define WEFT_OPERATION_ARGUMENTS_H

#include "client/operation.h"

typedef struct weft__arguments {
    weft__invocation invocation; /* in the arena, but for what is static */
    char problem[400];           /* "" = none; else what is wrong, by the names that the caller used */
    bool no_memory;
} weft__arguments;

/* Fills `*ret_arguments`. `text` NULL = an empty object. False when something is wrong. */
bool weft__arguments_read(weft__arena *arena, const weft__operation *operation, const char *text,
                          weft__arguments *ret_arguments);

#endif

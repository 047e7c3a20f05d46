/* operation/parameters.h - what an operation takes, read off its row. */
#ifndef WEFT_OPERATION_PARAMETERS_H
#define WEFT_OPERATION_PARAMETERS_H

#include "client/operation.h"
#include "weft/operation.h"

enum { WEFT__PATH_NAME_MAX = 40 };

/* Whether it answers with events, always or where it is asked to. */
static inline bool weft__operation_streams(const weft__operation *operation)
{
    return !operation->deliver || operation->flags & WEFT__OP_MAY_STREAM;
}

/* A walk over the {names} of a path; begin with all zero. */
typedef struct weft__path_parameter {
    const char *rest; /* of the path, behind the last one */
} weft__path_parameter;

/* False past the last; else the next one's name. */
bool weft__path_parameter_next(const weft__operation *operation, weft__path_parameter *parameter,
                               char ret_name[WEFT__PATH_NAME_MAX]);

#endif

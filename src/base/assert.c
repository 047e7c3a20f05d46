#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

void weft__assertion_failed(const char *file, int line, const char *function, const char *expression)
{
    fprintf(stderr, "%s:%d: %s: assertion failed: %s\n", file, line, function, expression);
    abort();
}

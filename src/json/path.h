/* json/path.h - where in a document something went wrong: "jobs[3].id".
 *
 * Nothing is kept while all goes well: the innermost function sets the error, and each caller puts what it
 * alone knows in front while it returns.
 */
#ifndef WEFT_JSON_PATH_H
#define WEFT_JSON_PATH_H

#include <string.h>

#include "json/codec.h"

/* No error, and an empty path, which comes last: the rest of it is long, and hardly ever needed. */
static inline void weft__codec_error_clear(weft__codec_error *error)
{
    memset(error, 0, offsetof(weft__codec_error, path) + 1);
}

void weft__path_prepend_name(weft__codec_error *error, const char *name, size_t len);
void weft__path_prepend_index(weft__codec_error *error, size_t index);
/* Called once, at the top: a path that stayed empty becomes "the document". */
void weft__path_finish(weft__codec_error *error);

#endif

/* client/words.h - what a failure says that is told as JSON, in the shapes that are in use. */
#ifndef WEFT_CLIENT_WORDS_H
#define WEFT_CLIENT_WORDS_H

#include "base/memory.h"
#include "weft/types.h"

typedef struct weft__words {
    const char *message; /* NULL = it says nothing, or is no JSON object */
    const char *code;    /* for programs; or NULL */
    const char *said;    /* the part of the message that is the server's own words; or NULL */
} weft__words;

/* Whether it is an object whose `error` says something. */
bool weft__words_tell_error(weft_str body);
/* Texts are in the arena. */
weft__words weft__words_read(weft__arena *arena, weft_str body);

#endif

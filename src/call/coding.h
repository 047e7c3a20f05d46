/* call/coding.h - bodies that come compressed, and those that only say so. */
#ifndef WEFT_CALL_CODING_H
#define WEFT_CALL_CODING_H

#include "call/call.h"

/* What an answer says that its body is in. */
typedef enum weft__coding {
    WEFT__CODING_NONE,
    WEFT__CODING_GZIP,    /* decoded, unless it turns out to be plain text all the same */
    WEFT__CODING_FOREIGN, /* cannot be undone; may turn out to be plain text */
} weft__coding;

/* Takes a body through its Content-Encoding to the call's kind, for the body of a call with a `coding`. What it is in
 * is decided when bytes come, for without any there is no encoding. One that cannot be read makes an error answer
 * `unreadable`, whose status counts all the same, and ends a success. */
void weft__call_start_decoding(weft_call *call);
weft__flow weft__call_decode_body(weft_call *call, char *bytes, size_t len, size_t *used);
/* The body is over: false, and the call is settled, when its encoding is not. */
bool weft__call_end_decoding(weft_call *call);

#endif

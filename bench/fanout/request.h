/* fanout/request.h - one line of the file as the request that it stands for, by the library's own tables. */
#ifndef FANOUT_REQUEST_H
#define FANOUT_REQUEST_H

#include "json/codec.h"

enum { REQUEST_MESSAGE_MAX = 400 };

/* `text` as a struct of `type` in `arena`, both of which it lives as long as. NULL with the message filled. */
void *request_decode(weft__arena *arena, const weft__type *type, weft_json text, char message[REQUEST_MESSAGE_MAX]);

/* Whether all that is required is there, and every member of `text` has its place in `request`. Members that
 * the type does not name go into its `extra`, for a later server may know them; unless they look like a slip
 * of the hand, which the server would ignore without a word. False with the message filled. */
bool request_check(weft__arena *arena, const weft__type *type, void *request, weft_json text,
                   char message[REQUEST_MESSAGE_MAX]);

#endif

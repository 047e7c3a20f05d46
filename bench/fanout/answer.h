/* fanout/answer.h - what a service answered, by the names of its members. */
#ifndef FANOUT_ANSWER_H
#define FANOUT_ANSWER_H

#include "fanout/buffer.h"

#include "weft/json.h"

/* The member called `name` is wanted `to` there; what is not in the answer, or null, leaves it as it was. */
typedef struct answer_member {
    const char *name;
    weft_json *to;
} answer_member;

/* One walk over an answer. */
void answer_read(weft_json answer, const answer_member *members, size_t count);

/* What `value` means, if it is a string, is wanted `to` there, NUL-terminated; else that is left as it was. */
typedef struct answer_text {
    weft_json value;
    weft_str *to;
} answer_text;

/* All texts of an answer together: they lie in `room`, until that is put to use again. False when there is no memory
 * for them. */
bool answer_texts(fanout_buffer *room, const answer_text *texts, size_t count);

/* The number of items of an array that stands in the source. */
#define ANSWER_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif

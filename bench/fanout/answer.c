#include "fanout/answer.h"

/* What a text may grow by where bytes that are no UTF-8 become U+FFFD. */
enum { REPAIR_FACTOR = 3 };

void answer_read(weft_json answer, const answer_member *members, size_t count)
{
    weft_json name, value;
    size_t cursor = 0;

    while (weft_json_next_member(answer, &cursor, &name, &value))
        for (size_t i = 0; i < count; i++)
            if (weft_json_is_text(name, members[i].name) && weft_json_get_kind(value) != WEFT_JSON_KIND_NULL)
                *members[i].to = value;
}

/* With `factor` times the room that each takes in the answer. False when one does not fit. */
static bool place(fanout_buffer *room, const answer_text *texts, size_t count, size_t factor)
{
    for (size_t i = 0; i < count; i++) {
        char *at = room->data + room->len;
        size_t size = texts[i].value.len * factor;
        size_t len = weft_json_get_text(texts[i].value, at, size);

        if (len == WEFT_JSON_NO_TEXT)
            continue;
        if (len >= size)
            return false;
        *texts[i].to = (weft_str){at, len};
        room->len += len + 1;
    }
    return true;
}

bool answer_texts(fanout_buffer *room, const answer_text *texts, size_t count)
{
    size_t wanted = 0;
    bool placed = false;

    for (size_t i = 0; i < count; i++)
        wanted += texts[i].value.len;
    /* Nearly all texts are no longer than what they are written as, quotes and all. */
    for (size_t factor = 1; !placed && factor <= REPAIR_FACTOR; factor += REPAIR_FACTOR - 1) {
        buffer_clear(room);
        if (!buffer_reserve(room, wanted * factor + 1))
            return false;
        placed = place(room, texts, count, factor);
    }
    return placed;
}

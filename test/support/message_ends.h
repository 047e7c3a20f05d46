/* test/support/message_ends.h - how an error's message ends, but for what is known of the outcome. */
#ifndef WEFT_TEST_MESSAGE_ENDS_H
#define WEFT_TEST_MESSAGE_ENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool message_ends(const char *message, const char *end)
{
    const char *outcome = strstr(message, "; it may have been acted on");
    size_t len = outcome ? (size_t)(outcome - message) : strlen(message), end_len = strlen(end);

    return len >= end_len && memcmp(message + len - end_len, end, end_len) == 0;
}

#endif

#include "call/request.h"

#include <string.h>

/* What ends a request line. */
enum { LINE_TAIL_BYTES = sizeof(" HTTP/1.1\r\n") - 1 };

weft_str weft__encoded_target(const weft__encoded *request)
{
    return (weft_str){request->bytes + request->target_at, request->line_len - LINE_TAIL_BYTES - request->target_at};
}

weft_str weft__encoded_path(const weft__encoded *request)
{
    return (weft_str){request->bytes + request->target_at, request->path_len - request->target_at};
}

weft_str weft__encoded_query(const weft__encoded *request)
{
    uint32_t end = request->line_len - LINE_TAIL_BYTES;

    if (request->path_len >= end)
        return (weft_str){request->bytes + end, 0};
    return (weft_str){request->bytes + request->path_len + 1, end - request->path_len - 1};
}

void weft__encoded_wipe_head(weft__encoded *request)
{
    if (!request || !request->head)
        return;
    weft__wipe((char *)(uintptr_t)request->head, request->head_len);
    request->head = NULL;
}

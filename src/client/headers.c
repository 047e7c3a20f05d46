#include "base/text.h"
#include "client/call.h"

static weft_str header_name(const weft__header *header)
{
    return (weft_str){header->text, header->name_len};
}

static weft_str header_value(const weft__header *header)
{
    return (weft_str){header->text + header->name_len + 1, header->value_len};
}

weft_str weft_call_header(const weft_call *call, const char *name)
{
    const weft_str wanted = weft__str(name);
    weft_str found = {NULL, 0};

    /* The list runs backwards, so the last match is the first one sent. */
    for (const weft__header *header = call->headers; header; header = header->next)
        if (header->name_len == wanted.len && weft__text_equal_nocase(header_name(header), wanted))
            found = header_value(header);
    return found;
}

bool weft_call_header_at(const weft_call *call, size_t index, weft_str_pair *ret_header)
{
    const weft__header *header = call->headers;
    size_t count = 0;

    for (const weft__header *h = header; h; h = h->next)
        count++;
    if (index >= count)
        return false;
    for (size_t skip = count - 1 - index; skip > 0; skip--)
        header = header->next;
    ret_header->name = header_name(header);
    ret_header->value = header_value(header);
    return true;
}

weft_str weft__call_content_type(const weft_call *call)
{
    return weft_call_header(call, "content-type");
}

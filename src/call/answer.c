#include "call/answer.h"

#include <time.h>

#include "base/text.h"
#include "base/time.h"
#include "call/headers.h"

bool weft__call_is_error_answer(const weft_call *call)
{
    if (call->attempt.status == 404 && call->operation->flags & WEFT__OP_GONE_OK)
        return false;
    if (call->attempt.status >= 300 && call->attempt.status <= 399 && call->operation->flags & WEFT__OP_REDIRECT_OK)
        return false;
    return call->attempt.status < 200 || call->attempt.status > 299;
}

int64_t weft__call_time_of_answer(const weft_call *call)
{
    int64_t here = (int64_t)time(NULL), there;

    return weft__http_date_parse(weft_call_get_header(call, "date"), here, &there) ? there : here;
}

int64_t weft__call_retry_after(const weft_call *call)
{
    weft_str seconds = weft_call_get_header(call, "retry-after");
    weft_str milliseconds = weft_call_get_header(call, "retry-after-ms");

    return weft__retry_after(seconds.ptr, milliseconds.ptr, weft__call_time_of_answer(call) * 1000, true);
}

weft_str weft__media_type(weft_str content_type)
{
    weft_str type = {content_type.ptr, 0};

    while (type.len < content_type.len && content_type.ptr[type.len] != ';')
        type.len++;
    return weft__text_trim(type);
}

bool weft__is_json_container(weft_str body)
{
    char begin = weft__json_begin(body.ptr, body.len);

    return begin == '{' || begin == '[';
}

bool weft__call_is_page(const weft_call *call)
{
    return !(call->operation->flags & (WEFT__OP_TEXT | WEFT__OP_NO_RESULT)) &&
           !weft__is_json_container((weft_str){call->attempt.body, call->attempt.body_len}) &&
           weft__text_equal_nocase(weft__media_type(weft__call_content_type(call)), weft__str("text/html"));
}

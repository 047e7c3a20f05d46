/* Bodies that come compressed. */
#include "base/text.h"
#include "client/call.h"

enum { PIECE_BYTES = 16 * 1024 };

static bool is_text(weft_str value, const char *text)
{
    return weft__text_equal_nocase(value, weft__str(text));
}

bool weft__call_start_decoding(weft_call *call)
{
    weft_str encoding = weft__call_content_encoding(call);
    bool is_stream = call->exchange.lane == WEFT__LANE_STREAMS;

    if (encoding.len == 0 || is_text(encoding, "identity"))
        return true;
    if (is_stream || !weft__gzip_is_supported() || !(is_text(encoding, "gzip") || is_text(encoding, "x-gzip"))) {
        call->unreadable = weft__call_is_error_answer(call);
        if (!call->unreadable)
            weft__call_fail(call, WEFT_E_ENCODING, "the answer has Content-Encoding %.40s, which was not asked for",
                            encoding.ptr);
        return call->unreadable;
    }
    call->gzip = weft__gzip_new(&call->engine->loop.heap);
    if (!call->gzip) {
        weft__call_settle(call, &weft__no_memory_error, NULL);
        return false;
    }
    if (call->exchange.secret)
        weft__gzip_mark_secret(call->gzip);
    return true;
}

static weft__flow fail(weft_call *call, weft__gzip_status status)
{
    if (status != WEFT__GZIP_NO_MEMORY && weft__call_is_error_answer(call)) {
        call->unreadable = true;
        weft__call_drop_body(call);
        return WEFT__FLOW_GO;
    }
    if (status == WEFT__GZIP_NO_MEMORY)
        weft__call_settle(call, &weft__no_memory_error, NULL);
    else
        weft__call_fail(call, WEFT_E_ENCODING, "%s",
                        status == WEFT__GZIP_RATIO ? "the answer's body expands beyond all measure"
                                                   : "the answer's gzip encoding is broken");
    return WEFT__FLOW_STOP;
}

weft__flow weft__call_pass_unread(weft_call *call)
{
    if (call->exchange.received <= call->max_body_bytes)
        return WEFT__FLOW_GO;
    weft__call_settle(call, weft__call_explain(call), NULL);
    return WEFT__FLOW_STOP;
}

bool weft__call_end_decoding(weft_call *call)
{
    if (!call->gzip || call->unreadable || weft__gzip_is_whole(call->gzip))
        return true;
    if (weft__call_is_error_answer(call)) {
        call->unreadable = true;
        weft__call_drop_body(call);
        return true;
    }
    weft__call_fail(call, WEFT_E_ENCODING, "the answer's gzip encoding is cut off");
    return false;
}

/* Who pauses gets no more than the piece at hand, and what of the input is left comes again. Only what the decoder
 * holds back of input that is used up is handed over in spite of a pause: nothing else would bring it out. */
weft__flow weft__call_decode_body(weft_call *call, const char *bytes, size_t len, size_t *used)
{
    char piece[PIECE_BYTES];
    const char *input = bytes;
    weft__flow flow = WEFT__FLOW_GO;

    for (;;) {
        size_t size, taken;
        weft__gzip_status status = weft__gzip_decode(call->gzip, &input, &len, piece, sizeof(piece), &size);

        taken = size;
        if (size > 0 && status <= WEFT__GZIP_END)
            flow = call->kind->body(call, piece, size, &taken);
        if (call->exchange.secret)
            weft__wipe(piece, size);
        if (status > WEFT__GZIP_END)
            return fail(call, status);
        if (flow == WEFT__FLOW_STOP)
            return flow;
        if (status != WEFT__GZIP_OUTPUT || (flow == WEFT__FLOW_PAUSE && len > 0))
            break;
    }
    *used = (size_t)(input - bytes);
    return flow;
}

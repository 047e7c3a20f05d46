/* A client of any HTTP service: what is known of none in particular. */
#include "client/operation.h"
#include "client/words.h"

/* The core has read the message already where the body is no JSON. */
static void explain(weft__response *response)
{
    weft__words found = weft__words_read(response->arena, response->body);

    if (found.message)
        response->message = response->said = found.message;
    response->server_code = found.code;
}

static const weft__stream_rules stream_rules = {.close_is_done = true};

static const weft__service any_service = {
    .name = "",
    .timeouts = {.connect_ms = 10000, .first_byte_ms = 300000, .idle_ms = 60000},
    .stream_timeouts = {.connect_ms = 10000, .first_byte_ms = 300000, .idle_ms = 300000},
    .stream = &stream_rules,
    .explain = explain,
};

weft_client *weft_http_client(weft_engine *engine, const weft_client_options *options, weft_error_info *ret_error)
{
    return weft__client_new(engine, &any_service, options, ret_error);
}

/* sim_answer.c - small helpers with which services write their answers. */
#include <string.h>
#include <time.h>

#include "sim_service.h"

void sim_answer_begin(sim_call *call, weft__writer *ret_writer)
{
    weft__buffer_clear(&call->sim->body);
    weft__writer_init(ret_writer, &call->sim->body);
}

void sim_answer_end(sim_call *call, int status)
{
    weft__buffer *body = &call->sim->body;

    if (body->failed)
        sim_abort(call->exchange);
    else
        sim_reply(call->exchange, status, "application/json; charset=utf-8", body->data, body->len);
}

void sim_answer_text(sim_call *call, int status, const char *content_type, const char *text)
{
    sim_reply(call->exchange, status, content_type, text, strlen(text));
}

void sim_put_name(weft__writer *writer, const char *name)
{
    weft__write_raw_name(writer, name, strlen(name));
}

void sim_put_text(weft__writer *writer, const char *name, const char *value)
{
    sim_put_str(writer, name, (weft_str){value, strlen(value)});
}

void sim_put_str(weft__writer *writer, const char *name, weft_str value)
{
    size_t before = writer->out->len;

    sim_put_name(writer, name);
    /* What a client sent may be no text; a server written in Go puts U+FFFD in its place. */
    if (!weft__write_string(writer, value.ptr, value.len)) {
        writer->out->len = before;
        writer->comma = before > 0 && writer->out->data[before - 1] != '{';
        sim_put_name(writer, name);
        weft__write_string(writer, "\xef\xbf\xbd", 3);
    }
}

void sim_put_int(weft__writer *writer, const char *name, int64_t value)
{
    sim_put_name(writer, name);
    weft__write_int64(writer, value);
}

void sim_put_bool(weft__writer *writer, const char *name, bool value)
{
    sim_put_name(writer, name);
    weft__write_bool(writer, value);
}

uint64_t sim_now_ms(const sim_server *sim)
{
    return uv_now(sim->http.loop);
}

void sim_time_text(const sim_server *sim, uint64_t at_ms, char ret_text[32])
{
    time_t at = (time_t)((sim->epoch_ms + (int64_t)at_ms) / 1000);
    struct tm utc;

    strftime(ret_text, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &utc));
}

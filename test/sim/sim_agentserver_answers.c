/* sim_agentserver_answers.c - how agentserver words its answers, and reads what it was sent. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/codec.h"
#include "sim_agentserver.h"

__attribute__((format(printf, 3, 0))) static void say(sim_call *call, int status, const char *format, va_list args)
{
    char text[512];

    vsnprintf(text, sizeof(text) - 1, format, args);
    strcat(text, "\n");
    sim_reply_header(call->exchange, "X-Content-Type-Options", "nosniff");
    sim_answer_text(call, status, "text/plain; charset=utf-8", text);
}

void agentserver_say(sim_call *call, int status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(call, status, format, args);
    va_end(args);
}

void agentserver_blame(sim_call *call, int status, const char *format, ...)
{
    char text[200];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    sim_malformed(call->sim, "%s %s: %s", call->service->name, call->operation->name, text);
    agentserver_say(call, status, "%s", text);
}

void agentserver_answer_empty(sim_call *call, int status)
{
    sim_reply(call->exchange, status, NULL, "", 0);
}

void agentserver_answer_row(sim_call *call, int status, const agentserver_row *row)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    agentserver_write_row(&writer, row);
    sim_answer_end(call, status);
}

void agentserver_answer_word(sim_call *call, int status, const char *name, const char *value)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, name, value);
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
}

static bool is_listed(const agentserver_row *row, const agentserver_listing *listing)
{
    return !listing->name || agentserver_is(row, listing->name, listing->value);
}

/* The listed row with so many listed ones after it; NULL when there are not as many. */
static const agentserver_row *from_the_end(const agentserver_table *table, const agentserver_listing *listing,
                                           size_t after)
{
    size_t listed = 0, at = 0;

    for (const agentserver_row *row = table->first; row; row = row->next)
        listed += is_listed(row, listing);
    for (const agentserver_row *row = table->first; row; row = row->next)
        if (is_listed(row, listing) && ++at + after == listed)
            return row;
    return NULL;
}

static void write_newest_first(const agentserver_table *table, weft__writer *writer, const agentserver_listing *listing)
{
    const agentserver_row *row;

    for (size_t i = 0; listing->limit == 0 || i < listing->limit; i++) {
        row = from_the_end(table, listing, i + (size_t)listing->offset);
        if (!row)
            return;
        agentserver_write_row(writer, row);
    }
}

void agentserver_write_rows(sim_call *call, weft__writer *writer, agentserver_kind kind,
                            const agentserver_listing *listing)
{
    const agentserver_table *table = agentserver_rows(call, kind);

    weft__write_array(writer);
    if (listing->newest_first)
        write_newest_first(table, writer, listing);
    else
        for (const agentserver_row *row = table->first; row; row = row->next)
            if (is_listed(row, listing))
                agentserver_write_row(writer, row);
    weft__write_array_end(writer);
}

void agentserver_answer_rows(sim_call *call, agentserver_kind kind, const agentserver_listing *listing)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    agentserver_write_rows(call, &writer, kind, listing);
    sim_answer_end(call, 200);
}

size_t agentserver_count(sim_call *call, agentserver_kind kind, const char *name, const char *value)
{
    size_t count = 0;

    for (const agentserver_row *row = agentserver_rows(call, kind)->first; row; row = row->next)
        count += agentserver_is(row, name, value);
    return count;
}

const char *agentserver_text(sim_call *call, const char *name)
{
    return sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), name).ptr;
}

weft_json agentserver_json(sim_call *call, const char *name)
{
    weft_str body = sim_request_body(call->exchange);
    weft_json value = {NULL, 0};

    if (body.len > 0)
        weft__json_member(body.ptr, body.len, name, &value);
    return value;
}

bool agentserver_int(sim_call *call, const char *name, int64_t *ret_value)
{
    weft_json value = agentserver_json(call, name);

    return value.ptr && weft__json_int64(value, ret_value);
}

uint64_t agentserver_query_number(const sim_call *call, const char *name, uint64_t low, uint64_t high,
                                  uint64_t otherwise)
{
    weft_str text = sim_query(call, name);
    unsigned long long number;
    char *end;

    if (!text.ptr || text.ptr[0] < '0' || text.ptr[0] > '9')
        return otherwise;
    number = strtoull(text.ptr, &end, 10);
    return *end || number < low || number > high ? otherwise : number;
}

bool agentserver_query_true(const sim_call *call, const char *name)
{
    weft_str text = sim_query(call, name);

    return text.ptr && strcmp(text.ptr, "true") == 0;
}

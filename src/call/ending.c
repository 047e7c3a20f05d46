#include "call/ending.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/assert.h"
#include "call/outcome.h"

static void on_report(weft__task *task);

void weft__call_mark(weft_call *call, const weft_error *error, const void *result)
{
    WEFT__ASSERT(weft__call_is_running(call));
    weft__call_enter(call, WEFT__CALL_SETTLED);
    weft__call_note_sent(call);
    call->error = error ? weft__call_complete_error(call, error) : NULL;
    call->outcome = (unsigned)(error ? call->error->outcome : weft__call_outcome(call)) & 3;
    call->result = error ? NULL : result;
    weft__loop_cancel(&call->engine->loop, &call->timer);
    if (call->exchange.connection || call->exchange.state != WEFT__EXCHANGE_OFF)
        weft__exchange_cancel(&call->exchange);
    if (call->kind->stop)
        call->kind->stop(call);
}

void weft__call_settle(weft_call *call, const weft_error *error, const void *result)
{
    if (!weft__call_is_running(call))
        return;
    weft__call_mark(call, error, result);
    weft__call_report_later(call);
}

void weft__call_fail(weft_call *call, weft_code code, const char *format, ...)
{
    char text[1024];
    va_list args;

    if (!weft__call_is_running(call))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    weft__call_settle(call, weft__error_or_no_memory(weft__call_error(call, code, text)), NULL);
}

void weft__call_fail_file(weft_call *call, weft_code code, const char *problem, int system_error)
{
    weft_error *error;

    if (!weft__call_is_running(call))
        return;
    error = weft__call_error(call, code, problem);
    weft__error_note_failure(error, &(weft__failure){.system_error = system_error});
    weft__call_settle(call, weft__error_or_no_memory(error), NULL);
}

bool weft__call_fail_memory(weft_call *call)
{
    weft__call_settle(call, &weft__no_memory_error, NULL);
    return false;
}

void weft__call_report_later(weft_call *call)
{
    call->report_task = (weft__task){.run = on_report};
    weft__loop_defer(&call->engine->loop, &call->report_task);
}

static void on_report(weft__task *task)
{
    weft__call_report_now(WEFT__CONTAINER_OF(task, weft_call, report_task));
}

static void deliver_part(weft_call *call)
{
    weft__part_cb *cb;

    memcpy(&cb, call->function, sizeof(cb));
    cb(call, call->error, call->result, call->arg);
}

static void deliver(weft_call *call)
{
    static const unsigned char none[sizeof(call->function)];

    if (memcmp(call->function, none, sizeof(none)) == 0)
        return;
    if (call->is_part)
        deliver_part(call);
    else if (call->is_by_name)
        weft__deliver_by_name(call, call->error, call->result, call->arg, call->function);
    else
        call->operation->deliver(call, call->error, call->result, call->arg, call->function);
}

void weft__call_report_now(weft_call *call)
{
    weft_engine *engine = call->engine;
    weft_client *client = call->client;
    weft__origin *origin = call->exchange.origin;

    weft__loop_undefer(&call->report_task);
    if (call->lingering > 0)
        return;
    WEFT__ASSERT(origin && client);
    weft__call_enter(call, WEFT__CALL_REPORTED);
    call->attempt.times.done_ns = weft__now_ns() - call->started_ns;
    weft__header_block_unref(call->header_block);
    call->header_block = NULL;
    weft__encoded_wipe_head(call->request);
    weft__gzip_free(call->attempt.gzip);
    call->attempt.gzip = NULL;
    if (!call->is_part) {
        engine->calls_in_flight--;
        *(call->error ? &engine->loop.stats.calls_failed : &engine->loop.stats.calls_succeeded) += 1;
    }
    /* Nothing reaches the call from here on, so its callback may do anything. */
    weft__list_remove(&call->link);
    call->client = NULL;
    if (call->kind->report)
        call->kind->report(call);
    else
        deliver(call);
    if (call->refs > 1)
        weft__call_keep_peer(call);
    weft__group_leave(call->member);
    call->member = NULL;
    weft__origin_unref(origin);
    weft__client_call_gone(client);
    weft__loop_release(&engine->loop);
    weft_call_unref(call);
}

void weft__call_linger(weft_call *call)
{
    WEFT__ASSERT(call->lingering < UINT8_MAX);
    call->lingering++;
}

void weft__call_let_go(weft_call *call)
{
    WEFT__ASSERT(call->lingering > 0);
    if (--call->lingering == 0 && call->state == WEFT__CALL_SETTLED)
        weft__call_report_now(call);
}

void weft_call_cancel(weft_call *call)
{
    char text[sizeof(((weft__failure *)0)->text)] = "cancelled";

    if (!call)
        return;
    WEFT__ASSERT(weft__call_is_alive(call));
    if (call->kind->describe_end && weft__call_is_running(call))
        call->kind->describe_end(call, WEFT_E_CANCELLED, text, sizeof(text));
    weft__call_fail(call, WEFT_E_CANCELLED, "%s", text);
}

void weft__call_close(weft_call *call)
{
    weft__call_fail(call, WEFT_E_CLOSED, "%s closed", call->engine->closing ? "the engine was" : "the client was");
}

void weft__call_end_doomed(weft_call *call)
{
    if (call->client->closing || call->engine->closing)
        weft__call_close(call);
    else
        weft_call_cancel(call);
}

void weft__call_close_link(weft__link *link)
{
    weft__call_close(WEFT__CONTAINER_OF(link, weft_call, link));
}

/* Operations by their names. */
#include <stdarg.h>
#include <stdio.h>

#include "call/conductor.h"
#include "operation/arguments.h"
#include "operation/parameters.h"
#include "weft/operation.h"

/* What a call has until its operation is known. */
static const weft__operation nameless = {
    .name = "?", .label = "submit the operation", .method = "", .path = "", .deliver = weft__deliver_done};

static const weft__operation *find(const weft_client *client, const char *name)
{
    const weft__service *service = client->service;

    for (size_t i = 0; i < service->operation_count; i++)
        if (strcmp(service->operations[i].name, name) == 0)
            return &service->operations[i];
    return NULL;
}

typedef struct request {
    weft__arena arena; /* until it is submitted, which copies what is needed */
    weft__arguments arguments;
    weft_code code;
} request;

__attribute__((format(printf, 3, 4))) static void refuse(request *it, weft_code code, const char *format, ...)
{
    va_list arguments;

    it->code = code;
    va_start(arguments, format);
    vsnprintf(it->arguments.problem, sizeof(it->arguments.problem), format, arguments);
    va_end(arguments);
}

static void read_request(request *it, weft_client *client, const char *name, const char *text, bool is_stream)
{
    const weft__operation *operation = name ? find(client, name) : NULL;

    weft__arena_init(&it->arena, &client->engine->loop.heap);
    it->arguments = (weft__arguments){.invocation = {.operation = operation ? operation : &nameless}};
    it->code = WEFT_E_INVALID;
    if (!operation)
        refuse(it, WEFT_E_INVALID, "%s has no operation \"%.60s\"", client->service->name, name ? name : "");
    else if (operation->flags & WEFT__OP_MOVES_FILES)
        refuse(it, WEFT_E_UNSUPPORTED, "%s moves files: it has a function of its own", name);
    else if (is_stream ? !weft__operation_streams(operation) : !operation->deliver)
        refuse(it, WEFT_E_UNSUPPORTED,
               is_stream ? "%s is no stream: use weft_operation_submit" : "%s is a stream: use weft_operation_stream",
               name);
    else if (!weft__arguments_read(&it->arena, operation, text, &it->arguments) && it->arguments.no_memory)
        it->code = WEFT_E_NO_MEMORY;
    it->arguments.invocation.is_stream = is_stream;
    if (*it->arguments.problem) {
        it->arguments.invocation.invalid = it->arguments.problem;
        it->arguments.invocation.invalid_code = it->code;
    }
}

static void release(request *it)
{
    const weft__operation *operation = it->arguments.invocation.operation;

    if (operation->flags & WEFT__OP_SECRET)
        weft__arena_wipe(&it->arena);
    else
        weft__arena_release(&it->arena);
}

weft_call *weft_operation_submit(weft_client *client, const char *name, const char *arguments,
                                 const weft_call_options *options, weft_operation_cb *cb, void *arg)
{
    request it;
    weft_call *call;

    if (!client)
        return NULL;
    read_request(&it, client, name, arguments, false);
    call = weft__call_submit(client, &it.arguments.invocation, options, weft__hook_of(&cb, NULL, arg));
    if (call)
        call->is_by_name = true;
    release(&it);
    return call;
}

weft_stream *weft_operation_stream(weft_client *client, const char *name, const char *arguments,
                                   const weft_call_options *options, const weft_stream_callbacks *callbacks, void *arg)
{
    request it;
    weft_stream *stream;

    if (!client)
        return NULL;
    read_request(&it, client, name, arguments, true);
    stream = weft__stream_submit(client, &it.arguments.invocation, options, callbacks, arg);
    release(&it);
    return stream;
}

/* ---- without sending it ---- */

typedef struct trial {
    weft_call call;
    weft_error_info *error; /* to fill; or NULL */
    bool *is_fine;
} trial;

static void trial_report(weft_call *call)
{
    const trial *it = (trial *)(void *)call;

    *it->is_fine = !call->error;
    if (!call->error || !it->error)
        return;
    it->error->code = call->error->code;
    snprintf(it->error->message, sizeof(it->error->message), "%s", call->error->message);
}

static const weft__call_kind trial_kind = {.size = sizeof(trial), .report = trial_report};

/* A call like any other, but for its being sent: what refuses that one refuses this one, with the same words. */
static bool try(weft_client *client, const weft__invocation *invocation, weft_error_info *ret_error)
{
    weft_call *call = weft__call_new(client, &trial_kind, NULL, false);
    weft__invocation mine = *invocation;
    bool is_fine = false;

    if (!call) {
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        return false;
    }
    weft__call_make_part(call);
    ((trial *)(void *)call)->error = ret_error;
    ((trial *)(void *)call)->is_fine = &is_fine;
    mine.is_trial = true;
    weft__call_start(call, &mine, NULL);
    if (weft__call_is_running(call))
        weft__call_mark(call, NULL, NULL);
    weft__call_report_now(call);
    return is_fine;
}

bool weft_operation_check(weft_client *client, const char *name, const char *arguments, weft_error_info *ret_error)
{
    const weft__operation *operation;
    bool is_fine;
    request it;

    if (!client) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "the client is NULL");
        return false;
    }
    operation = name ? find(client, name) : NULL;
    read_request(&it, client, name, arguments, operation && !operation->deliver);
    is_fine = try(client, &it.arguments.invocation, ret_error);
    release(&it);
    return is_fine;
}

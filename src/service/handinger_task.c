/* Running Handinger's tasks: as JSON, or as a form with files. */
#include "weft/handinger.h"

#include "call/http_call.h"
#include "service/handinger_check.h"
#include "service/handinger_operations.h"

enum { TEXT_PARTS = 5 }; /* all members of a request but its files */

/* What one request is made of; the parts are in the arena. */
typedef struct submission {
    weft__arena arena;
    weft__invocation invocation;
    weft_handinger_create_task_request request; /* with `stream` as it is to be sent */
    weft_body form;                             /* empty without files */
} submission;

static void add_text(weft_body *form, weft_part *parts, const char *name, const char *value)
{
    if (value)
        parts[form->parts_count++] = (weft_part){.name = name, .value = value};
}

static const char *value_of(weft_opt_str text)
{
    return text.state == WEFT_PRESENCE_VALUE ? text.value : NULL;
}

static const char *word_of(weft_opt_bool flag)
{
    if (flag.state != WEFT_PRESENCE_VALUE)
        return NULL;
    return flag.value ? "true" : "false";
}

static weft_part file_part(const weft_handinger_file *file, const char *name)
{
    return (weft_part){
        .name = name,
        .file_path = file->path,
        .bytes = file->bytes,
        .bytes_len = file->bytes_len,
        .file_name = file->name || file->path ? file->name : "anonymous_file",
        .content_type = file->content_type,
    };
}

/* False when out of memory. */
static bool make_form(submission *it)
{
    const weft_handinger_create_task_request *request = &it->request;
    weft_part *parts = weft__arena_zalloc(&it->arena, (TEXT_PARTS + request->files_count) * sizeof(*parts));

    if (!parts)
        return false;
    it->form.parts = parts;
    add_text(&it->form, parts, "input", request->input);
    add_text(&it->form, parts, "taskId", value_of(request->task_id));
    add_text(&it->form, parts, "workerId", value_of(request->worker_id));
    add_text(&it->form, parts, "budget", request->budget && *request->budget ? request->budget : NULL);
    add_text(&it->form, parts, "stream", word_of(request->stream));
    for (size_t i = 0; i < request->files_count; i++)
        parts[it->form.parts_count++] =
            file_part(&request->files[i], request->files_name ? request->files_name : "files[]");
    return true;
}

static void prepare(submission *it, weft_client *client, const weft_handinger_create_task_request *request,
                    bool is_stream)
{
    const char *invalid = weft__handinger_check_task(request, is_stream);

    *it = (submission){0};
    weft__arena_init(&it->arena, client ? &client->engine->loop.heap : NULL);
    if (weft__client_service(client) != &weft__handinger_service)
        invalid = "the client is not one of Handinger";
    if (request)
        it->request = *request;
    if (is_stream)
        it->request.stream = weft_some_bool(true);
    it->invocation = (weft__invocation){
        .operation = it->request.repeatable ? &weft__handinger_create_task_repeatable
                                            : &weft__handinger_operations[WEFT__HANDINGER_CREATE_TASK],
        .request = it->request.files_count ? NULL : &it->request,
        .invalid = invalid,
    };
    if (!invalid && it->request.files_count && !make_form(it)) {
        it->invocation.invalid = "out of memory";
        it->invocation.invalid_code = WEFT_E_NO_MEMORY;
    }
}

weft_call *weft_handinger_create_task(weft_client *client, const weft_handinger_create_task_request *request,
                                      const weft_call_options *options, weft_handinger_worker_cb *cb, void *arg)
{
    weft__transfer transfer = {.data_arg = arg};
    submission it;
    weft_call *call;

    prepare(&it, client, request, false);
    if (it.form.parts_count) {
        transfer.body = &it.form;
        transfer.on_progress = it.request.on_progress;
        call = weft__transfer_submit(client, &it.invocation, &transfer, options,
                                     WEFT__CALLBACK(handinger_worker, cb, arg));
    } else {
        call = weft__call_submit(client, &it.invocation, options, WEFT__CALLBACK(handinger_worker, cb, arg));
    }
    weft__arena_release(&it.arena);
    return call;
}

weft_stream *weft_handinger_stream_task(weft_client *client, const weft_handinger_create_task_request *request,
                                        const weft_call_options *options, const weft_stream_callbacks *callbacks,
                                        void *arg)
{
    submission it;
    weft_stream *stream;

    prepare(&it, client, request, true);
    stream =
        weft__stream_upload(client, &it.invocation, it.form.parts_count ? &it.form : NULL, options, callbacks, arg);
    weft__arena_release(&it.arena);
    return stream;
}

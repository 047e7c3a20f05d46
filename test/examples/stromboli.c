/* Runs a prompt, goes on with its session, and prints the conversation. Usage: stromboli URL */
#include <stdio.h>
#include <stdlib.h>

#include <weft/weft.h>

typedef struct conversation {
    weft_client *api;
    weft_call *first; /* kept: its result owns the session's id */
    const char *session;
    int status;
} conversation;

static void fail(conversation *talk, const weft_error *error)
{
    fprintf(stderr, "%s\n", error->message);
    talk->status = 1;
}

/* What goes into a tool is JSON of the tool's own form. */
static void print_tool(const weft_stromboli_content_block *block)
{
    weft_json command = weft_json_get_member(block->input, "command");
    char text[256];

    if (weft_json_get_text(command, text, sizeof(text)) == WEFT_JSON_NO_TEXT)
        printf("  uses %s\n", block->name.ptr);
    else
        printf("  uses %s: %s\n", block->name.ptr, text);
}

static void print_block(const weft_stromboli_content_block *block)
{
    if (block->text.ptr)
        printf("  %s\n", block->text.ptr);
    else if (block->name.ptr)
        print_tool(block);
    else if (block->content.ptr)
        printf("  gets %zu bytes back\n", block->content.len);
}

static void print_message(const weft_stromboli_message *message)
{
    const weft_stromboli_content_block *blocks;
    size_t count;
    weft_str text;

    printf("%s:\n", message->type.ptr);
    if (weft_stromboli_message_get_text(message, &text))
        printf("  %s\n", text.ptr);
    else if (weft_stromboli_message_get_blocks(message, &blocks, &count, NULL))
        for (size_t i = 0; i < count; i++)
            print_block(&blocks[i]);
}

static void on_messages(weft_call *call, const weft_error *error, const weft_stromboli_message_list *page, void *arg)
{
    conversation *talk = arg;

    (void)call;
    if (error) {
        fail(talk, error);
        return;
    }
    for (size_t i = 0; i < page->count; i++)
        print_message(&page->items[i]);
    talk->status = page->count > 0 ? 0 : 1;
}

/* The second run is followed line by line; its last event says how it ended. */
static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    const weft_stromboli_run_response *run = weft_stromboli_read_done(stream, event);

    (void)arg;
    if (run)
        printf("second run %s: %s\n", run->id.ptr, run->status.ptr);
    else if (!event->type.ptr)
        printf("  %s\n", event->data.ptr);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    conversation *talk = arg;

    (void)stream;
    if (error)
        fail(talk, error);
    else
        weft_stromboli_list_messages(talk->api, talk->session, NULL, NULL, on_messages, talk);
}

static void on_first_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *run, void *arg)
{
    conversation *talk = arg;

    if (error) {
        fail(talk, error);
        return;
    }
    printf("first answer: %s\n", run->output.ptr ? run->output.ptr : "(none)");
    talk->first = weft_call_ref(call);
    talk->session = run->session_id.ptr;
    weft_stromboli_stream(talk->api,
                          &(weft_stromboli_stream_request){
                              .prompt = "And what would you change first?",
                              .session_id = talk->session,
                          },
                          NULL, &(weft_stream_callbacks){.on_event = on_event, .on_end = on_end}, talk);
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    conversation talk = {.status = 1};
    weft_error_info problem;
    weft_engine *engine;

    if (argc != 2) {
        fprintf(stderr, "usage: %s URL\n", argv[0]);
        return 2;
    }
    engine = weft_engine_new(loop, NULL, &problem);
    if (engine)
        talk.api = weft_stromboli_client(engine, &(weft_client_options){.base_url = argv[1]}, &problem);
    if (!talk.api) {
        fprintf(stderr, "%s\n", problem.message);
        return 2;
    }
    weft_stromboli_run(talk.api,
                       &(weft_stromboli_run_request){
                           .prompt = "Review this code",
                           .claude = &(weft_stromboli_claude_options){.model = WEFT_STROMBOLI_MODEL_SONNET},
                       },
                       NULL, on_first_run, &talk);
    uv_run(loop, UV_RUN_DEFAULT);
    weft_call_unref(talk.first);
    weft_engine_close(engine, NULL, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    return uv_loop_close(loop) == 0 ? talk.status : 1;
}

/* The example chat_stream, as its user runs it, against a server that says what a chat model's says. */
#include <stdio.h>
#include <stdlib.h>

#include "fault_server.h"
#include "test.h"

typedef struct program {
    uv_process_t process;
    uv_pipe_t outputs[2];
    char printed[1024];
    size_t len;
    int64_t status;
} program;

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
    program *it = process->data;

    it->status = signal ? -signal : status;
    uv_close((uv_handle_t *)process, NULL);
}

static void make_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_room)
{
    program *it = handle->data;

    (void)suggested;
    *ret_room = uv_buf_init(it->printed + it->len, (unsigned)(sizeof(it->printed) - 1 - it->len));
}

static void on_printed(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
    program *it = stream->data;

    (void)bytes;
    if (len < 0)
        uv_close((uv_handle_t *)stream, NULL);
    else
        it->len += (size_t)len;
}

/* Runs the example until it ends; what it prints, of errors too, is kept. */
static bool run_example(test_loop *loop, program *it, const char *url)
{
    char model[] = "a-model", prompt[] = "Say \"hi\"";
    char *arguments[] = {getenv("WEFT_EXAMPLE"), (char *)(uintptr_t)url, model, prompt, NULL};
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE}};
    uv_process_options_t options = {
        .file = arguments[0], .args = arguments, .exit_cb = on_exit_status, .stdio = stdio, .stdio_count = 3};

    memset(it, 0, sizeof(*it));
    for (int i = 0; i < 2; i++) {
        uv_pipe_init(&loop->uv, &it->outputs[i], 0);
        it->outputs[i].data = it;
        stdio[i + 1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
        stdio[i + 1].data.stream = (uv_stream_t *)&it->outputs[i];
    }
    it->process.data = it;
    if (!arguments[0] || uv_spawn(&loop->uv, &it->process, &options) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        uv_read_start((uv_stream_t *)&it->outputs[i], make_room, on_printed);
    return test_loop_run(loop);
}

#define EVENTS "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
#define DELTA(content) "data: {\"choices\":[{\"delta\":{\"content\":" content "}}]}\n\n"

/* The example's output after that script. */
static bool plays(fault_script script, program *it)
{
    test_loop loop;
    fault_server *server;
    bool ok;

    if (!test_loop_open(&loop))
        return false;
    server = fault_server_start(&loop, NULL);
    if (!server)
        return false;
    fault_server_play(server, script, 1);
    ok = setenv("OPENAI_API_KEY", "a-key", 1) == 0 && run_example(&loop, it, fault_server_url(server));
    ok = fault_server_stop(server) && ok;
    return test_loop_close(&loop) && ok;
}

TEST(example_prints_a_chat_models_words_as_they_come)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/chat/completions HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer a-key\r\n"),
        AND_BODY("{\"model\":\"a-model\",\"stream\":true,"
                 "\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"hi\\\"\"}]}"),
        SEND_BYTEWISE(EVENTS "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"
                             ": ping\n\n" DELTA("\"H\\u00e9\"") DELTA("\"llo\\n\"")
                                 DELTA("null") "data: {\"choices\":[],\"usage\":{\"total_tokens\":9}}\n\n"
                                               "data: [DONE]\n\n"),
        CLOSE(),
    };
    program it;

    CHECK(plays(SCRIPT(steps), &it));
    CHECK_STR(it.printed, "H\xc3\xa9llo\n\n");
    CHECK_EQ(it.status, 0);
}

TEST(example_says_when_a_chat_was_cut)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/chat/completions HTTP/1.1\r\n"),
        SEND(EVENTS DELTA("\"Half a\"")),
        CLOSE(),
    };
    program it;

    CHECK(plays(SCRIPT(steps), &it));
    CHECK_CONTAINS(it.printed, "Half a\n");
    CHECK_CONTAINS(it.printed, "the stream ended without its final event, after 1 event");
    CHECK_EQ(it.status, 1);
}

TEST(example_says_what_went_wrong_in_a_chat)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/chat/completions HTTP/1.1\r\n"),
        SEND(EVENTS DELTA("\"Half a\"") "data: {\"error\":{\"message\":\"Out of tokens\"}}\n\ndata: [DONE]\n\n"),
        CLOSE(),
    };
    program it;

    CHECK(plays(SCRIPT(steps), &it));
    CHECK_CONTAINS(it.printed, "Half a\n");
    CHECK_CONTAINS(it.printed, ": Out of tokens\n");
    CHECK_EQ(it.status, 1);
}

TEST(example_says_why_a_chat_was_refused)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/chat/completions HTTP/1.1\r\n"),
        SEND("HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 59\r\n\r\n"
             "{\"error\":{\"message\":\"Incorrect API key\",\"code\":\"bad_key\"}} "),
    };
    program it;

    CHECK(plays(SCRIPT(steps), &it));
    CHECK_CONTAINS(it.printed, "401 Unauthorized: Incorrect API key");
    CHECK_EQ(it.status, 1);
}

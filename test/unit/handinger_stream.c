/* Streams of events, and tasks with files. */
#include "handinger_fixture.h"

#include <unistd.h>

#define STREAM(body) ANSWER_WITH("200 OK", "Content-Type: text/event-stream\r\nCache-Control: no-cache\r\n", body)

static const weft_handinger_create_task_request girona = {
    .input = "Weather in Girona?",
    .worker_id = {WEFT_PRESENCE_VALUE, "wrk_9aQ2"},
};

TEST(e6_stream_task_ends_with_done)
{
    static const script_step steps[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: text/event-stream\r\n"),
        AND_CONTAINS("\r\nContent-Type: application/json\r\n"),
        AND_CONTAINS("\r\nX-Stainless-Retry-Count: 0\r\n"),
        AND_BODY("{\"input\":\"Weather in Girona?\",\"workerId\":\"wrk_9aQ2\",\"stream\":true}"),
        STREAM(": keep-alive\n\ndata: {\"type\":\"text-delta\",\"id\":\"t1\",\"delta\":\"Sun\"}\n\n"
               "data: {\"type\":\"text-delta\",\"id\":\"t1\",\"delta\":\"ny.\"}\n\n"
               "event: finish\ndata: {\"type\":\"finish\"}\n\ndata: [DONE]\n\n"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &girona, NULL, &callbacks, &fx)));
    CHECK(!fx.error && heard.opened == 1 && heard.ended == 1);
    CHECK_STR(heard.events, "={\"type\":\"text-delta\",\"id\":\"t1\",\"delta\":\"Sun\"}#;"
                            "={\"type\":\"text-delta\",\"id\":\"t1\",\"delta\":\"ny.\"}#;"
                            "finish={\"type\":\"finish\"}#;=[DONE]#;");
    CHECK(end(&fx));
}

TEST(done_ends_a_stream_that_the_server_leaves_open)
{
    static const script_step steps[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\ndata: [DONE]\n\ndata: "
             "late\n\n"),
        EXPECT_CLOSE(),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &girona, NULL, &callbacks, &fx)));
    CHECK(!fx.error && heard.ended == 1);
    CHECK_STR(heard.events, "=1#;=[DONE]#;");
    CHECK(end(&fx));
}

TEST(e7_stream_worker_replays_and_closes)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workers/wrk_9aQ2?stream=true HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: text/event-stream\r\n"),
        AND_LACKS("Content-Type"),
        STREAM("id: 1\ndata: {\"role\":\"user\",\ndata: \"text\":\"Weather in Girona?\"}\n\n"
               "data: {\"role\":\"assistant\",\"text\":\"Sunny.\"}\n\n"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, "wrk_9aQ2", NULL, &callbacks, &fx)));
    CHECK(!fx.error);
    CHECK_STR(heard.events, "={\"role\":\"user\",\n\"text\":\"Weather in Girona?\"}#1;"
                            "={\"role\":\"assistant\",\"text\":\"Sunny.\"}#;");
    CHECK_STR(heard.last_id, "1"); /* the second event had none of its own */
    CHECK(end(&fx));
}

TEST(an_event_cut_by_the_end_is_dropped)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workers/wrk_9aQ2?stream=true HTTP/1.1\r\n"),
        STREAM("\xef\xbb\xbf"
               "data: not json\r\revent: odd\rdata:  x\r\n\r\ndata: cut\n"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, "wrk_9aQ2", NULL, &callbacks, &fx)));
    CHECK(!fx.error);
    CHECK_STR(heard.events, "=not json#;odd= x#;");
    CHECK(end(&fx));
}

TEST(a_stream_that_has_begun_is_not_asked_for_again)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workers/wrk_9aQ2?stream=true HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nx-should-retry: true\r\n\r\ndata: "
             "1\n\ndata: 2"),
        RESET(),
        EXPECT_NOTHING_MORE(),
    };
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(steps), 1, &(weft_client_options){.retries.first_backoff_ms = 1}));
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, "wrk_9aQ2", NULL, &callbacks, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONNECTION_LOST);
    CHECK_CONTAINS(fx.error->message, "; the stream was cut after 1 event; it may be opened again");
    CHECK_EQ(fx.error->outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    CHECK_STR(heard.events, "=1#;");
    CHECK_EQ(heard.delays_count, 0);
    CHECK(end(&fx));
}

TEST(a_stream_that_breaks_names_what_was_asked)
{
    static const script_step cut[] = {
        EXPECT("GET /base/api/workers/wrk%2F9?stream=true HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"),
        RESET(),
    };
    static const script_step cut_task[] = {
        EXPECT("POST /base/api/tasks HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"),
        RESET(),
    };
    static const script_step cut_any[] = {
        EXPECT("GET /base/api/workers/www"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"),
        RESET(),
    };
    char base_url[64], expected[160], long_id[301];
    fixture fx;

    CHECK(begin(&fx, SCRIPT(cut), 1));
    snprintf(base_url, sizeof(base_url), "%s/base", fault_server_url(fx.server));
    fx.client = weft_handinger_client(fx.engine, &(weft_client_options){.base_url = base_url}, NULL);
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, "wrk/9", NULL, &callbacks, &fx)));
    snprintf(expected, sizeof(expected), "cannot get the worker: GET %s/api/workers/wrk%%2F9: ", base_url);
    CHECK(fx.error);
    CHECK_CONTAINS(fx.error->message, expected);
    fault_server_play(fx.server, SCRIPT(cut_task), 1);
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &girona, NULL, &callbacks, &fx)));
    snprintf(expected, sizeof(expected), "cannot run the task: POST %s/api/tasks: ", base_url);
    CHECK(fx.error);
    CHECK_CONTAINS(fx.error->message, expected);
    /* An id without end does not stay in memory for as long as the stream does. */
    memset(long_id, 'w', sizeof(long_id) - 1);
    long_id[sizeof(long_id) - 1] = '\0';
    fault_server_play(fx.server, SCRIPT(cut_any), 1);
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, long_id, NULL, &callbacks, &fx)));
    CHECK(fx.error);
    CHECK_CONTAINS(fx.error->message, "/base/api/workers/wwwwwwwwwwww");
    CHECK_CONTAINS(fx.error->message, "wwwwwwwwwwww...: ");
    CHECK(end(&fx));
}

TEST(a_stream_that_did_not_begin_is)
{
    static const script_step refused[] = {EXPECT("GET /api/workers/w?stream=true HTTP/1.1\r\n"),
                                          REFUSE("500 Oops", "")};
    static const script_step good[] = {
        EXPECT("GET /api/workers/w?stream=true HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nX-Stainless-Retry-Count: 1\r\n"),
        STREAM("data: 1\n\n"),
    };
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(refused), 1, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(fx.server, SCRIPT(good), 1);
    CHECK(finish(&fx, weft_handinger_stream_worker(fx.client, "w", NULL, &callbacks, &fx)));
    CHECK(!fx.error && heard.opened == 1);
    CHECK_STR(heard.events, "=1#;");
    CHECK(end(&fx));
}

TEST(a_stream_that_is_refused_has_the_servers_words)
{
    static const script_step refused[] = {EXPECT("POST /api/tasks HTTP/1.1\r\n"), REFUSE("404 Not Found", "")};
    static const script_step plain[] = {EXPECT("POST /api/tasks HTTP/1.1\r\n"), ANSWER("200 OK", WORKER_E3)};
    static const script_step failed[] = {EXPECT("POST /api/tasks HTTP/1.1\r\n"),
                                         ANSWER("200 OK", "{\"error\":{\"message\":\"out of credits\"}}")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(refused), 1));
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &girona, NULL, &callbacks, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_NOT_FOUND && heard.opened == 0);
    CHECK_CONTAINS(fx.error->message, "404 Not Found: no");
    fault_server_play(fx.server, SCRIPT(plain), 1);
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &girona, NULL, &callbacks, &fx)));
    CHECK(!fx.error && heard.opened == 1); /* an answer in one piece */
    CHECK_CONTAINS(heard.events, "={\"id\":");
    fault_server_play(fx.server, SCRIPT(failed), 1);
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &girona, NULL, &callbacks, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(fx.error->message, "/api/tasks: out of credits");
    CHECK(end(&fx));
}

/* ---- E8: files --------------------------------------------------------------------------------------- */

/* A file of its own with `text`; its path is valid until the next one. */
static const char *make_file(const char *text)
{
    static char path[64];
    int fd;

    snprintf(path, sizeof(path), "/tmp/weft-handinger-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        return NULL;
    close(fd);
    return path;
}

/* The body of request `index` with its boundary put back to XBOUND; "" when it is no form. Static buffer. */
static const char *form_of(const fault_server *server, size_t index)
{
    static char text[4096];
    const char *request = fault_server_request(server, index, NULL);
    const char *mark = request ? strstr(request, "Content-Type: multipart/form-data; boundary=") : NULL;
    const char *body = mark ? strstr(mark, "\r\n\r\n") : NULL;
    char boundary[80];
    size_t len = 0;

    if (!body || sscanf(mark, "Content-Type: multipart/form-data; boundary=%79[^\r]", boundary) != 1)
        return "";
    for (const char *at = body + 4; *at && len + 8 < sizeof(text);) {
        if (strncmp(at, boundary, strlen(boundary)) == 0) {
            len += (size_t)snprintf(text + len, sizeof(text) - len, "XBOUND");
            at += strlen(boundary);
        } else {
            text[len++] = *at++;
        }
    }
    text[len] = '\0';
    return text;
}

#define FORM_E8                                                                                                        \
    "--XBOUND\r\nContent-Disposition: form-data; name=\"input\"\r\n\r\nSummarise the attached files.\r\n"              \
    "--XBOUND\r\nContent-Disposition: form-data; name=\"workerId\"\r\n\r\nwrk_9aQ2\r\n"
#define FILES_E8                                                                                                       \
    "--XBOUND\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"a.csv\"\r\n"                             \
    "Content-Type: text/csv\r\n\r\ncity,celsius\r\nBarcelona,22\r\n"                                                   \
    "--XBOUND\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"odd \\\"name\\\".bin\"\r\n"              \
    "Content-Type: application/octet-stream\r\n\r\nraw bytes\r\n"                                                      \
    "--XBOUND--\r\n"

TEST(e8_files_go_as_a_form_from_disk_and_memory)
{
    static const script_step steps[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: application/json\r\n"),
        AND_CONTAINS("\r\nX-Stainless-Retry-Count: 0\r\n"),
        ANSWER("200 OK", WORKER_E3),
    };
    const char *path = make_file("city,celsius\r\nBarcelona,22");
    weft_handinger_file files[] = {
        {.path = path, .name = "a.csv", .content_type = "text/csv"},
        {.bytes = "raw bytes", .bytes_len = 9, .name = "odd \"name\".bin"},
    };
    weft_handinger_create_task_request request = {
        .input = "Summarise the attached files.",
        .worker_id = weft_some_str("wrk_9aQ2"),
        .files = files,
        .files_count = 2,
    };
    fixture fx;

    CHECK(path && begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &request, NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error && is(((const weft_handinger_worker *)fx.result)->output_text, "Sunny, 22 C."));
    CHECK_STR(form_of(fx.server, 0), FORM_E8 FILES_E8);
    unlink(path);
    CHECK(end(&fx));
}

TEST(a_form_has_every_member_that_is_set)
{
    static const script_step steps[] = {EXPECT("POST /api/tasks HTTP/1.1\r\n"), ANSWER("200 OK", WORKER_E3)};
    weft_handinger_file file = {.bytes = "x", .bytes_len = 1};
    weft_handinger_create_task_request request = {
        .input = "",
        .task_id = weft_some_str("tsk_1"),
        .budget = WEFT_HANDINGER_BUDGET_HIGH,
        .stream = weft_some_bool(false),
        .files = &file,
        .files_count = 1,
        .files_name = "files",
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &request, NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error);
    CHECK_STR(form_of(fx.server, 0),
              "--XBOUND\r\nContent-Disposition: form-data; name=\"input\"\r\n\r\n\r\n"
              "--XBOUND\r\nContent-Disposition: form-data; name=\"taskId\"\r\n\r\ntsk_1\r\n"
              "--XBOUND\r\nContent-Disposition: form-data; name=\"budget\"\r\n\r\nhigh\r\n"
              "--XBOUND\r\nContent-Disposition: form-data; name=\"stream\"\r\n\r\nfalse\r\n"
              "--XBOUND\r\nContent-Disposition: form-data; name=\"files\"; filename=\"anonymous_file\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\nx\r\n--XBOUND--\r\n");
    CHECK(end(&fx));
}

TEST(files_are_sent_again_from_their_beginning)
{
    static const script_step refused[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        REFUSE("429 Too Many Requests", "Retry-After-Ms: 1\r\n"),
    };
    static const script_step good[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nX-Stainless-Retry-Count: 1\r\n"),
        ANSWER("200 OK", WORKER_E3),
    };
    const char *path = make_file("a,b\n");
    weft_handinger_file file = {.path = path, .content_type = "text/csv"};
    weft_handinger_create_task_request request = {.input = "i", .files = &file, .files_count = 1};
    char first[4096];
    fixture fx;

    CHECK(path && begin_with(&fx, SCRIPT(refused), 1, &(weft_client_options){0}));
    fault_server_play(fx.server, SCRIPT(good), 1);
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &request, NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error);
    snprintf(first, sizeof(first), "%s", form_of(fx.server, 0));
    CHECK_STR(form_of(fx.server, 1), first);
    CHECK_CONTAINS(first, "\r\n\r\na,b\n\r\n--XBOUND--");
    CHECK_CONTAINS(first, strrchr(path, '/') + 1);
    unlink(path);
    CHECK(end(&fx));
}

TEST(a_stream_takes_files_too)
{
    static const script_step steps[] = {
        EXPECT("POST /api/tasks HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: text/event-stream\r\n"),
        STREAM("data: 1\n\n"),
    };
    const char *path = make_file("from disk");
    weft_handinger_file file = {.path = path, .name = "d"};
    weft_handinger_create_task_request request = {.input = "i", .files = &file, .files_count = 1};
    fixture fx;

    CHECK(path && begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &request, NULL, &callbacks, &fx)));
    CHECK(!fx.error);
    CHECK_STR(heard.events, "=1#;");
    CHECK_CONTAINS(form_of(fx.server, 0), "name=\"stream\"\r\n\r\ntrue\r\n");
    CHECK_CONTAINS(form_of(fx.server, 0), "\r\n\r\nfrom disk\r\n");
    unlink(path);
    CHECK(end(&fx));
}

TEST(a_file_that_cannot_be_read_is_named_and_nothing_is_sent)
{
    weft_handinger_file file = {.path = "/tmp/weft-handinger-none"};
    weft_handinger_create_task_request request = {.input = "i", .files = &file, .files_count = 1};
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &request, NULL, on_handinger_worker, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_FILE);
    CHECK_CONTAINS(fx.error->message, "/tmp/weft-handinger-none");
    CHECK(finish(&fx, weft_handinger_stream_task(fx.client, &request, NULL, &callbacks, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_FILE);
    CHECK_EQ(fault_server_request_count(fx.server), 0);
    CHECK(end(&fx));
}

TEST(a_stream_with_files_can_be_cancelled_at_once)
{
    const char *path = make_file("from disk");
    weft_handinger_file file = {.path = path};
    weft_handinger_create_task_request request = {.input = "i", .files = &file, .files_count = 1};
    weft_stream *stream;
    fixture fx;

    CHECK(path && begin(&fx, (fault_script){0}, 0));
    stream = weft_handinger_stream_task(fx.client, &request, NULL, &callbacks, &fx);
    weft_stream_cancel(stream);
    CHECK(finish(&fx, stream));
    CHECK(fx.error && fx.error->code == WEFT_E_CANCELLED && heard.ended == 1);
    unlink(path);
    CHECK(end(&fx));
}

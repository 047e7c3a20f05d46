/* micro/json.c - documents decoded into typed structs, and encoded again. The floor copies every byte once.
 *
 * The arena is released after each decode, as it is after each call, so that its chunks come from the free
 * lists.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/codec.h"
#include "micro.h"

typedef struct run {
    weft_object object;
    weft_str id;
    weft_str status;
    weft_str output;
    weft_str error;
    weft_str session_id;
} run;

static const weft__field run_fields[] = {
    WEFT__FIELD(run, id, "id", WEFT__STR, 0),
    WEFT__FIELD(run, status, "status", WEFT__STR, 0),
    WEFT__FIELD(run, output, "output", WEFT__STR, 0),
    WEFT__FIELD(run, error, "error", WEFT__STR, 0),
    WEFT__FIELD(run, session_id, "session_id", WEFT__STR, 0),
};
static const weft__type run_type = WEFT__RESULT_TYPE(run, "run", run_fields);

typedef struct job {
    weft_object object;
    weft_str id;
    weft_str status;
    weft_str output;
    weft_str session_id;
    int64_t created_at;
    int64_t duration_ms;
    double cost;
    bool cached;
} job;

static const weft__field job_fields[] = {
    WEFT__FIELD(job, id, "id", WEFT__STR, 0),
    WEFT__FIELD(job, status, "status", WEFT__STR, 0),
    WEFT__FIELD(job, output, "output", WEFT__STR, 0),
    WEFT__FIELD(job, session_id, "session_id", WEFT__STR, 0),
    WEFT__FIELD(job, created_at, "created_at", WEFT__INT64, 0),
    WEFT__FIELD(job, duration_ms, "duration_ms", WEFT__INT64, 0),
    WEFT__FIELD(job, cost, "cost_usd", WEFT__DOUBLE, 0),
    WEFT__FIELD(job, cached, "cached", WEFT__BOOL, 0),
};
static const weft__type job_type = WEFT__RESULT_TYPE(job, "job", job_fields);

typedef struct jobs {
    weft_object object;
    const job *items;
    size_t items_count;
} jobs;

static const weft__field jobs_fields[] = {WEFT__FIELD_OBJECTS(jobs, items, "jobs", &job_type, 0)};
static const weft__type jobs_type = WEFT__RESULT_TYPE(jobs, "jobs", jobs_fields);

/* As of the run requests: of many members most are not there. */
typedef struct request {
    const char *prompt;
    const char *workdir;
    const char *const *volumes;
    size_t volumes_count;
    const char *webhook_url;
    bool verbose;
    weft_opt_int64 max_turns;
    const char *timeout;
} request;

static const weft__field request_fields[] = {
    WEFT__FIELD(request, prompt, "prompt", WEFT__CSTR, WEFT__REQUIRED),
    WEFT__FIELD(request, workdir, "workdir", WEFT__CSTR, 0),
    WEFT__FIELD_LIST(request, volumes, "volumes", WEFT__LIST_CSTR, 0),
    WEFT__FIELD(request, webhook_url, "webhook_url", WEFT__CSTR, 0),
    WEFT__FIELD(request, verbose, "verbose", WEFT__BOOL, 0),
    WEFT__FIELD(request, max_turns, "max_turns", WEFT__OPT_INT64, 0),
    WEFT__FIELD(request, timeout, "timeout", WEFT__CSTR, 0),
};
static const weft__type request_type = WEFT__REQUEST_TYPE(request, "request", request_fields);

enum { TEXT_MAX = 16384 };

static char text[TEXT_MAX], copy[TEXT_MAX];
static size_t text_len;
static const weft__type *type;
static weft__heap heap;
static weft__arena arena;
static weft__buffer out;
static void *value;

static void decode(size_t times)
{
    weft__codec_error error;

    for (size_t i = 0; i < times; i++) {
        weft__arena_release(&arena);
        if (weft__decode(&arena, type, text, text_len, &value, &error) != WEFT__CODEC_OK) {
            fprintf(stderr, "json: %s: %s at %zu\n", error.path, error.what, error.offset);
            exit(1);
        }
    }
}

static void encode(size_t times)
{
    weft__codec_error error;

    for (size_t i = 0; i < times; i++) {
        weft__buffer_clear(&out);
        if (weft__encode(&out, type, value, &error) != WEFT__CODEC_OK)
            exit(1);
    }
}

static void copy_bytes(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        memcpy(copy, text, text_len);
        micro_keep(copy);
    }
}

/* The document is made; a decoded one is there to be encoded. */
static void ready(const weft__type *of)
{
    type = of;
    text_len = strlen(text);
    decode(1);
}

/* A run response of `len` bytes; `line` repeated makes its output. */
static void make_run(size_t len, const char *line)
{
    static const char head[] = "{\"id\":\"run-550e8400e29b41d4\",\"status\":\"completed\",\"output\":\"";
    static const char tail[] = "\",\"session_id\":\"7c9e6679-7425-40de-944b-e07fc1f90ae7\"}";
    size_t at = sizeof(head) - 1;

    memcpy(text, head, at);
    while (at + sizeof(tail) - 1 + strlen(line) < len) {
        memcpy(text + at, line, strlen(line));
        at += strlen(line);
    }
    while (at + sizeof(tail) - 1 < len)
        text[at++] = '.';
    memcpy(text + at, tail, sizeof(tail));
    ready(&run_type);
}

static void make_jobs(size_t len)
{
    size_t at = (size_t)sprintf(text, "{\"jobs\":[");

    for (int i = 0; at + 300 < len; i++)
        at += (size_t)sprintf(text + at,
                              "%s{\"id\":\"job-%d\",\"status\":\"completed\",\"output\":\"All %d checks passed.\\n\","
                              "\"session_id\":\"7c9e6679-7425-40de-944b-%012d\",\"created_at\":%d,\"duration_ms\":%d,"
                              "\"cost_usd\":0.%04d,\"cached\":%s}",
                              i ? "," : "", i, i, i, 1767225600 + i, 1000 + i * 17, i, i % 2 ? "true" : "false");
    strcpy(text + at, "]}");
    ready(&jobs_type);
}

static const char plain[] = "The function reads one line, checks it, and returns what it found. ";
static const char lines[] = "- `weft_run()` gives \\\"ok\\\" after the second line of the reply\\n";
static const char markup[] =
    "if (a \\u003c b \\u0026\\u0026 n \\u003e 0)\\n\\treturn \\\"none\\\";\\n"; /* as Go does */
static const char units[] = "\\u041f\\u0440\\u0438\\u0432\\u0435\\u0442, \\ud83e\\uddf5\\n";
static const char words[] = "Das l\xc3\xa4uft \xe2\x80\x93 \xe7\xbb\x87\xe6\x9c\xba \xf0\x9f\xa7\xb5 sch\xc3\xb6n. ";
static const char cyrillic[] =
    "\u0424\u0443\u043d\u043a\u0446\u0438\u044f \u0447\u0438\u0442\u0430\u0435\u0442 \u043e\u0434\u043d\u0443 "
    "\u0441\u0442\u0440\u043e\u043a\u0443 \u0438 \u0432\u043e\u0437\u0432\u0440\u0430\u0449\u0430\u0435\u0442, "
    "\u0447\u0442\u043e \u043d\u0430\u0448\u043b\u0430. ";
static const char chinese[] = "\u8be5\u51fd\u6570\u8bfb\u53d6\u4e00\u884c\uff0c\u68c0\u67e5\u5b83\u3002";
static const char emoji[] = "ok \U0001f9f5\U0001f680 done \u2705 ";

static void short_plain(void)
{
    make_run(582, plain);
}

static void short_escapes(void)
{
    make_run(582, lines);
}

static void long_plain(void)
{
    make_run(9700, plain);
}

static void long_escapes(void)
{
    make_run(9700, lines);
}

static void long_markup(void)
{
    make_run(9700, markup);
}

static void long_units(void)
{
    make_run(9700, units);
}

static void long_words(void)
{
    make_run(9700, words);
}

static void long_cyrillic(void)
{
    make_run(9700, cyrillic);
}

static void long_chinese(void)
{
    make_run(9700, chinese);
}

static void long_emoji(void)
{
    make_run(9700, emoji);
}

static void job_list(void)
{
    make_jobs(9900);
}

/* A prompt of 200 bytes, and nothing else. */
static void one_request(void)
{
    static char prompt[201];
    static const request asked = {.prompt = prompt};

    for (size_t at = 0; at < sizeof(prompt) - 1; at++)
        prompt[at] = plain[at % (sizeof(plain) - 1)];
    memcpy(text, &asked, sizeof(asked));
    type = &request_type;
    value = text;
    text_len = sizeof(prompt);
}

int main(void)
{
    static const micro_case cases[] = {
        {"decode a run of 582 bytes", decode, copy_bytes, short_plain},
        {"encode it", encode, copy_bytes, NULL},
        {"decode a run of 582 bytes, escapes", decode, copy_bytes, short_escapes},
        {"decode a run of 9.7 KB", decode, copy_bytes, long_plain},
        {"encode it", encode, copy_bytes, NULL},
        {"decode a run of 9.7 KB, escapes", decode, copy_bytes, long_escapes},
        {"decode a run of 9.7 KB, markup", decode, copy_bytes, long_markup},
        {"decode a run of 9.7 KB, hex escapes", decode, copy_bytes, long_units},
        {"decode a run of 9.7 KB, not ASCII", decode, copy_bytes, long_words},
        {"encode it", encode, copy_bytes, NULL},
        {"decode a run of 9.7 KB, Cyrillic", decode, copy_bytes, long_cyrillic},
        {"decode a run of 9.7 KB, Chinese", decode, copy_bytes, long_chinese},
        {"decode a run of 9.7 KB, emoji", decode, copy_bytes, long_emoji},
        {"decode a list of 48 jobs", decode, copy_bytes, job_list},
        {"encode it", encode, copy_bytes, NULL},
        {"encode a request of 200 bytes", encode, copy_bytes, one_request},
    };

    weft__heap_init(&heap, NULL);
    weft__arena_init(&arena, &heap);
    weft__buffer_init(&out, &heap, SIZE_MAX);
    return micro_main("json", cases, sizeof(cases) / sizeof(cases[0]));
}

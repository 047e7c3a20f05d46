/* bench/micro/json.c - nanoseconds to decode one document into a typed struct, and to encode it again.
 *
 * Prints one line per document and direction: name, bytes, best and median of many rounds in ns. The arena is
 * released after each decode, as it is after each call, so that its chunks come from the free lists.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json/codec.h"

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

enum { ROUNDS = 400, PER_ROUND = 200, TEXT_MAX = 16384 };

static double now_ns(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void report(const char *name, const char *what, size_t len, double *ns)
{
    qsort(ns, ROUNDS, sizeof(*ns), by_size);
    printf("%-24s %-6s %6zu bytes  best %7.1f ns  median %7.1f ns  %5.2f GB/s\n", name, what, len, ns[0],
           ns[ROUNDS / 2], (double)len / ns[ROUNDS / 2]);
}

static void measure(const char *name, const weft__type *type, const char *text)
{
    static double ns[ROUNDS];
    const size_t len = strlen(text);
    weft__codec_error error;
    weft__buffer out;
    weft__arena arena;
    weft__heap heap;
    void *value;

    weft__heap_init(&heap, NULL);
    weft__arena_init(&arena, &heap);
    weft__buffer_init(&out, &heap, SIZE_MAX);
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();

        for (int i = 0; i < PER_ROUND; i++) {
            weft__arena_release(&arena);
            if (weft__decode(&arena, type, text, len, &value, &error)) {
                fprintf(stderr, "%s: %s: %s at %zu\n", name, error.path, error.what, error.offset);
                exit(1);
            }
        }
        ns[round] = (now_ns() - start) / PER_ROUND;
    }
    report(name, "decode", len, ns);
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();

        for (int i = 0; i < PER_ROUND; i++) {
            weft__buffer_clear(&out);
            weft__encode(&out, type, value, &error);
        }
        ns[round] = (now_ns() - start) / PER_ROUND;
    }
    report(name, "encode", len, ns);
    weft__buffer_deinit(&out);
    weft__arena_release(&arena);
    weft__heap_deinit(&heap);
}

/* A run response of `len` bytes; `line` repeated makes its output. */
static char *make_run(char *text, size_t len, const char *line)
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
    return text;
}

static char *make_jobs(char *text, size_t len)
{
    size_t at = (size_t)sprintf(text, "{\"jobs\":[");

    for (int i = 0; at + 300 < len; i++)
        at += (size_t)sprintf(text + at,
                              "%s{\"id\":\"job-%d\",\"status\":\"completed\",\"output\":\"All %d checks passed.\\n\","
                              "\"session_id\":\"7c9e6679-7425-40de-944b-%012d\",\"created_at\":%d,\"duration_ms\":%d,"
                              "\"cost_usd\":0.%04d,\"cached\":%s}",
                              i ? "," : "", i, i, i, 1767225600 + i, 1000 + i * 17, i, i % 2 ? "true" : "false");
    strcpy(text + at, "]}");
    return text;
}

int main(void)
{
    static char text[TEXT_MAX];
    static const char plain[] = "The function reads one line, checks it, and returns what it found. ";
    static const char lines[] = "- `weft_run()` gives \\\"ok\\\" after the second line of the reply\\n";
    static const char words[] = "Das l\xc3\xa4uft \xe2\x80\x93 \xe7\xbb\x87\xe6\x9c\xba \xf0\x9f\xa7\xb5 sch\xc3\xb6n. ";

    measure("run, plain", &run_type, make_run(text, 582, plain));
    measure("run, escapes", &run_type, make_run(text, 582, lines));
    measure("long run, plain", &run_type, make_run(text, 9700, plain));
    measure("long run, escapes", &run_type, make_run(text, 9700, lines));
    measure("long run, not ASCII", &run_type, make_run(text, 9700, words));
    measure("list of jobs", &jobs_type, make_jobs(text, 9900));
    return 0;
}

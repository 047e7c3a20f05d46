#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT_MAX = 16384, ROUND_NS = 50000000 };

const char *const json_names[JSON_FIELDS] = {"id", "status", "output", "error", "session_id"};

static double cpu_ns(void)
{
    struct timespec at;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

/* A run whose output has a line end, escaped, every sixty characters or so. */
static size_t make(char *text, size_t len)
{
    static const char head[] = "{\"id\":\"run-550e8400e29b41d4\",\"status\":\"completed\",\"output\":\"";
    static const char line[] = "The function reads one line, checks it, and returns a result.\\n";
    static const char tail[] = "\",\"session_id\":\"7c9e6679-7425-40de-944b-e07fc1f90ae7\"}";
    size_t at = sizeof(head) - 1;

    memcpy(text, head, at);
    for (; at + sizeof(line) - 1 + sizeof(tail) - 1 <= len; at += sizeof(line) - 1)
        memcpy(text + at, line, sizeof(line) - 1);
    for (; at + sizeof(tail) - 1 < len; at++)
        text[at] = '.';
    memcpy(text + at, tail, sizeof(tail));
    return at + sizeof(tail) - 1;
}

static void measure(const char *row, size_t size)
{
    static char text[TEXT_MAX];
    size_t len = make(text, size);
    double start = cpu_ns(), spent;
    long times = 0;

    do {
        for (int batch = 0; batch < 100; batch++, times++) {
            if (json_read(text, len) < size / 2) {
                fprintf(stderr, "json: %s cannot read it\n", json_reader);
                exit(1);
            }
        }
        spent = cpu_ns() - start;
    } while (spent < ROUND_NS);
    printf("{\"row\":\"%s\",\"peer\":\"%s\",\"value\":%.3f}\n", row, json_reader, spent / (double)times);
}

int main(void)
{
    measure("json-582", 582);
    measure("json-9700", 9700);
    return 0;
}

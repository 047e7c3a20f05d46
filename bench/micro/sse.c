/* micro/sse.c - a block of events read by the event parser; one unit of work is one event. The floor looks
 * for the line ends, once. The parser writes into what it is fed, so that both get a fresh copy of the block
 * each time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "micro.h"
#include "sse/parser.h"

enum { BLOCK_MAX = 1 << 20 };

static weft__heap heap;
static weft__sse sse;
static char block[BLOCK_MAX], fed[BLOCK_MAX];
static size_t block_len, block_events, step_len;

static void feed(const char *at, size_t len, size_t *events)
{
    char *bytes = fed + (at - block);
    weft_event event;
    size_t used;

    for (;;) {
        weft__sse_status status = weft__sse_feed(&sse, bytes, len, &used, &event);

        if (status == WEFT__SSE_NEED_MORE)
            return;
        if (status != WEFT__SSE_EVENT)
            exit(1);
        micro_keep(&event);
        bytes += used;
        len -= used;
        *events += 1;
        if (len == 0 && !weft__sse_holds_memory(&sse))
            return;
    }
}

static void parse(size_t times)
{
    size_t events = 0;

    while (events < times) {
        memcpy(fed, block, block_len);
        for (size_t at = 0; at < block_len; at += step_len)
            feed(block + at, block_len - at < step_len ? block_len - at : step_len, &events);
    }
}

static void find_lines(size_t times)
{
    for (size_t events = 0; events < times; events += block_events) {
        char *at = fed, *end = fed + block_len, *newline;

        memcpy(fed, block, block_len);
        while (at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
            micro_keep(newline);
            at = newline + 1;
        }
    }
}

static void fill(const char *before, size_t bytes, size_t step)
{
    size_t before_len = strlen(before);

    block_len = block_events = 0;
    step_len = step ? step : 64 * 1024;
    do {
        memcpy(block + block_len, before, before_len);
        memset(block + block_len + before_len, 'x', bytes - before_len);
        memcpy(block + block_len + bytes - 2, "\n\n", 2);
        block_len += bytes;
        block_events++;
    } while (block_len + bytes <= 64 * 1024);
}

static void plain(void)
{
    fill("data: ", 88, 0);
}

static void with_type_and_id(void)
{
    fill("event: token\nid: 42\ndata: ", 88, 0);
}

static void two_lines(void)
{
    fill("data: one line\ndata: ", 88, 0);
}

static void kilobyte(void)
{
    fill("data: ", 1024, 0);
}

static void large(void)
{
    fill("data: ", 65536, 0);
}

static void one_by_one(void)
{
    fill("data: ", 88, 88);
}

static void split(void)
{
    fill("data: ", 88, 50);
}

int main(void)
{
    static const micro_case cases[] = {
        {"event of 88 bytes, in bulk", parse, find_lines, plain},
        {"event of 88 bytes, one per feed", parse, find_lines, one_by_one},
        {"event of 88 bytes, split over feeds", parse, find_lines, split},
        {"event with type and id", parse, find_lines, with_type_and_id},
        {"event of two lines", parse, find_lines, two_lines},
        {"event of 1 KiB", parse, find_lines, kilobyte},
        {"event of 64 KiB", parse, find_lines, large},
    };

    weft__heap_init(&heap, NULL);
    weft__sse_init(&sse, &heap, &(weft__sse_options){.max_event_bytes = 16 << 20});
    return micro_main("sse", cases, sizeof(cases) / sizeof(cases[0]));
}

/* micro/http.c - an answer read by the response parser. The floor is llhttp by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/response_parser.h"
#include "micro.h"

enum { ANSWER_MAX = 1 << 20 };

static weft__heap heap;
static weft__response_parser parser;
static char answer[ANSWER_MAX];
static size_t answer_len;
static uint64_t seen;

static bool on_fields(void *arg, weft_str lines)
{
    (void)arg;
    seen += lines.len;
    return true;
}

static weft__parse_flow on_head(void *arg, int status, int64_t content_length)
{
    (void)arg;
    seen += (uint64_t)status + (uint64_t)content_length;
    return WEFT__PARSE_GO;
}

static weft__parse_flow on_body(void *arg, char *bytes, size_t len, size_t *used)
{
    (void)arg;
    (void)bytes;
    (void)used;
    seen += len;
    return WEFT__PARSE_GO;
}

static const weft__response_events events = {on_fields, on_head, on_body};

static void parse(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        size_t used;

        weft__response_parser_reset(&parser, false, NULL);
        if (weft__response_parser_feed(&parser, answer, answer_len, &used) != WEFT__PARSE_DONE) {
            fprintf(stderr, "http: %s\n", parser.reason);
            exit(1);
        }
    }
    micro_keep(&seen);
}

static int count_span(llhttp_t *llhttp, const char *bytes, size_t len)
{
    (void)llhttp;
    (void)bytes;
    seen += len;
    return 0;
}

static void by_llhttp(size_t times)
{
    static const llhttp_settings_t settings = {
        .on_header_field = count_span, .on_header_value = count_span, .on_body = count_span};

    for (size_t i = 0; i < times; i++) {
        llhttp_t llhttp;

        llhttp_init(&llhttp, HTTP_RESPONSE, &settings);
        if (llhttp_execute(&llhttp, answer, answer_len) != HPE_OK)
            exit(1);
    }
    micro_keep(&seen);
}

static void add(const char *text)
{
    size_t len = strlen(text);

    memcpy(answer + answer_len, text, len);
    answer_len += len;
}

static void begin(const char *framing)
{
    answer_len = 0;
    add("HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 03:39:08 GMT\r\n"
        "Content-Type: application/json\r\nConnection: keep-alive\r\n");
    add(framing);
}

static void add_body(size_t len)
{
    memset(answer + answer_len, 'x', len);
    answer_len += len;
}

static void small_answer(void)
{
    begin("Content-Length: 582\r\n\r\n");
    add_body(582);
}

static void large_answer(void)
{
    begin("Content-Length: 65536\r\n\r\n");
    add_body(65536);
}

static void many_headers(void)
{
    answer_len = 0;
    add("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n");
    for (int i = 0; i < 30; i++)
        add("X-Request-Header-Name: some value of the usual length, 42\r\n");
    add("\r\nok");
}

static void small_chunks(void)
{
    begin("Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 100; i++) {
        add("58\r\n");
        add_body(88);
        add("\r\n");
    }
    add("0\r\n\r\n");
}

int main(void)
{
    static const micro_case cases[] = {
        {"answer of 582 bytes", parse, by_llhttp, small_answer},
        {"answer of 64 KiB", parse, by_llhttp, large_answer},
        {"answer with 30 headers", parse, by_llhttp, many_headers},
        {"answer of 100 chunks of 88 bytes", parse, by_llhttp, small_chunks},
    };

    weft__heap_init(&heap, NULL);
    weft__response_parser_init(&parser, &heap, &events);
    weft__response_parser_limit(&parser, &(weft__response_limits){64 << 10, 100});
    return micro_main("http", cases, sizeof(cases) / sizeof(cases[0]));
}

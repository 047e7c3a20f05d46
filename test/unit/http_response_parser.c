/* HTTP/1.1 answers, hostile and otherwise: each is read whole, split at every byte, and byte by byte. */
#include "test.h"
#include "test_memory.h"

#include <stdio.h>
#include <stdlib.h>

#include "http/fields.h"
#include "http/response_parser.h"

enum { WHOLE = 0 }; /* a piece length: all at once */

/* How the answers of a script are read. */
typedef struct reading {
    bool is_head_request;
    bool at_end;                  /* the connection ends after the bytes */
    bool pauses;                  /* each callback pauses */
    size_t takes;                 /* the most that on_body takes at a time when it pauses; 0 = all */
    weft__response_limits limits; /* 0 = far from everything */
    weft__heap *heap;             /* NULL = plain */
} reading;

/* What was read, as text: "200 (5) name=value;... [body] DONE, keep, 3 left". */
typedef struct record {
    weft__buffer text;
    weft__buffer body;
    const reading *script;
    int body_calls;
} record;

static weft__heap *plain_heap(void)
{
    static weft__heap heap;

    weft__heap_init(&heap, NULL);
    return &heap;
}

static void print_number(record *transcript, const char *before, long long value, const char *after)
{
    char text[64];

    snprintf(text, sizeof(text), "%s%lld%s", before, value, after);
    weft__buffer_append_text(&transcript->text, text);
}

static bool note_fields(void *arg, weft_str lines)
{
    record *transcript = arg;
    weft_str line;
    bool noted = true;

    while (weft__fields_next(&lines, &line)) {
        weft_str name = weft__field_name(line), value = weft__field_value(line, name.len);

        weft__buffer_append(&transcript->text, name.ptr, name.len);
        weft__buffer_append_char(&transcript->text, '=');
        weft__buffer_append(&transcript->text, value.ptr, value.len);
        noted = weft__buffer_append_char(&transcript->text, ';');
    }
    return noted;
}

static weft__parse_flow note_head(void *arg, int status, int64_t content_length)
{
    record *transcript = arg;

    print_number(transcript, "", status, " ");
    print_number(transcript, "(", content_length, ") ");
    return transcript->script->pauses ? WEFT__PARSE_PAUSE : WEFT__PARSE_GO;
}

static weft__parse_flow note_body(void *arg, char *bytes, size_t len, size_t *used)
{
    record *transcript = arg;
    const reading *script = transcript->script;

    transcript->body_calls++;
    if (script->pauses && script->takes && len > script->takes)
        *used = len = script->takes;
    weft__buffer_append(&transcript->body, bytes, len);
    memset(bytes, '#', len); /* the bytes are the callback's */
    return script->pauses ? WEFT__PARSE_PAUSE : WEFT__PARSE_GO;
}

static const weft__response_events events = {note_fields, note_head, note_body};

static const char *status_names[] = {
    [WEFT__PARSE_NEED_MORE] = "MORE",
    [WEFT__PARSE_PAUSED] = "PAUSED",
    [WEFT__PARSE_DONE] = "DONE",
    [WEFT__PARSE_STOPPED] = "STOPPED",
    [WEFT__PARSE_CLOSED] = "CLOSED",
    [WEFT__PARSE_TRUNCATED] = "TRUNCATED",
    [WEFT__PARSE_MALFORMED] = "MALFORMED",
    [WEFT__PARSE_HEAD_TOO_LARGE] = "HEAD TOO LARGE",
    [WEFT__PARSE_TOO_MANY_HEADERS] = "TOO MANY HEADERS",
    [WEFT__PARSE_NO_MEMORY] = "NO MEMORY",
};

/* Feeds one piece, in memory of exactly its size, until it is used up or the answer ends. */
static weft__parse_status feed_piece(weft__response_parser *parser, const char *bytes, size_t len, size_t *ret_used)
{
    weft__parse_status status;
    size_t used;

    *ret_used = 0;
    do {
        char *piece = malloc(len - *ret_used ? len - *ret_used : 1);

        memcpy(piece, bytes + *ret_used, len - *ret_used);
        status = weft__response_parser_feed(parser, piece, len - *ret_used, &used);
        *ret_used += used;
        free(piece);
    } while (status == WEFT__PARSE_PAUSED || (status == WEFT__PARSE_NEED_MORE && *ret_used < len));
    return status;
}

static weft__parse_status feed_all(weft__response_parser *parser, const reading *script, const char *bytes, size_t len,
                                   size_t first, size_t each, size_t *ret_used)
{
    weft__parse_status status = WEFT__PARSE_NEED_MORE;
    size_t piece = first, used;

    for (*ret_used = 0; *ret_used < len && status == WEFT__PARSE_NEED_MORE; piece = each) {
        if (piece == WHOLE || piece > len - *ret_used)
            piece = len - *ret_used;
        status = feed_piece(parser, bytes + *ret_used, piece, &used);
        *ret_used += used;
    }
    if (status == WEFT__PARSE_NEED_MORE && script->at_end)
        status = weft__response_parser_finish(parser);
    return status;
}

static void transcript_free(record *transcript)
{
    weft__buffer_deinit(&transcript->text);
    weft__buffer_deinit(&transcript->body);
}

/* With limits far from everything where none are given. */
static void start_parser(weft__response_parser *parser, weft__heap *heap, const weft__response_events *told,
                         const weft__response_limits *limits)
{
    weft__response_parser_init(parser, heap, told);
    weft__response_parser_limit(parser, &(weft__response_limits){
                                            limits->max_head_bytes ? limits->max_head_bytes : 64 << 10,
                                            limits->max_headers ? limits->max_headers : 256,
                                        });
}

static record read_answer(const reading *script, const char *bytes, size_t len, size_t first, size_t each)
{
    record transcript = {.script = script};
    weft__response_parser parser;
    weft__parse_status status;
    size_t used;

    weft__buffer_init(&transcript.text, plain_heap(), 1 << 20);
    weft__buffer_init(&transcript.body, plain_heap(), 1 << 20);
    start_parser(&parser, script->heap ? script->heap : plain_heap(), &events, &script->limits);
    weft__response_parser_reset(&parser, script->is_head_request, &transcript);
    status = feed_all(&parser, script, bytes, len, first, each, &used);
    weft__buffer_append_char(&transcript.text, '[');
    weft__buffer_append(&transcript.text, transcript.body.data, transcript.body.len);
    weft__buffer_append_text(&transcript.text, "] ");
    weft__buffer_append_text(&transcript.text, status_names[status]);
    if (status == WEFT__PARSE_DONE) {
        weft__buffer_append_text(&transcript.text, weft__response_parser_keeps_alive(&parser) ? " keep" : " close");
        if (used < len)
            print_number(&transcript, " ", (long long)(len - used), " left");
    }
    weft__buffer_append_char(&transcript.text, '\0');
    weft__response_parser_deinit(&parser);
    return transcript;
}

static bool reads_as(const reading *script, const char *bytes, size_t len, const char *expected, size_t first,
                     size_t each)
{
    record transcript = read_answer(script, bytes, len, first, each);
    bool same = strcmp(transcript.text.data, expected) == 0;

    if (!same)
        test_fail(__FILE__, __LINE__, "in pieces of %zu, then %zu%s: read %s, expected %s", first, each,
                  script->pauses ? ", with pauses" : "", transcript.text.data, expected);
    transcript_free(&transcript);
    return same;
}

static bool reads_at_every_split(const reading *script, const char *bytes, size_t len, const char *expected)
{
    bool same = reads_as(script, bytes, len, expected, WHOLE, WHOLE) && reads_as(script, bytes, len, expected, 1, 1) &&
                reads_as(script, bytes, len, expected, 2, 3);

    for (size_t split = 1; split < len && same; split++)
        same = reads_as(script, bytes, len, expected, split, WHOLE) && reads_as(script, bytes, len, expected, split, 1);
    return same;
}

static void check_script(reading script, const char *bytes, size_t len, const char *expected)
{
    if (!reads_at_every_split(&script, bytes, len, expected))
        return;
    script.pauses = true;
    if (!reads_at_every_split(&script, bytes, len, expected))
        return;
    script.takes = 2;
    reads_at_every_split(&script, bytes, len, expected);
}

#define READS(bytes, expected) check_script((reading){0}, bytes, sizeof(bytes) - 1, expected)
#define READS_TO_END(bytes, expected) check_script((reading){.at_end = true}, bytes, sizeof(bytes) - 1, expected)
#define READS_HEAD(bytes, expected) check_script((reading){.is_head_request = true}, bytes, sizeof(bytes) - 1, expected)
#define READS_LIMITED(head_bytes, headers, bytes, expected)                                                            \
    check_script((reading){.limits = {head_bytes, headers}}, bytes, sizeof(bytes) - 1, expected)

/* Which headers are seen before the answer fails depends on llhttp's version; that it fails does not. */
static void check_fails(const reading *script, const char *bytes, const char *failure)
{
    for (size_t split = 0; split < strlen(bytes); split++) {
        record transcript = read_answer(script, bytes, strlen(bytes), split, split & 1);

        if (!strstr(transcript.text.data, failure) || transcript.body.len)
            test_fail(__FILE__, __LINE__, "%s read as %s", bytes, transcript.text.data);
        transcript_free(&transcript);
    }
}

static void check_refused(const char *bytes)
{
    check_fails(&(reading){0}, bytes, "[] MALFORMED");
}

#define OK "HTTP/1.1 200 OK\r\n"

TEST(parser_reads_a_body_by_its_content_length)
{
    READS(OK "Content-Length: 5\r\n\r\nhello", "Content-Length=5;200 (5) [hello] DONE keep");
    READS(OK "Content-Length: 0\r\nX: y\r\n\r\n", "Content-Length=0;X=y;200 (0) [] DONE keep");
    READS("HTTP/1.1 404 Not Found\r\ncontent-length:2\r\n\r\nno", "content-length=2;404 (2) [no] DONE keep");
    READS("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", "Content-Length=1;200 (1) [x] DONE keep");
    READS("HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", "Content-Length=1;200 (1) [x] DONE keep");
}

TEST(parser_gives_headers_whole_and_trimmed)
{
    READS(OK "A:b\r\nLonger-Name: \t a value, with  spaces \t \r\nEmpty:\r\nBlank:   \r\nContent-Length: "
             "0\r\n\r\n",
          "A=b;Longer-Name=a value, with  spaces;Empty=;Blank=;Content-Length=0;200 (0) [] DONE keep");
    READS(OK "Connection: keep-alive, x\r\nX: caf\xC3\xA9\r\nContent-Length: 0\r\nSet-Cookie: "
             "a\r\nSet-Cookie: b\r\n\r\n",
          "Connection=keep-alive, x;X=caf\xC3\xA9;Content-Length=0;Set-Cookie=a;Set-Cookie=b;200 (0) [] DONE "
          "keep");
}

TEST(parser_reads_chunked_bodies)
{
    READS(OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          "Transfer-Encoding=chunked;200 (-1) [hello] DONE keep");
    READS(OK "Transfer-Encoding: Chunked\r\n\r\n5;a=\"b c\";d\r\nhello\r\nA\r\n, worlds !\r\n00\r\n\r\n",
          "Transfer-Encoding=Chunked;200 (-1) [hello, worlds !] DONE keep");
    READS(OK "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: t\r\nX: y\r\n\r\n",
          "Transfer-Encoding=chunked;200 (-1) [x] DONE keep");
    READS(OK "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding=chunked;200 (-1) [] DONE keep");
}

TEST(parser_refuses_malformed_chunks)
{
    static const char *const hostile[] = {
        "5 \r\nhello\r\n0\r\n\r\n",           /* space after the size */
        " 5\r\nhello\r\n0\r\n\r\n",           /* space before it */
        "g\r\nhello\r\n0\r\n\r\n",            /* no hexadecimal digit */
        "-1\r\nhello\r\n0\r\n\r\n",           /* a sign */
        "0x5\r\nhello\r\n0\r\n\r\n",          /* a prefix */
        "\r\nhello\r\n0\r\n\r\n",             /* no size */
        "10000000000000000\r\nhello\r\n\r\n", /* more than 64 bits */
        "5\nhello\r\n0\r\n\r\n",              /* LF alone */
        "5\rhello\r\n0\r\n\r\n",              /* CR alone */
        "5;a\nhello\r\n0\r\n\r\n",            /* LF alone after an extension */
        "5;a\rb\r\nhello\r\n0\r\n\r\n",       /* CR alone in one */
        "5;a\r\r\nhello\r\n0\r\n\r\n",        /* and behind it */
        "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n", /* a line end in quotes */
        "5;\x01\r\nhello\r\n0\r\n\r\n",       /* a control in one */
        "5,5\r\nhello\r\n0\r\n\r\n",          /* a list */
        "+5\r\nhello\r\n0\r\n\r\n",           /* a sign */
        "5h\r\nhello\r\n0\r\n\r\n",           /* another notation */
        "5\t\r\nhello\r\n0\r\n\r\n",          /* a tab after the size */
        "8000000000000000\r\nhello",          /* more than 63 bits, negative for some */
        "ffffffffffffffff\r\nhello",
    };
    static const char *const in_body[] = {
        "5\r\nhello0\r\n\r\n",                   /* no line end after the data */
        "5\r\nhelloo\r\n0\r\n",                  /* more data than the size says */
        "5\r\nhello\n0\r\n\r\n",                 /* LF alone after the data */
        "5\r\nhello\r\nq\r\n",                   /* garbage in the place of a size */
        "5\r\nhello\r0\r\n\r\n",                 /* CR alone after the data */
        "5\r\nhello\r\n\r\n0\r\n\r\n",           /* an empty line in the place of a size */
        "5\r\nhello\r\n0\n\r\n",                 /* LF alone after the last size */
        "5\r\nhello\r\n0\r\n\n",                 /* and at the very end */
        "5\r\nhello\r\n0\r\n\rx",                /* CR alone there */
        "5\r\nhello\r\n0\r\nA: b\n\r\n",         /* LF alone after a trailer */
        "5\r\nhello\r\n0\r\nA: b\rc\r\n\r\n",    /* CR alone in one */
        "5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n", /* a folded trailer */
        "5\r\nhello\r\n0\r\n A: b\r\n\r\n",      /* one after nothing */
        "5\r\nhello\r\n0\r\n: b\r\n\r\n",        /* one without a name */
        "5\r\nhello\r\n0\r\nA : b\r\n\r\n",      /* a blank before its colon */
    };
    char bytes[256];

    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        snprintf(bytes, sizeof(bytes), OK "Transfer-Encoding: chunked\r\n\r\n%s", hostile[i]);
        check_script((reading){0}, bytes, strlen(bytes), "Transfer-Encoding=chunked;200 (-1) [] MALFORMED");
    }
    for (size_t i = 0; i < sizeof(in_body) / sizeof(in_body[0]); i++) {
        snprintf(bytes, sizeof(bytes), OK "Transfer-Encoding: chunked\r\n\r\n%s", in_body[i]);
        check_script((reading){0}, bytes, strlen(bytes), "Transfer-Encoding=chunked;200 (-1) [hello] MALFORMED");
    }
}

TEST(parser_reads_to_the_end_of_the_connection_without_a_length)
{
    READS_TO_END(OK "\r\nhello\r\n\r\nHTTP/1.1 200 OK\r\n", "200 (-1) [hello\r\n\r\nHTTP/1.1 200 OK\r\n] DONE close");
    READS_TO_END("HTTP/1.0 200 OK\r\nA: b\r\n\r\n", "A=b;200 (-1) [] DONE close");
    READS(OK "\r\nhello", "200 (-1) [hello] MORE");
}

TEST(parser_tells_truncation_from_a_clean_close)
{
    READS_TO_END("", "[] CLOSED");
    READS_TO_END("H", "[] TRUNCATED");
    READS_TO_END("HTTP/1.1 200 OK\r\nA: b", "[] TRUNCATED");
    READS_TO_END(OK "A: b\r\n\r", "[] TRUNCATED");
    READS_TO_END(OK "Content-Length: 5\r\n\r\nhell", "Content-Length=5;200 (5) [hell] TRUNCATED");
    READS_TO_END(OK "Content-Length: 5\r\n\r\n", "Content-Length=5;200 (5) [] TRUNCATED");
    READS_TO_END(OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                 "Transfer-Encoding=chunked;200 (-1) [hello] TRUNCATED");
    READS_TO_END(OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                 "Transfer-Encoding=chunked;200 (-1) [hello] TRUNCATED");
    READS_TO_END("HTTP/1.1 100 Continue\r\n\r\n", "[] TRUNCATED");
    READS_TO_END(OK "Content-Length: 5\r\n\r\nhello", "Content-Length=5;200 (5) [hello] DONE keep");
}

TEST(parser_reads_no_body_after_head_204_and_304)
{
    READS_HEAD(OK "Content-Length: 10\r\n\r\n", "Content-Length=10;200 (0) [] DONE keep");
    READS_HEAD(OK "Transfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding=chunked;200 (0) [] DONE keep");
    READS_HEAD(OK "A: b\r\n\r\n", "A=b;200 (0) [] DONE keep");
    READS("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", "Content-Length=10;304 (0) [] DONE keep");
    READS("HTTP/1.1 304 Not Modified\r\n\r\n", "304 (0) [] DONE keep");
    READS("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "Content-Length=0;204 (0) [] DONE keep");
    /* Others might wait for that body, and it may yet come. */
    READS("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n", "Content-Length=3;204 (0) [] DONE close");
    READS("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
          "Transfer-Encoding=chunked;204 (0) [] DONE close");
}

/* What the callbacks and the caller see when more follows the answer: nothing of it. */
static void check_left(const reading *script, const char *bytes, const char *extra, const char *expected)
{
    char all[512], text[512];
    size_t answer_len = strlen(bytes);

    snprintf(all, sizeof(all), "%s%s", bytes, extra);
    snprintf(text, sizeof(text), "%s close %zu left", expected, strlen(extra));
    for (size_t split = 0; split < answer_len; split++) {
        if (!reads_as(script, all, strlen(all), text, split, WHOLE))
            return;
    }
}

TEST(parser_leaves_what_follows_an_answer)
{
    static const reading get = {0}, head = {.is_head_request = true};
    static const char *const extras[] = {"x", "\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};

    for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
        check_left(&get, OK "Content-Length: 5\r\n\r\nhello", extras[i], "Content-Length=5;200 (5) [hello] DONE");
        check_left(&get, OK "Content-Length: 0\r\n\r\n", extras[i], "Content-Length=0;200 (0) [] DONE");
        check_left(&get, OK "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: b\r\n\r\n", extras[i],
                   "Transfer-Encoding=chunked;200 (-1) [x] DONE");
        check_left(&get, "HTTP/1.1 304 x\r\nContent-Length: 10\r\n\r\n", extras[i],
                   "Content-Length=10;304 (0) [] DONE");
        check_left(&get, "HTTP/1.1 204 x\r\n\r\n", extras[i], "204 (0) [] DONE");
        check_left(&head, OK "Content-Length: 10\r\n\r\n", extras[i], "Content-Length=10;200 (0) [] DONE");
        check_left(&get, OK "Connection: close\r\nContent-Length: 1\r\n\r\nx", extras[i],
                   "Connection=close;Content-Length=1;200 (1) [x] DONE");
    }
}

TEST(parser_says_whether_the_connection_may_go_on)
{
    READS(OK "Connection: close\r\nContent-Length: 0\r\n\r\n",
          "Connection=close;Content-Length=0;200 (0) [] DONE close");
    READS("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "Content-Length=1;200 (1) [x] DONE close");
    READS("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
          "Connection=keep-alive;Content-Length=1;200 (1) [x] DONE keep");
    READS("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "Connection=keep-alive;Transfer-Encoding=chunked;200 (-1) [] DONE close");
    READS("HTTP/1.1 204 x\r\nConnection: close\r\n\r\n", "Connection=close;204 (0) [] DONE close");
    READS_HEAD(OK "Connection: close\r\n\r\n", "Connection=close;200 (0) [] DONE close");
    READS(OK "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n",
          LLHTTP_VERSION_MAJOR < 9 ? "Transfer-Encoding=chunked;200 (-1) [] DONE close"
                                   : "Transfer-Encoding=chunked;200 (-1) [] MALFORMED");
    READS(OK "Transfer-Encoding: chunked\r\n\r\n0\r\nConnection: close\r\n\r\n",
          "Transfer-Encoding=chunked;200 (-1) [] DONE close");
}

static bool keeps(const char *version, const char *lines)
{
    char bytes[256];
    int len = snprintf(bytes, sizeof(bytes), "%s 200 OK\r\n%sContent-Length: 0\r\n\r\n", version, lines);
    bool kept = true, split_kept;

    for (size_t split = 0; split < (size_t)len; split++) {
        record transcript = read_answer(&(reading){0}, bytes, (size_t)len, split, WHOLE);

        split_kept = strstr(transcript.text.data, "DONE keep") != NULL;
        if (split > 0 && split_kept != kept)
            test_fail(__FILE__, __LINE__, "%s: kept or not by where it is split", lines);
        kept = split_kept;
        transcript_free(&transcript);
    }
    return kept;
}

TEST(parser_reads_connection_options_in_all_their_forms)
{
    static const char *const closing[] = {
        "close",
        "Close",
        "CLOSE",
        "close ",
        "close\t",
        "\tclose",
        " \t close \t ",
        "close,",
        ",close",
        ",,close",
        "x,close",
        "x, close",
        "x,\tclose",
        "x\t,\tclose\t,y",
        "close,close",
        "keep-alive, close",
        "close, keep-alive",
        /* What is no option at all may be meant so. */
        "close;",
        "\"close\"",
        "close x",
        "x close",
        "x\tclose",
        "close;q=1",
        "=close",
        "caf\xC3\xA9",
    };
    static const char *const keeping[] = {"",       " ",         "keep-alive", "Keep-Alive", "x",  "closed",
                                          "xclose", "not-close", "upgrade",    ",",          ", ,"};
    char line[64];

    for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++) {
        snprintf(line, sizeof(line), "Connection:%s\r\n", closing[i]);
        CHECK(!keeps("HTTP/1.1", line));
    }
    for (size_t i = 0; i < sizeof(keeping) / sizeof(keeping[0]); i++) {
        snprintf(line, sizeof(line), "CONNECTION: %s\r\n", keeping[i]);
        CHECK(keeps("HTTP/1.1", line));
    }
    CHECK(!keeps("HTTP/1.1", "Connection: x\r\nX: y\r\nconnection: close\t\r\n"));
    CHECK(!keeps("HTTP/1.1", "Keep-Alive: timeout=5\r\nconnection: close\t\r\n"));
    CHECK(!keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
    CHECK(!keeps("HTTP/1.0", "Keep-Alive: timeout=5\r\n"));
    CHECK(keeps("HTTP/1.0", "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n"));
    CHECK(keeps("HTTP/1.1", "Conn: close\r\nX-Connection: close\r\nCache-Control: close\r\n"));
}

/* In seconds; UNKNOWN when the answer does not say, -1 when the connection is not kept at all. */
static int64_t kept_for(const char *lines)
{
    static const reading get = {0};
    char bytes[256];
    int len = snprintf(bytes, sizeof(bytes), OK "%s\r\nContent-Length: 0\r\n\r\n", lines);
    record transcript = {.script = &get};
    weft__response_parser parser;
    int64_t kept = -1;
    size_t used;

    weft__buffer_init(&transcript.text, plain_heap(), 1000);
    weft__buffer_init(&transcript.body, plain_heap(), 1000);
    start_parser(&parser, plain_heap(), &events, &(weft__response_limits){0});
    weft__response_parser_reset(&parser, false, &transcript);
    if (weft__response_parser_feed(&parser, bytes, (size_t)len, &used) == WEFT__PARSE_DONE &&
        weft__response_parser_keeps_alive(&parser))
        kept = weft__response_parser_keep_alive_s(&parser);
    weft__response_parser_deinit(&parser);
    transcript_free(&transcript);
    return kept;
}

TEST(parser_reads_how_long_the_connection_is_kept)
{
#define UNKNOWN WEFT__KEEP_ALIVE_UNKNOWN
    static const struct {
        const char *lines;
        int64_t kept;
    } cases[] = {
        {"Keep-Alive: timeout=5", 5},
        {"keep-alive:timeout=5", 5},
        {"KEEP-ALIVE: TIMEOUT=5, MAX=100", 5},
        {"Keep-Alive: max=100, timeout=5", 5},
        {"Keep-Alive: \t timeout\t= 5 ,max=1 ", 5},
        {"Keep-Alive: timeout=5; max=100", 5},
        {"Keep-Alive: timeout=\"5\"", 5},
        {"Keep-Alive: timeout=0", 0},
        {"Keep-Alive: timeout=007", 7},
        {"Keep-Alive: timeout=7, timeout=5", 5},
        {"Keep-Alive: timeout=7\r\nKeep-Alive: timeout=5\r\nKeep-Alive: timeout=9", 5},
        {"Connection: keep-alive\r\nKeep-Alive: timeout=5", 5},
        {"Keep-Alive: timeout=99999999999999999999, timeout=60", 60},
        {"Keep-Alive: max=0, timeout=5", -1},
        {"Keep-Alive: timeout=5\r\nConnection: close\t", -1},
        {"Keep-Alive: timeout", UNKNOWN},
        {"Keep-Alive: timeout=", UNKNOWN},
        {"Keep-Alive: timeout=\"\"", UNKNOWN},
        {"Keep-Alive: timeout=-5", UNKNOWN},
        {"Keep-Alive: timeout=+5", UNKNOWN},
        {"Keep-Alive: timeout=5s", UNKNOWN},
        {"Keep-Alive: timeout=0x5", UNKNOWN},
        {"Keep-Alive: timeout=99999999999999999999", UNKNOWN},
        {"Keep-Alive: xtimeout=5", UNKNOWN},
        {"Keep-Alive: 5", UNKNOWN},
        {"Keep-Alive:", UNKNOWN},
        {"X-Keep-Alive: timeout=5", UNKNOWN},
        {"K: timeout=5", UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (kept_for(cases[i].lines) != cases[i].kept)
            test_fail(__FILE__, __LINE__, "%s is kept for %lld", cases[i].lines, (long long)kept_for(cases[i].lines));
}

TEST(parser_skips_interim_answers)
{
    READS("HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 1\r\n\r\nx", "Content-Length=1;200 (1) [x] DONE keep");
    READS("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\nContent-Length: 5\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
          "HTTP/1.1 404 x\r\nContent-Length: 1\r\n\r\nx",
          "Content-Length=1;404 (1) [x] DONE keep");
    READS("HTTP/1.1 100 x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" OK "Content-Length: 0\r\n\r\n",
          "Content-Length=0;200 (0) [] DONE keep");
    READS("HTTP/1.1 100 Continue\r\n\r\n", "[] MORE");
    READS("HTTP/1.1 100 Continue\r\n\r\n\r\n" OK, "[] MALFORMED");
}

TEST(parser_refuses_endless_interim_answers)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    char bytes[1024] = "";
    char with_end[1200];

    for (int i = 0; i < WEFT__PARSE_MAX_INTERIM_ANSWERS; i++)
        strcat(bytes, interim);
    snprintf(with_end, sizeof(with_end), "%s%s", bytes, OK "Content-Length: 0\r\n\r\n");
    check_script((reading){0}, with_end, strlen(with_end), "Content-Length=0;200 (0) [] DONE keep");
    snprintf(with_end, sizeof(with_end), "%s%s", bytes, interim);
    check_script((reading){0}, with_end, strlen(with_end), "[] MALFORMED");
}

TEST(parser_refuses_another_protocol)
{
    READS("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", "[] MALFORMED");
    READS("HTTP/1.1 101 Switching Protocols\r\n\r\n", "[] MALFORMED");
    READS_HEAD("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nxyz", "[] MALFORMED");
    READS(OK "Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 1\r\n\r\nx",
          "Upgrade=h2c;Connection=Upgrade;Content-Length=1;200 (1) [x] DONE keep"); /* an offer only */
}

TEST(parser_refuses_lone_cr)
{
    READS(OK "X-Abc:\rxTransfer-Encoding: chunked\r\n\r\n", "[] MALFORMED");
    READS(OK "X: a\rb\r\nContent-Length: 0\r\n\r\n", "[] MALFORMED");
    READS(OK "X: a\r\r\nContent-Length: 0\r\n\r\n", "[] MALFORMED");
    READS("HTTP/1.1 200 OK\rX: y\r\n\r\n", "[] MALFORMED");
    READS(OK "X: a\r\n\rContent-Length: 0\r\n\r\n", "[] MALFORMED");
    READS(OK "X: a\r\n\r\r\n", "[] MALFORMED");
}

TEST(parser_refuses_lone_lf)
{
    READS("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "[] MALFORMED");
    READS("HTTP/1.1 200 OK\n\n", "[] MALFORMED");
    READS(OK "X: a\nContent-Length: 0\r\n\r\n", "[] MALFORMED");
    check_refused(OK "X: a\r\n\nbody");
}

TEST(parser_refuses_folded_headers)
{
    READS(OK "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", "[] MALFORMED");
    READS(OK "X:\r\n b\r\n\r\n", "[] MALFORMED");
    READS(OK "X:\r\n \r\n\r\n", "[] MALFORMED");
    READS(OK "X: a\r\n\tContent-Length: 5\r\n\r\n", "[] MALFORMED");
    READS(OK "Transfer-Encoding:\r\n chunked\r\n\r\n", "[] MALFORMED");
    READS(OK " X: a\r\n\r\n", "[] MALFORMED");
}

TEST(parser_refuses_conflicting_lengths)
{
    READS(OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5, 5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: -5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: +5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 0x5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5 5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length:\r\n\r\n", "[] MALFORMED");
    READS(OK "Content-Length: \r\nContent-Length: 5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5,\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: ,5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5;\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5.0\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5e0\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: \"5\"\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 5\x0B\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: \x0B"
             "5\r\n\r\nhello",
          "[] MALFORMED");
    READS(OK "Content-Length: 5\0\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length\0: 5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length : 5\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 99999999999999999999\r\n\r\nhello", "[] MALFORMED");
    READS(OK "Content-Length: 9223372036854775808\r\n\r\n", "[] MALFORMED");
    READS(OK "Content-Length: 9223372036854775807\r\n\r\nx",
          "Content-Length=9223372036854775807;200 (9223372036854775807) [x] MORE");
}

TEST(parser_refuses_a_length_next_to_a_transfer_coding)
{
    check_refused(OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
    check_refused(OK "Content-Length: 0\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST(parser_refuses_other_transfer_codings)
{
    check_refused(OK "Transfer-Encoding: gzip\r\n\r\nhello");
    check_refused(OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding:\r\n\r\nhello");
    check_refused(OK "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: chunked\x0B\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding: \x0B"
                     "chunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n");
    check_refused(OK "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n");
    READS(OK "Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n", "[] MALFORMED");
    READS(OK "Transfer-Encoding\0: chunked\r\n\r\n0\r\n\r\n", "[] MALFORMED");
}

/* Legal white space that llhttp 8 takes for part of the word: its body would be the framing itself. */
TEST(parser_delivers_no_framing_as_a_body)
{
    static const char *const lines[] = {"chunked\t", "\tchunked", " \t chunked \t ", "chunked ", "\t chunked\t\t"};
    char bytes[128];

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        int len = snprintf(bytes, sizeof(bytes), OK "Transfer-Encoding:%s\r\n\r\n1\r\nx\r\n0\r\n\r\n", lines[i]);
        record transcript = read_answer(&(reading){.at_end = true}, bytes, (size_t)len, WHOLE, WHOLE);

        CHECK(strcmp(transcript.text.data, "[] MALFORMED") == 0 ||
              strcmp(transcript.text.data, "Transfer-Encoding=chunked;200 (-1) [x] DONE keep") == 0);
        transcript_free(&transcript);
    }
}

TEST(parser_refuses_malformed_status_lines)
{
    static const char *const hostile[] = {
        "HTTP/1.1 20 OK\r\n\r\n",      "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",     "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",     "HTTP/0.9 200 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",     "HTTP/1 200 OK\r\n\r\n",
        "HTTP/11.1 200 OK\r\n\r\n",    "http/1.1 200 OK\r\n\r\n",
        "HTTPS/1.1 200 OK\r\n\r\n",    "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "\nHTTP/1.1 200 OK\r\n\r\n",   " HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 099 x\r\n\r\n",      "HTTP/1.1 000 x\r\n\r\n",
        "HTTP/1.1 0200 OK\r\n\r\n",    "HTTP/1.1 00000200 OK\r\n\r\n",
        "HTTP/1.1 +200 OK\r\n\r\n",    "HTTP/1.1 2e2 OK\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n",      "HTTP/1.1 200\tOK\r\n\r\n",
        "HTTP/1.1\t200 OK\r\n\r\n",    "HTTP/01.1 200 OK\r\n\r\n",
        "HTTP/1.01 200 OK\r\n\r\n",    "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.1 200 \x01\r\n\r\n",   "HTTP/1.1 200 \x1b[2J\r\n\r\n",
        "HTTP/1.1 200 O\x7FK\r\n\r\n", "HTTP/1.1 200 O\x0BK\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",      "SSH-2.0-OpenSSH_9.2\r\n",
        "\x16\x03\x01\x02\x00\x01",    "H\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
        check_refused(hostile[i]);
    READS("HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n", "[] MALFORMED");
    READS("HTTP/1.1 200 caf\xC3\xA9\tand more\r\nContent-Length: 0\r\n\r\n", "Content-Length=0;200 (0) [] DONE keep");
}

TEST(parser_refuses_malformed_headers)
{
    check_refused(OK "Caf\xC3\xA9: x\r\n\r\n");
    check_refused(OK "\xA0Name: x\r\n\r\n");
    check_refused(OK "Name\t: x\r\n\r\n");
    check_refused(OK "Na\tme: x\r\n\r\n");
    check_refused(OK "\"Name\": x\r\n\r\n");
    check_refused(OK "Na/me: x\r\n\r\n");
    check_refused(OK "Name: \x7F\r\n\r\n");
    check_refused(OK "Name: \x1B[2J\r\n\r\n");
    check_refused(OK "no colon\r\n\r\n");
    check_refused(OK "Name : value\r\n\r\n");
    check_refused(OK ": no name\r\n\r\n");
    check_refused(OK "N\x01me: value\r\n\r\n");
    check_refused(OK "Name: val\x01ue\r\n\r\n");
    check_refused(OK "Na(me: value\r\n\r\n");
    check_refused(OK "Content Length: 5\r\n\r\n");
    check_script((reading){0}, OK "A: b\0c\r\n\r\n", sizeof(OK "A: b\0c\r\n\r\n") - 1, "[] MALFORMED");
}

TEST(parser_limits_the_head)
{
    READS_LIMITED(25, 0, OK "A: b\r\n\r\n", "A=b;200 (-1) [] MORE");
    READS_LIMITED(24, 0, OK "A: b\r\n\r\n", "[] HEAD TOO LARGE");
    READS_LIMITED(25, 0, OK "A: bc\r\n\r\n", "[] HEAD TOO LARGE");
    READS_LIMITED(20, 0, OK "Name-without-an-end", "[] HEAD TOO LARGE");
    READS_LIMITED(20, 0, OK "AB", "[] MORE");
    READS_LIMITED(25, 0, "HTTP/1.1 100 Continue\r\n\r\n" OK "A: b\r\n\r\n", "A=b;200 (-1) [] MORE");
    READS_LIMITED(25, 0, OK "A: b\r\n\r\nA body is not part of the head, however long it is",
                  "A=b;200 (-1) [A body is not part of the head, however long it is] MORE");
}

TEST(parser_limits_the_number_of_headers)
{
    READS_LIMITED(0, 2, OK "A: b\r\nContent-Length: 0\r\n\r\n", "A=b;Content-Length=0;200 (0) [] DONE keep");
    check_fails(&(reading){.limits = {0, 2}}, OK "A: b\r\nA: b\r\nContent-Length: 0\r\n\r\n", "[] TOO MANY HEADERS");
    check_fails(&(reading){.limits = {0, 1}}, OK "A: b\r\nC", "[] TOO MANY HEADERS");
}

TEST(parser_limits_headers_also_where_all_that_16_bits_say_are_allowed)
{
    enum { HEADERS = UINT16_MAX + 10, LINE = 6 };
    weft__response_parser parser;
    char *bytes = malloc(sizeof(OK) + HEADERS * LINE), *end = bytes;
    size_t used;

    CHECK(bytes != NULL);
    end += sprintf(end, "%s", OK);
    for (int i = 0; i < HEADERS; i++, end += LINE)
        memcpy(end, "A: b\r\n", LINE);
    start_parser(&parser, plain_heap(), &events, &(weft__response_limits){1 << 20, UINT16_MAX});
    weft__response_parser_reset(&parser, false, NULL);
    CHECK_EQ(weft__response_parser_feed(&parser, bytes, (size_t)(end - bytes), &used), WEFT__PARSE_TOO_MANY_HEADERS);
    weft__response_parser_deinit(&parser);
    free(bytes);
}

TEST(parser_limits_what_is_not_body)
{
    READS_LIMITED(50, 0,
                  OK "Transfer-Encoding: chunked\r\n\r\n5;extension=01234567890123456789012345678901234567\r\nhello",
                  "Transfer-Encoding=chunked;200 (-1) [] HEAD TOO LARGE");
    READS_LIMITED(50, 0,
                  OK "Transfer-Encoding: chunked\r\n\r\n00000000000000000000000000000000000000000000000000000001\r\nx",
                  "Transfer-Encoding=chunked;200 (-1) [] HEAD TOO LARGE");
    READS_LIMITED(50, 0,
                  OK "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nA: "
                     "0123456789012345678901234567890123456789\r\n\r\n",
                  "Transfer-Encoding=chunked;200 (-1) [x] HEAD TOO LARGE");
    READS_LIMITED(50, 0,
                  OK "Transfer-Encoding: chunked\r\n\r\n"
                     "1;01234567890123456789\r\na\r\n1;01234567890123456789\r\nb\r\n1;"
                     "01234567890123456789\r\nc\r\n0\r\n\r\n",
                  "Transfer-Encoding=chunked;200 (-1) [abc] DONE keep");
}

TEST(parser_gives_each_run_of_body_bytes_once)
{
    static const reading get = {0};
    static const char identity[] = OK "Content-Length: 10\r\n\r\n0123456789";
    static const char chunked[] = OK "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n";
    record transcript = read_answer(&get, identity, sizeof(identity) - 1, WHOLE, WHOLE);

    CHECK_EQ(transcript.body_calls, 1);
    transcript_free(&transcript);
    transcript = read_answer(&get, chunked, sizeof(chunked) - 1, WHOLE, WHOLE);
    CHECK_EQ(transcript.body_calls, 2);
    transcript_free(&transcript);
}

static bool ignore_fields(void *arg, weft_str lines)
{
    (void)arg;
    (void)lines;
    return true;
}

static weft__parse_flow stop_at_head(void *arg, int status, int64_t content_length)
{
    (void)status, (void)content_length;
    return *(bool *)arg ? WEFT__PARSE_STOP : WEFT__PARSE_GO;
}

static weft__parse_flow stop_at_body(void *arg, char *bytes, size_t len, size_t *used)
{
    (void)arg, (void)bytes, (void)len, (void)used;
    return WEFT__PARSE_STOP;
}

TEST(parser_stops_when_a_callback_asks)
{
    static const weft__response_events stopping = {ignore_fields, stop_at_head, stop_at_body};
    char bytes[] = OK "Content-Length: 5\r\n\r\nhello";

    for (int at_head = 0; at_head <= 1; at_head++) {
        weft__response_parser parser;
        bool stop = at_head;
        size_t used;

        start_parser(&parser, plain_heap(), &stopping, &(weft__response_limits){0});
        weft__response_parser_reset(&parser, false, &stop);
        CHECK_EQ(weft__response_parser_feed(&parser, bytes, sizeof(bytes) - 1, &used), WEFT__PARSE_STOPPED);
        CHECK_EQ(weft__response_parser_feed(&parser, bytes, sizeof(bytes) - 1, &used), WEFT__PARSE_STOPPED);
        CHECK_EQ(used, 0);
        CHECK_EQ(weft__response_parser_finish(&parser), WEFT__PARSE_STOPPED);
        weft__response_parser_deinit(&parser);
    }
}

TEST(parser_is_done_after_a_pause_at_the_very_end)
{
    static const reading pausing = {.pauses = true};
    char bytes[] = OK "Content-Length: 5\r\n\r\nhello";
    record transcript = {.script = &pausing};
    weft__response_parser parser;
    size_t used;

    weft__buffer_init(&transcript.text, plain_heap(), 1000);
    weft__buffer_init(&transcript.body, plain_heap(), 1000);
    start_parser(&parser, plain_heap(), &events, &(weft__response_limits){0});
    weft__response_parser_reset(&parser, false, &transcript);
    CHECK_EQ(weft__response_parser_feed(&parser, bytes, sizeof(bytes) - 1, &used), WEFT__PARSE_PAUSED);
    CHECK_EQ(used, sizeof(bytes) - 1 - 5); /* at the head */
    CHECK_EQ(weft__response_parser_feed(&parser, bytes + used, 5, &used), WEFT__PARSE_PAUSED);
    CHECK_EQ(used, 5);
    CHECK_EQ(weft__response_parser_finish(&parser), WEFT__PARSE_DONE);
    CHECK_EQ(weft__response_parser_feed(&parser, NULL, 0, &used), WEFT__PARSE_DONE);
    weft__response_parser_deinit(&parser);
    transcript_free(&transcript);
}

TEST(parser_serves_one_exchange_after_another)
{
    static const reading get = {0};
    char first[] = "HTTP/1.1 304 x\r\nContent-Length: 10\r\n\r\n", second[] = OK "Split-Na",
         third[] = OK "Content-Length: 1\r\n\r\nx";
    record transcript = {.script = &get};
    weft__response_parser parser;
    size_t used;

    weft__buffer_init(&transcript.text, plain_heap(), 1000);
    weft__buffer_init(&transcript.body, plain_heap(), 1000);
    start_parser(&parser, plain_heap(), &events, &(weft__response_limits){0});
    weft__response_parser_reset(&parser, false, &transcript);
    CHECK_EQ(weft__response_parser_feed(&parser, first, sizeof(first) - 1, &used), WEFT__PARSE_DONE);
    weft__response_parser_reset(&parser, true, &transcript);
    CHECK_EQ(weft__response_parser_feed(&parser, second, sizeof(second) - 1, &used), WEFT__PARSE_NEED_MORE);
    weft__response_parser_reset(&parser, false, &transcript);
    CHECK_EQ(weft__response_parser_feed(&parser, third, sizeof(third) - 1, &used), WEFT__PARSE_DONE);
    CHECK(weft__response_parser_keeps_alive(&parser));
    weft__buffer_append_char(&transcript.text, '\0');
    CHECK_STR(transcript.text.data, "Content-Length=10;304 (0) Content-Length=1;200 (1) ");
    weft__response_parser_deinit(&parser);
    transcript_free(&transcript);
}

static weft__parse_problem problem_of(const char *bytes)
{
    static const reading get = {0};
    char copy[256];
    record transcript = {.script = &get};
    weft__response_parser parser;
    weft__parse_problem problem;
    size_t used;

    snprintf(copy, sizeof(copy), "%s", bytes);
    weft__buffer_init(&transcript.text, plain_heap(), 1000);
    weft__buffer_init(&transcript.body, plain_heap(), 1000);
    start_parser(&parser, plain_heap(), &events, &(weft__response_limits){0});
    weft__response_parser_reset(&parser, false, &transcript);
    weft__response_parser_feed(&parser, copy, strlen(copy), &used);
    weft__response_parser_explain(&parser, &problem);
    weft__response_parser_deinit(&parser);
    transcript_free(&transcript);
    return problem;
}

TEST(parser_says_what_is_wrong_and_where)
{
    weft__parse_problem problem = problem_of(OK "A: b\r\n c\r\n");

    CHECK_STR(problem.reason, "folded header line");
    CHECK_EQ(problem.position, 23);
    CHECK(!problem.in_body);
    problem = problem_of("HTTP/1.1 100 x\r\n\r\n" OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nq\r\n");
    CHECK_CONTAINS(problem.reason, "chunk size");
    CHECK_EQ(problem.position, 75);
    CHECK(problem.in_body);
}

static record read_counted(test_memory *memory, const char *bytes, size_t each)
{
    weft_allocator allocator = test_allocator(memory);
    weft__heap heap;
    reading counted = {.heap = &heap};

    weft__heap_init(&heap, &allocator);
    return read_answer(&counted, bytes, strlen(bytes), each, each);
}

TEST(parser_out_of_memory_is_a_status_at_every_allocation)
{
    static char bytes[1024];

    snprintf(bytes, sizeof(bytes), OK "A: %0400d\r\nContent-Length: 0\r\n\r\n", 0);
    for (size_t fail_at = 1; fail_at < 200; fail_at++) {
        test_memory memory = {.fail_at = fail_at, .fail_from_then = true};
        record transcript = read_counted(&memory, bytes, 3);
        bool failed = strstr(transcript.text.data, "NO MEMORY") != NULL;

        transcript_free(&transcript);
        CHECK_EQ(memory.live, 0);
        if (!failed) {
            CHECK(fail_at > 3);
            return;
        }
    }
    test_fail(__FILE__, __LINE__, "it never came to an end");
}

TEST(parser_allocates_only_for_a_split_header)
{
    test_memory memory = {.fail_at = 1, .fail_from_then = true};
    record transcript = read_counted(&memory, OK "A: b\r\nContent-Length: 5\r\n\r\nhello", WHOLE);

    CHECK(sizeof(weft__response_parser) <= 200);
    CHECK_STR(transcript.text.data, "A=b;Content-Length=5;200 (5) [hello] DONE keep");
    CHECK_EQ(memory.requests, 0);
    transcript_free(&transcript);
}

static bool refuse_fields(void *arg, weft_str lines)
{
    (void)arg;
    (void)lines;
    return false;
}

TEST(parser_passes_on_that_a_header_found_no_memory)
{
    static const weft__response_events refusing = {refuse_fields, stop_at_head, stop_at_body};
    char bytes[] = OK "A: b\r\n\r\n";
    weft__response_parser parser;
    size_t used;

    start_parser(&parser, plain_heap(), &refusing, &(weft__response_limits){0});
    CHECK_EQ(weft__response_parser_feed(&parser, bytes, sizeof(bytes) - 1, &used), WEFT__PARSE_NO_MEMORY);
    CHECK_EQ(weft__response_parser_finish(&parser), WEFT__PARSE_NO_MEMORY);
    weft__response_parser_deinit(&parser);
}

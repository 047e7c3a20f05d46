/* Event streams: every rule at every split of the bytes. */
#include "test.h"
#include "test_memory.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "sse/line.h"
#include "sse/parser.h"
#include "base/utf8.h"

enum { WHOLE = 0 }; /* a piece length: all at once */

static const weft__sse_options strict = {0};
static const weft__sse_options lenient_end = {.keep_unfinished = true};
static const weft__sse_options lf_only = {.lf_only = true, .keep_unfinished = true};
static const weft__sse_options told = {.tell_comments = true, .tell_retries = true};
static const weft__sse_options first_type = {.first_type_counts = true};

/* What was read, as text: {type|data|id} for each event, `-` for no id, * for unfinished, a word for a
 * failure. */
typedef struct reading {
    weft__buffer text;
    char *last_id;    /* owned; NULL when none */
    int64_t retry_ms; /* told last; -1 when none was */
} reading;

static weft__heap *plain_heap(void)
{
    static weft__heap heap;

    weft__heap_init(&heap, NULL);
    return &heap;
}

static void note_event(reading *outcome, const weft_event *event)
{
    weft__buffer *text = &outcome->text;

    weft__buffer_append_char(text, '{');
    weft__buffer_append(text, event->type.ptr, event->type.len);
    weft__buffer_append_char(text, '|');
    weft__buffer_append(text, event->data.ptr, event->data.len);
    weft__buffer_append_char(text, '|');
    if (event->id.ptr)
        weft__buffer_append(text, event->id.ptr, event->id.len);
    else
        weft__buffer_append_char(text, '-');
    if (event->unfinished)
        weft__buffer_append_char(text, '*');
    if ((event->type.ptr && event->type.ptr[event->type.len]) || event->data.ptr[event->data.len] ||
        (event->id.ptr && event->id.ptr[event->id.len]))
        weft__buffer_append_text(text, " NOT TERMINATED");
    weft__buffer_append_char(text, '}');
}

/* (comment) and <digits>. */
static void note_told(reading *outcome, weft__sse_status status, weft_str text)
{
    weft__buffer_append_char(&outcome->text, status == WEFT__SSE_COMMENT ? '(' : '<');
    weft__buffer_append(&outcome->text, text.ptr, text.len);
    weft__buffer_append_char(&outcome->text, status == WEFT__SSE_COMMENT ? ')' : '>');
    if (text.ptr[text.len])
        weft__buffer_append_text(&outcome->text, " NOT TERMINATED");
    if (status == WEFT__SSE_RETRY)
        outcome->retry_ms = weft__sse_retry_ms(text);
}

static bool is_failure(weft__sse_status status)
{
    return status == WEFT__SSE_TOO_LARGE || status == WEFT__SSE_NO_MEMORY;
}

static void note_failure(reading *outcome, weft__sse_status status)
{
    weft__buffer_append_text(&outcome->text, status == WEFT__SSE_TOO_LARGE ? "TOO LARGE" : "NO MEMORY");
}

/* Feeds one piece, in memory of exactly its size, until it is used up. */
static weft__sse_status feed_piece(weft__sse *sse, const char *bytes, size_t len, reading *outcome)
{
    char *piece = malloc(len ? len : 1), *at = piece;
    weft__sse_status status;
    weft_event event;
    size_t used;

    memcpy(piece, bytes, len);
    while ((status = weft__sse_feed(sse, at, len, &used, &event)) != WEFT__SSE_NEED_MORE && !is_failure(status)) {
        if (status == WEFT__SSE_EVENT)
            note_event(outcome, &event);
        else
            note_told(outcome, status, event.data);
        at += used;
        len -= used;
    }
    free(piece);
    return status;
}

/* With a limit far from everything where none is given. */
static void start_parser(weft__sse *sse, weft__heap *heap, const weft__sse_options *options)
{
    weft__sse_options all = options ? *options : (weft__sse_options){0};

    if (!all.max_event_bytes)
        all.max_event_bytes = 16 << 20;
    weft__sse_init(sse, heap, &all);
}

/* Reads a document in a first piece of `first` bytes and then pieces of `each` bytes. */
static reading read_document(weft__heap *heap, const weft__sse_options *options, const char *document, size_t len,
                             size_t first, size_t each)
{
    weft__sse_status status = WEFT__SSE_NEED_MORE;
    weft_event event;
    weft__sse sse;
    reading outcome = {.last_id = NULL, .retry_ms = -1};
    weft_str last_id;

    weft__buffer_init(&outcome.text, plain_heap(), 1 << 28);
    start_parser(&sse, heap, options);
    for (size_t at = 0, piece = first; at < len && status == WEFT__SSE_NEED_MORE; at += piece, piece = each) {
        if (piece == WHOLE || piece > len - at)
            piece = len - at;
        status = feed_piece(&sse, document + at, piece, &outcome);
    }
    if (status == WEFT__SSE_NEED_MORE) {
        while ((status = weft__sse_finish(&sse, &event)) == WEFT__SSE_EVENT)
            note_event(&outcome, &event);
    }
    if (status != WEFT__SSE_NEED_MORE)
        note_failure(&outcome, status);
    weft__buffer_append_char(&outcome.text, '\0');
    last_id = weft__sse_last_id(&sse);
    if (last_id.ptr)
        outcome.last_id = strdup(last_id.ptr);
    weft__sse_deinit(&sse);
    return outcome;
}

static void outcome_free(reading *outcome)
{
    weft__buffer_deinit(&outcome->text);
    free(outcome->last_id);
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* One reading against what is expected; the failure names the split. */
static bool reads_as(const weft__sse_options *options, const char *document, size_t len, const char *expected,
                     size_t expected_len, const char *last_id, size_t first, size_t each)
{
    reading outcome = read_document(plain_heap(), options, document, len, first, each);
    bool same = outcome.text.len == expected_len + 1 && memcmp(outcome.text.data, expected, expected_len) == 0 &&
                same_text(outcome.last_id, last_id);

    if (!same)
        test_fail(__FILE__, __LINE__, "in pieces of %zu, then %zu: read %s, last id %s; expected %s, last id %s", first,
                  each, outcome.text.data, outcome.last_id ? outcome.last_id : "(none)", expected,
                  last_id ? last_id : "(none)");
    outcome_free(&outcome);
    return same;
}

static void check_document(const weft__sse_options *options, const char *document, size_t len, const char *expected,
                           size_t expected_len, const char *last_id)
{
    if (!reads_as(options, document, len, expected, expected_len, last_id, WHOLE, WHOLE))
        return;
    for (size_t each = 1; each <= 3; each++) {
        if (!reads_as(options, document, len, expected, expected_len, last_id, each, each))
            return;
    }
    for (size_t split = 1; split < len; split++) {
        if (!reads_as(options, document, len, expected, expected_len, last_id, split, WHOLE) ||
            !reads_as(options, document, len, expected, expected_len, last_id, split, 1))
            return;
    }
}

/* Literals, because documents and events may hold NUL bytes. */
#define READS(document, expected)                                                                                      \
    check_document(&strict, document, sizeof(document) - 1, expected, sizeof(expected) - 1, NULL)
#define READS_WITH_ID(document, expected, last_id)                                                                     \
    check_document(&strict, document, sizeof(document) - 1, expected, sizeof(expected) - 1, last_id)
#define READS_TO_END(document, expected)                                                                               \
    check_document(&lenient_end, document, sizeof(document) - 1, expected, sizeof(expected) - 1, NULL)
#define READS_LF_ONLY(document, expected)                                                                              \
    check_document(&lf_only, document, sizeof(document) - 1, expected, sizeof(expected) - 1, NULL)
#define READS_TOLD(document, expected)                                                                                 \
    check_document(&told, document, sizeof(document) - 1, expected, sizeof(expected) - 1, NULL)
#define READS_FIRST_TYPE(document, expected)                                                                           \
    check_document(&first_type, document, sizeof(document) - 1, expected, sizeof(expected) - 1, NULL)

TEST(sse_one_data_line_is_an_event)
{
    READS("data: hello\n\n", "{|hello|-}");
    READS("data: {\"a\":1}\n\ndata: {\"b\":2}\n\n", "{|{\"a\":1}|-}{|{\"b\":2}|-}");
    READS("", "");
    READS("\n", "");
}

TEST(sse_data_lines_join_with_line_feeds)
{
    READS("data: a\ndata: b\n\n", "{|a\nb|-}");
    READS("data\ndata\n\n", "{|\n|-}");
    READS("data:\ndata: a\ndata:\ndata:\n\n", "{|\na\n\n|-}");
    READS("data: +2\ndata: 1234567890123456789012345678901234567890\ndata: x\n\n",
          "{|+2\n1234567890123456789012345678901234567890\nx|-}");
}

TEST(sse_one_space_after_the_colon_is_dropped)
{
    READS("data:test\n\ndata: test\n\ndata:  test\n\n", "{|test|-}{|test|-}{| test|-}");
    READS("data:\ttest\n\ndata:\xC2\xA0x\n\n", "{|\ttest|-}{|\xC2\xA0x|-}");
    READS("data: \n\ndata:  \n\n", "{||-}{| |-}");
}

TEST(sse_lines_end_in_lf_cr_or_crlf)
{
    READS("data: a\r\rdata: b\r\r", "{|a|-}{|b|-}");
    READS("data: a\r\n\r\ndata: b\r\n\r\n", "{|a|-}{|b|-}");
    READS("data: a\n\r\ndata: b\r\n\rdata: c\r\n\ndata: d\n\rdata: e\r\n\r\n", "{|a|-}{|b|-}{|c|-}{|d|-}{|e|-}");
    READS("data: a\rdata: b\ndata: c\r\n\r\n", "{|a\nb\nc|-}");
    READS("data: a\n\rdata: b\n\n", "{|a|-}{|b|-}");
    READS("\r\n\r\n\r\r\n\ndata: a\r\n\r\n\r\n", "{|a|-}");
}

TEST(sse_only_lf_and_cr_end_lines)
{
    READS("data: a\x0B"
          "b\x0C"
          "c\xC2\x85"
          "d\xE2\x80\xA8"
          "e\n\n",
          "{|a\x0B"
          "b\x0C"
          "c\xC2\x85"
          "d\xE2\x80\xA8"
          "e|-}");
    READS("data: a\0\n\0\n\n", "{|a\0|-}");
}

TEST(sse_a_lone_cr_is_data_where_lines_end_at_line_feeds_only)
{
    READS_LF_ONLY("data: 10%\r 20%\r100%\n\n", "{|10%\r 20%\r100%|-}");
    READS_LF_ONLY("data: a\revent: done\rdata: {}\r\rdata: b\n\n", "{|a\revent: done\rdata: {}\r\rdata: b|-}");
    READS_LF_ONLY("event: e\rid: 1\ndata: x\r\ry\ndata:\r z\n\n", "{e\rid: 1|x\r\ry\n\r z|-}");
    READS_LF_ONLY(": a\rdata: no\ndata: \xE2\x82\xAC\r\xFF\rz\n\n", "{|\xE2\x82\xAC\r\xEF\xBF\xBD\rz|-}");
    READS_LF_ONLY("data: 1234567890123456789012345678901234567890\r12345678901234567890123456789012345678901\n\n",
                  "{|1234567890123456789012345678901234567890\r12345678901234567890123456789012345678901|-}");
    READS_LF_ONLY("data: a\n\ndata: b\rc", "{|a|-}");
    READS_LF_ONLY("data: a\rb\n", "{|a\rb|-*}");
    READS_LF_ONLY("data: a\r\r", "");
}

TEST(sse_crlf_ends_lines_there_as_well)
{
    READS_LF_ONLY("data: a\r\n\r\ndata: b\n\r\n\r\n\ndata: c\r\n\n", "{|a|-}{|b|-}{|c|-}");
    READS_LF_ONLY("event: e\r\ndata: a\r\ndata: b\r\r\n\r\n", "{e|a\nb\r|-}");
    READS_LF_ONLY(": alive\r\n\r\ndata\r\ndata:\r\n\r\n", "{|\n|-}");
    READS_LF_ONLY("\xEF\xBB\xBF\r\ndata: a\r\n", "{|a|-*}");
    READS_LF_ONLY("data:\r\n\ndata: \r\n\n", "{||-}{||-}");
    READS_LF_ONLY("data: \r\r\n\n", "{|\r|-}");
}

TEST(sse_the_first_type_counts_where_a_second_cannot_be_the_services)
{
    READS_FIRST_TYPE("event: error\ndata: a\nevent: done\ndata: b\n\n", "{error|a\nb|-}");
    READS_FIRST_TYPE("event: error\nevent: done\ndata: a\n\nevent: done\ndata: b\n\n", "{error|a|-}{done|b|-}");
    READS_FIRST_TYPE("data: a\nevent: e\nevent: f\n\n", "{e|a|-}");
    READS_FIRST_TYPE("event:\nevent: done\ndata: a\n\n", "{|a|-}");
}

static bool ends_at(char *text, size_t len, size_t expected, bool expected_wide)
{
    bool wide = false;

    return weft__sse_line_end(text, text + len, &wide) == text + expected && wide == expected_wide;
}

/* At every place in the blocks of the search, and in the bytes behind the last whole block. */
TEST(sse_line_ends_are_found_wherever_they_are)
{
    for (size_t len = 1; len <= 150; len++) {
        char *text = malloc(len); /* of exactly its size */

        for (size_t at = 0; at <= len; at++) {
            memset(text, 'x', len);
            if (at < len)
                text[at] = at % 2 ? '\r' : '\n';
            CHECK(ends_at(text, len, at, false));
            if (at == 0)
                continue;
            text[at / 2] = '\t';
            CHECK(ends_at(text, len, at, false));
            text[at - 1] = '\xC3';
            CHECK(ends_at(text, len, at, true));
        }
        free(text);
    }
}

TEST(sse_a_leading_byte_order_mark_is_skipped_once)
{
    READS("\xEF\xBB\xBF"
          "data: a\n\n",
          "{|a|-}");
    READS("\xEF\xBB\xBF\n\n\xEF\xBB\xBF"
          "data: a\n\ndata: b\n\n",
          "{|b|-}");
    READS("\xEF\xBB\xBF\xEF\xBB\xBF"
          "data: a\n\ndata: b\n\n",
          "{|b|-}");
    READS("\xEF\xBB"
          "data: a\n\ndata: b\n\n",
          "{|b|-}");
    READS("\xFE\xFF"
          "data: a\n\ndata: b\n\n",
          "{|b|-}");
    READS("data: \xEF\xBB\xBF"
          "a\n\n",
          "{|\xEF\xBB\xBF"
          "a|-}");
}

TEST(sse_comments_are_skipped)
{
    READS(": hello\n\ndata: a\n:\n:x\n: data: no\ndata: b\n\n", "{|a\nb|-}");
    READS(":\n\n:\n\n:\r\r: data: a\n\n", "");
    READS(":\0data: a\ndata: b\n\n", "{|b|-}");
}

TEST(sse_the_event_field_names_the_type)
{
    READS("event: done\ndata: x\n\ndata: y\n\n", "{done|x|-}{|y|-}");
    READS("data: x\nevent:done\n\n", "{done|x|-}");
    READS("event: a\nevent: b\ndata: x\n\n", "{b|x|-}");
    READS("event: a\nevent\ndata: x\n\nevent: b\nevent:\ndata: y\n\n", "{|x|-}{|y|-}");
    READS("event: a\0b\ndata: x\n\nevent:  two words \ndata: y\n\n", "{a\0b|x|-}{ two words |y|-}");
}

TEST(sse_a_type_between_data_lines_survives)
{
    READS("data: a\nevent: e\ndata: a long line that reaches over the name\ndata: c\n\n",
          "{e|a\na long line that reaches over the name\nc|-}");
    READS("data: a\nevent: one\ndata: b\nevent: other\ndata: c\n\n", "{other|a\nb\nc|-}");
    READS("event: e\ndata: a\nevent: f\ndata: bbbbbbbbbbbbbbbbbbbbbb\nevent\ndata: c\n\n",
          "{|a\nbbbbbbbbbbbbbbbbbbbbbb\nc|-}");
    READS_WITH_ID("data: a\nid: 1\nevent: e\ndata: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\nid: 22\ndata: c\n\n",
                  "{e|a\nbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\nc|22}", "22");
}

TEST(sse_a_block_without_data_is_no_event_and_leaves_nothing)
{
    READS("event: lost\n\ndata: x\n\n", "{|x|-}");
    READS("event: a\n\nevent: b\n\n\n\ndata: x\n\n", "{|x|-}");
    READS("dat: x\n\nDATA: x\n\n", "");
}

TEST(sse_unknown_fields_are_ignored)
{
    READS("foo: bar\ndata: a\nfoo\n\n", "{|a|-}");
    READS(" data: x\ndata : y\nDATA: z\ndat: w\ndatas: v\ndata\0: u\n\n", "");
    READS("data: a\nevents: e\nideal: 3\nretrying: 1\neven: x\ni: 4\n\n", "{|a|-}");
    READS("\xEF\xBB\xBFx\nxdata: a\n\n=: \n\n", "");
}

TEST(sse_an_id_belongs_to_its_own_event)
{
    READS_WITH_ID("id: 1\ndata: a\n\ndata: b\n\n", "{|a|1}{|b|-}", "1");
    READS_WITH_ID("id: 1\ndata: a\n\nid\ndata: b\n\n", "{|a|1}{|b|}", "");
    READS_WITH_ID("id: 1\nid: 2\ndata: a\n\n", "{|a|2}", "2");
    READS_WITH_ID("event:x\nid:y\ndata:z\n\n", "{x|z|y}", "y");
}

TEST(sse_the_last_id_stays_until_another_comes)
{
    READS_WITH_ID("id: 1\n\ndata: a\n\n", "{|a|-}", "1");
    READS_WITH_ID("id: a long one that needs more room\ndata: a\n\nid: b\ndata\n\n",
                  "{|a|a long one that needs more room}{||b}", "b");
    READS_WITH_ID("id: 1\ndata: a\n\nid: 2\ndata: b\n", "{|a|1}", "1");
    READS_WITH_ID("id: \xFF\n\n", "", "\xEF\xBF\xBD");
}

TEST(sse_an_id_with_a_nul_byte_is_ignored)
{
    READS("id: a\0b\ndata: x\n\n", "{|x|-}");
    READS_WITH_ID("id: 1\nid: 2\0\ndata: x\n\n", "{|x|1}", "1");
    READS_WITH_ID("id: 1\ndata: x\n\nid:\0\ndata: y\n\n", "{|x|1}{|y|-}", "1");
}

static int64_t retry_of(const char *document)
{
    reading outcome = read_document(plain_heap(), &told, document, strlen(document), 1, 1);
    int64_t retry_ms = outcome.retry_ms;

    outcome_free(&outcome);
    return retry_ms;
}

TEST(sse_retry_takes_digits_only)
{
    CHECK_EQ(retry_of("data: a\n\n"), -1);
    CHECK_EQ(retry_of("retry: 3000\n"), 3000);
    CHECK_EQ(retry_of("retry:10\nretry: 20\n\n"), 20);
    CHECK_EQ(retry_of("retry: 10\nretry: 20ms\nretry: -1\nretry: +5\nretry:  7\nretry: 1.5\nretry:\nretry\n"), 10);
    CHECK_EQ(retry_of("retry: 99999999999999999999999999\n"), INT32_MAX);
    CHECK_EQ(retry_of("retry: 99999999999999999999999999x\n"), -1);
    READS("retry: 1\n\ndata: a\nretry: 2\n\n", "{|a|-}");
}

TEST(sse_comments_and_retries_are_told_where_they_stand_to_who_asks)
{
    READS_TOLD(": hello\n\ndata: a\n\n:\n\n: \n:  two\n:three\ndata: b\n\n", "(hello){|a|-}()()( two)(three){|b|-}");
    READS_TOLD("retry: 10\n\ndata: a\n\nretry: 20ms\nretry:\nretry: 30\n\n", "<10>{|a|-}<30>");
    READS_TOLD("\xEF\xBB\xBF: hello\r\n\r\ndata: a\r\n\r\n", "(hello){|a|-}");
    READS_TOLD(":a\r:b\r\rdata: c\r\r", "(a)(b){|c|-}");
    READS_TOLD(": a\0b\n", "(a\0b)");
    READS_TOLD(": not whole", "");
    READS(": hello\nretry: 10\ndata: a\n\n", "{|a|-}");
}

TEST(sse_comment_within_an_event_comes_ahead_of_it_and_takes_nothing_away)
{
    READS_TOLD("data: a\n: one\ndata: b\nevent: e\n: two\nretry: 7\ndata: c\n\n", "(one)(two)<7>{e|a\nb\nc|-}");
    READS_TOLD("event: e\n:\n\ndata: a\n:\n\n", "()(){|a|-}");
    READS_TOLD("data: a\r\n: one\r\n: two\r\n\r\n", "(one)(two){|a|-}");
}

TEST(sse_comment_of_wrong_utf8_is_told_with_replacement_characters)
{
    READS_TOLD(": \xFF\n: b\n\n", "(\xEF\xBF\xBD)(b)");
    READS_TOLD("data: \xFF\n: \xFE\n: \xC0\ndata: x\n\n", "(\xEF\xBF\xBD)(\xEF\xBF\xBD){|\xEF\xBF\xBD\nx|-}");
}

TEST(sse_wrong_utf8_becomes_replacement_characters)
{
    READS("data: a\n\ndata: \xFF\n\ndata: b\n\n", "{|a|-}{|\xEF\xBF\xBD|-}{|b|-}");
    READS_WITH_ID("data: a\n\nevent: \xFF\nid: \xE2\x82\xAC\ndata: b\n\n", "{|a|-}{\xEF\xBF\xBD|b|\xE2\x82\xAC}",
                  "\xE2\x82\xAC");
    READS("data: a\n\ndata: \t12345678901234567890123456789012345678901234567890123456789012345678901234567890\xFF\n\n",
          "{|a|-}{|\t12345678901234567890123456789012345678901234567890123456789012345678901234567890\xEF\xBF\xBD|-}");
    READS("data: \xFF\n\n", "{|\xEF\xBF\xBD|-}");
    READS("data: a\x80z\ndata: \xC3\n\n", "{|a\xEF\xBF\xBDz\n\xEF\xBF\xBD|-}");
    READS("event: \xE2\x82\ndata: \xF0\x9F\x98\x80\n\n", "{\xEF\xBF\xBD|\xF0\x9F\x98\x80|-}");
    READS("data: 12345678901234567890123456789012345\xFF\n\n", "{|12345678901234567890123456789012345\xEF\xBF\xBD|-}");
}

static bool repairs_to(const char *text, const char *expected)
{
    size_t len = weft__utf8_repaired_len(text, strlen(text));
    char *repaired = malloc(len + 1);
    bool same;

    weft__utf8_repair(repaired, text, strlen(text));
    repaired[len] = '\0';
    same = strcmp(repaired, expected) == 0 && weft__utf8_is_valid(repaired, len) &&
           weft__utf8_is_valid(text, strlen(text)) == (strcmp(text, expected) == 0);
    free(repaired);
    return same;
}

#define BAD "\xEF\xBF\xBD"

TEST(utf8_repair_replaces_each_longest_wrong_run)
{
    CHECK(repairs_to("", ""));
    CHECK(repairs_to("\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
                     "\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
    CHECK(repairs_to("\xC0\xAF", BAD BAD));                 /* overlong */
    CHECK(repairs_to("\xE0\x80\xAF", BAD BAD BAD));         /* overlong */
    CHECK(repairs_to("\xF0\x80\x80\xAF", BAD BAD BAD BAD)); /* overlong */
    CHECK(repairs_to("\xED\xA0\x80", BAD BAD BAD));         /* surrogate */
    CHECK(repairs_to("\xF4\x90\x80\x80", BAD BAD BAD BAD)); /* above U+10FFFF */
    CHECK(repairs_to("\xF5\x80", BAD BAD));
    CHECK(repairs_to("\xF0\x9F\x98"
                     "a",
                     BAD "a"));
    CHECK(repairs_to("\xF0\x9F\x98\xF0\x9F\x98\x80\xE2\x82", BAD "\xF0\x9F\x98\x80" BAD));
    CHECK(repairs_to("\x80\xBF"
                     "abcdefgh\xC3",
                     BAD BAD "abcdefgh" BAD));
}

TEST(sse_an_event_without_blank_line_is_discarded_by_the_rules)
{
    READS("data: a\n\ndata: b\n", "{|a|-}");
    READS("data: a\n\ndata: b", "{|a|-}");
    READS("data: a\r", "");
}

TEST(sse_an_event_without_blank_line_is_kept_on_request)
{
    READS_TO_END("data: a\n\nevent: e\ndata: b\n", "{|a|-}{e|b|-*}");
    READS_TO_END("data: a\ndata: b\r", "{|a\nb|-*}");
    READS_TO_END("data: \xFF\r\n", "{|" BAD "|-*}");
    READS_TO_END("data: a\n\n", "{|a|-}");
    READS_TO_END("data: a\r\r", "{|a|-}");
}

TEST(sse_a_line_without_end_is_dropped_at_the_end)
{
    READS_TO_END("data: a\ndata: b", "{|a|-*}");
    READS_TO_END("data: a\nevent: done", "{|a|-*}");
    READS_TO_END("data: a", "");
    READS_TO_END("event: a\n", "");
    READS_TO_END("event: a\ndata", "");
}

static void check_limit(size_t limit, const char *document, const char *expected)
{
    weft__sse_options options = {.max_event_bytes = limit};

    check_document(&options, document, strlen(document), expected, strlen(expected), NULL);
}

TEST(sse_an_event_of_exactly_the_limit_passes)
{
    check_limit(10, "data: ab\n\n", "{|ab|-}");
    check_limit(10, "data: ab\n\ndata: cd\n\ndata: efg\n\n", "{|ab|-}{|cd|-}TOO LARGE");
    check_limit(9, "data: ab\n\n", "TOO LARGE");
    check_limit(9, "data: abc", "");
    check_limit(9, "data: abcd", "TOO LARGE");
    check_limit(8, "data:ab\n\n", "TOO LARGE");
    check_limit(11, "data: ab\r\n\r\ndata: cd\r\n\r\n", "{|ab|-}{|cd|-}");
    check_limit(10, "data: ab\r\n\r\n", "TOO LARGE");
}

TEST(sse_crs_count_where_they_are_data)
{
    const weft__sse_options options = {.max_event_bytes = 13, .lf_only = true};

#define LIMITED(document, expected)                                                                                    \
    check_document(&options, document, sizeof(document) - 1, expected, sizeof(expected) - 1, NULL)
    LIMITED("data: a\rb\r\n\r\n: a\rlive\r\ndata: \r\r\r\r\r\n\n", "{|a\rb|-}{|\r\r\r\r|-}");
    LIMITED("data: \r\r\r\r\r\r\n\n", "TOO LARGE");
#undef LIMITED
}

TEST(sse_every_byte_of_an_event_counts)
{
    check_limit(20, "event: abc\ndata: ab\n\n", "TOO LARGE");
    check_limit(21, "event: abc\ndata: ab\n\n", "{abc|ab|-}");
    check_limit(13, "data: ab\n:xy\n\n", "TOO LARGE");
    check_limit(14, "data: ab\n:xy\n\n", "{|ab|-}");
    check_limit(14, "foobar\ndata: a\n\n", "TOO LARGE");
    check_limit(12, "foo\nfoo\nfoo\nf", "TOO LARGE");
    check_limit(12, ":23456789012\n\n", "TOO LARGE");
}

TEST(sse_heartbeats_never_reach_the_limit)
{
    check_limit(10, ": alive\n: alive\r\n: alive\r:\n:\n: alive\ndata: ab\n\n", "{|ab|-}");
    check_limit(10, ": alive\n\n: alive\n\n\n\n\r\n\r\n: alive\n\n\n\n\n\n\ndata: ab\n\n", "{|ab|-}");
    check_limit(10, "event: a\n\nevent: a\n\ndata: ab\n\n", "{|ab|-}");
}

TEST(sse_a_failure_stays)
{
    weft__sse_options options = {.max_event_bytes = 4};
    char bytes[] = "data: a\n\n";
    weft_event event;
    weft__sse sse;
    size_t used;

    start_parser(&sse, plain_heap(), &options);
    CHECK_EQ(weft__sse_feed(&sse, bytes, strlen(bytes), &used, &event), WEFT__SSE_TOO_LARGE);
    CHECK_EQ(weft__sse_feed(&sse, bytes, 0, &used, &event), WEFT__SSE_TOO_LARGE);
    CHECK_EQ(weft__sse_finish(&sse, &event), WEFT__SSE_TOO_LARGE);
    weft__sse_deinit(&sse);
}

static void counted_heap(test_memory *memory, weft__heap *heap)
{
    weft_allocator allocator = test_allocator(memory);

    weft__heap_init(heap, &allocator);
}

TEST(sse_out_of_memory_is_a_status_at_every_allocation)
{
    static const char document[] = "id: 1\ndata: a\nevent: e\ndata: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\xFF\nid: "
                                   "22222222222222222222222\n\n";

    for (size_t fail_at = 1;; fail_at++) {
        test_memory memory = {.fail_at = fail_at, .fail_from_then = true};
        weft__heap heap;
        reading outcome;
        bool failed;

        counted_heap(&memory, &heap);
        outcome = read_document(&heap, &strict, document, strlen(document), 10, 7);
        failed = strcmp(outcome.text.data, "NO MEMORY") == 0;
        outcome_free(&outcome);
        weft__heap_deinit(&heap);
        CHECK_EQ(memory.live, 0);
        if (!failed) {
            CHECK(fail_at > 4);
            return;
        }
    }
}

TEST(sse_an_event_in_one_feed_lies_where_it_was_fed)
{
    test_memory memory = {0};
    weft__heap heap;
    weft_event event;
    weft__sse sse;
    size_t used;
    char first[] = "data: a\n\n", second[] = "event: e\ndata: b\ndata: c\n\ndata: d\r\n\r\n";

    counted_heap(&memory, &heap);
    start_parser(&sse, &heap, NULL);
    CHECK_EQ(weft__sse_feed(&sse, first, strlen(first), &used, &event), WEFT__SSE_EVENT);
    CHECK(event.data.ptr == first + 6);
    CHECK_EQ(weft__sse_feed(&sse, first, 0, &used, &event), WEFT__SSE_NEED_MORE);
    CHECK_EQ(weft__sse_feed(&sse, second, sizeof(second) - 1, &used, &event), WEFT__SSE_EVENT);
    CHECK(event.type.ptr == second + 7 && event.data.ptr == second + 15);
    CHECK_STR(event.data.ptr, "b\nc");
    CHECK_EQ(weft__sse_feed(&sse, second + used, sizeof(second) - 1 - used, &used, &event), WEFT__SSE_EVENT);
    CHECK_STR(event.data.ptr, "d");
    CHECK_EQ(memory.requests, 0);
    weft__sse_deinit(&sse);
}

TEST(sse_a_stream_between_events_holds_no_memory)
{
    test_memory memory = {0};
    weft__heap heap;
    weft_event event;
    weft__sse sse;
    size_t used;
    char first[] = "event: e\nda", second[] = "ta: a\n\n: alive\n\n";

    CHECK(sizeof(weft__sse) <= 88);
    counted_heap(&memory, &heap);
    start_parser(&sse, &heap, NULL);
    CHECK_EQ(weft__sse_feed(&sse, first, strlen(first), &used, &event), WEFT__SSE_NEED_MORE);
    CHECK(memory.live > 0);
    CHECK_EQ(weft__sse_feed(&sse, second, sizeof(second) - 1, &used, &event), WEFT__SSE_EVENT);
    CHECK_STR(event.data.ptr, "a");
    CHECK_EQ(weft__sse_feed(&sse, second + used, sizeof(second) - 1 - used, &used, &event), WEFT__SSE_NEED_MORE);
    CHECK(!weft__sse_holds_memory(&sse));
    weft__heap_deinit(&heap); /* of the chunks that are free again */
    CHECK_EQ(memory.live, 0);
    weft__sse_deinit(&sse);
}

/* Hostile shapes that would take hours if any work were done again for each line. */
static void check_large(const weft__sse_options *options, const char *unit, const char *end, size_t repeats)
{
    size_t unit_len = strlen(unit), len = unit_len * repeats + strlen(end);
    char *document = malloc(len + 1);
    reading outcome;

    for (size_t i = 0; i < repeats; i++)
        memcpy(document + i * unit_len, unit, unit_len);
    memcpy(document + len - strlen(end), end, strlen(end) + 1);
    for (size_t each = 0; each <= 65536; each += 65536 / 4) {
        outcome = read_document(plain_heap(), options, document, len, each, each);
        if (outcome.text.len <= repeats)
            test_fail(__FILE__, __LINE__, "%zu bytes read, expected more than %zu", outcome.text.len, repeats);
        outcome_free(&outcome);
    }
    free(document);
}

TEST(sse_large_input_takes_linear_time)
{
    check_large(&strict, "data\n", "\n", 1 << 20);
    check_large(&strict, "data\revent\r", "\r", 1 << 20);
    check_large(&strict, "data:\r\r", "", 1 << 20);
    check_large(&strict, "data:\n\n", "", 1 << 20);
    check_large(&lf_only, "data:\r", "\n\n", 1 << 20);
    check_large(&lf_only, "data\r\n", "\r\n", 1 << 20);
    check_large(&strict, "data: a\nevent: 12345678901234567890\nid: 1\n", "\n", 1 << 17);
}

/* An answer gives the same headers, body and end at every split of its bytes, and whether or not its reader
 * pauses. The first byte says how it is read, the second seeds the splits. */
#include <stdlib.h>
#include <string.h>

#include "http/fields.h"
#include "http/response_parser.h"

enum { HEAD_REQUEST = 1, AT_END = 2, SMALL_LIMITS = 4, SMALL_HEAD = 128, SMALL_HEADERS = 4 };

static weft__heap heap;

static void require(bool holds)
{
    if (!holds)
        abort();
}

typedef struct account {
    weft__buffer head, body;
    size_t takes; /* the most that on_body takes before it pauses; 0 = never pauses */
    int heads;
} account;

static bool on_fields(void *arg, weft_str lines)
{
    account *account = arg;
    weft_str line;

    require(account->heads == 0);
    while (weft__fields_next(&lines, &line)) {
        weft_str name = weft__field_name(line), value = weft__field_value(line, name.len);

        require(name.len > 0 && weft__field_is(line, name));
        weft__buffer_append(&account->head, name.ptr, name.len);
        weft__buffer_append_char(&account->head, ':');
        weft__buffer_append(&account->head, value.ptr, value.len);
        weft__buffer_append_char(&account->head, '\n');
    }
    require(lines.len == 0);
    return true;
}

static weft__parse_flow on_head(void *arg, int status, int64_t content_length)
{
    account *account = arg;

    require(status >= 200 && status <= 999 && content_length >= -1 && account->heads++ == 0);
    weft__buffer_append(&account->head, &status, sizeof(status));
    weft__buffer_append(&account->head, &content_length, sizeof(content_length));
    return account->takes ? WEFT__PARSE_PAUSE : WEFT__PARSE_GO;
}

static weft__parse_flow on_body(void *arg, char *bytes, size_t len, size_t *used)
{
    account *account = arg;

    require(len > 0 && *used == len && account->heads == 1);
    if (account->takes && len > account->takes)
        *used = len = account->takes;
    weft__buffer_append(&account->body, bytes, len);
    memset(bytes, 0, len);
    return account->takes ? WEFT__PARSE_PAUSE : WEFT__PARSE_GO;
}

/* Each feed in memory of exactly its size. */
static weft__parse_status feed(weft__response_parser *parser, const uint8_t *bytes, size_t len, size_t *ret_used)
{
    char *piece = malloc(len ? len : 1);
    weft__parse_status status;

    memcpy(piece, bytes, len);
    status = weft__response_parser_feed(parser, piece, len, ret_used);
    require(*ret_used <= len && (status != WEFT__PARSE_NEED_MORE || *ret_used == len));
    free(piece);
    return status;
}

static weft__parse_status read_answer(const uint8_t *data, size_t size, size_t longest, uint32_t seed, account *account)
{
    static const weft__response_events events = {on_fields, on_head, on_body};
    weft__response_limits limits = {64 << 10, 256};
    weft__response_parser parser;
    weft__parse_status status = WEFT__PARSE_NEED_MORE;
    size_t at = 2, used;

    if (data[0] & SMALL_LIMITS)
        limits = (weft__response_limits){SMALL_HEAD, SMALL_HEADERS};
    weft__response_parser_init(&parser, &heap, &events);
    weft__response_parser_limit(&parser, &limits);
    weft__response_parser_reset(&parser, data[0] & HEAD_REQUEST, account);
    while (status == WEFT__PARSE_PAUSED || (status == WEFT__PARSE_NEED_MORE && at < size)) {
        size_t piece = longest ? (seed >> 16) % (longest + 1) : size - at;

        status = feed(&parser, data + at, piece < size - at ? piece : size - at, &used);
        at += used;
        seed = seed * 1103515245u + 12345u;
    }
    if (status == WEFT__PARSE_NEED_MORE && (data[0] & AT_END)) {
        status = weft__response_parser_finish(&parser);
        require(status == WEFT__PARSE_DONE || status == WEFT__PARSE_CLOSED || status == WEFT__PARSE_TRUNCATED);
    }
    if (status == WEFT__PARSE_DONE)
        weft__buffer_append(&account->head, &at, sizeof(at));
    weft__response_parser_deinit(&parser);
    return status;
}

static void account_init(account *account, size_t takes)
{
    memset(account, 0, sizeof(*account));
    weft__buffer_init(&account->head, &heap, SIZE_MAX / 2);
    weft__buffer_init(&account->body, &heap, SIZE_MAX / 2);
    account->takes = takes;
}

static void account_deinit(account *account)
{
    weft__buffer_deinit(&account->head);
    weft__buffer_deinit(&account->body);
}

static void require_same(const weft__buffer *a, const weft__buffer *b)
{
    require(a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        size_t longest, takes;
    } ways[] = {{1, 0}, {3, 0}, {50, 0}, {0, 1}, {2, 3}, {20, 7}};
    account whole, other;
    weft__parse_status status;

    if (size < 2)
        return 0;
    weft__heap_init(&heap, NULL);
    account_init(&whole, 0);
    status = read_answer(data, size, 0, 0, &whole);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        account_init(&other, ways[i].takes);
        require(read_answer(data, size, ways[i].longest, data[1] + 1u, &other) == status);
        require_same(&whole.head, &other.head);
        require_same(&whole.body, &other.body);
        account_deinit(&other);
    }
    account_deinit(&whole);
    weft__heap_deinit(&heap);
    return 0;
}

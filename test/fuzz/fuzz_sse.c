/* An event stream gives the same events at every split of its bytes, and those that a plain reading of the
 * rules gives. The first byte says which options, the second seeds the splits. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "sse/parser.h"
#include "base/utf8.h"

enum { KEEP_UNFINISHED = 1, SMALL_LIMIT = 2, LF_ONLY = 4, FIRST_TYPE_COUNTS = 8, TELL = 16, SMALL = 64 };

static weft__heap heap;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void append_text(weft__buffer *out, weft_str text)
{
    uint64_t len = text.ptr ? text.len : UINT64_MAX;

    weft__buffer_append(out, &len, sizeof(len)); /* so that no two lists of events read alike */
    weft__buffer_append(out, text.ptr, text.len);
}

static void append_event(weft__buffer *out, const weft_event *event)
{
    append_text(out, event->type);
    append_text(out, event->data);
    append_text(out, event->id);
    weft__buffer_append_char(out, event->unfinished ? 'u' : '.');
}

static void append_comment(weft__buffer *out, weft_str text)
{
    weft__buffer_append_char(out, ':');
    append_text(out, text);
}

static void append_retry(weft__buffer *out, uint32_t retry_ms)
{
    weft__buffer_append_char(out, 'r');
    weft__buffer_append(out, &retry_ms, sizeof(retry_ms));
}

static void check_text(weft_str text)
{
    require(text.ptr[text.len] == '\0' && weft__utf8_is_valid(text.ptr, text.len));
}

static bool is_told(weft__sse_status status, const weft_event *event, weft__buffer *out)
{
    if (status != WEFT__SSE_EVENT && status != WEFT__SSE_COMMENT && status != WEFT__SSE_RETRY)
        return false;
    check_text(event->data);
    if (status == WEFT__SSE_COMMENT)
        append_comment(out, event->data);
    else if (status == WEFT__SSE_RETRY)
        append_retry(out, weft__sse_retry_ms(event->data));
    else
        append_event(out, event);
    return true;
}

static weft__sse_status feed_piece(weft__sse *sse, const uint8_t *bytes, size_t len, weft__buffer *out)
{
    char *piece = malloc(len ? len : 1), *at = piece;
    weft__sse_status status;
    weft_event event;
    size_t used, left = len;

    memcpy(piece, bytes, len);
    while (is_told(status = weft__sse_feed(sse, at, left, &used, &event), &event, out)) {
        require(used > 0 && used <= left);
        if (event.type.ptr)
            check_text(event.type);
        at += used;
        left -= used;
    }
    require(status != WEFT__SSE_NEED_MORE || used == left);
    free(piece);
    return status;
}

/* In pieces of pseudorandom length up to `longest`; 0 = whole. */
static weft__sse_status read_stream(const weft__sse_options *options, const uint8_t *bytes, size_t len, size_t longest,
                                    uint32_t seed, weft__buffer *out)
{
    weft__sse_status status = WEFT__SSE_NEED_MORE;
    weft_event event;
    weft__sse sse;

    weft__sse_init(&sse, &heap, options);
    while (len && status == WEFT__SSE_NEED_MORE) {
        size_t piece = longest ? 1 + (seed >> 16) % longest : len;

        if (piece > len)
            piece = len;
        status = feed_piece(&sse, bytes, piece, out);
        bytes += piece;
        len -= piece;
        seed = seed * 1103515245u + 12345u;
    }
    while (status == WEFT__SSE_NEED_MORE && (status = weft__sse_finish(&sse, &event)) == WEFT__SSE_EVENT) {
        append_event(out, &event);
        status = WEFT__SSE_NEED_MORE;
    }
    append_text(out, weft__sse_last_id(&sse));
    weft__sse_deinit(&sse);
    return status;
}

/* The rules again, without any care for speed or splits. */
typedef struct model {
    weft__buffer data, type, id, last_id, *out;
    bool has_data, has_type, has_id, has_last_id;
    bool first_type_counts, tells;
} model;

static weft_str repair(weft__buffer *text)
{
    size_t len = weft__utf8_repaired_len(text->data, text->len);
    char *repaired = malloc(len + 1);

    weft__utf8_repair(repaired, text->data ? text->data : "", text->len);
    return (weft_str){repaired, len};
}

static void set(weft__buffer *text, const uint8_t *bytes, size_t len)
{
    weft__buffer_clear(text);
    weft__buffer_append(text, bytes, len);
}

static void model_emit(model *model, bool unfinished)
{
    weft_str type = repair(&model->type), data = repair(&model->data), id = repair(&model->id);

    append_event(model->out, &(weft_event){
                                 .type = type.len > 0 ? type : (weft_str){NULL, 0},
                                 .data = data,
                                 .id = model->has_id ? id : (weft_str){NULL, 0},
                                 .unfinished = unfinished,
                             });
    free((void *)(uintptr_t)type.ptr);
    free((void *)(uintptr_t)data.ptr);
    free((void *)(uintptr_t)id.ptr);
}

static void model_blank_line(model *model)
{
    if (model->has_id) {
        set(&model->last_id, (const uint8_t *)model->id.data, model->id.len);
        model->has_last_id = true;
    }
    if (model->has_data)
        model_emit(model, false);
    weft__buffer_clear(&model->data);
    weft__buffer_clear(&model->type);
    weft__buffer_clear(&model->id);
    model->has_data = model->has_type = model->has_id = false;
}

static void model_retry(model *model, const uint8_t *digits, size_t len)
{
    int64_t value = 0;

    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return;
        value = value * 10 + (digits[i] - '0');
        value = value > INT32_MAX ? INT32_MAX : value;
    }
    if (len)
        append_retry(model->out, (uint32_t)value);
}

static void model_comment(model *model, const uint8_t *text, size_t len)
{
    weft__buffer comment;
    weft_str repaired;

    weft__buffer_init(&comment, &heap, SIZE_MAX / 2);
    weft__buffer_append(&comment, text, len);
    repaired = repair(&comment);
    append_comment(model->out, repaired);
    free((void *)(uintptr_t)repaired.ptr);
    weft__buffer_deinit(&comment);
}

static bool named(const uint8_t *name, size_t len, const char *expected)
{
    return len == strlen(expected) && memcmp(name, expected, len) == 0;
}

static void model_line(model *model, const uint8_t *line, size_t len)
{
    const uint8_t *colon = memchr(line, ':', len), *value = colon ? colon + 1 : line + len;
    size_t name_len = colon ? (size_t)(colon - line) : len, value_len;

    if (value < line + len && *value == ' ')
        value++;
    value_len = (size_t)(line + len - value);
    if (len == 0) {
        model_blank_line(model);
    } else if (named(line, name_len, "data")) {
        if (model->has_data)
            weft__buffer_append_char(&model->data, '\n');
        weft__buffer_append(&model->data, value, value_len);
        model->has_data = true;
    } else if (named(line, name_len, "event")) {
        if (!model->first_type_counts || !model->has_type)
            set(&model->type, value, value_len);
        model->has_type = true;
    } else if (named(line, name_len, "id") && !memchr(value, 0, value_len)) {
        set(&model->id, value, value_len);
        model->has_id = true;
    } else if (model->tells && named(line, name_len, "retry")) {
        model_retry(model, value, value_len);
    } else if (model->tells && colon == line) {
        model_comment(model, value, value_len);
    }
}

static void model_read(const uint8_t *bytes, size_t len, const weft__sse_options *options, weft__buffer *out)
{
    model model = {.out = out, .first_type_counts = options->first_type_counts, .tells = options->tell_comments};
    weft__buffer *buffers[] = {&model.data, &model.type, &model.id, &model.last_id};
    weft_str last_id;
    size_t line = 0;

    for (int i = 0; i < 4; i++)
        weft__buffer_init(buffers[i], &heap, SIZE_MAX / 2);
    if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        line = 3;
    for (size_t at = line; at < len; at++) {
        if (bytes[at] != '\n' && (bytes[at] != '\r' || options->lf_only))
            continue;
        model_line(&model, bytes + line, at - line - (options->lf_only && at > line && bytes[at - 1] == '\r'));
        at += bytes[at] == '\r' && at + 1 < len && bytes[at + 1] == '\n';
        line = at + 1;
    }
    if (options->keep_unfinished && model.has_data)
        model_emit(&model, true);
    last_id = repair(&model.last_id);
    append_text(out, model.has_last_id ? last_id : (weft_str){NULL, 0});
    free((void *)(uintptr_t)last_id.ptr);
    for (int i = 0; i < 4; i++)
        weft__buffer_deinit(buffers[i]);
}

static void require_same(const weft__buffer *a, const weft__buffer *b)
{
    require(a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t longest[] = {1, 3, 100};
    weft__sse_options options = {0};
    weft__buffer whole, other;
    weft__sse_status status;

    if (size < 2)
        return 0;
    options.keep_unfinished = data[0] & KEEP_UNFINISHED;
    options.max_event_bytes = data[0] & SMALL_LIMIT ? SMALL : 16 << 20;
    options.lf_only = data[0] & LF_ONLY;
    options.first_type_counts = data[0] & FIRST_TYPE_COUNTS;
    options.tell_comments = options.tell_retries = data[0] & TELL;
    weft__heap_init(&heap, NULL);
    weft__buffer_init(&whole, &heap, SIZE_MAX / 2);
    weft__buffer_init(&other, &heap, SIZE_MAX / 2);
    status = read_stream(&options, data + 2, size - 2, 0, 0, &whole);
    for (size_t i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
        weft__buffer_clear(&other);
        require(read_stream(&options, data + 2, size - 2, longest[i], data[1], &other) == status);
        require_same(&whole, &other);
    }
    if (status == WEFT__SSE_NEED_MORE) {
        weft__buffer_clear(&other);
        model_read(data + 2, size - 2, &options, &other);
        require_same(&whole, &other);
    }
    weft__buffer_deinit(&whole);
    weft__buffer_deinit(&other);
    weft__heap_deinit(&heap);
    return 0;
}

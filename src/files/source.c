#include "files/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "files/reader.h"

typedef enum weft__source_stage {
    SOURCE_AT_REST,
    SOURCE_CHECKING,
    SOURCE_BEGINNING, /* sizes and the first piece are being fetched */
    SOURCE_AT_HEAD,   /* begun, and no piece asked for */
    SOURCE_SENDING,   /* piece by piece */
} weft__source_stage;

struct weft__source {
    weft__loop *loop;
    weft__source_cb *ready;
    weft__source_cb *gone; /* once it is closed */
    void *owner;
    weft__reader *reader; /* owned; NULL at rest */
    char *texts;          /* owned: the content type and whatever the segments point to, in their order */
    const char *problem;  /* static, or the reader's */
    uint64_t size;        /* of the whole body; 0 while unknown */
    uint64_t sent_len;    /* of it, in pieces before the one at hand */
    const char *piece;    /* at hand; NULL while it is waited for */
    size_t piece_len;
    size_t index;      /* of the segment that it is from; the first is the length line */
    bool is_at_end;    /* and it is that segment's last */
    bool is_from_file; /* the reader has it */
    bool is_chunked;
    bool has_files;  /* else there is nothing to wait for */
    bool waited_for; /* `ready` is owed */
    bool closed;
    uint8_t stage;        /* weft__source_stage */
    uint16_t left_behind; /* readers of attempts before, with threads still at work */
    char chunk_head[20];
    char length_line[44];
    size_t count;
    weft__segment segments[];
};

/* ---- taking a body apart --------------------------------------------------------------------------------------- */

/* The text from `begin` on. Where it lies is noted when it lies still: place_texts. */
static void add_text(weft__source *source, const weft__buffer *text, size_t begin)
{
    source->segments[source->count++].size = text->len - begin;
}

static void add_file(weft__source *source, weft__buffer *text, const char *path)
{
    source->segments[source->count++].path = path;
    source->has_files = true;
    weft__buffer_append(text, path, strlen(path) + 1);
}

static void place_texts(weft__source *source)
{
    const char *at = source->texts + strlen(source->texts) + 1;

    source->segments[0].bytes = source->length_line;
    for (size_t i = 1; i < source->count; i++) {
        weft__segment *segment = &source->segments[i];

        if (segment->path)
            segment->path = at;
        else
            segment->bytes = at;
        at += segment->path ? strlen(at) + 1 : segment->size;
    }
}

/* ---- multipart/form-data (RFC 7578) -------------------------------------------------------------------------- */

static void append_quoted(weft__buffer *out, const char *text)
{
    weft__buffer_append_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            weft__buffer_append_char(out, '\\');
        weft__buffer_append_char(out, *text);
    }
    weft__buffer_append_char(out, '"');
}

static const char *file_name_of(const weft_part *part)
{
    const char *slash;

    if (part->file_name)
        return part->file_name;
    if (!part->file_path)
        return "file";
    slash = strrchr(part->file_path, '/');
    return slash ? slash + 1 : part->file_path;
}

static bool is_file(const weft_part *part)
{
    return part->file_path || part->bytes;
}

/* What is wrong with a part; NULL when nothing is. */
static const char *objection(const weft_part *part)
{
    if (!part->name || !*part->name)
        return "name is required";
    if (weft__text_has_control(part->name))
        return "name contains control characters";
    if ((part->value != NULL) + (part->file_path != NULL) + (part->bytes != NULL) != 1)
        return "exactly one of value, file_path and bytes is required";
    if (weft__text_has_control(file_name_of(part)))
        return "file_name contains control characters";
    if (part->content_type && !weft__text_is_header_value(part->content_type, strlen(part->content_type)))
        return "content_type has characters that no header may have";
    return NULL;
}

/* What comes before a part's content, and that, unless it is a file on disk. */
static void append_part(weft__buffer *text, const weft_part *part, const char *boundary)
{
    weft__buffer_append_text(text, "--");
    weft__buffer_append_text(text, boundary);
    weft__buffer_append_text(text, "\r\nContent-Disposition: form-data; name=");
    append_quoted(text, part->name);
    if (is_file(part)) {
        weft__buffer_append_text(text, "; filename=");
        append_quoted(text, file_name_of(part));
        weft__buffer_append_text(text, "\r\nContent-Type: ");
        weft__buffer_append_text(text, part->content_type ? part->content_type : "application/octet-stream");
    }
    weft__buffer_append_text(text, "\r\n\r\n");
    if (part->bytes)
        weft__buffer_append(text, part->bytes, part->bytes_len);
    else if (part->value)
        weft__buffer_append_text(text, part->value);
}

static bool occurs_in(const weft_part *part, const char *boundary)
{
    const char *bytes = part->bytes ? part->bytes : part->value;
    size_t len = part->bytes ? part->bytes_len : bytes ? strlen(bytes) : 0, boundary_len = strlen(boundary);

    for (; len >= boundary_len; bytes++, len--) {
        const char *next = memchr(bytes, boundary[0], len - boundary_len + 1);

        if (!next)
            return false;
        len -= (size_t)(next - bytes);
        bytes = next;
        if (memcmp(bytes, boundary, boundary_len) == 0)
            return true;
    }
    return false;
}

/* Random enough not to occur in a file. Who knows the seed could foresee it, so what is in memory is looked through. */
static void choose_boundary(char boundary[48], const weft_body *body, weft__random *random)
{
    bool occurs;

    do {
        snprintf(boundary, 48, "weft-%016" PRIx64 "%016" PRIx64, weft__random_next(random), weft__random_next(random));
        occurs = false;
        for (size_t i = 0; i < body->parts_count; i++)
            occurs = occurs || occurs_in(&body->parts[i], boundary);
    } while (occurs);
}

static void add_parts(weft__source *source, const weft_body *body, weft__random *random, weft__buffer *text)
{
    char boundary[48];
    size_t begin;

    choose_boundary(boundary, body, random);
    weft__buffer_append_text(text, "multipart/form-data; boundary=");
    weft__buffer_append(text, boundary, strlen(boundary) + 1);
    begin = text->len;
    for (size_t i = 0; i < body->parts_count; i++) {
        const weft_part *part = &body->parts[i];

        append_part(text, part, boundary);
        if (part->file_path) {
            add_text(source, text, begin);
            add_file(source, text, part->file_path);
            begin = text->len;
        }
        weft__buffer_append_text(text, "\r\n");
    }
    weft__buffer_append_text(text, "--");
    weft__buffer_append_text(text, boundary);
    weft__buffer_append_text(text, "--\r\n");
    add_text(source, text, begin);
}

static bool check_parts(const weft_body *body, char problem[128])
{
    for (size_t i = 0; i < body->parts_count; i++) {
        const char *wrong = objection(&body->parts[i]);

        if (wrong) {
            snprintf(problem, 128, "body.parts[%zu]: %s", i, wrong);
            return false;
        }
    }
    return true;
}

/* The length line, and what lies between files, before the first one and behind the last one. */
static size_t count_segments(const weft_body *body)
{
    size_t count = 3;

    for (size_t i = 0; i < body->parts_count; i++)
        count += body->parts[i].file_path ? 2 : 0;
    return count;
}

/* False when out of memory. */
static bool fill(weft__source *source, const weft_body *body, weft__random *random)
{
    weft__heap *heap = &source->loop->heap;
    const char *type = body->content_type ? body->content_type : "application/octet-stream";
    weft__buffer text;

    weft__buffer_init(&text, heap, SIZE_MAX);
    source->count = 1;
    if (body->parts_count) {
        add_parts(source, body, random, &text);
    } else {
        weft__buffer_append(&text, type, strlen(type) + 1);
        add_file(source, &text, body->file_path);
    }
    source->texts = text.failed ? NULL : weft__alloc(heap, text.len);
    if (source->texts) {
        memcpy(source->texts, text.data, text.len);
        place_texts(source);
    }
    weft__buffer_deinit(&text);
    return source->texts != NULL;
}

/* ---- making and closing -------------------------------------------------------------------------------------- */

static void source_free(weft__source *source)
{
    weft__heap *heap = &source->loop->heap;

    weft__free(heap, source->texts);
    weft__free(heap, source);
}

weft__source *weft__source_new(weft__loop *loop, const weft_body *body, weft__random *random, weft__source_cb *ready,
                               void *owner, char problem[128])
{
    weft__source *source;

    problem[0] = '\0';
    if (!check_parts(body, problem))
        return NULL;
    source = weft__zalloc(&loop->heap, sizeof(*source) + count_segments(body) * sizeof(source->segments[0]));
    if (!source)
        return NULL;
    source->loop = loop;
    source->ready = ready;
    source->owner = owner;
    if (fill(source, body, random))
        return source;
    source_free(source);
    return NULL;
}

const char *weft__source_content_type(const weft__source *source)
{
    return source->texts;
}

const char *weft__source_problem(const weft__source *source)
{
    return source->problem;
}

int weft__source_system_error(const weft__source *source)
{
    return source->reader ? weft__reader_system_error(source->reader) : 0;
}

bool weft__source_is_working(const weft__source *source)
{
    return source->left_behind > 0 || (source->reader && weft__reader_is_working(source->reader));
}

static void on_reader_gone(void *owner)
{
    weft__source *source = owner;
    weft__source_cb *gone = source->gone;

    if (--source->left_behind > 0 || !source->closed)
        return;
    owner = source->owner;
    source_free(source);
    gone(owner);
}

void weft__source_rest(weft__source *source)
{
    if (!weft__reader_free(source->reader, on_reader_gone))
        source->left_behind++;
    source->reader = NULL;
    source->stage = SOURCE_AT_REST;
    source->problem = source->piece = NULL;
    source->piece_len = 0;
    source->is_at_end = source->is_from_file = source->waited_for = false;
}

bool weft__source_close(weft__source *source, weft__source_cb *gone)
{
    if (!source)
        return true;
    weft__source_rest(source);
    source->closed = true;
    source->gone = gone;
    if (source->left_behind > 0)
        return false;
    source_free(source);
    return true;
}

/* ---- an attempt's beginning ------------------------------------------------------------------------------------ */

/* The head can be ended. */
static void note_lengths(weft__source *source, const weft__segment *segments)
{

    source->size = 0;
    source->is_chunked = false;
    for (size_t i = 1; i < source->count; i++) {
        source->segments[i] = segments[i];
        source->size += segments[i].size;
        source->is_chunked = source->is_chunked || segments[i].is_unsized;
    }
    if (source->is_chunked) {
        source->size = 0;
        snprintf(source->length_line, sizeof(source->length_line), "Transfer-Encoding: chunked\r\n\r\n");
    } else {
        snprintf(source->length_line, sizeof(source->length_line), "Content-Length: %" PRIu64 "\r\n\r\n", source->size);
    }
    source->segments[0].size = strlen(source->length_line);
}

static bool take(weft__source *source);

static void on_reader_ready(void *owner)
{
    weft__source *source = owner;

    source->problem = weft__reader_problem(source->reader);
    if (source->problem) {
        source->ready(source->owner);
        return;
    }
    switch ((weft__source_stage)source->stage) {
    case SOURCE_CHECKING:
        note_lengths(source, weft__reader_segments(source->reader));
        weft__source_rest(source);
        source->ready(source->owner);
        break;
    case SOURCE_BEGINNING:
        note_lengths(source, weft__reader_segments(source->reader));
        source->stage = SOURCE_AT_HEAD;
        source->ready(source->owner);
        break;
    case SOURCE_SENDING:
        if (!source->waited_for || !take(source))
            break;
        source->waited_for = false;
        source->ready(source->owner);
        break;
    case SOURCE_AT_HEAD:
    case SOURCE_AT_REST:
        break;
    }
}

static void start(weft__source *source, weft__source_stage stage, void (*how)(weft__reader *reader))
{
    weft__source_rest(source);
    source->stage = (uint8_t)stage;
    source->reader = weft__reader_new(source->loop, source->segments, source->count, on_reader_ready, source);
    if (source->reader) {
        how(source->reader);
        return;
    }
    source->problem = "out of memory";
    source->ready(source->owner);
}

void weft__source_check(weft__source *source)
{
    start(source, SOURCE_CHECKING, weft__reader_check);
}

void weft__source_begin(weft__source *source)
{
    if (source->has_files) {
        start(source, SOURCE_BEGINNING, weft__reader_begin);
        return;
    }
    weft__source_rest(source);
    note_lengths(source, source->segments);
    source->stage = SOURCE_AT_HEAD;
}

bool weft__source_has_files(const weft__source *source)
{
    return source->has_files;
}

bool weft__source_has_begun(const weft__source *source)
{
    return source->stage >= SOURCE_AT_HEAD;
}

bool weft__source_is_at_head(const weft__source *source)
{
    return source->stage == SOURCE_AT_HEAD;
}

bool weft__source_is_spent(const weft__source *source)
{
    return source->reader && weft__reader_is_spent(source->reader);
}

uint64_t weft__source_size(const weft__source *source)
{
    return source->size;
}

/* ---- sending ------------------------------------------------------------------------------------------------- */

static bool is_framed(const weft__source *source)
{
    return source->is_chunked && source->index > 0;
}

uint64_t weft__source_sent(const weft__source *source, uint64_t offset)
{
    size_t before = is_framed(source) ? strlen(source->chunk_head) : 0;
    uint64_t of_piece = offset > before ? offset - before : 0;

    if (source->stage != SOURCE_SENDING)
        return 0;
    if (!source->piece || source->index == 0)
        return source->sent_len;
    return source->sent_len + (of_piece < source->piece_len ? of_piece : source->piece_len);
}

/* The place of the next segment that there is something of; `count` when there is none. */
static size_t next_index(const weft__source *source)
{
    size_t index = source->index + 1;

    while (index < source->count && source->segments[index].size == 0 && !source->segments[index].is_unsized)
        index++;
    return index;
}

static void set_piece(weft__source *source, const char *bytes, size_t len, bool is_at_end)
{
    source->piece = bytes;
    source->piece_len = len;
    source->is_at_end = is_at_end;
    snprintf(source->chunk_head, sizeof(source->chunk_head), "%zx\r\n", len);
}

/* The piece whose turn it is, if it has been read. */
static bool take(weft__source *source)
{
    for (;;) {
        const weft__segment *segment = &source->segments[source->index];
        const weft__piece *piece;

        if (!segment->path) {
            set_piece(source, segment->bytes, (size_t)segment->size, true);
            return true;
        }
        piece = weft__reader_piece(source->reader);
        if (!piece)
            return false;
        source->is_from_file = true;
        set_piece(source, piece->bytes, piece->len, piece->ends);
        if (piece->len > 0 || next_index(source) == source->count)
            return true;
        /* A file's end that showed late: a chunk of nothing would end the body. */
        weft__reader_release(source->reader);
        source->is_from_file = false;
        source->index = next_index(source);
    }
}

/* The piece at hand is sent. */
static void pass_piece(weft__source *source)
{
    if (source->index > 0)
        source->sent_len += source->piece_len;
    if (source->is_from_file)
        weft__reader_release(source->reader);
    source->is_from_file = false;
    if (source->is_at_end)
        source->index = next_index(source);
    source->piece = NULL;
    source->piece_len = 0;
    source->is_at_end = false;
}

bool weft__source_next(weft__source *source)
{
    if (source->stage == SOURCE_AT_HEAD) {
        source->stage = SOURCE_SENDING;
        source->index = 0;
        source->sent_len = 0;
    } else {
        pass_piece(source);
    }
    if (take(source))
        return true;
    source->waited_for = true;
    source->problem = weft__reader_problem(source->reader);
    if (source->problem)
        source->ready(source->owner);
    return false;
}

bool weft__source_is_last(const weft__source *source)
{
    return source->piece && source->is_at_end && next_index(source) == source->count;
}

static struct iovec part(const char *bytes, size_t len)
{
    return (struct iovec){(char *)(uintptr_t)bytes, len};
}

int weft__source_gather(const weft__source *source, struct iovec *parts)
{
    static const char end[] = "\r\n0\r\n\r\n";

    if (!source->piece)
        return 0;
    if (!is_framed(source)) {
        parts[0] = part(source->piece, source->piece_len);
        return 1;
    }
    if (source->piece_len == 0) {
        parts[0] = part(end + 2, sizeof(end) - 3);
        return 1;
    }
    parts[0] = part(source->chunk_head, strlen(source->chunk_head));
    parts[1] = part(source->piece, source->piece_len);
    parts[2] = part(end, weft__source_is_last(source) ? sizeof(end) - 1 : 2);
    return 3;
}

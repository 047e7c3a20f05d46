#include "client/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/text.h"

typedef struct weft__segment {
    const char *bytes; /* memory, or: */
    const char *path;  /* a file */
    uint64_t size;     /* of a file once it is open */
    int fd;            /* -1 while it is not */
} weft__segment;

struct weft__source {
    weft__work work; /* first: opening, or reading, on the pool */
    weft__loop *loop;
    weft__arena arena; /* owns the texts and the segments */
    weft__segment *segments;
    size_t count;
    size_t index;    /* of the segment that the next piece is from; the first is the length line */
    uint64_t offset; /* in it */
    const char *content_type;
    weft__source_cb *ready;
    void *owner;
    char *buffer;      /* owned: a file's piece */
    const char *piece; /* NULL before the first */
    size_t piece_len;
    const weft__segment *reading; /* what the pool's thread has to do, and has done */
    uint64_t reading_offset;
    size_t read_len;
    char length_line[64];
    char problem[256];
    uint64_t size;
    bool working;
    bool stale;  /* rewound meanwhile: what the thread reads is of no use */
    bool wanted; /* and when it is back, the next piece is */
    bool abandoned;
};

static weft__segment *add_segment(weft__source *source)
{
    weft__segment *segment = &source->segments[source->count++];

    segment->fd = -1;
    return segment;
}

static bool add_bytes(weft__source *source, const void *bytes, size_t len)
{
    weft__segment *segment = add_segment(source);

    segment->bytes = weft__arena_copy(&source->arena, bytes, len);
    segment->size = len;
    return segment->bytes != NULL;
}

static bool add_file(weft__source *source, const char *path)
{
    weft__segment *segment = add_segment(source);

    segment->path = weft__arena_copy(&source->arena, path, strlen(path));
    return segment->path != NULL;
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

static bool add_part(weft__source *source, const weft_part *part, const char *boundary, weft__buffer *head)
{
    weft__buffer_clear(head);
    weft__buffer_append_text(head, "--");
    weft__buffer_append_text(head, boundary);
    weft__buffer_append_text(head, "\r\nContent-Disposition: form-data; name=");
    append_quoted(head, part->name);
    if (is_file(part)) {
        weft__buffer_append_text(head, "; filename=");
        append_quoted(head, file_name_of(part));
        weft__buffer_append_text(head, "\r\nContent-Type: ");
        weft__buffer_append_text(head, part->content_type ? part->content_type : "application/octet-stream");
    }
    weft__buffer_append_text(head, "\r\n\r\n");
    if (!part->file_path)
        weft__buffer_append(head, part->bytes ? part->bytes : part->value,
                            part->bytes ? part->bytes_len : strlen(part->value));
    if (head->failed || !add_bytes(source, head->data, head->len))
        return false;
    return (!part->file_path || add_file(source, part->file_path)) && add_bytes(source, "\r\n", 2);
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

static bool add_parts(weft__source *source, const weft_body *body, weft__random *random)
{
    char boundary[48], end[64];
    weft__buffer head;
    bool ok = true;

    choose_boundary(boundary, body, random);
    weft__buffer_init(&head, &source->loop->heap, SIZE_MAX);
    for (size_t i = 0; ok && i < body->parts_count; i++)
        ok = add_part(source, &body->parts[i], boundary, &head);
    weft__buffer_deinit(&head);
    snprintf(end, sizeof(end), "--%s--\r\n", boundary);
    source->content_type = weft__arena_printf(&source->arena, "multipart/form-data; boundary=%s", boundary);
    return ok && source->content_type && add_bytes(source, end, strlen(end));
}

/* ---- making and freeing -------------------------------------------------------------------------------------- */

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

static bool fill(weft__source *source, const weft_body *body, weft__random *random)
{
    size_t most = 1 + (body->parts_count ? 3 * body->parts_count + 1 : 1);
    weft__segment *length;

    source->segments = weft__arena_zalloc(&source->arena, most * sizeof(*source->segments));
    if (!source->segments)
        return false;
    length = add_segment(source);
    length->bytes = source->length_line;
    if (body->parts_count)
        return add_parts(source, body, random);
    source->content_type =
        weft__arena_printf(&source->arena, "%s", body->content_type ? body->content_type : "application/octet-stream");
    return source->content_type && add_file(source, body->file_path);
}

static void source_free(weft__source *source)
{
    for (size_t i = 0; i < source->count; i++)
        if (source->segments[i].fd >= 0)
            close(source->segments[i].fd);
    weft__free(&source->loop->heap, source->buffer);
    weft__arena_release(&source->arena);
    weft__free(&source->loop->heap, source);
}

weft__source *weft__source_new(weft__loop *loop, const weft_body *body, weft__random *random, weft__source_cb *ready,
                               void *owner, char problem[128])
{
    weft__source *source;

    problem[0] = '\0';
    if (!check_parts(body, problem))
        return NULL;
    source = weft__zalloc(&loop->heap, sizeof(*source));
    if (!source)
        return NULL;
    source->loop = loop;
    source->ready = ready;
    source->owner = owner;
    weft__arena_init(&source->arena, &loop->heap);
    if (!fill(source, body, random)) {
        source_free(source);
        return NULL;
    }
    return source;
}

void weft__source_free(weft__source *source)
{
    if (!source)
        return;
    if (source->working)
        source->abandoned = true;
    else
        source_free(source);
}

const char *weft__source_content_type(const weft__source *source)
{
    return source->content_type;
}

uint64_t weft__source_size(const weft__source *source)
{
    return source->size;
}

size_t weft__source_head_len(const weft__source *source)
{
    return (size_t)source->segments[0].size;
}

const char *weft__source_problem(const weft__source *source)
{
    return source->problem[0] ? source->problem : NULL;
}

/* ---- on the pool's threads ----------------------------------------------------------------------------------- */

static void note_problem(weft__source *source, const char *what, const char *path, const char *why)
{
    snprintf(source->problem, sizeof(source->problem), "cannot %s %.160s: %s", what, path, why);
}

static void open_one(weft__source *source, weft__segment *segment)
{
    struct stat status;

    /* O_NONBLOCK: a pipe without a writer must not hold the thread. */
    segment->fd = open(segment->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (segment->fd < 0 || fstat(segment->fd, &status) != 0) {
        note_problem(source, "open", segment->path, uv_strerror(-errno));
        return;
    }
    if (!S_ISREG(status.st_mode)) {
        note_problem(source, "send", segment->path, "not a regular file");
        return;
    }
    segment->size = (uint64_t)status.st_size;
}

static void run_open(weft__work *work)
{
    weft__source *source = (weft__source *)(void *)work;

    for (size_t i = 0; i < source->count && !source->problem[0]; i++)
        if (source->segments[i].path)
            open_one(source, &source->segments[i]);
}

static void run_read(weft__work *work)
{
    weft__source *source = (weft__source *)(void *)work;
    const weft__segment *segment = source->reading;
    uint64_t offset = source->reading_offset;
    uint64_t left = segment->size - offset;
    size_t want = left < WEFT__PIECE_BYTES ? (size_t)left : WEFT__PIECE_BYTES;
    size_t got = 0;

    while (got < want) {
        ssize_t n = pread(segment->fd, source->buffer + got, want - got, (off_t)(offset + got));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            note_problem(source, "read", segment->path, n < 0 ? uv_strerror(-errno) : "it has become shorter");
            return;
        }
        got += (size_t)n;
    }
    source->read_len = got;
}

/* ---- on the loop --------------------------------------------------------------------------------------------- */

static void start_work(weft__source *source, void (*run)(weft__work *), void (*done)(weft__work *))
{
    source->work.run = run;
    source->work.done = done;
    source->working = true;
    if (weft__work_start(source->loop, &source->work) != 0) {
        snprintf(source->problem, sizeof(source->problem), "no thread to read files with");
        source->working = false;
        source->ready(source->owner);
    }
}

/* Whether anybody still waits for it. */
static bool come_back(weft__source *source)
{
    source->working = false;
    if (!source->abandoned)
        return true;
    source_free(source);
    return false;
}

static void on_opened(weft__work *work)
{
    weft__source *source = (weft__source *)(void *)work;

    if (!come_back(source))
        return;
    source->size = 0;
    for (size_t i = 1; i < source->count; i++)
        source->size += source->segments[i].size;
    snprintf(source->length_line, sizeof(source->length_line), "Content-Length: %" PRIu64 "\r\n\r\n", source->size);
    source->segments[0].size = strlen(source->length_line);
    source->ready(source->owner);
}

void weft__source_open(weft__source *source)
{
    source->buffer = weft__alloc(&source->loop->heap, WEFT__PIECE_BYTES);
    if (!source->buffer) {
        snprintf(source->problem, sizeof(source->problem), "out of memory");
        source->ready(source->owner);
        return;
    }
    start_work(source, run_open, on_opened);
}

void weft__source_rewind(weft__source *source)
{
    source->index = 0;
    source->offset = 0;
    source->piece = NULL;
    source->piece_len = 0;
    source->stale = source->working;
    source->wanted = false;
}

static void advance(weft__source *source)
{
    source->offset += source->piece_len;
    source->piece_len = 0;
    while (source->index < source->count && source->offset >= source->segments[source->index].size) {
        source->index++;
        source->offset = 0;
    }
}

static void on_read(weft__work *work);

static void start_reading(weft__source *source)
{
    source->reading = &source->segments[source->index];
    source->reading_offset = source->offset;
    source->wanted = false;
    start_work(source, run_read, on_read);
}

static void on_read(weft__work *work)
{
    weft__source *source = (weft__source *)(void *)work;

    if (!come_back(source))
        return;
    if (source->stale) {
        source->stale = false;
        source->problem[0] = '\0'; /* if it is a lasting one, it will be met again */
        if (source->wanted)
            start_reading(source);
        return;
    }
    source->piece_len = source->read_len;
    source->ready(source->owner);
}

bool weft__source_next(weft__source *source)
{
    const weft__segment *segment;

    advance(source);
    segment = &source->segments[source->index];
    if (segment->path) {
        source->piece = source->buffer; /* nothing of it yet */
        if (!source->working)
            start_reading(source);
        else
            source->wanted = source->stale;
        return false;
    }
    source->piece = segment->bytes;
    source->piece_len = (size_t)segment->size;
    return true;
}

const char *weft__source_piece(const weft__source *source, size_t *ret_len)
{
    *ret_len = source->piece_len;
    return source->piece;
}

bool weft__source_is_last(const weft__source *source)
{
    size_t index = source->index;

    if (source->offset + source->piece_len < source->segments[index].size)
        return false;
    while (++index < source->count)
        if (source->segments[index].size > 0)
            return false;
    return true;
}

#include "files/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loop/poller.h"

enum {
    PIECES = 2,
    UNSIZED_BYTES = 64 * 1024, /* a piece of a file whose length is unknown */
};

/* While `working`, all but `sent` and the pieces that are full is the pool's thread's. */
struct weft__reader {
    weft__work work; /* first */
    weft__loop *loop;
    weft__reader_cb *ready;
    weft__reader_cb *gone; /* once it is abandoned */
    void *owner;
    int system_error;   /* of the problem, by libuv's number; 0 = none */
    char problem[240];  /* not beside `working`: what is read together must be written by one thread */
    weft__socket *pipe; /* owned: watches `fd` where that can be waited for, else NULL */
    int fd;             /* of the segment that is read; -1 while it is not open */
    size_t index;       /* of that segment */
    uint64_t offset;    /* in it */
    weft__piece pieces[PIECES];
    unsigned filled; /* the next to be filled */
    unsigned sent;   /* the next to be sent, or being sent */
    bool is_spent;
    bool working;
    bool abandoned;
    size_t count;
    weft__segment segments[];
};

weft__reader *weft__reader_new(weft__loop *loop, const weft__segment *segments, size_t count, weft__reader_cb *ready,
                               void *owner)
{
    weft__reader *reader = weft__zalloc(&loop->heap, sizeof(*reader) + count * sizeof(*segments));

    if (!reader)
        return NULL;
    reader->loop = loop;
    reader->ready = ready;
    reader->owner = owner;
    reader->fd = -1;
    reader->count = count;
    memcpy(reader->segments, segments, count * sizeof(*segments));
    return reader;
}

const weft__segment *weft__reader_segments(const weft__reader *reader)
{
    return reader->segments;
}

bool weft__reader_is_working(const weft__reader *reader)
{
    return reader->working;
}

bool weft__reader_is_spent(const weft__reader *reader)
{
    return reader->is_spent;
}

const char *weft__reader_problem(const weft__reader *reader)
{
    return !reader->working && reader->problem[0] ? reader->problem : NULL;
}

int weft__reader_system_error(const weft__reader *reader)
{
    return reader->system_error;
}

/* ---- on the pool's threads ----------------------------------------------------------------------------------- */

static bool note_problem(weft__reader *reader, const char *what, const char *path, const char *why)
{
    snprintf(reader->problem, sizeof(reader->problem), "cannot %s %.160s: %s", what, path, why);
    return false;
}

static bool note_errno(weft__reader *reader, const char *what, const char *path)
{
    reader->system_error = -errno;
    return note_problem(reader, what, path, uv_strerror(reader->system_error));
}

/* O_NONBLOCK: a pipe without a writer must not hold the thread. */
static int open_file(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* Whether a file is as long as it says: those of /proc say 0 and those of /sys 4096, whatever is in them. */
static bool has_length(int fd, uint64_t size)
{
    char byte;

    return size == 0 ? pread(fd, &byte, 1, 0) == 0 : pread(fd, &byte, 1, (off_t)size - 1) != 0;
}

/* Learns what a file is, and how long. A pipe is not opened for that: whoever writes would take it for its reader. */
static bool size_up(weft__reader *reader, weft__segment *segment)
{
    struct stat status;
    int fd;

    if (stat(segment->path, &status) != 0)
        return note_errno(reader, "open", segment->path);
    segment->size = 0;
    segment->inode = status.st_ino;
    segment->is_pipe = S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode);
    segment->is_unsized = !S_ISREG(status.st_mode);
    if (segment->is_pipe)
        return faccessat(AT_FDCWD, segment->path, R_OK, AT_EACCESS) == 0 || note_errno(reader, "open", segment->path);
    if (S_ISDIR(status.st_mode))
        return note_problem(reader, "send", segment->path, "it is a directory");
    fd = open_file(segment->path);
    if (fd < 0)
        return note_errno(reader, "open", segment->path);
    if (!segment->is_unsized && fstat(fd, &status) == 0) {
        segment->size = (uint64_t)status.st_size;
        segment->inode = status.st_ino;
        segment->is_unsized = !has_length(fd, segment->size);
        if (segment->is_unsized)
            segment->size = 0;
    }
    close(fd);
    return true;
}

static void run_check(weft__work *work)
{
    weft__reader *reader = (weft__reader *)(void *)work;

    for (size_t i = 0; i < reader->count && !reader->problem[0]; i++)
        if (reader->segments[i].path)
            size_up(reader, &reader->segments[i]);
}

static bool open_for_reading(weft__reader *reader, const weft__segment *segment)
{
    struct stat status;

    reader->fd = open_file(segment->path);
    if (reader->fd < 0 || fstat(reader->fd, &status) != 0)
        return note_errno(reader, "open", segment->path);
    /* Its beginning, as long as the other was, would be taken for all of it. */
    if (segment->inode != status.st_ino)
        return note_problem(reader, "send", segment->path, "another file has taken its place");
    if (!segment->is_unsized && segment->size > WEFT__PIECE_BYTES)
        (void)posix_fadvise(reader->fd, 0, 0, POSIX_FADV_SEQUENTIAL); /* advice only */
    return true;
}

static ssize_t read_some(int fd, const weft__segment *segment, char *bytes, size_t len, uint64_t offset)
{
    ssize_t got;

    do
        got = segment->is_pipe ? read(fd, bytes, len) : pread(fd, bytes, len, (off_t)offset);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Fills the piece. Less than that is in it at the file's end, and when a pipe has no more for now. */
static void fill_piece(weft__reader *reader, const weft__segment *segment)
{
    weft__piece *piece = &reader->pieces[reader->filled];
    uint64_t left = segment->is_unsized ? UINT64_MAX : segment->size - reader->offset;
    size_t want = left < piece->cap ? (size_t)left : piece->cap;

    piece->len = 0;
    while (piece->len < want) {
        ssize_t got =
            read_some(reader->fd, segment, piece->bytes + piece->len, want - piece->len, reader->offset + piece->len);

        if (got < 0 && errno == EAGAIN)
            return;
        if (got < 0) {
            note_errno(reader, "read", segment->path);
            return;
        }
        if (got == 0 && !segment->is_unsized) {
            note_problem(reader, "read", segment->path, "it has become shorter");
            return;
        }
        piece->ends = got == 0;
        if (got == 0)
            return;
        piece->len += (size_t)got;
    }
    piece->ends = left == piece->len;
}

/* Goes on to the next file that there is something of to read. */
static bool find_unread(weft__reader *reader)
{
    for (; reader->index < reader->count; reader->index++, reader->offset = 0) {
        const weft__segment *segment = &reader->segments[reader->index];

        if (segment->path && (segment->is_unsized || reader->offset < segment->size))
            return true;
    }
    return false;
}

static void run_read(weft__work *work)
{
    weft__reader *reader = (weft__reader *)(void *)work;
    const weft__segment *segment = &reader->segments[reader->index];
    bool is_open = reader->fd >= 0;

    if (!is_open && !open_for_reading(reader, segment))
        return;
    /* Before it has been waited for: of a pipe that has no writer yet, a read would say that it has ended. */
    if (!segment->is_pipe || is_open)
        fill_piece(reader, segment);
}

/* Each attempt learns anew how long the files are, and reads the beginning along with that. */
static void run_begin(weft__work *work)
{
    weft__reader *reader = (weft__reader *)(void *)work;

    run_check(work);
    reader->index = 0; /* the hint was followed so far */
    if (!reader->problem[0] && reader->pieces[0].cap > 0 && find_unread(reader))
        run_read(work);
}

/* ---- on the loop --------------------------------------------------------------------------------------------- */

static void on_worked(weft__work *work);
static void on_pipe_ready(weft__socket *pipe, int events);

static void start_work(weft__reader *reader, void (*run)(weft__work *))
{
    reader->work.run = run;
    reader->work.done = on_worked;
    reader->working = true;
    if (weft__work_start(reader->loop, &reader->work) != 0) {
        reader->working = false;
        snprintf(reader->problem, sizeof(reader->problem), "no thread to read files with");
    }
}

static void close_file(weft__reader *reader)
{
    if (reader->pipe)
        weft__poller_remove(reader->pipe);
    reader->pipe = NULL;
    if (reader->fd >= 0)
        close(reader->fd);
    reader->fd = -1;
}

static void reader_free(weft__reader *reader)
{
    weft__heap *heap = &reader->loop->heap;

    close_file(reader);
    for (int i = 0; i < PIECES; i++)
        weft__free(heap, reader->pieces[i].bytes);
    weft__free(heap, reader);
}

bool weft__reader_free(weft__reader *reader, weft__reader_cb *gone)
{
    if (!reader)
        return true;
    reader->abandoned = true;
    reader->gone = gone;
    if (reader->working)
        return false;
    reader_free(reader);
    return true;
}

/* Empties the piece that is filled next and makes it large enough for what there is to read; false when out of
 * memory. */
static bool make_room(weft__reader *reader)
{
    const weft__segment *segment = &reader->segments[reader->index];
    weft__piece *piece = &reader->pieces[reader->filled];
    uint64_t left = segment->size - reader->offset;
    size_t want = segment->is_unsized ? UNSIZED_BYTES : left < WEFT__PIECE_BYTES ? (size_t)left : WEFT__PIECE_BYTES;

    piece->len = 0;
    piece->ends = false;
    if (piece->cap >= want)
        return true;
    weft__free(&reader->loop->heap, piece->bytes);
    piece->bytes = weft__alloc(&reader->loop->heap, want);
    piece->cap = piece->bytes ? want : 0;
    if (!piece->bytes)
        snprintf(reader->problem, sizeof(reader->problem), "out of memory");
    return piece->bytes != NULL;
}

static int watch_pipe(weft__reader *reader)
{
    int status = 0;

    if (!reader->pipe) {
        reader->pipe = weft__poller_add(reader->loop, reader->fd, &status);
        if (!reader->pipe)
            return status;
        reader->pipe->ready = on_pipe_ready;
        reader->pipe->owner = reader;
    }
    status = weft__poller_watch(reader->pipe, UV_READABLE);
    if (status != 0) {
        weft__poller_remove(reader->pipe);
        reader->pipe = NULL;
    }
    return status;
}

/* False where there is no waiting, because there is always something to read, or because something is wrong. */
static bool wait_for_pipe(weft__reader *reader)
{
    int status = watch_pipe(reader);

    /* What the poller does not take is ready at all times: /dev/zero, say. */
    if (status != 0 && status != UV_EPERM) {
        reader->system_error = status;
        note_problem(reader, "wait for", reader->segments[reader->index].path, uv_strerror(status));
    }
    return status == 0;
}

static bool is_at_pipe(const weft__reader *reader)
{
    return reader->fd >= 0 && reader->segments[reader->index].is_pipe;
}

/* Reads the next piece, as far as there is a place for it. */
static void read_ahead(weft__reader *reader)
{
    if (reader->working || reader->problem[0] || reader->pieces[reader->filled].is_full || !find_unread(reader))
        return;
    if (is_at_pipe(reader) && wait_for_pipe(reader))
        return;
    if (!reader->problem[0] && make_room(reader))
        start_work(reader, run_read);
}

/* What was read waits for its turn. */
static void keep_piece(weft__reader *reader)
{
    weft__piece *piece = &reader->pieces[reader->filled];

    reader->is_spent = reader->is_spent || is_at_pipe(reader);
    if (piece->len == 0 && !piece->ends)
        return;
    piece->is_full = true;
    reader->filled = (reader->filled + 1) % PIECES;
    reader->offset += piece->len;
    if (piece->ends) {
        close_file(reader);
        reader->index++;
        reader->offset = 0;
    }
}

static void go_on(weft__reader *reader)
{
    if (!reader->problem[0]) {
        keep_piece(reader);
        read_ahead(reader);
    }
    reader->ready(reader->owner);
}

static void on_pipe_ready(weft__socket *pipe, int events)
{
    weft__reader *reader = pipe->owner;

    (void)events;
    weft__poller_watch(pipe, 0);
    if (make_room(reader))
        fill_piece(reader, &reader->segments[reader->index]);
    go_on(reader);
}

static void on_worked(weft__work *work)
{
    weft__reader *reader = (weft__reader *)(void *)work;
    weft__reader_cb *gone = reader->gone;
    void *owner = reader->owner;

    reader->working = false;
    if (reader->abandoned) {
        reader_free(reader);
        gone(owner);
    } else if (work->run == run_check) {
        reader->ready(owner);
    } else {
        go_on(reader);
    }
}

void weft__reader_check(weft__reader *reader)
{
    start_work(reader, run_check);
    if (weft__reader_problem(reader))
        reader->ready(reader->owner);
}

void weft__reader_begin(weft__reader *reader)
{
    if (!find_unread(reader) || make_room(reader))
        start_work(reader, run_begin);
    if (weft__reader_problem(reader))
        reader->ready(reader->owner);
}

const weft__piece *weft__reader_piece(const weft__reader *reader)
{
    const weft__piece *piece = &reader->pieces[reader->sent];

    return piece->is_full ? piece : NULL;
}

void weft__reader_release(weft__reader *reader)
{
    reader->pieces[reader->sent].is_full = false;
    reader->sent = (reader->sent + 1) % PIECES;
    read_ahead(reader);
}

#include "files/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

/* With what one more read may bring, half a mebibyte: with less of it waking the thread costs more than writing. */
enum { ENOUGH_BYTES = 448 * 1024 };

struct weft__sink {
    weft__work work; /* first */
    weft__loop *loop;
    char *path;    /* owned: the name it gets in the end */
    char *partial; /* owned: the name it has until then */
    weft__sink_cb *ready;
    weft__sink_cb *gone; /* once it is abandoned */
    void *owner;
    weft__buffer gathering; /* what comes in on the loop's thread */
    weft__buffer writing;   /* what the pool's thread has */
    int fd;
    char failure[256]; /* what the pool's thread met, and: */
    int failure_error; /* what the system said to that; on the loop both become: */
    char problem[256];
    int system_error;
    bool working;
    bool created;    /* the file beside it is there, and ours */
    bool waited_for; /* `ready` is owed */
    bool finishing;  /* everything has been given */
    bool named;      /* the file has its name: what the pool's thread knows; on the loop it becomes: */
    bool finished;
    bool abandoned;
};

/* A name of its own in the directory of `path`, short whatever the name there is: that may be as long as names can
 * be. */
static char *partial_name(weft__heap *heap, const char *path, weft__random *random)
{
    const char *slash = strrchr(path, '/');
    int directory_len = slash ? (int)(slash + 1 - path) : 0;
    size_t size = (size_t)directory_len + 32;
    char *name = weft__alloc(heap, size);

    if (name)
        snprintf(name, size, "%.*s.weft-%016" PRIx64 ".part", directory_len, path, weft__random_next(random));
    return name;
}

weft__sink *weft__sink_new(weft__loop *loop, const char *path, weft__random *random, weft__sink_cb *ready, void *owner)
{
    weft__heap *heap = &loop->heap;
    weft__sink *sink = weft__zalloc(heap, sizeof(*sink));

    if (!sink)
        return NULL;
    sink->loop = loop;
    sink->ready = ready;
    sink->owner = owner;
    sink->fd = -1;
    weft__buffer_init(&sink->gathering, heap, SIZE_MAX);
    weft__buffer_init(&sink->writing, heap, SIZE_MAX);
    sink->path = weft__strdup(heap, path);
    sink->partial = partial_name(heap, path, random);
    if (sink->path && sink->partial)
        return sink;
    weft__sink_free(sink, NULL);
    return NULL;
}

const char *weft__sink_problem(const weft__sink *sink)
{
    return sink->problem[0] ? sink->problem : NULL;
}

int weft__sink_system_error(const weft__sink *sink)
{
    return sink->system_error;
}

/* ---- on the pool's threads ----------------------------------------------------------------------------------- */

static void note_failure(weft__sink *sink, const char *what, const char *path)
{
    sink->failure_error = -errno;
    snprintf(sink->failure, sizeof(sink->failure), "cannot %s %.160s: %s", what, path,
             uv_strerror(sink->failure_error));
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* Whether a file may take the name: /dev/null, say, is to stay what it is. */
static bool may_be_named(const char *path)
{
    struct stat status;

    return lstat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISLNK(status.st_mode) || S_ISDIR(status.st_mode);
}

static void run_write(weft__work *work)
{
    weft__sink *sink = (weft__sink *)(void *)work;

    if (sink->fd < 0) {
        if (!may_be_named(sink->path)) {
            snprintf(sink->failure, sizeof(sink->failure), "cannot create %.160s: it is there already, and no file",
                     sink->path);
            return;
        }
        sink->fd = open(sink->partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (sink->fd < 0) {
            note_failure(sink, "create", sink->path);
            return;
        }
        sink->created = true;
    }
    if (!write_all(sink->fd, sink->writing.data, sink->writing.len))
        note_failure(sink, "write", sink->path);
}

/* The last bytes, then the name: whoever sees the file sees all of it. */
static void run_finish(weft__work *work)
{
    weft__sink *sink = (weft__sink *)(void *)work;
    int status;

    run_write(work);
    if (sink->failure[0])
        return;
    status = close(sink->fd);
    sink->fd = -1;
    if (status != 0) {
        note_failure(sink, "write", sink->path);
        return;
    }
    if (rename(sink->partial, sink->path) != 0)
        note_failure(sink, "create", sink->path);
    else
        sink->named = true;
}

static void run_discard(weft__work *work)
{
    weft__sink *sink = (weft__sink *)(void *)work;

    if (sink->fd >= 0)
        close(sink->fd);
    if (!sink->named)
        unlink(sink->partial);
}

/* ---- on the loop --------------------------------------------------------------------------------------------- */

static void sink_free(weft__sink *sink)
{
    weft__heap *heap = &sink->loop->heap;

    weft__buffer_deinit(&sink->gathering);
    weft__buffer_deinit(&sink->writing);
    weft__free(heap, sink->path);
    weft__free(heap, sink->partial);
    weft__free(heap, sink);
}

static void on_discarded(weft__work *work)
{
    weft__sink *sink = (weft__sink *)(void *)work;
    weft__sink_cb *gone = sink->gone;
    void *owner = sink->owner;

    sink_free(sink);
    gone(owner);
}

static bool is_unfinished(const weft__sink *sink)
{
    return sink->created && !sink->finished;
}

/* True: `gone` comes. */
static bool discard(weft__sink *sink)
{
    sink->work.run = run_discard;
    sink->work.done = on_discarded;
    if (weft__work_start(sink->loop, &sink->work) == 0)
        return true;
    run_discard(&sink->work); /* better late than a file left behind */
    return false;
}

bool weft__sink_free(weft__sink *sink, weft__sink_cb *gone)
{
    if (!sink)
        return true;
    sink->gone = gone;
    sink->abandoned = true;
    if (sink->working || (is_unfinished(sink) && discard(sink)))
        return false;
    sink_free(sink);
    return true;
}

static void on_worked(weft__work *work);

static void start_work(weft__sink *sink)
{
    weft__buffer swap = sink->writing;

    sink->writing = sink->gathering;
    sink->gathering = swap;
    weft__buffer_clear(&sink->gathering);
    sink->work.run = sink->finishing ? run_finish : run_write;
    sink->work.done = on_worked;
    sink->working = true;
    if (weft__work_start(sink->loop, &sink->work) != 0) {
        sink->working = false;
        snprintf(sink->problem, sizeof(sink->problem), "no thread to write files with");
    }
}

static void on_worked(weft__work *work)
{
    weft__sink *sink = (weft__sink *)(void *)work;

    sink->working = false;
    sink->finished = sink->named; /* while no thread is at work */
    if (sink->abandoned) {
        if (!is_unfinished(sink) || !discard(sink))
            on_discarded(work);
        return;
    }
    if (sink->failure[0] && !sink->problem[0]) {
        memcpy(sink->problem, sink->failure, sizeof(sink->problem));
        sink->system_error = sink->failure_error;
    }
    if (!sink->problem[0] && !sink->finished && (sink->gathering.len > 0 || sink->finishing))
        start_work(sink);
    if (sink->problem[0] || sink->finished || (sink->waited_for && !sink->finishing)) {
        sink->waited_for = false;
        sink->ready(sink->owner);
    }
}

bool weft__sink_write(weft__sink *sink, const char *bytes, size_t len)
{
    if (!weft__buffer_append(&sink->gathering, bytes, len))
        snprintf(sink->problem, sizeof(sink->problem), "out of memory");
    if (sink->problem[0])
        return true;
    if (!sink->working)
        start_work(sink);
    sink->waited_for = sink->gathering.len >= ENOUGH_BYTES;
    return !sink->waited_for;
}

void weft__sink_finish(weft__sink *sink)
{
    sink->finishing = true;
    if (!sink->working)
        start_work(sink);
}

/* test/unit/file_fixture.h - requests and answers whose bodies are files, and libuv's pool in the test's hand. */
#ifndef WEFT_TEST_FILE_FIXTURE_H
#define WEFT_TEST_FILE_FIXTURE_H

#include <semaphore.h>

#include "http_fixture.h"

#define PUT(...) (&(weft_http_request){.method = "PUT", .path = "/x", __VA_ARGS__})
#define GET(...) (&(weft_http_request){.method = "GET", .path = "/x", __VA_ARGS__})

enum { PIECES_BYTES = 1300 * 1000 }; /* several pieces, the last one short */

/* ---- libuv's pool, of one thread that the tests may hold ------------------------------------------------------- */

__attribute__((constructor)) static void make_pool_small(void)
{
    setenv("UV_THREADPOOL_SIZE", "1", 1);
}

typedef struct held_pool {
    uv_work_t work;
    sem_t released;
    bool is_held;
    atomic_bool has_thread; /* what was given to the pool before is done */
} held_pool;

static held_pool pool;

static inline void on_pool_thread(uv_work_t *work)
{
    (void)work;
    atomic_store(&pool.has_thread, true);
    while (sem_wait(&pool.released) != 0)
        ;
}

static inline void on_pool_free(uv_work_t *work, int status)
{
    (void)work;
    (void)status;
    sem_destroy(&pool.released);
}

/* What is given to the pool from now on waits for release_pool(). */
static inline void hold_pool(fixture *fx)
{
    sem_init(&pool.released, 0, 0);
    atomic_store(&pool.has_thread, false);
    pool.is_held = uv_queue_work(&fx->rig.loop.uv, &pool.work, on_pool_thread, on_pool_free) == 0;
}

static inline void release_pool(void)
{
    if (pool.is_held)
        sem_post(&pool.released);
    pool.is_held = false;
}

static inline void turn(fixture *fx, unsigned times)
{
    while (times-- > 0)
        uv_run(&fx->rig.loop.uv, UV_RUN_NOWAIT);
}

/* Runs until work of the library's stands behind what holds the pool. */
static inline void turn_until_pool_is_wanted(fixture *fx)
{
    while (!pool.is_held || !atomic_load(&pool.has_thread))
        turn(fx, 1);
    turn(fx, 3); /* what was done before is told */
    while (fx->rig.loop.uv.active_reqs.count < 2)
        turn(fx, 1);
}

/* ---- what goes to and comes from files ------------------------------------------------------------------------- */

static char pattern[8 * 1024 * 1024];

static inline void make_pattern(size_t len)
{
    for (size_t i = 0; i < len; i++)
        pattern[i] = (char)(i % 251 + i / 65536);
}

static inline const char *pattern_file(const fixture *fx, size_t len)
{
    make_pattern(len);
    return fixture_write(fx, "source", pattern, len);
}

/* Whether a request that the server has read ends with the pattern. */
static inline bool has_pattern(const fixture *fx, size_t request, size_t len)
{
    size_t request_len;
    const char *text = fault_server_request(fx->rig.server, request, &request_len);
    const char *body = text ? strstr(text, "\r\n\r\n") : NULL;

    return body && request_len - (size_t)(body + 4 - text) == len && memcmp(body + 4, pattern, len) == 0;
}

/* The body of the nth request that the server has read, its chunks put together; static. NULL when it is not chunked,
 * or not to its end. */
static inline const char *chunked_body(const fixture *fx, size_t request, size_t *ret_len)
{
    static char body[sizeof(pattern)];
    const char *at = fault_server_request(fx->rig.server, request, NULL);

    *ret_len = 0;
    if (!at || !strstr(at, "\r\nTransfer-Encoding: chunked\r\n\r\n") || strstr(at, "Content-Length"))
        return NULL;
    at = strstr(at, "\r\n\r\n") + 4;
    for (;;) {
        char *end;
        size_t len = strtoul(at, &end, 16);

        if (end == at || memcmp(end, "\r\n", 2) != 0 || *ret_len + len > sizeof(body))
            return NULL;
        memcpy(body + *ret_len, end + 2, len);
        *ret_len += len;
        at = end + 2 + len;
        if (memcmp(at, "\r\n", 2) != 0)
            return NULL;
        at += 2;
        if (len == 0)
            return body;
    }
}

static inline bool file_is(const fixture *fx, const char *name, const void *bytes, size_t len)
{
    size_t file_len = 0;
    char *text = test_read_file(fixture_path(fx, name), &file_len);
    bool same = text && file_len == len && memcmp(text, bytes, len) == 0;

    free(text);
    return same;
}

#endif

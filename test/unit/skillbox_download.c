/* An execution's files, from the presigned URL onto the disk. */
#include "skillbox_fixture.h"

#include <dirent.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tarball.h"

/* What one download needs: an archive, a server that sends it, a directory to unpack to. */
typedef struct download {
    fixture fx; /* first: `arg` of the call is both */
    tarball ball;
    char base[128];
    char directory[160];
    char head[256];
    script_step steps[8];
    uint64_t received, received_total;
    unsigned progressed;
} download;

static bool make_base(download *dl)
{
    const char *base = getenv("TMPDIR");

    memset(dl, 0, sizeof(*dl));
    snprintf(dl->base, sizeof(dl->base), "%s/weft-download-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(dl->base))
        return false;
    snprintf(dl->directory, sizeof(dl->directory), "%s/out", dl->base);
    tarball_open(&dl->ball, 4 << 20);
    return true;
}

static const char *path_of(const download *dl, const char *name)
{
    static char path[300];

    snprintf(path, sizeof(path), "%s/%s", dl->directory, name);
    return path;
}

/* A server that answers with `len` bytes of the archive, under a head that promises them all. */
static bool serve(download *dl, size_t len)
{
    script_step steps[] = {
        EXPECT("GET /executions/files.tar.gz?X-Amz-Expires=3600&X-Amz-Signature=a%2Fb HTTP/1.1\r\n"),
        AND_LACKS("Authorization"),
        AND_LACKS("X-Tenant-ID"),
        AND_CONTAINS("\r\nAccept: */*\r\n"),
        SEND_DATA(dl->head, 0),
        SEND_DATA(dl->ball.bytes, len),
        CLOSE(),
    };

    if (dl->ball.writer)
        tarball_close(&dl->ball);
    steps[4].len = (size_t)snprintf(dl->head, sizeof(dl->head),
                                    "HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\nContent-Length: %zu\r\n\r\n",
                                    dl->ball.len);
    if (len > dl->ball.len)
        steps[5].len = dl->ball.len;
    memcpy(dl->steps, steps, sizeof(steps));
    return begin(&dl->fx, (fault_script){dl->steps, sizeof(steps) / sizeof(steps[0])}, 1);
}

static const char *files_url(const download *dl)
{
    static char url[256];

    snprintf(url, sizeof(url), "%s/executions/files.tar.gz?X-Amz-Expires=3600&X-Amz-Signature=a%%2Fb",
             fault_server_url(dl->fx.server));
    return url;
}

static weft_call *fetch(download *dl, const weft_skillbox_download_execution_files_options *options)
{
    return weft_skillbox_download_execution_files(dl->fx.client, files_url(dl), dl->directory, options, NULL,
                                                  on_skillbox_download, dl);
}

/* Removes what the test unpacked: files and one level of directories. */
static void remove_all(const char *path)
{
    DIR *directory = opendir(path);

    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        char child[600];

        if (entry->d_name[0] == '.' && (!entry->d_name[1] || entry->d_name[1] == '.'))
            continue;
        snprintf(child, sizeof(child), "%s/%s", path, entry->d_name);
        if (unlink(child) != 0)
            remove_all(child);
    }
    if (directory)
        closedir(directory);
    rmdir(path);
}

static bool finish_all(download *dl)
{
    bool good = end(&dl->fx);

    tarball_free(&dl->ball);
    remove_all(dl->base);
    return good;
}

static bool holds(const download *dl, const char *name, const char *text)
{
    size_t len = 0;
    char *found = test_read_file(path_of(dl, name), &len);
    bool good = found && strcmp(found, text) == 0;

    free(found);
    return good;
}

static unsigned entries_in(const char *path)
{
    DIR *directory = opendir(path);
    unsigned count = 0;

    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count > 2 ? count - 2 : 0;
}

static void on_progress(weft_call *call, uint64_t sent, uint64_t sent_total, uint64_t received, uint64_t received_total,
                        void *arg)
{
    download *dl = arg;

    (void)call;
    (void)sent;
    (void)sent_total;
    dl->received = received;
    dl->received_total = received_total;
    dl->progressed++;
}

TEST(files_are_fetched_without_credentials_and_unpacked)
{
    const weft_skillbox_download *result;
    download dl;

    CHECK(make_base(&dl));
    tarball_put(&dl.ball, "summary.txt", "3 rows\n");
    tarball_put(&dl.ball, "plots/a.png", "PNG");
    CHECK(serve(&dl, SIZE_MAX));
    CHECK(finish(&dl.fx, fetch(&dl, &(weft_skillbox_download_execution_files_options){.on_progress = on_progress})));
    CHECK(!dl.fx.error);
    result = dl.fx.result;
    CHECK(result->files == 2 && result->directories == 1 && result->skipped == 0 && result->bytes == 10);
    CHECK(holds(&dl, "summary.txt", "3 rows\n") && holds(&dl, "plots/a.png", "PNG"));
    CHECK(dl.progressed > 0 && dl.received == dl.ball.len && dl.received_total == dl.ball.len);
    CHECK(finish_all(&dl));
}

TEST(an_execution_without_files_is_done_at_once_and_makes_nothing)
{
    const weft_skillbox_download *result;
    download dl;

    CHECK(make_base(&dl));
    tarball_close(&dl.ball);
    CHECK(begin(&dl.fx, (fault_script){0}, 0));
    CHECK(finish(&dl.fx, weft_skillbox_download_execution_files(dl.fx.client, NULL, dl.directory, NULL, NULL,
                                                                on_skillbox_download, &dl)));
    result = dl.fx.result;
    CHECK(!dl.fx.error && result && result->files == 0);
    CHECK(finish(&dl.fx, weft_skillbox_download_execution_files(dl.fx.client, "", dl.directory, NULL, NULL,
                                                                on_skillbox_download, &dl)));
    CHECK(!dl.fx.error && dl.fx.reports == 2);
    CHECK(access(dl.directory, F_OK) != 0);
    CHECK_EQ(fault_server_connection_count(dl.fx.server), 0);
    CHECK(finish_all(&dl));
}

TEST(an_expired_url_is_an_error_that_shows_no_secret)
{
    static const script_step steps[] = {
        EXPECT("GET /executions/files.tar.gz?"),
        ANSWER_AS("403 Forbidden", "application/xml",
                  "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
    };
    download dl;

    CHECK(make_base(&dl));
    tarball_close(&dl.ball);
    CHECK(begin(&dl.fx, SCRIPT(steps), 1));
    CHECK(finish(&dl.fx, fetch(&dl, NULL)));
    CHECK(dl.fx.error && dl.fx.error->code == WEFT_E_FORBIDDEN && dl.fx.error->http_status == 403);
    CHECK_CONTAINS(dl.fx.error->message, "cannot download the execution's files: GET ");
    CHECK_CONTAINS(dl.fx.error->message, ": 403 Forbidden");
    CHECK(!strstr(dl.fx.error->message, "Signature") && !strstr(dl.fx.error->message, "AccessDenied"));
    CHECK_CONTAINS(dl.fx.error->body.ptr, "Request has expired");
    CHECK(access(dl.directory, F_OK) != 0);
    CHECK(finish_all(&dl));
}

TEST(a_redirect_is_followed_without_credentials)
{
    static const script_step moved[] = {
        EXPECT("GET /executions/files.tar.gz?"),
        SEND("HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere?sig=1\r\nContent-Length: 0\r\n\r\n"),
        CLOSE(),
    };
    script_step there[] = {
        EXPECT("GET /elsewhere?sig=1 HTTP/1.1\r\n"),
        AND_LACKS("Authorization"),
        AND_LACKS("X-Tenant-ID"),
        SEND("HTTP/1.1 200 OK\r\n\r\n"),
        SEND_DATA(NULL, 0),
        CLOSE(),
    };
    download dl;

    CHECK(make_base(&dl));
    tarball_put(&dl.ball, "a", "x");
    tarball_close(&dl.ball);
    there[4].bytes = dl.ball.bytes;
    there[4].len = dl.ball.len;
    CHECK(begin(&dl.fx, SCRIPT(moved), 1));
    fault_server_play(dl.fx.server, SCRIPT(there), 1);
    CHECK(finish(&dl.fx, fetch(&dl, NULL)));
    CHECK(!dl.fx.error && holds(&dl, "a", "x"));
    CHECK(finish_all(&dl));
}

TEST(a_path_that_leads_outside_ends_the_download)
{
    download dl;

    CHECK(make_base(&dl));
    tarball_put(&dl.ball, "good", "x");
    tarball_put(&dl.ball, "../evil", "x");
    CHECK(serve(&dl, SIZE_MAX));
    CHECK(finish(&dl.fx, fetch(&dl, NULL)));
    CHECK(dl.fx.error && dl.fx.error->code == WEFT_E_ARCHIVE);
    CHECK_CONTAINS(dl.fx.error->message, "path traversal detected in tar entry: ../evil");
    CHECK(holds(&dl, "good", "x"));
    CHECK_EQ(entries_in(dl.base), 1);
    CHECK(finish_all(&dl));
}

TEST(limits_are_the_callers)
{
    download dl;

    CHECK(make_base(&dl));
    tarball_put(&dl.ball, "a", "x");
    tarball_put(&dl.ball, "b", "x");
    CHECK(serve(&dl, SIZE_MAX));
    CHECK(finish(&dl.fx, fetch(&dl, &(weft_skillbox_download_execution_files_options){.max_entries = 1})));
    CHECK(dl.fx.error && dl.fx.error->code == WEFT_E_ARCHIVE);
    CHECK_CONTAINS(dl.fx.error->message, "too many entries: b");
    CHECK(finish_all(&dl));
}

/* Text that does not compress away. */
static char *noise(size_t len)
{
    char *bytes = malloc(len);
    unsigned seed = 1;

    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)((seed = seed * 1103515245 + 12345) >> 24);
    return bytes;
}

TEST(a_connection_lost_midway_is_an_error_and_is_not_begun_again)
{
    char *big = noise(1 << 20);
    download dl;

    CHECK(make_base(&dl));
    tarball_put(&dl.ball, "first", "whole");
    tarball_put_as(&dl.ball, "second", AE_IFREG, 0600, NULL, big, 1 << 20);
    CHECK(serve(&dl, 1 << 19));
    dl.fx.client = weft_skillbox_client(
        dl.fx.engine, &(weft_client_options){.base_url = fault_server_url(dl.fx.server), .retries.max_retries = 3},
        NULL);
    CHECK(finish(&dl.fx, fetch(&dl, NULL)));
    CHECK(dl.fx.error && dl.fx.error->code == WEFT_E_CONNECTION_LOST);
    free(big);
    /* What was complete may stay, what was not is gone once the engine has closed. */
    CHECK(end(&dl.fx));
    CHECK(entries_in(dl.directory) <= 1 && access(path_of(&dl, "second"), F_OK) != 0);
    tarball_free(&dl.ball);
    remove_all(dl.base);
}

TEST(an_archive_larger_than_every_buffer_comes_out_whole)
{
    size_t len = 3 << 20;
    char *big = noise(len);
    const weft_skillbox_download *result;
    size_t found_len = 0;
    char *found;
    download dl;

    CHECK(make_base(&dl));
    tarball_put_as(&dl.ball, "big", AE_IFREG, 0600, NULL, big, len);
    CHECK(serve(&dl, SIZE_MAX));
    CHECK(finish(&dl.fx, fetch(&dl, NULL)));
    CHECK(!dl.fx.error);
    result = dl.fx.result;
    CHECK(result->files == 1 && result->bytes == len);
    found = test_read_file(path_of(&dl, "big"), &found_len);
    CHECK(found && found_len == len && memcmp(found, big, len) == 0);
    free(found);
    free(big);
    CHECK(finish_all(&dl));
}

static void cancel_midway(weft_call *call, uint64_t sent, uint64_t sent_total, uint64_t received,
                          uint64_t received_total, void *arg)
{
    on_progress(call, sent, sent_total, received, received_total, arg);
    if (received > 1 << 18)
        weft_call_cancel(call);
}

TEST(a_download_that_is_cancelled_leaves_no_incomplete_file)
{
    char *big = noise(1 << 20);
    download dl;

    CHECK(make_base(&dl));
    tarball_put_as(&dl.ball, "big", AE_IFREG, 0600, NULL, big, 1 << 20);
    free(big);
    CHECK(serve(&dl, SIZE_MAX));
    CHECK(finish(&dl.fx, fetch(&dl, &(weft_skillbox_download_execution_files_options){.on_progress = cancel_midway})));
    CHECK(dl.fx.error && dl.fx.error->code == WEFT_E_CANCELLED);
    CHECK(end(&dl.fx));
    CHECK_EQ(entries_in(dl.directory), 0);
    tarball_free(&dl.ball);
    remove_all(dl.base);
}

TEST(an_engine_that_closes_midway_waits_for_the_disk)
{
    char *big = noise(1 << 20);
    download dl;

    CHECK(make_base(&dl));
    tarball_put_as(&dl.ball, "big", AE_IFREG, 0600, NULL, big, 1 << 20);
    free(big);
    CHECK(serve(&dl, SIZE_MAX));
    CHECK(fetch(&dl, &(weft_skillbox_download_execution_files_options){.on_progress = on_progress}));
    CHECK_UNTIL(&dl.fx.loop, dl.received >= 1 << 17);
    CHECK(end(&dl.fx));
    CHECK(dl.fx.reports == 1);
    weft_call_unref(dl.fx.call); /* told while the engine closed, and good beyond that */
    CHECK_EQ(entries_in(dl.directory), 0);
    tarball_free(&dl.ball);
    remove_all(dl.base);
}

/* ---- libuv's pool, of one thread, kept from working ------------------------------------------------------------ */

__attribute__((constructor)) static void make_pool_small(void)
{
    setenv("UV_THREADPOOL_SIZE", "1", 1);
}

static sem_t released;

static void wait_for_release(uv_work_t *work)
{
    (void)work;
    while (sem_wait(&released) != 0)
        ;
}

static void on_released(uv_work_t *work, int status)
{
    (void)work;
    (void)status;
    sem_destroy(&released);
}

/* Who limits the rate by pausing must not lift what the disk holds back: what waits for it has a limit. */
TEST(a_download_that_is_resumed_still_waits_for_the_disk)
{
    enum { SIZE = 3 << 20 };
    char *big = noise(SIZE);
    static uv_work_t blocker;
    weft_call *call;
    download dl;

    CHECK(make_base(&dl));
    tarball_put_as(&dl.ball, "big", AE_IFREG, 0600, NULL, big, SIZE);
    free(big);
    CHECK(serve(&dl, SIZE_MAX));
    CHECK_EQ(sem_init(&released, 0, 0), 0);
    CHECK_EQ(uv_queue_work(&dl.fx.loop.uv, &blocker, wait_for_release, on_released), 0);
    call = fetch(&dl, &(weft_skillbox_download_execution_files_options){.on_progress = on_progress});
    CHECK_UNTIL(&dl.fx.loop, dl.received >= 1 << 16);
    for (int i = 0; i < 200 && dl.fx.reports == 0; i++) {
        weft_call_pause(call);
        weft_call_resume(call);
        uv_run(&dl.fx.loop.uv, UV_RUN_NOWAIT);
    }
    sem_post(&released);
    CHECK(finish(&dl.fx, call));
    CHECK(!dl.fx.error);
    CHECK_EQ(dl.received, dl.ball.len);
    CHECK(finish_all(&dl));
}

/* Whoever is called back may remove the directory: nobody writes into it any more. */
TEST(a_download_that_ends_midway_is_reported_when_nothing_touches_the_disk_any_more)
{
    enum { SIZE = 1 << 20 };
    static uv_work_t blocker;

    for (int is_closed = 0; is_closed < 2; is_closed++) {
        char *big = noise(SIZE);
        weft_call *call;
        download dl;

        CHECK(make_base(&dl));
        tarball_put_as(&dl.ball, "big", AE_IFREG, 0600, NULL, big, SIZE);
        free(big);
        CHECK(serve(&dl, SIZE_MAX));
        CHECK_EQ(sem_init(&released, 0, 0), 0);
        CHECK_EQ(uv_queue_work(&dl.fx.loop.uv, &blocker, wait_for_release, on_released), 0);
        call = fetch(&dl, &(weft_skillbox_download_execution_files_options){.on_progress = on_progress});
        CHECK_UNTIL(&dl.fx.loop, dl.received >= 1 << 16);
        if (is_closed)
            weft_client_close(dl.fx.client, NULL, NULL);
        else
            weft_call_cancel(call);
        test_loop_turns(&dl.fx.loop, 50);
        CHECK_EQ(dl.fx.reports, 0);
        sem_post(&released);
        CHECK(finish(&dl.fx, call));
        CHECK(dl.fx.error && dl.fx.error->code == (is_closed ? WEFT_E_CLOSED : WEFT_E_CANCELLED));
        CHECK_EQ(entries_in(dl.directory), 0);
        CHECK(finish_all(&dl));
    }
}

TEST(downloads_into_one_directory_do_not_disturb_each_other)
{
    enum { DOWNLOADS = 8 };
    script_step steps[] = {
        EXPECT("GET /executions/files.tar.gz?"),
        SEND("HTTP/1.1 200 OK\r\n\r\n"),
        SEND_DATA(NULL, 0),
        CLOSE(),
    };
    download dl;

    CHECK(make_base(&dl));
    tarball_put(&dl.ball, "same", "content");
    tarball_close(&dl.ball);
    steps[2].bytes = dl.ball.bytes;
    steps[2].len = dl.ball.len;
    CHECK(begin(&dl.fx, SCRIPT(steps), DOWNLOADS));
    for (int i = 0; i < DOWNLOADS; i++)
        CHECK(fetch(&dl, NULL));
    while (dl.fx.reports < DOWNLOADS) {
        CHECK(finish(&dl.fx, dl.fx.call ? dl.fx.call : (weft_call *)&dl));
        CHECK(!dl.fx.error);
    }
    CHECK(holds(&dl, "same", "content"));
    CHECK_EQ(entries_in(dl.directory), 1);
    CHECK(finish_all(&dl));
}

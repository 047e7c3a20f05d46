/* Calls with files that wait for a connection hold next to nothing: what moves bytes is made when there are some. */
#include "file_fixture.h"
#include "http/gzip.h"

enum { CALLS = 200, MOST_BYTES_EACH = 2048 };

typedef struct crowd {
    fixture fx;
    weft_client *skillbox;
    call_outcome outcomes[CALLS];
} crowd;

typedef void submit_one(crowd *all, unsigned number);

static void upload_one(crowd *all, unsigned number)
{
    weft_http_send(all->fx.rig.client, PUT(.body.file_path = fixture_path(&all->fx, "source")), NULL, on_http_outcome,
                   &all->outcomes[number]);
}

static void upload_form(crowd *all, unsigned number)
{
    weft_part parts[] = {{.name = "name", .value = "v"}, {.name = "f", .file_path = fixture_path(&all->fx, "source")}};

    weft_http_send(all->fx.rig.client, PUT(.body = {.parts = parts, .parts_count = 2}), NULL, on_http_outcome,
                   &all->outcomes[number]);
}

static void save_one(crowd *all, unsigned number)
{
    char name[16];

    snprintf(name, sizeof(name), "%u", number);
    weft_http_send(all->fx.rig.client, GET(.save_to = fixture_path(&all->fx, name)), NULL, on_http_outcome,
                   &all->outcomes[number]);
}

static void unpack_one(crowd *all, unsigned number)
{
    char url[128];

    snprintf(url, sizeof(url), "%s/archive", fault_server_url(all->fx.rig.server));
    weft_skillbox_download_execution_files(all->skillbox, url, fixture_path(&all->fx, "out"), NULL, NULL,
                                           on_skillbox_download_outcome, &all->outcomes[number]);
}

static unsigned descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    unsigned count = 0;

    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count;
}

static void turn_until_queued(crowd *all, uint32_t count)
{
    CHECK_UNTIL(&all->fx.rig.loop, rig_stats(&all->fx.rig).calls_queued >= count);
    turn(&all->fx, 5);
}

/* Behind one call that has the only connection; then they are cancelled, and all is as before. */
static bool waits_lightly(const char *what, submit_one *submit)
{
    static const script_step steps[] = {EXPECT("GET /x HTTP/1.1\r\n"), HOLD()};
    static crowd all;
    unsigned open_before, open_meanwhile;
    long bytes_before, each;
    bool ok;

    memset(&all, 0, sizeof(all));
    if (!fixture_open_on(&all.fx, &(weft_engine_options){.max_connections_per_origin = 1}, NULL))
        return false;
    pattern_file(&all.fx, PIECES_BYTES);
    all.skillbox = weft_skillbox_client(all.fx.rig.engine,
                                        &(weft_client_options){.base_url = fault_server_url(all.fx.rig.server)}, NULL);
    fault_server_play(all.fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&all.fx, GET());
    UNTIL_OR(&all.fx.rig.loop, fault_server_request_count(all.fx.rig.server) > 0, return false);
    open_before = descriptors();
    bytes_before = atomic_load(&all.fx.rig.memory.bytes);
    for (unsigned i = 0; i < CALLS; i++)
        submit(&all, i);
    turn_until_queued(&all, CALLS);
    each = (atomic_load(&all.fx.rig.memory.bytes) - bytes_before) / CALLS;
    open_meanwhile = descriptors();
    ok = each <= MOST_BYTES_EACH && open_meanwhile == open_before;
    if (!ok)
        test_fail(__FILE__, __LINE__, "%s: %ld bytes each, %u descriptors instead of %u", what, each, open_meanwhile,
                  open_before);
    weft_client_close(all.fx.rig.client, NULL, NULL);
    weft_client_close(all.skillbox, NULL, NULL);
    ok = rig_run(&all.fx.rig) && ok;
    for (unsigned i = 0; i < CALLS; i++)
        ok = ok && all.outcomes[i].count == 1 && all.outcomes[i].code == WEFT_E_CLOSED;
    return fixture_end(&all.fx) && ok;
}

TEST(upload_that_waits_for_a_connection_holds_two_kibibytes_and_no_descriptor)
{
    CHECK(waits_lightly("upload", upload_one));
    CHECK(waits_lightly("form", upload_form));
}

TEST(download_that_waits_for_a_connection_holds_two_kibibytes_and_no_descriptor)
{
    CHECK(waits_lightly("save", save_one));
    if (!weft__gzip_is_supported())
        SKIP("built without zlib, which archives take");
    CHECK(waits_lightly("archive", unpack_one));
}

/* Whether this process has the file open. */
static bool is_open(const fixture *fx, const char *name)
{
    DIR *directory = opendir("/proc/self/fd");
    const char *path = fixture_path(fx, name);
    char link[300], target[400];
    bool found = false;

    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        ssize_t len;

        snprintf(link, sizeof(link), "/proc/self/fd/%.200s", entry->d_name);
        len = readlink(link, target, sizeof(target) - 1);
        target[len < 0 ? 0 : len] = '\0';
        found = found || strcmp(target, path) == 0;
    }
    if (directory)
        closedir(directory);
    return found;
}

static void note_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)call;
    (void)error;
    (void)delay_ms;
    *(bool *)arg = true;
}

TEST(upload_that_waits_for_its_next_attempt_has_given_back_what_the_last_one_held)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), EXPECT("PUT /x"),
                                        SEND("HTTP/1.1 503 Busy\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"),
                                        HOLD()};
    bool is_waiting = false;
    long before;
    fixture fx;

    CHECK(fixture_open(&fx, &(weft_client_options){.on_retry = note_retry, .hook_arg = &is_waiting}));
    fault_server_play(fx.rig.server, SCRIPT(steps), 1);
    CHECK(fixture_ask(&fx, GET()));
    before = atomic_load(&fx.rig.memory.bytes);
    fixture_send(&fx, PUT(.body.file_path = pattern_file(&fx, PIECES_BYTES)));
    CHECK_UNTIL(&fx.rig.loop, is_waiting || fx.outcome.count > 0);
    turn(&fx, 3);
    CHECK_EQ(fx.outcome.count, 0);
    CHECK(atomic_load(&fx.rig.memory.bytes) - before < 64 * 1024);
    CHECK(!is_open(&fx, "source"));
    weft_call_cancel(fx.call);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_CANCELLED);
    CHECK(fixture_end(&fx));
}

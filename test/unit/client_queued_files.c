/* Calls with files that wait for a connection hold next to nothing: what moves bytes is made when there are some. */
#include "file_fixture.h"

enum { CALLS = 200, MOST_BYTES_EACH = 2048 };

typedef struct crowd {
    fixture fx;
    weft_client *skillbox;
    call_outcome outcomes[CALLS];
} crowd;

typedef void submit_one(crowd *all, unsigned number);

static void upload_one(crowd *all, unsigned number)
{
    weft_http_request_send(all->fx.rig.client, PUT(.body.file_path = fixture_path(&all->fx, "source")), NULL,
                           on_outcome, &all->outcomes[number]);
}

static void upload_form(crowd *all, unsigned number)
{
    weft_part parts[] = {{.name = "name", .value = "v"}, {.name = "f", .file_path = fixture_path(&all->fx, "source")}};

    weft_http_request_send(all->fx.rig.client, PUT(.body = {.parts = parts, .parts_count = 2}), NULL, on_outcome,
                           &all->outcomes[number]);
}

static void save_one(crowd *all, unsigned number)
{
    char name[16];

    snprintf(name, sizeof(name), "%u", number);
    weft_http_request_send(all->fx.rig.client, GET(.save_to = fixture_path(&all->fx, name)), NULL, on_outcome,
                           &all->outcomes[number]);
}

static void unpack_one(crowd *all, unsigned number)
{
    char url[128];

    snprintf(url, sizeof(url), "%s/archive", fault_server_url(all->fx.rig.server));
    weft_skillbox_download_files(all->skillbox, url, fixture_path(&all->fx, "out"), NULL, NULL, on_outcome,
                                 &all->outcomes[number]);
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
    while (rig_stats(&all->fx.rig).calls_queued < count)
        uv_run(&all->fx.rig.loop.uv, UV_RUN_ONCE);
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
    all.skillbox = weft_skillbox_client(
        all.fx.rig.engine, &(weft_client_options){.base_url = fault_server_url(all.fx.rig.server)}, NULL, NULL);
    fault_server_play(all.fx.rig.server, SCRIPT(steps), 1);
    fixture_send(&all.fx, GET());
    while (fault_server_request_count(all.fx.rig.server) == 0)
        uv_run(&all.fx.rig.loop.uv, UV_RUN_ONCE);
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
    CHECK(waits_lightly("archive", unpack_one));
}

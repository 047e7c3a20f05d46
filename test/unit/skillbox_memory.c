/* Every allocation of a call to Skillbox fails once: an outcome each time, and nothing left behind. */
#include "client_rig.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* gzip of a tar of one file "a" that holds "x". */
static const unsigned char archive[] = {
    31,  139, 8,   0,  0,   0,   0,  0,  2,  3,   75,  100, 160, 61, 48,  0,   2,  51,  19,
    19,  48,  13,  4,  232, 52,  16, 24, 34, 177, 65,  226, 102, 6,  230, 230, 12, 10,  6,
    116, 112, 27,  67, 105, 113, 73, 98, 17, 208, 74,  134, 145, 9,  42,  24,  70, 193, 40,
    24,  5,   163, 96, 20,  140, 68, 0,  0,  197, 121, 225, 131, 0,  8,   0,   0,
};

typedef weft_call *submit_fn(weft_client *client, const char *url, call_outcome *outcome);

static char directory[128];

static weft_call *submit_download(weft_client *client, const char *url, call_outcome *outcome)
{
    return weft_skillbox_download_execution_files(client, url, directory, NULL, NULL, on_skillbox_download_outcome,
                                                  outcome);
}

static weft_call *submit_no_download(weft_client *client, const char *url, call_outcome *outcome)
{
    (void)url;
    return weft_skillbox_download_execution_files(client, "", directory, NULL, NULL, on_skillbox_download_outcome,
                                                  outcome);
}

static weft_call *submit_run(weft_client *client, const char *url, call_outcome *outcome)
{
    weft_skillbox_run_request request = {.skill = "s", .input = "[1]"};

    (void)url;
    return weft_skillbox_run(client, &request, NULL, on_skillbox_execution_outcome, outcome);
}

static weft_call *submit_list(weft_client *client, const char *url, call_outcome *outcome)
{
    (void)url;
    return weft_skillbox_list_skills(client, &(weft_skillbox_list_skills_options){.status = "all"}, NULL,
                                     on_skillbox_skill_list_outcome, outcome);
}

static weft_call *submit_logs(weft_client *client, const char *url, call_outcome *outcome)
{
    (void)url;
    return weft_skillbox_get_execution_logs(client, "1", NULL, on_text_outcome, outcome);
}

static weft_call *submit_register(weft_client *client, const char *url, call_outcome *outcome)
{
    (void)url;
    return weft_skillbox_register_skill(client, &(weft_skillbox_upload){.bytes = "PK", .bytes_len = 2}, NULL,
                                        on_skillbox_accepted_skill_outcome, outcome);
}

static weft_call *submit_content(weft_client *client, const char *url, call_outcome *outcome)
{
    (void)url;
    return weft_skillbox_download_file(client, "f", NULL, NULL, on_http_outcome, outcome);
}

/* One call with the `n`th allocation after its engine failing. `*ret_done`: there was no nth, and all went well. */
static bool survives(submit_fn *submit, fault_script script, unsigned long n, weft_code wanted, bool *ret_done)
{
    call_outcome outcome = {0};
    weft_client *client;
    char url[160];
    client_rig rig;

    *ret_done = false;
    if (!rig_open_bare(&rig, NULL) || !rig_engine(&rig, NULL))
        return false;
    snprintf(url, sizeof(url), "%s/files?sig=1", fault_server_url(rig.server));
    fault_server_play(rig.server, script, 0);
    rig.memory.fail_at = atomic_load(&rig.memory.count) + n;
    client = weft_skillbox_client(rig.engine,
                                  &(weft_client_options){.base_url = fault_server_url(rig.server),
                                                         .token = "sk-1",
                                                         .retries.max_retries = WEFT_NO_RETRIES},
                                  &rig.error);
    if (client && weft_skillbox_set_tenant(client, "t", &rig.error) && submit(client, url, &outcome)) {
        if (!rig_run(&rig) || outcome.count != 1)
            return false;
        *ret_done = outcome.code == wanted && atomic_load(&rig.memory.count) < rig.memory.fail_at;
    }
    rig.memory.fail_at = 0;
    return rig_end(&rig);
}

static bool survives_all(submit_fn *submit, fault_script script, weft_code wanted)
{
    bool done = false;

    for (unsigned long n = 1; n < 200 && !done; n++)
        if (!survives(submit, script, n, wanted, &done))
            return false;
    return done;
}

#define ANSWERS(status, body)                                                                                          \
    EXPECT("HTTP/1.1\r\n"), SEND("HTTP/1.1 " status "\r\nContent-Type: application/json\r\n\r\n" body), CLOSE()

TEST(every_failing_allocation_of_a_plain_call_ends_in_an_outcome)
{
    static const script_step result[] = {
        ANSWERS("200 OK", "{\"execution_id\":\"1\",\"status\":\"success\",\"files_list\":[\"a\",\"b\"],\"output\":{}}"),
    };
    static const script_step crash[] = {
        ANSWERS("500 Internal Server Error", "{\"execution_id\":\"\",\"status\":\"failed\",\"error\":\"why\"}"),
    };
    static const script_step list[] = {ANSWERS("200 OK", "[{\"name\":\"a\"},null,{\"name\":\"b\"}]")};
    static const script_step logs[] = {ANSWERS("200 OK", "{\"logs\":\"x\"}")};
    static const script_step accepted[] = {ANSWERS("202 Accepted", "{\"name\":\"a\",\"status\":\"pending\"}")};
    static const script_step content[] = {ANSWERS("200 OK", "bytes")};

    CHECK(survives_all(submit_run, SCRIPT(result), WEFT_OK));
    CHECK(survives_all(submit_run, SCRIPT(crash), WEFT_E_EXECUTION_FAILED));
    CHECK(survives_all(submit_list, SCRIPT(list), WEFT_OK));
    CHECK(survives_all(submit_logs, SCRIPT(logs), WEFT_OK));
    CHECK(survives_all(submit_register, SCRIPT(accepted), WEFT_OK));
    CHECK(survives_all(submit_content, SCRIPT(content), WEFT_OK));
}

TEST(every_failing_allocation_of_a_download_ends_in_an_outcome)
{
    static const script_step steps[] = {
        EXPECT("GET /files?sig=1 HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\n\r\n"),
        SEND_DATA((const char *)archive, sizeof(archive)),
        CLOSE(),
    };
    const char *base = getenv("TMPDIR");
    char path[160];

    snprintf(directory, sizeof(directory), "%s/weft-memory-XXXXXX", base ? base : "/tmp");
    CHECK(mkdtemp(directory) != NULL);
    snprintf(path, sizeof(path), "%s/a", directory);
    CHECK(survives_all(submit_no_download, SCRIPT(steps), WEFT_OK));
    CHECK(access(path, F_OK) != 0);
#ifdef WEFT_HAVE_ZLIB
    CHECK(survives_all(submit_download, SCRIPT(steps), WEFT_OK));
    CHECK(unlink(path) == 0);
#else
    CHECK(survives_all(submit_download, SCRIPT(steps), WEFT_E_UNSUPPORTED));
#endif
    CHECK(rmdir(directory) == 0); /* nothing incomplete is left */
}

/* The whole of Skillbox, from its client to the simulated server and back. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "sim_fixture.h"
#include "tarball.h"

static const char *const plain[] = {"--service", "skillbox", "--job-pending", "0", "--job-duration", "0", NULL};

static bool begin_with(fixture *fx, const char *const *arguments, const char *key, const char *tenant)
{
    if (!begin_sim(fx, arguments))
        return false;
    fx->client = weft_skillbox_client(
        fx->engine,
        &(weft_client_options){.base_url = sim.base_url, .token = key, .retries.max_retries = WEFT_NO_RETRIES}, NULL);
    return fx->client && weft_skillbox_set_tenant(fx->client, tenant, NULL);
}

static bool begin(fixture *fx)
{
    return begin_with(fx, plain, "sk-test", "tenant-42");
}

/* Runs a call and wants a success. */
static bool succeed(fixture *fx, const weft_call *call)
{
    if (!finish(fx, call))
        return false;
    if (fx->error)
        test_fail(__FILE__, __LINE__, "%s", fx->error->message);
    return !fx->error;
}

/* Runs a call and wants this failure. */
static bool fails(fixture *fx, const weft_call *call, weft_code code, const char *word, const char *message)
{
    if (!finish(fx, call))
        return false;
    if (!fx->error || fx->error->code != code || !strstr(fx->error->message, message) ||
        (word && (!fx->error->server_code || strcmp(fx->error->server_code, word) != 0))) {
        test_fail(__FILE__, __LINE__, "not %s \"%s\" but: %s", weft_code_name(code), message,
                  fx->error ? fx->error->message : "a success");
        return false;
    }
    return true;
}

/* Ends all; false, with the test failed, when the simulator found something malformed in what it was sent, unless
 * that was meant. */
static bool end_with(fixture *fx, bool wrong)
{
    int count = malformed(fx);
    bool good = wrong ? count > 0 : count == 0;

    if (!good)
        test_fail(__FILE__, __LINE__, "%d requests were malformed", count);
    return end_sim(fx) && good;
}

static weft_call *run(fixture *fx, const char *skill, const char *input)
{
    weft_skillbox_run_request request = {.skill = skill, .input = input};

    return weft_skillbox_run(fx->client, &request, NULL, on_skillbox_execution, fx);
}

/* ---- Runs -------------------------------------------------------------------------------------------- */

TEST(a_run_is_looked_up_again_by_its_id)
{
    const weft_skillbox_execution *result;
    char id[64];
    fixture fx;

    CHECK(begin(&fx));
    CHECK(succeed(&fx, weft_skillbox_get_health(fx.client, NULL, on_done, &fx)));
    CHECK(succeed(&fx, weft_skillbox_get_readiness(fx.client, NULL, on_skillbox_readiness, &fx)));
    CHECK(is(((const weft_skillbox_readiness *)fx.result)->status, "ready"));
    CHECK(succeed(&fx, run(&fx, "data-analysis", "{\"data\":[1,2,3]}")));
    result = fx.result;
    CHECK(weft_skillbox_execution_is_completed(result) && weft_skillbox_execution_has_files(result));
    CHECK_CONTAINS(result->output.ptr, "{\"data\":[1,2,3]}");
    snprintf(id, sizeof(id), "%s", result->execution_id.ptr);
    CHECK(succeed(&fx, weft_skillbox_get_execution(fx.client, id, NULL, on_skillbox_execution, &fx)));
    result = fx.result;
    CHECK(is(result->execution_id, id) && is(result->skill_name, "data-analysis") &&
          is(result->tenant_id, "tenant-42"));
    CHECK(weft_time_parse(result->created_at) != WEFT_TIME_NONE);
    CHECK(weft_time_parse(result->finished_at) >= weft_time_parse(result->created_at));
    CHECK(succeed(&fx, weft_skillbox_get_execution_logs(fx.client, id, NULL, on_text, &fx)));
    CHECK_CONTAINS(((const weft_str *)fx.result)->ptr, "Analysis complete");
    CHECK(end_with(&fx, false));
}

TEST(runs_end_as_their_input_asks)
{
    weft_skillbox_run_request request = {.skill = "data-analysis", .version = "9.9.9"};
    const weft_skillbox_execution *result;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(succeed(&fx, run(&fx, "data-analysis", "{\"sim\":\"fail\"}")));
    result = fx.result;
    CHECK(is(result->status, "failed") && is(result->error, "command exited with code 1"));
    CHECK(succeed(&fx, run(&fx, "data-analysis", "{\"sim\":\"timeout\"}")));
    CHECK(weft_skillbox_execution_is_timed_out(fx.result));
    CHECK(fails(&fx, run(&fx, "data-analysis", "{\"sim\":\"crash\"}"), WEFT_E_EXECUTION_FAILED, NULL,
                "creating execution record: connection refused"));
    CHECK(succeed(&fx, run(&fx, "data-analysis", "{\"sim\":\"quiet\"}")));
    result = fx.result;
    CHECK(weft_skillbox_execution_is_completed(result) && !result->output.ptr &&
          !weft_skillbox_execution_has_files(result));
    CHECK(fails(&fx, weft_skillbox_get_execution(fx.client, result->execution_id.ptr, NULL, on_skillbox_execution, &fx),
                WEFT_E_SERVER_ERROR, "internal_error", "failed to retrieve execution"));
    CHECK(fails(&fx, run(&fx, "nowhere", NULL), WEFT_E_NOT_FOUND, "not_found", "skill not found: nowhere@latest"));
    CHECK(fails(&fx, run(&fx, "in-review", NULL), WEFT_E_CONFLICT, "skill_not_available", "(status: review)"));
    CHECK(succeed(&fx, weft_skillbox_run(fx.client, &request, NULL, on_skillbox_execution, &fx)));
    CHECK_CONTAINS(((const weft_skillbox_execution *)fx.result)->error.ptr, "loading skill: ");
    request =
        (weft_skillbox_run_request){.skill = "data-analysis", .env = &(weft_pair){"LD_PRELOAD", "x"}, .env_count = 1};
    CHECK(succeed(&fx, weft_skillbox_run(fx.client, &request, NULL, on_skillbox_execution, &fx)));
    CHECK(is(((const weft_skillbox_execution *)fx.result)->error, "env var \"LD_PRELOAD\" is not allowed"));
    CHECK(fails(&fx,
                weft_skillbox_get_execution(fx.client, "00000000-0000-4000-8000-0000000000ff", NULL,
                                            on_skillbox_execution, &fx),
                WEFT_E_NOT_FOUND, "not_found", "execution not found"));
    CHECK(end_with(&fx, false));
}

/* ---- Archives ---------------------------------------------------------------------------------------- */

static char directory[128];

static bool make_directory(void)
{
    const char *base = getenv("TMPDIR");

    snprintf(directory, sizeof(directory), "%s/weft-sim-XXXXXX", base ? base : "/tmp");
    return mkdtemp(directory) != NULL;
}

static const char *path_of(const char *name)
{
    static char path[192];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    return path;
}

/* One run whose files are fetched; the run's result lives no longer than the download's beginning. */
static bool run_and_fetch(fixture *fx, const char *input)
{
    const weft_skillbox_execution *result;

    if (!succeed(fx, run(fx, "data-analysis", input)))
        return false;
    result = fx->result;
    return finish(fx, weft_skillbox_download_execution_files(fx->client, result->files_url.ptr, directory, NULL, NULL,
                                                             on_skillbox_download, fx));
}

TEST(files_of_a_run_are_unpacked_and_hostile_ones_are_not)
{
    const weft_skillbox_download *download;
    char *summary;
    size_t len;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(make_directory());
    CHECK(run_and_fetch(&fx, "{}") && !fx.error);
    download = fx.result;
    CHECK(download->files == 2 && download->directories == 1);
    summary = test_read_file(path_of("summary.txt"), &len);
    CHECK_CONTAINS(summary, "execution ");
    free(summary);
    CHECK(access(path_of("plots/a.png"), R_OK) == 0);
    CHECK(run_and_fetch(&fx, "{\"sim\":\"traversal\"}"));
    CHECK(fx.error && fx.error->code == WEFT_E_ARCHIVE);
    CHECK_CONTAINS(fx.error->message, "path traversal detected in tar entry: ../evil.txt");
    CHECK(run_and_fetch(&fx, "{\"sim\":\"truncated\"}"));
    CHECK(fx.error && fx.error->code == WEFT_E_ARCHIVE);
    CHECK(run_and_fetch(&fx, "{\"sim\":\"expired\"}"));
    CHECK(fx.error && fx.error->code == WEFT_E_FORBIDDEN);
    CHECK_CONTAINS(fx.error->body.ptr, "Request has expired");
    CHECK(run_and_fetch(&fx, "{\"sim\":\"quiet\"}") && !fx.error);
    CHECK(end_with(&fx, false));
    unlink(path_of("plots/a.png"));
    rmdir(path_of("plots"));
    unlink(path_of("summary.txt"));
    CHECK(rmdir(directory) == 0);
}

/* ---- Skills ------------------------------------------------------------------------------------------ */

/* A zip of these pairs of path and text, in memory that the caller frees. */
static char *zip_of(const char *const *files, size_t *ret_len)
{
    tarball ball = {.writer = archive_write_new(), .bytes = malloc(1 << 16), .cap = 1 << 16};

    archive_write_set_format_zip(ball.writer);
    archive_write_set_bytes_in_last_block(ball.writer, 1);
    archive_write_open_memory(ball.writer, ball.bytes, ball.cap, &ball.len);
    for (; *files; files += 2)
        tarball_put(&ball, files[0], files[1]);
    tarball_close(&ball);
    *ret_len = ball.len;
    return ball.bytes;
}

#define SKILL_MD(name, description) "---\nname: " name "\ndescription: " description "\nversion: 1.0.0\n---\n# How\n"

static weft_call *register_zip(fixture *fx, const char *const *files)
{
    weft_skillbox_upload archive = {.name = "skill.zip"};
    size_t len;
    char *zip = zip_of(files, &len);
    weft_call *call;

    archive.bytes = zip;
    archive.bytes_len = len;
    call = weft_skillbox_register_skill(fx->client, &archive, NULL, on_skillbox_accepted_skill, fx);
    free(zip);
    return call;
}

TEST(a_zip_becomes_a_skill_that_runs)
{
    static const char *const files[] = {"mine/SKILL.md", SKILL_MD("mine", "d"), "mine/main.py", "print(1)\n", NULL};
    const weft_skillbox_accepted_skill *accepted;
    const weft_skillbox_skill_with_instructions *detail;
    const weft_skillbox_skill_file_list *list;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(succeed(&fx, register_zip(&fx, files)));
    accepted = fx.result;
    CHECK(is(accepted->name, "mine") && is(accepted->version, "1.0.0") && is(accepted->status, "pending"));
    CHECK(succeed(&fx, register_zip(&fx, files)));
    accepted = fx.result;
    CHECK(is(accepted->version, "1.0.1")); /* minted, for the other is there */
    CHECK(
        succeed(&fx, weft_skillbox_get_skill(fx.client, "mine", NULL, NULL, on_skillbox_skill_with_instructions, &fx)));
    detail = fx.result;
    CHECK(is(detail->version, "1.0.1") && is(detail->instructions, "# How\n") && detail->resources_count == 2);
    CHECK(succeed(&fx, weft_skillbox_list_skill_files(fx.client, "mine",
                                                      &(weft_skillbox_list_skill_files_options){.version = "1.0.0"},
                                                      NULL, on_skillbox_skill_file_list, &fx)));
    list = fx.result;
    CHECK(list->count == 2 && is(list->items[1].path, "main.py") && list->items[1].size_bytes == 9);
    CHECK(succeed(&fx, run(&fx, "mine", "{}")));
    CHECK(weft_skillbox_execution_is_completed(fx.result));
    CHECK(end_with(&fx, false));
}

TEST(zips_that_are_no_skills_are_refused_in_the_servers_words)
{
    static const char *const none[] = {"readme", "x", NULL};
    static const char *const unnamed[] = {"SKILL.md", "---\ndescription: d\n---\n", NULL};
    static const char *const evil[] = {"SKILL.md", SKILL_MD("n", "d"), "../x", "y", NULL};
    static const char *const blocked[] = {"SKILL.md", SKILL_MD("blocked-one", "d"), NULL};
    static const char *const bomb[] = {"SKILL.md", SKILL_MD("n", "sim:bomb"), NULL};
    weft_skillbox_upload text = {.bytes = "no zip", .bytes_len = 6};
    fixture fx;

    CHECK(begin(&fx));
    CHECK(fails(&fx, weft_skillbox_register_skill(fx.client, &text, NULL, on_skillbox_accepted_skill, &fx),
                WEFT_E_BAD_REQUEST, "invalid_skill", "invalid zip archive"));
    CHECK(fails(&fx, weft_skillbox_validate_skill(fx.client, &text, NULL, on_skillbox_validation, &fx),
                WEFT_E_BAD_REQUEST, "invalid_skill", "invalid zip archive"));
    CHECK(fails(&fx, register_zip(&fx, none), WEFT_E_BAD_REQUEST, "invalid_skill", "must contain a SKILL.md"));
    CHECK(fails(&fx, register_zip(&fx, unnamed), WEFT_E_BAD_REQUEST, "invalid_skill", "name is required"));
    CHECK(fails(&fx, register_zip(&fx, evil), WEFT_E_BAD_REQUEST, "invalid_skill", "path traversal entry: ../x"));
    CHECK(fails(&fx, register_zip(&fx, blocked), WEFT_E_FORBIDDEN, "skill_blocked", "blocked by an admin"));
    CHECK(fails(&fx, register_zip(&fx, bomb), WEFT_E_UNPROCESSABLE, "security_scan_failed", "rejected by security"));
    CHECK_CONTAINS(weft_skillbox_error_get_details(fx.error).ptr, "zip_bomb");
    CHECK(end_with(&fx, false));
}

TEST(skills_change_by_fields_and_files_and_differ_then)
{
    static const weft_skillbox_skill_file_content batch[] = {{"SKILL.md", SKILL_MD("made", "new")}, {"b", "x\"}{"}};
    weft_skillbox_upsert_skill_request fields = {.name = "made", .description = "d", .code = "a\n", .lang = "bash"};
    weft_skillbox_skill_file_content file = {"extra/notes.txt", "one\ntwo\n"};
    const weft_skillbox_skill_version_list *versions;
    const weft_skillbox_diff *diff;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(succeed(&fx, weft_skillbox_upsert_skill(fx.client, &fields, NULL, on_skillbox_accepted_skill, &fx)));
    CHECK(succeed(&fx, weft_skillbox_put_skill_file(fx.client, "made", &file, NULL, on_skillbox_accepted_skill, &fx)));
    CHECK(is(((const weft_skillbox_accepted_skill *)fx.result)->version, "1.0.1"));
    CHECK(succeed(&fx,
                  weft_skillbox_put_skill_files(fx.client, "made", batch, 2, NULL, on_skillbox_accepted_skill, &fx)));
    CHECK(
        succeed(&fx, weft_skillbox_list_skill_versions(fx.client, "made", NULL, on_skillbox_skill_version_list, &fx)));
    versions = fx.result;
    CHECK(versions->count == 3 && is(versions->items[0].version, "1.0.2"));
    CHECK(succeed(&fx, weft_skillbox_get_skill_diff(fx.client, "made", "1.0.1",
                                                    &(weft_skillbox_get_skill_diff_options){.from = "1.0.0"}, NULL,
                                                    on_skillbox_diff, &fx)));
    diff = fx.result;
    CHECK(diff->files_count == 3 && is(diff->files[2].status, WEFT_SKILLBOX_DIFF_ADDED));
    CHECK(diff->files[2].lines_count == 2 && is(diff->files[2].lines[1].text, "two"));
    CHECK(succeed(&fx,
                  weft_skillbox_set_active_version(fx.client, "made", "1.0.0", NULL, on_skillbox_active_version, &fx)));
    CHECK(is(((const weft_skillbox_active_version *)fx.result)->active, "1.0.0"));
    CHECK(
        succeed(&fx, weft_skillbox_get_skill(fx.client, "made", NULL, NULL, on_skillbox_skill_with_instructions, &fx)));
    CHECK(is(((const weft_skillbox_skill_with_instructions *)fx.result)->version, "1.0.0"));
    CHECK(fails(
        &fx, weft_skillbox_set_active_version(fx.client, "in-review", "1.0.0", NULL, on_skillbox_active_version, &fx),
        WEFT_E_CONFLICT, "invalid_status", "not available"));
    CHECK(succeed(&fx, weft_skillbox_delete_skill_version(fx.client, "made", "1.0.2", NULL, on_done, &fx)));
    CHECK(succeed(&fx, weft_skillbox_delete_skill(fx.client, "made", NULL, on_done, &fx)));
    CHECK(fails(&fx, weft_skillbox_get_skill(fx.client, "made", NULL, NULL, on_skillbox_skill_with_instructions, &fx),
                WEFT_E_NOT_FOUND, "not_found", "skill not found: made@latest"));
    CHECK(end_with(&fx, false));
}

TEST(skills_are_listed_by_name_and_status)
{
    const weft_skillbox_skill_list *list;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(succeed(&fx, weft_skillbox_list_skills(fx.client, NULL, NULL, on_skillbox_skill_list, &fx)));
    list = fx.result;
    CHECK(list->count == 2 && is(list->items[0].name, "data-analysis"));
    CHECK(succeed(&fx, weft_skillbox_list_skills(
                           fx.client, &(weft_skillbox_list_skills_options){.status = WEFT_SKILLBOX_SKILL_ALL}, NULL,
                           on_skillbox_skill_list, &fx)));
    list = fx.result;
    CHECK(list->count == 3 && is(list->items[1].status, WEFT_SKILLBOX_SKILL_REVIEW));
    CHECK(end_with(&fx, false));
}

TEST(what_no_correct_client_sends_is_noticed)
{
    fixture fx;

    CHECK(begin(&fx));
    CHECK(fails(&fx,
                weft_skillbox_get_skill(fx.client, "data-analysis", &(weft_skillbox_get_skill_options){.version = "1"},
                                        NULL, on_skillbox_skill_with_instructions, &fx),
                WEFT_E_BAD_REQUEST, "bad_request", "version \"1\" must be semver (MAJOR.MINOR.PATCH)"));
    CHECK(fails(&fx,
                weft_skillbox_list_skills(fx.client, &(weft_skillbox_list_skills_options){.status = "sleeping"}, NULL,
                                          on_skillbox_skill_list, &fx),
                WEFT_E_BAD_REQUEST, "bad_request", "invalid status"));
    CHECK(end_with(&fx, true));
}

/* ---- Files and sessions ------------------------------------------------------------------------------ */

TEST(files_go_up_and_come_back)
{
    weft_skillbox_upload upload = {.bytes = "1,2,3", .bytes_len = 5, .name = "a.csv", .content_type = "text/csv"};
    const weft_skillbox_file *file;
    const weft_skillbox_file_list *list;
    char first[64], second[64];
    fixture fx;

    CHECK(begin(&fx));
    CHECK(succeed(&fx, weft_skillbox_upload_file(fx.client, &upload, NULL, on_skillbox_file, &fx)));
    file = fx.result;
    CHECK(is(file->name, "a.csv") && is(file->content_type, "text/csv") && file->size_bytes == 5 && file->version == 1);
    snprintf(first, sizeof(first), "%s", file->id.ptr);
    upload.bytes_len = 3;
    CHECK(succeed(&fx, weft_skillbox_update_file(fx.client, first, &upload, NULL, on_skillbox_file, &fx)));
    file = fx.result;
    CHECK(file->version == 2 && is(file->parent_id, first) && file->size_bytes == 3);
    snprintf(second, sizeof(second), "%s", file->id.ptr);
    CHECK(succeed(&fx, weft_skillbox_list_file_versions(fx.client, second, NULL, on_skillbox_file_list, &fx)));
    list = fx.result;
    CHECK(list->count == 2 && is(list->items[0].id, second));
    CHECK(succeed(&fx, weft_skillbox_download_file(fx.client, second, NULL, NULL, on_http, &fx)));
    CHECK(is(((const weft_http_response *)fx.result)->body, "1,2"));
    CHECK(succeed(&fx, weft_skillbox_list_files(fx.client, &(weft_skillbox_list_files_options){.limit = 1, .offset = 1},
                                                NULL, on_skillbox_file_list, &fx)));
    list = fx.result;
    CHECK(list->count == 1 && is(list->items[0].id, first));
    CHECK(succeed(&fx, weft_skillbox_delete_file(fx.client, first, NULL, on_done, &fx)));
    CHECK(fails(&fx, weft_skillbox_get_file(fx.client, first, NULL, on_skillbox_file, &fx), WEFT_E_NOT_FOUND,
                "not_found", "file not found"));
    CHECK(end_with(&fx, false));
}

TEST(a_session_keeps_what_its_runs_leave)
{
    weft_skillbox_run_request request = {.skill = "data-analysis", .session_id = "chat 7/a"};
    const weft_skillbox_file_list *list;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(succeed(&fx, weft_skillbox_run(fx.client, &request, NULL, on_skillbox_execution, &fx)));
    CHECK(succeed(&fx, weft_skillbox_list_session_files(fx.client, "chat 7/a", NULL, on_skillbox_file_list, &fx)));
    list = fx.result;
    CHECK(list->count == 1 && is(list->items[0].session_id, "chat 7/a"));
    CHECK(succeed(&fx,
                  weft_skillbox_download_session_file(fx.client, "chat 7/a", "summary.txt", NULL, NULL, on_http, &fx)));
    CHECK(is(((const weft_http_response *)fx.result)->body, "left for the next run\n"));
    CHECK(fails(&fx, weft_skillbox_download_session_file(fx.client, "chat 7/a", "other", NULL, NULL, on_http, &fx),
                WEFT_E_NOT_FOUND, "not_found", "file not found: other"));
    CHECK(succeed(&fx, weft_skillbox_delete_session_file(fx.client, "chat 7/a", "summary.txt", NULL, on_done, &fx)));
    CHECK(fails(&fx, weft_skillbox_delete_session(fx.client, "chat 7/a", NULL, on_done, &fx), WEFT_E_NOT_FOUND,
                "not_found", "session not found"));
    CHECK(end_with(&fx, false));
}

/* ---- Who may ask ------------------------------------------------------------------------------------- */

TEST(keys_and_tenants_are_checked)
{
    static const char *const guarded[] = {"--service", "skillbox", "--token", "sk-right", "--degraded", NULL};
    fixture fx;

    CHECK(begin_with(&fx, guarded, "sk-wrong", NULL));
    CHECK(fails(&fx, weft_skillbox_list_skills(fx.client, NULL, NULL, on_skillbox_skill_list, &fx), WEFT_E_UNAUTHORIZED,
                "unauthorized", "invalid or revoked API key"));
    CHECK(weft_client_set_token(fx.client, NULL, NULL));
    CHECK(fails(&fx, weft_skillbox_list_skills(fx.client, NULL, NULL, on_skillbox_skill_list, &fx), WEFT_E_UNAUTHORIZED,
                "unauthorized", "missing Authorization header"));
    CHECK(weft_client_set_token(fx.client, "sk-right", NULL));
    CHECK(succeed(&fx, weft_skillbox_list_skills(fx.client, NULL, NULL, on_skillbox_skill_list, &fx)));
    CHECK(fails(&fx, weft_skillbox_get_readiness(fx.client, NULL, on_skillbox_readiness, &fx), WEFT_E_UNAVAILABLE, NULL,
                "not_ready: {\"postgres\":\"connection refused\"}"));
    CHECK(end_with(&fx, false));
    CHECK(begin_with(&fx, plain, "sk-test", "tenant-43"));
    CHECK(fails(&fx, weft_skillbox_list_skills(fx.client, NULL, NULL, on_skillbox_skill_list, &fx), WEFT_E_FORBIDDEN,
                "forbidden", "X-Tenant-ID header does not match the API key's tenant"));
    CHECK(weft_client_set_token(fx.client, "sk-service-1", NULL));
    CHECK(succeed(&fx, weft_skillbox_list_skills(fx.client, NULL, NULL, on_skillbox_skill_list, &fx)));
    CHECK(end_with(&fx, false));
}

/* Every failure of Skillbox's table, of every operation that may have it, and whose credentials went with it. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "http/gzip.h"
#include "any_result.h"
#include "loop.h"
#include "message_ends.h"
#include "sim_process.h"
#include "weft/weft.h"

typedef struct fixture {
    sim_process sim;
    test_loop loop;
    weft_engine *engine;
    weft_client *client;
    const char *wish; /* X-Sim-Answer of the requests to come */
    char files_url[256];
    unsigned requests;
    unsigned with_key, with_tenant; /* of them */
    weft_code code;
    int status;
    char message[1024]; /* of the error */
    char word[64];      /* its server_code */
    bool done;
    bool closed;
} fixture;

static void on_request(weft_call *call, weft_request *request, void *arg)
{
    weft_str key = weft_request_get_header(request, "Authorization");
    weft_str tenant = weft_request_get_header(request, "X-Tenant-ID");
    fixture *fx = arg;

    (void)call;
    fx->requests++;
    fx->with_key += key.ptr && strcmp(key.ptr, "Bearer sk-test") == 0;
    fx->with_tenant += tenant.ptr && strcmp(tenant.ptr, "tenant-42") == 0;
    if (fx->wish && !weft_request_set_header(request, "X-Sim-Answer", fx->wish))
        test_fail(__FILE__, __LINE__, "cannot ask for: %s", fx->wish);
}

static bool begin(fixture *fx)
{
    static const char *const arguments[] = {"--service", "skillbox", NULL};

    memset(fx, 0, sizeof(*fx));
    if (!sim_process_start(&fx->sim, arguments) || !test_loop_open(&fx->loop))
        return false;
    snprintf(fx->files_url, sizeof(fx->files_url), "%s/executions/tenant-42/executions/550e/files.tar.gz",
             fx->sim.base_url);
    fx->engine = weft_engine_new(&fx->loop.uv, NULL, NULL);
    fx->client = weft_skillbox_client(fx->engine,
                                      &(weft_client_options){
                                          .base_url = fx->sim.base_url,
                                          .token = "sk-test",
                                          .retries.max_retries = WEFT_NO_RETRIES,
                                          .on_request = on_request,
                                          .hook_arg = fx,
                                      },
                                      NULL);
    return fx->client && weft_skillbox_set_tenant(fx->client, "tenant-42", NULL);
}

static void keep_result(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    fixture *fx = arg;

    (void)call;
    (void)result;
    fx->code = error ? error->code : WEFT_OK;
    fx->status = error ? error->http_status : 0;
    snprintf(fx->message, sizeof(fx->message), "%s", error ? error->message : "");
    snprintf(fx->word, sizeof(fx->word), "%s", error && error->server_code ? error->server_code : "");
    fx->done = true;
}

#define ON_RESULT(name, type) ANY_RESULT(keep_result, on_##name, type)
EVERY_RESULT(ON_RESULT)
NO_RESULT(keep_result, on_done)
#undef ON_RESULT

static void on_closed(void *arg)
{
    ((fixture *)arg)->closed = true;
}

static bool end(fixture *fx)
{
    bool good;

    weft_engine_close(fx->engine, on_closed, fx);
    good = test_loop_run_until_set(&fx->loop, &fx->closed, "the engine is closed");
    return test_loop_close(&fx->loop) && sim_process_stop(&fx->sim) && good;
}

/* ---- The operations, each by a name of its own -------------------------------------------------------- */

static const char id[] = "550e8400-e29b-41d4-a716-446655440000";
static const weft_skillbox_upload archive = {.bytes = "PK", .bytes_len = 2, .name = "skill.zip"};
static const weft_skillbox_skill_file_content files[] = {{"SKILL.md", "---"}};

#define OPERATION(name, result, ...)                                                                                   \
    static bool name(fixture *fx)                                                                                      \
    {                                                                                                                  \
        return weft_skillbox_##name(fx->client, __VA_ARGS__, NULL, on_##result, fx) != NULL;                           \
    }
#define PLAIN_OPERATION(name, result)                                                                                  \
    static bool name(fixture *fx)                                                                                      \
    {                                                                                                                  \
        return weft_skillbox_##name(fx->client, NULL, on_##result, fx) != NULL;                                        \
    }

PLAIN_OPERATION(get_health, done)
PLAIN_OPERATION(get_readiness, skillbox_readiness)
OPERATION(run, skillbox_execution, (&(weft_skillbox_run_request){.skill = "data-analysis"}))
OPERATION(get_execution, skillbox_execution, id)
OPERATION(get_execution_logs, text, id)
OPERATION(list_skills, skillbox_skill_list, NULL)
OPERATION(get_skill, skillbox_skill_with_instructions, "data-analysis", NULL)
OPERATION(register_skill, skillbox_accepted_skill, &archive)
OPERATION(upsert_skill, skillbox_accepted_skill,
          (&(weft_skillbox_upsert_skill_request){.name = "n", .description = "d", .code = "c"}))
OPERATION(validate_skill, skillbox_validation, &archive)
OPERATION(list_skill_files, skillbox_skill_file_list, "n", (&(weft_skillbox_list_skill_files_options){.path = "a.py"}))
OPERATION(delete_skill_version, done, "n", WEFT_SKILLBOX_LATEST)
OPERATION(delete_skill, done, "n")
OPERATION(put_skill_file, skillbox_accepted_skill, "n", files)
OPERATION(put_skill_files, skillbox_accepted_skill, "n", files, 1)
OPERATION(list_skill_versions, skillbox_skill_version_list, "n")
OPERATION(get_skill_diff, skillbox_diff, "n", "1.0.1", NULL)
OPERATION(set_active_version, skillbox_active_version, "n", "1.0.1")
OPERATION(upload_file, skillbox_file, &archive)
OPERATION(list_files, skillbox_file_list, NULL)
OPERATION(get_file, skillbox_file, id)
OPERATION(download_file, http, id, NULL)
OPERATION(update_file, skillbox_file, id, &archive)
OPERATION(delete_file, done, id)
OPERATION(list_file_versions, skillbox_file_list, id)
OPERATION(list_session_files, skillbox_file_list, "chat-7")
OPERATION(download_session_file, http, "chat-7", "a.csv", NULL)
OPERATION(delete_session_file, done, "chat-7", "a.csv")
OPERATION(delete_session, done, "chat-7")

typedef bool ask_fn(fixture *fx);

/* All but the download of an archive, which asks another server. */
static ask_fn *const all_operations[] = {
    get_health,          get_readiness,      run,
    get_execution,       get_execution_logs, list_skills,
    get_skill,           register_skill,     upsert_skill,
    validate_skill,      list_skill_files,   delete_skill_version,
    delete_skill,        put_skill_file,     put_skill_files,
    list_skill_versions, get_skill_diff,     set_active_version,
    upload_file,         list_files,         get_file,
    download_file,       update_file,        delete_file,
    list_file_versions,  list_session_files, download_session_file,
    delete_session_file, delete_session,
};

enum { OPERATIONS = sizeof(all_operations) / sizeof(all_operations[0]) };

static bool ask(fixture *fx, ask_fn *operation)
{
    fx->done = false;
    return operation(fx) && test_loop_run_until_set(&fx->loop, &fx->done, "it is reported");
}

typedef struct failure {
    ask_fn *operation;
    const char *wish; /* X-Sim-Answer */
    weft_code code;
    const char *word;    /* server_code; "" = none */
    const char *message; /* how it ends */
} failure;

static bool fails_so(fixture *fx, const failure *row)
{
    bool good;

    fx->wish = row->wish;
    good = ask(fx, row->operation) && fx->code == row->code && fx->status == atoi(row->wish) &&
           strcmp(fx->word, row->word) == 0 && message_ends(fx->message, row->message);
    if (!good)
        test_fail(__FILE__, __LINE__, "%s gave %s, \"%s\": %s", row->wish, weft_code_name(fx->code), fx->word,
                  fx->message);
    return good;
}

/* ---- What every operation may meet --------------------------------------------------------------------- */

TEST(every_operation_fails_as_every_one_may_and_carries_key_and_tenant)
{
    static const failure rows[] = {
        {NULL, "401 error missing Authorization header", WEFT_E_UNAUTHORIZED, "unauthorized",
         ": missing Authorization header"},
        {NULL, "401 error invalid or revoked API key", WEFT_E_UNAUTHORIZED, "unauthorized",
         ": invalid or revoked API key"},
        {NULL, "401 code", WEFT_E_UNAUTHORIZED, "unauthorized", ": unauthorized"},
        {NULL, "403 error X-Tenant-ID header does not match the API key's tenant", WEFT_E_FORBIDDEN, "forbidden",
         ": X-Tenant-ID header does not match the API key's tenant"},
        {NULL, "500 error failed to validate API key", WEFT_E_SERVER_ERROR, "internal_error",
         ": failed to validate API key"},
        {NULL, "500 empty", WEFT_E_SERVER_ERROR, "", "500 Internal Server Error"},
        {NULL, "500 null", WEFT_E_SERVER_ERROR, "", "500 Internal Server Error"},
        {NULL, "500 text internal server error", WEFT_E_SERVER_ERROR, "", ": internal server error"},
        {NULL, "404 text 404 page not found", WEFT_E_NOT_FOUND, "", ": 404 page not found"},
        {NULL, "502 html", WEFT_E_SERVER_ERROR, "", ": <html>bad gateway</html>"},
        {NULL, "422 details security_scan_failed: upload rejected", WEFT_E_UNPROCESSABLE, "security_scan_failed",
         ": upload rejected"},
        {NULL, "503 error service_unavailable: later", WEFT_E_UNAVAILABLE, "service_unavailable", ": later"},
    };
    fixture fx;

    CHECK(begin(&fx));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t j = 0; j < OPERATIONS; j++) {
            failure row = rows[i];

            row.operation = all_operations[j];
            CHECK(fails_so(&fx, &row));
        }
    CHECK_EQ(fx.requests, OPERATIONS * (sizeof(rows) / sizeof(rows[0])));
    CHECK_EQ(fx.with_key, fx.requests);
    CHECK_EQ(fx.with_tenant, fx.requests);
    CHECK(end(&fx));
}

/* ---- What each may meet of its own ---------------------------------------------------------------------- */

/* clang-format off */
static const failure failures[] = {
    {run, "400 error invalid JSON body: x", WEFT_E_BAD_REQUEST, "bad_request", ": invalid JSON body: x"},
    {run, "400 error 'skill' is required", WEFT_E_BAD_REQUEST, "bad_request", ": 'skill' is required"},
    {run, "400 error image_not_allowed: skill image is not in the allowlist", WEFT_E_BAD_REQUEST,
     "image_not_allowed", ": skill image is not in the allowlist"},
    {run, "404 error not_found: skill not found: n@1", WEFT_E_NOT_FOUND, "not_found", ": skill not found: n@1"},
    {run, "409 error skill_not_available: runner: skill not available (status: review)", WEFT_E_CONFLICT,
     "skill_not_available", ": runner: skill not available (status: review)"},
    {run, "504 error timeout: execution timed out", WEFT_E_SERVER_ERROR, "timeout", ": execution timed out"},
    {run, "500 result creating execution record: connection refused", WEFT_E_EXECUTION_FAILED, "",
     ": creating execution record: connection refused"},
    {get_execution, "404 error execution not found", WEFT_E_NOT_FOUND, "not_found", ": execution not found"},
    {get_execution, "500 error failed to retrieve execution", WEFT_E_SERVER_ERROR, "internal_error",
     ": failed to retrieve execution"},
    {get_execution_logs, "404 error execution not found", WEFT_E_NOT_FOUND, "not_found", ": execution not found"},
    {get_execution_logs, "500 error failed to retrieve execution", WEFT_E_SERVER_ERROR, "internal_error",
     ": failed to retrieve execution"},
    {list_skills, "500 error internal_error: failed to list skills: x", WEFT_E_SERVER_ERROR, "internal_error",
     ": failed to list skills: x"},
    {get_skill, "400 error version \"1\" must be semver (MAJOR.MINOR.PATCH)", WEFT_E_BAD_REQUEST, "bad_request",
     ": version \"1\" must be semver (MAJOR.MINOR.PATCH)"},
    {get_skill, "404 error not_found: skill not found: n@1.0.0", WEFT_E_NOT_FOUND, "not_found",
     ": skill not found: n@1.0.0"},
    {get_skill, "500 error internal_error: failed to read skill archive: x", WEFT_E_SERVER_ERROR, "internal_error",
     ": failed to read skill archive: x"},
    {register_skill, "400 error missing 'file' field in multipart form", WEFT_E_BAD_REQUEST, "bad_request",
     ": missing 'file' field in multipart form"},
    {register_skill, "400 error invalid_skill: zip archive must contain a SKILL.md file", WEFT_E_BAD_REQUEST,
     "invalid_skill", ": zip archive must contain a SKILL.md file"},
    {register_skill, "403 error skill_blocked: Skill n has been blocked by an admin.", WEFT_E_FORBIDDEN,
     "skill_blocked", ": Skill n has been blocked by an admin."},
    {register_skill, "413 error too_large: skill zip exceeds maximum allowed size", WEFT_E_REQUEST_FAILED, "too_large",
     ": skill zip exceeds maximum allowed size"},
    {register_skill, "415 error expected Content-Type application/zip or multipart/form-data", WEFT_E_REQUEST_FAILED,
     "unsupported_media_type", ": expected Content-Type application/zip or multipart/form-data"},
    {register_skill, "422 details security_scan_failed: upload rejected by security scan", WEFT_E_UNPROCESSABLE,
     "security_scan_failed", ": upload rejected by security scan"},
    {register_skill, "500 error internal_error: failed to submit skill: x", WEFT_E_SERVER_ERROR, "internal_error",
     ": failed to submit skill: x"},
    {get_health, "503 error unavailable: database down", WEFT_E_UNAVAILABLE, "unavailable", ": database down"},
    {upsert_skill, "403 error skill_blocked: x", WEFT_E_FORBIDDEN, "skill_blocked", ": x"},
    {upsert_skill, "413 error x", WEFT_E_REQUEST_FAILED, "too_large", ": x"},
    {validate_skill, "422 details security_scan_failed: validation rejected by security scan", WEFT_E_UNPROCESSABLE,
     "security_scan_failed", ": validation rejected by security scan"},
    {list_skill_files, "404 error not_found: file not found: a.py", WEFT_E_NOT_FOUND, "not_found",
     ": file not found: a.py"},
    {delete_skill_version, "404 error not_found: skill not found: n@latest", WEFT_E_NOT_FOUND, "not_found",
     ": skill not found: n@latest"},
    {put_skill_file, "403 error blocked: x", WEFT_E_FORBIDDEN, "blocked", ": x"},
    {put_skill_files, "400 error SKILL.md is required", WEFT_E_BAD_REQUEST, "bad_request", ": SKILL.md is required"},
    {get_skill_diff, "404 error not_found: version not found: 1.0.1", WEFT_E_NOT_FOUND, "not_found",
     ": version not found: 1.0.1"},
    {set_active_version, "409 error invalid_status: x", WEFT_E_CONFLICT, "invalid_status", ": x"},
    {upload_file, "400 error missing 'file' field in multipart form", WEFT_E_BAD_REQUEST, "bad_request",
     ": missing 'file' field in multipart form"},
    {get_file, "404 error file not found", WEFT_E_NOT_FOUND, "not_found", ": file not found"},
    {download_file, "404 error file not found", WEFT_E_NOT_FOUND, "not_found", ": file not found"},
    {update_file, "404 error file not found", WEFT_E_NOT_FOUND, "not_found", ": file not found"},
    {delete_file, "404 error file not found", WEFT_E_NOT_FOUND, "not_found", ": file not found"},
    {list_file_versions, "404 error file not found", WEFT_E_NOT_FOUND, "not_found", ": file not found"},
    {download_session_file, "404 error session not found", WEFT_E_NOT_FOUND, "not_found", ": session not found"},
    {delete_session_file, "404 error not_found: file not found: a.csv", WEFT_E_NOT_FOUND, "not_found",
     ": file not found: a.csv"},
    {delete_session, "404 error session not found", WEFT_E_NOT_FOUND, "not_found", ": session not found"},
};
/* clang-format on */

TEST(every_failure_of_the_contract_has_its_code_word_and_sentence)
{
    fixture fx;

    CHECK(begin(&fx));
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
        CHECK(fails_so(&fx, &failures[i]));
    CHECK(end(&fx));
}

static bool download_files(fixture *fx)
{
    return weft_skillbox_download_execution_files(fx->client, fx->files_url, "never-made", NULL, NULL,
                                                  on_skillbox_download, fx) != NULL;
}

TEST(an_archive_that_is_refused_tells_its_status_alone_and_got_no_credentials)
{
    fixture fx;

    if (!weft__gzip_is_supported())
        SKIP("built without zlib, which archives take");
    CHECK(begin(&fx));
    fx.wish = "403 xml";
    CHECK(ask(&fx, download_files));
    CHECK_EQ(fx.code, WEFT_E_FORBIDDEN);
    CHECK(strstr(fx.message, "403") && !strstr(fx.message, "AccessDenied"));
    fx.wish = "500 empty";
    CHECK(ask(&fx, download_files));
    CHECK_EQ(fx.code, WEFT_E_SERVER_ERROR);
    CHECK_EQ(fx.requests, 2);
    CHECK_EQ(fx.with_key + fx.with_tenant, 0);
    CHECK(end(&fx));
}

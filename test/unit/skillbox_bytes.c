/* The requests of every example exchange of the contract, whole and byte for byte. What comes of the answers is in
 * skillbox_exchange.c. */
#include "skillbox_fixture.h"

#include "exact_bytes.h"
#include "http/gzip.h"

#define CREDENTIALS "Authorization: Bearer sk-test\r\nX-Tenant-ID: tenant-42\r\n"
#define ENCODING "Accept-Encoding: " EXACT_ENCODING "\r\n"
#define ACCEPTS "Accept: application/json\r\n" ENCODING
#define GET(target) EXACT_FIRST("GET " target) CREDENTIALS ACCEPTS "\r\n"
#define DELETE(target) EXACT_FIRST("DELETE " target) CREDENTIALS ACCEPTS "\r\n"
#define WITH_BODY(method_and_target, type, length, body)                                                               \
    EXACT_FIRST(method_and_target)                                                                                     \
    CREDENTIALS ACCEPTS "Content-Type: " type "\r\nContent-Length: " length "\r\n\r\n" body
/* A success of these is one whatever its body. */
#define ENTERS(method_and_target, type, length, body)                                                                  \
    EXACT_FIRST(method_and_target)                                                                                     \
    CREDENTIALS "Accept: */*\r\n" ENCODING "Content-Type: " type "\r\nContent-Length: " length "\r\n\r\n" body
#define JSON "application/json"
#define FORM "multipart/form-data; boundary=BOUNDARY"
#define FILE_PART                                                                                                      \
    "--BOUNDARY\r\nContent-Disposition: form-data; name=\"file\"; filename=\"test-skill.zip\"\r\n"                     \
    "Content-Type: application/octet-stream\r\n\r\nPK...zip bytes...\r\n"

static const script_step answer[] = {EXPECT("HTTP/1.1\r\n"), ANSWER("418 I'm a teapot", "{}")};

/* One exchange: `call` sends `expected`. */
#define EXCHANGE(name, call, expected)                                                                                 \
    TEST(name)                                                                                                         \
    {                                                                                                                  \
        fixture fx;                                                                                                    \
                                                                                                                       \
        CHECK(begin(&fx, SCRIPT(answer), 1));                                                                          \
        CHECK(finish(&fx, call));                                                                                      \
        CHECK(sent_exactly(fx.server, expected));                                                                      \
        CHECK(end(&fx));                                                                                               \
    }

#define END(name) NULL, on_##name, &fx
#define ID "550e8400-e29b-41d4-a716-446655440000"

static const weft_pair env[] = {{"CUSTOM_VAR", "value"}};
static const weft_skillbox_run_request analysis = {
    .skill = "data-analysis", .version = "1.0.0", .input = "{\"data\":[1,2,3]}", .env = env, .env_count = 1};
static const weft_skillbox_run_request broken = {.skill = "broken-skill"};
static const char *const inputs[] = {"f-1", "f-2"};
static const weft_skillbox_run_request beyond = {
    .skill = "s", .input = "null", .input_files = inputs, .input_files_count = 2, .session_id = "chat-7"};
static const weft_skillbox_upload archive = {.bytes = "PK...zip bytes...", .bytes_len = 17, .name = "test-skill.zip"};
static const weft_skillbox_upsert_skill_request fields = {"n", "d", "c", "bash", "# How", "1.2.0"};
static const weft_skillbox_skill_file_content skill_md[] = {{"SKILL.md", "---"}};
static const weft_skillbox_list_files_options page = {"chat 7", ID, 10, 20};

EXCHANGE(health_is_asked_so, weft_skillbox_get_health(fx.client, END(done)), GET("/health"))
EXCHANGE(run_is_asked_so, weft_skillbox_run(fx.client, &analysis, END(skillbox_execution)),
         WITH_BODY("POST /v1/executions", JSON, "97",
                   "{\"skill\":\"data-analysis\",\"version\":\"1.0.0\",\"input\":{\"data\":[1,2,3]},\"env\":{"
                   "\"CUSTOM_VAR\":\"value\"}}"))
EXCHANGE(run_of_a_name_alone_is_asked_so, weft_skillbox_run(fx.client, &broken, END(skillbox_execution)),
         WITH_BODY("POST /v1/executions", JSON, "24", "{\"skill\":\"broken-skill\"}"))
EXCHANGE(run_with_files_and_session_is_asked_so, weft_skillbox_run(fx.client, &beyond, END(skillbox_execution)),
         WITH_BODY("POST /v1/executions", JSON, "76",
                   "{\"skill\":\"s\",\"input\":null,\"input_files\":[\"f-1\",\"f-2\"],\"session_id\":\"chat-7\"}"))
EXCHANGE(execution_is_asked_so, weft_skillbox_get_execution(fx.client, ID, END(skillbox_execution)),
         GET("/v1/executions/" ID))
EXCHANGE(logs_are_asked_so, weft_skillbox_get_execution_logs(fx.client, ID, END(text)),
         EXACT_FIRST("GET /v1/executions/" ID "/logs") CREDENTIALS "Accept: text/plain, application/json\r\n" ENCODING
                                                                   "\r\n")
EXCHANGE(skills_are_asked_so, weft_skillbox_list_skills(fx.client, NULL, END(skillbox_skill_list)), GET("/v1/skills"))
EXCHANGE(skills_of_a_status_are_asked_so,
         weft_skillbox_list_skills(fx.client,
                                   &(weft_skillbox_list_skills_options){.status = WEFT_SKILLBOX_SKILL_REVIEW},
                                   END(skillbox_skill_list)),
         GET("/v1/skills?status=review"))
EXCHANGE(latest_skill_is_asked_so,
         weft_skillbox_get_skill(fx.client, "data-analysis", NULL, END(skillbox_skill_with_instructions)),
         GET("/v1/skills/data-analysis/latest"))
EXCHANGE(skill_is_asked_so,
         weft_skillbox_get_skill(fx.client, "data-analysis", &(weft_skillbox_get_skill_options){.version = "1"},
                                 END(skillbox_skill_with_instructions)),
         GET("/v1/skills/data-analysis/1"))
EXCHANGE(skill_is_registered_so, weft_skillbox_register_skill(fx.client, &archive, END(skillbox_accepted_skill)),
         ENTERS("POST /v1/skills", FORM, "217", FILE_PART "--BOUNDARY--\r\n"))
EXCHANGE(skill_is_validated_so, weft_skillbox_validate_skill(fx.client, &archive, END(skillbox_validation)),
         WITH_BODY("POST /v1/skills/validate", FORM, "217", FILE_PART "--BOUNDARY--\r\n"))
EXCHANGE(ready_is_asked_so, weft_skillbox_get_readiness(fx.client, END(skillbox_readiness)), GET("/ready"))
EXCHANGE(skill_of_fields_is_registered_so, weft_skillbox_upsert_skill(fx.client, &fields, END(skillbox_accepted_skill)),
         ENTERS("POST /v1/skills/from-fields", JSON, "96",
                "{\"name\":\"n\",\"description\":\"d\",\"code\":\"c\",\"lang\":\"bash\",\"instructions\":\"# How\","
                "\"version\":\"1.2.0\"}"))
EXCHANGE(skill_files_are_asked_so,
         weft_skillbox_list_skill_files(fx.client, "n",
                                        &(weft_skillbox_list_skill_files_options){.version = "1.0.0", .path = "a/b.py"},
                                        END(skillbox_skill_file_list)),
         GET("/v1/skills/n/1.0.0/files?path=a%2Fb.py"))
EXCHANGE(skill_is_deleted_so, weft_skillbox_delete_skill_version(fx.client, "n", "1.0.0", END(done)),
         DELETE("/v1/skills/n/1.0.0"))
EXCHANGE(skill_is_deleted_whole_so, weft_skillbox_delete_skill(fx.client, "n", END(done)), DELETE("/v1/skills/n"))
EXCHANGE(skill_file_is_put_so, weft_skillbox_put_skill_file(fx.client, "n", skill_md, END(skillbox_accepted_skill)),
         ENTERS("PUT /v1/skills/n/files", JSON, "35", "{\"path\":\"SKILL.md\",\"content\":\"---\"}"))
EXCHANGE(skill_files_are_put_so,
         weft_skillbox_put_skill_files(fx.client, "n", skill_md, 1, END(skillbox_accepted_skill)),
         ENTERS("PUT /v1/skills/n/files-batch", JSON, "47",
                "{\"files\":[{\"path\":\"SKILL.md\",\"content\":\"---\"}]}"))
EXCHANGE(skill_versions_are_asked_so,
         weft_skillbox_list_skill_versions(fx.client, "n", END(skillbox_skill_version_list)),
         GET("/v1/skills/n/versions"))
EXCHANGE(skill_diff_is_asked_so,
         weft_skillbox_get_skill_diff(fx.client, "n", "1.0.1", &(weft_skillbox_get_skill_diff_options){.from = "1.0.0"},
                                      END(skillbox_diff)),
         GET("/v1/skills/n/diff?from=1.0.0&to=1.0.1"))
EXCHANGE(skill_version_is_made_active_so,
         weft_skillbox_set_active_version(fx.client, "n", "1.0.1", END(skillbox_active_version)),
         WITH_BODY("PUT /v1/skills/n/active", JSON, "19", "{\"version\":\"1.0.1\"}"))
EXCHANGE(file_is_uploaded_so, weft_skillbox_upload_file(fx.client, &archive, END(skillbox_file)),
         WITH_BODY("POST /v1/files", FORM, "321",
                   FILE_PART "--BOUNDARY\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\ntest-skill.zip\r\n"
                             "--BOUNDARY--\r\n"))
EXCHANGE(files_are_asked_so, weft_skillbox_list_files(fx.client, &page, END(skillbox_file_list)),
         GET("/v1/files?session_id=chat+7&execution_id=" ID "&limit=10&offset=20"))
EXCHANGE(file_is_asked_so, weft_skillbox_get_file(fx.client, ID, END(skillbox_file)), GET("/v1/files/" ID))
EXCHANGE(file_is_downloaded_so, weft_skillbox_download_file(fx.client, ID, NULL, END(http)),
         EXACT_FIRST("GET /v1/files/" ID "/download") CREDENTIALS "Accept: */*\r\n" ENCODING "\r\n")
EXCHANGE(file_is_updated_so, weft_skillbox_update_file(fx.client, ID, &archive, END(skillbox_file)),
         WITH_BODY("PUT /v1/files/" ID, FORM, "217", FILE_PART "--BOUNDARY--\r\n"))
EXCHANGE(file_is_deleted_so, weft_skillbox_delete_file(fx.client, ID, END(done)), DELETE("/v1/files/" ID))
EXCHANGE(file_versions_are_asked_so, weft_skillbox_list_file_versions(fx.client, ID, END(skillbox_file_list)),
         GET("/v1/files/" ID "/versions"))
EXCHANGE(session_files_are_asked_so, weft_skillbox_list_session_files(fx.client, "chat 7", END(skillbox_file_list)),
         GET("/v1/sessions/chat%207/files"))
EXCHANGE(session_file_is_asked_so, weft_skillbox_download_session_file(fx.client, "chat 7", "a/b.csv", NULL, END(http)),
         EXACT_FIRST("GET /v1/sessions/chat%207/files/a%2Fb.csv") CREDENTIALS "Accept: */*\r\n" ENCODING "\r\n")
EXCHANGE(session_file_is_deleted_so, weft_skillbox_delete_session_file(fx.client, "chat 7", "a.csv", END(done)),
         DELETE("/v1/sessions/chat%207/files/a.csv"))
EXCHANGE(session_is_deleted_so, weft_skillbox_delete_session(fx.client, "chat 7", END(done)),
         DELETE("/v1/sessions/chat%207"))

TEST(skills_are_asked_without_key_and_tenant_so)
{
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(answer), 1));
    client = weft_skillbox_client(fx.engine, &(weft_client_options){.base_url = fault_server_url(fx.server)}, NULL);
    CHECK(finish(&fx, weft_skillbox_list_skills(client, NULL, NULL, on_skillbox_skill_list, &fx)));
    CHECK(sent_exactly(fx.server, EXACT_FIRST("GET /v1/skills") ACCEPTS "\r\n"));
    CHECK(end(&fx));
}

#define ARCHIVE                                                                                                        \
    "/executions/tenant-42/executions/" ID "/files.tar.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=3600"         \
    "&X-Amz-Signature=abc"

TEST(archive_is_downloaded_so)
{
    char url[512];
    fixture fx;

    if (!weft__gzip_is_supported())
        SKIP("built without zlib, which archives take");
    CHECK(begin(&fx, SCRIPT(answer), 1));
    snprintf(url, sizeof(url), "%s%s", fault_server_url(fx.server), ARCHIVE);
    CHECK(finish(&fx, weft_skillbox_download_execution_files(fx.client, url, "never-made", NULL, NULL,
                                                             on_skillbox_download, &fx)));
    CHECK(sent_exactly(fx.server, EXACT_FIRST("GET " ARCHIVE) "Accept: */*\r\n" ENCODING "\r\n"));
    CHECK(end(&fx));
}

/* Every type of Skillbox's answers and requests: each member from its wire name and back, none, null, the
 * wrong kind. */
#include "types_fixture.h"

#include <stdio.h>

#include "service/skillbox_types.h"
#include "weft/skillbox.h"

/* ---- Answers with every member ----------------------------------------------------------------------- */

#define RUN_RESULT                                                                                                     \
    "{\"execution_id\":\"550e\",\"status\":\"success\",\"output\":{\"mean\": 2.50},"                                   \
    "\"files_url\":\"http://minio:9000/x?s=1\",\"files_list\":[\"summary.txt\",\"plots/a.png\"],"                      \
    "\"logs\":\"3 rows\\n\",\"duration_ms\":1234,\"error\":\"e\",\"skill_name\":\"data-analysis\","                    \
    "\"skill_version\":\"1.0.0\",\"tenant_id\":\"tenant-42\",\"input\":[1, 2],"                                        \
    "\"created_at\":\"2026-02-26T12:27:19.222141Z\",\"finished_at\":\"2026-02-26T12:27:20.456Z\"}"
#define FILE_INFO                                                                                                      \
    "{\"id\":\"f-2\",\"tenant_id\":\"t\",\"session_id\":\"s\",\"execution_id\":\"e\",\"name\":\"a.csv\","              \
    "\"content_type\":\"text/csv\",\"size_bytes\":52428800,\"s3_key\":\"files/f-2\",\"version\":2,"                    \
    "\"parent_id\":\"f-1\",\"created_at\":\"2026-02-26T12:27:19Z\",\"updated_at\":\"2026-02-26T13:27:19+01:"           \
    "00\"}"
#define FINDING                                                                                                        \
    "{\"severity\":\"FLAG\",\"category\":\"network\",\"file_path\":\"main.py\",\"line\":7,"                            \
    "\"description\":\"d\",\"remediation\":\"r\"}"

static const sample samples[] = {
    {&weft__skillbox_readiness_type, "{\"status\":\"ready\",\"checks\":{\"postgres\":\"ok\"},\"db\":\"ok\"}"},
    {&weft__skillbox_execution_type, RUN_RESULT},
    {&weft__skillbox_skill_type,
     "{\"name\":\"n\",\"version\":\"1.0.0\",\"description\":\"d\",\"lang\":\"python\",\"mode\":"
     "\"executable\","
     "\"status\":\"available\",\"source_url\":\"https://x/y\",\"blocked\":true,\"has_review\":true,"
     "\"has_declined\":true,\"has_scanning\":true,\"uploaded_at\":\"2026-02-26T12:27:19Z\"}"},
    {&weft__skillbox_skill_with_instructions_type,
     "{\"name\":\"n\",\"version\":\"1.0.0\",\"description\":\"d\",\"lang\":\"bash\",\"image\":\"python:3."
     "12\","
     "\"instructions\":\"# Do\\n\",\"timeout\":\"2m0s\",\"resources\":{\"cpu\":\"0.5\",\"memory\":\"256Mi\"},"
     "\"mode\":\"cognitive\"}"},
    {&weft__skillbox_accepted_skill_type,
     "{\"name\":\"n\",\"version\":\"1.0.1\",\"description\":\"d\",\"lang\":\"node\",\"mode\":\"executable\","
     "\"status\":\"pending\"}"},
    {&weft__skillbox_validation_type, "{\"valid\":true,\"skill_name\":\"n\",\"skill_version\":\"1.0.0\","
                                      "\"scan_tier\":2,\"duration_ms\":35}"},
    {&weft__skillbox_skill_file_type, "{\"path\":\"SKILL.md\",\"content\":\"---\\n\",\"size_bytes\":4}"},
    {&weft__skillbox_skill_version_type,
     "{\"version\":\"1.0.1\",\"status\":\"review\",\"active\":true,\"blocked\":true,"
     "\"uploaded_at\":\"2026-02-26T12:27:19Z\",\"scan_summary\":\"1 finding\",\"scan_findings\":[" FINDING "]}"},
    {&weft__skillbox_diff_type,
     "{\"name\":\"n\",\"from\":\"1.0.0\",\"to\":\"1.0.1\",\"files\":[{\"path\":\"main.py\",\"status\":"
     "\"modified\",\"lines\":[{\"op\":\"-\",\"text\":\"a\"},{\"op\":\"+\",\"text\":\"b\"}]},"
     "{\"path\":\"x\",\"status\":\"unchanged\"}]}"},
    {&weft__skillbox_active_version_type, "{\"name\":\"n\",\"active\":\"1.0.1\"}"},
    {&weft__skillbox_file_type, FILE_INFO},
};

/* A skill that was accepted stays so, whatever the answer looks like: its type is the lenient one. */
TEST_EVERY_ANSWER(samples)

TEST(a_member_of_the_wrong_kind_deep_inside_takes_nothing_else_away)
{
    const weft_skillbox_diff *diff;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__skillbox_diff_type,
                    "{\"files\":[{},{\"path\":\"p\",\"lines\":[{\"op\":1,\"text\":\"t\"}]}]}"),
             WEFT__CODEC_OK);
    diff = fx.value;
    CHECK(diff->files_count == 2 && is(diff->files[1].path, "p") && diff->files[1].lines_count == 1);
    CHECK(!diff->files[1].lines[0].op.ptr && is(diff->files[1].lines[0].text, "t"));
    CHECK_EQ(weft_object_get_state(&diff->files[1].lines[0].object, "op"), WEFT_PRESENCE_INVALID);
    end(&fx);
}

TEST(members_that_are_not_declared_pass_and_can_be_read)
{
    const weft_skillbox_execution *run;
    weft_json name, value;
    size_t cursor = 0;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__skillbox_execution_type, "{\"cost\":{\"usd\":0.10},\"status\":\"success\"}"),
             WEFT__CODEC_OK);
    run = fx.value;
    CHECK(weft_object_next_extra(&run->object, &cursor, &name, &value));
    CHECK(json_is(name, "cost") && json_is(value, "{\"usd\":0.10}"));
    CHECK(!weft_object_next_extra(&run->object, &cursor, &name, &value));
    end(&fx);
}

/* ---- Each member in its place ------------------------------------------------------------------------ */

TEST(an_execution_has_its_members)
{
    const weft_skillbox_execution *run;
    fixture fx;

    begin(&fx);
    run = decode_sample(&fx, &weft__skillbox_execution_type);
    CHECK(run && is(run->execution_id, "550e") && is(run->status, "success"));
    CHECK(json_is(run->output, "{\"mean\": 2.50}") && json_is(run->input, "[1, 2]"));
    CHECK(is(run->files_url, "http://minio:9000/x?s=1") && weft_skillbox_execution_has_files(run));
    CHECK_EQ(run->files_list_count, 2);
    CHECK(is(run->files_list[1], "plots/a.png") && is(run->logs, "3 rows\n") && is(run->error, "e"));
    CHECK_EQ(run->duration_ms, 1234);
    CHECK(is(run->skill_name, "data-analysis") && is(run->skill_version, "1.0.0"));
    CHECK(is(run->tenant_id, "tenant-42"));
    CHECK_EQ(weft_time_parse(run->created_at), 1772108839222141000);
    CHECK_EQ(weft_time_parse(run->finished_at) - weft_time_parse(run->created_at), 1233859000);
    end(&fx);
}

TEST(a_skill_has_its_members)
{
    const weft_skillbox_skill *skill;
    const weft_skillbox_skill_with_instructions *detail;
    fixture fx;

    begin(&fx);
    skill = decode_sample(&fx, &weft__skillbox_skill_type);
    CHECK(skill && is(skill->name, "n") && is(skill->version, "1.0.0") && is(skill->description, "d"));
    CHECK(is(skill->lang, "python") && is(skill->mode, "executable") && is(skill->status, "available"));
    CHECK(is(skill->source_url, "https://x/y") && is(skill->uploaded_at, "2026-02-26T12:27:19Z"));
    CHECK(skill->blocked && skill->has_review && skill->has_declined && skill->has_scanning);
    detail = decode_sample(&fx, &weft__skillbox_skill_with_instructions_type);
    CHECK(detail && is(detail->name, "n") && is(detail->version, "1.0.0") && is(detail->description, "d"));
    CHECK(is(detail->lang, "bash") && is(detail->image, "python:3.12") && is(detail->instructions, "# Do\n"));
    CHECK(is(detail->timeout, "2m0s") && is(detail->mode, "cognitive"));
    CHECK_EQ(detail->resources_count, 2);
    CHECK(is(detail->resources[1].name, "memory") && is(detail->resources[1].value, "256Mi"));
    end(&fx);
}

TEST(resources_that_are_numbers_are_taken_as_text)
{
    const weft_skillbox_skill_with_instructions *detail;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__skillbox_skill_with_instructions_type,
                    "{\"resources\":{\"cpu\":0.50,\"gpu\":{},\"x\":null}}"),
             WEFT__CODEC_OK);
    detail = fx.value;
    CHECK_EQ(detail->resources_count, 1);
    CHECK(is(detail->resources[0].name, "cpu") && is(detail->resources[0].value, "0.50"));
    end(&fx);
}

TEST(versions_and_comparisons_have_their_members)
{
    const weft_skillbox_skill_version *version;
    const weft_skillbox_scan_finding *finding;
    const weft_skillbox_diff *diff;
    fixture fx;

    begin(&fx);
    version = decode_sample(&fx, &weft__skillbox_skill_version_type);
    CHECK(version && is(version->version, "1.0.1") && is(version->status, "review"));
    CHECK(version->active && version->blocked && is(version->scan_summary, "1 finding"));
    CHECK_EQ(weft_time_parse(version->uploaded_at), 1772108839000000000);
    CHECK_EQ(version->scan_findings_count, 1);
    finding = version->scan_findings;
    CHECK(is(finding->severity, "FLAG") && is(finding->category, "network") && is(finding->file_path, "main.py"));
    CHECK(finding->line == 7 && is(finding->description, "d") && is(finding->remediation, "r"));
    diff = decode_sample(&fx, &weft__skillbox_diff_type);
    CHECK(diff && is(diff->name, "n") && is(diff->from, "1.0.0") && is(diff->to, "1.0.1"));
    CHECK_EQ(diff->files_count, 2);
    CHECK(is(diff->files[0].path, "main.py") && is(diff->files[0].status, WEFT_SKILLBOX_DIFF_MODIFIED));
    CHECK_EQ(diff->files[0].lines_count, 2);
    CHECK(is(diff->files[0].lines[1].op, "+") && is(diff->files[0].lines[1].text, "b"));
    end(&fx);
}

TEST(a_file_has_its_members)
{
    const weft_skillbox_file *file;
    fixture fx;

    begin(&fx);
    file = decode_sample(&fx, &weft__skillbox_file_type);
    CHECK(file && is(file->id, "f-2") && is(file->tenant_id, "t") && is(file->session_id, "s"));
    CHECK(is(file->execution_id, "e") && is(file->name, "a.csv") && is(file->content_type, "text/csv"));
    CHECK(file->size_bytes == 52428800 && is(file->s3_key, "files/f-2") && file->version == 2);
    CHECK(is(file->parent_id, "f-1"));
    CHECK_EQ(weft_time_parse(file->created_at), weft_time_parse(file->updated_at));
    end(&fx);
}

/* ---- How a run ended --------------------------------------------------------------------------------- */

TEST(only_three_words_are_a_success_and_only_known_ones_an_end)
{
    static const struct {
        const char *status;
        bool succeeded, failed, timed_out, running, final;
    } words[] = {
        {"success", true, false, false, false, true},  {"completed", true, false, false, false, true},
        {"mounted", true, false, false, false, true},  {"failed", false, true, false, false, true},
        {"error", false, true, false, false, true},    {"timeout", false, true, true, false, true},
        {"running", false, false, false, true, false}, {"Success", false, false, false, false, false},
        {"queued", false, false, false, false, false}, {"", false, false, false, false, false},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        weft_skillbox_execution run = {.status = {words[i].status, strlen(words[i].status)}};

        CHECK_EQ(weft_skillbox_execution_is_completed(&run), words[i].succeeded);
        CHECK_EQ(weft_skillbox_execution_is_failed(&run), words[i].failed);
        CHECK_EQ(weft_skillbox_execution_is_timed_out(&run), words[i].timed_out);
        CHECK_EQ(weft_skillbox_execution_is_running(&run), words[i].running);
        CHECK_EQ(weft_skillbox_execution_is_final(&run), words[i].final);
        CHECK(!weft_skillbox_execution_has_files(&run));
    }
}

/* ---- Requests, byte for byte ------------------------------------------------------------------------- */

TEST(a_run_sends_what_the_contract_shows)
{
    weft_skillbox_run_request request = {
        .skill = "data-analysis",
        .version = "1.0.0",
        .input = "{\"data\":[1,2,3]}",
        .env = &(weft_pair){"CUSTOM_VAR", "value"},
        .env_count = 1,
    };
    fixture fx;

    begin(&fx);
    CHECK_STR(encode(&fx, &weft__skillbox_run_request_type, &request),
              "{\"skill\":\"data-analysis\",\"version\":\"1.0.0\",\"input\":{\"data\":[1,2,3]},"
              "\"env\":{\"CUSTOM_VAR\":\"value\"}}");
    request = (weft_skillbox_run_request){.skill = "broken-skill", .version = ""};
    CHECK_STR(encode(&fx, &weft__skillbox_run_request_type, &request), "{\"skill\":\"broken-skill\"}");
    end(&fx);
}

TEST(a_run_sends_files_session_and_what_weft_does_not_name)
{
    static const char *const files[] = {"f-1", NULL, "f-2"};
    weft_skillbox_run_request request = {
        .skill = "s",
        .input = "null",
        .input_files = files,
        .input_files_count = 3,
        .session_id = "chat-7",
        .extra = "{\"entrypoint\":\"main.py\"}",
    };
    fixture fx;

    begin(&fx);
    CHECK_STR(encode(&fx, &weft__skillbox_run_request_type, &request),
              "{\"skill\":\"s\",\"input\":null,\"input_files\":[\"f-1\",\"f-2\"],\"session_id\":\"chat-7\","
              "\"entrypoint\":\"main.py\"}");
    end(&fx);
}

TEST(input_that_is_no_json_is_refused_by_its_name)
{
    weft_skillbox_run_request request = {.skill = "s", .input = "{data:1}"};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode(&fx, &weft__skillbox_run_request_type, &request), "");
    CHECK_EQ(fx.error.status, WEFT__CODEC_INVALID);
    CHECK_STR(fx.error.path, "input");
    end(&fx);
}

TEST(skills_and_their_files_are_sent_whole)
{
    static const weft_skillbox_skill_file_content files[] = {{"SKILL.md", "---\n"}, {"empty", NULL}};
    weft__skillbox_put_files_request batch = {files, 2};
    weft_skillbox_upsert_skill_request fields = {.name = "n", .description = "d", .code = "print(1)"};
    weft__skillbox_version_request version = {"1.0.1"};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode(&fx, &weft__skillbox_fields_request_type, &fields),
              "{\"name\":\"n\",\"description\":\"d\",\"code\":\"print(1)\"}");
    fields.lang = "bash";
    fields.instructions = "i";
    fields.version = "2.0.0";
    CHECK_STR(encode(&fx, &weft__skillbox_fields_request_type, &fields),
              "{\"name\":\"n\",\"description\":\"d\",\"code\":\"print(1)\",\"lang\":\"bash\","
              "\"instructions\":\"i\","
              "\"version\":\"2.0.0\"}");
    CHECK_STR(encode(&fx, &weft__skillbox_put_file_request_type, &files[1]), "{\"path\":\"empty\",\"content\":\"\"}");
    CHECK_STR(encode(&fx, &weft__skillbox_put_files_request_type, &batch),
              "{\"files\":[{\"path\":\"SKILL.md\",\"content\":\"---\\n\"},{\"path\":\"empty\",\"content\":\"\"}]}");
    CHECK_STR(encode(&fx, &weft__skillbox_version_request_type, &version), "{\"version\":\"1.0.1\"}");
    end(&fx);
}

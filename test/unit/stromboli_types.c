/* Every type of Stromboli's answers and requests: each member from its wire name and back, none, the wrong
 * kind. */
#include <stdlib.h>

#include "types_fixture.h"

#include "service/stromboli_content.h"
#include "service/stromboli_types.h"
#include "weft/stromboli.h"

/* ---- Answers with every member ----------------------------------------------------------------------- */

#define CRASH_INFO                                                                                                     \
    "{\"reason\":\"Process killed by SIGKILL\",\"exit_code\":137,\"partial_output\":\"...tail\","                      \
    "\"signal\":\"SIGKILL\",\"task_completed\":true}"
#define USAGE                                                                                                          \
    "{\"model\":\"sonnet\",\"input_tokens\":1,\"output_tokens\":2,\"cache_creation_input_tokens\":3,"                  \
    "\"cache_read_input_tokens\":4,\"total_tokens\":10,\"estimated_cost_usd\":0.25}"
#define JOB                                                                                                            \
    "{\"id\":\"job-1\",\"status\":\"crashed\",\"output\":\"o\",\"error\":\"e\",\"session_id\":\"s\","                  \
    "\"created_at\":\"2026-02-01T10:30:00Z\",\"updated_at\":\"2026-02-01T11:30:01+01:00\","                            \
    "\"crash_info\":" CRASH_INFO ",\"structured_output\":{\"a\": 1.50},\"usage\":" USAGE "}"
#define MESSAGE                                                                                                        \
    "{\"uuid\":\"u\",\"type\":\"assistant\",\"parent_uuid\":\"p\",\"session_id\":\"s\",\"cwd\":\"/"                    \
    "workspace\","                                                                                                     \
    "\"git_branch\":\"main\",\"permission_mode\":\"plan\",\"timestamp\":\"2026-01-24T10:06:42.906Z\","                 \
    "\"version\":\"2.1.19\",\"content\":{\"role\":\"assistant\"},\"tool_result\":{\"stdout\":\"x\"}}"
#define SECRET "{\"id\":\"abc\",\"name\":\"github-token\",\"created_at\":\"2026-02-01T10:30:00Z\"}"
#define IMAGE                                                                                                          \
    "{\"id\":\"sha256:abc\",\"repository\":\"python\",\"tag\":\"3.12-slim\",\"size\":125000000,"                       \
    "\"created\":\"2024-01-15T10:30:00Z\",\"description\":\"d\",\"compatible\":true,"                                  \
    "\"compatibility_rank\":3,\"has_claude_cli\":true,\"tools\":[\"python\",\"pip\"],"                                 \
    "\"labels\":{\"maintainer\":\"x\",\"n\":7},\"rank_description\":\"Standard glibc-based (compatible)\"}"

static const sample samples[] = {
    {&weft__stromboli_health_type,
     "{\"name\":\"stromboli\",\"status\":\"degraded\",\"version\":\"0.4.0-alpha\",\"components\":["
     "{\"name\":\"podman\",\"status\":\"ok\"},{\"name\":\"c\",\"status\":\"error\",\"error\":\"why\"}]}"},
    {&weft__stromboli_claude_status_type, "{\"configured\":true,\"message\":\"Claude is configured\"}"},
    {&weft__stromboli_run_response_type,
     "{\"id\":\"run-1\",\"status\":\"completed\",\"output\":\"o\",\"error\":\"e\",\"session_id\":\"s\","
     "\"crash_info\":" CRASH_INFO ",\"structured_output\":[1],\"usage\":" USAGE "}"},
    {&weft__stromboli_run_async_response_type, "{\"job_id\":\"job-1\",\"session_id\":\"s\"}"},
    {&weft__stromboli_job_type, JOB},
    {&weft__stromboli_job_list_type, "{\"jobs\":[" JOB ",{\"id\":\"job-2\"}]}"},
    {&weft__stromboli_cancel_job_response_type, "{\"cancelled\":true,\"job_id\":\"job-1\"}"},
    {&weft__stromboli_session_list_type, "{\"sessions\":[\"a\",{\"id\":\"b\",\"title\":\"t\"}],\"error\":\"e\"}"},
    {&weft__stromboli_delete_session_response_type, "{\"success\":true,\"session_id\":\"s\",\"error\":\"e\"}"},
    {&weft__stromboli_message_list_type,
     "{\"messages\":[" MESSAGE "],\"total\":9,\"limit\":2,\"offset\":4,\"has_more\":true}"},
    {&weft__stromboli_message_response_type, "{\"message\":" MESSAGE ",\"error\":\"e\"}"},
    {&weft__stromboli_message_content_type,
     "{\"role\":\"assistant\",\"model\":\"m\",\"message_id\":\"msg_1\",\"content\":[],\"stop_reason\":\"end_"
     "turn\","
     "\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"cache_creation_input_tokens\":3,"
     "\"cache_read_input_tokens\":4}}"},
    {&weft__stromboli_content_block_type, "{\"type\":\"tool_use\",\"text\":\"t\",\"id\":\"toolu_1\",\"name\":"
                                          "\"Bash\",\"input\":{\"command\":\"ls\"},"
                                          "\"tool_use_id\":\"toolu_0\",\"content\":\"c\",\"is_error\":true}"},
    {&weft__stromboli_tool_result_type, "{\"stdout\":\"out\",\"stderr\":\"err\",\"interrupted\":true,\"is_"
                                        "image\":true,\"tool_use_id\":\"toolu_0\","
                                        "\"content\":[1],\"is_error\":true}"},
    {&weft__stromboli_token_type,
     "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"expires_in\":86400,\"token_type\":\"bearer\"}"},
    {&weft__stromboli_token_validation_type, "{\"valid\":true,\"subject\":\"me\",\"expires_at\":1770028200}"},
    {&weft__stromboli_log_out_response_type, "{\"success\":true,\"message\":\"token invalidated\"}"},
    {&weft__stromboli_secret_list_type, "{\"secrets\":[" SECRET ",\"old\"],\"error\":\"e\"}"},
    {&weft__stromboli_secret_type, SECRET},
    {&weft__stromboli_secret_change_type, "{\"success\":true,\"name\":\"n\",\"error\":\"e\"}"},
    {&weft__stromboli_image_type, IMAGE},
    {&weft__stromboli_image_list_type, "{\"images\":[" IMAGE "]}"},
    {&weft__stromboli_image_match_list_type, "{\"results\":[{\"name\":\"n\",\"description\":\"d\",\"stars\":"
                                             "8500,\"official\":true,\"automated\":true,"
                                             "\"index\":\"docker.io\"}]}"},
    {&weft__stromboli_pull_image_response_type,
     "{\"success\":true,\"image\":\"python\",\"image_id\":\"sha256:abc\",\"error\":\"e\"}"},
};

TEST_EVERY_ANSWER(samples)

TEST(a_member_of_the_wrong_kind_deep_inside_takes_nothing_else_away)
{
    const weft_stromboli_job_list *list;
    const weft_stromboli_image *image;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__stromboli_job_list_type,
                    "{\"jobs\":[7,{\"id\":\"job-1\",\"usage\":{\"total_tokens\":\"many\",\"input_tokens\":3},"
                    "\"crash_info\":{\"exit_code\":1.5,\"reason\":\"oom\"}}]}"),
             WEFT__CODEC_OK);
    list = fx.value;
    CHECK_EQ(list->count, 2);
    CHECK(json_is(list->items[0].object.raw, "7") && !list->items[0].id.ptr);
    CHECK(is(list->items[1].id, "job-1") && list->items[1].usage->input_tokens == 3);
    CHECK_EQ(weft_object_get_state(&list->items[1].usage->object, "total_tokens"), WEFT_PRESENCE_INVALID);
    CHECK(list->items[1].crash_info->exit_code == 0 && is(list->items[1].crash_info->reason, "oom"));
    CHECK_EQ(weft_object_get_state(&list->items[1].crash_info->object, "exit_code"), WEFT_PRESENCE_INVALID);
    CHECK(json_is(weft_object_get(&list->items[1].crash_info->object, "exit_code"), "1.5"));
    CHECK_EQ(decode(&fx, &weft__stromboli_image_type, "{\"tools\":[\"a\",1]}"), WEFT__CODEC_OK);
    image = fx.value;
    CHECK(image->tools_count == 2 && is(image->tools[0], "a") && !image->tools[1].ptr);
    end(&fx);
}

TEST(members_that_are_not_declared_pass_and_can_be_read)
{
    const char *text = "{\"id\":\"job-1\",\"webhook\":{\"tries\":2},\"status\":\"running\"}";
    const weft_stromboli_job *job;
    weft_json name, value;
    size_t cursor = 0;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__stromboli_job_type, text), WEFT__CODEC_OK);
    job = fx.value;
    CHECK(is(job->id, "job-1") && is(job->status, "running"));
    CHECK(weft_object_next_extra(&job->object, &cursor, &name, &value));
    CHECK(json_is(name, "webhook") && json_is(value, "{\"tries\":2}"));
    CHECK(!weft_object_next_extra(&job->object, &cursor, &name, &value));
    end(&fx);
}

/* ---- Each member in its place ------------------------------------------------------------------------ */

TEST(health_has_its_members)
{
    const weft_stromboli_health *health;
    fixture fx;

    begin(&fx);
    health = decode_sample(&fx, &weft__stromboli_health_type);
    CHECK(health && is(health->name, "stromboli") && is(health->status, "degraded"));
    CHECK(is(health->version, "0.4.0-alpha"));
    CHECK_EQ(health->components_count, 2);
    CHECK(is(health->components[0].name, "podman") && !health->components[0].error.ptr);
    CHECK(is(health->components[1].status, "error") && is(health->components[1].error, "why"));
    CHECK(!weft_stromboli_health_is_ok(health));
    CHECK(weft_stromboli_component_is_ok(&health->components[0]));
    CHECK(!weft_stromboli_component_is_ok(&health->components[1]));
    end(&fx);
}

static bool crash_info_is_full(const weft_stromboli_crash_info *info)
{
    return info && is(info->reason, "Process killed by SIGKILL") && info->exit_code == 137 &&
           is(info->partial_output, "...tail") && is(info->signal, "SIGKILL") && info->task_completed;
}

static bool usage_is_full(const weft_stromboli_usage *usage)
{
    return usage && is(usage->model, "sonnet") && usage->input_tokens == 1 && usage->output_tokens == 2 &&
           usage->cache_creation_input_tokens == 3 && usage->cache_read_input_tokens == 4 &&
           usage->total_tokens == 10 && usage->estimated_cost_usd == 0.25;
}

TEST(run_has_its_members)
{
    const weft_stromboli_run_response *run;
    const weft_stromboli_run_async_response *started;
    const weft_stromboli_claude_status *status;
    fixture fx;

    begin(&fx);
    run = decode_sample(&fx, &weft__stromboli_run_response_type);
    CHECK(run && is(run->id, "run-1") && is(run->status, "completed") && is(run->output, "o"));
    CHECK(is(run->error, "e") && is(run->session_id, "s") && json_is(run->structured_output, "[1]"));
    CHECK(crash_info_is_full(run->crash_info) && usage_is_full(run->usage));
    CHECK(weft_stromboli_run_is_completed(run));
    started = decode_sample(&fx, &weft__stromboli_run_async_response_type);
    CHECK(started && is(started->job_id, "job-1") && is(started->session_id, "s"));
    status = decode_sample(&fx, &weft__stromboli_claude_status_type);
    CHECK(status && status->configured && is(status->message, "Claude is configured"));
    end(&fx);
}

TEST(job_has_its_members)
{
    const weft_stromboli_job *job;
    const weft_stromboli_job_list *list;
    const weft_stromboli_cancel_job_response *cancelled;
    fixture fx;

    begin(&fx);
    job = decode_sample(&fx, &weft__stromboli_job_type);
    CHECK(job && is(job->id, "job-1") && is(job->status, "crashed") && is(job->output, "o"));
    CHECK(is(job->error, "e") && is(job->session_id, "s") && json_is(job->structured_output, "{\"a\": 1.50}"));
    CHECK(is(job->created_at, "2026-02-01T10:30:00Z") && is(job->updated_at, "2026-02-01T11:30:01+01:00"));
    CHECK(crash_info_is_full(job->crash_info) && usage_is_full(job->usage));
    CHECK_EQ(weft_time_parse(job->updated_at) - weft_time_parse(job->created_at), 1000000000);
    list = decode_sample(&fx, &weft__stromboli_job_list_type);
    CHECK(list && list->count == 2 && usage_is_full(list->items[0].usage) && is(list->items[1].id, "job-2"));
    cancelled = decode_sample(&fx, &weft__stromboli_cancel_job_response_type);
    CHECK(cancelled && cancelled->cancelled && is(cancelled->job_id, "job-1"));
    end(&fx);
}

TEST(sessions_are_ids_or_objects)
{
    const weft_stromboli_session_list *list;
    const weft_stromboli_delete_session_response *destroyed;
    fixture fx;

    begin(&fx);
    list = decode_sample(&fx, &weft__stromboli_session_list_type);
    CHECK(list && list->count == 2 && is(list->error, "e"));
    CHECK(is(list->items[0].id, "a") && !list->items[0].title.ptr);
    CHECK(is(list->items[1].id, "b") && is(list->items[1].title, "t"));
    CHECK_EQ(decode(&fx, &weft__stromboli_session_list_type, "{\"sessions\":null}"), WEFT__CODEC_OK);
    CHECK_EQ(((const weft_stromboli_session_list *)fx.value)->count, 0);
    destroyed = decode_sample(&fx, &weft__stromboli_delete_session_response_type);
    CHECK(destroyed && destroyed->success && is(destroyed->session_id, "s") && is(destroyed->error, "e"));
    end(&fx);
}

TEST(tokens_have_their_members)
{
    const weft_stromboli_token *tokens;
    const weft_stromboli_token_validation *validation;
    const weft_stromboli_log_out_response *log_out;
    fixture fx;

    begin(&fx);
    tokens = decode_sample(&fx, &weft__stromboli_token_type);
    CHECK(tokens && is(tokens->access_token, "a") && is(tokens->refresh_token, "r"));
    CHECK(tokens->expires_in_s == 86400 && is(tokens->token_type, "bearer"));
    validation = decode_sample(&fx, &weft__stromboli_token_validation_type);
    CHECK(validation && validation->valid && is(validation->subject, "me") &&
          validation->expires_at_unix_s == 1770028200);
    log_out = decode_sample(&fx, &weft__stromboli_log_out_response_type);
    CHECK(log_out && log_out->success && is(log_out->message, "token invalidated"));
    end(&fx);
}

TEST(secrets_are_objects_or_names)
{
    const weft_stromboli_secret_list *list;
    const weft_stromboli_secret_change *answer;
    fixture fx;

    begin(&fx);
    list = decode_sample(&fx, &weft__stromboli_secret_list_type);
    CHECK(list && list->count == 2 && is(list->error, "e"));
    CHECK(is(list->items[0].id, "abc") && is(list->items[0].name, "github-token"));
    CHECK_EQ(weft_time_parse(list->items[0].created_at), 1769941800 * 1000000000LL);
    CHECK(is(list->items[1].name, "old") && !list->items[1].id.ptr);
    CHECK_EQ(weft_time_parse(list->items[1].created_at), WEFT_TIME_NONE);
    CHECK_EQ(decode(&fx, &weft__stromboli_secret_type, "{\"created_at\":\"10 days ago\"}"), WEFT__CODEC_OK);
    CHECK_EQ(weft_time_parse(((const weft_stromboli_secret *)fx.value)->created_at), WEFT_TIME_NONE);
    answer = decode_sample(&fx, &weft__stromboli_secret_change_type);
    CHECK(answer && answer->success && is(answer->name, "n") && is(answer->error, "e"));
    end(&fx);
}

TEST(images_have_their_members)
{
    const weft_stromboli_image *image;
    const weft_stromboli_image_match_list *matches;
    const weft_stromboli_pull_image_response *pulled;
    fixture fx;

    begin(&fx);
    image = decode_sample(&fx, &weft__stromboli_image_type);
    CHECK(image && is(image->id, "sha256:abc") && is(image->repository, "python") && is(image->tag, "3.12-slim"));
    CHECK(image->size_bytes == 125000000 && is(image->description, "d") && image->compatible);
    CHECK(image->compatibility_rank == 3 && image->has_claude_cli && image->tools_count == 2);
    CHECK(is(image->tools[0], "python") && is(image->tools[1], "pip") && image->labels_count == 2);
    CHECK(is(image->labels[0].name, "maintainer") && is(image->labels[0].value, "x"));
    CHECK(is(image->labels[1].value, "7") && is(image->rank_description, "Standard glibc-based (compatible)"));
    CHECK_EQ(weft_time_parse(image->created_at), 1705314600 * 1000000000LL);
    matches = decode_sample(&fx, &weft__stromboli_image_match_list_type);
    CHECK(matches && matches->count == 1 && is(matches->items[0].name, "n"));
    CHECK(is(matches->items[0].description, "d") && matches->items[0].stars == 8500);
    CHECK(matches->items[0].official && matches->items[0].automated);
    CHECK(is(matches->items[0].index, "docker.io"));
    pulled = decode_sample(&fx, &weft__stromboli_pull_image_response_type);
    CHECK(pulled && pulled->success && is(pulled->image, "python") && is(pulled->image_id, "sha256:abc"));
    CHECK(is(pulled->error, "e"));
    end(&fx);
}

/* ---- States ------------------------------------------------------------------------------------------ */

TEST(crashes_are_told_by_their_status_or_by_what_is_known_of_them)
{
    weft_stromboli_crash_info info = {.exit_code = 137};
    weft_stromboli_job job = {.status = {"crashed", 7}};
    weft_stromboli_run_response run = {.status = {"crashed", 7}};

    CHECK(weft_stromboli_job_is_crashed(&job) && weft_stromboli_run_is_crashed(&run));
    job.status = run.status = (weft_str){"failed", 6};
    CHECK(!weft_stromboli_job_is_crashed(&job) && !weft_stromboli_run_is_crashed(&run));
    job.crash_info = run.crash_info = &info; /* as 0.4 tells it */
    CHECK(weft_stromboli_job_is_crashed(&job) && weft_stromboli_run_is_crashed(&run));
    CHECK(!weft_stromboli_job_is_crashed(&(weft_stromboli_job){0}));
}

TEST(job_states_are_told_apart)
{
    static const struct {
        const char *status;
        bool pending, running, completed, failed, cancelled, final;
    } rows[] = {
        {"pending", true, true, false, false, false, false},   {"running", false, true, false, false, false, false},
        {"completed", false, false, true, false, false, true}, {"failed", false, false, false, true, false, true},
        {"crashed", false, false, false, true, false, true},   {"cancelled", false, false, false, false, true, true},
        {"paused", false, false, false, false, false, false},  {"", false, false, false, false, false, false},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        weft_stromboli_job job = {.status = {rows[i].status, strlen(rows[i].status)}};

        CHECK_EQ(weft_stromboli_job_is_pending(&job), rows[i].pending);
        CHECK_EQ(weft_stromboli_job_is_running(&job), rows[i].running);
        CHECK_EQ(weft_stromboli_job_is_completed(&job), rows[i].completed);
        CHECK_EQ(weft_stromboli_job_is_failed(&job), rows[i].failed);
        CHECK_EQ(weft_stromboli_job_is_cancelled(&job), rows[i].cancelled);
        CHECK_EQ(weft_stromboli_job_is_final(&job), rows[i].final);
    }
    CHECK(!weft_stromboli_job_is_final(&(weft_stromboli_job){0}));
    CHECK(!weft_stromboli_run_is_completed(&(weft_stromboli_run_response){0}));
}

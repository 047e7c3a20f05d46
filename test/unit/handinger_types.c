/* Every type of Handinger's answers: each member from its wire name, none, null, the wrong kind. */
#include "types_fixture.h"

#include "service/handinger_types.h"
#include "weft/handinger.h"

static bool opt_is(weft_opt_int64 opt, int64_t expected)
{
    return opt.state == WEFT_PRESENCE_VALUE && opt.value == expected;
}

/* ---- Answers with every member ----------------------------------------------------------------------- */

#define FILE_1 "{\"filename\":\"chart.png\",\"mediaType\":\"image/png\",\"url\":\"https://h/1\",\"size\":20480}"
#define OUTPUT_1                                                                                                       \
    "{\"id\":\"out_1\",\"content\":[{\"text\":\"Sunny.\",\"type\":\"output_text\"}],\"role\":\"assistant\","           \
    "\"status\":\"completed\",\"type\":\"message\"}"
#define SOURCE_1 "{\"id\":\"src_1\",\"title\":\"Weather\",\"type\":\"url\",\"url\":\"https://example.com/\"}"
#define TASK_1                                                                                                         \
    "{\"id\":\"tsk_1\",\"completedAt\":\"2026-05-11T09:14:48.000Z\",\"createdAt\":\"2026-05-11T09:14:22Z\","           \
    "\"createdByUserId\":\"usr_1\",\"organizationId\":\"org_1\",\"status\":\"completed\",\"title\":\"T\","             \
    "\"totals\":{\"credits\":42,\"durationMs\":25812,\"turnCount\":1},\"triggeredBy\":\"api\","                        \
    "\"url\":\"https://h/t\",\"workerId\":\"wrk_1\"}"
#define TURN_1                                                                                                         \
    "{\"id\":\"trn_1\",\"completedAt\":\"2026-05-11T09:14:48.000Z\",\"credits\":42,\"durationMs\":25812,"              \
    "\"input\":\"in\",\"inputTokens\":1842,\"outputText\":\"out\",\"outputTokens\":312,\"role\":\"user\","             \
    "\"seq\":3,\"startedAt\":\"2026-05-11T09:14:22.000Z\",\"status\":\"completed\","                                   \
    "\"structuredOutput\":{\"celsius\": 22.0},\"taskId\":\"tsk_1\"}"
#define SCHEDULE_1                                                                                                     \
    "{\"id\":\"sch_1\",\"budget\":\"low\",\"input\":\"in\",\"nextRunAt\":\"2026-06-01T09:00:00.000Z\","                \
    "\"type\":\"delayed\",\"delayInSeconds\":600,\"cron\":\"0 9 * * *\",\"intervalSeconds\":3600}"
#define EXECUTION_1                                                                                                    \
    "{\"id\":\"whe_7\",\"createdAt\":\"2026-05-11T09:14:49.120Z\",\"durationMs\":10012,"                               \
    "\"errorMessage\":\"connect timeout\",\"requestStatus\":\"error\",\"responseStatus\":504,"                         \
    "\"taskId\":\"tsk_1\",\"taskTitle\":\"T\",\"url\":\"https://example.com/hook\",\"workerId\":\"wrk_1\"}"

static const sample samples[] = {
    {&weft__handinger_worker_template_type,
     "{\"id\":\"wrk_1\",\"createdAt\":\"2026-05-11T09:00:00.000Z\",\"instructions\":\"i\","
     "\"organizationId\":\"org_1\",\"outputSchema\":{\"type\": \"object\"},\"summary\":\"s\",\"title\":\"t\","
     "\"updatedAt\":\"2026-05-11T09:05:00.000Z\",\"url\":\"https://h/w\",\"userId\":\"usr_1\","
     "\"visibility\":\"private\"}"},
    {&weft__handinger_worker_type,
     "{\"id\":\"wrk_1\",\"created_at\":1778490862,\"error\":{\"code\":1},\"files\":[" FILE_1 "],"
     "\"incomplete_details\":[],\"messages\":[{\"id\": \"m1\"},\"two\",3],\"metadata\":{\"k\":1.50},"
     "\"object\":\"worker\",\"output\":[" OUTPUT_1 "],\"output_text\":\"Sunny.\",\"running\":true,"
     "\"sources\":[" SOURCE_1 "],\"status\":\"running\",\"structured_output\":{\"celsius\":22},"
     "\"url\":\"https://h/w\",\"usage\":{\"credits\":42,\"durationMs\":25812}}"},
    {&weft__handinger_delete_worker_response_type, "{\"deleted\":true}"},
    {&weft__handinger_worker_email_type, "{\"email\":\"w@in.handinger.com\"}"},
    {&weft__handinger_task_with_turns_type, "{\"task\":" TASK_1 ",\"turns\":[" TURN_1 "]}"},
    {&weft__handinger_delete_task_response_type, "{\"archived\":true}"},
    {&weft__handinger_schedule_type, SCHEDULE_1},
    {&weft__handinger_schedule_list_type, "{\"schedules\":[" SCHEDULE_1 "],\"workerId\":\"wrk_1\"}"},
    {&weft__handinger_cancel_schedule_response_type, "{\"cancelled\":true}"},
    {&weft__handinger_webhook_type, "{\"token\":\"whk_1\",\"url\":\"https://example.com/hook\"}"},
    {&weft__handinger_webhook_execution_list_type,
     "{\"logs\":[" EXECUTION_1 "],\"page\":2,\"pageCount\":3,\"totalCount\":102}"},
};

TEST_EVERY_ANSWER(samples)

TEST(every_type_is_lenient_and_keeps_its_object)
{
    for (unsigned i = 0; i < SAMPLES; i++)
        CHECK_EQ(samples[i].type->flags, WEFT__LENIENT | WEFT__SPELLED | WEFT__HAS_OBJECT);
}

/* ---- Each member in its place ------------------------------------------------------------------------ */

TEST(worker_template_has_its_members)
{
    const weft_handinger_worker_template *it;
    fixture fx;

    begin(&fx);
    it = decode_sample(&fx, &weft__handinger_worker_template_type);
    CHECK(it && is(it->id, "wrk_1") && is(it->created_at, "2026-05-11T09:00:00.000Z"));
    CHECK(is(it->instructions, "i") && is(it->organization_id, "org_1") && is(it->summary, "s"));
    CHECK(json_is(it->output_schema, "{\"type\": \"object\"}") && is(it->title, "t"));
    CHECK(is(it->updated_at, "2026-05-11T09:05:00.000Z") && is(it->url, "https://h/w"));
    CHECK(is(it->user_id, "usr_1") && is(it->visibility, WEFT_HANDINGER_VISIBILITY_PRIVATE));
    end(&fx);
}

TEST(worker_has_its_members)
{
    const weft_handinger_worker *worker;
    fixture fx;

    begin(&fx);
    worker = decode_sample(&fx, &weft__handinger_worker_type);
    CHECK(worker && is(worker->id, "wrk_1") && opt_is(worker->created_at_unix_s, 1778490862));
    CHECK(json_is(worker->error, "{\"code\":1}") && json_is(worker->incomplete_details, "[]"));
    CHECK_EQ(worker->messages_count, 3);
    CHECK(json_is(worker->messages[0], "{\"id\": \"m1\"}") && json_is(worker->messages[1], "\"two\""));
    CHECK(json_is(worker->metadata, "{\"k\":1.50}") && is(worker->object_type, "worker"));
    CHECK(is(worker->output_text, "Sunny.") && worker->running && is(worker->status, "running"));
    CHECK(json_is(worker->structured_output, "{\"celsius\":22}") && is(worker->url, "https://h/w"));
    CHECK(worker->usage && opt_is(worker->usage->credits, 42) && opt_is(worker->usage->duration_ms, 25812));
    end(&fx);
}

TEST(worker_has_its_files_outputs_and_sources)
{
    const weft_handinger_worker *worker;
    fixture fx;

    begin(&fx);
    worker = decode_sample(&fx, &weft__handinger_worker_type);
    CHECK(worker && worker->files_count == 1 && worker->output_count == 1 && worker->sources_count == 1);
    CHECK(is(worker->files[0].filename, "chart.png") && is(worker->files[0].media_type, "image/png"));
    CHECK(is(worker->files[0].url, "https://h/1") && opt_is(worker->files[0].size_bytes, 20480));
    CHECK(is(worker->output[0].id, "out_1") && is(worker->output[0].role, WEFT_HANDINGER_OUTPUT_ASSISTANT));
    CHECK(is(worker->output[0].status, "completed") && is(worker->output[0].type, "message"));
    CHECK_EQ(worker->output[0].content_count, 1);
    CHECK(is(worker->output[0].content[0].text, "Sunny."));
    CHECK(is(worker->output[0].content[0].type, WEFT_HANDINGER_CONTENT_OUTPUT_TEXT));
    CHECK(is(worker->sources[0].id, "src_1") && is(worker->sources[0].title, "Weather"));
    CHECK(is(worker->sources[0].type, "url") && is(worker->sources[0].url, "https://example.com/"));
    end(&fx);
}

TEST(task_and_turns_have_their_members)
{
    const weft_handinger_task_with_turns *it;
    const weft_handinger_task_turn *turn;
    fixture fx;

    begin(&fx);
    it = decode_sample(&fx, &weft__handinger_task_with_turns_type);
    CHECK(it && it->task && is(it->task->id, "tsk_1") && is(it->task->status, "completed"));
    CHECK(is(it->task->completed_at, "2026-05-11T09:14:48.000Z") && is(it->task->title, "T"));
    CHECK(is(it->task->created_at, "2026-05-11T09:14:22Z") && is(it->task->created_by_user_id, "usr_1"));
    CHECK(is(it->task->organization_id, "org_1") && is(it->task->triggered_by, "api"));
    CHECK(is(it->task->url, "https://h/t") && is(it->task->worker_id, "wrk_1"));
    CHECK(it->task->totals && it->task->totals->credits == 42 && it->task->totals->duration_ms == 25812);
    CHECK_EQ(it->task->totals->turn_count, 1);
    CHECK_EQ(it->turns_count, 1);
    turn = &it->turns[0];
    CHECK(is(turn->id, "trn_1") && is(turn->completed_at, "2026-05-11T09:14:48.000Z") && turn->credits == 42);
    CHECK(turn->duration_ms == 25812 && is(turn->input, "in") && turn->input_tokens == 1842);
    CHECK(is(turn->output_text, "out") && turn->output_tokens == 312 && is(turn->role, "user") && turn->seq == 3);
    CHECK(is(turn->started_at, "2026-05-11T09:14:22.000Z") && is(turn->status, "completed"));
    CHECK(json_is(turn->structured_output, "{\"celsius\": 22.0}") && is(turn->task_id, "tsk_1"));
    end(&fx);
}

TEST(webhooks_and_executions_have_their_members)
{
    const weft_handinger_webhook *webhook;
    const weft_handinger_webhook_execution_list *list;
    const weft_handinger_webhook_execution *one;
    fixture fx;

    begin(&fx);
    webhook = decode_sample(&fx, &weft__handinger_webhook_type);
    CHECK(webhook && is(webhook->token, "whk_1") && is(webhook->url, "https://example.com/hook"));
    list = decode_sample(&fx, &weft__handinger_webhook_execution_list_type);
    CHECK(list && list->count == 1 && list->page == 2 && list->page_count == 3 && list->total_count == 102);
    one = &list->items[0];
    CHECK(is(one->id, "whe_7") && is(one->created_at, "2026-05-11T09:14:49.120Z") && one->duration_ms == 10012);
    CHECK(is(one->error_message, "connect timeout") && is(one->request_status, WEFT_HANDINGER_WEBHOOK_ERROR));
    CHECK(opt_is(one->response_status, 504) && is(one->task_id, "tsk_1") && is(one->task_title, "T"));
    CHECK(is(one->url, "https://example.com/hook") && is(one->worker_id, "wrk_1"));
    end(&fx);
}

TEST(small_answers_have_their_member)
{
    fixture fx;

    begin(&fx);
    CHECK(((const weft_handinger_delete_worker_response *)decode_sample(&fx,
                                                                        &weft__handinger_delete_worker_response_type))
              ->deleted);
    CHECK(((const weft_handinger_delete_task_response *)decode_sample(&fx, &weft__handinger_delete_task_response_type))
              ->archived);
    CHECK(((const weft_handinger_cancel_schedule_response *)decode_sample(
               &fx, &weft__handinger_cancel_schedule_response_type))
              ->cancelled);
    CHECK(is(((const weft_handinger_worker_email *)decode_sample(&fx, &weft__handinger_worker_email_type))->email,
             "w@in.handinger.com"));
    end(&fx);
}

/* ---- The union of schedules -------------------------------------------------------------------------- */

static const weft_handinger_schedule *decode_schedule(fixture *fx, const char *text)
{
    return decode(fx, &weft__handinger_schedule_type, text) == WEFT__CODEC_OK ? fx->value : NULL;
}

TEST(each_kind_of_schedule_has_its_own_member)
{
    const weft_handinger_schedule *it;
    fixture fx;

    begin(&fx);
    it = decode_schedule(&fx, "{\"id\":\"sch_1\",\"type\":\"scheduled\",\"nextRunAt\":\"2026-06-01T09:00:00.000Z\"}");
    CHECK(it && weft_handinger_schedule_get_kind(it) == WEFT_HANDINGER_SCHEDULE_KIND_SCHEDULED);
    CHECK_EQ(weft_object_get_state(&it->object, "cron"), WEFT_PRESENCE_ABSENT);
    it = decode_schedule(&fx, "{\"type\":\"delayed\",\"delayInSeconds\":600}");
    CHECK(it && weft_handinger_schedule_get_kind(it) == WEFT_HANDINGER_SCHEDULE_KIND_DELAYED && it->delay_s == 600);
    it = decode_schedule(&fx, "{\"type\":\"cron\",\"cron\":\"0 9 * * 1-5\"}");
    CHECK(it && weft_handinger_schedule_get_kind(it) == WEFT_HANDINGER_SCHEDULE_KIND_CRON &&
          is(it->cron, "0 9 * * 1-5"));
    it = decode_schedule(&fx, "{\"type\":\"interval\",\"intervalSeconds\":\"3600\"}");
    CHECK(it && weft_handinger_schedule_get_kind(it) == WEFT_HANDINGER_SCHEDULE_KIND_INTERVAL &&
          it->interval_s == 3600);
    end(&fx);
}

TEST(a_schedule_of_another_type_keeps_its_text)
{
    const weft_handinger_schedule_list *list;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__handinger_schedule_list_type,
                    "{\"schedules\":[{\"id\":\"sch_9\",\"type\":\"lunar\",\"phase\":\"full\"},7,null],"
                    "\"workerId\":\"w\"}"),
             WEFT__CODEC_OK);
    list = fx.value;
    CHECK_EQ(list->count, 3);
    CHECK_EQ(weft_handinger_schedule_get_kind(&list->items[0]), WEFT_HANDINGER_SCHEDULE_KIND_OTHER);
    CHECK(is(list->items[0].id, "sch_9") && is(list->items[0].type, "lunar"));
    CHECK(json_is(weft_object_get(&list->items[0].object, "phase"), "\"full\""));
    CHECK(json_is(list->items[0].object.raw, "{\"id\":\"sch_9\",\"type\":\"lunar\",\"phase\":\"full\"}"));
    CHECK(json_is(list->items[1].object.raw, "7") && !list->items[2].object.raw.ptr);
    CHECK_EQ(weft_handinger_schedule_get_kind(&list->items[2]), WEFT_HANDINGER_SCHEDULE_KIND_OTHER);
    end(&fx);
}

/* ---- Answers that are not quite so ------------------------------------------------------------------- */

TEST(later_servers_answers_are_understood)
{
    const weft_handinger_task_with_turns *it;
    weft_json name, value;
    size_t cursor = 0;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__handinger_task_with_turns_type,
                    "{\"task\":{\"id\":\"tsk_1\",\"status\":\"paused\"},\"items\":[1]}"),
             WEFT__CODEC_OK);
    it = fx.value;
    CHECK(is(it->task->status, "paused") && !weft_handinger_task_is_final(it->task));
    CHECK_EQ(it->turns_count, 0);
    CHECK_EQ(weft_object_get_state(&it->object, "turns"), WEFT_PRESENCE_ABSENT);
    CHECK(weft_object_next_extra(&it->object, &cursor, &name, &value));
    CHECK(json_is(name, "items") && json_is(value, "[1]"));
    end(&fx);
}

TEST(numbers_and_texts_stand_for_each_other)
{
    const weft_handinger_worker *worker;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__handinger_worker_type,
                    "{\"id\":17,\"created_at\":\"1778490862\",\"usage\":{\"credits\":\"42\",\"durationMs\":1.5}}"),
             WEFT__CODEC_OK);
    worker = fx.value;
    CHECK(is(worker->id, "17") && opt_is(worker->created_at_unix_s, 1778490862));
    CHECK(opt_is(worker->usage->credits, 42));
    CHECK_EQ(worker->usage->duration_ms.state, WEFT_PRESENCE_INVALID);
    CHECK(json_is(weft_object_get(&worker->usage->object, "durationMs"), "1.5"));
    end(&fx);
}

TEST(an_answer_that_is_no_object_is_none)
{
    fixture fx;

    begin(&fx);
    CHECK(decode(&fx, &weft__handinger_worker_type, "") != WEFT__CODEC_OK);
    CHECK(decode(&fx, &weft__handinger_worker_type, "{\"id\":") != WEFT__CODEC_OK);
    end(&fx);
}

/* ---- Reading results --------------------------------------------------------------------------------- */

static weft_str str(const char *text)
{
    return (weft_str){text, strlen(text)};
}

TEST(three_states_of_a_task_are_final)
{
    static const struct {
        const char *status;
        bool final;
    } cases[] = {{"pending", false}, {"running", false},   {"completed", true}, {"error", true},
                 {"aborted", true},  {"Completed", false}, {"", false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CHECK_EQ(weft_handinger_task_is_final(&(weft_handinger_task){.status = str(cases[i].status)}), cases[i].final);
    CHECK(!weft_handinger_task_is_final(&(weft_handinger_task){.status = {NULL, 0}}));
    CHECK(weft_handinger_task_is_completed(&(weft_handinger_task){.status = str("completed")}));
    CHECK(weft_handinger_task_is_failed(&(weft_handinger_task){.status = str("error")}));
    CHECK(weft_handinger_task_is_aborted(&(weft_handinger_task){.status = str("aborted")}));
}

TEST(a_webhooks_token_is_told_from_others)
{
    CHECK(weft_handinger_is_webhook_token("whk_1", "whk_1"));
    CHECK(!weft_handinger_is_webhook_token("whk_1", "whk_2"));
    CHECK(!weft_handinger_is_webhook_token("whk_1", "whk_11"));
    CHECK(!weft_handinger_is_webhook_token("whk_1", ""));
    CHECK(!weft_handinger_is_webhook_token("", ""));
    CHECK(!weft_handinger_is_webhook_token(NULL, NULL));
    CHECK(!weft_handinger_is_webhook_token("whk_1", NULL));
}

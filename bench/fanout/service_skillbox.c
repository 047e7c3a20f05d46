/* Skillbox: skills, which answer when they are done. */
#include "fanout/answer.h"
#include "fanout/service.h"

static weft_client *open_client(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                                weft_error_info *ret_error)
{
    (void)options;
    return weft_skillbox_client(engine, client, ret_error);
}

static const char *operation(const fanout_options *options, fanout_mode mode)
{
    (void)options, (void)mode;
    return "Run";
}

static const char *addition(const fanout_options *options, const char **ret_value)
{
    *ret_value = options->skill;
    return options->skill ? "skill" : NULL;
}

/* A skill's output may be any JSON; text is shown as text. False when there is no memory for it. */
static bool read_answer(fanout_run *run, weft_json answer, fanout_outcome *outcome, weft_str *ret_why)
{
    weft_json id = {0}, status = {0}, output = {0}, error = {0};
    const answer_member members[] = {
        {"execution_id", &id},
        {"status", &status},
        {"output", &output},
        {"error", &error},
    };

    answer_read(answer, members, ANSWER_COUNT(members));
    if (weft_json_get_kind(output) != WEFT_JSON_KIND_STRING)
        outcome->structured_output = output;
    const answer_text texts[] = {
        {id, &outcome->id},
        {status, &outcome->status},
        {output, &outcome->output},
        {error, ret_why},
    };
    return answer_texts(&run->texts, texts, ANSWER_COUNT(texts));
}

static void on_result(weft_call *call, const weft_error *error, const weft_operation_result *answer, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    weft_str why = {0};
    bool good;

    run_connected(run, call);
    if (error) {
        run_failed(run, &outcome, call, error);
        return;
    }
    if (!read_answer(run, answer->json, &outcome, &why)) {
        run_failed_for_memory(run, call);
        return;
    }
    good = weft_skillbox_execution_is_completed(&(weft_skillbox_execution){.status = outcome.status});
    run_ended_with_status(run, &outcome, call, good, why.ptr);
}

static bool start_answering(fanout_run *run)
{
    run->state = RUN_ANSWERING;
    return run_submit(run, on_result);
}

const fanout_service service_skillbox = {
    .name = "skillbox",
    .start = {[FANOUT_RUN] = start_answering},
    .open = open_client,
    .operation = operation,
    .addition = addition,
};

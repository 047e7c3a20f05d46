/* sim_agentserver_llm.c - how workspaces reach models, and how often they may. */
#include <stdio.h>
#include <string.h>

#include "json/codec.h"
#include "sim_agentserver.h"

enum { MODELS_MAX = 100, DEFAULT_MAX_RPD = 1000 };

/* ---- Configuration ----------------------------------------------------------------------------------- */

static agentserver_row *config_of(sim_call *call)
{
    return agentserver_find(agentserver_rows(call, LLM_CONFIGS), "_workspace", call->params[0].ptr);
}

static void mask(const char *key, char ret_masked[16])
{
    size_t len = strlen(key);

    if (len <= 8)
        snprintf(ret_masked, 16, "****");
    else
        snprintf(ret_masked, 16, "%.3s...%s", key, key + len - 4);
}

void agentserver_get_llm_config(sim_call *call)
{
    const agentserver_row *config = config_of(call);
    char masked[16] = "";
    weft__writer writer;

    if (config)
        mask(agentserver_get(config, "_api_key"), masked);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "configured", config != NULL);
    sim_put_text(&writer, "base_url", config ? agentserver_get(config, "base_url") : "");
    sim_put_text(&writer, "api_key", masked);
    if (config) {
        const char *models = agentserver_get(config, "models");

        sim_put_name(&writer, "models");
        weft__write_raw(&writer, models, strlen(models));
        sim_put_text(&writer, "updated_at", agentserver_get(config, "updated_at"));
    } else {
        sim_put_name(&writer, "updated_at");
        weft__write_null(&writer);
    }
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* How many models there are; -1 when one lacks its id or its name. */
static int count_models(sim_call *call, weft_json models)
{
    typedef struct model {
        weft_str id, name;
    } model;
    static const weft__field fields[] = {
        WEFT__FIELD(model, id, "id", WEFT__STR, 0),
        WEFT__FIELD(model, name, "name", WEFT__STR, 0),
    };
    static const weft__type type = WEFT__REQUEST_TYPE(model, "model", fields);
    weft__codec_error error;
    weft__list_result list = {0};

    if (!models.ptr ||
        weft__decode_list(&call->exchange->arena, &type, models.ptr, models.len, &list, &error) != WEFT__CODEC_OK)
        return 0;
    for (size_t i = 0; i < list.count; i++)
        if (((const model *)list.items)[i].id.len == 0 || ((const model *)list.items)[i].name.len == 0)
            return -1;
    return (int)list.count;
}

static const char *fault_of(sim_call *call, const char *url, const char *key, int models)
{
    if (!url || !*url)
        return "base_url is required";
    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return "base_url must be a valid http or https URL";
    if ((!key || !*key) && !config_of(call))
        return "api_key is required";
    if (models == 0)
        return "at least one model is required";
    if (models > MODELS_MAX)
        return "too many models (max 100)";
    return models < 0 ? "each model must have id and name" : NULL;
}

void agentserver_put_llm_config(sim_call *call)
{
    const char *url = agentserver_text(call, "base_url"), *key = agentserver_text(call, "api_key"), *fault;
    weft_json models = agentserver_json(call, "models");
    agentserver_row *config = config_of(call);
    weft__writer writer;
    char now[32];

    fault = fault_of(call, url, key, count_models(call, models));
    if (fault) {
        agentserver_say(call, 400, "%s", fault);
        return;
    }
    agentserver_now(call, now);
    if (!config)
        config = agentserver_add(agentserver_rows(call, LLM_CONFIGS));
    agentserver_set(config, "_workspace", call->params[0].ptr);
    agentserver_set(config, "base_url", url);
    if (key && *key)
        agentserver_set(config, "_api_key", key);
    agentserver_set_json(config, "models", models);
    agentserver_set(config, "updated_at", now);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "ok", true);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_delete_llm_config(sim_call *call)
{
    agentserver_remove_all(agentserver_rows(call, LLM_CONFIGS), "_workspace", call->params[0].ptr);
    agentserver_answer_empty(call, 204);
}

/* ---- Quota ------------------------------------------------------------------------------------------- */

void agentserver_get_llm_quota(sim_call *call)
{
    const char *id = call->params[0].ptr;
    const agentserver_row *quota = agentserver_find(agentserver_rows(call, LLM_QUOTAS), "workspace_id", id);
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_int(&writer, "default_max_rpd", DEFAULT_MAX_RPD);
    sim_put_int(&writer, "today_request_count", (int64_t)agentserver_count(call, TRACES, "workspace_id", id));
    sim_put_name(&writer, "workspace_quota");
    if (quota)
        agentserver_write_row(&writer, quota);
    else
        weft__write_null(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_put_llm_quota(sim_call *call)
{
    const char *id = call->params[0].ptr;
    agentserver_row *quota = agentserver_find(agentserver_rows(call, LLM_QUOTAS), "workspace_id", id);
    weft_json given = agentserver_json(call, "max_rpd");
    int64_t max = 0;
    char now[32];

    if (given.ptr && weft__json_int64(given, &max) && max < 0) {
        sim_answer_text(call, 400, "application/json", "max_rpd must be >= 0\n");
        return;
    }
    agentserver_now(call, now);
    if (!quota)
        quota = agentserver_add(agentserver_rows(call, LLM_QUOTAS));
    agentserver_set(quota, "workspace_id", id);
    agentserver_set_json(quota, "max_rpd", given.ptr ? given : (weft_json){"null", 4});
    agentserver_set(quota, "updated_at", now);
    agentserver_answer_empty(call, 204);
}

void agentserver_delete_llm_quota(sim_call *call)
{
    agentserver_remove_all(agentserver_rows(call, LLM_QUOTAS), "workspace_id", call->params[0].ptr);
    agentserver_answer_empty(call, 204);
}

/* ---- ModelServer: whoever is sent to connect it has done so ------------------------------------------ */

void agentserver_connect_modelserver(sim_call *call)
{
    agentserver_row *row = agentserver_find(agentserver_rows(call, WORKSPACES), "id", call->params[0].ptr);
    char now[32], state[17], location[160], cookie[80];

    agentserver_now(call, now);
    agentserver_letters(call, "0123456789abcdef", 16, state);
    agentserver_set(row, "_modelserver", now);
    snprintf(location, sizeof(location), "https://modelserver.example/oauth/authorize?state=%s", state);
    snprintf(cookie, sizeof(cookie), "ms-oauth-state=%s; Path=/; Max-Age=600; HttpOnly", state);
    sim_reply_header(call->exchange, "Location", location);
    sim_reply_header(call->exchange, "Set-Cookie", cookie);
    sim_answer_text(call, 302, "text/html; charset=utf-8", "<a href=\"https://modelserver.example\">Found</a>.\n");
}

void agentserver_disconnect_modelserver(sim_call *call)
{
    agentserver_unset(agentserver_find(agentserver_rows(call, WORKSPACES), "id", call->params[0].ptr), "_modelserver");
    agentserver_answer_empty(call, 204);
}

void agentserver_modelserver_status(sim_call *call)
{
    const agentserver_row *row = agentserver_find(agentserver_rows(call, WORKSPACES), "id", call->params[0].ptr);
    const char *since = agentserver_get(row, "_modelserver");
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "connected", since != NULL);
    if (since) {
        sim_put_text(&writer, "project_id", "proj_1");
        sim_put_text(&writer, "project_name", "Simulated");
        sim_put_text(&writer, "connected_at", since);
    }
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

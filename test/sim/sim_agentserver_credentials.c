/* sim_agentserver_credentials.c - credentials of workspaces. A config that says "oidc-login" has to be agreed to by its
 * user, which takes --job-duration; one that says "sim:fail" is refused by them. */
#include <string.h>

#include "sim_agentserver.h"

enum { EXPIRES_IN_S = 900 };

/* Of params[0] and params[1]: the workspace and the kind. */
static bool is_of(const sim_call *call, const agentserver_row *row)
{
    return agentserver_is(row, "_workspace", call->params[0].ptr) && agentserver_is(row, "_kind", call->params[1].ptr);
}

static agentserver_row *find(sim_call *call, agentserver_kind kind, const char *name, const char *value)
{
    for (agentserver_row *row = agentserver_rows(call, kind)->first; row; row = row->next)
        if (is_of(call, row) && agentserver_is(row, name, value))
            return row;
    return NULL;
}

void agentserver_list_bindings(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const agentserver_row *row = agentserver_rows(call, CREDENTIALS)->first; row; row = row->next)
        if (is_of(call, row))
            agentserver_write_row(&writer, row);
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

static void answer_stored(sim_call *call, const agentserver_row *row)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "auth_type", agentserver_get(row, "auth_type"));
    sim_put_text(&writer, "display_name", agentserver_get(row, "display_name"));
    sim_put_text(&writer, "id", agentserver_get(row, "id"));
    sim_put_bool(&writer, "is_default", agentserver_is(row, "is_default", "true"));
    sim_put_name(&writer, "public_meta");
    weft__write_raw(&writer, "{\"ca_data_b64\":\"TFMw\"}", 22);
    sim_put_text(&writer, "server_url", agentserver_get(row, "server_url"));
    weft__write_object_end(&writer);
    sim_answer_end(call, 201);
}

static void store(sim_call *call, const char *id, const char *name, const char *type)
{
    bool first = !find(call, CREDENTIALS, "_kind", call->params[1].ptr);
    agentserver_row *row = agentserver_add(agentserver_rows(call, CREDENTIALS));
    char now[32];

    agentserver_now(call, now);
    agentserver_set(row, "_workspace", call->params[0].ptr);
    agentserver_set(row, "_kind", call->params[1].ptr);
    agentserver_set(row, "id", id);
    agentserver_set(row, "display_name", name);
    agentserver_set(row, "server_url", "https://k8s.example.com:6443");
    agentserver_set(row, "auth_type", type);
    agentserver_set_json(row, "public_meta", (weft_json){"{\"ca_data_b64\":\"TFMw\"}", 22});
    agentserver_set_bool(row, "is_default", first);
    agentserver_set(row, "created_at", now);
    answer_stored(call, row);
}

static void begin_device_code(sim_call *call, const char *id, const char *name, bool refused)
{
    agentserver_row *row = agentserver_add(agentserver_rows(call, DEVICE_CODES));
    weft__writer writer;

    agentserver_set(row, "_workspace", call->params[0].ptr);
    agentserver_set(row, "_kind", call->params[1].ptr);
    agentserver_set(row, "id", id);
    agentserver_set(row, "display_name", name);
    agentserver_set_bool(row, "_refused", refused);
    agentserver_set_int(row, "_expires_ms", (int64_t)sim_now_ms(call->sim) + EXPIRES_IN_S * 1000);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_int(&writer, "expires_in", EXPIRES_IN_S);
    sim_put_text(&writer, "id", id);
    sim_put_text(&writer, "status", "pending_device_code");
    sim_put_text(&writer, "user_code", "WDJB-MJHT");
    sim_put_text(&writer, "verification_uri", "https://idp.example.com/device");
    weft__write_object_end(&writer);
    sim_answer_end(call, 202);
}

void agentserver_create_binding(sim_call *call)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *name = agentserver_text(call, "display_name"), *config = agentserver_text(call, "config");
    char id[23];

    if (!name || !*name || !config || !*config) {
        agentserver_blame(call, 400, "display_name and config are required");
        return;
    }
    agentserver_letters(call, letters, 22, id);
    if (strcmp(call->params[1].ptr, "k8s") != 0)
        agentserver_say(call, 400, "unknown credential kind \"%s\"", call->params[1].ptr);
    else if (!strstr(config, "kind") || !strstr(config, "Config"))
        agentserver_say(call, 400, "invalid config: not a kubeconfig");
    else if (find(call, CREDENTIALS, "display_name", name))
        agentserver_say(call, 409, "a binding with this display name already exists");
    else if (strstr(config, "oidc-login"))
        begin_device_code(call, id, name, strstr(config, "sim:fail") != NULL);
    else
        store(call, id, name, "bearer");
}

void agentserver_patch_binding(sim_call *call)
{
    agentserver_row *row = find(call, CREDENTIALS, "id", call->params[2].ptr);
    const char *name = agentserver_text(call, "display_name");
    const agentserver_row *other = name ? find(call, CREDENTIALS, "display_name", name) : NULL;

    if (!row) {
        agentserver_say(call, 404, "not found");
        return;
    }
    if (other && other != row) {
        agentserver_say(call, 500, "internal error");
        return;
    }
    if (name && *name)
        agentserver_set(row, "display_name", name);
    agentserver_answer_empty(call, 204);
}

void agentserver_delete_binding(sim_call *call)
{
    agentserver_row *row = find(call, CREDENTIALS, "id", call->params[2].ptr);

    if (!row) {
        agentserver_say(call, 404, "not found");
    } else if (agentserver_is(row, "is_default", "true") && find(call, CREDENTIALS, "is_default", "false")) {
        agentserver_say(call, 409, "cannot delete the default binding while others exist; use set-default first");
    } else {
        agentserver_remove(agentserver_rows(call, CREDENTIALS), row);
        agentserver_answer_empty(call, 204);
    }
}

void agentserver_default_binding(sim_call *call)
{
    agentserver_row *row = find(call, CREDENTIALS, "id", call->params[2].ptr);
    agentserver_row *before = find(call, CREDENTIALS, "is_default", "true");

    if (!row) {
        agentserver_say(call, 500, "internal error");
        return;
    }
    if (before)
        agentserver_set_bool(before, "is_default", false);
    agentserver_set_bool(row, "is_default", true);
    agentserver_answer_empty(call, 204);
}

/* The user is as quick as a job; the answer is held until then. */
void agentserver_complete_device_code(sim_call *call)
{
    agentserver_row *row = find(call, DEVICE_CODES, "id", call->params[2].ptr);
    char id[32] = "", name[128] = "";
    bool refused, expired;

    if (!row) {
        agentserver_say(call, 404, "no pending device code flow found");
        return;
    }
    strncat(id, agentserver_get(row, "id"), sizeof(id) - 1);
    strncat(name, agentserver_get(row, "display_name"), sizeof(name) - 1);
    refused = agentserver_is(row, "_refused", "true");
    expired = (uint64_t)agentserver_get_int(row, "_expires_ms") <= sim_now_ms(call->sim);
    agentserver_remove(agentserver_rows(call, DEVICE_CODES), row);
    if (!expired)
        call->exchange->hold_ms += sim_spread_draw(&call->sim->options.job_duration, &call->random);
    if (expired)
        agentserver_say(call, 410, "device code flow expired");
    else if (refused)
        agentserver_say(call, 403, "device code authorization failed");
    else if (find(call, CREDENTIALS, "display_name", name))
        agentserver_say(call, 409, "a binding with this display name already exists");
    else
        store(call, id, name, "oidc");
}

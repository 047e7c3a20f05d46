/* sim_agentserver_im.c - messengers. A WeChat login goes through its states call by call: wait, scaned, expired, and at
 * last confirmed. */
#include <stdio.h>
#include <string.h>

#include "sim_agentserver.h"

static agentserver_row *add_channel(sim_call *call, const char *provider, const char *bot_id)
{
    agentserver_row *channel = agentserver_add(agentserver_rows(call, CHANNELS));
    char id[48], now[32];

    agentserver_uuid(call, "", id);
    agentserver_now(call, now);
    agentserver_set(channel, "_workspace", call->params[0].ptr);
    agentserver_set(channel, "id", id);
    agentserver_set(channel, "provider", provider);
    agentserver_set(channel, "bot_id", bot_id);
    agentserver_set_bool(channel, "require_mention", true);
    agentserver_set(channel, "routing_mode", "nanoclaw");
    agentserver_set(channel, "bound_at", now);
    return channel;
}

static agentserver_row *channel_of(sim_call *call, const char *workspace_id, const char *id)
{
    return agentserver_find_both(agentserver_rows(call, CHANNELS), "_workspace", workspace_id, "id", id);
}

void agentserver_list_channels(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "channels");
    agentserver_write_rows(call, &writer, CHANNELS,
                           &(agentserver_listing){.name = "_workspace", .value = call->params[0].ptr});
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_patch_channel(sim_call *call)
{
    agentserver_row *channel = channel_of(call, call->params[0].ptr, call->params[1].ptr);
    const char *mode = agentserver_text(call, "routing_mode");
    weft_json mention = agentserver_json(call, "require_mention");

    if (!channel) {
        agentserver_say(call, 404, "channel not found");
        return;
    }
    if (mode && strcmp(mode, "nanoclaw") != 0 && strcmp(mode, "codex") != 0) {
        agentserver_say(call, 400, "invalid routing_mode: must be nanoclaw or codex");
        return;
    }
    if (mode)
        agentserver_set(channel, "routing_mode", mode);
    if (mention.ptr && mention.ptr[0] != 'n')
        agentserver_set_json(channel, "require_mention", mention);
    agentserver_answer_word(call, 200, "status", "updated");
}

void agentserver_delete_channel(sim_call *call)
{
    agentserver_row *channel = channel_of(call, call->params[0].ptr, call->params[1].ptr);

    if (!channel) {
        agentserver_say(call, 404, "channel not found");
        return;
    }
    agentserver_remove(agentserver_rows(call, CHANNELS), channel);
    agentserver_answer_empty(call, 204);
}

/* ---- WeChat ------------------------------------------------------------------------------------------ */

void agentserver_qr_start(sim_call *call)
{
    agentserver_row *login;
    weft__writer writer;

    agentserver_remove_all(agentserver_rows(call, QR_LOGINS), "_workspace", call->params[0].ptr);
    login = agentserver_add(agentserver_rows(call, QR_LOGINS));
    agentserver_set(login, "_workspace", call->params[0].ptr);
    agentserver_set_int(login, "_step", 0);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "message", "Scan the QR code with WeChat");
    sim_put_text(&writer, "qrcode_url", "https://liteapp.example/qr/abc");
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_qr_wait(sim_call *call)
{
    static const char *const states[] = {"wait", "scaned", "expired", "confirmed"};
    agentserver_row *login = agentserver_find(agentserver_rows(call, QR_LOGINS), "_workspace", call->params[0].ptr);
    int64_t step = login ? agentserver_get_int(login, "_step") : 0;
    weft__writer writer;

    if (!login) {
        agentserver_say(call, 400, "no active weixin login session");
        return;
    }
    call->exchange->hold_ms += sim_spread_draw(&call->sim->options.run_duration, &call->random);
    agentserver_set_int(login, "_step", step + 1);
    if (step == 3) {
        agentserver_remove(agentserver_rows(call, QR_LOGINS), login);
        agentserver_set(add_channel(call, "weixin", "bot-1"), "user_id", "wx-user-1");
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    if (step == 3)
        sim_put_text(&writer, "bot_id", "bot-1");
    sim_put_bool(&writer, "connected", step == 3);
    if (step == 2)
        sim_put_text(&writer, "qrcode_url", "https://liteapp.example/qr/def");
    sim_put_text(&writer, "status", states[step]);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* ---- The others -------------------------------------------------------------------------------------- */

static void answer_connected(sim_call *call, const char *bot_id)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "connected", true);
    sim_put_text(&writer, "bot_id", bot_id);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* Bots' tokens are "ID:SECRET". */
void agentserver_configure_telegram(sim_call *call)
{
    const char *token = agentserver_text(call, "bot_token");
    const char *colon = token ? strchr(token, ':') : NULL;
    char bot_id[32];

    if (!token || !*token) {
        agentserver_blame(call, 400, "bot_token is required");
        return;
    }
    if (!colon) {
        agentserver_say(call, 400, "invalid bot token: Unauthorized");
        return;
    }
    snprintf(bot_id, sizeof(bot_id), "%.*s", (int)(colon - token), token);
    add_channel(call, "telegram", bot_id);
    answer_connected(call, bot_id);
}

void agentserver_configure_matrix(sim_call *call)
{
    const char *url = agentserver_text(call, "homeserver_url"), *token = agentserver_text(call, "access_token");

    if (!url || !*url || !token || !*token) {
        agentserver_blame(call, 400, "homeserver_url and access_token are required");
        return;
    }
    if (strcmp(token, "sim:fail") == 0) {
        agentserver_say(call, 400, "invalid credentials: M_UNKNOWN_TOKEN");
        return;
    }
    add_channel(call, "matrix", "@bot:matrix.example");
    answer_connected(call, "@bot:matrix.example");
}

void agentserver_bind_sandbox(sim_call *call)
{
    agentserver_row *sandbox = agentserver_find(agentserver_rows(call, SANDBOXES), "id", call->params[0].ptr);
    const char *id = agentserver_text(call, "channel_id");

    if (!id || !*id) {
        agentserver_blame(call, 400, "channel_id is required");
        return;
    }
    if (!channel_of(call, agentserver_get(sandbox, "workspace_id"), id)) {
        agentserver_say(call, 404, "channel not found in this workspace");
        return;
    }
    agentserver_set(sandbox, "_channel", id);
    agentserver_answer_word(call, 200, "status", "bound");
}

void agentserver_unbind_sandbox(sim_call *call)
{
    agentserver_unset(agentserver_find(agentserver_rows(call, SANDBOXES), "id", call->params[0].ptr), "_channel");
    agentserver_answer_word(call, 200, "status", "unbound");
}

void agentserver_show_channels(sim_call *call, agentserver_row *sandbox)
{
    const agentserver_row *channel =
        agentserver_find(agentserver_rows(call, CHANNELS), "id", agentserver_get(sandbox, "_channel"));
    char text[512];
    int len;

    if (!channel)
        return;
    len = snprintf(text, sizeof(text), "[{\"provider\":\"%s\",\"bot_id\":\"%s\",\"bound_at\":\"%s\"}]",
                   agentserver_get(channel, "provider"), agentserver_get(channel, "bot_id"),
                   agentserver_get(channel, "bound_at"));
    agentserver_set_json(sandbox, "im_bindings", (weft_json){text, (size_t)len});
}

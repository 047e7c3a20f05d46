/* sim_agentserver_agents.c - registered agents, their cards and their messages. */
#include <stdio.h>
#include <string.h>

#include "sim_agentserver.h"

static const char *or_else(const char *text, const char *otherwise)
{
    return text && *text ? text : otherwise;
}

void agentserver_note(sim_call *call, const char *workspace_id, const char *actor_id, const char *action,
                      const char *target_id, const char *target_type, const char *detail)
{
    agentserver_row *done = agentserver_add(agentserver_rows(call, INTERACTIONS));
    char now[32];

    agentserver_now(call, now);
    agentserver_set(done, "_workspace", workspace_id);
    agentserver_set_int(done, "id", ++agentserver_state(call)->interactions);
    agentserver_set(done, "actor_id", actor_id);
    agentserver_set(done, "action", action);
    agentserver_set(done, "target_id", target_id);
    agentserver_set(done, "target_type", target_type);
    if (detail)
        agentserver_set_json(done, "detail", (weft_json){detail, strlen(detail)});
    agentserver_set(done, "created_at", now);
}

/* ---- Registration and cards -------------------------------------------------------------------------- */

static bool is_agent_type(const char *type)
{
    return strcmp(type, "opencode") == 0 || strcmp(type, "claudecode") == 0 || strcmp(type, "custom") == 0;
}

void agentserver_register_agent(sim_call *call)
{
    static const char hex[] = "0123456789abcdef";
    weft_str header = sim_request_header(call->exchange, "authorization");
    const char *workspace_id = weft__arena_copy(&call->exchange->arena, header.ptr + 13, header.len - 13);
    const char *type = or_else(agentserver_text(call, "type"), "opencode");
    char proxy_token[33], tunnel_token[33];
    agentserver_row *agent;
    weft__writer writer;

    if (!is_agent_type(type)) {
        agentserver_say(call, 400, "invalid type: must be opencode, claudecode, or custom");
        return;
    }
    agentserver_letters(call, hex, 32, proxy_token);
    agentserver_letters(call, hex, 32, tunnel_token);
    agent = agentserver_make_sandbox(call, workspace_id, or_else(agentserver_text(call, "name"), "Local Agent"), type);
    agentserver_set_bool(agent, "is_local", true);
    agentserver_set(agent, "_proxy_token", proxy_token);
    agentserver_set(agent, "_tunnel_token", tunnel_token);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "proxy_token", proxy_token);
    sim_put_text(&writer, "sandbox_id", agentserver_get(agent, "id"));
    sim_put_text(&writer, "short_id", agentserver_get(agent, "short_id"));
    sim_put_text(&writer, "tunnel_token", tunnel_token);
    sim_put_text(&writer, "workspace_id", workspace_id);
    weft__write_object_end(&writer);
    sim_answer_end(call, 201);
}

void agentserver_register_card(sim_call *call)
{
    const agentserver_row *agent = agentserver_agent(call);
    agentserver_row *card = agentserver_find(agentserver_rows(call, CARDS), "agent_id", agentserver_get(agent, "id"));
    weft_json content = agentserver_json(call, "card");

    if (!card) {
        card = agentserver_add(agentserver_rows(call, CARDS));
        agentserver_set(card, "_workspace", agentserver_get(agent, "workspace_id"));
        agentserver_set(card, "agent_id", agentserver_get(agent, "id"));
        agentserver_set(card, "display_name", "");
        agentserver_set(card, "description", "");
        agentserver_set(card, "agent_type", or_else(agentserver_text(call, "agent_type"), "claudecode"));
    }
    agentserver_set(card, "display_name",
                    or_else(agentserver_text(call, "display_name"), agentserver_get(agent, "name")));
    agentserver_set(card, "description", or_else(agentserver_text(call, "description"), ""));
    agentserver_set(card, "status", "available");
    agentserver_set_json(card, "card", content.ptr ? content : (weft_json){"{}", 2});
    agentserver_set_int(card, "version", agentserver_get_int(card, "version") + 1);
    agentserver_answer_word(call, 200, "status", "ok");
}

void agentserver_discover_agents(sim_call *call)
{
    agentserver_answer_rows(call, CARDS,
                            &(agentserver_listing){.name = "_workspace",
                                                   .value = agentserver_get(agentserver_agent(call), "workspace_id")});
}

void agentserver_list_cards(sim_call *call)
{
    agentserver_answer_rows(call, CARDS, &(agentserver_listing){.name = "_workspace", .value = call->params[0].ptr});
}

void agentserver_get_card(sim_call *call)
{
    const agentserver_row *card = agentserver_find(agentserver_rows(call, CARDS), "agent_id", call->params[0].ptr);

    if (card)
        agentserver_answer_row(call, 200, card);
    else
        agentserver_say(call, 404, "not found");
}

/* ---- Messages ---------------------------------------------------------------------------------------- */

static void deliver(sim_call *call, const agentserver_row *from, const char *to, const char *text, const char *type)
{
    agentserver_row *message = agentserver_add(agentserver_rows(call, MESSAGES));
    char id[48], now[32];
    weft__writer writer;

    agentserver_uuid(call, "msg_", id);
    agentserver_now(call, now);
    agentserver_set(message, "_to", to);
    agentserver_set(message, "id", id);
    agentserver_set(message, "from", agentserver_get(from, "id"));
    agentserver_set(message, "text", text);
    agentserver_set(message, "msg_type", type);
    agentserver_set(message, "created_at", now);
    agentserver_note(call, agentserver_get(from, "workspace_id"), agentserver_get(from, "id"), "message_sent", id,
                     "message", "{\"by\":\"agent\"}");
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "message_id", id);
    sim_put_text(&writer, "status", "sent");
    weft__write_object_end(&writer);
    sim_answer_end(call, 201);
}

void agentserver_send_message(sim_call *call)
{
    const agentserver_row *from = agentserver_agent(call);
    const char *to = agentserver_text(call, "to"), *text = agentserver_text(call, "text");
    const agentserver_row *target = agentserver_find(agentserver_rows(call, SANDBOXES), "id", to);

    if (!to || !*to || !text || !*text)
        agentserver_blame(call, 400, "to and text required");
    else if (!target)
        agentserver_say(call, 404, "target agent not found");
    else if (!agentserver_is(target, "workspace_id", agentserver_get(from, "workspace_id")))
        agentserver_say(call, 403, "target not in same workspace");
    else
        deliver(call, from, to, text, or_else(agentserver_text(call, "msg_type"), "text"));
}

/* What is read is gone. */
void agentserver_read_inbox(sim_call *call)
{
    agentserver_table *messages = agentserver_rows(call, MESSAGES);
    const char *me = agentserver_get(agentserver_agent(call), "id");
    uint64_t limit = agentserver_query_number(call, "limit", 1, UINT32_MAX, 10);
    agentserver_row *message;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    while (limit-- > 0 && (message = agentserver_find(messages, "_to", me)) != NULL) {
        agentserver_write_row(&writer, message);
        agentserver_remove(messages, message);
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_list_interactions(sim_call *call)
{
    agentserver_answer_rows(call, INTERACTIONS,
                            &(agentserver_listing){
                                .name = "_workspace",
                                .value = call->params[0].ptr,
                                .newest_first = true,
                                .limit = agentserver_query_number(call, "limit", 1, 200, 50),
                                .offset = agentserver_query_number(call, "offset", 0, UINT32_MAX, 0),
                            });
}

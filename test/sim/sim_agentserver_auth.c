/* sim_agentserver_auth.c - users and their sessions. */
#include <string.h>

#include "sim_agentserver.h"

void agentserver_auth_register(sim_call *call)
{
    const char *email = agentserver_text(call, "email"), *password = agentserver_text(call, "password");
    agentserver_table *users = agentserver_rows(call, USERS);
    agentserver_row *user, answer = {0};
    char id[48], now[32];

    if (!email || !*email || !password || !*password) {
        agentserver_blame(call, 400, "email and password required");
        return;
    }
    if (agentserver_find(users, "email", email)) {
        agentserver_say(call, 409, "email already taken");
        return;
    }
    agentserver_uuid(call, "", id);
    agentserver_now(call, now);
    user = agentserver_add(users);
    agentserver_set(user, "id", id);
    agentserver_set(user, "email", email);
    agentserver_set_null(user, "name");
    agentserver_set(user, "role", users->count == 1 ? "admin" : "user");
    agentserver_set(user, "created_at", now);
    agentserver_set(user, "_password", password);
    agentserver_make_workspace(call, "Default workspace", user);
    agentserver_set(&answer, "id", id);
    agentserver_set(&answer, "email", email);
    agentserver_answer_row(call, 201, &answer);
    agentserver_unset(&answer, "id");
    agentserver_unset(&answer, "email");
}

void agentserver_auth_login(sim_call *call)
{
    const char *email = agentserver_text(call, "email"), *password = agentserver_text(call, "password");
    const agentserver_row *user = agentserver_find(agentserver_rows(call, USERS), "email", email);
    agentserver_row *session;
    char token[65], cookie[160] = "agentserver-token=";

    if (!user || !agentserver_is(user, "_password", password)) {
        call->sim->unauthorized++;
        agentserver_say(call, 401, "invalid credentials");
        return;
    }
    agentserver_letters(call, "0123456789abcdef", 64, token);
    session = agentserver_add(agentserver_rows(call, SESSIONS));
    agentserver_set(session, "token", token);
    agentserver_set(session, "user_id", agentserver_get(user, "id"));
    strcat(cookie, token);
    strcat(cookie, "; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax");
    sim_reply_header(call->exchange, "Set-Cookie", cookie);
    agentserver_answer_word(call, 200, "status", "ok");
}

/* The session stays good: a copy of the cookie can go on. */
void agentserver_auth_logout(sim_call *call)
{
    sim_reply_header(call->exchange, "Set-Cookie",
                     "agentserver-token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
    agentserver_answer_word(call, 200, "status", "ok");
}

void agentserver_auth_check(sim_call *call)
{
    agentserver_answer_word(call, 200, "status", "ok");
}

void agentserver_auth_me(sim_call *call)
{
    const agentserver_row *user = agentserver_user(call);
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "id", agentserver_get(user, "id"));
    sim_put_text(&writer, "email", agentserver_get(user, "email"));
    sim_put_name(&writer, "name");
    weft__write_null(&writer);
    sim_put_name(&writer, "picture");
    weft__write_null(&writer);
    sim_put_text(&writer, "role", agentserver_get(user, "role"));
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* sim_stromboli_secrets.c - secrets by name. Their values are taken and never told, or even kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_stromboli.h"

enum { NAME_MAX_LEN = 253, VALUE_MAX_BYTES = 1 << 20 };

typedef struct secret_entry {
    struct secret_entry *next;
    char id[28];
    uint64_t created_ms; /* loop time */
    char name[];
} secret_entry;

struct stromboli_secrets {
    secret_entry *first; /* owned, in the order in which they were made */
};

static const sim_member secret_members[] = {
    {"name", SIM_STRING, NULL, "Name"},
    {"value", SIM_STRING, NULL, "Value"},
};
const sim_shape stromboli_secret_shape = SIM_SHAPE("CreateSecretRequest", secret_members);

stromboli_secrets *stromboli_secrets_new(void)
{
    return calloc(1, sizeof(stromboli_secrets));
}

void stromboli_secrets_free(stromboli_secrets *secrets)
{
    if (!secrets)
        return;
    while (secrets->first) {
        secret_entry *secret = secrets->first;

        secrets->first = secret->next;
        free(secret);
    }
    free(secrets);
}

/* Where the secret of that name hangs, or where a new one is to hang. */
static secret_entry **place_of(stromboli_secrets *secrets, const char *name)
{
    secret_entry **place = &secrets->first;

    while (*place && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;
    return place;
}

static void write_secret(const sim_server *sim, weft__writer *writer, const secret_entry *secret, bool in_list)
{
    uint64_t age_s = (sim_now_ms(sim) - secret->created_ms) / 1000;
    char text[48];

    weft__write_object(writer);
    sim_put_text(writer, "id", secret->id);
    sim_put_text(writer, "name", secret->name);
    if (in_list) /* podman's own listing, which tells ages */
        snprintf(text, sizeof(text), "%llu seconds ago", (unsigned long long)age_s);
    else
        sim_time_text(sim, secret->created_ms, text);
    sim_put_text(writer, "created_at", text);
    weft__write_object_end(writer);
}

static void answer_result(sim_call *call, int status, weft_str name, const char *error)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "success", !error);
    if (name.len > 0)
        sim_put_str(&writer, "name", name);
    if (error)
        sim_put_text(&writer, "error", error);
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
}

void stromboli_list_secrets(sim_call *call)
{
    const stromboli *state = call->state;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "secrets");
    weft__write_array(&writer);
    for (const secret_entry *secret = state->secrets->first; secret; secret = secret->next)
        write_secret(call->sim, &writer, secret, true);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static bool is_name(weft_str name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return name.len > 0 && name.len <= NAME_MAX_LEN && strspn(name.ptr, letters) == name.len;
}

static secret_entry *add(sim_call *call, secret_entry **place, weft_str name)
{
    secret_entry *secret = calloc(1, sizeof(*secret) + name.len + 1);

    if (!secret)
        return NULL;
    memcpy(secret->name, name.ptr, name.len);
    snprintf(secret->id, sizeof(secret->id), "%016llx%08x", (unsigned long long)sim_random_next(&call->random),
             (unsigned)(sim_random_next(&call->random) >> 32));
    secret->created_ms = sim_now_ms(call->sim);
    *place = secret;
    return secret;
}

void stromboli_create_secret(sim_call *call)
{
    const stromboli *state = call->state;
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange);
    weft_str name = sim_json_text(arena, body, "name"), value = sim_json_text(arena, body, "value");
    secret_entry **place;

    if (!name.ptr || !value.ptr || !is_name(name) || value.len > VALUE_MAX_BYTES) {
        const char *fault = value.len > VALUE_MAX_BYTES ? "secret value is too large" : "invalid secret name";

        sim_malformed(call->sim, "stromboli CreateSecret: %s", fault);
        answer_result(call, 400, name, fault);
        return;
    }
    place = place_of(state->secrets, name.ptr);
    if (*place)
        answer_result(call, 409, name, "secret already exists");
    else if (add(call, place, name))
        answer_result(call, 201, name, NULL);
    else
        answer_result(call, 500, name, "failed to create secret");
}

void stromboli_get_secret(sim_call *call)
{
    const stromboli *state = call->state;
    const secret_entry *secret = *place_of(state->secrets, call->params[0].ptr);
    weft__writer writer;

    if (!secret) {
        stromboli_error(call, 404, "secret not found");
        return;
    }
    sim_answer_begin(call, &writer);
    write_secret(call->sim, &writer, secret, false);
    sim_answer_end(call, 200);
}

void stromboli_delete_secret(sim_call *call)
{
    const stromboli *state = call->state;
    secret_entry **place = place_of(state->secrets, call->params[0].ptr), *secret = *place;

    if (!secret) {
        stromboli_error(call, 404, "secret not found");
        return;
    }
    *place = secret->next;
    free(secret);
    answer_result(call, 200, call->params[0], NULL);
}

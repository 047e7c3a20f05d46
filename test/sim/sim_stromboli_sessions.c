/* sim_stromboli_sessions.c - the newest sessions and their messages.
 *
 * A turn (one prompt and its output) is four messages: the prompt, a tool that is used, what the tool said,
 * and the answer. Only prompt and output are kept; ids and times of the messages follow from the turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "sim_stromboli.h"

enum {
    MESSAGES_PER_TURN = 4,
    PROMPT_KEPT_BYTES = 4096,
    PAGE_DEFAULT = 50,
    PAGE_MAX = 200,
};

typedef struct session_turn {
    struct session_turn *next;
    uint64_t at_ms;          /* loop time */
    stromboli_output output; /* owns its echo */
    size_t prompt_len;
    char prompt[];
} session_turn;

typedef struct session_entry {
    char id[STROMBOLI_UUID_SIZE]; /* "" = free place */
    session_turn *first, *last;   /* owned */
    int64_t turns;
} session_entry;

struct stromboli_history {
    size_t capacity;
    uint64_t made;  /* sessions ever made: the next one's place */
    uint64_t *keys; /* owned; of each place's id, 0 = free: a search looks at these alone */
    session_entry sessions[];
};

stromboli_history *stromboli_history_new(size_t sessions)
{
    stromboli_history *history = calloc(1, sizeof(*history) + sessions * sizeof(session_entry));

    if (!history)
        return NULL;
    history->capacity = sessions;
    history->keys = calloc(sessions + 1, sizeof(*history->keys));
    if (!history->keys) {
        free(history);
        return NULL;
    }
    return history;
}

/* Never 0. */
static uint64_t key_of(const char *id)
{
    uint64_t key = UINT64_C(0xcbf29ce484222325);

    while (*id)
        key = (key ^ (unsigned char)*id++) * UINT64_C(0x100000001b3);
    return key | 1;
}

static void clear(session_entry *session)
{
    while (session->first) {
        session_turn *turn = session->first;

        session->first = turn->next;
        free(turn->output.echo);
        free(turn);
    }
    memset(session, 0, sizeof(*session));
}

void stromboli_history_free(stromboli_history *history)
{
    if (!history)
        return;
    for (size_t i = 0; i < history->capacity; i++)
        clear(&history->sessions[i]);
    free(history->keys);
    free(history);
}

static session_entry *find(stromboli_history *history, const char *id)
{
    uint64_t key = key_of(id);

    for (size_t i = 0; i < history->capacity; i++)
        if (history->keys[i] == key && strcmp(history->sessions[i].id, id) == 0)
            return &history->sessions[i];
    return NULL;
}

/* A new session in the place of the oldest. */
static session_entry *add(stromboli_history *history, const char *id)
{
    size_t place = (size_t)(history->made++ % history->capacity);
    session_entry *session = &history->sessions[place];

    clear(session);
    snprintf(session->id, sizeof(session->id), "%s", id);
    history->keys[place] = key_of(id);
    return session;
}

/* The last bytes cut off may be half a character. */
static size_t kept_len(weft_str prompt)
{
    size_t len = prompt.len;

    if (len > PROMPT_KEPT_BYTES)
        len = PROMPT_KEPT_BYTES;
    while (len < prompt.len && len > 0 && ((unsigned char)prompt.ptr[len] & 0xc0) == 0x80)
        len--;
    return len;
}

void stromboli_history_add(stromboli *state, const char *session_id, weft_str prompt, const stromboli_output *output)
{
    stromboli_history *history = state->history;
    size_t len = kept_len(prompt);
    session_entry *session;
    session_turn *turn;

    if (history->capacity == 0)
        return;
    turn = calloc(1, sizeof(*turn) + len);
    if (!turn || !stromboli_copy_output(&turn->output, output)) {
        free(turn);
        return;
    }
    turn->at_ms = sim_now_ms(state->sim);
    turn->prompt_len = len;
    if (len)
        memcpy(turn->prompt, prompt.ptr, len);
    session = find(history, session_id);
    if (!session)
        session = add(history, session_id);
    if (session->last)
        session->last->next = turn;
    else
        session->first = turn;
    session->last = turn;
    session->turns++;
}

static void message_uuid(const session_turn *turn, int part, char ret_uuid[STROMBOLI_UUID_SIZE])
{
    stromboli_uuid(sim_random_for(turn->output.seed, (uint64_t)part, turn->output.words), ret_uuid);
}

static void write_time(const sim_server *sim, weft__writer *writer, const session_turn *turn, int part)
{
    int64_t at_ms = sim->epoch_ms + (int64_t)turn->at_ms + part;
    time_t at = (time_t)(at_ms / 1000);
    struct tm utc;
    char text[48];

    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", gmtime_r(&at, &utc));
    snprintf(text + 19, sizeof(text) - 19, ".%03dZ", (int)(at_ms % 1000));
    sim_put_text(writer, "timestamp", text);
}

/* The one block of content that each of the four messages has. */
static void write_block(weft__writer *writer, const session_turn *turn, int part)
{
    static const char *const types[] = {"text", "tool_use", "tool_result", "text"};
    char id[40];

    snprintf(id, sizeof(id), "toolu_%016llx", (unsigned long long)turn->output.seed);
    weft__write_object(writer);
    sim_put_text(writer, "type", types[part]);
    if (part == 0) {
        sim_put_str(writer, "text", (weft_str){turn->prompt, turn->prompt_len});
    } else if (part == 1) {
        sim_put_text(writer, "id", id);
        sim_put_text(writer, "name", "Bash");
        sim_put_name(writer, "input");
        weft__write_raw(writer, "{\"command\":\"ls\"}", 16);
    } else if (part == 2) {
        sim_put_text(writer, "tool_use_id", id);
        sim_put_text(writer, "content", "file1.txt\nfile2.txt\n");
    } else {
        sim_put_name(writer, "text");
        stromboli_write_output(writer, &turn->output, turn->output.words);
    }
    weft__write_object_end(writer);
}

static void write_content(weft__writer *writer, const session_turn *turn, int part)
{
    bool user = part % 2 == 0;
    char id[40];

    sim_put_name(writer, "content");
    weft__write_object(writer);
    sim_put_text(writer, "role", user ? "user" : "assistant");
    if (!user) {
        snprintf(id, sizeof(id), "msg_%016llx%d", (unsigned long long)turn->output.seed, part);
        sim_put_text(writer, "model", "claude-sonnet-4-5-20250929");
        sim_put_text(writer, "message_id", id);
    }
    sim_put_name(writer, "content");
    weft__write_array(writer);
    write_block(writer, turn, part);
    weft__write_array_end(writer);
    if (!user) {
        sim_put_text(writer, "stop_reason", part == 1 ? "tool_use" : "end_turn");
        sim_put_name(writer, "usage");
        weft__write_object(writer);
        sim_put_int(writer, "input_tokens", 3 + (int64_t)turn->prompt_len / 4);
        sim_put_int(writer, "output_tokens", 1 + (int64_t)turn->output.words);
        weft__write_object_end(writer);
    }
    weft__write_object_end(writer);
}

static void write_message(const sim_server *sim, weft__writer *writer, const session_entry *session,
                          const session_turn *turn, int part)
{
    char uuid[STROMBOLI_UUID_SIZE];

    weft__write_object(writer);
    message_uuid(turn, part, uuid);
    sim_put_text(writer, "uuid", uuid);
    if (part > 0) {
        message_uuid(turn, part - 1, uuid);
        sim_put_text(writer, "parent_uuid", uuid);
    }
    sim_put_text(writer, "type", part % 2 == 0 ? "user" : "assistant");
    sim_put_text(writer, "session_id", session->id);
    write_time(sim, writer, turn, part);
    sim_put_text(writer, "cwd", "/workspace");
    sim_put_text(writer, "version", "2.1.19");
    write_content(writer, turn, part);
    if (part == 2) {
        sim_put_name(writer, "tool_result");
        weft__write_object(writer);
        sim_put_text(writer, "stdout", "file1.txt\nfile2.txt\n");
        weft__write_object_end(writer);
    }
    weft__write_object_end(writer);
}

void stromboli_list_sessions(sim_call *call)
{
    const stromboli *state = call->state;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "sessions");
    weft__write_array(&writer);
    for (size_t i = 0; i < state->history->capacity; i++)
        if (state->history->sessions[i].id[0])
            weft__write_text(&writer, state->history->sessions[i].id);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void stromboli_delete_session(sim_call *call)
{
    const stromboli *state = call->state;
    session_entry *session = find(state->history, call->params[0].ptr);
    weft__writer writer;

    if (!stromboli_is_uuid(call->params[0])) {
        stromboli_blame(call, 400, "invalid session ID");
        return;
    }
    if (!session) {
        stromboli_error(call, 404, "session not found: %s", call->params[0].ptr);
        return;
    }
    clear(session);
    state->history->keys[session - state->history->sessions] = 0;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "success", true);
    sim_put_str(&writer, "session_id", call->params[0]);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* A page's number; what is no number is ignored, as the server does, but no client should send it. */
static int64_t page_number(sim_call *call, const char *name, int64_t otherwise)
{
    weft_str text = sim_query(call, name);
    int64_t number;

    if (!text.ptr)
        return otherwise;
    if (sim_number(text, &number))
        return number;
    sim_malformed(call->sim, "stromboli %s: invalid %s '%.80s'", call->operation->name, name, text.ptr);
    return otherwise;
}

static void write_page(const sim_server *sim, weft__writer *writer, const session_entry *session, int64_t offset,
                       int64_t limit)
{
    int64_t index = 0;

    sim_put_name(writer, "messages");
    weft__write_array(writer);
    for (const session_turn *turn = session->first; turn; turn = turn->next)
        for (int part = 0; part < MESSAGES_PER_TURN; part++, index++)
            if (index >= offset && index - offset < limit)
                write_message(sim, writer, session, turn, part);
    weft__write_array_end(writer);
}

void stromboli_get_messages(sim_call *call)
{
    const stromboli *state = call->state;
    const session_entry *session = find(state->history, call->params[0].ptr);
    int64_t limit = page_number(call, "limit", PAGE_DEFAULT), offset = page_number(call, "offset", 0);
    int64_t total;
    weft__writer writer;

    if (!session) {
        stromboli_error(call, 404, "session history not found: %s", call->params[0].ptr);
        return;
    }
    if (limit == 0)
        limit = PAGE_DEFAULT;
    if (limit > PAGE_MAX)
        limit = PAGE_MAX;
    total = session->turns * MESSAGES_PER_TURN;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    write_page(call->sim, &writer, session, offset, limit);
    sim_put_int(&writer, "total", total);
    sim_put_int(&writer, "offset", offset);
    sim_put_int(&writer, "limit", limit);
    sim_put_bool(&writer, "has_more", offset < total && total - offset > limit);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static const session_turn *find_message(const session_entry *session, const char *uuid, int *ret_part)
{
    char found[STROMBOLI_UUID_SIZE];

    for (const session_turn *turn = session->first; turn; turn = turn->next)
        for (int part = 0; part < MESSAGES_PER_TURN; part++) {
            message_uuid(turn, part, found);
            if (strcmp(found, uuid) == 0) {
                *ret_part = part;
                return turn;
            }
        }
    return NULL;
}

void stromboli_get_message(sim_call *call)
{
    const stromboli *state = call->state;
    const session_entry *session = find(state->history, call->params[0].ptr);
    const session_turn *turn;
    weft__writer writer;
    int part = 0;

    if (!session) {
        stromboli_error(call, 404, "session history not found: %s", call->params[0].ptr);
        return;
    }
    turn = find_message(session, call->params[1].ptr, &part);
    if (!turn) {
        stromboli_error(call, 404, "message not found: %s", call->params[1].ptr);
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "message");
    write_message(call->sim, &writer, session, turn, part);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* What services leave as JSON or as the data of events, read into structs: within a callback of any stream or call. */
#include <dirent.h>
#include <stdlib.h>

#include "client_rig.h"
#include "json/codec.h"
#include "test.h"

/* ---- Where they are read ---- */

static const script_step two_events[] = {EXPECT("GET /run/stream"),
                                         SEND(ANSWER_EVENTS "data: 1\n\nevent: done\ndata: {}\n\n"), CLOSE()};
static const script_step answers[] = {EXPECT("GET /metrics"), SEND(ANSWER_OK)};

typedef void look_fn(weft_stream *stream, client_rig *rig);
typedef void read_fn(weft_call *call, client_rig *rig);

static look_fn *look;
static read_fn *reading;

static void on_event_of(stream_log *heard, weft_stream *stream)
{
    look(stream, heard->arg);
}

/* Calls `function` in each of two events. */
static bool in_events(look_fn *function)
{
    client_rig rig;
    stream_log heard = {.at_event = on_event_of, .arg = &rig};

    look = function;
    if (!rig_open(&rig, NULL, NULL))
        return false;
    fault_server_play(rig.server, SCRIPT(two_events), 1);
    rig_stream(&rig, &heard, NULL);
    return rig_run(&rig) && heard.events == 2 && rig_end(&rig);
}

static void on_call_of(call_outcome *outcome, weft_call *call)
{
    reading(call, outcome->arg);
}

static bool in_callback(read_fn *function)
{
    client_rig rig;
    call_outcome outcome = {.then = on_call_of, .arg = &rig};

    reading = function;
    if (!rig_open(&rig, NULL, NULL))
        return false;
    fault_server_play(rig.server, SCRIPT(answers), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &outcome);
    return rig_run(&rig) && outcome.count == 1 && rig_end(&rig);
}

static weft_str str(const char *text)
{
    return (weft_str){text, strlen(text)};
}

static weft_json json(const char *text)
{
    return (weft_json){text, strlen(text)};
}

static bool text_is(weft_str text, const char *expected)
{
    return expected ? text.ptr && strcmp(text.ptr, expected) == 0 && text.len == strlen(expected) : !text.ptr;
}

/* ---- Stromboli's done ---- */

static const weft_stromboli_run_response *done(weft_stream *stream, const char *type, const char *data)
{
    weft_event event = {.type = type ? str(type) : (weft_str){NULL, 0}, .data = str(data)};

    return weft_stromboli_read_done(stream, &event);
}

static void look_at_done(weft_stream *stream, client_rig *rig)
{
    const weft_stromboli_run_response *run =
        done(stream, "done",
             "{\"id\":\"run-1\",\"session_id\":\"550e\",\"status\":\"crashed\",\"later\":[{}],\"structured_output\":"
             "{\"a\": 1},\"crash_info\":{\"reason\":\"killed \\\"hard\\\"\",\"exit_code\":137}}");

    (void)rig;
    CHECK(run);
    CHECK(text_is(run->id, "run-1"));
    CHECK(text_is(run->session_id, "550e"));
    CHECK(text_is(run->status, "crashed"));
    CHECK(text_is(run->output, NULL));
    CHECK(run->crash_info);
    CHECK(text_is(run->crash_info->reason, "killed \"hard\""));
    CHECK_EQ(run->crash_info->exit_code, 137);
    CHECK_EQ(run->structured_output.len, strlen("{\"a\": 1}"));
    CHECK(weft_stromboli_run_is_crashed(run) && !weft_stromboli_run_is_completed(run));
    run = done(stream, "done", "{\"id\":7,\"status\":\"completed\",\"crash_info\":null}");
    CHECK(run && weft_stromboli_run_is_completed(run) && !run->crash_info);
    CHECK(text_is(run->id, NULL));
    CHECK_EQ(weft_object_get_state(&run->object, "id"), WEFT_PRESENCE_INVALID);
}

TEST(done_of_stromboli_is_read_as_a_run)
{
    CHECK(in_events(look_at_done));
}

static void look_at_no_done(weft_stream *stream, client_rig *rig)
{
    static const char *const garbage[] = {"", "done", "null", "[]", "\"{}\"", "{", "{}x", "{\"id\":}", "\xff"};

    (void)rig;
    CHECK(done(stream, "done", "{}"));
    CHECK(!done(stream, NULL, "{}"));
    CHECK(!done(stream, "", "{}"));
    CHECK(!done(stream, "error", "{}"));
    CHECK(!done(NULL, "done", "{}"));
    CHECK(!weft_stromboli_read_done(stream, NULL));
    CHECK(!weft_stromboli_read_done(stream, &(weft_event){.type = str("done")}));
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
        CHECK(!done(stream, "done", garbage[i]));
}

TEST(what_is_no_done_is_not_read_as_one)
{
    CHECK(in_events(look_at_no_done));
}

/* ---- Handinger's events and messages ---- */

static const weft_handinger_event *event_of(weft_stream *stream, const char *data)
{
    weft_event event = {.data = str(data)};

    return weft_handinger_read_event(stream, &event);
}

static bool reads(weft_stream *stream, const char *data, weft_handinger_event_kind kind, const char *text)
{
    const weft_handinger_event *read = event_of(stream, data);
    bool good = read && read->kind == kind && text_is(read->text, text);

    if (!good)
        printf("# %s: %d, \"%s\"\n", data, read ? (int)read->kind : -1, read && read->text.ptr ? read->text.ptr : "");
    return good;
}

static void look_at_events(weft_stream *stream, client_rig *rig)
{
    const weft_handinger_event *read;

    (void)rig;
    CHECK(reads(stream, "{\"type\":\"text-delta\",\"id\":\"t1\",\"delta\":\"Sun\\n\\u00fc\"}",
                WEFT_HANDINGER_EVENT_KIND_DELTA, "Sun\n\xc3\xbc"));
    CHECK(reads(stream, "{\"type\":\"text-delta\",\"delta\":\"\"}", WEFT_HANDINGER_EVENT_KIND_DELTA, ""));
    CHECK(reads(stream, "{\"role\":\"user\",\n\"text\":\"Weather?\"}", WEFT_HANDINGER_EVENT_KIND_MESSAGE, "Weather?"));
    CHECK(reads(stream, "[DONE]", WEFT_HANDINGER_EVENT_KIND_DONE, NULL));
    CHECK(reads(stream, "Sunny.", WEFT_HANDINGER_EVENT_KIND_TEXT, "Sunny."));
    CHECK(reads(stream, "", WEFT_HANDINGER_EVENT_KIND_TEXT, ""));
    CHECK(reads(stream, "[1]", WEFT_HANDINGER_EVENT_KIND_TEXT, "[1]"));
    CHECK(reads(stream, "{\"type\":", WEFT_HANDINGER_EVENT_KIND_TEXT, "{\"type\":"));
    /* Not the answer, or not as it was seen. */
    CHECK(reads(stream, "{\"type\":\"finish\"}", WEFT_HANDINGER_EVENT_KIND_OBJECT, NULL));
    CHECK(reads(stream, "{\"type\":\"reasoning-delta\",\"delta\":\"Hm\"}", WEFT_HANDINGER_EVENT_KIND_OBJECT, NULL));
    CHECK(reads(stream, "{\"type\":\"text-delta\",\"delta\":1}", WEFT_HANDINGER_EVENT_KIND_OBJECT, NULL));
    CHECK(reads(stream, "{\"type\":5,\"text\":\"x\",\"role\":{}}", WEFT_HANDINGER_EVENT_KIND_OBJECT, NULL));
    CHECK(reads(stream, "{}", WEFT_HANDINGER_EVENT_KIND_OBJECT, NULL));
    read = event_of(stream, " {\"type\":\"error\",\"errorText\":\"x\"}");
    CHECK(read && text_is(read->type, "error"));
    CHECK(weft_json_is_text(weft_object_get(&read->object, "errorText"), "x"));
    CHECK(!weft_handinger_read_event(NULL, &(weft_event){.data = str("[DONE]")}));
    CHECK(!weft_handinger_read_event(stream, NULL));
}

TEST(events_of_handinger_are_told_apart_and_their_text_is_read)
{
    CHECK(in_events(look_at_events));
}

static bool says(weft_call *call, const char *message, const char *role, const char *text)
{
    const weft_handinger_message *read = weft_handinger_read_message(call, json(message));
    bool good = read && text_is(read->role, role) && text_is(read->text, text);

    if (!good)
        printf("# %s: \"%s\"\n", message, read && read->text.ptr ? read->text.ptr : "");
    return good;
}

static void read_messages(weft_call *call, client_rig *rig)
{
    static const char *const garbage[] = {"", "null", "[]", "\"text\"", "{", "{}{}"};
    const weft_handinger_message *read;

    (void)rig;
    CHECK(says(call, "{\"role\":\"assistant\",\"text\":\"Sunny.\"}", "assistant", "Sunny."));
    CHECK(says(call, "{\"role\":\"user\",\"content\":\"a\\tb\"}", "user", "a\tb"));
    CHECK(says(call,
               "{\"content\":[{\"text\":\"So\",\"type\":\"output_text\"},{\"text\":\"it is\",\"type\":\"text\"}]}",
               NULL, "Soit is"));
    CHECK(says(
        call,
        "{\"role\":\"user\",\"parts\":[{\"type\":\"image\",\"text\":\"no\"},7,{\"type\":\"text\",\"text\":\"\\u00fc\"},"
        "{\"type\":\"text\"}]}",
        "user", "\xc3\xbc"));
    CHECK(says(call, "{\"role\":\"user\",\"parts\":[]}", "user", NULL));
    CHECK(says(call, "{\"role\":\"user\",\"parts\":\"text\",\"content\":{}}", "user", NULL));
    CHECK(says(call, "{}", NULL, NULL));
    read = weft_handinger_read_message(call, json("{\"id\":\"m1\",\"role\":\"user\",\"text\":\"x\",\"later\":1}"));
    CHECK(read && text_is(read->id, "m1") && weft_object_get(&read->object, "later").len == 1);
    CHECK(!weft_handinger_read_message(NULL, json("{}")));
    CHECK(!weft_handinger_read_message(call, (weft_json){NULL, 0}));
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
        CHECK(!weft_handinger_read_message(call, json(garbage[i])));
}

TEST(messages_of_handinger_are_read_in_every_form_that_was_seen)
{
    CHECK(in_callback(read_messages));
}

/* ---- A turn of codex ---- */

static const weft_agentserver_gateway_turn *turn_of(weft_call *call, const char *text)
{
    weft_agentserver_gateway_run_turn_response answer = {.turn = json(text)};

    return weft_agentserver_gateway_read_turn(call, &answer);
}

static void read_turns(weft_call *call, client_rig *rig)
{
    static const char *const garbage[] = {"", "null", "[]", "\"turn\"", "{", "{}{}"};
    const weft_agentserver_gateway_turn *turn = turn_of(
        call, "{\"id\":\"turn_1\",\"status\":\"completed\",\"error\":null,\"items\":[{\"type\":\"agentMessage\",\"id\":"
              "\"i1\",\"text\":\"Wait\"},{\"type\":\"agentMessage\",\"id\":\"i2\",\"text\":\"It is \\\"done\\\".\"},"
              "{\"type\":\"commandExecution\",\"text\":\"ls\"}],\"later\":1}");

    (void)rig;
    CHECK(turn);
    CHECK(text_is(turn->id, "turn_1"));
    CHECK(text_is(turn->status, WEFT_AGENTSERVER_GATEWAY_TURN_COMPLETED));
    CHECK(text_is(turn->text, "It is \"done\"."));
    CHECK_EQ(turn->items_count, 3);
    CHECK(text_is(turn->items[2].type, "commandExecution"));
    CHECK(!turn->error);
    turn = turn_of(call, "{\"status\":\"failed\",\"items\":[],\"error\":{\"message\":\"too long\",\"codexErrorInfo\":"
                         "\"contextWindowExceeded\"}}");
    CHECK(turn && turn->error);
    CHECK(text_is(turn->text, NULL));
    CHECK(text_is(turn->error->message, "too long"));
    CHECK(weft_json_is_text(turn->error->codex_error_info, "contextWindowExceeded"));
    turn = turn_of(call, "{\"items\":[7,{\"type\":\"agentMessage\",\"text\":8}],\"error\":\"no\"}");
    CHECK(turn && !turn->text.ptr && !turn->error);
    CHECK(turn_of(call, "{}"));
    CHECK(!turn_of(NULL, "{}"));
    CHECK(!weft_agentserver_gateway_read_turn(call, NULL));
    CHECK(!weft_agentserver_gateway_read_turn(call,
                                              &(weft_agentserver_gateway_run_turn_response){.thread_id = str("t")}));
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
        CHECK(!turn_of(call, garbage[i]));
}

TEST(turn_of_codex_is_read_and_its_last_word_is_the_answer)
{
    CHECK(in_callback(read_turns));
}

/* ---- Anything ---- */

static bool is_object(const char *text, size_t len)
{
    return weft__json_begin(text, len) == '{' && weft__json_is_answer(text, len);
}

/* One vector in a block of exactly its size: a look beyond its end shows under AddressSanitizer. */
static bool holds(weft_stream *stream, const char *text, size_t len)
{
    char *exact = malloc(len ? len : 1);
    weft_event event = {.type = str("done"), .data = {exact, len}};
    weft_agentserver_gateway_run_turn_response answer = {.turn = {exact, len}};
    const weft_handinger_event *read;
    bool object = is_object(text, len), good;

    memcpy(exact, text, len);
    read = weft_handinger_read_event(stream, &event);
    good = read && (read->kind != WEFT_HANDINGER_EVENT_KIND_TEXT) == object;
    good &= (weft_stromboli_read_done(stream, &event) != NULL) == object;
    good &= (weft_handinger_read_message(weft_stream_get_call(stream), answer.turn) != NULL) == object;
    good &= (weft_agentserver_gateway_read_turn(weft_stream_get_call(stream), &answer) != NULL) == object;
    free(exact);
    return good;
}

static unsigned vectors;

static void look_at_vectors(weft_stream *stream, client_rig *rig)
{
    DIR *folder = opendir(test_vector_path("json"));
    struct dirent *entry;
    char path[2048];

    (void)rig;
    CHECK(folder);
    while ((entry = readdir(folder)) != NULL) {
        size_t len = 0;
        char *text;

        if (strlen(entry->d_name) < 3 || entry->d_name[1] != '_')
            continue;
        snprintf(path, sizeof(path), "%s/%s", test_vector_path("json"), entry->d_name);
        text = test_read_file(path, &len);
        if (!text || !holds(stream, text, len))
            test_fail(__FILE__, __LINE__, "%s", entry->d_name);
        free(text);
        vectors++;
    }
    closedir(folder);
}

TEST(every_text_of_the_json_suite_is_read_for_what_it_is)
{
    vectors = 0;
    CHECK(in_events(look_at_vectors));
    CHECK(vectors > 600);
}

/* ---- Memory ---- */

enum { LARGE = 1 << 20 };

static char large[LARGE + 64];
static long held[2];
static unsigned seen;

static void fill_large(void)
{
    int len = snprintf(large, sizeof(large), "{\"type\":\"text-delta\",\"delta\":\"");

    memset(large + len, 'x', LARGE);
    strcpy(large + len + LARGE, "\"}");
}

static void look_at_large(weft_stream *stream, client_rig *rig)
{
    const weft_handinger_event *read;

    held[seen++ % 2] = atomic_load(&rig->memory.bytes);
    read = event_of(stream, large);
    CHECK(read && read->text.len == LARGE);
    CHECK(atomic_load(&rig->memory.bytes) >= held[0] + LARGE);
}

TEST(what_was_read_of_an_event_goes_when_its_callback_returns)
{
    seen = 0;
    fill_large();
    CHECK(in_events(look_at_large));
    CHECK(held[1] < held[0] + LARGE);
}

static void look_without_memory(weft_stream *stream, client_rig *rig)
{
    weft_event event = {.type = str("done"), .data = str(large)};
    weft_agentserver_gateway_run_turn_response answer = {.turn = json(large)};

    memcpy(large, "{\"id\":\"", 7); /* of the same length as before */
    rig->memory.fail_at = rig->memory.count + 1;
    rig->memory.fail_from_then = true;
    CHECK(!weft_stromboli_read_done(stream, &event));
    CHECK(!weft_agentserver_gateway_read_turn(weft_stream_get_call(stream), &answer));
    fill_large();
    CHECK(!weft_handinger_read_event(stream, &event));
    CHECK(!weft_handinger_read_message(weft_stream_get_call(stream), answer.turn));
    rig->memory.fail_at = 0;
}

TEST(readers_that_memory_does_not_suffice_for_give_nothing)
{
    fill_large();
    CHECK(in_events(look_without_memory));
}

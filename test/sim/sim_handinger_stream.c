/* sim_handinger_stream.c - event streams: of a turn while it runs, of a worker's messages and what follows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_handinger.h"

/* What is left to say, decided when the request came: the state may be gone before the end. */
typedef struct events {
    sim_stream base;
    const sim_options *options;
    sim_random random;
    char **replay; /* owned: data of the first events */
    size_t replay_count, replayed;
    uint64_t ids; /* given to events so far */
    uint64_t seed, words, said;
    char *echo;   /* owned, said at once; or NULL */
    bool is_task; /* ends with the events that a task's stream ends with */
    bool live;    /* there are words to say */
    bool cut, hang, error;
    bool opened, finished;
    uint64_t reset_after; /* words; UINT64_MAX = never */
} events;

static bool asks_for(const char *input, const char *word)
{
    size_t len = strlen(word);

    return strncmp(input, word, len) == 0 && (input[len] == '\0' || input[len] == ' ');
}

uint64_t handinger_stream_ms(const sim_options *options, sim_random random, const handinger_turn *turn)
{
    uint64_t total = sim_spread_draw(&options->first_event_delay, &random);

    for (uint64_t i = 0; i < (turn->echo ? 1 : turn->words); i++)
        total += sim_spread_draw(&options->token_interval, &random);
    return total;
}

static void append_delta(weft__buffer *out, const char *text)
{
    weft__writer writer;

    weft__buffer_append_text(out, "data: ");
    weft__writer_init(&writer, out);
    weft__write_object(&writer);
    sim_put_text(&writer, "type", "text-delta");
    sim_put_text(&writer, "id", "t1");
    sim_put_text(&writer, "delta", text);
    weft__write_object_end(&writer);
    weft__buffer_append_text(out, "\n\n");
}

/* One stored message; its JSON is sent in two lines where it can be broken, as some servers do. */
static void append_replay(events *stream, weft__buffer *out)
{
    const char *data = stream->replay[stream->replayed++];
    const char *comma = strstr(data, "\",\"");
    char id[40];

    snprintf(id, sizeof(id), "id: %llu\ndata: ", (unsigned long long)++stream->ids);
    weft__buffer_append_text(out, id);
    if (comma) {
        weft__buffer_append(out, data, (size_t)(comma + 2 - data));
        weft__buffer_append_text(out, "\ndata: ");
        data = comma + 2;
    }
    weft__buffer_append_text(out, data);
    weft__buffer_append_text(out, "\n\n");
}

static void append_end(events *stream, weft__buffer *out)
{
    if (stream->cut)
        return;
    if (stream->error)
        weft__buffer_append_text(out,
                                 "event: error\ndata: {\"type\":\"error\",\"errorText\":\"the agent failed\"}\n\n");
    else if (stream->is_task)
        weft__buffer_append_text(out, "event: finish\ndata: {\"type\":\"finish\"}\n\n");
    if (stream->is_task)
        weft__buffer_append_text(out, "data: [DONE]\n\n");
}

static int64_t next_piece(sim_stream *base, weft__buffer *out)
{
    events *stream = (events *)base;
    bool more = stream->live && stream->said < (stream->echo ? 1 : stream->words);

    if (stream->said >= stream->reset_after)
        return SIM_STREAM_RESET;
    if (!stream->opened) {
        stream->opened = true;
        weft__buffer_append_text(out, ": keep-alive\n\n");
    }
    if (stream->replayed < stream->replay_count) {
        append_replay(stream, out);
        return 0;
    }
    if (!more) {
        append_end(stream, out);
        return SIM_STREAM_END;
    }
    append_delta(out, stream->echo ? stream->echo : handinger_word(stream->seed, stream->said));
    stream->said++;
    if (stream->hang)
        return INT64_MAX / 4;
    return (int64_t)sim_spread_draw(&stream->options->token_interval, &stream->random);
}

static void release(sim_stream *base)
{
    events *stream = (events *)base;

    for (size_t i = 0; i < stream->replay_count; i++)
        free(stream->replay[i]);
    free(stream->replay);
    free(stream->echo);
    free(stream);
}

static events *events_new(sim_call *call)
{
    events *stream = calloc(1, sizeof(*stream));

    if (!stream)
        abort();
    stream->base.next = next_piece;
    stream->base.release = release;
    stream->options = &call->sim->options;
    stream->reset_after = UINT64_MAX;
    return stream;
}

/* The words of a turn are to be said. */
static void say(events *stream, const handinger_turn *turn)
{
    stream->live = true;
    stream->seed = turn->seed;
    stream->words = turn->words;
    stream->echo = turn->echo ? handinger_copy(turn->echo) : NULL;
    stream->error = turn->end != HANDINGER_COMPLETED;
}

static void start(sim_call *call, events *stream, uint64_t after_ms)
{
    handinger_check_accept(call, "text/event-stream");
    sim_reply_header(call->exchange, "Cache-Control", "no-cache");
    sim_stream_start(call->exchange, &stream->base, "text/event-stream", after_ms);
}

void handinger_stream_turn(sim_call *call, const handinger_task *task, const handinger_turn *turn)
{
    handinger_turn *ours = &task->turns[turn - task->turns];
    const sim_options *options = &call->sim->options;
    events *stream = events_new(call);
    uint64_t after_ms;

    say(stream, turn);
    stream->is_task = true;
    stream->error |= sim_random_chance(&call->random, options->stream_error_rate);
    stream->cut = sim_random_chance(&call->random, options->stream_cut_rate) || asks_for(turn->input, "sim:cut");
    stream->hang = asks_for(turn->input, "sim:hang");
    if (call->exchange->cut || asks_for(turn->input, "sim:drop"))
        stream->reset_after = 1 + turn->words / 2;
    ours->ended_ms = stream->hang ? UINT64_MAX : turn->started_ms + handinger_stream_ms(options, call->random, turn);
    after_ms = call->exchange->hold_ms + sim_spread_draw(&options->first_event_delay, &call->random);
    stream->random = call->random;
    start(call, stream, after_ms);
}

/* {"role":ROLE,"text":TEXT} */
static char *message(const char *role, const handinger_turn *turn, bool is_output, weft__heap *heap)
{
    weft__buffer out;
    weft__writer writer;
    char *text;

    weft__buffer_init(&out, heap, SIZE_MAX);
    weft__writer_init(&writer, &out);
    weft__write_object(&writer);
    sim_put_text(&writer, "role", role);
    if (is_output) {
        sim_put_name(&writer, "text");
        handinger_write_output(&writer, turn);
    } else {
        sim_put_text(&writer, "text", turn->input);
    }
    weft__write_object_end(&writer);
    weft__buffer_append_char(&out, '\0');
    text = handinger_copy(out.failed ? "{}" : out.data);
    weft__buffer_deinit(&out);
    return text;
}

void handinger_stream_replay(sim_call *call, const handinger_worker *worker)
{
    const handinger_task *task = worker->newest_task;
    uint64_t now_ms = sim_now_ms(call->sim);
    events *stream = events_new(call);

    if (task) {
        stream->replay = calloc(2 * task->turns_count, sizeof(*stream->replay));
        if (!stream->replay)
            abort();
    }
    for (size_t i = 0; task && i < task->turns_count; i++) {
        const handinger_turn *turn = &task->turns[i];

        stream->replay[stream->replay_count++] = message("user", turn, false, &call->sim->http.heap);
        if (now_ms < turn->ended_ms)
            say(stream, turn);
        else if (turn->end == HANDINGER_COMPLETED)
            stream->replay[stream->replay_count++] = message("assistant", turn, true, &call->sim->http.heap);
    }
    stream->random = call->random;
    start(call, stream, call->exchange->hold_ms);
}

/* sim_stromboli_output.c - what a run says, made from a number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_stromboli.h"

static const char *const lexicon[64] = {
    "the",     "warp",   "thread", "loom",    "shuttle", "cloth",   "beam",    "reed",  "heddle", "weft",    "pick",
    "selvage", "bobbin", "yarn",   "twist",   "ply",     "carries", "crosses", "under", "over",   "through", "between",
    "each",    "every",  "second", "third",   "row",     "edge",    "pattern", "tight", "loose",  "even",    "plain",
    "twill",   "satin",  "and",    "then",    "again",   "back",    "forth",   "slow",  "fast",   "first",   "last",
    "one",     "two",    "three",  "four",    "holds",   "runs",    "turns",   "ends",  "begins", "knot",    "cut",
    "join",    "splice", "count",  "measure", "check",   "mend",    "finish",  "done.", "so",
};

static const struct {
    int code;
    const char *signal;
    const char *reason;
} crashes[] = {
    {137, "SIGKILL", "Process killed by SIGKILL"},
    {139, "SIGSEGV", "Process killed by SIGSEGV"},
    {143, "SIGTERM", "Process killed by SIGTERM"},
};

static uint64_t crash_index(const stromboli_output *output)
{
    return output->seed % (sizeof(crashes) / sizeof(crashes[0]));
}

const char *stromboli_word(const stromboli_output *output, uint64_t index)
{
    sim_random random = {output->seed + index * UINT64_C(0xd1342543de82ef95)};

    return lexicon[sim_random_next(&random) >> 58];
}

static void append_words(weft__buffer *out, const stromboli_output *output, uint64_t words)
{
    for (uint64_t i = 0; i < words; i++) {
        if (i > 0)
            weft__buffer_append_char(out, ' ');
        weft__buffer_append_text(out, stromboli_word(output, i));
    }
}

void stromboli_write_output(weft__writer *writer, const stromboli_output *output, uint64_t words)
{
    if (output->echo) {
        if (!weft__write_string(writer, output->echo, strlen(output->echo)))
            writer->out->failed = true;
        return;
    }
    /* The lexicon needs no escapes, so the words go out as they are. */
    weft__write_raw(writer, "\"", 1);
    append_words(writer->out, output, words);
    weft__buffer_append_char(writer->out, '"');
}

int stromboli_crash_code(const stromboli_output *output)
{
    return crashes[crash_index(output)].code;
}

void stromboli_write_crash(weft__writer *writer, const stromboli_output *output)
{
    uint64_t index = crash_index(output);

    sim_put_name(writer, "crash_info");
    weft__write_object(writer);
    sim_put_text(writer, "reason", crashes[index].reason);
    sim_put_int(writer, "exit_code", crashes[index].code);
    sim_put_name(writer, "partial_output");
    stromboli_write_output(writer, output, output->words / 2);
    sim_put_text(writer, "signal", crashes[index].signal);
    if (output->seed >> 63)
        sim_put_bool(writer, "task_completed", true);
    weft__write_object_end(writer);
}

void stromboli_failure_text(const stromboli_output *output, stromboli_end end, char *text, size_t size)
{
    int code = end == STROMBOLI_CRASHED ? stromboli_crash_code(output) : 1;

    if (output->echo)
        snprintf(text, size, "execution failed: exit status %d, output: %s", code, output->echo);
    else
        snprintf(text, size, "execution failed: exit status %d, output: %s %s %s", code, stromboli_word(output, 0),
                 stromboli_word(output, 1), stromboli_word(output, 2));
}

bool stromboli_copy_output(stromboli_output *copy, const stromboli_output *output)
{
    *copy = *output;
    if (output->echo)
        copy->echo = strdup(output->echo);
    return !output->echo || copy->echo;
}

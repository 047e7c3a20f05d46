#include "json/codec.h"

#include "json.h"

const char *const json_reader = "weft";

typedef struct run {
    weft_object object;
    weft_str fields[JSON_FIELDS];
} run;

static const weft__field run_fields[] = {
    WEFT__FIELD(run, fields[0], "id", WEFT__STR, 0),         WEFT__FIELD(run, fields[1], "status", WEFT__STR, 0),
    WEFT__FIELD(run, fields[2], "output", WEFT__STR, 0),     WEFT__FIELD(run, fields[3], "error", WEFT__STR, 0),
    WEFT__FIELD(run, fields[4], "session_id", WEFT__STR, 0),
};
static const weft__type run_type = WEFT__RESULT_TYPE(run, "run", run_fields);
static weft__heap heap;
static weft__arena arena; /* released before each document, as it is after each call */

size_t json_read(const char *text, size_t len)
{
    weft__codec_error error;
    void *value;
    const run *decoded;
    size_t bytes = 0;

    if (!arena.heap) {
        weft__heap_init(&heap, NULL);
        weft__arena_init(&arena, &heap);
    }
    weft__arena_release(&arena);
    if (weft__decode(&arena, &run_type, text, len, &value, &error) != WEFT__CODEC_OK)
        return 0;
    decoded = value;
    for (int i = 0; i < JSON_FIELDS; i++)
        bytes += decoded->fields[i].len;
    return bytes;
}

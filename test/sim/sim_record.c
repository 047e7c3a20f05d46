/* sim_record.c - a ring of the last requests, byte for byte, for tests that compare what was sent. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim_service.h"

typedef struct sim_request_record {
    char *bytes; /* owned; its memory is used again */
    size_t len, capacity;
    size_t whole_len; /* of the request, which may be longer than what is kept */
    uint64_t number;
    const char *service, *operation; /* static; NULL when none was found */
} sim_request_record;

struct sim_recorder {
    size_t request_max_bytes;
    size_t capacity;
    uint64_t count; /* ever recorded since the last clear */
    sim_request_record ring[];
};

sim_recorder *sim_recorder_new(size_t requests, size_t request_max_bytes)
{
    sim_recorder *recorder = calloc(1, sizeof(*recorder) + requests * sizeof(sim_request_record));

    if (!recorder)
        return NULL;
    recorder->capacity = requests;
    recorder->request_max_bytes = request_max_bytes;
    return recorder;
}

void sim_recorder_free(sim_recorder *recorder)
{
    if (!recorder)
        return;
    for (size_t i = 0; i < recorder->capacity; i++)
        free(recorder->ring[i].bytes);
    free(recorder);
}

void sim_recorder_clear(sim_recorder *recorder)
{
    recorder->count = 0;
}

/* The record made `back` requests ago. */
static const sim_request_record *nth_newest(const sim_recorder *recorder, uint64_t back)
{
    if (back >= recorder->count || back >= recorder->capacity)
        return NULL;
    return &recorder->ring[(recorder->count - 1 - back) % recorder->capacity];
}

void sim_record(sim_recorder *recorder, uint64_t number, weft_str raw)
{
    size_t len = raw.len < recorder->request_max_bytes ? raw.len : recorder->request_max_bytes;
    sim_request_record *record;

    if (recorder->capacity == 0)
        return;
    record = &recorder->ring[recorder->count++ % recorder->capacity];
    record->number = number;
    record->whole_len = raw.len;
    record->service = record->operation = NULL;
    record->len = 0;
    if (len > record->capacity) {
        size_t capacity = len < 1024 ? 1024 : len;
        char *bytes = realloc(record->bytes, capacity);

        if (!bytes)
            return;
        record->bytes = bytes;
        record->capacity = capacity;
    }
    if (len > 0)
        memcpy(record->bytes, raw.ptr, len);
    record->len = len;
}

void sim_record_operation(sim_recorder *recorder, const char *service, const char *operation)
{
    sim_request_record *record;

    if (recorder->capacity == 0 || recorder->count == 0)
        return;
    record = &recorder->ring[(recorder->count - 1) % recorder->capacity];
    record->service = service;
    record->operation = operation;
}

weft_str sim_record_raw(const sim_recorder *recorder, size_t back)
{
    const sim_request_record *record = nth_newest(recorder, back);

    return record ? (weft_str){record->bytes, record->len} : (weft_str){NULL, 0};
}

static void write_record(const sim_request_record *record, weft__writer *writer)
{
    weft__write_object(writer);
    sim_put_int(writer, "number", (int64_t)record->number);
    if (record->service)
        sim_put_text(writer, "service", record->service);
    if (record->operation)
        sim_put_text(writer, "operation", record->operation);
    sim_put_int(writer, "bytes", (int64_t)record->whole_len);
    if (weft__text_is_utf8(record->bytes, record->len)) {
        sim_put_str(writer, "raw", (weft_str){record->bytes ? record->bytes : "", record->len});
    } else {
        sim_put_name(writer, "raw_base64");
        weft__write_raw(writer, "\"", 1);
        weft__text_append_base64(writer->out, record->bytes, record->len);
        weft__buffer_append_char(writer->out, '"');
    }
    weft__write_object_end(writer);
}

void sim_record_write(const sim_recorder *recorder, weft__writer *writer)
{
    uint64_t kept = recorder->count < recorder->capacity ? recorder->count : recorder->capacity;

    weft__write_array(writer);
    while (kept-- > 0)
        write_record(nth_newest(recorder, kept), writer);
    weft__write_array_end(writer);
}

/* test/support/json_sample.h - types with a member of every kind, and memory that fails on demand: for the
 * tests and the fuzz target of the JSON codec. */
#ifndef WEFT_TEST_JSON_SAMPLE_H
#define WEFT_TEST_JSON_SAMPLE_H

#include <string.h>

#include "json/codec.h"
#include "test_memory.h"
#include "text_is.h"

/* A result with every result kind; decoded strictly, as answers are, or with numbers spelled as text. */

typedef struct part {
    weft_object object;
    weft_str name;
    int64_t size;
} part;

static const weft__field part_fields[] = {
    WEFT__FIELD(part, name, "name", WEFT__STR, 0),
    WEFT__FIELD(part, size, "size", WEFT__INT64, 0),
};
/* An older server sends a part's name where newer ones send the part. */
static const weft__type part_type = WEFT__TYPE_(part, "part", part_fields, WEFT__HAS_OBJECT, -1, 0);

typedef struct result {
    weft_object object;
    weft_str text;
    weft_str text_or_json;
    bool flag;
    int64_t integer;
    double real;
    weft_opt_bool opt_flag;
    weft_opt_int64 opt_integer;
    weft_opt_double opt_real;
    weft_json json;
    const part *part;
    const weft_str *texts;
    size_t texts_count;
    const part *parts;
    size_t parts_count;
    const weft_json *values;
    size_t values_count;
    const weft_str_pair *labels;
    size_t labels_count;
    const weft_str_pair *scalars;
    size_t scalars_count;
} result;

static const weft__field result_fields[] = {
    WEFT__FIELD(result, text, "text", WEFT__STR, 0),
    WEFT__FIELD(result, text_or_json, "text_or_json", WEFT__STR, WEFT__TEXT_OR_JSON),
    WEFT__FIELD(result, flag, "flag", WEFT__BOOL, 0),
    WEFT__FIELD(result, integer, "integer", WEFT__INT64, 0),
    WEFT__FIELD(result, real, "real", WEFT__DOUBLE, 0),
    WEFT__FIELD(result, opt_flag, "opt_flag", WEFT__OPT_BOOL, 0),
    WEFT__FIELD(result, opt_integer, "opt_integer", WEFT__OPT_INT64, 0),
    WEFT__FIELD(result, opt_real, "opt_real", WEFT__OPT_DOUBLE, 0),
    WEFT__FIELD(result, json, "json", WEFT__JSON, 0),
    WEFT__FIELD_OBJECT(result, part, "part", &part_type, 0),
    WEFT__FIELD_LIST(result, texts, "texts", WEFT__LIST_STR, 0),
    WEFT__FIELD_OBJECTS(result, parts, "parts", &part_type, 0),
    WEFT__FIELD_LIST(result, values, "values", WEFT__LIST_JSON, 0),
    WEFT__FIELD_LIST(result, labels, "labels", WEFT__MAP_STR, 0),
    WEFT__FIELD_LIST(result, scalars, "scalars", WEFT__MAP_STR, WEFT__ANY_SCALAR),
};
static const weft__type result_type = WEFT__TYPE_(result, "result", result_fields, WEFT__HAS_OBJECT, -1, -1);
static const weft__type answer_type = WEFT__RESULT_TYPE(result, "answer", result_fields);
static const weft__type spelled_type = WEFT__SPELLED_TYPE(result, "spelled answer", result_fields);

/* A request with every request kind; zero members left out, or always sent. */

typedef struct limit {
    const char *name;
    int64_t max;
} limit;

static const weft__field limit_fields[] = {
    WEFT__FIELD(limit, name, "name", WEFT__CSTR, WEFT__REQUIRED),
    WEFT__FIELD(limit, max, "max", WEFT__INT64, WEFT__ALWAYS),
};
static const weft__type limit_type = WEFT__REQUEST_TYPE(limit, "limit", limit_fields);

typedef struct request {
    const char *text;
    bool flag;
    int64_t integer;
    double real;
    weft_opt_bool opt_flag;
    weft_opt_int64 opt_integer;
    weft_opt_double opt_real;
    weft_opt_str opt_text;
    weft_opt_json opt_json;
    const char *json;
    const limit *limit;
    const char *const *texts;
    size_t texts_count;
    const limit *limits;
    size_t limits_count;
    const weft_pair *labels;
    size_t labels_count;
    const char *extra;
} request;

#define REQUEST_FIELDS(flags)                                                                                          \
    {                                                                                                                  \
        WEFT__FIELD(request, text, "text", WEFT__CSTR, flags), WEFT__FIELD(request, flag, "flag", WEFT__BOOL, flags),  \
            WEFT__FIELD(request, integer, "integer", WEFT__INT64, flags),                                              \
            WEFT__FIELD(request, real, "real", WEFT__DOUBLE, flags),                                                   \
            WEFT__FIELD(request, opt_flag, "opt_flag", WEFT__OPT_BOOL, flags),                                         \
            WEFT__FIELD(request, opt_integer, "opt_integer", WEFT__OPT_INT64, flags),                                  \
            WEFT__FIELD(request, opt_real, "opt_real", WEFT__OPT_DOUBLE, flags),                                       \
            WEFT__FIELD(request, opt_text, "opt_text", WEFT__OPT_CSTR, flags),                                         \
            WEFT__FIELD(request, opt_json, "opt_json", WEFT__OPT_CJSON, flags),                                        \
            WEFT__FIELD(request, json, "json", WEFT__CJSON, flags),                                                    \
            WEFT__FIELD_OBJECT(request, limit, "limit", &limit_type, flags),                                           \
            WEFT__FIELD_LIST(request, texts, "texts", WEFT__LIST_CSTR, flags),                                         \
            WEFT__FIELD_OBJECTS(request, limits, "limits", &limit_type, flags),                                        \
            WEFT__FIELD_LIST(request, labels, "labels", WEFT__MAP_CSTR, flags),                                        \
            WEFT__FIELD(request, extra, "extra", WEFT__EXTRA, 0),                                                      \
    }

static const weft__field request_fields[] = REQUEST_FIELDS(0);
static const weft__type request_type = WEFT__REQUEST_TYPE(request, "request", request_fields);
static const weft__field always_fields[] = REQUEST_FIELDS(WEFT__ALWAYS);
static const weft__type always_type = WEFT__REQUEST_TYPE(request, "request", always_fields);

static const char full_result[] = "{\"text\":\"a\\nb\",\"text_or_json\":{\"k\": "
                                  "1},\"flag\":true,\"integer\":9007199254740993,\"real\":-1.25e2,"
                                  "\"opt_flag\":false,\"opt_integer\":0,\"opt_real\":0.5,\"json\":[1, "
                                  "2.50],\"part\":{\"name\":\"p\",\"size\":3},"
                                  "\"texts\":[\"x\",null,\"\"],\"parts\":[{\"name\":\"q\",\"new\":1},\"r\","
                                  "null],\"values\":[null,1.0,\"s\"],"
                                  "\"labels\":{\"b\":\"1\",\"\\u0061\":null},\"scalars\":{\"n\":1.50,\"t\":"
                                  "true,\"z\":null,\"o\":{},\"s\":\"x\"}}";

typedef struct fixture {
    test_memory memory;
    weft__heap heap;
    weft__arena arena;
    weft__buffer out;
    weft__codec_error error;
    void *value;
} fixture;

static inline void begin(fixture *fx, size_t fail_at)
{
    weft_allocator allocator = test_allocator(&fx->memory);

    memset(fx, 0, sizeof(*fx));
    fx->memory.fail_at = fail_at;
    weft__heap_init(&fx->heap, &allocator);
    weft__arena_init(&fx->arena, &fx->heap);
    weft__buffer_init(&fx->out, &fx->heap, SIZE_MAX);
}

/* True when nothing is left allocated. */
static inline bool end(fixture *fx)
{
    weft__buffer_deinit(&fx->out);
    weft__arena_release(&fx->arena);
    weft__heap_deinit(&fx->heap);
    return fx->memory.live == 0;
}

static inline weft__codec_status decode(fixture *fx, const weft__type *type, const char *text)
{
    return weft__decode(&fx->arena, type, text, strlen(text), &fx->value, &fx->error);
}

/* The encoded text; "" and fx->error when it failed. Valid until the next call. */
static inline const char *encode(fixture *fx, const weft__type *type, const void *value)
{
    weft__buffer_clear(&fx->out);
    weft__encode(&fx->out, type, value, &fx->error);
    weft__buffer_append_char(&fx->out, '\0');
    return fx->out.data;
}

#endif

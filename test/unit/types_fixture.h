/* test/unit/types_fixture.h - a service's types against a sample of each: every member from its wire name, none, null,
 * the wrong kind. */
#ifndef WEFT_TEST_TYPES_FIXTURE_H
#define WEFT_TEST_TYPES_FIXTURE_H

#include <stdio.h>

#include "json/codec.h"
#include "test.h"
#include "text_is.h"

typedef struct fixture {
    weft__heap heap;
    weft__arena arena;
    weft__buffer out;
    weft__codec_error error;
    void *value;
} fixture;

static inline void begin(fixture *fx)
{
    memset(fx, 0, sizeof(*fx));
    weft__heap_init(&fx->heap, NULL);
    weft__arena_init(&fx->arena, &fx->heap);
    weft__buffer_init(&fx->out, &fx->heap, SIZE_MAX);
}

static inline void end(fixture *fx)
{
    weft__buffer_deinit(&fx->out);
    weft__arena_release(&fx->arena);
    weft__heap_deinit(&fx->heap);
}

static inline weft__codec_status decode(fixture *fx, const weft__type *type, const char *text)
{
    return weft__decode(&fx->arena, type, text, strlen(text), &fx->value, &fx->error);
}

/* The text; "" when it is refused. */
static inline const char *encode(fixture *fx, const weft__type *type, const void *value)
{
    weft__buffer_clear(&fx->out);
    if (weft__encode(&fx->out, type, value, &fx->error) != WEFT__CODEC_OK)
        weft__buffer_clear(&fx->out);
    weft__buffer_append_char(&fx->out, '\0');
    return fx->out.data;
}

typedef struct sample {
    const weft__type *type;
    const char *text; /* an object with every member that the contract has for the type, none of them zero */
} sample;

/* Decodes the sample of a type; NULL when that fails. */
static inline const void *decode_sample_of(const sample *samples, size_t count, fixture *fx, const weft__type *type)
{
    for (size_t i = 0; i < count; i++)
        if (samples[i].type == type && decode(fx, type, samples[i].text) == WEFT__CODEC_OK)
            return fx->value;
    return NULL;
}

/* Every type that is sampled, and every one within it. */
typedef struct type_set {
    const weft__type *types[128];
    unsigned count;
} type_set;

static inline void add_type(type_set *set, const weft__type *type)
{
    for (unsigned i = 0; i < set->count; i++)
        if (set->types[i] == type)
            return;
    set->types[set->count++] = type;
    for (unsigned i = 0; i < type->field_count; i++)
        if (type->fields[i].type)
            add_type(set, type->fields[i].type);
}

/* The first declared member of `object` whose state is not `state`; NULL when all are so. */
static inline const char *other_state(const weft__type *type, const void *object, weft_presence state)
{
    for (unsigned i = 0; i < type->field_count; i++)
        if (weft_object_get_state(object, type->fields[i].name) != state)
            return type->fields[i].name;
    return NULL;
}

static inline bool has_everything(const weft__type *type, const void *object);

/* The member holds one object, at least, with all of its own. */
static inline bool holds_everything(const weft__field *field, const void *object)
{
    const char *at = (const char *)object + field->offset;
    const char *items;
    size_t count = 1;

    memcpy(&items, at, sizeof(items));
    if (field->kind == WEFT__LIST_OBJECT)
        memcpy(&count, (const char *)object + field->count_offset, sizeof(count));
    for (size_t i = 0; i < count; i++)
        if (has_everything(field->type, items + i * field->type->size))
            return true;
    return false;
}

/* Every member that is declared is there, all the way down. */
static inline bool has_everything(const weft__type *type, const void *object)
{
    if (other_state(type, object, WEFT_PRESENCE_VALUE))
        return false;
    for (unsigned i = 0; i < type->field_count; i++)
        if (type->fields[i].type && !holds_everything(&type->fields[i], object))
            return false;
    return true;
}

/* {"NAME":VALUE} for one field. */
static inline const char *one_member(const weft__field *field, const char *value)
{
    static char text[128];

    snprintf(text, sizeof(text), "{\"%s\":%s}", field->name, value);
    return text;
}

/* Of no kind that is declared anywhere but JSON. */
static inline const char *misfit(const weft__field *field)
{
    return field->kind == WEFT__STR || field->kind == WEFT__OBJECT ? "false" : "\"nope\"";
}

static inline void check_sample(const sample *one)
{
    weft_json name, value;
    const char *missing;
    size_t cursor = 0;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, one->type, one->text), WEFT__CODEC_OK);
    missing = other_state(one->type, fx.value, WEFT_PRESENCE_VALUE);
    if (missing)
        CHECK_STR(missing, one->type->name);
    CHECK(has_everything(one->type, fx.value));
    CHECK(!weft_object_next_extra(fx.value, &cursor, &name, &value));
    CHECK(json_is(((const weft_object *)fx.value)->raw, one->text));
    end(&fx);
}

static inline void check_absence(const weft__type *type)
{
    static const char zeros[1024];
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, type, "{}"), WEFT__CODEC_OK);
    CHECK(!other_state(type, fx.value, WEFT_PRESENCE_ABSENT));
    CHECK(type->size - sizeof(weft_object) <= sizeof(zeros));
    CHECK(memcmp((char *)fx.value + sizeof(weft_object), zeros, type->size - sizeof(weft_object)) == 0);
    end(&fx);
}

static inline void check_null(const weft__type *type, const weft__field *field)
{
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, type, one_member(field, "null")), WEFT__CODEC_OK);
    CHECK_EQ(weft_object_get_state(fx.value, field->name), WEFT_PRESENCE_NULL);
    end(&fx);
}

/* The member reads as zero and says so; an optional one by its own state as well, which all of them begin with. */
static inline void check_misfit(const weft__type *type, const weft__field *field)
{
    const bool optional = field->kind >= WEFT__OPT_BOOL && field->kind <= WEFT__OPT_DOUBLE;
    char *object;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, type, one_member(field, misfit(field))), WEFT__CODEC_OK);
    CHECK_EQ(weft_object_get_state(fx.value, field->name), WEFT_PRESENCE_INVALID);
    object = fx.value;
    if (optional) {
        CHECK_EQ(*(weft_presence *)(void *)(object + field->offset), WEFT_PRESENCE_INVALID);
        *(weft_presence *)(void *)(object + field->offset) = WEFT_PRESENCE_ABSENT;
    }
    for (size_t i = sizeof(weft_object); i < type->size; i++)
        CHECK(object[i] == 0);
    end(&fx);
}

static inline void check_nulls(const weft__type *type)
{
    for (unsigned i = 0; i < type->field_count; i++)
        check_null(type, &type->fields[i]);
}

static inline void check_misfits(const weft__type *type)
{
    for (unsigned i = 0; i < type->field_count; i++)
        if (type->fields[i].kind != WEFT__JSON && !(type->fields[i].flags & WEFT__TEXT_OR_JSON))
            check_misfit(type, &type->fields[i]);
}

static inline void check_types_of(const sample *samples, size_t count, void (*check)(const weft__type *type))
{
    type_set set = {.count = 0};

    for (size_t i = 0; i < count; i++)
        add_type(&set, samples[i].type);
    for (unsigned i = 0; i < set.count; i++)
        check(set.types[i]);
}

/* The tests that every service has; `samples` is an array of one for each of its answers. */
#define TEST_EVERY_ANSWER(samples)                                                                                     \
    enum { SAMPLES = sizeof(samples) / sizeof((samples)[0]) };                                                         \
    __attribute__((unused)) static const void *decode_sample(fixture *fx, const weft__type *type)                      \
    {                                                                                                                  \
        return decode_sample_of((samples), SAMPLES, fx, type);                                                         \
    }                                                                                                                  \
    TEST(every_answer_decodes_with_every_member)                                                                       \
    {                                                                                                                  \
        for (size_t i = 0; i < SAMPLES; i++)                                                                           \
            check_sample(&(samples)[i]);                                                                               \
    }                                                                                                                  \
    TEST(every_answer_decodes_without_members_to_zero)                                                                 \
    {                                                                                                                  \
        check_types_of((samples), SAMPLES, check_absence);                                                             \
    }                                                                                                                  \
    TEST(every_member_of_every_answer_may_be_null)                                                                     \
    {                                                                                                                  \
        check_types_of((samples), SAMPLES, check_nulls);                                                               \
    }                                                                                                                  \
    TEST(a_member_of_the_wrong_kind_reads_as_zero_and_says_so)                                                         \
    {                                                                                                                  \
        check_types_of((samples), SAMPLES, check_misfits);                                                             \
    }

#endif

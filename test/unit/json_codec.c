/* Decoding by tables: every kind, every mismatch with its path, lenient types, and the object as it was
 * received. */
#include <stdio.h>

#include "json_sample.h"
#include "test.h"

TEST(decode_fills_scalars_of_every_kind)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, full_result), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(is(r->text, "a\nb"));
    CHECK(is(r->text_or_json, "{\"k\": 1}"));
    CHECK(r->flag);
    CHECK_EQ(r->integer, 9007199254740993);
    CHECK(r->real == -125.0);
    CHECK(r->opt_flag.state == WEFT_PRESENCE_VALUE && !r->opt_flag.value);
    CHECK(r->opt_integer.state == WEFT_PRESENCE_VALUE && r->opt_integer.value == 0);
    CHECK(r->opt_real.state == WEFT_PRESENCE_VALUE && r->opt_real.value == 0.5);
    CHECK(json_is(r->json, "[1, 2.50]"));
    CHECK(json_is(r->object.raw, full_result));
    CHECK(end(&fx));
}

TEST(decode_fills_objects_lists_and_maps)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, full_result), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(r->part && is(r->part->name, "p") && r->part->size == 3);
    CHECK(json_is(r->part->object.raw, "{\"name\":\"p\",\"size\":3}"));
    CHECK_EQ(r->texts_count, 3);
    CHECK(is(r->texts[0], "x") && !r->texts[1].ptr && is(r->texts[2], ""));
    CHECK_EQ(r->parts_count, 3);
    CHECK(is(r->parts[0].name, "q") && is(r->parts[1].name, "r") && !r->parts[2].name.ptr);
    CHECK(!r->parts[1].object.raw.ptr); /* it was no object */
    CHECK_EQ(r->values_count, 3);
    CHECK(json_is(r->values[0], "null") && json_is(r->values[1], "1.0") && json_is(r->values[2], "\"s\""));
    CHECK_EQ(r->labels_count, 2);
    CHECK(is(r->labels[0].name, "b") && is(r->labels[0].value, "1"));
    CHECK(is(r->labels[1].name, "a") && !r->labels[1].value.ptr);
    CHECK_EQ(r->scalars_count, 3);
    CHECK(is(r->scalars[0].value, "1.50") && is(r->scalars[1].value, "true") && is(r->scalars[2].name, "s"));
    CHECK(end(&fx));
}

TEST(decode_takes_absent_and_null_members_as_zero)
{
    static const char nulls[] = "{\"text\":null,\"flag\":null,\"integer\":null,\"real\":null,\"opt_flag\":null,"
                                "\"opt_integer\":null,\"opt_real\":null,\"json\":null,\"part\":null,\"texts\":null,"
                                "\"parts\":null,\"values\":null,\"labels\":null,\"text_or_json\":null}";
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, "{}"), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(!r->text.ptr && !r->integer && !r->part && !r->texts && !r->json.ptr);
    CHECK_EQ(r->opt_integer.state, WEFT_PRESENCE_ABSENT);
    CHECK_EQ(decode(&fx, &result_type, nulls), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(!r->text.ptr && !r->text_or_json.ptr && !r->part && !r->texts && !r->parts && !r->labels_count);
    CHECK_EQ(r->opt_flag.state, WEFT_PRESENCE_NULL);
    CHECK_EQ(r->opt_integer.state, WEFT_PRESENCE_NULL);
    CHECK_EQ(r->opt_real.state, WEFT_PRESENCE_NULL);
    CHECK(json_is(r->json, "null"));
    CHECK(end(&fx));
}

TEST(decode_lets_the_last_of_repeated_members_win)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type,
                    "{\"text\":\"a\",\"integer\":1,\"opt_real\":1,\"texts\":[\"a\"],\"part\":{},\"flag\":true,"
                    "\"text\":null,\"integer\":2,\"opt_real\":null,\"texts\":null,\"part\":null,\"flag\":null}"),
             WEFT__CODEC_OK);
    r = fx.value;
    CHECK(!r->text.ptr && !r->texts && !r->texts_count && !r->part && !r->flag);
    CHECK_EQ(r->integer, 2);
    CHECK_EQ(r->opt_real.state, WEFT_PRESENCE_NULL);
    CHECK(end(&fx));
}

TEST(decode_finds_members_in_any_order_and_escaped_names)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type,
                    "{\"scalars\":{},\"integer\":1,\"te\\u0078t\":\"x\",\"Text\":\"no\",\"tex\":\"no\",\"real\":2}"),
             WEFT__CODEC_OK);
    r = fx.value;
    CHECK(is(r->text, "x"));
    CHECK_EQ(r->integer, 1);
    CHECK(r->real == 2);
    CHECK(end(&fx));
}

TEST(decode_keeps_nul_bytes_of_text_and_ends_it_with_one_more)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, "{\"text\":\"a\\u0000b\"}"), WEFT__CODEC_OK);
    r = fx.value;
    CHECK_EQ(r->text.len, 3);
    CHECK(memcmp(r->text.ptr, "a\0b", 4) == 0);
    CHECK(end(&fx));
}

TEST(decode_of_a_long_list_is_whole_and_in_order)
{
    enum { COUNT = 5000 };
    char *text = malloc(COUNT * 24 + 32), *at = text;
    const result *r;
    fixture fx;

    at += sprintf(at, "{\"parts\":[");
    for (int i = 0; i < COUNT; i++)
        at += sprintf(at, "%s{\"size\":%d}", i ? "," : "", i);
    sprintf(at, "]}");
    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, text), WEFT__CODEC_OK);
    r = fx.value;
    CHECK_EQ(r->parts_count, COUNT);
    for (int i = 0; i < COUNT; i++)
        CHECK_EQ(r->parts[i].size, i);
    free(text);
    CHECK(end(&fx));
}

TEST(decode_list_takes_an_array_or_null)
{
    static const char text[] = " [{\"size\":1}, {\"size\":2} ] ";
    weft__list_result list = {.count = 9};
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, text, strlen(text), &list, &fx.error), 0);
    CHECK_EQ(list.count, 2);
    CHECK_EQ(((const part *)list.items)[1].size, 2);
    CHECK(list.object.raw.ptr == text + 1 && list.object.raw.len == strlen(text) - 2);
    CHECK_EQ(weft_object_get_state(&list.object, "size"), WEFT_PRESENCE_ABSENT);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, " null ", 6, &list, &fx.error), 0);
    CHECK(list.count == 0 && !list.items && !list.object.raw.ptr);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, "[]", 2, &list, &fx.error), 0);
    CHECK(list.count == 0 && !list.items && list.object.raw.len == 2);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, "{}", 2, &list, &fx.error), WEFT__CODEC_MISMATCH);
    CHECK_STR(fx.error.path, "the document");
    CHECK_STR(fx.error.what, "expected an array");
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, "[{},{\"size\":{}}]", 16, &list, &fx.error),
             WEFT__CODEC_MISMATCH);
    CHECK_STR(fx.error.path, "[1].size");
    CHECK(end(&fx));
}

TEST(decode_mismatches_name_path_and_expectation)
{
    static const struct {
        const char *text, *path, *what;
        size_t offset;
    } cases[] = {
        {"[]", "the document", "expected an object", 0},
        {" null", "the document", "expected an object", 1},
        {"{\"text\":1}", "text", "expected a string", 8},
        {"{\"flag\":1}", "flag", "expected true or false", 8},
        {"{\"integer\":\"1\"}", "integer", "expected a number", 11},
        {"{\"integer\":1.5}", "integer", "expected an integer of at most 64 bits", 11},
        {"{\"integer\":9223372036854775808}", "integer", "expected an integer of at most 64 bits", 11},
        {"{\"real\":1e400}", "real", "expected a number that fits a double", 8},
        {"{\"opt_flag\":{}}", "opt_flag", "expected true or false", 12},
        {"{\"opt_integer\":[]}", "opt_integer", "expected a number", 15},
        {"{\"part\":[]}", "part", "expected an object", 8},
        {"{\"part\":{\"size\":true}}", "part.size", "expected a number", 16},
        {"{\"texts\":{}}", "texts", "expected an array", 9},
        {"{\"texts\":[\"a\",2]}", "texts[1]", "expected a string", 14},
        {"{\"parts\":[{},{},{},{\"name\":0}]}", "parts[3].name", "expected a string", 27},
        {"{\"parts\":[7]}", "parts[0]", "expected an object", 10},
        {"{\"labels\":[]}", "labels", "expected an object", 10},
        {"{\"labels\":{\"a\":\"b\",\"c\":1}}", "labels[1]", "expected a string", 23},
    };
    fixture fx;

    begin(&fx, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK_EQ(decode(&fx, &result_type, cases[i].text), WEFT__CODEC_MISMATCH);
        CHECK_STR(fx.error.path, cases[i].path);
        CHECK_STR(fx.error.what, cases[i].what);
        CHECK_EQ(fx.error.offset, cases[i].offset);
        CHECK(!fx.value);
    }
    CHECK(end(&fx));
}

TEST(decode_syntax_errors_say_where_even_in_members_that_are_skipped)
{
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, ""), WEFT__CODEC_SYNTAX);
    CHECK_STR(fx.error.path, "the document");
    CHECK_EQ(decode(&fx, &result_type, "{\"unknown\":{\"a\":[1,]}}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(fx.error.offset, 19);
    CHECK_EQ(decode(&fx, &result_type, "{\"json\":[01]}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(fx.error.offset, 10);
    CHECK_STR(fx.error.path, "json");
    CHECK_EQ(decode(&fx, &result_type, "{\"texts\":[\"a\""), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &result_type, "{} {}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(fx.error.offset, 3);
    CHECK_EQ(decode(&fx, &result_type, "{\"text\":\"\xff\"}"), WEFT__CODEC_SYNTAX);
    CHECK_STR(fx.error.what, "invalid UTF-8 in a string");
    CHECK(end(&fx));
}

/* ---- a type that nests in itself, for long paths and the depth limit ---- */

typedef struct nest {
    weft_object object;
    const struct nest *inner;
    int64_t leaf;
} nest;

static const weft__type nest_type;
static const weft__field nest_fields[] = {
    WEFT__FIELD_OBJECT(nest, inner, "inner", &nest_type, 0),
    WEFT__FIELD(nest, leaf, "leaf", WEFT__INT64, 0),
};
static const weft__type nest_type = WEFT__TYPE_(nest, "nest", nest_fields, WEFT__HAS_OBJECT, -1, -1);

static char *nested_text(size_t levels, const char *innermost)
{
    char *text = malloc(levels * 10 + strlen(innermost) + 1), *at = text;

    for (size_t i = 0; i < levels; i++)
        at += sprintf(at, "{\"inner\":");
    strcpy(at, innermost);
    memset(at + strlen(innermost), '}', levels);
    text[levels * 10 + strlen(innermost)] = '\0';
    return text;
}

TEST(paths_too_long_are_cut_at_the_front)
{
    char *text = nested_text(100, "{\"leaf\":\"x\"}");
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &nest_type, text), WEFT__CODEC_MISMATCH);
    CHECK(strncmp(fx.error.path, "....inner.inner.", 16) == 0);
    CHECK_STR(fx.error.path + strlen(fx.error.path) - 11, ".inner.leaf");
    CHECK(strlen(fx.error.path) < sizeof(fx.error.path));
    free(text);
    CHECK(end(&fx));
}

TEST(decode_of_nested_types_stops_at_the_depth_limit)
{
    char *text = nested_text(511, "{}");
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &nest_type, text), WEFT__CODEC_OK);
    free(text);
    text = nested_text(512, "{}");
    CHECK_EQ(decode(&fx, &nest_type, text), WEFT__CODEC_SYNTAX);
    CHECK_STR(fx.error.what, "nested too deep");
    free(text);
    CHECK(end(&fx));
}

/* ---- memory ---- */

/* `count` times `item` as a list of parts. */
static char *list_of(size_t count, const char *item)
{
    const size_t len = strlen(item) + 1;
    char *text = malloc(count * len + 16), *at = text + sprintf(text, "{\"parts\":[");

    for (size_t i = 0; i < count; i++, at += len)
        sprintf(at, "%s,", item);
    strcpy(count ? at - 1 : at, "]}");
    return text;
}

TEST(decoded_lists_take_their_items_memory_and_no_more)
{
    static const size_t counts[] = {0, 1, 2, 7, 10, 11, 100, 1000, 40000};
    fixture fx;

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        char *text = list_of(counts[i], "{\"name\":\"n\"}");

        begin(&fx, 0);
        CHECK_EQ(decode(&fx, &answer_type, text), WEFT__CODEC_OK);
        CHECK_EQ(SIZE_MAX - fx.arena.room, sizeof(result) + counts[i] * (sizeof(part) + sizeof("n")));
        CHECK_EQ(((const result *)fx.value)->parts_count, counts[i]);
        if (counts[i])
            CHECK(is(((const result *)fx.value)->parts[counts[i] - 1].name, "n"));
        free(text);
        CHECK(end(&fx));
    }
}

/* Bytes that are held, in whole allocations. */
static size_t held_bytes(const weft__arena *arena)
{
    size_t held = 0;

    for (const weft__chunk *chunk = arena->chunks; chunk; chunk = chunk->next)
        held += chunk->size;
    return held;
}

TEST(decoded_lists_leave_nothing_behind_that_they_outgrew)
{
    enum { COUNT = 40000 };
    char *text = list_of(COUNT, "{}");
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &answer_type, text), WEFT__CODEC_OK);
    CHECK(held_bytes(&fx.arena) < COUNT * sizeof(part) + 2048);
    free(text);
    CHECK(end(&fx));
}

TEST(decode_beyond_the_rooms_end_is_too_large_and_not_out_of_memory)
{
    static const char *const items[] = {"{}", "{\"name\":\"some name\"}"};
    fixture fx;

    for (size_t i = 0; i < 2; i++) {
        const size_t name = i ? sizeof("some name") : 0;
        const size_t need = sizeof(result) + 1000 * (sizeof(part) + name);
        char *text = list_of(1000, items[i]);

        for (size_t short_of = 0; short_of < 3000; short_of += 97) {
            begin(&fx, 0);
            fx.arena.room = need - short_of;
            CHECK_EQ(decode(&fx, &answer_type, text), short_of ? WEFT__CODEC_TOO_LARGE : WEFT__CODEC_OK);
            CHECK(!short_of || strcmp(fx.error.what, "takes more memory than the limit") == 0);
            CHECK(fx.arena.room <= need);
            CHECK(end(&fx));
        }
        free(text);
    }
}

/* ---- answers ---- */

static const char long_plain_text[] = "plain text that is long enough for several blocks of any size, and no more";

static void check_wrong_kinds(const weft__type *type)
{
    static const char text[] =
        "{\"text\":[\"x\"],\"flag\":\"true\",\"integer\":1.5,\"real\":{},\"opt_flag\":1,\"opt_integer\":"
        "\"one\","
        "\"opt_real\":[],\"part\":[{}],\"texts\":\"x\",\"parts\":[1,{\"size\":\"big\",\"name\":\"n\"}],"
        "\"labels\":{\"a\":[],\"b\":\"c\"},\"values\":7}";
    static const char *const wrong[] = {"text",        "flag",     "integer", "real",  "opt_flag",
                                        "opt_integer", "opt_real", "part",    "texts", "values"};
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, type, text), WEFT__CODEC_OK);
    CHECK(!fx.error.what && !fx.error.path[0]);
    r = fx.value;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CHECK_EQ(weft_object_get_state(&r->object, wrong[i]), WEFT_PRESENCE_INVALID);
    CHECK(!r->text.ptr && !r->flag && !r->integer && r->real == 0 && !r->part && !r->texts && !r->values_count);
    CHECK_EQ(r->opt_flag.state, WEFT_PRESENCE_INVALID);
    CHECK_EQ(r->opt_integer.state, WEFT_PRESENCE_INVALID);
    CHECK_EQ(r->opt_real.state, WEFT_PRESENCE_INVALID);
    CHECK_EQ(r->parts_count, 2);
    CHECK(!r->parts[0].name.ptr && is(r->parts[1].name, "n") && r->parts[1].size == 0);
    CHECK(json_is(r->parts[0].object.raw, "1"));
    CHECK_EQ(weft_object_get_state(&r->parts[0].object, "name"), WEFT_PRESENCE_ABSENT);
    CHECK_EQ(weft_object_get_state(&r->parts[1].object, "size"), WEFT_PRESENCE_INVALID);
    CHECK(r->labels_count == 2 && !r->labels[0].value.ptr && is(r->labels[1].value, "c"));
    CHECK(end(&fx));
}

TEST(answers_leave_members_of_the_wrong_kind_zero)
{
    check_wrong_kinds(&answer_type);
    check_wrong_kinds(&spelled_type);
}

/* What is no JSON at all is no member of the wrong kind. */
TEST(answers_with_no_value_where_one_is_due_are_not_json)
{
    static const char *const texts[] = {"{\"labels\":{\"a\":$}}", "{\"text\":$}",    "{\"texts\":[$]}",
                                        "{\"part\":$}",           "{\"parts\":[$]}", "{\"integer\":$}"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        fixture fx;

        begin(&fx, 0);
        CHECK_EQ(decode(&fx, &answer_type, texts[i]), WEFT__CODEC_SYNTAX);
        CHECK(end(&fx));
    }
}

TEST(answers_do_not_take_numbers_and_their_spelling_for_each_other)
{
    static const char *const wrong[] = {"text", "integer", "real", "opt_integer"};
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &answer_type,
                    "{\"text\":1.50,\"integer\":\"-12\",\"real\":\"2.5e1\",\"opt_integer\":\"7\",\"texts\":[1,\"b\"]}"),
             WEFT__CODEC_OK);
    r = fx.value;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CHECK_EQ(weft_object_get_state(&r->object, wrong[i]), WEFT_PRESENCE_INVALID);
    CHECK(!r->text.ptr && r->integer == 0 && r->real == 0 && r->opt_integer.state == WEFT_PRESENCE_INVALID);
    CHECK(r->texts_count == 2 && !r->texts[0].ptr && is(r->texts[1], "b"));
    CHECK(end(&fx));
}

TEST(answers_tell_numbers_that_do_not_fit_and_take_those_that_do_in_any_spelling)
{
    static const struct {
        const char *value;
        weft_presence state; /* of an integer */
        int64_t integer;
        weft_presence real_state;
    } cases[] = {
        {"1e3", WEFT_PRESENCE_VALUE, 1000, WEFT_PRESENCE_VALUE},
        {"12.0", WEFT_PRESENCE_VALUE, 12, WEFT_PRESENCE_VALUE},
        {"-0", WEFT_PRESENCE_VALUE, 0, WEFT_PRESENCE_VALUE},
        {"1234.5", WEFT_PRESENCE_INVALID, 0, WEFT_PRESENCE_VALUE},
        {"9223372036854775807", WEFT_PRESENCE_VALUE, INT64_MAX, WEFT_PRESENCE_VALUE},
        {"9223372036854775808", WEFT_PRESENCE_INVALID, 0, WEFT_PRESENCE_VALUE},
        {"-9223372036854775809", WEFT_PRESENCE_INVALID, 0, WEFT_PRESENCE_VALUE},
        {"1e400", WEFT_PRESENCE_INVALID, 0, WEFT_PRESENCE_INVALID},
        {"-1e99999999999999999999", WEFT_PRESENCE_INVALID, 0, WEFT_PRESENCE_INVALID},
        {"1e-400", WEFT_PRESENCE_INVALID, 0, WEFT_PRESENCE_VALUE},
        {"0e99999999999999999999", WEFT_PRESENCE_VALUE, 0, WEFT_PRESENCE_VALUE},
    };
    char text[128];
    const result *r;
    fixture fx;

    begin(&fx, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(text, sizeof(text), "{\"integer\":%s,\"opt_real\":%s}", cases[i].value, cases[i].value);
        CHECK_EQ(decode(&fx, &answer_type, text), WEFT__CODEC_OK);
        r = fx.value;
        CHECK_EQ(weft_object_get_state(&r->object, "integer"), cases[i].state);
        CHECK_EQ(r->integer, cases[i].integer);
        CHECK_EQ(r->opt_real.state, cases[i].real_state);
        CHECK(json_is(weft_object_get(&r->object, "integer"), cases[i].value));
    }
    CHECK(end(&fx));
}

TEST(answers_have_the_last_of_repeated_members_whatever_the_others_are)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &answer_type,
                    "{\"integer\":7,\"texts\":[\"a\"],\"text\":[],\"integer\":[],\"text\":\"b\",\"texts\":1}"),
             WEFT__CODEC_OK);
    r = fx.value;
    CHECK(r->integer == 0 && is(r->text, "b") && !r->texts && r->texts_count == 0);
    CHECK_EQ(weft_object_get_state(&r->object, "integer"), WEFT_PRESENCE_INVALID);
    CHECK_EQ(weft_object_get_state(&r->object, "text"), WEFT_PRESENCE_VALUE);
    CHECK(end(&fx));
}

/* What is written, and what is read of it. */
static const struct {
    const char *quoted;
    const char *meant;
} broken_texts[] = {
    {"\\ud800", "\xef\xbf\xbd"},
    {"a\\udc00b", "a\xef\xbf\xbd"
                  "b"},
    {"\\udc00\\ud800", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\\ud800\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
    {"\\ud800\\u0041", "\xef\xbf\xbd"
                       "A"},
    {"\\ud83d\\n", "\xef\xbf\xbd\n"},
    {"caf\xe9", "caf\xef\xbf\xbd"},
    {"\xe2\x82", "\xef\xbf\xbd"},
    {"\xe2\x82\\u00e9", "\xef\xbf\xbd\xc3\xa9"},
    {"\xe2\x82x\xac", "\xef\xbf\xbdx\xef\xbf\xbd"},
    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xf0\x9f\x98\xf0\x9f\x98\x80", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
    {"\xc0\xaf\xfe\xff", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xff\xff\\\"\\u0041\xff", "\xef\xbf\xbd\xef\xbf\xbd\"A\xef\xbf\xbd"},
};

enum { BROKEN_TEXTS = sizeof(broken_texts) / sizeof(broken_texts[0]), MOST_BEFORE = 70 };

/* Behind and before plain text of any length, for it is looked at in blocks. */
static void check_broken_text(const char *quoted, const char *meant, int before)
{
    char text[512], expected[256];
    const result *r;
    fixture fx;

    snprintf(text, sizeof(text), "{\"text\":\"%.*s%s%.*s\",\"labels\":{\"%s\":\"%s\"},\"json\":\"%s\"}", before,
             long_plain_text, quoted, MOST_BEFORE - before, long_plain_text, quoted, quoted, quoted);
    snprintf(expected, sizeof(expected), "%.*s%s%.*s", before, long_plain_text, meant, MOST_BEFORE - before,
             long_plain_text);
    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &answer_type, text), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(r && is(r->text, expected));
    CHECK(r->labels_count == 1 && is(r->labels[0].name, meant) && is(r->labels[0].value, meant));
    CHECK(r->json.len == strlen(quoted) + 2 && memcmp(r->json.ptr + 1, quoted, strlen(quoted)) == 0);
    CHECK(is(weft__json_string(&fx.arena, r->json), meant));
    CHECK_EQ(weft_object_get_state(&r->object, "text"), WEFT_PRESENCE_VALUE);
    CHECK_EQ(decode(&fx, &result_type, text), WEFT__CODEC_SYNTAX);
    CHECK(end(&fx));
}

TEST(answers_have_a_replacement_where_there_is_no_text_and_keep_the_bytes)
{
    for (size_t i = 0; i < BROKEN_TEXTS; i++)
        for (int before = 0; before <= MOST_BEFORE; before++)
            check_broken_text(broken_texts[i].quoted, broken_texts[i].meant, before);
}

TEST(answers_may_have_a_byte_order_mark_ahead_and_requests_may_not)
{
    static const char text[] = "\xef\xbb\xbf {\"text\":\"a\"}";
    weft__list_result list;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &answer_type, text), WEFT__CODEC_OK);
    CHECK(is(((const result *)fx.value)->text, "a"));
    CHECK_EQ(weft__decode_list(&fx.arena, &answer_type, "\xef\xbb\xbf[{}]", 7, &list, &fx.error), WEFT__CODEC_OK);
    CHECK_EQ(list.count, 1);
    CHECK(weft__json_is_answer(text, strlen(text)) && weft__json_begin(text, strlen(text)) == '{');
    CHECK_EQ(decode(&fx, &answer_type, "{\"text\":\xef\xbb\xbf\"a\"}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(fx.error.offset, 8);
    CHECK_EQ(decode(&fx, &answer_type, "\xef\xbb\xbf"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &result_type, text), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &request_type, text), WEFT__CODEC_SYNTAX);
    CHECK_EQ(weft__json_check(text, strlen(text), &fx.error), WEFT__CODEC_SYNTAX);
    CHECK(end(&fx));
}

TEST(answers_may_nest_what_no_type_names_as_deep_as_services_do)
{
    enum { DEEP = 9998 };
    char *text = malloc(2 * DEEP + 64), *at = text + sprintf(text, "{\"new\":");
    const result *r;
    fixture fx;

    memset(at, '[', DEEP);
    memset(at + DEEP, ']', DEEP);
    strcpy(at + 2 * DEEP, ",\"text\":\"a\"}");
    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &answer_type, text), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(is(r->text, "a") && weft_object_get(&r->object, "new").len == 2 * (size_t)DEEP);
    free(text);
    CHECK(end(&fx));
}

TEST(spelled_types_take_numeric_strings_and_numbers_for_each_other)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &spelled_type,
                    "{\"text\":1.50,\"integer\":\"-12\",\"real\":\"2.5e1\",\"opt_integer\":\"7\",\"opt_real\":\"0\","
                    "\"texts\":[1,\"b\"],\"labels\":{\"a\":1},\"part\":{\"size\":\"3\",\"name\":4}}"),
             WEFT__CODEC_OK);
    r = fx.value;
    CHECK(is(r->text, "1.50"));
    CHECK_EQ(r->integer, -12);
    CHECK(r->real == 25);
    CHECK(r->opt_integer.state == WEFT_PRESENCE_VALUE && r->opt_integer.value == 7);
    CHECK(r->opt_real.state == WEFT_PRESENCE_VALUE && r->opt_real.value == 0);
    CHECK(is(r->texts[0], "1") && is(r->labels[0].value, "1"));
    CHECK(r->part->size == 3 && is(r->part->name, "4"));
    CHECK_EQ(weft_object_get_state(&r->object, "text"), WEFT_PRESENCE_VALUE);
    CHECK_EQ(weft_object_get_state(&r->object, "integer"), WEFT_PRESENCE_VALUE);
    CHECK_EQ(weft_object_get_state(&r->object, "opt_real"), WEFT_PRESENCE_VALUE);
    CHECK(end(&fx));
}

TEST(answers_that_are_no_json_are_refused)
{
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &spelled_type, "{\"text\":[1,}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &spelled_type, "{\"integer\":\"\\ud80\"}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &answer_type, "{\"text\":\"a\nb\"}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &answer_type, "{\"text\":\"a\"} x"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &answer_type, "{\xff}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &answer_type, "{\"real\":NaN}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &spelled_type, "[]"), WEFT__CODEC_MISMATCH);
    CHECK(end(&fx));
}

TEST(a_string_where_an_object_is_expected_fills_the_scalar_field)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, "{\"part\":\"named\"}"), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(r->part && is(r->part->name, "named") && r->part->size == 0);
    CHECK_EQ(weft_object_get_state(&r->object, "part"), WEFT_PRESENCE_VALUE);
    CHECK_EQ(weft_object_get_state(&r->part->object, "name"), WEFT_PRESENCE_ABSENT);
    CHECK_EQ(decode(&fx, &result_type, "{\"part\":5}"), WEFT__CODEC_MISMATCH);
    CHECK_EQ(decode(&fx, &part_type, "\"alone\""), WEFT__CODEC_OK);
    CHECK(is(((const part *)fx.value)->name, "alone"));
    CHECK(end(&fx));
}

/* ---- the object as it was received ---- */

TEST(object_state_tells_absent_null_value_and_invalid_apart)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &spelled_type, "{\"text\":null,\"flag\":7,\"real\":1,\"new\":null,\"newer\":[],\"json\":{}}"),
             0);
    r = fx.value;
    CHECK_EQ(weft_object_get_state(&r->object, "text"), WEFT_PRESENCE_NULL);
    CHECK_EQ(weft_object_get_state(&r->object, "flag"), WEFT_PRESENCE_INVALID);
    CHECK_EQ(weft_object_get_state(&r->object, "real"), WEFT_PRESENCE_VALUE);
    CHECK_EQ(weft_object_get_state(&r->object, "integer"), WEFT_PRESENCE_ABSENT);
    CHECK_EQ(weft_object_get_state(&r->object, "new"), WEFT_PRESENCE_NULL);
    CHECK_EQ(weft_object_get_state(&r->object, "newer"), WEFT_PRESENCE_VALUE);
    CHECK_EQ(weft_object_get_state(&r->object, "json"), WEFT_PRESENCE_VALUE);
    CHECK_EQ(weft_object_get_state(&r->object, "newest"), WEFT_PRESENCE_ABSENT);
    CHECK(json_is(weft_object_get(&r->object, "flag"), "7"));
    CHECK(json_is(weft_object_get(&r->object, "newer"), "[]"));
    CHECK(!weft_object_get(&r->object, "integer").ptr);
    CHECK_EQ(weft_object_get_state(&(weft_object){{NULL, 0}, NULL}, "x"), WEFT_PRESENCE_ABSENT);
    CHECK(end(&fx));
}

TEST(object_extras_are_the_members_that_the_type_does_not_declare)
{
    weft_json name, value;
    const part *p;
    size_t cursor = 0;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &part_type, "{ \"new\\n\" : [1] ,\"name\":\"n\",\"n\\u0061me\":\"m\",\"x\":null,\"size\":1}"),
             0);
    p = fx.value;
    CHECK(weft_object_next_extra(&p->object, &cursor, &name, &value));
    CHECK(json_is(name, "new\\n") && json_is(value, "[1]"));
    CHECK(weft_object_next_extra(&p->object, &cursor, &name, &value));
    CHECK(json_is(name, "x") && json_is(value, "null"));
    CHECK(!weft_object_next_extra(&p->object, &cursor, &name, &value));
    CHECK(!weft_object_next_extra(&p->object, &cursor, &name, &value));
    cursor = 0;
    CHECK(!weft_object_next_extra(&(weft_object){{NULL, 0}, NULL}, &cursor, &name, &value));
    CHECK(end(&fx));
}

TEST(json_string_decodes_a_slice_and_refuses_the_rest)
{
    fixture fx;

    begin(&fx, 0);
    CHECK(is(weft__json_string(&fx.arena, (weft_json){"\"a\\tb\"", 6}), "a\tb"));
    CHECK(is(weft__json_string(&fx.arena, (weft_json){"\"\"", 2}), ""));
    CHECK(!weft__json_string(&fx.arena, (weft_json){"12", 2}).ptr);
    CHECK(!weft__json_string(&fx.arena, (weft_json){NULL, 0}).ptr);
    CHECK(end(&fx));
}

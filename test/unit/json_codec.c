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
    CHECK(r->opt_flag.state == WEFT_VALUE && !r->opt_flag.value);
    CHECK(r->opt_integer.state == WEFT_VALUE && r->opt_integer.value == 0);
    CHECK(r->opt_real.state == WEFT_VALUE && r->opt_real.value == 0.5);
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
    CHECK_EQ(r->opt_integer.state, WEFT_ABSENT);
    CHECK_EQ(decode(&fx, &result_type, nulls), WEFT__CODEC_OK);
    r = fx.value;
    CHECK(!r->text.ptr && !r->text_or_json.ptr && !r->part && !r->texts && !r->parts && !r->labels_count);
    CHECK_EQ(r->opt_flag.state, WEFT_NULL);
    CHECK_EQ(r->opt_integer.state, WEFT_NULL);
    CHECK_EQ(r->opt_real.state, WEFT_NULL);
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
    CHECK_EQ(r->opt_real.state, WEFT_NULL);
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
    const part *parts;
    size_t count = 9;
    void *items;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, "[{\"size\":1},{\"size\":2}]", 23, &items, &count, &fx.error), 0);
    parts = items;
    CHECK_EQ(count, 2);
    CHECK_EQ(parts[1].size, 2);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, " null ", 6, &items, &count, &fx.error), 0);
    CHECK(count == 0 && !items);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, "[]", 2, &items, &count, &fx.error), 0);
    CHECK(count == 0 && !items);
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, "{}", 2, &items, &count, &fx.error), WEFT__CODEC_MISMATCH);
    CHECK_STR(fx.error.path, "the document");
    CHECK_STR(fx.error.what, "expected an array");
    CHECK_EQ(weft__decode_list(&fx.arena, &part_type, "[{},{\"size\":{}}]", 16, &items, &count, &fx.error),
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
static const weft__type nest_type = WEFT__RESULT_TYPE(nest, "nest", nest_fields);

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

/* ---- lenient types ---- */

TEST(lenient_types_leave_members_of_the_wrong_kind_zero)
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
    CHECK_EQ(decode(&fx, &lenient_type, text), WEFT__CODEC_OK);
    CHECK(!fx.error.what && !fx.error.path[0]);
    r = fx.value;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CHECK_EQ(weft_object_state(&r->object, wrong[i]), WEFT_INVALID);
    CHECK(!r->text.ptr && !r->flag && !r->integer && r->real == 0 && !r->part && !r->texts && !r->values_count);
    CHECK_EQ(r->opt_flag.state, WEFT_INVALID);
    CHECK_EQ(r->opt_integer.state, WEFT_INVALID);
    CHECK_EQ(r->opt_real.state, WEFT_INVALID);
    CHECK_EQ(r->parts_count, 2);
    CHECK(!r->parts[0].name.ptr && is(r->parts[1].name, "n") && r->parts[1].size == 0);
    CHECK(r->labels_count == 2 && !r->labels[0].value.ptr && is(r->labels[1].value, "c"));
    CHECK(end(&fx));
}

TEST(lenient_types_take_numeric_strings_and_numbers_for_each_other)
{
    const result *r;
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &lenient_type,
                    "{\"text\":1.50,\"integer\":\"-12\",\"real\":\"2.5e1\",\"opt_integer\":\"7\",\"opt_real\":\"0\","
                    "\"texts\":[1,\"b\"],\"labels\":{\"a\":1},\"part\":{\"size\":\"3\",\"name\":4}}"),
             WEFT__CODEC_OK);
    r = fx.value;
    CHECK(is(r->text, "1.50"));
    CHECK_EQ(r->integer, -12);
    CHECK(r->real == 25);
    CHECK(r->opt_integer.state == WEFT_VALUE && r->opt_integer.value == 7);
    CHECK(r->opt_real.state == WEFT_VALUE && r->opt_real.value == 0);
    CHECK(is(r->texts[0], "1") && is(r->labels[0].value, "1"));
    CHECK(r->part->size == 3 && is(r->part->name, "4"));
    CHECK_EQ(weft_object_state(&r->object, "text"), WEFT_VALUE);
    CHECK_EQ(weft_object_state(&r->object, "integer"), WEFT_VALUE);
    CHECK_EQ(weft_object_state(&r->object, "opt_real"), WEFT_VALUE);
    CHECK(end(&fx));
}

TEST(lenient_types_still_refuse_text_that_is_no_json)
{
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &lenient_type, "{\"text\":[1,}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &lenient_type, "{\"integer\":\"\\ud800\"}"), WEFT__CODEC_SYNTAX);
    CHECK_EQ(decode(&fx, &lenient_type, "[]"), WEFT__CODEC_MISMATCH);
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
    CHECK_EQ(weft_object_state(&r->object, "part"), WEFT_VALUE);
    CHECK_EQ(weft_object_state(&r->part->object, "name"), WEFT_ABSENT);
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
    CHECK_EQ(decode(&fx, &lenient_type, "{\"text\":null,\"flag\":7,\"real\":1,\"new\":null,\"newer\":[],\"json\":{}}"),
             0);
    r = fx.value;
    CHECK_EQ(weft_object_state(&r->object, "text"), WEFT_NULL);
    CHECK_EQ(weft_object_state(&r->object, "flag"), WEFT_INVALID);
    CHECK_EQ(weft_object_state(&r->object, "real"), WEFT_VALUE);
    CHECK_EQ(weft_object_state(&r->object, "integer"), WEFT_ABSENT);
    CHECK_EQ(weft_object_state(&r->object, "new"), WEFT_NULL);
    CHECK_EQ(weft_object_state(&r->object, "newer"), WEFT_VALUE);
    CHECK_EQ(weft_object_state(&r->object, "json"), WEFT_VALUE);
    CHECK_EQ(weft_object_state(&r->object, "newest"), WEFT_ABSENT);
    CHECK(json_is(weft_object_get(&r->object, "flag"), "7"));
    CHECK(json_is(weft_object_get(&r->object, "newer"), "[]"));
    CHECK(!weft_object_get(&r->object, "integer").ptr);
    CHECK_EQ(weft_object_state(&(weft_object){{NULL, 0}, NULL}, "x"), WEFT_ABSENT);
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

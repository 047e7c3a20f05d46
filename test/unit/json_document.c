/* JSON text in hand: what each question answers, and that garbage answers none. */
#include "test.h"

#include <string.h>

#include "text_is.h"
#include "weft/json.h"

static const char event[] =
    " {\"type\":\"done\",\"text\":\"a\\n\\\"b\\\" \\u20ac \\ud83d\\ude00\",\"tokens\":12,\"cost\":0.25,\"ok\":true,"
    "\"no\":false,\"nothing\":null,\"items\":[1,\"two\",{\"three\":3}],\"dup\":1,\"dup\":2,\"e\\u006bsc\":5} ";

TEST(value_has_the_kind_that_it_begins_as)
{
    weft_json object = weft_json_parse(event);

    CHECK_EQ(weft_json_get_kind(object), WEFT_JSON_KIND_OBJECT);
    CHECK_EQ(weft_json_get_kind(weft_json_get_member(object, "type")), WEFT_JSON_KIND_STRING);
    CHECK_EQ(weft_json_get_kind(weft_json_get_member(object, "tokens")), WEFT_JSON_KIND_NUMBER);
    CHECK_EQ(weft_json_get_kind(weft_json_get_member(object, "ok")), WEFT_JSON_KIND_BOOL);
    CHECK_EQ(weft_json_get_kind(weft_json_get_member(object, "no")), WEFT_JSON_KIND_BOOL);
    CHECK_EQ(weft_json_get_kind(weft_json_get_member(object, "nothing")), WEFT_JSON_KIND_NULL);
    CHECK_EQ(weft_json_get_kind(weft_json_get_member(object, "items")), WEFT_JSON_KIND_ARRAY);
    CHECK_EQ(weft_json_get_kind(weft_json_get_member(object, "absent")), WEFT_JSON_KIND_NONE);
    CHECK_EQ(weft_json_get_kind((weft_json){NULL, 0}), WEFT_JSON_KIND_NONE);
    CHECK_EQ(weft_json_get_kind((weft_json){"oops", 4}), WEFT_JSON_KIND_NONE);
}

TEST(parsing_takes_one_value_and_nothing_else)
{
    static const char *const garbage[] = {"",    " ",   "{",  "{}x",     "[1,]",   "{\"a\":}",
                                          "nul", "'a'", "01", "\"\\x\"", "[1] [2]"};

    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
        if (weft_json_parse(garbage[i]).ptr)
            test_fail(__FILE__, __LINE__, "%s is taken", garbage[i]);
    CHECK(json_is(weft_json_parse("  [1, 2]\n"), "[1, 2]"));
    CHECK(!weft_json_parse(NULL).ptr);
    CHECK(json_is(weft_json_parse_str((weft_str){"5 x", 1}), "5"));
}

TEST(text_is_unescaped_into_a_buffer)
{
    weft_json text = weft_json_get_member(weft_json_parse(event), "text");
    static const char meant[] = "a\n\"b\" \xe2\x82\xac \xf0\x9f\x98\x80";
    char buffer[64];

    CHECK_EQ(weft_json_get_text(text, buffer, sizeof(buffer)), sizeof(meant) - 1);
    CHECK_STR(buffer, meant);
    CHECK_EQ(weft_json_get_text(text, NULL, 0), sizeof(meant) - 1);
    CHECK_EQ(weft_json_get_text(text, buffer, sizeof(meant)), sizeof(meant) - 1);
    CHECK_STR(buffer, meant);
}

TEST(text_that_does_not_fit_is_cut_between_characters)
{
    weft_json text = weft_json_get_member(weft_json_parse(event), "text");
    char buffer[16];

    CHECK_EQ(weft_json_get_text(text, buffer, 9), 14);
    CHECK_STR(buffer, "a\n\"b\" "); /* the euro sign takes three */
    CHECK_EQ(weft_json_get_text(text, buffer, 10), 14);
    CHECK_STR(buffer, "a\n\"b\" \xe2\x82\xac");
    CHECK_EQ(weft_json_get_text(text, buffer, 1), 14);
    CHECK_STR(buffer, "");
}

TEST(what_is_no_text_becomes_the_replacement_character)
{
    char buffer[16];

    CHECK_EQ(weft_json_get_text(weft_json_parse("\"a\\ud800b\xff\""), buffer, sizeof(buffer)), 8);
    CHECK_STR(buffer, "a\xef\xbf\xbd"
                      "b\xef\xbf\xbd");
}

TEST(what_is_no_string_has_no_text)
{
    static const char *const values[] = {"5", "true", "null", "[\"a\"]", "{\"a\":\"b\"}", "\"open", ""};
    char buffer[4] = "x";

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        CHECK_EQ(weft_json_get_text((weft_json){values[i], strlen(values[i])}, buffer, sizeof(buffer)),
                 WEFT_JSON_NO_TEXT);
        CHECK_STR(buffer, "");
    }
}

TEST(text_is_compared_by_what_it_means)
{
    weft_json object = weft_json_parse(event);

    CHECK(weft_json_is_text(weft_json_get_member(object, "type"), "done"));
    CHECK(!weft_json_is_text(weft_json_get_member(object, "type"), "don"));
    CHECK(weft_json_is_text(weft_json_parse("\"\\u0064one\""), "done"));
    CHECK(!weft_json_is_text(weft_json_get_member(object, "tokens"), "12"));
    CHECK(!weft_json_is_text((weft_json){NULL, 0}, ""));
}

TEST(numbers_are_read_whole_or_not_at_all)
{
    weft_json object = weft_json_parse(event);
    int64_t integer = 7;
    double real = 7;
    bool flag = false;

    CHECK(weft_json_get_int64(weft_json_get_member(object, "tokens"), &integer) && integer == 12);
    CHECK(weft_json_get_int64(weft_json_parse("5e2"), &integer) && integer == 500);
    CHECK(weft_json_get_int64(weft_json_parse("-9223372036854775808"), &integer) && integer == INT64_MIN);
    integer = 7;
    CHECK(!weft_json_get_int64(weft_json_get_member(object, "cost"), &integer));
    CHECK(!weft_json_get_int64(weft_json_parse("9223372036854775808"), &integer));
    CHECK(!weft_json_get_int64(weft_json_parse("\"12\""), &integer));
    CHECK(!weft_json_get_int64((weft_json){NULL, 0}, &integer));
    CHECK_EQ(integer, 7);
    CHECK(weft_json_get_double(weft_json_get_member(object, "cost"), &real) && real == 0.25);
    real = 7;
    CHECK(!weft_json_get_double(weft_json_parse("1e999"), &real));
    CHECK(!weft_json_get_double(weft_json_parse("true"), &real) && real == 7);
    CHECK(weft_json_get_bool(weft_json_get_member(object, "ok"), &flag) && flag);
    CHECK(weft_json_get_bool(weft_json_get_member(object, "no"), &flag) && !flag);
    CHECK(!weft_json_get_bool(weft_json_get_member(object, "nothing"), &flag));
    CHECK(!weft_json_get_bool((weft_json){"truer", 5}, &flag));
}

TEST(last_member_of_a_name_counts)
{
    weft_json object = weft_json_parse(event);

    CHECK(json_is(weft_json_get_member(object, "dup"), "2"));
    CHECK(json_is(weft_json_get_member(object, "eksc"), "5"));
    CHECK(!weft_json_get_member(object, "absent").ptr);
    CHECK(!weft_json_get_member(weft_json_get_member(object, "items"), "three").ptr);
    CHECK(!weft_json_get_member((weft_json){"{\"a\":1,", 7}, "a").ptr); /* a broken object answers nothing */
}

TEST(arrays_are_walked_in_order)
{
    weft_json items = weft_json_get_member(weft_json_parse(event), "items"), item;
    size_t cursor = 0;

    CHECK(weft_json_next_item(items, &cursor, &item) && json_is(item, "1"));
    CHECK(weft_json_next_item(items, &cursor, &item) && json_is(item, "\"two\""));
    CHECK(weft_json_next_item(items, &cursor, &item) && json_is(weft_json_get_member(item, "three"), "3"));
    CHECK(!weft_json_next_item(items, &cursor, &item));
    CHECK(!weft_json_next_item(items, &cursor, &item));
    cursor = 0;
    CHECK(!weft_json_next_item(weft_json_parse("[ ]"), &cursor, &item));
    cursor = 0;
    CHECK(!weft_json_next_item(weft_json_parse(event), &cursor, &item));
}

TEST(objects_are_walked_in_order_with_every_member)
{
    weft_json object = weft_json_parse("{ \"a\" : 1 , \"b\\n\":[ ], \"a\":{} }"), name, value;
    size_t cursor = 0;
    char text[8];

    CHECK(weft_json_next_member(object, &cursor, &name, &value));
    CHECK(weft_json_is_text(name, "a") && json_is(value, "1"));
    CHECK(weft_json_next_member(object, &cursor, &name, &value));
    CHECK_EQ(weft_json_get_text(name, text, sizeof(text)), 2);
    CHECK_STR(text, "b\n");
    CHECK(weft_json_next_member(object, &cursor, &name, &value) && json_is(value, "{}"));
    CHECK(!weft_json_next_member(object, &cursor, &name, &value));
    CHECK(!weft_json_next_member(object, &cursor, &name, &value));
}

TEST(text_is_quoted)
{
    static const char text[] = "a\"\\\n\x01\xe2\x82\xac";
    static const char quoted[] = "\"a\\\"\\\\\\n\\u0001\xe2\x82\xac\"";
    char buffer[32], back[32];

    CHECK_EQ(weft_json_quote((weft_str){text, sizeof(text) - 1}, buffer, sizeof(buffer)), sizeof(quoted) - 1);
    CHECK_STR(buffer, quoted);
    CHECK_EQ(weft_json_get_text(weft_json_parse(buffer), back, sizeof(back)), sizeof(text) - 1);
    CHECK_STR(back, text);
    CHECK_EQ(weft_json_quote((weft_str){text, sizeof(text) - 1}, buffer, 5), sizeof(quoted) - 1);
    CHECK_STR(buffer, "");
    CHECK_EQ(weft_json_quote((weft_str){text, sizeof(text) - 1}, NULL, 0), sizeof(quoted) - 1);
    CHECK_EQ(weft_json_quote((weft_str){"\xff", 1}, buffer, sizeof(buffer)), WEFT_JSON_NO_TEXT);
    CHECK_EQ(weft_json_quote((weft_str){NULL, 0}, buffer, sizeof(buffer)), 2);
    CHECK_STR(buffer, "\"\"");
}

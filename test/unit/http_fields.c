#include "http/fields.h"

#include <string.h>

#include "test.h"

#define TEXT(literal) ((weft_str){literal, sizeof(literal) - 1})

static bool is(weft_str text, const char *expected)
{
    return text.len == strlen(expected) && memcmp(text.ptr, expected, text.len) == 0;
}

TEST(lines_are_taken_one_after_the_other)
{
    weft_str lines = TEXT("A: 1\r\nB: 2\r\n"), line;

    CHECK(weft__fields_next(&lines, &line));
    CHECK(is(weft__field_name(line), "A"));
    CHECK(is(weft__field_value(line, 1), "1"));
    CHECK(weft__fields_next(&lines, &line));
    CHECK(is(weft__field_name(line), "B"));
    CHECK(is(weft__field_value(line, 1), "2"));
    CHECK(!weft__fields_next(&lines, &line));
}

TEST(no_lines_are_none)
{
    weft_str lines = {NULL, 0}, line;

    CHECK(!weft__fields_next(&lines, &line));
}

TEST(a_line_is_known_by_its_whole_name_in_any_case)
{
    weft_str lines = TEXT("Content-Type: a\r\n"), line;

    CHECK(weft__fields_next(&lines, &line));
    CHECK(weft__field_is(line, TEXT("content-TYPE")));
    CHECK(!weft__field_is(line, TEXT("content-typ")));
    CHECK(!weft__field_is(line, TEXT("content-type:")));
    CHECK(!weft__field_is(line, TEXT("content-type: a and more than the line has")));
    CHECK(!weft__field_is(line, TEXT("")));
}

TEST(a_value_has_no_white_space_around_it)
{
    static const struct {
        const char *line, *value;
    } cases[] = {
        {"A:b\r\n", "b"}, {"A: \t b c \t\r\n", "b c"}, {"A:\r\n", ""}, {"A: \r\n", ""}, {"A: :\r\n", ":"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        weft_str lines = {cases[i].line, strlen(cases[i].line)}, line;

        CHECK(weft__fields_next(&lines, &line));
        CHECK(is(weft__field_value(line, 1), cases[i].value));
    }
}

TEST(lines_read_the_same_once_their_names_and_values_are_terminated)
{
    char bytes[] = "A: b \r\nC:\r\nDd: e:f\r\n";
    static const char *names[] = {"A", "C", "Dd"}, *values[] = {"b", "", "e:f"};

    for (int round = 0; round < 3; round++) {
        weft_str lines = {bytes, sizeof(bytes) - 1}, line;

        for (int i = 0; i < 3; i++) {
            weft_str name, value;

            CHECK(weft__fields_next(&lines, &line));
            name = weft__field_name(line);
            value = weft__field_value(line, name.len);
            CHECK(is(name, names[i]));
            CHECK(is(value, values[i]));
            CHECK(weft__field_is(line, weft__field_name(line)));
            bytes[name.ptr + name.len - bytes] = '\0';
            bytes[value.ptr + value.len - bytes] = '\0';
        }
        CHECK(!weft__fields_next(&lines, &line));
    }
}

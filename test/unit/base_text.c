#include "base/text.h"

#include <stdlib.h>

#include "test.h"

static weft__heap heap;
static weft__buffer out;

static void out_init(size_t max)
{
    weft__heap_init(&heap, NULL);
    weft__buffer_init(&out, &heap, max);
}

static void out_deinit(void)
{
    weft__buffer_deinit(&out);
    weft__heap_deinit(&heap);
}

typedef bool append_fn(weft__buffer *, const char *, size_t);

/* What the function made of `text`, or "(refused)". Static buffer. */
static const char *appended(append_fn *append, const char *text, size_t len)
{
    static char result[256];

    out_init(sizeof(result) - 1);
    if (append(&out, text, len)) {
        if (out.len)
            memcpy(result, out.data, out.len);
        result[out.len] = '\0';
    } else {
        strcpy(result, "(refused)");
    }
    out_deinit();
    return result;
}

static const char *segment(const char *text)
{
    return appended(weft__text_append_segment, text, strlen(text));
}

static const char *query(const char *text)
{
    return appended(weft__text_append_query, text, strlen(text));
}

static const char *unescaped(const char *text)
{
    return appended(weft__text_append_unescaped, text, strlen(text));
}

TEST(text_segment_keeps_image_names_readable_but_escapes_slashes)
{
    CHECK_STR(segment("python:3.12-slim"), "python:3.12-slim");
    CHECK_STR(segment("ghcr.io/acme/tool:1"), "ghcr.io%2Facme%2Ftool:1");
    CHECK_STR(segment("A-Za-z0-9-_.~$&+=:@"), "A-Za-z0-9-_.~$&+=:@");
}

TEST(text_segment_escapes_every_other_byte_in_upper_case)
{
    CHECK_STR(segment("a?b#c%d e;f,g"), "a%3Fb%23c%25d%20e%3Bf%2Cg");
    CHECK_STR(segment("\xC3\xA9\x7F\r\n!'()*\"<>[]\\^`{|}"),
              "%C3%A9%7F%0D%0A%21%27%28%29%2A%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D");
    CHECK_STR(appended(weft__text_append_segment, "a\0b", 3), "a%00b");
}

TEST(text_segment_refuses_what_would_change_the_path)
{
    CHECK_STR(segment("."), "(refused)");
    CHECK_STR(segment(".."), "(refused)");
    CHECK_STR(segment(""), "(refused)");
    CHECK_STR(segment("..."), "...");
    CHECK_STR(segment(".a"), ".a");
    CHECK_STR(segment("../x"), "..%2Fx");
    CHECK_STR(segment("%2e%2e"), "%252e%252e");
}

TEST(text_query_is_form_encoded)
{
    CHECK_STR(query("say hi & go+1=2"), "say+hi+%26+go%2B1%3D2");
    CHECK_STR(query("AZaz09-_.~"), "AZaz09-_.~");
    CHECK_STR(query("/$:@\n\xE2\x82\xAC"), "%2F%24%3A%40%0A%E2%82%AC");
    CHECK_STR(query(""), "");
}

TEST(text_unescape_undoes_a_segment)
{
    CHECK_STR(unescaped("%2Frun%2fa+b%C3%A9"), "/run/a+b\xC3\xA9");
    CHECK_STR(unescaped("%2"), "(refused)");
    CHECK_STR(unescaped("%"), "(refused)");
    CHECK_STR(unescaped("%zz"), "(refused)");
    CHECK_STR(unescaped("%1g"), "(refused)");
    CHECK_STR(unescaped("a%00"), "(refused)");
}

TEST(text_append_without_memory_fails_the_buffer)
{
    out_init(0);
    CHECK(!weft__text_append_segment(&out, "a/b/c", 5) && out.failed);
    weft__buffer_clear(&out);
    CHECK(!weft__text_append_query(&out, " ", 1) && out.failed);
    weft__buffer_clear(&out);
    CHECK(!weft__text_append_base64(&out, "abcd", 4) && out.failed);
    weft__buffer_clear(&out);
    CHECK(!weft__text_append_unescaped(&out, "ab", 2) && out.failed);
    out_deinit();
}

static bool append_base64(weft__buffer *buffer, const char *text, size_t len)
{
    return weft__text_append_base64(buffer, text, len);
}

TEST(text_base64_pads_as_rfc_4648_shows)
{
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"},
                                             {"\xFB\xFF\xFE", "+//+"}};

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
        CHECK_STR(appended(append_base64, vectors[i][0], strlen(vectors[i][0])), vectors[i][1]);
}

TEST(text_utf8_accepts_the_edges_of_every_length)
{
    static const char *const good[] = {"",
                                       "plain",
                                       "\x7F",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK(weft__text_is_utf8(good[i], strlen(good[i])));
    CHECK(weft__text_is_utf8("a\0b", 3));
}

TEST(text_utf8_refuses_overlong_surrogate_truncated_and_stray_bytes)
{
    static const char *const bad[] = {"\x80",
                                      "\xBF",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC2",
                                      "\xC2\x7F",
                                      "\xC2\xC0",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xE2\x82",
                                      "\xE2\x82\x41",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xF0\x9F\x98",
                                      "\xF0\x9F\x98\xFF",
                                      "\xFE",
                                      "\xFF",
                                      "ok\xE2\x28\xA1"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!weft__text_is_utf8(bad[i], strlen(bad[i])));
}

TEST(text_comparison_ignores_case_only_where_it_says_so)
{
    CHECK(weft__text_equal(weft__str("Host"), weft__str("Host")));
    CHECK(!weft__text_equal(weft__str("Host"), weft__str("host")));
    CHECK(weft__text_equal_nocase(weft__str("Retry-AFTER"), weft__str("retry-after")));
    CHECK(!weft__text_equal_nocase(weft__str("a"), weft__str("ab")));
    CHECK(!weft__text_equal_nocase(weft__str("["), weft__str("{")));
    CHECK(!weft__text_equal_nocase(weft__str("\xC9"), weft__str("\xE9")));
    CHECK(weft__text_equal(weft__str(NULL), weft__str("")));
    CHECK(weft__text_equal_nocase(weft__str(""), weft__str(NULL)));
}

TEST(text_secrets_compare_by_content_and_length)
{
    CHECK(weft__text_equal_secret(weft__str("s3cret"), weft__str("s3cret")));
    CHECK(!weft__text_equal_secret(weft__str("s3cret"), weft__str("s3creT")));
    CHECK(!weft__text_equal_secret(weft__str("s3cret"), weft__str("s3cre")));
    CHECK(weft__text_equal_secret(weft__str(""), weft__str(NULL)));
}

TEST(text_trim_takes_spaces_and_tabs_off_both_ends)
{
    CHECK(weft__text_equal(weft__text_trim(weft__str(" \t a b\t ")), weft__str("a b")));
    CHECK_EQ(weft__text_trim(weft__str(" \t ")).len, 0);
    CHECK_EQ(weft__text_trim(weft__str(NULL)).len, 0);
}

TEST(text_control_bytes_are_found_wherever_they_are)
{
    CHECK(weft__text_has_control("a\rb"));
    CHECK(weft__text_has_control("tab\t"));
    CHECK(weft__text_has_control("\x7F"));
    CHECK(weft__text_has_control("\x1F"));
    CHECK(!weft__text_has_control(" ~\x80\xFF"));
    CHECK(!weft__text_has_control(""));
    CHECK(!weft__text_has_control(NULL));
}

TEST(text_token_is_what_a_header_name_may_be)
{
    const char *all = "!#$%&'*+-.^_`|~09azAZ";

    CHECK(weft__text_is_token(all, strlen(all)));
    CHECK(!weft__text_is_token("", 0));
    for (const char *bad = " \t\r\n:;,/()<>@[]{}?=\"\\\x7F\x80"; *bad; bad++)
        CHECK(!weft__text_is_token(bad, 1));
    CHECK(!weft__text_is_token("a\0b", 3));
}

TEST(text_header_value_cannot_end_its_line)
{
    CHECK(weft__text_is_header_value("Bearer a\tb \xC3\xA9", 13));
    CHECK(weft__text_is_header_value("", 0));
    CHECK(!weft__text_is_header_value("a\r\nX: 1", 7));
    CHECK(!weft__text_is_header_value("a\n", 2));
    CHECK(!weft__text_is_header_value("a\0b", 3));
    CHECK(!weft__text_is_header_value("\x7F", 1));
}

TEST(text_numbers_are_digits_only_and_within_range)
{
    static const char *const bad[] = {"", "-", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "1-", "/", ":"};
    uint64_t value = 7;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!weft__text_parse_uint64(bad[i], strlen(bad[i]), &value));
    CHECK(!weft__text_parse_uint64("18446744073709551616", 20, &value));
    CHECK(!weft__text_parse_uint64("99999999999999999999", 20, &value));
    CHECK_EQ(value, 7);
    CHECK(weft__text_parse_uint64("0", 1, &value) && value == 0);
    CHECK(weft__text_parse_uint64("007", 3, &value) && value == 7);
    CHECK(weft__text_parse_uint64("18446744073709551615", 20, &value) && value == UINT64_MAX);
}

TEST(texts_are_equal_without_case_by_letters_only_at_every_place)
{
    char a[20], b[20];

    for (int x = 1; x < 256; x++) {
        for (int y = 1; y < 256; y++) {
            bool both_letters = x < 128 && y < 128 && weft__text_lower((char)x) == weft__text_lower((char)y);
            bool expected = x == y || both_letters;
            size_t at = (size_t)(x + y) % 19;

            memset(a, 'm', sizeof(a));
            memset(b, 'M', sizeof(b));
            a[at] = (char)x;
            b[at] = (char)y;
            CHECK_EQ(weft__text_equal_nocase((weft_str){a, 19}, (weft_str){b, 19}), expected);
        }
    }
}

TEST(texts_that_differ_in_one_byte_are_not_equal_whatever_their_length)
{
    char a[41], b[41];

    for (size_t len = 1; len <= 40; len++) {
        for (size_t at = 0; at < len; at++) {
            memset(a, 'm', sizeof(a));
            memset(b, 'M', sizeof(b));
            CHECK(weft__text_equal_nocase((weft_str){a, len}, (weft_str){b, len}));
            b[at] = 'N';
            CHECK(!weft__text_equal_nocase((weft_str){a, len}, (weft_str){b, len}));
        }
    }
}

/* The reader, strict and as of answers: JSONTestSuite whole, then what the suite leaves open, position by position. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "json/codec.h"
#include "json/number.h"
#include "json/reader.h"
#include "json/scan.h"
#include "test.h"

/* The cases of the suite that RFC 8259 leaves open, and weft's verdict on them in what is sent and in what is received.
 * Numbers of any size are text until somebody asks for their value. What is sent is UTF-8 that means something: no half
 * surrogate pairs, no other encodings, no mark. In an answer half a pair and wrong bytes are U+FFFD; what is UTF-16 has
 * NULs where JSON has none, and is refused. */
static const struct {
    const char *name;
    bool accepted;
    bool accepted_in_answers;
} open_cases[] = {
    {"i_number_double_huge_neg_exp.json", true, true},
    {"i_number_huge_exp.json", true, true},
    {"i_number_neg_int_huge_exp.json", true, true},
    {"i_number_pos_double_huge_exp.json", true, true},
    {"i_number_real_neg_overflow.json", true, true},
    {"i_number_real_pos_overflow.json", true, true},
    {"i_number_real_underflow.json", true, true},
    {"i_number_too_big_neg_int.json", true, true},
    {"i_number_too_big_pos_int.json", true, true},
    {"i_number_very_big_negative_int.json", true, true},
    {"i_object_key_lone_2nd_surrogate.json", false, true},
    {"i_string_1st_surrogate_but_2nd_missing.json", false, true},
    {"i_string_1st_valid_surrogate_2nd_invalid.json", false, true},
    {"i_string_UTF-16LE_with_BOM.json", false, false},
    {"i_string_UTF-8_invalid_sequence.json", false, true},
    {"i_string_UTF8_surrogate_U+D800.json", false, true},
    {"i_string_incomplete_surrogate_and_escape_valid.json", false, true},
    {"i_string_incomplete_surrogate_pair.json", false, true},
    {"i_string_incomplete_surrogates_escape_valid.json", false, true},
    {"i_string_invalid_lonely_surrogate.json", false, true},
    {"i_string_invalid_surrogate.json", false, true},
    {"i_string_invalid_utf-8.json", false, true},
    {"i_string_inverted_surrogates_U+1D11E.json", false, true},
    {"i_string_iso_latin_1.json", false, true},
    {"i_string_lone_second_surrogate.json", false, true},
    {"i_string_lone_utf8_continuation_byte.json", false, true},
    {"i_string_not_in_unicode_range.json", false, true},
    {"i_string_overlong_sequence_2_bytes.json", false, true},
    {"i_string_overlong_sequence_6_bytes.json", false, true},
    {"i_string_overlong_sequence_6_bytes_null.json", false, true},
    {"i_string_truncated-utf-8.json", false, true},
    {"i_string_utf16BE_no_BOM.json", false, false},
    {"i_string_utf16LE_no_BOM.json", false, false},
    {"i_structure_500_nested_arrays.json", true, true},
    {"i_structure_UTF-8_BOM_empty_object.json", false, true},
};

enum { OPEN_CASES = sizeof(open_cases) / sizeof(open_cases[0]), ACCEPTED_CASES = 95, REFUSED_CASES = 188 };

static int expected_verdict(const char *name, bool answer)
{
    for (size_t i = 0; i < OPEN_CASES; i++)
        if (strcmp(open_cases[i].name, name) == 0)
            return answer ? open_cases[i].accepted_in_answers : open_cases[i].accepted;
    return name[0] == 'y' ? 1 : name[0] == 'n' ? 0 : -1;
}

/* True when the check gives the verdict; a refusal has a reason, and a position inside the text or at its
 * end. */
static bool verdict_holds(const char *text, size_t len, int verdict)
{
    weft__codec_error error;
    /* A block of exactly `len` bytes: a read beyond the end shows under AddressSanitizer. */
    char *exact = malloc(len ? len : 1);
    bool holds;

    memcpy(exact, text, len);
    weft__json_check(exact, len, &error);
    if (verdict)
        holds = error.status == WEFT__CODEC_OK;
    else
        holds = error.status == WEFT__CODEC_SYNTAX && error.what && error.offset <= len;
    free(exact);
    return holds;
}

typedef struct suite_result {
    int count[3]; /* accepted, refused, open */
    char wrong[256];
} suite_result;

static void run_case(const char *folder, const char *name, suite_result *result)
{
    const int verdict = expected_verdict(name, false);
    size_t len = 0;
    char path[2048];
    char *text;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    text = test_read_file(path, &len);
    if (!text || verdict < 0 || !verdict_holds(text, len, verdict) ||
        weft__json_is_answer(text, len) != expected_verdict(name, true))
        snprintf(result->wrong, sizeof(result->wrong), "%s", name);
    result->count[name[0] == 'y' ? 0 : name[0] == 'n' ? 1 : 2]++;
    free(text);
}

static suite_result run_suite(const char *folder)
{
    suite_result result = {{0}, ""};
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (strlen(entry->d_name) > 2 && entry->d_name[1] == '_')
            run_case(folder, entry->d_name, &result);
    if (dir)
        closedir(dir);
    return result;
}

TEST(test_suite_copy_gets_every_verdict_right)
{
    suite_result result = run_suite(test_vector_path("json"));

    CHECK_STR(result.wrong, "");
    CHECK_EQ(result.count[0], ACCEPTED_CASES);
    CHECK_EQ(result.count[1], REFUSED_CASES - 2); /* the two largest are made below */
    CHECK_EQ(result.count[2], OPEN_CASES);
}

TEST(test_suite_original_gets_every_verdict_right)
{
    const char *folder = test_shared_path("vectors/json");
    suite_result result;

    if (!folder)
        SKIP("the shared data is not at hand");
    result = run_suite(folder);
    CHECK_STR(result.wrong, "");
    CHECK_EQ(result.count[0], ACCEPTED_CASES);
    CHECK_EQ(result.count[1], REFUSED_CASES);
    CHECK_EQ(result.count[2], OPEN_CASES);
}

static weft__codec_error check_repeated(const char *unit, size_t times, const char *tail)
{
    const size_t unit_len = strlen(unit), len = unit_len * times + strlen(tail);
    weft__codec_error error;
    char *text = malloc(len + 1);

    for (size_t i = 0; i < times; i++)
        memcpy(text + i * unit_len, unit, unit_len);
    strcpy(text + unit_len * times, tail);
    weft__json_check(text, len, &error);
    free(text);
    return error;
}

TEST(a_hundred_thousand_opening_arrays_are_refused_at_the_depth_limit)
{
    weft__codec_error error = check_repeated("[", 100000, "");

    CHECK_EQ(error.status, WEFT__CODEC_SYNTAX);
    CHECK_STR(error.what, "nested too deep");
    CHECK_EQ(error.offset, WEFT__READER_DEPTH);
}

TEST(fifty_thousand_open_objects_in_arrays_are_refused_at_the_depth_limit)
{
    weft__codec_error error = check_repeated("[{\"\":", 50000, "\n");

    CHECK_EQ(error.status, WEFT__CODEC_SYNTAX);
    CHECK_STR(error.what, "nested too deep");
    CHECK_EQ(error.offset, WEFT__READER_DEPTH / 2 * 5);
}

static bool nested_arrays_pass(size_t depth)
{
    weft__codec_error error;
    char *text = malloc(depth * 2);

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    weft__json_check(text, depth * 2, &error);
    free(text);
    return error.status == WEFT__CODEC_OK;
}

TEST(depth_10000_passes_and_10001_does_not)
{
    CHECK(nested_arrays_pass(10000));
    CHECK(!nested_arrays_pass(10001));
}

typedef struct refusal {
    const char *text;
    size_t offset;
    const char *what;
} refusal;

TEST(refusals_say_what_and_where)
{
    static const refusal refusals[] = {
        {"", 0, "unexpected end of the text"},
        {"  ", 2, "unexpected end of the text"},
        {"\xef\xbb\xbf{}", 0, "a byte order mark is not allowed"},
        {"[1,]", 3, "expected a value"},
        {"[1 2]", 3, "expected ',' or ']'"},
        {"[1", 2, "unexpected end of the text"},
        {"[", 1, "unexpected end of the text"},
        {"{\"a\":1,}", 7, "expected a member's name"},
        {"{,}", 1, "expected a member's name"},
        {"{\"a\" 1}", 5, "expected ':'"},
        {"{\"a\"", 4, "unexpected end of the text"},
        {"{\"a\":1 \"b\":2}", 7, "expected ',' or '}'"},
        {"{1:2}", 1, "expected a member's name"},
        {"[1}", 2, "expected ',' or ']'"},
        {"{} x", 3, "expected nothing after the value"},
        {"tru", 0, "expected a value"},
        {"nul\xc3\xa9", 0, "expected a value"},
        {"01", 1, "malformed number"},
        {"-", 1, "malformed number"},
        {"1.", 2, "malformed number"},
        {"1.e5", 2, "malformed number"},
        {"1e+", 3, "malformed number"},
        {"+1", 0, "expected a value"},
        {".5", 0, "expected a value"},
        {"\"a", 2, "a string has no end"},
        {"\"a\\", 3, "unexpected end of the text"},
        {"\"\\x41\"", 1, "unknown escape in a string"},
        {"\"\\u12g4\"", 1, "a \\u escape needs four hexadecimal digits"},
        {"\"\\u12", 1, "a \\u escape needs four hexadecimal digits"},
        {"\"\\ud800\"", 1, "half a surrogate pair in a string"},
        {"\"\\udc00\"", 1, "half a surrogate pair in a string"},
        {"\"\\ud800\\u0041\"", 1, "half a surrogate pair in a string"},
        {"\"a\tb\"", 2, "a control character in a string must be escaped"},
        {"\"a\xff\"", 2, "invalid UTF-8 in a string"},
        {"\"\xe2\x82\"", 1, "invalid UTF-8 in a string"},
        {"\"\xed\xa0\x80\"", 1, "invalid UTF-8 in a string"},
        {"\"\xf4\x90\x80\x80\"", 1, "invalid UTF-8 in a string"},
        {"\"\xc0\xaf\"", 1, "invalid UTF-8 in a string"},
    };
    weft__codec_error error;

    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        CHECK_EQ(weft__json_check(refusals[i].text, strlen(refusals[i].text), &error), WEFT__CODEC_SYNTAX);
        CHECK_STR(error.what, refusals[i].what);
        CHECK_EQ(error.offset, refusals[i].offset);
        CHECK(verdict_holds(refusals[i].text, strlen(refusals[i].text), 0));
    }
}

TEST(every_prefix_of_a_document_is_refused)
{
    static const char text[] = "{\"a\":[1.5e3,true,null,\"x\\u00e9\\ud83e\\uddf5\xe7\xbb\x87\",{}],\"b\":{\"c\":[]}}";

    CHECK(verdict_holds(text, sizeof(text) - 1, 1));
    for (size_t len = 0; len < sizeof(text) - 1; len++)
        CHECK(verdict_holds(text, len, 0));
}

/* Which bytes of a block the scan stops at, as the top bits or the bits that its two forms have. */
TEST(every_byte_is_judged_alike_at_every_place_of_a_block)
{
    for (int value = 0; value < 256; value++) {
        for (unsigned place = 0; place < WEFT__SCAN_BLOCK; place++) {
            char block[WEFT__SCAN_BLOCK];
            weft__scan_bits special;

            memset(block, 'a', sizeof(block));
            block[place] = (char)value;
            special = weft__scan_block(weft__scan_load(block));
            CHECK_EQ(special != 0, !weft__is_plain((char)value));
            CHECK(special == 0 || weft__scan_first(special) == place);
            CHECK(special == 0 || weft__scan_from(special, place + 1) == 0);
        }
    }
}

/* How many of the sequences of `size` bytes from `first` up are taken whole. Of the fourth byte only the
 * values at the edges of what is allowed are tried. */
static unsigned utf8_taken(unsigned first, unsigned size)
{
    static const char edges[] = {'\x7f', '\x80', '\xbf', '\xc0'};
    unsigned taken = 0;

    for (; first < 0x100; first++) {
        for (unsigned second = 0; second < 0x100; second++) {
            for (unsigned third = 0; third < (size > 2 ? 0x100 : 1); third++) {
                for (unsigned fourth = 0; fourth < (size > 3 ? 4 : 1); fourth++) {
                    const char bytes[] = {(char)first, (char)second, (char)third, edges[fourth]};

                    taken += weft__scan_utf8(bytes, bytes + size) == size;
                }
            }
        }
    }
    return taken;
}

TEST(utf8_takes_exactly_the_scalar_values)
{
    CHECK_EQ(utf8_taken(0x80, 2), 0x800 - 0x80);
    CHECK_EQ(utf8_taken(0x80, 3), 0x10000 - 0x800 - 0x800);
    CHECK_EQ(utf8_taken(0xe0, 4), 0x100000 / 64 * 2);
}

static bool means(const char *json, const char *text, size_t len)
{
    weft__reader reader;
    weft__quoted string;
    char *out = malloc(strlen(json) + 1);
    bool same = false;

    weft__reader_init(&reader, json, strlen(json));
    if (weft__reader_string(&reader, &string) && weft__reader_finish(&reader))
        same = weft__quoted_copy(string, out) == len && memcmp(out, text, len) == 0 &&
               weft__quoted_is(string, text, len) && !weft__quoted_is(string, text, len + 1);
    free(out);
    return same;
}

TEST(escapes_mean_what_the_rfc_says)
{
    CHECK(means("\"\"", "", 0));
    CHECK(means("\"plain\"", "plain", 5));
    CHECK(means("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8));
    CHECK(means("\"\\u0041\\u00e9\\u20AC\\uFFFF\"", "A\xc3\xa9\xe2\x82\xac\xef\xbf\xbf", 9));
    CHECK(means("\"\\ud83e\\uddf5\\uD800\\uDC00\\udbff\\udfff\"", "\xf0\x9f\xa7\xb5\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
                12));
    CHECK(means("\"a\\u0000b\"", "a\0b", 3));
    CHECK(means("\"x\xf0\x9f\xa7\xb5\\ny\"", "x\xf0\x9f\xa7\xb5\ny", 7));
    CHECK(!means("\"\\u0041\"", "B", 1));
}

/* At every place of a block and astride two, in front of every other escape and of bytes close to a
 * backslash. */
TEST(escapes_are_found_and_replaced_at_every_place_of_a_string)
{
    static const char *const pairs[][2] = {
        {"\\\\]", "\\]"},
        {"\\\\\\\\", "\\\\"},
        {"\\\\\\\"", "\\\""},
        {"\\n[", "\n["},
        {"\\u0041\\n", "A\n"},
        {"]\\\\[", "]\\["},
        {"\\/\\t", "/\t"},
        {"\\\"\xc3\xa9", "\"\xc3\xa9"},
        {"\\u0041\\u00e9\\u20ac\\ud83e\\uddf5\\u0042\\n\\u0043", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\xa7\xb5"
                                                                 "B\nC"},
        {"\\ud83e\\uddf5x\\\\", "\xf0\x9f\xa7\xb5x\\"},
    };
    char json[160], text[160];

    for (size_t before = 0; before < 40; before++) {
        for (size_t behind = 0; behind < 40; behind += 13) {
            for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
                snprintf(json, sizeof(json), "\"%0*d%s%0*d\"", (int)before + 1, 0, pairs[i][0], (int)behind + 1, 0);
                snprintf(text, sizeof(text), "%0*d%s%0*d", (int)before + 1, 0, pairs[i][1], (int)behind + 1, 0);
                CHECK(means(json, text, strlen(text)));
            }
        }
    }
}

/* ---- against a reader that goes byte by byte --------------------------------------------------------------------- */

static size_t escape_size(const char *at, size_t left)
{
    unsigned unit, low;
    int used = 0;

    if (left < 2 || at[1] != 'u')
        return left >= 2 && at[1] && strchr("\"\\/bfnrt", at[1]) ? 2 : 0;
    if (left < 6 || strspn(at + 2, "0123456789abcdefABCDEF") < 4 || sscanf(at + 2, "%4x", &unit) != 1)
        return 0;
    if (unit < 0xd800 || unit > 0xdfff)
        return 6;
    if (left < 12 || sscanf(at + 6, "\\u%4x%n", &low, &used) != 1 || used != 6)
        return 0;
    return unit < 0xdc00 && low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

/* The size of the character or escape at `at`, or 0 for a fault, told by the letter of RFC 3629 and RFC 8259. */
static size_t unit_size(const char *text, size_t left)
{
    const unsigned char *at = (const unsigned char *)text;
    const size_t size = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : *at >= 0xc0 ? 2 : *at < 0x80;
    unsigned code;

    if (*at < 0x20 || *at == '\\')
        return *at == '\\' ? escape_size(text, left) : 0;
    if (size <= 1 || left < size || *at > 0xf7)
        return size == 1;
    code = *at & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3f);
    }
    if (code < (size == 2 ? 0x80u : size == 3 ? 0x800u : 0x10000u) || code > 0x10ffff)
        return 0;
    return code >= 0xd800 && code <= 0xdfff ? 0 : size;
}

/* Where the string that `text` begins with ends, behind its quote, or where its first fault is. */
static size_t string_end(const char *text, size_t len, bool *ret_valid)
{
    size_t at = 1;

    while (at < len && text[at] != '"') {
        const size_t size = unit_size(text + at, len - at);

        if (!size)
            break;
        at += size;
    }
    if (at + 1 == len && text[at] == '\\')
        at = len; /* nothing is wrong with it yet */
    *ret_valid = at < len && text[at] == '"';
    return at + *ret_valid;
}

/* Whether the reader says of the `len` bytes at `text` what string_end says. They are its own block of memory, which
 * begins `shift` bytes behind an aligned place and ends with the text. */
static bool reads_the_same(const char *text, size_t len, size_t shift)
{
    char *memory = malloc(shift + len), *copy = memory + shift;
    weft__reader reader;
    weft__quoted string = {NULL, 0, false};
    bool valid, same;
    const size_t end = string_end(text, len, &valid);

    memcpy(copy, text, len);
    weft__reader_init(&reader, copy, len);
    same = weft__reader_string(&reader, &string) == valid && weft__reader_offset(&reader) == end;
    if (valid)
        same = same && string.ptr == copy + 1 && string.len == end - 2 &&
               string.escaped == (memchr(text + 1, '\\', end - 2) != NULL);
    free(memory);
    return same;
}

/* What a loop over blocks could take for something else at a block's begin or end. */
static const char *const oddities[] = {
    "a",
    "\"",
    "\x01",
    "\x7f",
    "\\n",
    "\\x",
    "\\",
    "\\u00e9",
    "\\u00e9\\n",
    "\\u00e",
    "\\u00e9\\u00e9",
    "\xc3\xa9",
    "\xc3",
    "\xa9",
    "\xc3\xa9\xa9",
    "\xc1\xbf",
    "\xc2\x80",
    "\xdf\xbf",
    "\xe2\x82\xac",
    "\xe2\x82",
    "\xe2",
    "\xe2\x82\"",
    "\xe0\x9f\xbf",
    "\xe0\xa0\x80",
    "\xed\x9f\xbf",
    "\xed\xa0\x80",
    "\xee\x80\x80",
    "\xf0\x9f\xa7\xb5",
    "\xf0\x9f\xa7",
    "\xf0\x9f",
    "\xf0",
    "\xf0\x8f\xbf\xbf",
    "\xf0\x90\x80\x80",
    "\xf4\x8f\xbf\xbf",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xff",
    "\xc3\xa9\"",
    "\xf0\x9f\xa7\xb5\xe2\x82\xac\xc3\xa9",
    "\xf0\x9f\xa7\xb5\xe2\x82\xac\xc3\xa9\xa9",
    "\xe2\x82\\n",
    "\xf0\x9f\xa7\\u00e9",
    "\\n\xa9",
    "\\u00e9\xa9",
    "\\ud83e\\uddf5",
    "\\ud83e",
    "\\uddf5",
    "\\ud83e\\u00e9",
    "\\ud83e\\n",
    "\\u00E9\\uD83E\\uDDF5\\uFFFF",
    "\\u00g9",
    "\\u",
    "\xc0\x80",
};
enum { ODDITIES = sizeof(oddities) / sizeof(oddities[0]) };

TEST(strings_of_every_length_with_every_oddity_at_every_place_read_as_byte_by_byte)
{
    static const char *const fillers[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\xa7\xb5", "\\n"};
    char text[160] = "";

    for (size_t len = 0; len <= 40; len++) {
        for (size_t place = 0; place <= len; place++) {
            for (size_t i = 0; i < ODDITIES; i++) {
                const char *filler = fillers[(len + place + i) % 5];
                size_t size = 1;

                text[0] = '"';
                for (size_t unit = 0; unit <= len; unit++) {
                    const char *piece = unit == place ? oddities[i] : size + 2 < len ? filler : "b";

                    memcpy(text + size, piece, strlen(piece));
                    size += strlen(piece);
                }
                text[size++] = '"';
                CHECK(reads_the_same(text, size, (len + i) % 16));
                CHECK(reads_the_same(text, size - 1, place % 16)); /* with no end */
                memcpy(text + size, ",\xff\\\x01 and what follows it is not looked at", 40);
                CHECK(reads_the_same(text, size + 40, i % 16));
            }
        }
    }
}

TEST(members_are_walked_with_name_value_and_kind)
{
    static const char text[] = " { \"a\" : [ 1 , {} ] , \"b\\n\":-1.50e+2,\"c\":null , \"a\":\"x\"} ";
    weft__reader reader;
    weft__member member;

    weft__reader_init(&reader, text, strlen(text));
    CHECK(weft__reader_enter(&reader, WEFT__VALUE_OBJECT));
    CHECK(weft__reader_member(&reader, &member));
    CHECK(weft__quoted_is(member.name, "a", 1));
    CHECK_EQ(member.kind, WEFT__VALUE_ARRAY);
    CHECK_EQ(member.value.len, strlen("[ 1 , {} ]"));
    CHECK(memcmp(member.value.ptr, "[ 1 , {} ]", member.value.len) == 0);
    CHECK(weft__reader_member(&reader, &member));
    CHECK(weft__quoted_is(member.name, "b\n", 2));
    CHECK_EQ(member.kind, WEFT__VALUE_NUMBER);
    CHECK_EQ(member.value.len, 8); /* the number's own text, to the last zero */
    CHECK(weft__reader_member(&reader, &member));
    CHECK_EQ(member.kind, WEFT__VALUE_NULL);
    CHECK(weft__reader_member(&reader, &member));
    CHECK_EQ(weft__value_kind(member.value), WEFT__VALUE_STRING);
    CHECK(!weft__reader_member(&reader, &member));
    CHECK(weft__reader_finish(&reader));
}

TEST(items_are_walked_and_nested_containers_left_in_order)
{
    static const char text[] = "[[1,2],[],[3]]";
    weft__reader reader;
    weft_json number;
    char seen[16] = "";

    weft__reader_init(&reader, text, strlen(text));
    CHECK(weft__reader_enter(&reader, WEFT__VALUE_ARRAY));
    while (weft__reader_next_item(&reader)) {
        strcat(seen, "(");
        CHECK(weft__reader_enter(&reader, WEFT__VALUE_ARRAY));
        while (weft__reader_next_item(&reader)) {
            CHECK(weft__reader_number(&reader, &number));
            strncat(seen, number.ptr, number.len);
        }
        strcat(seen, ")");
    }
    CHECK(weft__reader_finish(&reader));
    CHECK_STR(seen, "(12)()(3)");
}

static bool next_is(weft__reader *reader, const char *name, size_t len)
{
    const char *place = weft__reader_name_place(reader);

    return place && weft__reader_name_is(reader, place, name, len);
}

TEST(a_guess_at_the_next_member_reads_it_or_nothing)
{
    static const char text[] = "{\"a\":1,\"bc\":2, \"d\":3,\"e\" :4}";
    weft__reader reader;
    weft__quoted name;

    weft__reader_init(&reader, text, strlen(text));
    CHECK(weft__reader_enter(&reader, WEFT__VALUE_OBJECT));
    CHECK(!next_is(&reader, "b", 1));
    CHECK(next_is(&reader, "a", 1));
    CHECK(weft__reader_skip(&reader, NULL));
    CHECK(!next_is(&reader, "b", 1));
    CHECK(!next_is(&reader, "bcd", 3));
    CHECK(next_is(&reader, "bc", 2));
    CHECK(weft__reader_skip(&reader, NULL));
    CHECK(!next_is(&reader, "d", 1)); /* white space: left to next_member */
    CHECK(weft__reader_next_member(&reader, &name) && weft__quoted_is(name, "d", 1));
    CHECK(weft__reader_skip(&reader, NULL));
    CHECK(!next_is(&reader, "e", 1));
    CHECK(weft__reader_next_member(&reader, &name) && weft__quoted_is(name, "e", 1));
    CHECK(weft__reader_skip(&reader, NULL));
    CHECK(!next_is(&reader, "e", 1));
    CHECK(!next_is(&reader, "a name longer than what is left", 31));
    CHECK(!weft__reader_next_member(&reader, &name));
    CHECK(weft__reader_finish(&reader));
}

TEST(a_fault_stays_and_everything_fails_from_then_on)
{
    static const char text[] = "[1,x,2]";
    weft__reader reader;
    weft__quoted string;
    weft_json value;

    weft__reader_init(&reader, text, strlen(text));
    CHECK(weft__reader_enter(&reader, WEFT__VALUE_ARRAY));
    CHECK(weft__reader_next_item(&reader));
    CHECK(weft__reader_skip(&reader, &value));
    CHECK(!weft__reader_next_item(&reader));
    CHECK_STR(reader.what, "expected a value");
    CHECK(!weft__reader_next_item(&reader));
    CHECK(!weft__reader_string(&reader, &string));
    CHECK(!weft__reader_number(&reader, &value));
    CHECK(!weft__reader_skip(&reader, &value));
    CHECK(!weft__reader_enter(&reader, WEFT__VALUE_OBJECT));
    CHECK(!weft__reader_next_member(&reader, &string));
    CHECK_EQ(weft__reader_peek(&reader), WEFT__VALUE_NONE);
    CHECK(!weft__reader_finish(&reader));
    CHECK_STR(reader.what, "expected a value");
    CHECK_EQ(weft__reader_offset(&reader), 3);
}

TEST(asking_for_the_wrong_kind_is_a_fault_that_names_the_right_one)
{
    weft__reader reader;
    weft__quoted string;
    weft_json number;

    weft__reader_init(&reader, "1", 1);
    CHECK(!weft__reader_string(&reader, &string));
    CHECK_STR(reader.what, "expected a string");
    weft__reader_init(&reader, "\"1\"", 3);
    CHECK(!weft__reader_number(&reader, &number));
    CHECK_STR(reader.what, "expected a number");
    weft__reader_init(&reader, "[]", 2);
    CHECK(!weft__reader_enter(&reader, WEFT__VALUE_OBJECT));
    CHECK_STR(reader.what, "expected an object");
    weft__reader_init(&reader, "{}", 2);
    CHECK(!weft__reader_enter(&reader, WEFT__VALUE_ARRAY));
    CHECK_STR(reader.what, "expected an array");
}

TEST(an_unfinished_container_is_not_finished)
{
    weft__reader reader;

    weft__reader_init(&reader, "[]", 2);
    CHECK(weft__reader_enter(&reader, WEFT__VALUE_ARRAY));
    CHECK(!weft__reader_finish(&reader));
}

static bool int64_of(const char *text, int64_t *ret_value)
{
    return weft__json_int64((weft_json){text, strlen(text)}, ret_value);
}

TEST(integers_are_exact_to_the_last_of_64_bits)
{
    static const struct {
        const char *text;
        int64_t value;
    } integers[] = {
        {"0", 0},
        {"-0", 0},
        {"7", 7},
        {"-42", -42},
        {"5.0", 5},
        {"5e2", 500},
        {"1200e-2", 12},
        {"0.5e1", 5},
        {"0e99999999999999999999", 0},
        {"0.000e-5", 0},
        {"100E+0", 100},
        {"9223372036854775807", INT64_MAX},
        {"9007199254740993", 9007199254740993},
        {"-9223372036854775808", INT64_MIN},
        {"922337203685477580.7e1", INT64_MAX},
        {"9223372036854775807.000", INT64_MAX},
    };
    int64_t value;

    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        CHECK(int64_of(integers[i].text, &value));
        CHECK_EQ(value, integers[i].value);
    }
}

TEST(numbers_that_are_no_int64_are_refused)
{
    static const char *const texts[] = {
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "1e19",
        "1e99999999999999999999",
        "5.5",
        "1e-1",
        "0.1",
        "123456789012345678901234567890",
        "\"5\"",
        "true",
        "",
        "5 ",
        "0x5",
        "05",
        "1e-99999999999999999999",
    };
    int64_t value;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        CHECK(!int64_of(texts[i], &value));
}

TEST(lookups_take_the_last_member_of_a_name_and_see_through_escapes)
{
    static const char text[] = "{\"a\":1,\"\\u0061\":2,\"b\":[3]}";
    weft_json value;

    CHECK(weft__json_member(text, strlen(text), "a", &value));
    CHECK_EQ(value.len, 1);
    CHECK_EQ(value.ptr[0], '2');
    CHECK(!weft__json_member(text, strlen(text), "c", &value));
    CHECK(!weft__json_member("[1]", 3, "a", &value));
    CHECK(!weft__json_member("{\"a\":1", 6, "a", &value));
    CHECK(!weft__json_member(NULL, 0, "a", &value));
}

/* Encoding by tables: every kind, what is left out, every refusal with its path; round trips; memory that
 * runs out. */
#include <math.h>
#include <stdio.h>

#include "json/number.h"
#include "json/writer.h"
#include "json_sample.h"
#include "test.h"

static const char *const some_texts[] = {"a", NULL, "\"\\/\b\f\n\r\t\x01\x7f\xe2\x82\xac"};
static const limit some_limits[] = {{"cpu", 2}, {"memory", 0}};
static const weft_pair some_labels[] = {{"k", "v"}, {"", ""}};
static const request full_request = {
    .text = "hi",
    .flag = true,
    .integer = INT64_MIN,
    .real = 0.1,
    .opt_flag = {WEFT_PRESENCE_VALUE, false},
    .opt_integer = {WEFT_PRESENCE_VALUE, INT64_MAX},
    .opt_real = {WEFT_PRESENCE_VALUE, 1e300},
    .opt_text = {WEFT_PRESENCE_VALUE, ""},
    .opt_json = {WEFT_PRESENCE_VALUE, " [1, 2] "},
    .json = "{\"a\": 1.50}",
    .limit = &some_limits[1],
    .texts = some_texts,
    .texts_count = 3,
    .limits = some_limits,
    .limits_count = 2,
    .labels = some_labels,
    .labels_count = 2,
};
static const char full_request_text[] =
    "{\"text\":\"hi\",\"flag\":true,\"integer\":-9223372036854775808,\"real\":0.1,\"opt_flag\":false,"
    "\"opt_integer\":9223372036854775807,\"opt_real\":1e300,\"opt_text\":\"\",\"opt_json\":[1, 2],"
    "\"json\":{\"a\": 1.50},\"limit\":{\"name\":\"memory\",\"max\":0},"
    "\"texts\":[\"a\",\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f\xe2\x82\xac\"],"
    "\"limits\":[{\"name\":\"cpu\",\"max\":2},{\"name\":\"memory\",\"max\":0}],\"labels\":{\"k\":\"v\",\"\":"
    "\"\"}}";

TEST(encode_writes_every_kind)
{
    fixture fx;

    begin(&fx, 0);
    CHECK_STR(encode(&fx, &request_type, &full_request), full_request_text);
    CHECK_EQ(fx.error.status, WEFT__CODEC_OK);
    CHECK(end(&fx));
}

TEST(encode_leaves_out_what_is_zero)
{
    fixture fx;

    begin(&fx, 0);
    CHECK_STR(encode(&fx, &request_type, &(request){0}), "{}");
    CHECK_STR(encode(&fx, &request_type, &(request){.text = ""}), "{}");
    CHECK_STR(encode(&fx, &request_type, &(request){.texts = some_texts}), "{}");
    CHECK(end(&fx));
}

TEST(encode_sends_empty_members_that_are_always_there)
{
    fixture fx;

    begin(&fx, 0);
    CHECK_STR(encode(&fx, &always_type, &(request){0}),
              "{\"text\":\"\",\"flag\":false,\"integer\":0,\"real\":0,\"opt_flag\":null,\"opt_integer\":null,"
              "\"opt_real\":null,\"opt_text\":null,\"opt_json\":null,\"json\":null,\"limit\":null,\"texts\":[],"
              "\"limits\":[],\"labels\":{}}");
    CHECK(end(&fx));
}

TEST(encode_sends_an_explicit_null_for_each_optional)
{
    const request nulls = {.opt_flag = weft_null_bool(),
                           .opt_integer = weft_null_int64(),
                           .opt_real = weft_null_double(),
                           .opt_text = weft_null_str(),
                           .opt_json = weft_null_json()};
    fixture fx;

    begin(&fx, 0);
    CHECK_STR(encode(&fx, &request_type, &nulls),
              "{\"opt_flag\":null,\"opt_integer\":null,\"opt_real\":null,\"opt_text\":null,\"opt_json\":null}");
    CHECK(end(&fx));
}

TEST(encode_prints_doubles_with_the_fewest_digits_that_read_back)
{
    static const struct {
        double value;
        const char *text;
    } doubles[] = {
        {1, "1"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {0.30000000000000004, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {123456789012345680, "1.2345678901234568e17"},
        {9007199254740993.0, "9007199254740992"},
        {1e15, "1000000000000000"},
        {0.29, "0.29"},
        {1234.5678, "1234.5678"},
        {100, "100"},
        {99999999999999.5, "99999999999999.5"},
        {1e21, "1e21"},
        {1e-6, "0.000001"},
        {1.5e-9, "1.5e-9"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e308"},
    };
    char expected[80];
    fixture fx;

    begin(&fx, 0);
    for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
        request value = {.opt_real = weft_some_double(doubles[i].value)};

        snprintf(expected, sizeof(expected), "{\"opt_real\":%s}", doubles[i].text);
        CHECK_STR(encode(&fx, &request_type, &value), expected);
        CHECK_EQ(decode(&fx, &request_type, expected), WEFT__CODEC_OK);
        CHECK(((const request *)fx.value)->opt_real.value == doubles[i].value);
    }
    CHECK_STR(encode(&fx, &request_type, &(request){.opt_real = weft_some_double(-0.0)}), "{\"opt_real\":-0}");
    CHECK(end(&fx));
}

TEST(every_double_comes_back_bit_by_bit)
{
    uint64_t bits = 0x9e3779b97f4a7c15;
    char text[WEFT__NUMBER_TEXT_MAX];
    double value, back;

    for (int i = 0; i < 20000; i++) {
        bits = bits * 6364136223846793005 + 1442695040888963407;
        memcpy(&value, &bits, sizeof(value));
        if (i % 2) /* a decimal of few digits, as services send them */
            value = (double)(int64_t)(bits >> (24 + i % 37)) / (double[]){1, 10, 1e2, 1e3, 1e4, 1e6, 1e9}[i % 7];
        if (!isfinite(value))
            continue;
        CHECK(weft__number_double((weft_json){text, weft__number_print_double(value, text)}, &back));
        CHECK(memcmp(&back, &value, sizeof(back)) == 0);
    }
}

TEST(doubles_read_to_the_nearest_however_long_their_text_is)
{
    char text[2100] = "{\"real\":0.";
    fixture fx;

    begin(&fx, 0);
    /* Halfway between two doubles, then a digit beyond all that are kept: it must round up, not to even. */
    CHECK_EQ(decode(&fx, &request_type, "{\"real\":9007199254740993}"), WEFT__CODEC_OK);
    CHECK(((const request *)fx.value)->real == 9007199254740992.0);
    strcpy(text, "{\"real\":9007199254740993.");
    memset(text + strlen(text), '0', 1500);
    strcat(text, "1}");
    CHECK_EQ(decode(&fx, &request_type, text), WEFT__CODEC_OK);
    CHECK(((const request *)fx.value)->real == 9007199254740994.0);
    CHECK_EQ(decode(&fx, &request_type, "{\"real\":1e-99999999999999999999}"), WEFT__CODEC_OK);
    CHECK(((const request *)fx.value)->real == 0);
    CHECK(end(&fx));
}

/* By their bits: a constant may have more precision than a double, where the processor has. Among them are numbers that
 * are wrong when they are rounded twice, and some on which well-known readers have failed. */
TEST(doubles_are_read_to_the_nearest_whatever_the_processor_calculates_with)
{
    static const struct {
        const char *text;
        uint64_t bits;
    } numbers[] = {
        {"373299421538236e13", UINT64_C(0x45a81fb88bd1c01b)},
        {"939857624105614e20", UINT64_C(0x473219db190a0811)},
        {"457848856372857e-12", UINT64_C(0x407c9d94ea6b86c1)},
        {"956502731611947e-6", UINT64_C(0x41cc818965ce5447)},
        {"9007199254740993", UINT64_C(0x4340000000000000)},
        {"4.9e-324", UINT64_C(0x0000000000000001)},
        {"2e-324", UINT64_C(0x0000000000000000)},
        {"3e-324", UINT64_C(0x0000000000000001)},
        {"2.2250738585072011e-308", UINT64_C(0x000fffffffffffff)},
        {"2.2250738585072014e-308", UINT64_C(0x0010000000000000)},
        {"1.7976931348623157e308", UINT64_C(0x7fefffffffffffff)},
        {"0.500000000000000166533453693773481063544750213623046875", UINT64_C(0x3fe0000000000002)},
        {"3.518437208883201171875e13", UINT64_C(0x42c0000000000002)},
        {"62.5364939768271845828", UINT64_C(0x404f44abd5aa7ca4)},
        {"8.10109172351e-10", UINT64_C(0x3e0bd5cbaef0fd0c)},
        {"1.50000000000000011102230246251565", UINT64_C(0x3ff8000000000000)},
        {"9007199254740991.4999999999999999999999999999999995", UINT64_C(0x433fffffffffffff)},
        {"1e23", UINT64_C(0x44b52d02c7e14af6)},
        {"8.5e22", UINT64_C(0x44b1ffdbf6b2b2eb)},
        {"0.1", UINT64_C(0x3fb999999999999a)},
        {"0.3", UINT64_C(0x3fd3333333333333)},
        {"123456789012345e-22", UINT64_C(0x3e4a831bd731a260)},
        {"999999999999999e22", UINT64_C(0x479e17b843576913)},
        {"5e-22", UINT64_C(0x3b82e3b40a0e9b4f)},
        {"123456789.123456789e-7", UINT64_C(0x4028b0fcd38ee212)},
        {"0.042", UINT64_C(0x3fa5810624dd2f1b)},
        {"1e-22", UINT64_C(0x3b5e392010175ee6)},
        {"-0.0", UINT64_C(0x8000000000000000)},
        {"6929495644600919.5", UINT64_C(0x43389e56ee5e7a58)},
        {"3.7455744005952583e15", UINT64_C(0x432a9d28ff412a75)},
    };
    char text[128];
    uint64_t bits;
    fixture fx;

    begin(&fx, 0);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        snprintf(text, sizeof(text), "{\"real\":%s}", numbers[i].text);
        CHECK_EQ(decode(&fx, &request_type, text), WEFT__CODEC_OK);
        memcpy(&bits, &((const request *)fx.value)->real, sizeof(bits));
        CHECK(bits == numbers[i].bits);
    }
    CHECK(end(&fx));
}

TEST(encode_refusals_name_path_and_reason)
{
    static const char *const bad_texts[] = {"ok", "\xff"};
    static const limit bad_limits[] = {{"a", 1}, {NULL, 1}};
    static const weft_pair no_name[] = {{NULL, "v"}}, no_value[] = {{"k", NULL}}, bad_label[] = {{"k", "\xc3"}};
    static const struct {
        request value;
        const char *path, *what;
    } cases[] = {
        {{.text = "a\xed\xa0\x80"}, "text", "invalid UTF-8"},
        {{.real = NAN}, "real", "expected a finite number"},
        {{.real = -INFINITY}, "real", "expected a finite number"},
        {{.opt_real = {WEFT_PRESENCE_VALUE, INFINITY}}, "opt_real", "expected a finite number"},
        {{.opt_flag = {WEFT_PRESENCE_INVALID, true}}, "opt_flag", "the state is none of absent, null and value"},
        {{.opt_text = {WEFT_PRESENCE_VALUE, NULL}}, "opt_text", "a text that is set cannot be NULL"},
        {{.opt_json = {WEFT_PRESENCE_VALUE, NULL}}, "opt_json", "JSON text that is set cannot be NULL"},
        {{.opt_json = {WEFT_PRESENCE_VALUE, "[1,]"}}, "opt_json", "expected a value"},
        {{.json = ""}, "json", "unexpected end of the text"},
        {{.json = "{} 1"}, "json", "expected nothing after the value"},
        {{.limit = &bad_limits[1]}, "limit.name", "required"},
        {{.limits = bad_limits, .limits_count = 2}, "limits[1].name", "required"},
        {{.limits_count = 2}, "limits", "a list of this length cannot be NULL"},
        {{.texts = bad_texts, .texts_count = 2}, "texts[1]", "invalid UTF-8"},
        {{.labels_count = 1}, "labels", "a map of this length cannot be NULL"},
        {{.labels = no_name, .labels_count = 1}, "labels[0]", "a name is missing"},
        {{.labels = no_value, .labels_count = 1}, "labels[0]", "a value is missing"},
        {{.labels = bad_label, .labels_count = 1}, "labels[0]", "invalid UTF-8"},
        {{.extra = "[]"}, "extra", "expected an object"},
        {{.extra = "{\"a\":1,}"}, "extra", "expected a member's name"},
        {{.extra = "{} {}"}, "extra", "expected nothing after the value"},
    };
    fixture fx;

    begin(&fx, 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CHECK_STR(encode(&fx, &request_type, &cases[i].value), ""); /* nothing was appended */
        CHECK_EQ(fx.error.status, WEFT__CODEC_INVALID);
        CHECK_STR(fx.error.path, cases[i].path);
        CHECK_STR(fx.error.what, cases[i].what);
    }
    CHECK(end(&fx));
}

TEST(encode_extra_members_override_those_of_the_same_name)
{
    fixture fx;

    begin(&fx, 0);
    CHECK_STR(encode(&fx, &request_type, &(request){.text = "a", .integer = 1, .extra = "{}"}),
              "{\"text\":\"a\",\"integer\":1}");
    CHECK_STR(encode(&fx, &request_type,
                     &(request){.text = "a", .integer = 1, .extra = " { \"te\\u0078t\" : [ 1 ], \"new\":null } "}),
              "{\"integer\":1,\"te\\u0078t\":[ 1 ],\"new\":null}");
    CHECK_STR(encode(&fx, &request_type, &(request){.extra = "{\"x\":1}"}), "{\"x\":1}");
    CHECK(end(&fx));
}

/* A request in variants, told apart by its `type`, each with a required member of its own. */
typedef struct when {
    const char *type;
    const char *cron;
    int64_t delay;
    const char *extra;
} when;

static const weft__field when_fields[] = {
    WEFT__FIELD(when, type, "type", WEFT__CSTR, WEFT__REQUIRED),
    WEFT__FIELD_VARIANT(when, cron, "cron", WEFT__CSTR, WEFT__REQUIRED, "cron"),
    WEFT__FIELD_VARIANT(when, delay, "delayInSeconds", WEFT__INT64, WEFT__REQUIRED, "delayed"),
    WEFT__FIELD(when, extra, "extra members", WEFT__EXTRA, 0),
};
static const weft__type when_type = WEFT__TYPE_(when, "when", when_fields, 0, 0, -1);

TEST(encode_sends_only_the_members_of_the_tagged_variant)
{
    const when both = {.type = "cron", .cron = "* * * * *", .delay = 5};
    fixture fx;

    begin(&fx, 0);
    CHECK_STR(encode(&fx, &when_type, &both), "{\"type\":\"cron\",\"cron\":\"* * * * *\"}");
    CHECK_STR(encode(&fx, &when_type, &(when){.type = "delayed", .delay = 5}),
              "{\"type\":\"delayed\",\"delayInSeconds\":5}");
    CHECK_STR(encode(&fx, &when_type, &(when){.type = "later"}), "{\"type\":\"later\"}");
    CHECK_STR(encode(&fx, &when_type, &(when){.type = "delayed"}), "");
    CHECK_STR(fx.error.path, "delayInSeconds");
    CHECK_STR(fx.error.what, "required");
    CHECK_STR(encode(&fx, &when_type, &(when){.cron = "x"}), "");
    CHECK_STR(fx.error.path, "type");
    /* What an extra member provides is not missing. */
    CHECK_STR(encode(&fx, &when_type, &(when){.type = "delayed", .extra = "{\"delayInSeconds\":9}"}),
              "{\"type\":\"delayed\",\"delayInSeconds\":9}");
    CHECK(end(&fx));
}

/* ---- round trips and memory ---- */

TEST(requests_come_back_as_they_were_sent)
{
    fixture fx;
    char *again;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &request_type, full_request_text), WEFT__CODEC_OK);
    CHECK_STR(encode(&fx, &request_type, fx.value), full_request_text);
    again = fx.out.data;
    CHECK_EQ(decode(&fx, &request_type, again), WEFT__CODEC_OK);
    CHECK_EQ(decode(&fx, &request_type, "{\"text\":\"a\\u0000\"}"), WEFT__CODEC_MISMATCH);
    CHECK_STR(fx.error.what, "expected a string without \\u0000");
    CHECK_EQ(decode(&fx, &request_type, "{\"labels\":{\"a\\u0000\":\"b\"}}"), WEFT__CODEC_MISMATCH);
    CHECK_STR(fx.error.path, "labels[0]");
    CHECK(end(&fx));
}

TEST(results_come_back_the_same_after_one_round)
{
    char first[2048];
    fixture fx;

    begin(&fx, 0);
    CHECK_EQ(decode(&fx, &result_type, full_result), WEFT__CODEC_OK);
    snprintf(first, sizeof(first), "%s", encode(&fx, &result_type, fx.value));
    CHECK_EQ(decode(&fx, &result_type, first), WEFT__CODEC_OK);
    CHECK_STR(encode(&fx, &result_type, fx.value), first);
    CHECK(end(&fx));
}

TEST(decode_survives_the_failure_of_every_allocation)
{
    size_t failures = 0;

    for (size_t fail_at = 1;; fail_at++) {
        weft__codec_status status;
        fixture fx;

        begin(&fx, fail_at);
        status = decode(&fx, &result_type, full_result);
        if (status) {
            CHECK_EQ(status, WEFT__CODEC_NO_MEMORY);
            CHECK_EQ(fx.error.status, WEFT__CODEC_NO_MEMORY);
            CHECK_STR(fx.error.what, "out of memory");
            failures++;
        }
        CHECK(end(&fx));
        if (!status)
            break;
    }
    CHECK(failures > 0);
}

TEST(decode_of_requests_survives_the_failure_of_every_allocation)
{
    for (size_t fail_at = 1;; fail_at++) {
        weft__codec_status status;
        fixture fx;

        begin(&fx, fail_at);
        status = decode(&fx, &request_type, full_request_text);
        CHECK(status == WEFT__CODEC_OK || status == WEFT__CODEC_NO_MEMORY);
        CHECK(end(&fx));
        if (!status)
            break;
    }
}

TEST(encode_survives_the_failure_of_every_allocation)
{
    size_t failures = 0;

    for (size_t fail_at = 1;; fail_at++) {
        weft__codec_status status;
        fixture fx;

        begin(&fx, fail_at);
        status = weft__encode(&fx.out, &request_type, &full_request, &fx.error);
        if (status) {
            CHECK_EQ(status, WEFT__CODEC_NO_MEMORY);
            CHECK_EQ(fx.out.len, 0);
            failures++;
        }
        CHECK(end(&fx));
        if (!status)
            break;
    }
    CHECK(failures > 0);
}

TEST(encode_past_the_ceiling_is_too_large_and_not_out_of_memory)
{
    fixture fx;

    begin(&fx, 0);
    fx.out.max = sizeof(full_request_text) - 1;
    CHECK_EQ(weft__encode(&fx.out, &request_type, &full_request, &fx.error), WEFT__CODEC_OK);
    CHECK_EQ(fx.out.len, sizeof(full_request_text) - 1);
    CHECK(end(&fx));
    begin(&fx, 0);
    fx.out.max = sizeof(full_request_text) - 2;
    CHECK_EQ(weft__encode(&fx.out, &request_type, &full_request, &fx.error), WEFT__CODEC_TOO_LARGE);
    CHECK_EQ(fx.out.len, 0);
    CHECK(end(&fx));
}

TEST(encode_appends_behind_what_is_there)
{
    fixture fx;

    begin(&fx, 0);
    weft__buffer_append_text(&fx.out, "head ");
    CHECK_EQ(weft__encode(&fx.out, &request_type, &(request){.flag = true}, &fx.error), WEFT__CODEC_OK);
    CHECK_EQ(weft__encode(&fx.out, &request_type, &(request){.text = "\xff"}, &fx.error), WEFT__CODEC_INVALID);
    weft__buffer_append_char(&fx.out, '\0');
    CHECK_STR(fx.out.data, "head {\"flag\":true}");
    CHECK(end(&fx));
}

/* Whether `text` is written as `expected` and its quotes; NULL: refused. The text is its own block of memory, which
 * begins `shift` bytes behind an aligned place and ends with the text. */
static bool is_written(fixture *fx, const char *text, size_t len, size_t shift, const char *expected)
{
    char *memory = malloc(shift + len), *copy = memory + shift;
    weft__writer writer;
    bool ok;

    memcpy(copy, text, len);
    weft__buffer_clear(&fx->out);
    weft__writer_init(&writer, &fx->out);
    ok = weft__write_string(&writer, copy, len);
    free(memory);
    if (!ok || !expected)
        return !ok && !expected;
    return fx->out.len == strlen(expected) + 2 && fx->out.data[0] == '"' && fx->out.data[fx->out.len - 1] == '"' &&
           memcmp(fx->out.data + 1, expected, strlen(expected)) == 0;
}

TEST(strings_of_every_length_with_every_oddity_at_every_place_are_written_as_byte_by_byte)
{
    static const char *const oddities[][2] = {
        {"\"", "\\\""},
        {"\\", "\\\\"},
        {"\n\x01", "\\n\\u0001"},
        {"\x7f", "\x7f"},
        {"\xc3\xa9", "\xc3\xa9"},
        {"\xe2\x82\xac\"", "\xe2\x82\xac\\\""},
        {"\xed\x9f\xbf", "\xed\x9f\xbf"},
        {"\xf0\x9f\xa7\xb5", "\xf0\x9f\xa7\xb5"},
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
        {"\xa9", NULL},
        {"\xc3", NULL},
        {"\xc1\xbf", NULL},
        {"\xe2\x82", NULL},
        {"\xe0\x9f\xbf", NULL},
        {"\xed\xa0\x80", NULL},
        {"\xf0\x9f\xa7", NULL},
        {"\xf0\x8f\xbf\xbf", NULL},
        {"\xf4\x90\x80\x80", NULL},
        {"\xf5\x80\x80\x80", NULL},
        {"\xff", NULL},
        {"\xc3\xa9\xa9", NULL},
    };
    static const char *const fillers[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\xa7\xb5"};
    char text[256], expected[256];
    fixture fx;

    begin(&fx, 0);
    for (size_t len = 0; len <= 40; len++) {
        for (size_t place = 0; place <= len; place++) {
            for (size_t i = 0; i < sizeof(oddities) / sizeof(oddities[0]); i++) {
                const char *filler = fillers[(len + place + i) % 4];

                text[0] = expected[0] = '\0';
                for (size_t unit = 0; unit <= len; unit++) {
                    const bool odd = unit == place;

                    strcat(text, odd ? oddities[i][0] : filler);
                    strcat(expected, !odd ? filler : oddities[i][1] ? oddities[i][1] : "");
                }
                CHECK(is_written(&fx, text, strlen(text), (len + i) % 16, oddities[i][1] ? expected : NULL));
            }
        }
    }
    CHECK(end(&fx));
}

/* The command line of weft-fanout, how it writes numbers, and its timeline. */
#include "fanout/format.h"
#include "fanout/options.h"
#include "fanout/timeline.h"

#include "test.h"

#define PARSE(...)                                                                                                     \
    char *argv[] = {name, __VA_ARGS__};                                                                                \
    fanout_options options;                                                                                            \
    char message[OPTIONS_MESSAGE_MAX] = "";                                                                            \
    options_outcome outcome = options_parse((int)(sizeof(argv) / sizeof(argv[0])), argv, &options, message)

static char name[] = "weft-fanout", url[] = "--url", u[] = "http://localhost:1", prompts[] = "--prompts",
            p[] = "prompts.jsonl";

TEST(options_take_values_apart_or_joined)
{
    char joined[] = "--requests=200000", rate[] = "--rate", per_second[] = "12.5/s", mode[] = "--mode",
         stream[] = "stream", report[] = "--report", a[] = "a.html", b[] = "b.json";

    PARSE(url, u, prompts, p, joined, rate, per_second, mode, stream, report, a, report, b);
    CHECK_STR(message, "");
    CHECK_EQ(outcome, OPTIONS_GO);
    CHECK_STR(options.url, u);
    CHECK_EQ(options.requests, 200000);
    CHECK(options.rate == 12.5);
    CHECK_EQ(options.mode, FANOUT_STREAM);
    CHECK_EQ(options.report_count, 2);
    CHECK_STR(options.report_paths[1], "b.json");
}

TEST(options_read_durations_in_any_unit)
{
    static const struct {
        const char *text;
        uint32_t ms;
    } good[] = {{"30", 30000},   {"30s", 30000}, {"500ms", 500}, {"1.5m", 90000},
                {"2h", 7200000}, {"0", 0},       {".0001ms", 1}};
    static const char *const bad[] = {"-1", "", "s", "30x", "1e99", "8000h", "30 s", "nan"};
    char option[] = "--timeout";

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        char value[16];

        strcpy(value, good[i].text);
        PARSE(url, u, prompts, p, option, value);
        CHECK_EQ(outcome, OPTIONS_GO);
        CHECK_EQ(options.timeout_ms, good[i].ms);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char value[16];

        strcpy(value, bad[i]);
        PARSE(url, u, prompts, p, option, value);
        CHECK_EQ(outcome, OPTIONS_WRONG);
        CHECK_CONTAINS(message, "--timeout");
    }
}

TEST(options_name_an_unknown_option)
{
    char wrong[] = "--reqests";

    PARSE(url, u, prompts, p, wrong);
    CHECK_EQ(outcome, OPTIONS_WRONG);
    CHECK_CONTAINS(message, "no option --reqests");
    (void)options;
}

TEST(options_name_a_missing_value)
{
    char last[] = "--results";

    PARSE(url, u, prompts, p, last);
    CHECK_EQ(outcome, OPTIONS_WRONG);
    CHECK_CONTAINS(message, "--results needs a value");
    (void)options;
}

TEST(options_do_not_take_the_next_option_for_a_value)
{
    PARSE(url, prompts, p);
    CHECK_EQ(outcome, OPTIONS_WRONG);
    CHECK_CONTAINS(message, "--url needs a value");
    (void)options;
}

TEST(options_say_what_is_required)
{
    {
        PARSE(prompts, p);
        CHECK_EQ(outcome, OPTIONS_WRONG);
        CHECK_CONTAINS(message, "--url is missing");
        (void)options;
    }
    {
        PARSE(url, u);
        CHECK_EQ(outcome, OPTIONS_WRONG);
        CHECK_CONTAINS(message, "--prompts is missing");
        (void)options;
    }
}

TEST(options_refuse_numbers_out_of_range)
{
    static const char *const wrong[][2] = {
        {"--requests", "0"},      {"--requests", "-5"},    {"--requests", "5x"}, {"--concurrency", "0"},
        {"--rate", "0"},          {"--rate", "inf"},       {"--mode", "sync"},   {"--percentiles", "1,101"},
        {"--connections", "1e6"}, {"--percentiles", "50,"}};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char option[32], value[32];

        strcpy(option, wrong[i][0]);
        strcpy(value, wrong[i][1]);
        PARSE(url, u, prompts, p, option, value);
        CHECK_EQ(outcome, OPTIONS_WRONG);
        CHECK_CONTAINS(message, option);
        (void)options;
    }
}

TEST(options_will_not_overwrite_the_prompts)
{
    char results[] = "--results", report[] = "--report";

    {
        PARSE(url, u, prompts, p, results, p);
        CHECK_EQ(outcome, OPTIONS_WRONG);
        CHECK_CONTAINS(message, "overwrite");
        (void)options;
    }
    {
        PARSE(url, u, prompts, p, report, p);
        CHECK_EQ(outcome, OPTIONS_WRONG);
        CHECK_CONTAINS(message, "overwrite");
        (void)options;
    }
}

TEST(options_count_the_connections_of_a_mix_twice)
{
    char mode[] = "--mode", mix[] = "mix", connections[] = "--connections", n[] = "100";

    PARSE(url, u, prompts, p, mode, mix, connections, n);
    CHECK_EQ(outcome, OPTIONS_GO);
    CHECK_EQ(options_connections(&options), 200);
}

TEST(format_writes_three_digits_and_a_unit)
{
    char text[FORMAT_MAX];

    CHECK_STR(format_duration(text, 0), "0.00 us");
    CHECK_STR(format_duration(text, 812345), "812 us");
    CHECK_STR(format_page_duration(text, 812345), "812 \xC2\xB5s");
    CHECK_STR(format_duration(text, 12345678), "12.3 ms");
    CHECK_STR(format_duration(text, 999600000), "1.00 s");
    CHECK_STR(format_duration(text, UINT64_C(123456789000)), "123 s");
    CHECK_STR(format_clock(text, 7.9), "0:07");
    CHECK_STR(format_clock(text, 3723), "1:02:03");
    CHECK_STR(format_count(text, 0), "0");
    CHECK_STR(format_count(text, 999), "999");
    CHECK_STR(format_count(text, 1234567), "1,234,567");
    CHECK_STR(format_rate(text, 12345.4), "12,345");
    CHECK_STR(format_bytes(text, 1023), "1023 B");
    CHECK_STR(format_bytes(text, 1536), "1.50 KiB");
}

TEST(timeline_folds_when_it_is_full_and_loses_nothing)
{
    static fanout_timeline timeline;
    uint64_t step = TIMELINE_FIRST_WIDTH_MS * UINT64_C(1000000), started = 0, succeeded = 0, most = 0;

    timeline_init(&timeline, 1000);
    for (uint64_t i = 0; i < 5 * TIMELINE_SLOTS; i++) {
        timeline_enter(&timeline, 1000 + i * step);
        timeline_now(&timeline, 1000 + i * step)->succeeded++;
        if (i % 2)
            timeline_leave(&timeline, 1000 + i * step);
    }
    CHECK(timeline.count <= TIMELINE_SLOTS);
    CHECK_EQ(timeline.width, 8 * step);
    for (size_t i = 0; i < timeline.count; i++) {
        started += timeline.slots[i].started;
        succeeded += timeline.slots[i].succeeded;
        if (timeline.slots[i].in_flight > most)
            most = timeline.slots[i].in_flight;
    }
    CHECK_EQ(started, 5 * TIMELINE_SLOTS);
    CHECK_EQ(succeeded, 5 * TIMELINE_SLOTS);
    CHECK_EQ(timeline.in_flight, 5 * TIMELINE_SLOTS / 2);
    CHECK_EQ(most, 5 * TIMELINE_SLOTS / 2 + 1);
}

TEST(timeline_fills_the_silence_with_what_is_in_flight)
{
    static fanout_timeline timeline;
    uint64_t width = TIMELINE_FIRST_WIDTH_MS * UINT64_C(1000000);

    timeline_init(&timeline, 0);
    timeline_enter(&timeline, 0);
    timeline_enter(&timeline, 1);
    timeline_now(&timeline, 9 * width);
    CHECK_EQ(timeline.count, 10);
    CHECK_EQ(timeline.slots[5].in_flight, 2);
}

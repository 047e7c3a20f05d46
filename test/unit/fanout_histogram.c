/* The histogram of weft-fanout: three digits, fixed memory, exact extremes. */
#include "fanout/histogram.h"

#include "test.h"

static bool within_a_thousandth(uint64_t actual, uint64_t expected)
{
    uint64_t apart = actual > expected ? actual - expected : expected - actual;

    return apart <= expected / 1000 + 1;
}

TEST(histogram_is_empty_at_first)
{
    fanout_histogram h;
    histogram_bucket bucket;
    size_t cursor = 0;

    CHECK(histogram_init(&h));
    CHECK_EQ(h.count, 0);
    CHECK_EQ(histogram_percentile(&h, 50), 0);
    CHECK(histogram_mean(&h) == 0);
    CHECK(!histogram_next(&h, &cursor, &bucket));
    histogram_deinit(&h);
}

TEST(histogram_keeps_small_values_exactly)
{
    fanout_histogram h;

    CHECK(histogram_init(&h));
    for (uint64_t value = 0; value < 2048; value++)
        histogram_record(&h, value);
    CHECK_EQ(histogram_percentile(&h, 0), 0);
    CHECK_EQ(histogram_percentile(&h, 50), 1023);
    CHECK_EQ(histogram_percentile(&h, 100), 2047);
    histogram_deinit(&h);
}

TEST(histogram_percentiles_are_right_to_a_thousandth)
{
    static const double percents[] = {1, 10, 50, 90, 99, 99.9, 99.99};
    fanout_histogram h;

    CHECK(histogram_init(&h));
    for (uint64_t i = 1; i <= 100000; i++)
        histogram_record(&h, i * 7919);
    for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
        CHECK(within_a_thousandth(histogram_percentile(&h, percents[i]), (uint64_t)(percents[i] * 1000) * 7919));
    CHECK(within_a_thousandth((uint64_t)histogram_mean(&h), 50000 * UINT64_C(7919)));
    histogram_deinit(&h);
}

TEST(histogram_never_reports_more_than_the_largest_value)
{
    fanout_histogram h;

    CHECK(histogram_init(&h));
    histogram_record(&h, 1000000001);
    CHECK_EQ(histogram_percentile(&h, 50), 1000000001);
    CHECK_EQ(histogram_percentile(&h, 99.99), 1000000001);
    CHECK_EQ(h.min, 1000000001);
    CHECK_EQ(h.max, 1000000001);
    histogram_deinit(&h);
}

TEST(histogram_ranks_are_not_off_by_one)
{
    fanout_histogram h;

    CHECK(histogram_init(&h));
    for (int i = 0; i < 999; i++)
        histogram_record(&h, 10);
    histogram_record(&h, 1000);
    CHECK_EQ(histogram_percentile(&h, 99.9), 10);
    CHECK_EQ(histogram_percentile(&h, 99.91), 1000);
    histogram_deinit(&h);
}

TEST(histogram_takes_the_largest_number_there_is)
{
    fanout_histogram h;

    CHECK(histogram_init(&h));
    histogram_record(&h, UINT64_MAX);
    histogram_record(&h, UINT64_C(1) << 50);
    histogram_record(&h, 5);
    CHECK_EQ(h.count, 3);
    CHECK_EQ(histogram_percentile(&h, 30), 5);
    CHECK(histogram_percentile(&h, 100) == UINT64_MAX);
    histogram_deinit(&h);
}

TEST(histogram_buckets_meet_without_gap_or_overlap)
{
    fanout_histogram h;
    histogram_bucket bucket;
    size_t cursor = 0;
    uint64_t expected = 0;

    CHECK(histogram_init(&h));
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        h.counts[i] = 1;
    while (histogram_next(&h, &cursor, &bucket)) {
        CHECK(bucket.lowest == expected);
        CHECK(bucket.highest >= bucket.lowest);
        CHECK((bucket.highest - bucket.lowest) * 1000 <= bucket.highest);
        expected = bucket.highest + 1;
    }
    CHECK(expected == UINT64_C(1) << 48);
    histogram_deinit(&h);
}

TEST(histogram_puts_a_value_into_the_bucket_that_names_it)
{
    static const uint64_t values[] = {0, 2047, 2048, 2049, 4095, 4096, 123456789, (UINT64_C(1) << 48) - 1};

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        fanout_histogram h;
        histogram_bucket bucket = {0};
        size_t cursor = 0;

        CHECK(histogram_init(&h));
        histogram_record(&h, values[i]);
        CHECK(histogram_next(&h, &cursor, &bucket));
        CHECK(bucket.lowest <= values[i] && values[i] <= bucket.highest);
        CHECK_EQ(bucket.count, 1);
        histogram_deinit(&h);
    }
}

TEST(histograms_added_up_are_the_histogram_of_all)
{
    fanout_histogram one, other, all;

    CHECK(histogram_init(&one) && histogram_init(&other) && histogram_init(&all));
    for (uint64_t i = 0; i < 5000; i++) {
        uint64_t value = i * i * 31;

        histogram_record(i % 3 ? &one : &other, value);
        histogram_record(&all, value);
    }
    histogram_add(&one, &other);
    CHECK_EQ(one.count, all.count);
    CHECK_EQ(one.min, all.min);
    CHECK_EQ(one.max, all.max);
    CHECK(memcmp(one.counts, all.counts, sizeof(*all.counts) * HISTOGRAM_BUCKETS) == 0);
    histogram_deinit(&one);
    histogram_deinit(&other);
    histogram_deinit(&all);
}

TEST(histogram_counts_up_to_a_value)
{
    fanout_histogram h;

    CHECK(histogram_init(&h));
    histogram_record(&h, 10);
    histogram_record(&h, 20);
    histogram_record(&h, 1000000);
    CHECK_EQ(histogram_count_to(&h, 9), 0);
    CHECK_EQ(histogram_count_to(&h, 10), 1);
    CHECK_EQ(histogram_count_to(&h, 500000), 2);
    CHECK_EQ(histogram_count_to(&h, 2000000), 3);
    histogram_deinit(&h);
}

#include "fanout/histogram.h"

#include <math.h>
#include <stdlib.h>

enum { HALF_BITS = 10 };

/* Powers of two by which `value` has to be divided to fall into [1024, 2047]. */
static unsigned shift_of(uint64_t value)
{
    unsigned shift = 0;

    while ((value >> shift) >= HISTOGRAM_EXACT)
        shift++;
    return shift;
}

static size_t bucket_of(uint64_t value)
{
    unsigned shift;

    if (value < HISTOGRAM_EXACT)
        return (size_t)value;
    shift = shift_of(value);
    if (shift > HISTOGRAM_SHIFTS)
        return HISTOGRAM_BUCKETS - 1;
    return HISTOGRAM_EXACT + (size_t)(shift - 1) * HISTOGRAM_HALF + (size_t)(value >> shift) - HISTOGRAM_HALF;
}

static uint64_t lowest_of(size_t bucket)
{
    size_t above, shift;

    if (bucket < HISTOGRAM_EXACT)
        return bucket;
    above = bucket - HISTOGRAM_EXACT;
    shift = (above >> HALF_BITS) + 1;
    return (uint64_t)(HISTOGRAM_HALF + (above & (HISTOGRAM_HALF - 1))) << shift;
}

static uint64_t highest_of(size_t bucket)
{
    return lowest_of(bucket + 1) - 1;
}

bool histogram_init(fanout_histogram *histogram)
{
    histogram->counts = calloc(HISTOGRAM_BUCKETS, sizeof(*histogram->counts));
    histogram->count = 0;
    histogram->min = UINT64_MAX;
    histogram->max = 0;
    histogram->sum = 0;
    return histogram->counts != NULL;
}

void histogram_deinit(fanout_histogram *histogram)
{
    free(histogram->counts);
    histogram->counts = NULL;
}

void histogram_record(fanout_histogram *histogram, uint64_t value)
{
    histogram->counts[bucket_of(value)]++;
    histogram->count++;
    histogram->sum += (double)value;
    if (value < histogram->min)
        histogram->min = value;
    if (value > histogram->max)
        histogram->max = value;
}

void histogram_add(fanout_histogram *histogram, const struct fanout_histogram *other)
{
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        if (other->counts[i])
            histogram->counts[i] += other->counts[i];
    histogram->count += other->count;
    histogram->sum += other->sum;
    if (other->min < histogram->min)
        histogram->min = other->min;
    if (other->max > histogram->max)
        histogram->max = other->max;
}

uint64_t histogram_percentile(const fanout_histogram *histogram, double percent)
{
    uint64_t rank, seen = 0;

    if (histogram->count == 0)
        return 0;
    if (percent <= 0)
        return histogram->min;
    if (percent >= 100)
        return histogram->max;
    /* The nudge keeps 99.9 % of 1000, which is a little above 999 in binary, from asking for the 1000th. */
    rank = (uint64_t)ceil(percent / 100 * (double)histogram->count - 1e-6);
    if (rank < 1)
        rank = 1;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->counts[i];
        if (seen >= rank) {
            uint64_t value = i == HISTOGRAM_BUCKETS - 1 ? histogram->max : highest_of(i);

            return value < histogram->max ? value : histogram->max;
        }
    }
    return histogram->max;
}

double histogram_mean(const fanout_histogram *histogram)
{
    return histogram->count ? histogram->sum / (double)histogram->count : 0;
}

uint64_t histogram_count_to(const fanout_histogram *histogram, uint64_t value)
{
    uint64_t seen = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS && highest_of(i) <= value; i++)
        seen += histogram->counts[i];
    return seen;
}

bool histogram_next(const fanout_histogram *histogram, size_t *cursor, histogram_bucket *ret_bucket)
{
    while (*cursor < HISTOGRAM_BUCKETS && histogram->counts[*cursor] == 0)
        (*cursor)++;
    if (*cursor == HISTOGRAM_BUCKETS)
        return false;
    *ret_bucket = (histogram_bucket){
        .lowest = lowest_of(*cursor),
        .highest = highest_of(*cursor),
        .count = histogram->counts[*cursor],
    };
    (*cursor)++;
    return true;
}

/* fanout/histogram.h - how often each duration was seen, in fixed memory and to three digits.
 *
 * Buckets are linear within a power of two: every value up to 2047 ns has a bucket of its own, and above that
 * a power of two is cut into 1024. So any percentile is right to one part in a thousand, the memory is the
 * same for ten values and for a billion, and two histograms add up to the histogram of both.
 */
#ifndef FANOUT_HISTOGRAM_H
#define FANOUT_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fanout_histogram {
    uint64_t *counts; /* owned; HISTOGRAM_BUCKETS of them; the system gives pages as they are touched */
    uint64_t count;
    uint64_t min; /* exact; UINT64_MAX while empty */
    uint64_t max; /* exact, even beyond the last bucket */
    double sum;
} fanout_histogram;

enum {
    HISTOGRAM_EXACT = 2048, /* values below have a bucket each */
    HISTOGRAM_HALF = 1024,  /* buckets per power of two from there on */
    HISTOGRAM_SHIFTS = 37,  /* powers of two above the exact ones: values up to 2^48 ns, 78 hours */
    HISTOGRAM_BUCKETS = HISTOGRAM_EXACT + HISTOGRAM_SHIFTS * HISTOGRAM_HALF
};

/* False when out of memory. */
bool histogram_init(fanout_histogram *histogram);
void histogram_deinit(fanout_histogram *histogram);
void histogram_record(fanout_histogram *histogram, uint64_t value);
void histogram_add(fanout_histogram *histogram, const fanout_histogram *other);

/* The value that `percent` of all values do not exceed: the upper end of its bucket, but never above the
 * largest value seen. 0 while empty; percent 100 is the largest value, 0 the smallest. */
uint64_t histogram_percentile(const fanout_histogram *histogram, double percent);
/* 0 while empty. */
double histogram_mean(const fanout_histogram *histogram);
/* How many values are in buckets that end at or below `value`. */
uint64_t histogram_count_to(const fanout_histogram *histogram, uint64_t value);

/* Walks the buckets that are not empty, smallest first: start with `*cursor` 0. */
typedef struct histogram_bucket {
    uint64_t lowest, highest; /* the values that belong to it */
    uint64_t count;
} histogram_bucket;
bool histogram_next(const fanout_histogram *histogram, size_t *cursor, histogram_bucket *ret_bucket);

#endif

/* archive/extract.h - unpacks a tar.gz below a directory, as it arrives.
 *
 * Nothing is written outside the directory, and no link below it is followed: each path is walked one
 * directory at a time, from open directory to open directory. A file is written beside its place under
 * another name and gets its own when it is complete. Links, devices and the like are skipped.
 *
 * weft__extract_new and weft__extract_free are for the loop's thread. What is between them blocks on the disk
 * and asks for no memory: it runs on one thread of the pool at a time.
 */
#ifndef WEFT_ARCHIVE_EXTRACT_H
#define WEFT_ARCHIVE_EXTRACT_H

#include <stdatomic.h>

#include "base/memory.h"
#include "weft/error.h"

typedef struct weft__extract weft__extract;

/* UINT64_MAX = no limit. */
typedef struct weft__extract_limits {
    uint64_t max_entries;
    uint64_t max_bytes; /* of the unpacked archive, what is skipped included */
    uint64_t max_ratio; /* unpacked bytes for each packed one, once there are 64 MiB of them */
} weft__extract_limits;

/* What was done so far. */
typedef struct weft__extract_counts {
    uint64_t files;
    uint64_t directories;
    uint64_t skipped;
    uint64_t bytes; /* of the files */
} weft__extract_counts;

/* `seed` makes the names of incomplete files. NULL when out of memory, or when the build has no zlib. */
weft__extract *weft__extract_new(weft__heap *heap, const char *directory, const weft__extract_limits *limits,
                                 uint64_t seed);
void weft__extract_free(weft__extract *extract);

/* Unpacks the next bytes. False when something is wrong, or it was told to stop. */
bool weft__extract_take(weft__extract *extract, const char *bytes, size_t len);
/* There are no more bytes. False when there should be. */
bool weft__extract_finish(weft__extract *extract);
/* Closes what is open and removes a file that is not complete. Required before weft__extract_free, after the
 * first bytes. */
void weft__extract_close(weft__extract *extract);

/* Any thread, any time: has weft__extract_take return soon. */
void weft__extract_stop(weft__extract *extract);

const weft__extract_counts *weft__extract_get_counts(const weft__extract *extract);
/* What went wrong, in words; NULL when nothing did. */
const char *weft__extract_problem(const weft__extract *extract, weft_code *ret_code);
/* What the system said to that, by libuv's number; 0 where it had no part in it. */
int weft__extract_system_error(const weft__extract *extract);

#endif

/* base/hash.h - SipHash-1-3: where a name goes in a table, so that nobody who does not know the key can send many names
 * to one place. */
#ifndef WEFT_BASE_HASH_H
#define WEFT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct weft__hash_key {
    uint64_t halves[2];
} weft__hash_key;

uint64_t weft__hash(const weft__hash_key *key, const void *bytes, size_t len);

#endif

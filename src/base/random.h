/* base/random.h - chance for jitter: fast, fair and repeatable. Not for secrets. */
#ifndef WEFT_BASE_RANDOM_H
#define WEFT_BASE_RANDOM_H

#include <stdint.h>

typedef struct weft__random {
    uint64_t state[4]; /* never all zero */
} weft__random;

/* The same seed gives the same numbers, on every machine. */
void weft__random_init(weft__random *random, uint64_t seed);
/* A seed from the system; where it has none to give without waiting, from the clock. */
uint64_t weft__random_entropy(void);

/* Any 64 bits. */
uint64_t weft__random_next(weft__random *random);
/* From 0 up to, but not including, `limit`, each as likely as the other; 0 when `limit` is 0. */
uint64_t weft__random_below(weft__random *random, uint64_t limit);

#endif

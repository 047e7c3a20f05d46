#include "base/random.h"

#include <stdlib.h>
#include <time.h>

#if defined(__linux__)
#include <sys/random.h>

#include "base/assert.h"
#endif

static uint64_t rotated(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

/* SplitMix64 by Steele, Lea and Flood: spreads neighbouring seeds over states that have nothing in common. */
static uint64_t spread(uint64_t *seed)
{
    uint64_t value = *seed += UINT64_C(0x9E3779B97F4A7C15);

    value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
    return value ^ value >> 31;
}

void weft__random_init(weft__random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = spread(&seed);
}

static uint64_t clock_entropy(void)
{
    struct timespec wall, uptime;
    uint64_t mix;

    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &uptime);
    /* The address differs between processes that start in the same instant. */
    mix = (uint64_t)wall.tv_sec * UINT64_C(1000000000) + (uint64_t)wall.tv_nsec;
    mix ^= rotated((uint64_t)uptime.tv_nsec, 32) ^ (uint64_t)(uintptr_t)&wall;
    return spread(&mix);
}

uint64_t weft__random_entropy(void)
{
    uint64_t seed = 0;

#if defined(__linux__)
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
        seed = clock_entropy();
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
    arc4random_buf(&seed, sizeof(seed));
#else
    seed = clock_entropy();
#endif
    return seed;
}

/* xoshiro256** by Blackman and Vigna. */
uint64_t weft__random_next(weft__random *random)
{
    uint64_t *state = random->state;
    uint64_t result = rotated(state[1] * 5, 7) * 9, shifted = state[1] << 17;

    WEFT__ASSERT((state[0] | state[1] | state[2] | state[3]) != 0); /* it would never be anything else */
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotated(state[3], 45);
    return result;
}

uint64_t weft__random_below(weft__random *random, uint64_t limit)
{
    uint64_t unfair, value;

    if (limit == 0)
        return 0;
    /* 2^64 is no multiple of most limits: the lowest 2^64 mod `limit` numbers would make some results
     * likelier. */
    unfair = (0 - limit) % limit;
    do
        value = weft__random_next(random);
    while (value < unfair);
    return value % limit;
}

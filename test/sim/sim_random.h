/* sim_random.h - chance that repeats: the same seed gives the same draws. */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct sim_random {
    uint64_t state;
} sim_random;

/* A generator of its own for the `ordinal`-th event of the stream called `lane` under `seed`. */
sim_random sim_random_for(uint64_t seed, uint64_t lane, uint64_t ordinal);
uint64_t sim_random_next(sim_random *random);
double sim_random_unit(sim_random *random);                     /* 0 <= x < 1 */
bool sim_random_chance(sim_random *random, double probability); /* draws even for 0 and 1 */
/* A number from `low` to `high`, both included. */
uint64_t sim_random_between(sim_random *random, uint64_t low, uint64_t high);

typedef enum sim_spread_kind { SIM_FIXED, SIM_UNIFORM, SIM_LOGNORMAL } sim_spread_kind;

/* A distribution of durations. The zero value is always 0 ms. */
typedef struct sim_spread {
    sim_spread_kind kind;
    double a; /* fixed: ms; uniform: lowest ms; lognormal: median ms */
    double b; /* uniform: highest ms; lognormal: sigma of the underlying normal distribution */
} sim_spread;

/* "12", "fixed:12", "uniform:5:20" or "lognormal:40:0.8"; false when it is none of them. */
bool sim_spread_parse(const char *text, sim_spread *ret_spread);
/* Whole milliseconds, at most one day. */
uint64_t sim_spread_draw(const sim_spread *spread, sim_random *random);

#endif

#include "sim_random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double longest_ms = 24.0 * 3600 * 1000;
static const double two_pi = 6.283185307179586;

/* SplitMix64: every state gives a good next number, so that neighbouring ordinals share nothing. */
uint64_t sim_random_next(sim_random *random)
{
    uint64_t x = random->state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

sim_random sim_random_for(uint64_t seed, uint64_t lane, uint64_t ordinal)
{
    sim_random random = {seed};

    random.state = sim_random_next(&random) ^ lane;
    random.state = sim_random_next(&random) ^ ordinal;
    random.state = sim_random_next(&random);
    return random;
}

double sim_random_unit(sim_random *random)
{
    return (double)(sim_random_next(random) >> 11) * 0x1p-53;
}

bool sim_random_chance(sim_random *random, double probability)
{
    return sim_random_unit(random) < probability;
}

uint64_t sim_random_between(sim_random *random, uint64_t low, uint64_t high)
{
    if (high <= low)
        return low;
    return low + (uint64_t)(sim_random_unit(random) * (double)(high - low + 1));
}

/* A number of its own at `*text`; moves past it, and past one ':'. */
static bool take_number(const char **text, double *ret_number)
{
    char *end;

    *ret_number = strtod(*text, &end);
    if (end == *text || !isfinite(*ret_number) || *ret_number < 0)
        return false;
    *text = *end == ':' ? end + 1 : end;
    return *end == ':' ? *text[0] != '\0' : *end == '\0';
}

bool sim_spread_parse(const char *text, sim_spread *ret_spread)
{
    sim_spread spread = {SIM_FIXED, 0, 0};
    int numbers = 2;

    if (strncmp(text, "uniform:", 8) == 0) {
        spread.kind = SIM_UNIFORM;
        text += 8;
    } else if (strncmp(text, "lognormal:", 10) == 0) {
        spread.kind = SIM_LOGNORMAL;
        text += 10;
    } else {
        text += strncmp(text, "fixed:", 6) == 0 ? 6 : 0;
        numbers = 1;
    }
    if (!take_number(&text, &spread.a) || (numbers == 2 && !take_number(&text, &spread.b)) || *text)
        return false;
    if (spread.kind == SIM_UNIFORM && spread.b < spread.a)
        return false;
    *ret_spread = spread;
    return true;
}

/* Box and Muller's: one draw of the standard normal distribution from two uniform ones. */
static double normal(sim_random *random)
{
    double radius = sqrt(-2.0 * log(1.0 - sim_random_unit(random)));

    return radius * cos(two_pi * sim_random_unit(random));
}

uint64_t sim_spread_draw(const sim_spread *spread, sim_random *random)
{
    double ms = spread->a;

    if (spread->kind == SIM_UNIFORM)
        ms += sim_random_unit(random) * (spread->b - spread->a);
    else if (spread->kind == SIM_LOGNORMAL)
        ms *= exp(spread->b * normal(random));
    if (ms > longest_ms)
        ms = longest_ms;
    return (uint64_t)(ms + 0.5);
}

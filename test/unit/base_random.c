#include "base/random.h"

#include "test.h"

#ifdef __linux__
#include <errno.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool system_has_no_numbers;

/* In the place of the system's own. */
ssize_t getrandom(void *bytes, size_t len, unsigned flags)
{
    if (!system_has_no_numbers)
        return syscall(SYS_getrandom, bytes, len, flags);
    errno = EAGAIN;
    return -1;
}

TEST(random_seeds_come_from_the_clocks_where_the_system_has_no_numbers_yet)
{
    uint64_t last = 0;
    int same = 0, odd = 0;

    system_has_no_numbers = true;
    for (int i = 0; i < 1000; i++) {
        uint64_t seed = weft__random_entropy();

        same += seed == last || seed == 0;
        odd += seed % 2 == 1;
        last = seed;
    }
    system_has_no_numbers = false;
    CHECK_EQ(same, 0);
    CHECK(odd > 300 && odd < 700);
}
#endif

TEST(random_same_seed_gives_the_same_numbers)
{
    weft__random a, b, c;
    int same = 0;

    weft__random_init(&a, 42);
    weft__random_init(&b, 42);
    weft__random_init(&c, 43);
    for (int i = 0; i < 1000; i++) {
        uint64_t value = weft__random_next(&a);

        CHECK(value == weft__random_next(&b));
        same += value == weft__random_next(&c);
    }
    CHECK_EQ(same, 0);
}

/* Numbers of the published algorithms: SplitMix64 of 0, then xoshiro256**, so that a seed means the same for
 * good. */
TEST(random_numbers_are_those_of_the_published_algorithm)
{
    static const uint64_t split_mix_of_zero[4] = {UINT64_C(0xE220A8397B1DCDAF), UINT64_C(0x6E789E6AA1B965F4),
                                                  UINT64_C(0x06C45D188009454F), UINT64_C(0xF88BB8A8724C81EC)};
    static const uint64_t from_1234[4] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    weft__random random;

    weft__random_init(&random, 0);
    CHECK(memcmp(random.state, split_mix_of_zero, sizeof(random.state)) == 0);
    random = (weft__random){{1, 2, 3, 4}};
    for (int i = 0; i < 4; i++)
        CHECK(weft__random_next(&random) == from_1234[i]);
}

TEST(random_below_stays_below_and_is_fair)
{
    weft__random random;
    int counts[10] = {0};

    weft__random_init(&random, 7);
    for (int i = 0; i < 100000; i++) {
        uint64_t value = weft__random_below(&random, 10);

        CHECK(value < 10);
        counts[value]++;
    }
    for (int i = 0; i < 10; i++)
        CHECK(counts[i] > 9500 && counts[i] < 10500);
    CHECK_EQ(weft__random_below(&random, 0), 0);
    CHECK_EQ(weft__random_below(&random, 1), 0);
}

TEST(random_below_is_fair_for_limits_that_do_not_divide_the_range)
{
    const uint64_t limit = (UINT64_C(1) << 63) + (UINT64_C(1) << 62); /* three quarters: a plain remainder is not */
    weft__random random;
    int low = 0;

    weft__random_init(&random, 7);
    for (int i = 0; i < 30000; i++) {
        uint64_t value = weft__random_below(&random, limit);

        CHECK(value < limit);
        low += value < limit / 3;
    }
    CHECK(low > 9500 && low < 10500);
}

TEST(random_entropy_differs_between_calls)
{
    uint64_t first = weft__random_entropy();

    CHECK(first != weft__random_entropy() || first != weft__random_entropy());
}

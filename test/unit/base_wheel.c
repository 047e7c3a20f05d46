#include "base/list.h"
#include "base/wheel.h"

#include <stdlib.h>
#include <time.h>

#include "test.h"

typedef struct item {
    weft__link link;
    int number;
} item;

static int number_of(const weft__link *link)
{
    return link ? ((const item *)(const void *)link)->number : -1;
}

TEST(list_pops_in_the_order_pushed_back)
{
    weft__list list;
    item items[3] = {{.number = 0}, {.number = 1}, {.number = 2}};

    weft__list_init(&list);
    CHECK(weft__list_is_empty(&list));
    for (int i = 0; i < 3; i++)
        weft__list_push_back(&list, &items[i].link);
    CHECK_EQ(number_of(weft__list_first(&list)), 0);
    CHECK_EQ(number_of(weft__list_last(&list)), 2);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(number_of(weft__list_pop_front(&list)), i);
    CHECK(weft__list_pop_front(&list) == NULL);
    CHECK(weft__list_first(&list) == NULL && weft__list_last(&list) == NULL);
}

TEST(list_push_front_goes_before_the_others)
{
    weft__list list;
    item a = {.number = 1}, b = {.number = 2};

    weft__list_init(&list);
    weft__list_push_front(&list, &a.link);
    weft__list_push_front(&list, &b.link);
    CHECK_EQ(number_of(weft__list_pop_front(&list)), 2);
    CHECK_EQ(number_of(weft__list_pop_front(&list)), 1);
}

TEST(list_remove_twice_and_of_a_zeroed_link_is_harmless)
{
    weft__list list;
    item a = {.number = 1}, b = {.number = 2}, never = {.number = 3};

    weft__list_init(&list);
    weft__list_push_back(&list, &a.link);
    weft__list_push_back(&list, &b.link);
    weft__list_remove(&a.link);
    weft__list_remove(&a.link);
    weft__list_remove(&never.link);
    CHECK(!weft__link_is_linked(&a.link));
    CHECK(weft__link_is_linked(&b.link));
    CHECK_EQ(number_of(weft__list_pop_front(&list)), 2);
    CHECK(weft__list_is_empty(&list));
}

TEST(list_push_moves_a_link_from_another_list)
{
    weft__list one, two;
    item a = {.number = 1};

    weft__list_init(&one);
    weft__list_init(&two);
    weft__list_push_back(&one, &a.link);
    weft__list_push_front(&one, &a.link);
    weft__list_push_back(&two, &a.link);
    CHECK(weft__list_is_empty(&one));
    CHECK_EQ(number_of(weft__list_pop_front(&two)), 1);
}

TEST(list_walk_survives_removal_of_the_current_link)
{
    weft__list list;
    item items[4] = {{.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}};
    int sum = 0;

    weft__list_init(&list);
    for (int i = 0; i < 4; i++)
        weft__list_push_back(&list, &items[i].link);
    WEFT__LIST_EACH(link, &list) {
        sum += WEFT__CONTAINER_OF(link, item, link)->number;
        weft__list_remove(link);
    }
    CHECK_EQ(sum, 10);
    CHECK(weft__list_is_empty(&list));
}

TEST(list_take_appends_in_order_and_leaves_the_source_empty)
{
    weft__list one, two;
    item items[4] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};

    weft__list_init(&one);
    weft__list_init(&two);
    weft__list_take(&one, &two);
    CHECK(weft__list_is_empty(&one));
    for (int i = 0; i < 4; i++)
        weft__list_push_back(i < 2 ? &one : &two, &items[i].link);
    weft__list_take(&one, &two);
    CHECK(weft__list_is_empty(&two));
    for (int i = 0; i < 4; i++)
        CHECK_EQ(number_of(weft__list_pop_front(&one)), i);
    CHECK(weft__list_is_empty(&one));
}

/* A timer that notes when it fired, and may do one thing to another timer then. */
typedef struct probe {
    weft__timer timer;
    uint64_t fired_ms; /* the wheel's clock */
    unsigned fired;
    struct probe *cancels;
    struct probe *sets;
    uint64_t sets_to_ms;
} probe;

static weft__wheel wheel;
static probe *order[16];
static size_t order_count;

static void probe_fired(weft__timer *timer)
{
    probe *self = WEFT__CONTAINER_OF(timer, probe, timer);

    self->fired++;
    self->fired_ms = wheel.now_ms;
    if (order_count < sizeof(order) / sizeof(order[0]))
        order[order_count++] = self;
    if (self->cancels)
        weft__wheel_cancel(&wheel, &self->cancels->timer);
    if (self->sets)
        weft__wheel_schedule(&wheel, &self->sets->timer, self->sets_to_ms);
}

static void start_at(uint64_t now_ms)
{
    weft__wheel_init(&wheel, now_ms);
    order_count = 0;
}

static void set(probe *self, uint64_t deadline_ms)
{
    self->timer.callback = probe_fired;
    weft__wheel_schedule(&wheel, &self->timer, deadline_ms);
}

/* All that is due. */
static size_t advance(uint64_t now_ms)
{
    return weft__wheel_advance(&wheel, now_ms, SIZE_MAX);
}

TEST(wheel_timer_is_small)
{
    CHECK(sizeof(weft__timer) <= 40);
}

TEST(wheel_without_timers_has_nothing_next)
{
    start_at(12345);
    CHECK(weft__wheel_next(&wheel, 12345) == UINT64_MAX);
    CHECK_EQ(advance(99999999), 0);
    CHECK(weft__wheel_next(&wheel, 0) == UINT64_MAX);
}

TEST(wheel_fires_at_the_deadline_and_not_a_millisecond_before)
{
    static const uint64_t delays_ms[] = {1, 2, 63, 64, 65, 4095, 4096, 4097, 262143, 262144, 86400000, 31536000000};

    for (size_t i = 0; i < sizeof(delays_ms) / sizeof(delays_ms[0]); i++) {
        probe one = {0};

        start_at(1700000000123);
        set(&one, 1700000000123 + delays_ms[i]);
        CHECK_EQ(advance(1700000000123 + delays_ms[i] - 1), 0);
        CHECK_EQ(advance(1700000000123 + delays_ms[i]), 1);
        CHECK_EQ(advance(1700000000123 + 2 * delays_ms[i]), 0);
        CHECK_EQ(one.fired, 1);
        CHECK(!weft__timer_is_set(&one.timer));
    }
}

TEST(wheel_waking_when_next_says_so_is_never_late)
{
    static const uint64_t deadlines_ms[] = {1007, 1064, 5000, 70000, 70001, 3600000, 500000000, 90000000000};
    probe probes[8] = {0};
    uint64_t now_ms = 1000, wait_ms;
    unsigned wakes = 0;

    start_at(now_ms);
    for (size_t i = 0; i < 8; i++)
        set(&probes[i], deadlines_ms[i]);
    while ((wait_ms = weft__wheel_next(&wheel, now_ms)) != UINT64_MAX) {
        CHECK(wait_ms > 0 && wakes++ < 100);
        now_ms += wait_ms;
        advance(now_ms);
    }
    for (size_t i = 0; i < 8; i++) {
        CHECK_EQ(probes[i].fired, 1);
        CHECK_EQ(probes[i].fired_ms, deadlines_ms[i]);
    }
}

TEST(wheel_next_counts_from_the_time_given_not_from_the_last_advance)
{
    probe one = {0};

    start_at(1000);
    set(&one, 1050);
    CHECK(weft__wheel_next(&wheel, 1020) <= 30);
    CHECK_EQ(weft__wheel_next(&wheel, 2000), 0);
    weft__wheel_cancel(&wheel, &one.timer);
}

TEST(wheel_fires_by_deadline_after_a_jump_of_hours)
{
    static const uint64_t deadlines_ms[] = {7200000, 5, 3600000, 64, 4096, 3599999, 1, 300000};
    static const int expected[] = {6, 1, 3, 4, 7, 5, 2, 0};
    probe probes[8] = {0};

    start_at(0);
    for (size_t i = 0; i < 8; i++)
        set(&probes[i], deadlines_ms[i]);
    CHECK_EQ(advance(10 * 3600000), 8);
    for (size_t i = 0; i < 8; i++)
        CHECK_EQ(order[i] - probes, expected[i]);
}

TEST(wheel_fires_a_passed_deadline_in_the_next_advance)
{
    probe one = {0};

    start_at(1000);
    set(&one, 10);
    CHECK_EQ(weft__wheel_next(&wheel, 1000), 0);
    CHECK_EQ(advance(1000), 1);
    CHECK_EQ(one.fired, 1);
}

TEST(wheel_keeps_its_time_when_the_clock_goes_back)
{
    probe one = {0};

    start_at(1000);
    set(&one, 1100);
    CHECK_EQ(advance(500), 0);
    CHECK_EQ(advance(1099), 0);
    CHECK_EQ(advance(1100), 1);
}

TEST(wheel_cancel_and_reschedule_forget_the_old_deadline)
{
    probe one = {0}, two = {0};

    start_at(0);
    set(&one, 50);
    set(&two, 50);
    weft__wheel_cancel(&wheel, &one.timer);
    weft__wheel_cancel(&wheel, &one.timer);
    set(&two, 5000);
    CHECK_EQ(advance(4999), 0);
    set(&two, 5001);
    CHECK_EQ(advance(5001), 1);
    CHECK_EQ(one.fired, 0);
    CHECK_EQ(two.fired, 1);
    CHECK(weft__wheel_next(&wheel, 5001) == UINT64_MAX);
}

TEST(wheel_callback_cancels_one_due_in_the_same_advance)
{
    probe first = {0}, same_slot = {0}, later = {0};

    start_at(0);
    first.cancels = &same_slot;
    set(&first, 100);
    set(&same_slot, 100);
    CHECK_EQ(advance(1000), 1);
    CHECK_EQ(same_slot.fired, 0);

    first.cancels = &later;
    set(&first, 2000);
    set(&later, 900000);
    CHECK_EQ(advance(1000000), 1);
    CHECK_EQ(later.fired, 0);
    CHECK_EQ(wheel.count, 0);
}

TEST(wheel_callback_moves_one_due_in_the_same_advance)
{
    probe first = {0}, moved = {0};

    start_at(0);
    first.sets = &moved;
    first.sets_to_ms = 7000;
    set(&first, 100);
    set(&moved, 100);
    CHECK_EQ(advance(200), 1);
    CHECK_EQ(advance(6999), 0);
    CHECK_EQ(advance(7000), 1);
    CHECK_EQ(moved.fired, 1);
}

TEST(wheel_timer_that_sets_itself_again_fires_once_an_advance)
{
    probe self = {0};

    start_at(0);
    self.sets = &self;
    self.sets_to_ms = 10;
    set(&self, 10);
    CHECK_EQ(advance(50), 1);
    CHECK_EQ(weft__wheel_next(&wheel, 50), 0);
    CHECK_EQ(advance(50), 1);
    self.sets = NULL;
    CHECK_EQ(advance(50), 1);
    CHECK_EQ(advance(50), 0);
    CHECK_EQ(self.fired, 3);
}

static void free_timer(weft__timer *timer)
{
    free(timer);
}

TEST(wheel_callback_may_free_its_timer)
{
    start_at(0);
    for (uint64_t i = 0; i < 3; i++) {
        weft__timer *timer = malloc(sizeof(*timer));

        CHECK(timer != NULL);
        weft__timer_init(timer, free_timer);
        weft__wheel_schedule(&wheel, timer, 100 + i / 2);
    }
    CHECK_EQ(advance(200), 3);
}

TEST(wheel_reaches_the_end_of_the_clock)
{
    probe last = {0};

    start_at(UINT64_MAX - 100000);
    set(&last, UINT64_MAX);
    CHECK_EQ(advance(UINT64_MAX - 1), 0);
    CHECK_EQ(advance(UINT64_MAX), 1);
    start_at(0);
    set(&last, UINT64_MAX);
    CHECK(weft__wheel_next(&wheel, 0) <= UINT64_MAX - 1);
    CHECK_EQ(advance(UINT64_MAX), 1);
}

static uint64_t random_state = 88172645463325252u;
static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

TEST(wheel_does_no_more_steps_than_it_may)
{
    static probe probes[100];
    size_t fired;

    memset(probes, 0, sizeof(probes));
    start_at(1000);
    for (size_t i = 0; i < 100; i++)
        set(&probes[i], 9000);
    /* Each moves down a level, maybe two, and fires; none of it in more than seven steps at a time. */
    for (unsigned calls = 0; calls < 1000 && weft__wheel_next(&wheel, 9000) == 0; calls++) {
        fired = weft__wheel_advance(&wheel, 9000, 7);
        CHECK(fired <= 7);
    }
    for (size_t i = 0; i < 100; i++)
        CHECK_EQ(probes[i].fired, 1);
}

TEST(wheel_that_stopped_half_way_keeps_the_order_of_deadlines)
{
    static probe late[20], early, between;

    start_at(0);
    for (size_t i = 0; i < 20; i++)
        set(&late[i], 5000);
    set(&early, 4100);
    CHECK_EQ(weft__wheel_advance(&wheel, 4096, 10), 0); /* some of them have moved down, and some have not */
    CHECK_EQ(weft__wheel_next(&wheel, 4096), 0);
    set(&between, 4099);
    CHECK_EQ(advance(4099), 1);
    CHECK_EQ(between.fired, 1);
    CHECK_EQ(advance(4100), 1);
    CHECK_EQ(early.fired, 1);
    CHECK_EQ(advance(4999), 0);
    CHECK_EQ(advance(5000), 20);
}

TEST(wheel_that_stopped_half_way_fires_none_that_was_cancelled_since)
{
    static probe due[10];

    start_at(0);
    for (size_t i = 0; i < 10; i++)
        set(&due[i], 50);
    CHECK_EQ(weft__wheel_advance(&wheel, 50, 4), 4);
    for (size_t i = 0; i < 10; i++)
        weft__wheel_cancel(&wheel, &due[i].timer);
    CHECK_EQ(advance(100), 0);
    CHECK(weft__wheel_next(&wheel, 100) == UINT64_MAX);
}

/* The same, a few steps at a time. */
static size_t advance_bit_by_bit(uint64_t now_ms)
{
    size_t fired = 0;

    do
        fired += weft__wheel_advance(&wheel, now_ms, 1 + next_random() % 3);
    while (weft__wheel_next(&wheel, now_ms) == 0);
    return fired;
}

/* Sets, moves and cancels at random, and compares every advance with a plain look at all deadlines. */
TEST(wheel_agrees_with_a_plain_array_of_deadlines)
{
    enum { COUNT = 64 };
    static probe probes[COUNT];
    uint64_t deadlines_ms[COUNT], now_ms = 1000;
    unsigned expected[COUNT] = {0};
    bool is_set[COUNT] = {false};

    memset(probes, 0, sizeof(probes));
    start_at(now_ms);
    for (int step = 0; step < 20000; step++) {
        size_t i = next_random() % COUNT;
        size_t due = 0;

        if (next_random() % 4 == 0) {
            weft__wheel_cancel(&wheel, &probes[i].timer);
            is_set[i] = false;
        } else {
            deadlines_ms[i] = now_ms + (next_random() >> (40 + next_random() % 24));
            set(&probes[i], deadlines_ms[i]);
            is_set[i] = true;
        }
        if (next_random() % 3)
            continue;
        now_ms += next_random() >> (44 + next_random() % 20);
        for (size_t j = 0; j < COUNT; j++)
            if (is_set[j] && deadlines_ms[j] <= now_ms) {
                is_set[j] = false;
                expected[j]++;
                due++;
            }
        CHECK_EQ(next_random() % 2 ? advance(now_ms) : advance_bit_by_bit(now_ms), due);
        for (size_t j = 0; j < COUNT; j++) {
            CHECK_EQ(probes[j].fired, expected[j]);
            CHECK_EQ(weft__timer_is_set(&probes[j].timer), is_set[j]);
            CHECK(!is_set[j] || weft__wheel_next(&wheel, now_ms) <= deadlines_ms[j] - now_ms);
        }
    }
}

static size_t fired_count;
static void count_fired(weft__timer *timer)
{
    (void)timer;
    fired_count++;
}

/* Processor seconds to set, move and fire `count` timers spread over ten minutes. */
static double cost_of(weft__timer *timers, size_t count)
{
    clock_t start = clock();

    weft__wheel_init(&wheel, 0);
    for (size_t i = 0; i < count; i++) {
        weft__timer_init(&timers[i], count_fired);
        weft__wheel_schedule(&wheel, &timers[i], 1 + next_random() % 600000);
    }
    for (size_t i = 0; i < count; i++)
        weft__wheel_schedule(&wheel, &timers[i], 1 + next_random() % 600000);
    for (uint64_t now_ms = 10; now_ms <= 600000; now_ms += 10)
        advance(now_ms);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

TEST(wheel_cost_per_timer_stays_flat_to_a_million)
{
    enum { MILLION = 1000000 };
    weft__timer *timers = malloc(MILLION * sizeof(*timers));
    double few, many;

    CHECK(timers != NULL);
    fired_count = 0;
    few = cost_of(timers, MILLION / 20);
    many = cost_of(timers, MILLION);
    free(timers);
    CHECK_EQ(fired_count, MILLION + MILLION / 20);
    /* Twenty times the work, and room for a cold cache and a busy machine: a sorted list would be 400 times. */
    CHECK(many < 20 * 12 * (few + 0.005));
}

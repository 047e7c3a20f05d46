#include "run.h"

#include "loop.h"
#include "net.h"
#include "schedule.h"
#include "ledger.h"
#include "user.h"

enum { MAX_TURNS = 3000000, TURNS_TO_REST = 3000, TURNS_TO_CLOSE = 20000, SECONDS_TO_END = 900 };

world_recipe recipe_of_seed(uint64_t seed)
{
    static const unsigned operations[] = {40, 150, 600};

    return (world_recipe){.seed = seed, .faults = faults_of_seed(seed), .operations = operations[seed % 3]};
}

/* One turn, with all that is true after it. */
static void turn(void)
{
    bool goes_on = loop_turn();

    INVARIANT(PROGRESS, goes_on, "nothing will ever happen: %s", user_whats_left());
    INVARIANT(PROGRESS, world.turns < MAX_TURNS, "the loop spins: %s", user_whats_left());
    INVARIANT(ALIVE, user.live == 0 || loop_is_alive(), "%u calls are in flight, and uv_run would return", user.live);
    user_audit();
}

static void run_until_over(void)
{
    uint64_t healed_at = 0;

    while (!user_is_over() && !world.violated) {
        turn();
        if (!world.healed)
            continue;
        if (!healed_at)
            healed_at = world.now;
        user_resume_all();
        INVARIANT(PROGRESS, world.now < healed_at + SECONDS_TO_END * SECOND, "%d s after all is well: %s",
                  SECONDS_TO_END, user_whats_left());
    }
}

/* Idle is idle: nothing that weft keeps holds uv_run; look-ups under way do. */
static void run_until_idle(void)
{
    for (unsigned turns = 0; turns < TURNS_TO_REST && loop_is_alive() && !user_is_closed() && !world.violated; turns++)
        turn();
    INVARIANT(ALIVE, user_is_closed() || !loop_is_alive(), "nothing is in flight, and uv_run would not return");
}

static void run_until_closed(void)
{
    uint64_t limit = world.turns + TURNS_TO_CLOSE;

    user_close_engine();
    while ((!user_is_closed() || loop_is_alive()) && !world.violated) {
        turn();
        INVARIANT(PROGRESS, world.turns < limit, "the engine does not close");
    }
}

static void check_left(void)
{
    user_release();
    INVARIANT(LEFT, loop_handles() == 0, "%u handles are left", loop_handles());
    INVARIANT(LEFT, net_open_count() == 0, "%u descriptors are left open", net_open_count());
    INVARIANT(LEFT, world.blocks == 0, "%ld blocks are left", world.blocks);
}

void run_world(const world_recipe *recipe, bool tracing)
{
    static void (*const stages[])(void) = {user_begin, run_until_over, run_until_idle, run_until_closed, check_left};

    world_release();
    world_begin(recipe, tracing);
    schedule_reset();
    loop_reset();
    threadpool_reset();
    net_reset();
    ledger_reset();
    for (unsigned i = 0; i < sizeof(stages) / sizeof(*stages) && !world.violated; i++)
        stages[i]();
    invariant_broken[world.broken] += world.violated;
}

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "run.h"
#include "user.h"

enum { DEFAULT_WORLDS = 2000, SLOW_WORLDS = 40, MAX_OPERATIONS = 5000 };

typedef struct world_settings {
    uint64_t from, count;
    bool has_seed, has_faults; /* one world; not the seed's own faults */
    uint32_t faults;
    unsigned operations; /* 0 = the seed's own */
    uint8_t skipped[MAX_OPERATIONS];
    double seconds; /* of CPU; 0 = by count */
    unsigned most;  /* seeds that fail, then it ends */
    bool tracing, replays;
} world_settings;

typedef struct world_totals {
    uint64_t worlds, failed, unlike, calls, exchanges, turns, connections, system_calls, milliseconds;
} world_totals;

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static world_recipe recipe_for(const world_settings *settings, uint64_t seed)
{
    world_recipe recipe = recipe_of_seed(seed);

    if (settings->has_faults)
        recipe.faults = settings->faults;
    if (settings->operations)
        recipe.operations = settings->operations;
    recipe.skipped = settings->has_seed ? settings->skipped : NULL;
    return recipe;
}

static void add_to(world_totals *totals)
{
    totals->worlds++;
    totals->failed += world.violated;
    totals->calls += world.calls;
    totals->exchanges += world.exchanges;
    totals->turns += world.turns;
    totals->connections += world.connections;
    totals->system_calls += world.system_calls;
    totals->milliseconds += (world.now - world.start) / MILLISECOND;
}

/* Whether all that happens happens again. */
static void replay(const world_recipe *recipe, world_totals *totals)
{
    uint64_t hash = world.hash;

    run_world(recipe, false);
    if (world.hash == hash)
        return;
    totals->unlike++;
    printf("seed %" PRIu64 " is another world the second time: %016" PRIx64 ", %016" PRIx64 "\n", recipe->seed, hash,
           world.hash);
}

static void run_seed(const world_settings *settings, uint64_t seed, world_totals *totals)
{
    world_recipe recipe = recipe_for(settings, seed);

    run_world(&recipe, settings->tracing);
    add_to(totals);
    if (world.violated) {
        printf("seed %" PRIu64 ": %s: %s\n", seed, invariant_word(world.broken), world.violation);
        if (!settings->has_seed)
            shrink(&recipe);
        fflush(stdout);
    } else if (settings->replays) {
        replay(&recipe, totals);
    }
}

static void print_totals(const world_totals *totals, double seconds)
{
    printf("# %" PRIu64 " worlds, %" PRIu64 " failed: %" PRIu64 " calls, %" PRIu64 " exchanges, %" PRIu64
           " connections, %" PRIu64 " turns, %" PRIu64 " system calls, %.1f virtual hours\n",
           totals->worlds, totals->failed, totals->calls, totals->exchanges, totals->connections, totals->turns,
           totals->system_calls, (double)totals->milliseconds / 3.6e6);
    printf("# %.1f CPU s: %.0f worlds and %.0f exchanges a second\n", seconds, (double)totals->worlds / seconds,
           (double)totals->exchanges / seconds);
}

/* A case that nothing looked at is no case; but in many worlds each is looked at. */
static bool is_missing(world_invariant invariant, const world_totals *totals)
{
    return invariant_looks[invariant] == 0 && totals->worlds >= SLOW_WORLDS;
}

static unsigned print_cases(const world_totals *totals)
{
    unsigned passed = 0, failed = 0;

    for (unsigned i = 0; i < INVARIANT_COUNT; i++) {
        bool good = invariant_broken[i] == 0 && !is_missing(i, totals);

        if (good && !invariant_looks[i])
            continue;
        printf("%s %s: %s (%" PRIu64 " looks)\n", good ? "ok" : "not ok", invariant_word(i), invariant_sentence(i),
               invariant_looks[i]);
        passed += good;
        failed += !good;
    }
    printf("%s replay: a seed is the same world again\n", totals->unlike ? "not ok" : "ok");
    printf("%u passed, %u failed\n", passed + !totals->unlike, failed + (totals->unlike > 0));
    return failed + (totals->unlike > 0);
}

static void print_tables(void)
{
    printf("faults:\n");
    for (unsigned i = 0; i < FAULT_COUNT; i++)
        printf("  %-12s %s\n", fault_word(i), fault_sentence(i));
    printf("invariants:\n");
    for (unsigned i = 0; i < INVARIANT_COUNT; i++)
        printf("  %-12s %s\n", invariant_word(i), invariant_sentence(i));
}

static bool parse_skipped(const char *text, uint8_t *skipped)
{
    while (*text && strcmp(text, "none") != 0) {
        char *end;
        unsigned long number = strtoul(text, &end, 10);

        if (end == text || number >= MAX_OPERATIONS)
            return false;
        skipped[number] = 1;
        text = end + (*end == ',');
    }
    return true;
}

static uint64_t number_of(const char *text)
{
    return strtoull(text, NULL, 0);
}

/* One that has a value. */
static bool set_value(world_settings *settings, const char *name, const char *value)
{
    if (strcmp(name, "--seed") == 0) {
        settings->from = number_of(value);
        settings->count = 1;
        settings->has_seed = true;
    } else if (strcmp(name, "--from") == 0) {
        settings->from = number_of(value);
    } else if (strcmp(name, "--count") == 0) {
        settings->count = number_of(value);
    } else if (strcmp(name, "--most") == 0) {
        settings->most = (unsigned)number_of(value);
    } else if (strcmp(name, "--operations") == 0) {
        settings->operations = (unsigned)number_of(value);
        return settings->operations <= MAX_OPERATIONS;
    } else if (strcmp(name, "--seconds") == 0) {
        settings->seconds = strtod(value, NULL);
        settings->count = UINT64_MAX;
        return getrandom(&settings->from, 4, 0) == 4;
    } else if (strcmp(name, "--faults") == 0) {
        settings->has_faults = true;
        return faults_parse(value, &settings->faults);
    } else if (strcmp(name, "--skip") == 0) {
        return parse_skipped(value, settings->skipped);
    } else {
        return false;
    }
    return true;
}

static bool parse(world_settings *settings, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--trace") == 0)
            settings->tracing = true;
        else if (strcmp(argv[i], "--replay") == 0)
            settings->replays = true;
        else if (i + 1 == argc || !set_value(settings, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    return true;
}

static uint64_t default_count(void)
{
    const char *said = getenv("WEFT_WORLDS");

    if (said)
        return number_of(said);
    return getenv("WEFT_TEST_SLOW") ? SLOW_WORLDS : DEFAULT_WORLDS;
}

static void run_seeds(const world_settings *settings, world_totals *totals)
{
    double began = cpu_seconds();

    if (settings->seconds > 0)
        printf("# from seed %" PRIu64 "\n", settings->from);
    for (uint64_t i = 0; i < settings->count && totals->failed < settings->most; i++) {
        if (settings->seconds > 0 && cpu_seconds() - began > settings->seconds)
            break;
        run_seed(settings, settings->from + i, totals);
    }
    print_totals(totals, cpu_seconds() - began);
}

int main(int argc, char **argv)
{
    static world_settings settings;
    world_totals totals = {0};
    unsigned files, failed;

    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        print_tables();
        return 0;
    }
    settings.from = 1;
    settings.most = 3;
    settings.count = default_count();
    if (!parse(&settings, argc, argv)) {
        fprintf(stderr, "usage: weft-world [--seed N | --from N --count N | --seconds N] [--faults WORDS]\n"
                        "       [--operations N] [--skip N,N] [--most N] [--trace] [--replay], or --list\n");
        return 2;
    }
    run_seeds(&settings, &totals);
    files = user_remove_files();
    INVARIANT(LEFT, files == 0 || totals.failed, "files are left");
    invariant_broken[INVARIANT_LEFT] += files && !totals.failed;
    failed = print_cases(&totals);
    world_release();
    return failed > 0;
}

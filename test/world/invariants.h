/* invariants.h - what must hold in every world. Each is a case of the test: passed when it was looked at and held.
 *
 * INVARIANT looks; the first that does not hold ends the world, and is what its seed is shrunk to.
 */
#ifndef WEFT_WORLD_INVARIANTS_H
#define WEFT_WORLD_INVARIANTS_H

#include <stdbool.h>
#include <stdint.h>

#define WORLD_INVARIANTS(X)                                                                                            \
    X(ONCE, "once", "every end is told exactly once, and every client and engine closes once")                         \
    X(OUTSIDE, "outside", "no callback runs within a function that the user called")                                   \
    X(TWICE, "twice", "nothing is sent again that may have been acted on")                                             \
    X(OUTCOME, "outcome", "what a call says of having been acted on is what the ledger says")                          \
    X(RESULT, "result", "a result is what the ledger answered, and a failure has a message")                           \
    X(REASON, "reason", "a call ends as cancelled, closed or out of memory only when that happened")                   \
    X(DEADLINE, "deadline", "a call ends at its deadline, within a few turns of the loop, and not before")             \
    X(STAGE, "stage", "no stage of a call takes longer than its own deadline")                                         \
    X(PAUSED, "paused", "nothing is delivered while it is paused, or after it was cancelled")                          \
    X(COOLDOWN, "cooldown", "nothing is sent before the time that the server asked for is over")                       \
    X(COUNTERS, "counters", "the pool's counters are the lengths of its lists, and within their limits")               \
    X(WAKE, "wake", "nobody waits for a connection that could be had")                                                 \
    X(ORDER, "order", "those that wait in a queue stand there in the order of their submission")                       \
    X(ALIVE, "alive", "uv_run does not return while calls are in flight, and does when nothing is")                    \
    X(PROGRESS, "progress", "once the network is well everything ends, and no loop spins")                             \
    X(SYSCALLS, "syscalls", "descriptors and libuv's handles are used as their manuals say")                           \
    X(REQUESTS, "requests", "servers get whole requests, one at a time, with the body that was given")                 \
    X(LEFT, "left", "nothing is left in the end: no block, descriptor, handle or temporary file")

typedef enum world_invariant {
#define WORLD_INVARIANT_NUMBER(name, word, sentence) INVARIANT_##name,
    WORLD_INVARIANTS(WORLD_INVARIANT_NUMBER)
#undef WORLD_INVARIANT_NUMBER
        INVARIANT_COUNT
} world_invariant;

/* Since the program began: how often one was looked at, and in how many worlds it did not hold. */
extern uint64_t invariant_looks[INVARIANT_COUNT];
extern uint64_t invariant_broken[INVARIANT_COUNT];

const char *invariant_word(world_invariant invariant);
const char *invariant_sentence(world_invariant invariant);
/* It does not hold: the first one of a world is its violation, in these words. */
void invariant_violate(world_invariant invariant, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define INVARIANT(name, condition, ...)                                                                                \
    do {                                                                                                               \
        invariant_looks[INVARIANT_##name]++;                                                                           \
        if (!(condition))                                                                                              \
            invariant_violate(INVARIANT_##name, __VA_ARGS__);                                                          \
    } while (0)

#endif

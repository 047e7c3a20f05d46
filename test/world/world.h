/* world.h - one simulated world: a clock, a network, servers and a user, all drawn from one seed.
 *
 * weft-world runs weft's unmodified static library against another libuv and another kernel, in virtual time. Nothing
 * that happens depends on anything but the seed, so that whatever goes wrong goes wrong again:
 *
 *     weft-world                          worlds 1 to 2,000, or as many as WEFT_WORLDS says
 *     weft-world --from 7 --count 100
 *     weft-world --seconds 3600           as many as there is CPU time for, from a fresh seed, which it prints
 *     weft-world --seed 13 --trace        one world, each event with its virtual time
 *     weft-world --seed 13 --faults reset,limits --operations 40
 *     weft-world --replay                 each world twice, compared by the hash of all that happened
 *     weft-world --list                   the faults and the invariants, a sentence each
 *
 * A seed that fails prints itself shrunk: fewer faults, fewer operations at the end, then single operations skipped.
 * The last line is "N passed, N failed", and counts invariants: one passes that was looked at and held in every world.
 *
 * What weft is linked with in place of the machine's (one noun a file):
 *
 *     loop.c       libuv's loop and handles, its order of a turn, and the clock, which moves only when somebody looks
 *                  at it, calls the kernel, or nothing is to be done
 *     threadpool.c getaddrinfo and uv_queue_work: they begin and end at times of the world's; files themselves are real
 *     socket.c, epoll.c   the kernel's calls, by the linker's --wrap
 *     wire.c       what is between a socket and a server: latency, bandwidth, losses, resets, silence, a full buffer
 *
 * and, on the other side of it,
 *
 *     http_server.c  connections, framing and its faults; what a request means is a world_server's (server.h)
 *     stromboli.c    one such service
 *     ledger.c       what the services were asked to do: seen, acted on, and answered how
 *     user.c, submission.c, ending.c   a program that uses weft at random, and checks what each callback is told
 *     audit.c        the invariants of weft's own lists and counters, after every turn
 *     run.c, shrink.c, main.c   one world from its beginning to its end, its shrinking, and the command line
 *
 * faults.h is the table of what may go wrong, invariants.h the table of what must hold nevertheless. A service is added
 * by a world_server and a line in http_server.c; what the user does with it by rows in submission.c.
 *
 * check-pure holds the program to this with `nm -u`: of libuv's own functions only pure ones are left, and none of the
 * kernel's calls for sockets. Not simulated yet: TLS, CONNECT, Unix sockets, and services other than Stromboli.
 * A change to a world moves its stream of chance, so that old seeds lose their meaning: what a seed has found becomes
 * a unit test.
 */
#ifndef WEFT_WORLD_WORLD_H
#define WEFT_WORLD_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faults.h"
#include "invariants.h"

#define MILLISECOND UINT64_C(1000000) /* the world counts in nanoseconds */
#define SECOND (UINT64_C(1000) * MILLISECOND)

enum { WORLD_EPOCH_S = 1800000000 }; /* the wall clock at 0 */

/* What makes a world, and what it is shrunk by. */
typedef struct world_recipe {
    uint64_t seed;
    uint32_t faults;
    unsigned operations;
    const uint8_t *skipped; /* borrowed: a byte for each operation, 1 = not done; NULL = all are */
} world_recipe;

typedef struct world_state {
    world_recipe recipe;
    uint64_t chance;   /* state of the random stream */
    uint64_t now;      /* of the client's machine */
    uint64_t there;    /* of the event elsewhere that is being run, never after `now` */
    uint64_t start;    /* `now` in the beginning */
    int64_t wall_jump; /* seconds that the wall clock was moved by */
    bool elsewhere;    /* an event of the network or of a server is being run */
    bool healed;       /* no trouble from here on */
    bool tracing;
    uint64_t hash; /* of all that happened */
    uint64_t turn_began, longest_turn;
    bool violated;
    world_invariant broken;
    char violation[400];
    long blocks; /* that weft holds of its allocator */
    uint64_t turns, exchanges, calls, connections, system_calls;
} world_state;

extern world_state world;

void world_begin(const world_recipe *recipe, bool tracing);
/* The next random number; one below a limit, 0 of 0. */
uint64_t world_random(void);
uint64_t world_below(uint64_t limit);
/* 32 bits of a number from 1 to `limit`. */
uint32_t world_up_to(uint32_t limit);
bool world_chance(unsigned of_1000);
bool world_has(world_fault fault);
/* Whether a trouble strikes: always drawn, so that taking a fault away moves little else. */
bool world_strikes(world_fault fault, unsigned of_1000);
/* The time that it is where the program is at the moment: here or elsewhere. */
uint64_t world_moment(void);
/* One event of the trace, which is hashed whether it is printed or not. */
void world_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Zeroed memory that goes with the world. */
void *world_alloc(size_t size);
void world_release(void);

#endif

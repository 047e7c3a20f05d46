/* ledger.h - what services were asked to do, by the number that the user gave it (the header X-Id).
 *
 * A service says what it receives, what it does about it, and what it says of that; the user's endings and invariants
 * compare. */
#ifndef WEFT_WORLD_LEDGER_H
#define WEFT_WORLD_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

enum { LEDGER_NUMBERS = 6000 };

typedef struct ledger_entry {
    unsigned seen;     /* how often it was received */
    unsigned acted;    /* how often it was acted on: begun, and paid for */
    bool may_repeat;   /* the last one seen was told that it was not acted on, or asks only */
    bool masked;       /* somebody between answered a success that the service knows nothing of */
    unsigned events;   /* of a stream: handed to the network */
    bool done_planned; /* of a stream: it ends well, if nothing happens to it */
    bool is_job;
    uint64_t job_ends;
    const char *job_status; /* then */
} ledger_entry;

void ledger_reset(void);
/* Of a number from 1 to LEDGER_NUMBERS - 1; NULL of others. */
ledger_entry *ledger_get(int number);
/* A request has come whole. `acts`: it begins or changes something. */
void ledger_receive(int number, bool acts);
/* It is acted on. */
void ledger_act(int number);
/* It is answered as not having been acted on. */
void ledger_refuse(int number);

#endif

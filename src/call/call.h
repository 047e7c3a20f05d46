/* call/call.h - a call's insides: one operation from its encoding to its report.
 *
 * A call is what a caller holds: one answer that he is told once. A *request* (call/request.h) is what is sent for it,
 * an *attempt* is one try to have it answered; there is another after a failure that may pass (*retry*), after an
 * answer that leads elsewhere (*redirect*), and after one that has another operation asked instead (*otherwise*). The
 * *exchange* is what pool and connections see of all attempts, one after the other. A call may be *made of* others, its
 * *parts* (compose/part.h): then it has no request of its own, and its exchange is never submitted.
 *
 *     GONE -> MADE               weft__call_make
 *     MADE -> TRYING             weft__call_attempt: from weft__call_start, or once the files of the body are there
 *     TRYING -> TRYING           weft__call_attempt: a redirect, another operation instead
 *     TRYING -> WAITING          retry.c:weft__call_retry; conductor.c:attempt_after, when a redirect says when
 *     WAITING -> TRYING          weft__call_attempt, from conductor.c:on_deadline
 *     MADE, TRYING, WAITING -> SETTLED    weft__call_mark: the answer, an error, a deadline, a cancel, a close
 *     SETTLED -> REPORTED        weft__call_report_now, once nothing lingers on a thread of the pool
 *     REPORTED -> GONE           the last reference; its memory may become another call's
 *
 * What holds between two events:
 *
 * 1. In MADE and WAITING the exchange is off; `retry_at_ms` means something in WAITING only.
 * 2. `timer` may be set in the running states, `report_task` may wait in SETTLED; they share their place, and both
 *    begin with a link that is zero while nothing waits: whoever settles cancels the timer before the task is
 *    written, and a task that was never deferred is as harmless to undefer as a timer that was cancelled.
 * 3. `exchange.origin` is referenced by the call from its making to its report. It is another one after a redirect,
 *    so the report remembers it before the callback and lets go of it after.
 * 4. `client` is there until the report; `engine` is referenced until the last reference is gone.
 * 5. `attempt` is all that belongs to the attempt at hand, and weft__call_forget_answer makes it blank for the next.
 *    What is beside it counts for the whole call: `begun` and `retries` say how often it was tried, redirects not
 *    counted.
 * 6. A call that is made of others shows its last part's status, headers and body, which the part owns: it is
 *    referenced until the next one takes its place, or the whole is gone. The same is true of `request`.
 */
#ifndef WEFT_CALL_CALL_H
#define WEFT_CALL_CALL_H

#include "client/client.h"
#include "client/operation.h"
#include "call/request.h"
#include "http/exchange.h"
#include "http/gzip.h"

/* In order: it runs before SETTLED. */
typedef enum weft__call_state {
    WEFT__CALL_GONE,     /* no call: not made yet, or nobody holds it any more */
    WEFT__CALL_MADE,     /* nothing is on its way yet; or it is made of others, and stays so until it is settled */
    WEFT__CALL_TRYING,   /* an attempt is under way, or what it brought is being put away */
    WEFT__CALL_WAITING,  /* for the time of the next attempt */
    WEFT__CALL_SETTLED,  /* the outcome is known; the report waits for the loop */
    WEFT__CALL_REPORTED, /* the callback has run, or is running */
} weft__call_state;

typedef struct weft__headers weft__headers;

/* What differs between plain calls, streams and waits. */
typedef struct weft__call_kind {
    size_t size;      /* of the struct that begins with the weft_call */
    bool is_recycled; /* handles of the one kind that there are most of are used again */
    /* The head is in: refuse, or take what follows. NULL: such a call is made of others, and sends nothing itself. */
    weft__flow (*head)(weft_call *call, int64_t content_length);
    weft__flow (*body)(weft_call *call, char *bytes, size_t len, size_t *used);
    /* The answer is whole: settles. */
    void (*done)(weft_call *call);
    /* The answer broke off. True when the kind has settled the call, which is not asked again then. NULL = never. */
    bool (*broke)(weft_call *call, const weft__failure *failure);
    /* An attempt has its connection: whatever gives the body starts at its beginning. NULL = nothing to do. */
    void (*begin)(weft_call *call);
    /* The attempt is over, and another comes: gives back what a call that waits need not hold. NULL = nothing. */
    void (*rest)(weft_call *call);
    /* For bodies that come in pieces: the piece at hand, 0 when the head is to be sent, -1 while there is nothing to
     * send. NULL = none. */
    int (*gather)(weft_call *call, struct iovec *parts);
    bool (*drained)(weft_call *call);
    /* The caller has more of the body to give. NULL = none comes from him. */
    void (*resume_body)(weft_call *call);
    /* Says in its own words that its whole deadline passed, or that it was cancelled. NULL = in the usual ones. */
    void (*describe_end)(const weft_call *call, weft_code code, char *text, size_t size);
    /* What its own end came of: as weft_error has it. NULL = nothing. */
    const weft_error *(*cause)(const weft_call *call);
    /* Runs the caller's callback. */
    void (*report)(weft_call *call); /* NULL = to the callback */
    /* Settled, maybe from within a caller's function: lets go of what is under way. What a thread of the pool is still
     * doing for the call keeps it from being reported: weft__call_linger. */
    void (*stop)(weft_call *call);
    /* The last reference is gone. */
    void (*dispose)(weft_call *call);
} weft__call_kind;

/* One try to have the request answered. */
typedef struct weft__attempt {
    weft__headers *headers; /* of the answer, in the arena */
    weft__gzip *gzip;       /* owned: decodes the body, else NULL */
    char *body;             /* in the arena, or owned when `body_cap` is not 0 */
    size_t body_len;
    size_t body_cap;
    uint64_t body_seen; /* bytes of the body as they came; those that are offered again count again */
    weft_call_times times;
    int16_t status;
    uint8_t coding;       /* weft__coding */
    uint8_t looked_at;    /* bytes of a body in a coding that were plain text so far */
    bool redirecting : 1; /* the answer is one that will be followed */
    bool unreadable : 1;  /* the body of this error answer is in an encoding that cannot be undone */
    bool permanent : 1;   /* the answer is a refusal that does not pass by itself */
    bool sent : 1;        /* part of the request, at least, has left */
    bool reused : 1;      /* its connection had served before */
    bool tls_resumed : 1;
    bool overdue : 1; /* a deadline has passed; the loop gets one turn to prove it wrong */
    bool full : 1;    /* what takes the body has no room for more of it */
    bool starved : 1; /* nothing can be sent until the caller gives more of the request's body */
} weft__attempt;

struct weft_call {
    weft__exchange exchange;
    weft__link link; /* in client->calls until it is reported */
    union {
        weft__timer timer;      /* the next deadline, or sooner; while it runs */
        weft__task report_task; /* once it is settled */
    };
    weft__arena arena;   /* owns what was encoded, decoded and said */
    weft_engine *engine; /* referenced */
    weft_client *client; /* borrowed; NULL once reported: clients may go before handles that are kept */
    const weft__call_kind *kind;
    const weft__operation *operation;
    struct weft__group_member *member; /* owned: the place in a group; or NULL */
    weft__header_block *header_block;  /* referenced until the request is over */
    union {
        unsigned char function[sizeof(void (*)(void))]; /* the callback, as in a weft__hook */
        char
            *asked_path; /* owned, of a stream: where its request went, which is gone; NULL for where the client and the
                             operation say */
    };
    void *arg;
    const weft_error *error; /* in the arena, or static */
    const void *result;      /* in the arena */
    weft__encoded *request;  /* in the arena; NULL before it is encoded, and once a stream is open */
    size_t max_body_bytes;
    size_t max_decoded_bytes;
    weft__attempt attempt;
    weft_timeouts timeouts; /* resolved: 0 = none */
    uint32_t max_retries;
    uint64_t started_ns;
    uint64_t bytes_sent;  /* of attempts before this one */
    uint64_t retry_at_ms; /* when the next attempt is due, in WAITING */
    uint32_t retries;
    uint32_t attempts; /* that began, of all parts of the call */
    uint32_t refs;
    uint8_t lingering;     /* how many of its helpers are still at work on the pool's threads, told to stop */
    uint8_t state;         /* weft__call_state */
    uint8_t outcome : 2;   /* weft_outcome, once it is settled */
    bool begun : 1;        /* this attempt has got as far as opening, or having, a connection */
    bool is_by_name : 1;   /* is told as a weft_operation_result, whatever its operation */
    bool is_part : 1;      /* of another call, which is the one that is counted */
    bool handed_out : 1;   /* part of the answer is with the caller: another attempt would bring it twice */
    bool paused : 1;       /* the caller wants no more of the body for now */
    bool unaffordable : 1; /* it would have been tried again, but the budget for retries was used up */
    bool withheld : 1;     /* it would have been tried again, but it may have been acted on */
    bool in_doubt : 1;     /* an attempt before this one may have been acted on */
    bool discreet : 1;     /* its arena holds what may be a credential: it is overwritten when it is given back */
};

/* A new call of `kind`, on its client's list, holding the loop; NULL when out of memory, or when the client is NULL.
 * What drives it says by `events` what becomes of its exchange, by `on_deadline` of its timer, and closes it by
 * `close`. */
typedef struct weft__call_driver {
    const weft__exchange_events *events;
    weft__timer_cb *on_deadline;
    void (*close)(weft__link *link);
} weft__call_driver;
weft_call *weft__call_make(weft_client *client, const weft__call_kind *kind, const weft_call_options *options,
                           bool is_stream, const weft__call_driver *driver);
/* The callback of a call that another is made of; `arg` is the whole, which knows the type of the result. */
typedef void weft__part_cb(weft_call *call, const weft_error *error, const void *result, void *arg);
/* Before it is submitted: what it does, and whom it reports to. */
void weft__call_take(weft_call *call, const weft__operation *operation, weft__hook hook);
/* A call that was just made is part of another: the numbers of the engine do not have it. */
void weft__call_make_part(weft_call *call);
/* What the options add to headers and query may be credentials. */
void weft__call_note_options(weft_call *call, const weft_call_options *options);
/* Its operation holds a password, a key or a token. */
bool weft__call_is_secret(const weft_call *call);
/* Gives back the arena of a call, overwritten where it must be. */
void weft__call_release_arena(weft_call *call);
void weft__call_drop_body(weft_call *call);
/* Before another attempt, for whatever reason: nothing of the last answer stays. */
void weft__call_forget_answer(weft_call *call);
/* What the attempt at hand has sent counts as sent, for all time. */
void weft__call_note_sent(weft_call *call);
/* Before the call lets go of its origin and is looked at later: the peer's text is the origin's. */
void weft__call_keep_peer(weft_call *call);
/* The one way from state to state. */
void weft__call_enter(weft_call *call, weft__call_state state);
static inline bool weft__call_is_running(const weft_call *call)
{
    return call->state < WEFT__CALL_SETTLED;
}
/* For what a caller hands in: a handle that is kept beyond its last reference is no call any more. */
static inline bool weft__call_is_alive(const weft_call *call)
{
    return call->state != WEFT__CALL_GONE && call->refs > 0;
}
/* Whether the head of an answer is in. */
static inline bool weft__call_is_answered(const weft_call *call)
{
    return call->attempt.status != 0;
}

#endif

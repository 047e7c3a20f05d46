/* call/call.h - a call's insides: one operation from its encoding to its report.
 *
 * Whatever ends a call - an answer, an error, a deadline, a cancel, a close - settles it, and the first one wins. What
 * settles it from within a caller's function is reported from the loop's next turn; an answer is reported at once.
 */
#ifndef WEFT_CALL_CALL_H
#define WEFT_CALL_CALL_H

#include "client/client.h"
#include "client/operation.h"
#include "http/exchange.h"
#include "http/gzip.h"

typedef enum weft__call_state {
    WEFT__CALL_RUNNING,
    WEFT__CALL_SETTLED,  /* the outcome is known; the report waits for the loop */
    WEFT__CALL_REPORTED, /* the callback has run, or is running */
} weft__call_state;

/* What an answer says that its body is in. */
typedef enum weft__coding {
    WEFT__CODING_NONE,
    WEFT__CODING_GZIP,    /* decoded, unless it turns out to be plain text all the same */
    WEFT__CODING_FOREIGN, /* cannot be undone; may turn out to be plain text */
} weft__coding;

/* The header lines of an answer as they came, but for the NULs behind what its user was given of them. */
typedef struct weft__headers {
    size_t len;
    weft_str content_type; /* values, in the lines; NULL when there is none */
    weft_str content_encoding;
    char lines[];
} weft__headers;

typedef struct weft__span {
    uint32_t at;
    uint32_t len;
} weft__span;

/* A request as it is sent, and what carries it. All of it lies in the call's arena. */
typedef struct weft__encoded {
    const char *bytes; /* request line, rest of the head, body; NULL until they are whole */
    size_t len;
    uint32_t line_len;
    uint32_t path_len; /* of line and target without the query: that may hold a prompt */
    uint32_t body_at;  /* where the body begins */
    uint32_t head_len;
    uint8_t max_redirects;   /* that may be followed */
    const char *head;        /* what a hook made of line and head for this attempt; or NULL */
    const char *asked;       /* see weft__response; or NULL */
    const char *peer;        /* where this attempt's connection leads: its origin's text, or a copy; or NULL */
    const char *tls_version; /* static; NULL = none */
    /* What the call's options have added: header lines, which take the place of the header block's of the same name,
     * and parameters of the query, escaped. They lie in the first request that was made for the call. */
    const char *first;
    weft__span own_headers;
    weft__span own_query;
} weft__encoded;

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
    weft__gzip *gzip;                  /* owned: decodes the body, else NULL */
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
    weft__headers *headers;  /* of the answer, in the arena */
    char *body;              /* in the arena, or owned when `body_cap` is not 0 */
    size_t body_len;
    size_t body_cap;
    size_t max_body_bytes;
    size_t max_decoded_bytes;
    uint64_t body_seen;     /* bytes of this answer's body, as they came; those that are offered again count again */
    weft_timeouts timeouts; /* resolved: 0 = none */
    uint32_t max_retries;
    uint64_t started_ns;
    weft_call_times times;
    uint64_t bytes_sent;  /* of attempts before this one */
    uint64_t retry_at_ms; /* while the next attempt is waited for, else 0 */
    uint32_t retries;
    uint32_t attempts; /* that began, of all parts of the call */
    uint32_t refs;
    uint16_t lingering; /* how many of its helpers are still at work on the pool's threads, told to stop */
    int16_t status;
    uint8_t state;     /* weft__call_state */
    uint8_t coding;    /* weft__coding */
    uint8_t looked_at; /* bytes of a body in a coding that were plain text so far */
    uint8_t redirects; /* followed so far */
    uint8_t outcome;   /* weft_outcome, once it is settled */
    bool tls_resumed : 1;
    bool redirecting : 1;  /* this answer is one that will be followed */
    bool unreadable : 1;   /* the body of this error answer is in an encoding that cannot be undone */
    bool begun : 1;        /* this attempt has got as far as opening, or having, a connection */
    bool is_by_name : 1;   /* is told as a weft_operation_result, whatever its operation */
    bool is_part : 1;      /* of another call, which is the one that is counted */
    bool handed_out : 1;   /* part of the answer is with the caller: another attempt would bring it twice */
    bool overdue : 1;      /* a deadline has passed; the loop gets one turn to prove it wrong */
    bool paused : 1;       /* the caller wants no more of the body for now */
    bool starved : 1;      /* nothing can be sent until the caller gives more of the request's body */
    bool full : 1;         /* and what takes the body has no room for more of it */
    bool unaffordable : 1; /* it would have been tried again, but the budget for retries was used up */
    bool permanent : 1;    /* the answer at hand is a refusal that does not pass by itself */
    bool withheld : 1;     /* it would have been tried again, but it may have been acted on */
    bool sent : 1;         /* part of this attempt's request, at least, has left */
    bool in_doubt : 1;     /* an attempt before this one may have been acted on */
    bool reused : 1;
    bool discreet : 1; /* its arena holds what may be a credential: it is overwritten when it is given back */
};

/* A new call of `kind`, on its client's list, holding the loop; NULL when out of memory, or when the client is NULL. */
weft_call *weft__call_new(weft_client *client, const weft__call_kind *kind, const weft_call_options *options,
                          bool is_stream);
/* Whether the options name no group, or one of the call's own engine; else the call is settled. */
bool weft__call_check_group(weft_call *call, const weft_call_options *options);
/* Chooses the origin of `url`, or settles the call and returns false; NULL is the one that it has. */
bool weft__call_aim(weft_call *call, const weft__url *url);
/* What the options add to headers and query may be credentials. */
void weft__call_note_options(weft_call *call, const weft_call_options *options);
/* Gives back the arena of a call, overwritten where it must be. */
void weft__call_release_arena(weft_call *call);
/* A call that was just made is part of another: the numbers of the engine do not have it. */
void weft__call_make_part(weft_call *call);
/* Encodes line, head and body, or settles the call and returns false. */
bool weft__call_encode(weft_call *call, const weft__invocation *invocation, const weft_call_options *options);
/* The request is about to be sent: by the credentials that the client has now. */
void weft__call_renew_credentials(weft_call *call);
/* Asks another operation, below the base URL and without a body, on the same call: with the same headers and query of
 * its own. False: the call is settled. */
bool weft__call_ask_instead(weft_call *call, const weft__operation *operation);

/* Whether the answer at hand leads elsewhere; and goes there once it is whole. */
bool weft__call_is_redirect(const weft_call *call);
weft__flow weft__call_pass_over(weft_call *call);
/* For a redirect that is the end: where it leads, and why nothing goes there; in the arena. NULL for what is none. */
const char *weft__call_describe_redirect(weft_call *call);
/* How long the answer asks to wait, in ms; -1 when it does not say. */
int64_t weft__call_retry_after(const weft_call *call);
void weft__call_follow_redirect(weft_call *call);

/* Takes a body through its Content-Encoding to the call's kind, for the body of a call with a `coding`. What it is in
 * is decided when bytes come, for without any there is no encoding. One that cannot be read makes an error answer
 * `unreadable`, whose status counts all the same, and ends a success. */
void weft__call_start_decoding(weft_call *call);
weft__flow weft__call_decode_body(weft_call *call, char *bytes, size_t len, size_t *used);
/* For the body of an answer that is unreadable. */
weft__flow weft__call_pass_unread(weft_call *call);
/* The body is over: false, and the call is settled, when its encoding is not. */
bool weft__call_end_decoding(weft_call *call);

/* Runs the service's and the client's hook over the head of this attempt; may end the call. */
void weft__call_run_request_hooks(weft_call *call);
/* What the hooks made of the head holds credentials. */
void weft__call_wipe_head(weft_call *call);
/* Encodes the request and puts it on its way, or settles the call with what is wrong. */
void weft__call_start(weft_call *call, const weft__invocation *invocation, const weft_call_options *options);

/* Puts the encoded request on its way; again, for a retry. */
void weft__call_attempt(weft_call *call);

/* Settles with an error, to be reported from the loop. Does nothing when it is settled. The message becomes "cannot
 * LABEL: METHOD URL: TEXT". */
void weft__call_fail(weft_call *call, weft_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same of a file, or of what else the system had a part in: by libuv's number. */
void weft__call_fail_file(weft_call *call, weft_code code, const char *problem, int system_error);
/* The same with an error made by the caller, in the call's arena, or with a result. */
void weft__call_settle(weft_call *call, const weft_error *error, const void *result);
/* For ends that come from the loop itself, of a call that runs: settles, and the caller reports at once. */
void weft__call_mark(weft_call *call, const weft_error *error, const void *result);
void weft__call_report_now(weft_call *call);
/* The callback of a call that another is made of; `arg` is the whole, which knows the type of the result. */
typedef void weft__part_cb(weft_call *call, const weft_error *error, const void *result, void *arg);
/* Before it is submitted: what it does, and whom it reports to. */
void weft__call_take(weft_call *call, const weft__operation *operation, weft__hook hook);
/* Before the call lets go of its origin and is looked at later: the peer's text is the origin's. */
void weft__call_keep_peer(weft_call *call);
/* For a call that was marked from within a caller's function. */
void weft__call_report_later(weft_call *call);
/* A helper that was told to stop is still at work on a file: a callback says that nobody is any more, so the report
 * waits until each has let go, from the loop. */
void weft__call_linger(weft_call *call);
void weft__call_let_go(weft_call *call);
/* For a closing client. */
void weft__call_close(weft_call *call);
/* For a stream, which outlives its request: what its errors name is kept, up to a length. */
void weft__call_keep_path(weft_call *call);
/* A blank error in the arena, with its message made as weft__call_fail does and the outcome as it stands; the static
 * one when memory is short. */
weft_error *weft__call_error(weft_call *call, weft_code code, const char *text);
/* The same of what went wrong below HTTP, and how; `text` is its own, or has more to say. */
weft_error *weft__call_error_below(weft_call *call, const weft__failure *failure, const char *text);
extern const weft_error weft__no_memory_error;
/* What is reported in its place: static as well, and it says what is known of the outcome. */
const weft_error *weft__no_memory_error_for(weft_outcome outcome);
bool weft__is_no_memory_error(const weft_error *error);

/* What the attempt at hand has sent counts as sent, for all time. */
void weft__call_note_sent(weft_call *call);
/* Whether the head of an answer is in. */
static inline bool weft__call_is_answered(const weft_call *call)
{
    return call->status != 0;
}
/* Whether the request has been acted on, as far as is known now. */
weft_outcome weft__call_outcome(const weft_call *call);

/* Sets the timer for the next deadline, if the call runs; for calls whose exchange does not do it. */
void weft__call_watch(weft_call *call);

/* Decodes the body of a success and marks the call. */
void weft__call_conclude(weft_call *call);
bool weft__call_is_error_answer(const weft_call *call);
/* An error answer is whole: another operation is asked instead, or another attempt is made, or the call is marked with
 * its error. True when the call goes on. */
bool weft__call_survives(weft_call *call);
/* The same for one whose body was not read to its end, because of `why`, and whose exchange is over or is cancelled
 * now: its status counts all the same. `failure` is what ended it, or NULL. The call goes on, or is settled. */
void weft__call_end_early(weft_call *call, const char *why, const weft__failure *failure);
/* The service's word as it may be shown; NULL when there is none, or no memory for it. */
const char *weft__call_showable(weft_call *call, const char *word);
/* Turns an error answer into an error value. */
const weft_error *weft__call_explain(weft_call *call);

/* The same for a success that is no stream, where one was asked for; NULL when it is JSON that reports no error, and so
 * is what was asked for, in one piece. */
const weft_error *weft__call_explain_no_stream(weft_call *call);

/* Keeps the header lines of an answer; NULL when out of memory. */
weft__headers *weft__headers_keep(weft__arena *arena, weft_str lines);
weft_str weft__call_content_type(const weft_call *call);
weft_str weft__call_content_encoding(const weft_call *call);
/* The call's deadlines: `options`, else the client's, else what the arguments, the operation or the service say. */
void weft__call_set_timeouts(weft_call *call, const weft__invocation *invocation, const weft_call_options *options);
void weft__call_drop_body(weft_call *call);
/* Gathers a body in memory, within the limit. */
weft__flow weft__call_body_append(weft_call *call, const char *bytes, size_t len);

/* The default kind. */
extern const weft__call_kind weft__plain_call;

#endif

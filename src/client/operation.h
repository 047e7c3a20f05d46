/* client/operation.h - what a service declares, and the few functions through which it submits.
 *
 * A service is a table of operations and a handful of hooks. A public function of a service checks its arguments,
 * fills a weft__invocation and hands it to weft__call_submit or weft__stream_submit; everything else is here below.
 */
#ifndef WEFT_CLIENT_OPERATION_H
#define WEFT_CLIENT_OPERATION_H

#include <string.h>

#include "base/assert.h"
#include "base/random.h"
#include "base/url.h"
#include "client/query.h"
#include "client/words.h"
#include "json/codec.h"
#include "weft/call.h"
#include "weft/client.h"
#include "weft/http.h"
#include "weft/stream.h"

enum {
    WEFT__OP_REPEATABLE = 1 << 0,  /* asking twice does no harm: may be sent again after it may have been acted on */
    WEFT__OP_LIST = 1 << 1,        /* the answer is an array of `response`: the result is a weft__list_result */
    WEFT__OP_TEXT = 1 << 2,        /* the answer is text, whatever its type: the result is a weft_str */
    WEFT__OP_NO_RESULT = 1 << 3,   /* a success has no result; its body is not looked at */
    WEFT__OP_EMPTY_OK = 1 << 4,    /* an empty body of a success is no error: the result is all zero */
    WEFT__OP_REDIRECT_OK = 1 << 5, /* a redirect is the answer: it is not followed, and is a success */
    WEFT__OP_GONE_OK = 1 << 6,     /* 404 is a success, with no result: what was to be taken away is not there */
    WEFT__OP_MOVES_FILES = 1 << 7, /* an upload or a download: no arguments that JSON could hold */
    WEFT__OP_SECRET = 1 << 8,      /* request or answer holds a password, a key or a token: its memory is wiped */
    WEFT__OP_MAY_STREAM = 1 << 9,  /* answers with events where its arguments ask for them */
};

typedef struct weft__response weft__response;

/* Calls the function whose address is in `function`, of the type that it knows, with what a call came to. There is one
 * for each type of result. */
typedef void weft__deliver(weft_call *call, const weft_error *error, const void *result, void *arg,
                           const unsigned char *function);

#define WEFT__DECLARE_DELIVER(name, result_type) weft__deliver weft__deliver_##name;
#define WEFT__DEFINE_DELIVER(name, result_type)                                                                        \
    void weft__deliver_##name(weft_call *call, const weft_error *error, const void *result, void *arg,                 \
                              const unsigned char *function)                                                           \
    {                                                                                                                  \
        weft_##name##_cb *cb;                                                                                          \
                                                                                                                       \
        memcpy(&cb, function, sizeof(cb));                                                                             \
        cb(call, error, (const result_type *)result, arg);                                                             \
    }

/* A function of the caller's, of whatever type, and its argument. It is kept as bytes, so that whoever knows the type
 * takes it out again, by memcpy, without a cast. */
typedef struct weft__hook {
    unsigned char function[sizeof(void (*)(void))]; /* all zero: none */
    void *arg;
#ifdef WEFT__ASSERTIONS
    weft__deliver *deliver; /* of a call's callback: that of the operation's row */
#endif
} weft__hook;

/* `function`: the address of a variable that holds the function's. */
static inline weft__hook weft__hook_of(const void *function, weft__deliver *deliver, void *arg)
{
    weft__hook hook = {.arg = arg};

    memcpy(hook.function, function, sizeof(hook.function));
    (void)deliver;
#ifdef WEFT__ASSERTIONS
    hook.deliver = deliver;
#endif
    return hook;
}

/* The callback of an operation whose row has .deliver = weft__deliver_NAME, and its argument. */
#define WEFT__CALLBACK(name, cb, arg) weft__hook_of((weft_##name##_cb *const[]){cb}, weft__deliver_##name, arg)

weft__deliver weft__deliver_done; /* no result */
weft__deliver weft__deliver_text;
weft__deliver weft__deliver_http;
weft__deliver weft__deliver_by_name; /* as a weft_operation_result */

typedef struct weft__invocation weft__invocation;
typedef struct weft__service weft__service;
typedef struct weft__operation weft__operation;

/* What few operations have: kept apart, so that the tables of the others have no room for it. All may be NULL. */
typedef struct weft__operation_rare {
    const char *accept;        /* NULL = JSON, or events for a stream */
    const char *header;        /* one that has an argument in it, which the call's options may replace */
    const char *header_scheme; /* "Bearer ", before that argument */
    /* The limit of the whole call by what is asked; 0 = it says nothing, WEFT_NO_TIMEOUT = none at all. */
    uint32_t (*deadline)(const void *request);
    /* Looks at an error answer and names an operation without segments and body to ask instead, on the same call and
     * under the same deadline; its `inspect` finds `response->asked`. */
    const weft__operation *(*otherwise)(weft__response *response);
} weft__operation_rare;

struct weft__operation {
    const char *name;           /* that of its function: "RunAsync" of weft_stromboli_run_async */
    const char *label;          /* for messages, after "cannot": "run the prompt" */
    const char *method;         /* "POST" */
    const char *path;           /* template below the base URL: "/jobs/{id}"; each {} takes one segment, in order */
    const weft__type *query;    /* of the options that are its query; NULL = none */
    const weft__type *request;  /* of the JSON body; NULL = no body */
    const weft__type *response; /* NULL with TEXT and NO_RESULT */
    const char *needs; /* the text in the answer that may not be of another kind, for there is nothing to do without
                          it: a job's id; NULL = none. All other members are zero where they are so */
    /* Defaults of the calls, which are never shorter than what is done; NULL = the service's. */
    const weft_timeouts *timeouts;
    weft__deliver *deliver; /* tells the result, with its own type; NULL for a stream */
    uint16_t flags;
    uint8_t credential; /* which of the client's credential blocks it sends; 0 is the service's usual one */
    bool seed;          /* named by the seed document, or beyond it */
    /* NULL, or says what the arguments lack: static text, or a note of the client's. `request` is there if it is due;
     * `*code` is WEFT_E_INVALID. */
    const char *(*check)(weft_client *client, const weft__invocation *invocation, weft_code *code);
    /* NULL, or looks at a decoded success and may turn it into a failure (weft__response_reject) or replace
     * `response->result`. */
    void (*inspect)(weft__response *response);
    const weft__operation_rare *rare; /* NULL = nothing of it */
};

/* In a row: WEFT__RARE(.deadline = run_deadline). */
#define WEFT__RARE(...)                                                                                                \
    .rare = &(const weft__operation_rare)                                                                              \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }

/* The header that has an argument in it, or NULL. */
static inline const char *weft__operation_header(const weft__operation *operation)
{
    return operation->rare ? operation->rare->header : NULL;
}

/* The outcome of one exchange, as the hooks of a service see it. */
struct weft__response {
    weft_call *call;
    weft_client *client;
    weft__arena *arena; /* for what the hook makes; lives as long as the call */
    const weft__operation *operation;
    int status; /* as the error will have it; `inspect` may change it */
    weft_str content_type;
    weft_str body;     /* likewise */
    void *result;      /* decoded; may be replaced */
    const char *asked; /* the first path segment, as the caller gave it, of an operation that has `otherwise` */
    /* An error under construction: preset before the service's `explain` sees it, `code` by status, `message` from the
     * JSON members `error` and `message` or the text of the body, `retry_after_ms` from Retry-After. */
    weft_code code;
    const char *message;     /* the server's own words, or NULL; the call adds what was asked and of whom */
    const char *said;        /* those words, where the message makes others of them; preset as it is, NULL = none. Who
                                reads others sets both */
    const char *server_code; /* or NULL */
    int64_t retry_after_ms;  /* -1 */
    int64_t answered_unix_s; /* the answer's own Date, else the time here: what the server says of later times is meant
                                by that */
    /* Preset by status (weft/error.h has the table); `explain` and `inspect` change it where the answer's own words
     * prove more: a refusal before anything was begun, or a report of what was done. */
    weft_outcome outcome;
    bool permanent; /* a refusal that does not pass by itself: it is not tried again, whatever its status */
};

/* For `inspect`: the success is a failure after all. Texts live as long as the call (arena or static). */
void weft__response_reject(weft__response *response, weft_code code, const char *server_code, const char *message);
/* Whether the request was sent with the credentials that the client would send now. */
bool weft__response_is_current(const weft__response *response);

/* An attempt that failed, for whoever decides whether there is another. */
typedef struct weft__retry_case {
    weft_call *call; /* its headers and status are those of the attempt */
    const weft_error *error;
    int status;      /* 0 when no answer came */
    bool repeatable; /* asking twice does no harm */
} weft__retry_case;

/* Whether another attempt can do nothing twice. */
static inline bool weft__retry_is_harmless(const weft__retry_case *failed)
{
    return failed->repeatable || failed->error->outcome == WEFT_OUTCOME_NOT_ACTED_ON;
}
/* weft's own rule: what passes by itself, where it is harmless. */
bool weft__retry_usual(const weft__retry_case *failed);

/* How a service's event stream ends. */
typedef struct weft__stream_rules {
    const char *done_event;  /* event type that ends it well, or NULL */
    const char *error_event; /* event type that reports failure, or NULL */
    const char *done_data;   /* data that ends it well, or NULL */
    bool error_in_data;      /* any event whose data is a JSON object with an `error` reports failure */
    bool done_ends;          /* such an end is not waited out: what came after it would not count */
    bool close_is_done;      /* the connection's clean end is a good end without any final event */
    bool keep_unfinished;    /* an event that lacks its blank line at a clean end is delivered */
    bool lf_only;            /* see weft__sse_options */
    bool first_type_counts;
    /* NULL, or reads the data of `done_event`: what it says against a good end, in the arena or static. No message: it
     * is one. */
    weft__words (*doubt)(weft__arena *arena, weft_str data);
    /* NULL, or reads the data of `error_event`; where that says nothing, it is the message as it is. */
    weft__words (*words)(weft__arena *arena, weft_str data);
} weft__stream_rules;

struct weft__service {
    const char *name; /* "Stromboli" */
    const weft__operation *operations;
    size_t operation_count;
    weft_timeouts timeouts;        /* defaults of calls whose operation has none of its own; 0 = none */
    weft_timeouts stream_timeouts; /* defaults of streams; 0 = none */
    uint8_t public_texts;          /* bit N: what weft__client_set_text keeps as number N may be shown in messages */
    const weft__stream_rules *stream;
    const char *default_base_url; /* or NULL: required */
    /* NULL, or why this service takes no `token`, after that word: what to use instead. */
    const char *token_refusal;
    /* Variables of the environment that have what the options lack; NULL = none. */
    const char *token_variable;
    const char *base_url_variable;
    /* Reads an error answer: may set code, message, server_code. `code` is preset by status, `retry_after_ms` from
     * Retry-After. NULL = the usual: message from JSON `error`, then `message`, else the text of the body. */
    void (*explain)(weft__response *response);
    /* Whether an attempt is made again; NULL = weft__retry_usual. The number of retries is limited elsewhere. */
    bool (*may_retry)(const weft__retry_case *failed);
    /* The wait before retry number `retry`, from 0, when the server did not say; NULL = full jitter. `options` are
     * the client's, resolved. */
    uint32_t (*retry_delay)(weft__random *random, const weft_retry_options *options, uint32_t retry);
    /* Changes the head of each attempt, number `retry` from 0, before the client's own hook sees it; or NULL. */
    void (*prepare)(weft_request *request, uint32_t retry);
    /* Appends the header lines of credential block `credential`; NULL = Bearer token only. */
    void (*credentials)(const weft_client *client, uint8_t credential, weft__buffer *out);
};

struct weft__invocation {
    const weft__operation *operation;
    const weft__service *service;  /* that the operation is of, as the client has to be; NULL = any client will do */
    const char *segments[4];       /* path values in order; an empty or NULL one is WEFT_E_INVALID */
    const char *segment_names[4];  /* as the caller knows them, static; NULL = as in the operation's path */
    const void *options;           /* struct of operation->query; NULL = as all zero */
    const weft__query_item *query; /* what no table has; in the order they are sent, before the options */
    size_t query_count;
    const char *header_value; /* the argument in the operation's header; NULL = the header is not sent */
    const void *request;      /* struct of operation->request */
    const weft__url *url;     /* instead of the operation's path below the base URL; borrowed for the call */
    const char *accept;       /* NULL = as the operation says */
    const char *content_type; /* of `bytes`, or of a body that a source gives; NULL = JSON */
    weft_str bytes;           /* a body as it is, instead of `request`; ptr NULL = none */
    bool anonymous;           /* no credentials, and none of the client's headers */
    bool as_before;           /* with the headers and the query that the call's options gave it before */
    bool is_stream;           /* by name: of an operation that may, or may not */
    bool is_trial;            /* all is done but sending it */
    bool has_source;          /* the body, and its Content-Length line, come from a source */
    const char *invalid;      /* what the caller's arguments lack, or NULL; static or copied at once */
    weft_code invalid_code;   /* of that; 0 = WEFT_E_INVALID */
    uint32_t total_ms;        /* the default that comes of the arguments; 0 = the operation's, WEFT_NO_TIMEOUT = none */
    uint32_t max_redirects;   /* 0 = 10, WEFT_NO_REDIRECTS = none */
};

weft_client *weft__client_new(weft_engine *engine, const weft__service *service, const weft_client_options *options,
                              weft_error_info *ret_error);

/* For the `credentials` hook: one header line, "NAME: SCHEMEVALUE", unless `value` is NULL or the client's own headers
 * have one of that name, which stands in its place. */
void weft__client_append_credential(const weft_client *client, const char *name, const char *scheme, const char *value,
                                    weft__buffer *out);
/* What a service keeps with each client for its `credentials` hook, under numbers of its own, 0 to 3: a tenant, a
 * second token. Copied, and wiped when it is replaced; NULL or "" clears it. Requests sent from now on use it. False,
 * and nothing changed, when it has control characters or is too long, which is said by its `name`, or when memory is
 * short; then fills `ret_error`, unless it is NULL. */
bool weft__client_set_text(weft_client *client, unsigned number, const char *name, const char *text,
                           weft_error_info *ret_error);
const char *weft__client_text(const weft_client *client, unsigned number); /* NULL when none is set */

/* Submits; NULL only when there is no memory for the handle, or when the client is NULL. */
weft_call *weft__call_submit(weft_client *client, const weft__invocation *invocation, const weft_call_options *options,
                             weft__hook hook);

weft_stream *weft__stream_submit(weft_client *client, const weft__invocation *invocation,
                                 const weft_call_options *options, const weft_stream_callbacks *callbacks, void *arg);
/* The same with a body that is no JSON, or comes from files; NULL = the invocation's own. */
weft_stream *weft__stream_upload(weft_client *client, const weft__invocation *invocation, const weft_body *body,
                                 const weft_call_options *options, const weft_stream_callbacks *callbacks, void *arg);

/* Memory for readers: of a result, which lives as long, and of an event, which lives until its callback has returned.
 * NULL for NULL. */
weft__arena *weft__call_arena(weft_call *call);
weft__arena *weft__event_arena(weft_stream *stream);

/* The service that a client was made for, for functions that must not be handed another service's client; NULL when
 * the client is. */
const weft__service *weft__client_service(const weft_client *client);
const char *weft__client_token(const weft_client *client); /* NULL when none is set */
/* printf into memory that lives until the next submit on this client: for `invalid` with numbers in it. */
const char *weft__client_note(weft_client *client, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

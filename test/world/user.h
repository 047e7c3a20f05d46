/* user.h - a program that uses weft at random, and knows what it may expect.
 *
 * Each of its operations is drawn when its time has come, or within a callback: user.c has engine, clients and what is
 * done to calls that run, submission.c what is submitted, ending.c what callbacks may tell. */
#ifndef WEFT_WORLD_USER_H
#define WEFT_WORLD_USER_H

#include "weft/weft.h"
#include "world.h"

enum { USER_UPLOAD_BYTES = 150000, USER_CLIENTS = 4, USER_CALLS = 5000 };

typedef enum user_kind {
    USER_RUN,
    USER_ASYNC_RUN,
    USER_STREAM,
    USER_GET,
    USER_POST,
    USER_UPLOAD, /* a file */
    USER_SAVE,   /* to a file */
    USER_LIST,
    USER_JOB,
    USER_CANCEL_JOB,
    USER_WAIT,
} user_kind;

/* One call or stream, from its submission on. */
typedef struct user_call {
    int number; /* of the ledger */
    user_kind kind;
    unsigned client; /* its place in user.clients */
    int about;       /* the job that it asks of; 0 = none */
    weft_call *call; /* until its end, or while it is kept */
    weft_stream *stream;
    uint64_t began;
    uint32_t total_ms;       /* its deadline; 0 = not known */
    bool live, submitted;    /* not ended; the function has returned */
    bool kept;               /* by a reference */
    bool cancelled, closed;  /* by the user, the latter with its client */
    bool paused, pieces;     /* the body comes to on_data */
    bool opened, done_event; /* of a stream */
    unsigned next_event;
    char got[64]; /* by on_data */
    size_t got_len;
} user_call;

typedef struct user_state {
    weft_engine *engine;
    weft_engine_options options;
    weft_client *clients[USER_CLIENTS]; /* NULL = closed */
    unsigned hosts[USER_CLIENTS];
    uint64_t paused_until[USER_CLIENTS]; /* as the server asked */
    uint32_t longest_pause_ms[USER_CLIENTS];
    user_call calls[USER_CALLS]; /* by number, from 1 */
    unsigned call_count, live;
    unsigned clients_closing, posts;
    unsigned operation; /* the next one */
    unsigned inside;    /* functions of weft's that are being called */
    bool closing, closed, healed;
} user_state;

extern user_state user;

/* An engine and clients are made, and operations planned. */
void user_begin(void);
/* Whether all is planned and done, and nothing is in flight. */
bool user_is_over(void);
/* Resumes what is paused, so that everything can end. */
void user_resume_all(void);
void user_close_engine(void);
bool user_is_closed(void);
/* After the engine is gone: lets go of what was kept. */
void user_release(void);
/* What is still there, for a violation's sentence. */
const char *user_whats_left(void);
char user_upload_byte(size_t index);

/* For callbacks: none may run inside a function of weft's. Then, at their end, what the user does within them. */
void user_enter_callback(const char *name);
void user_act_within(void);
/* A reference goes. */
void user_let_go(user_call *call);
/* A random operation. */
void user_act(void);
void user_cancel(user_call *call);

/* submission.c: submits one of a kind, or of another where there is no job to ask of. */
void user_submit(user_kind kind);
/* A path in the scratch directory, which is made for it. Static buffer. */
const char *user_file(const char *name, int number);
/* Takes the directory away, and says how many files were left in it. */
unsigned user_remove_files(void);

/* ending.c: what is true of every end. */
void user_check_end(user_call *call, const weft_call *handle, const weft_error *error);
void user_check_text(const user_call *call, const char *what, weft_str text, const char *expected);
void user_check_stream_end(const user_call *call, const weft_error *error);

/* audit.c: looks at weft's lists and counters. */
void user_audit(void);

#endif

/* engine/engine.h - the engine's insides. */
#ifndef WEFT_ENGINE_ENGINE_H
#define WEFT_ENGINE_ENGINE_H

#include "base/random.h"
#include "http/pool.h"
#include "loop/loop.h"
#include "weft/engine.h"

/* What lives on an engine and is gone before it: a client, a group, a fan-out. */
typedef struct weft__member {
    weft__link link; /* in engine->members, or ending */
    /* The engine is closing: ends what it is, from the loop. NULL: it ends by itself. */
    void (*close)(struct weft__member *member);
} weft__member;

/* What a process is told in which an engine of its parent's is used. */
extern const weft__failure weft__engine_forked;

/* A block that waits to be used again. */
typedef struct weft__spare {
    struct weft__spare *next;
} weft__spare;

struct weft_engine {
    weft__loop loop;
    weft__resolver *resolver; /* owned */
    weft__tls_store *tls;     /* owned; NULL until the first client that needs it */
    weft__pool pool;
    weft__list members;
    weft__list ending; /* members that were told of its closing */
    weft__list posts;  /* of weft__post; guarded by `posts_lock` */
    uv_mutex_t posts_lock;
    bool posts_closed;    /* no more are taken; guarded by `posts_lock` */
    weft__buffer scratch; /* requests are encoded here before they are copied */
    weft__buffer scratch_body;
    weft__arena reading; /* what readers of an event make; given back when its callback has returned */
    weft__random random;
    weft__task closing_task;
    weft_closed_cb *closed;
    void *closed_arg;
    weft__spare *spares; /* owned: blocks for handles of the commonest kind */
    uint32_t spare_count;
    uint32_t refs;    /* the engine itself until it has closed, and every handle that lives */
    uint32_t clients; /* that live */
    uint32_t holds;   /* of weft_engine_hold */
    uint32_t calls_in_flight;
    uint32_t streams_open;
    bool closing;
    bool pool_closed;
};

/* Why a constructor gives nothing; `ret_error` may be NULL. */
void weft__fail_new(weft_error_info *ret_error, weft_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Whether something may be made on it; else fills `ret_error`. NULL is none. */
bool weft__engine_is_open(const weft_engine *engine, weft_error_info *ret_error);

/* Handles that are kept by their user outlive the engine's closing: its memory goes with the last of them. */
void weft__engine_ref(weft_engine *engine);
void weft__engine_unref(weft_engine *engine);
void weft__engine_join(weft_engine *engine, weft__member *member, void (*close)(weft__member *member));
/* It is gone: the engine may be able to finish closing. Harmless for one that has not joined. */
void weft__engine_leave(weft_engine *engine, weft__member *member);

/* A block that was given back, of the one size that is kept; or a new one. NULL when out of memory. */
void *weft__engine_take_spare(weft_engine *engine, size_t size);
void weft__engine_give_spare(weft_engine *engine, void *block);

#endif

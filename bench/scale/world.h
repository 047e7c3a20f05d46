/* scale/world.h - what the rows are made of: an engine on a loop, and turns whose time is taken. */
#ifndef SCALE_WORLD_H
#define SCALE_WORLD_H

#include <stdbool.h>
#include <uv.h>

#include "kernel.h"
#include "scale.h"
#include "weft/weft.h"

#define SCALE_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define SCALE_EVENTS "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n"
#define SCALE_PAUSE "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
#define SCALE_BASE "http://10.0.0.1:80"

typedef struct scale_world {
    uv_loop_t loop;
    weft_engine *engine;
    weft_client *client; /* of SCALE_BASE */
    size_t under_way;    /* calls and streams that were not reported yet */
    size_t opens;        /* streams that were opened */
    size_t closes;       /* of clients and the engine, that were told */
    double turn_ms;      /* the longest turn since scale_world_watch */
    double late_ms;      /* of the host's timer, at worst, likewise */
    uint64_t timer_due_ns;
    uv_timer_t timer; /* the host's, of 10 ms: runs from scale_world_watch on */
} scale_world;

/* The options may be NULL; without limits of connections, else. */
void scale_world_open(scale_world *world, const weft_engine_options *options);
/* Closes the engine unless it was, and the loop. */
void scale_world_end(scale_world *world);
weft_client *scale_world_client(scale_world *world, const char *base_url);

/* From here on the longest turn and the timer's lateness count. */
void scale_world_watch(scale_world *world);
/* Takes turns for as long as `condition` says so; NULL: until nothing is under way. */
void scale_world_run(scale_world *world, bool (*condition)(scale_world *world));
/* The processor's time of this thread. */
double scale_ms(void);
/* Bytes of the heap in use. */
size_t scale_heap_bytes(void);

/* One GET, of `path` or of `url`; counted in `under_way`. */
weft_call *scale_get(scale_world *world, weft_client *client, const char *path, const char *url,
                     const weft_call_options *options);
weft_stream *scale_stream(scale_world *world);
/* For closings: counts in `closes`. */
void scale_closed(void *world);

#endif

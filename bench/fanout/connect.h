/* fanout/connect.h - the engine and the client that the options ask for. */
#ifndef FANOUT_CONNECT_H
#define FANOUT_CONNECT_H

#include "fanout/options.h"
#include "weft/weft.h"

typedef struct connect_hooks {
    weft_log_cb *log;
    weft_retry_cb *on_retry;
    void *arg; /* handed to both */
} connect_hooks;

/* NULL when an option is wrong, a file cannot be read or memory is short: `*ret_error` says what. So does the next. */
weft_engine *connect_engine(uv_loop_t *loop, const fanout_options *options, const connect_hooks *hooks,
                            weft_error_info *ret_error);
weft_client *connect_client(weft_engine *engine, const fanout_options *options, const connect_hooks *hooks,
                            weft_error_info *ret_error);

#endif

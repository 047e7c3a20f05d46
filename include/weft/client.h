/* weft/client.h - one service at one base URL, with its credentials and policy. */
#ifndef WEFT_CLIENT_H
#define WEFT_CLIENT_H

#include "weft/call.h"
#include "weft/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_client weft_client;

/** What every service's constructor takes. Strings are copied; zero fields are the documented defaults. */
typedef struct weft_client_options {
    const char *base_url;   /**< "http://localhost:8585", "https://host/prefix", or a Unix socket as
                                 "unix:/run/stromboli.sock" ("unix:///run/…" and "http+unix://%2Frun…/prefix" are
                                 understood too). Required unless the service has a default */
    const char *token;      /**< sent as Bearer on every request; wiped when replaced. NULL = none */
    const char *user_agent; /**< NULL or "" = "weft/VERSION" */
    weft_timeouts timeouts; /**< of calls; 0 fields: the service's defaults, stated in its header */
    weft_timeouts stream_timeouts; /**< of event streams; 0 fields: connect 10 s, the others none */
    const weft_pair *headers;      /**< added to every request */
    size_t headers_count;
    uint32_t max_header_bytes; /**< of an answer's head; 0 = 64 KiB */
    uint16_t max_headers;    /**< header lines of an answer; 0 = 100 */
    size_t max_body_bytes;   /**< of an answer held in memory; 0 = 64 MiB */
    size_t max_event_bytes;  /**< of one event of a stream; 0 = 16 MiB */
} weft_client_options;

/**
 * Closes a client: its calls and streams complete with WEFT_E_CLOSED, then `closed` fires (NULL is fine), once and
 * last, and the client is gone. Submitting to it meanwhile fails with WEFT_E_CLOSED. Twice is harmless.
 */
WEFT_API void weft_client_close(weft_client *client, weft_closed_cb *closed, void *arg);

/**
 * Replaces the bearer token for requests built from now on; NULL or "" clears it. A token with control
 * characters is refused: the old one stays, a warning is logged, and false is returned.
 */
WEFT_API bool weft_client_set_token(weft_client *client, const char *token);

/** The engine that it was made on. */
WEFT_API weft_engine *weft_client_engine(const weft_client *client);

#ifdef __cplusplus
}
#endif

#endif

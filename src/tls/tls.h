/* tls/tls.h - TLS between a connected socket and HTTP. What does it, mbedTLS, is seen in this folder alone.
 *
 * A store belongs to an engine, a config to clients that are secured alike, a peer to an origin, and a weft__tls to one
 * connection. Handshakes take turns: light steps within a time budget of each turn of the loop, heavy ones on libuv's
 * pool. While the first handshake with a peer is under way, others with it wait a little: they can then resume its
 * session at a hundredth of the cost.
 */
#ifndef WEFT_TLS_TLS_H
#define WEFT_TLS_TLS_H

#include "loop/failure.h"
#include "loop/socket.h"
#include "weft/tls.h"

enum { WEFT__SESSIONS_KEPT = 256 }; /* then the one that was not used for the longest is forgotten */

typedef struct weft__tls_store weft__tls_store;
typedef struct weft__tls_config weft__tls_config;
typedef struct weft__tls_peer weft__tls_peer;
typedef struct weft__tls weft__tls;

/* What does it, "mbed TLS 2.28.3", and whether it speaks TLS 1.3. */
const char *weft__tls_library(void);
bool weft__tls_speaks_1_3(void);

/* What the connections of an engine share. NULL when out of memory. */
weft__tls_store *weft__tls_store_new(weft__loop *loop);
/* When everything else is gone: configs, peers, and whatever was on the pool. NULL is fine. */
void weft__tls_store_free(weft__tls_store *store);

/* A reference to a new config; or, without options that say anything, to the one that the engine's clients share. NULL
 * with `*ret_error` filled. Reads files; blocks for that. */
weft__tls_config *weft__tls_config_new(weft__tls_store *store, const weft_tls_options *options,
                                       weft_error_info *ret_error);
/* Whether it is that of all clients without options. */
bool weft__tls_config_is_shared(const weft__tls_config *config);
/* Both take NULL. */
weft__tls_config *weft__tls_config_ref(weft__tls_config *config);
void weft__tls_config_unref(weft__tls_config *config);

/* A server as connections see it: how it is checked, and by which name. NULL when out of memory. */
weft__tls_peer *weft__tls_peer_new(weft__tls_config *config, const char *host, uint16_t port);
/* NULL is fine. */
void weft__tls_peer_unref(weft__tls_peer *peer);

/* Never called from within a function of this header. */
typedef struct weft__tls_events {
    /* The end of the handshake: `failure` is NULL when the stream is open. After a failure weft__tls_close is still
     * due. */
    void (*opened)(weft__tls *tls, const weft__failure *failure, void *owner);
    /* What weft__tls_tell_more has asked for: weft__tls_receive has something to tell, and no socket will say so. */
    void (*more)(weft__tls *tls, void *owner);
} weft__tls_events;

/* Begins a handshake over `socket`, which it uses until it is closed and does not own. NULL when out of memory. */
weft__tls *weft__tls_open(weft__tls_peer *peer, weft__socket *socket, const weft__tls_events *events, void *owner);
/* The socket is ready, while the handshake is under way. */
void weft__tls_ready(weft__tls *tls);
/* Says goodbye to the server where that is due and possible, and lets go of the socket. NULL is fine. */
void weft__tls_close(weft__tls *tls);

/* Takes plain bytes, in full records or as far as the parts go. -EAGAIN while earlier bytes wait for the socket. */
ssize_t weft__tls_send(weft__tls *tls, const struct iovec *parts, int count);
/* Fills `bytes` as far as what has arrived goes, and a bounded number of records: less than `len` means that no more is
 * there, or that weft__tls_has_more. 0 is the end that the
 * server announced; -EPROTO and -ECONNRESET are ends that weft__tls_explain tells of. */
ssize_t weft__tls_receive(weft__tls *tls, void *bytes, size_t len);
/* Whether nothing has come since the last record that was told of whole. */
bool weft__tls_is_at_rest(const weft__tls *tls);
/* Whether weft__tls_receive has something to tell without the socket's being ready. */
bool weft__tls_has_more(const weft__tls *tls);
/* If it has: `more` from the loop's next turn, unless it has been told by then. */
void weft__tls_tell_more(weft__tls *tls);
/* Bytes that the socket did not take are sent again; false while some are left. */
bool weft__tls_flush(weft__tls *tls);
bool weft__tls_is_flushed(const weft__tls *tls);
/* False when nothing went wrong. The text stands by itself. */
bool weft__tls_explain(const weft__tls *tls, weft__failure *ret_failure);

/* "TLS 1.2"; static. */
const char *weft__tls_version(const weft__tls *tls);
bool weft__tls_is_resumed(const weft__tls *tls);

#endif

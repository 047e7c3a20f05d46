/* The encrypted stream, once it is open. */
#include "tls/parts.h"

#include <errno.h>
#include <string.h>

#include "base/assert.h"

enum {
    RECORDS_PER_RECEIVE = 64, /* a server that sends many of a byte, or of nothing, holds up nobody */
    MOST_UNSENT_BYTES =
        2 * WEFT__TLS_SEALED_BYTES, /* twice what a request leaves; the rest are answers to the server */
};

/* ---- mbedTLS's view of the network ---------------------------------------------------------------------------- */

static bool out_append(weft__tls *tls, const unsigned char *bytes, size_t len)
{
    weft__heap *heap = &weft__tls_store_of(tls)->loop->heap;
    unsigned char *grown = weft__resize(heap, tls->out, tls->out_len + len);

    if (!grown)
        return false;
    tls->out = grown;
    memcpy(tls->out + tls->out_len, bytes, len);
    tls->out_len += (uint32_t)len;
    return true;
}

/* Takes every record whole, so that mbedTLS never has to be offered the same bytes a second time. */
static int take(void *context, const unsigned char *bytes, size_t len)
{
    weft__tls *tls = context;
    weft__tls_store *store = weft__tls_store_of(tls);

    WEFT__ASSERT(store->sealed_len <= WEFT__TLS_SEALED_BYTES && tls->out_at <= tls->out_len);
    if (!tls->out && store->sealed_len + len <= WEFT__TLS_SEALED_BYTES) {
        memcpy(store->sealed + store->sealed_len, bytes, len);
        store->sealed_len += len;
        return (int)len;
    }
    if (tls->out_len + len > MOST_UNSENT_BYTES)
        return MBEDTLS_ERR_NET_SEND_FAILED;
    return out_append(tls, bytes, len) ? (int)len : MBEDTLS_ERR_SSL_ALLOC_FAILED;
}

/* Keeps count of the records that mbedTLS takes, and of where in one it stands: it does not say so itself. */
static void follow_records(weft__tls *tls, const unsigned char *bytes, size_t len)
{
    while (len > 0) {
        size_t step = 1;

        if (tls->record_left > 0) {
            step = len < tls->record_left ? len : tls->record_left;
            tls->record_left -= (uint16_t)step;
        } else if (++tls->header_len == WEFT__TLS_RECORD_HEADER) {
            tls->record_left = (uint16_t)(tls->length_high << 8 | *bytes);
            tls->header_len = 0;
        } else {
            tls->length_high = *bytes;
        }
        bytes += step;
        len -= step;
    }
}

static bool is_between_records(const weft__tls *tls)
{
    return tls->header_len == 0 && tls->record_left == 0;
}

static size_t take_from(const unsigned char *source, size_t left, unsigned char *bytes, size_t len)
{
    if (len > left)
        len = left;
    memcpy(bytes, source, len);
    return len;
}

/* One receive for as many records as there are: mbedTLS by itself would make two for each. It also goes on to the next
 * record by itself when one holds nothing for it, so that the bound on their number has to be here. */
static int give(void *context, unsigned char *bytes, size_t len)
{
    weft__tls *tls = context;
    weft__tls_store *store = weft__tls_store_of(tls);
    ssize_t got;

    WEFT__ASSERT(tls->in_at <= tls->in_len && store->received_at <= store->received_len);
    if (is_between_records(tls)) {
        if (store->records_left == 0)
            return MBEDTLS_ERR_SSL_WANT_READ;
        store->records_left--;
    }
    if (tls->in_at < tls->in_len) {
        len = take_from(tls->in + tls->in_at, tls->in_len - tls->in_at, bytes, len);
        tls->in_at += (uint32_t)len;
        follow_records(tls, bytes, len);
        return (int)len;
    }
    if (store->received_at == store->received_len) {
        if (tls->drained)
            return MBEDTLS_ERR_SSL_WANT_READ;
        got = weft__socket_receive(tls->socket, store->received, WEFT__READ_BUFFER_BYTES);
        if (got == -EAGAIN)
            return MBEDTLS_ERR_SSL_WANT_READ;
        if (got < 0) {
            tls->problem = (int)got;
            return MBEDTLS_ERR_NET_RECV_FAILED;
        }
        if (got == 0)
            return 0;
        store->loop->stats.bytes_received += (uint64_t)got;
        store->received_at = 0;
        store->received_len = (size_t)got;
        tls->drained = got < WEFT__READ_BUFFER_BYTES;
    }
    len = take_from(store->received + store->received_at, store->received_len - store->received_at, bytes, len);
    store->received_at += len;
    follow_records(tls, bytes, len);
    return (int)len;
}

/* ---- opening and closing -------------------------------------------------------------------------------------- */

static void on_again(weft__task *task)
{
    weft__tls *tls = WEFT__CONTAINER_OF(task, weft__tls, again);

    if (weft__tls_has_more(tls))
        tls->events->more(tls, tls->owner);
}

weft__tls *weft__tls_open(weft__tls_peer *peer, weft__socket *socket, const weft__tls_events *events, void *owner)
{
    weft__tls_store *store = peer->config->store;
    weft__tls *tls = weft__zalloc(&store->loop->heap, sizeof(*tls));

    if (!tls)
        return NULL;
    mbedtls_ssl_init(&tls->ssl);
    tls->peer = peer;
    peer->refs++;
    tls->socket = socket;
    tls->events = events;
    tls->owner = owner;
    tls->again.run = on_again;
    tls->handshake = weft__tls_handshake_new(tls);
    if (!tls->handshake) {
        weft__tls_free(tls);
        return NULL;
    }
    weft__tls_handshake_wake(tls->handshake);
    return tls;
}

void weft__tls_ready(weft__tls *tls)
{
    WEFT__ASSERT(tls->handshake);
    /* Asked again when its turn has come. */
    weft__socket_watch(tls->socket, 0);
    weft__tls_handshake_wake(tls->handshake);
}

void weft__tls_enter_open(weft__tls *tls, unsigned char *rest, size_t at, size_t len)
{
    WEFT__ASSERT(!tls->in && !tls->out && at <= len && tls->end == WEFT__TLS_GOING);
    mbedtls_ssl_set_bio(&tls->ssl, tls, take, give, NULL);
    if (at < len) {
        tls->in = rest;
        tls->in_at = (uint32_t)at;
        tls->in_len = (uint32_t)len;
    } else {
        weft__free(&weft__tls_store_of(tls)->loop->heap, rest);
    }
}

void weft__tls_free(weft__tls *tls)
{
    weft__heap *heap = &weft__tls_store_of(tls)->loop->heap;

    if (tls->handshake)
        weft__tls_handshake_end(tls->handshake);
    mbedtls_ssl_free(&tls->ssl);
    weft__tls_peer_unref(tls->peer);
    weft__free(heap, tls->in);
    weft__free(heap, tls->out);
    weft__free(heap, tls);
}

/* Sends what was sealed; the socket's leavings are the stream's own. 0 or a negative errno. */
static int ship(weft__tls *tls)
{
    weft__tls_store *store = weft__tls_store_of(tls);
    struct iovec part = {store->sealed, store->sealed_len};
    ssize_t sent;

    store->sealed_len = 0;
    if (part.iov_len == 0)
        return 0;
    sent = weft__socket_send(tls->socket, &part, 1);
    if (sent == -EAGAIN)
        sent = 0;
    if (sent < 0)
        return (int)sent;
    store->loop->stats.bytes_sent += (uint64_t)sent;
    if ((size_t)sent < part.iov_len && !out_append(tls, store->sealed + sent, part.iov_len - (size_t)sent))
        return -ENOMEM;
    return 0;
}

void weft__tls_close(weft__tls *tls)
{
    if (!tls)
        return;
    weft__loop_undefer(&tls->again);
    weft__tls_session_lead_over(tls, false);
    if (tls->handshake) {
        if (tls->handshake->on_pool) {
            weft__tls_handshake_end(tls->handshake);
            return;
        }
    } else if ((tls->end == WEFT__TLS_GOING || tls->end == WEFT__TLS_ENDED) &&
               !weft__loop_is_forked(weft__tls_store_of(tls)->loop)) {
        if (!tls->out && mbedtls_ssl_close_notify(&tls->ssl) == 0)
            ship(tls);
        weft__tls_store_of(tls)->sealed_len = 0;
    }
    weft__tls_free(tls);
}

/* ---- sending -------------------------------------------------------------------------------------------------- */

bool weft__tls_is_flushed(const weft__tls *tls)
{
    return tls->out == NULL;
}

static void out_free(weft__tls *tls)
{
    weft__free(&weft__tls_store_of(tls)->loop->heap, tls->out);
    tls->out = NULL;
    tls->out_at = tls->out_len = 0;
}

bool weft__tls_flush(weft__tls *tls)
{
    while (tls->out_at < tls->out_len) {
        struct iovec part = {tls->out + tls->out_at, tls->out_len - tls->out_at};
        ssize_t sent = weft__socket_send(tls->socket, &part, 1);

        if (sent == -EAGAIN)
            return false;
        /* Reading finds out why, after whatever the server had to say. */
        if (sent < 0)
            break;
        weft__tls_store_of(tls)->loop->stats.bytes_sent += (uint64_t)sent;
        tls->out_at += (uint32_t)sent;
    }
    out_free(tls);
    return true;
}

/* The next record's bytes: straight from the parts where one of them fills it, else gathered. */
static const unsigned char *gather(weft__tls_store *store, const struct iovec *parts, int count, size_t skip,
                                   size_t *ret_len)
{
    size_t len = 0;

    while (count > 0 && skip >= parts->iov_len) {
        skip -= parts->iov_len;
        parts++;
        count--;
    }
    if (count > 0 && (count == 1 || parts->iov_len - skip >= WEFT__TLS_PLAIN_BYTES)) {
        *ret_len = parts->iov_len - skip;
        return (const unsigned char *)parts->iov_base + skip;
    }
    for (; count > 0 && len < WEFT__TLS_PLAIN_BYTES; parts++, count--, skip = 0) {
        size_t piece = parts->iov_len - skip;

        if (piece > WEFT__TLS_PLAIN_BYTES - len)
            piece = WEFT__TLS_PLAIN_BYTES - len;
        memcpy(store->plain + len, (const unsigned char *)parts->iov_base + skip, piece);
        len += piece;
    }
    *ret_len = len;
    return store->plain;
}

void weft__tls_stop(weft__tls *tls, weft__tls_end end, int problem)
{
    WEFT__ASSERT(end != WEFT__TLS_GOING);
    WEFT__ASSERT(tls->end == WEFT__TLS_GOING || (tls->end == WEFT__TLS_ENDED && end == WEFT__TLS_BROKEN));
    tls->end = (uint8_t)end;
    tls->problem = problem;
}

static int break_off(weft__tls *tls, int result)
{
    weft__tls_stop(tls, WEFT__TLS_BROKEN, result);
    return -EPROTO;
}

ssize_t weft__tls_send(weft__tls *tls, const struct iovec *parts, int count)
{
    weft__tls_store *store = weft__tls_store_of(tls);
    size_t taken = 0, len;
    int status;

    WEFT__ASSERT(!tls->handshake && count > 0 && store->sealed_len == 0);
    if (tls->end > WEFT__TLS_ENDED)
        return tls->end == WEFT__TLS_BROKEN ? -EPROTO : -ECONNRESET;
    if (tls->out && !weft__tls_flush(tls))
        return -EAGAIN;
    while (WEFT__TLS_SEALED_BYTES - store->sealed_len > WEFT__TLS_PLAIN_BYTES + 512) {
        const unsigned char *bytes = gather(store, parts, count, taken, &len);
        int wrote;

        if (len == 0)
            break;
        wrote = mbedtls_ssl_write(&tls->ssl, bytes, len);
        /* Heads hold credentials, and whoever is next may send less. */
        if (bytes == store->plain)
            weft__wipe(store->plain, len);
        if (weft__mbed_is_ticket(wrote)) {
            weft__tls_session_keep(tls);
            continue;
        }
        if (wrote < 0) {
            store->sealed_len = 0;
            return break_off(tls, wrote);
        }
        taken += (size_t)wrote;
    }
    status = ship(tls);
    if (status == -ENOMEM)
        return break_off(tls, MBEDTLS_ERR_SSL_ALLOC_FAILED);
    return status < 0 ? status : (ssize_t)taken;
}

/* ---- receiving ------------------------------------------------------------------------------------------------ */

bool weft__tls_is_at_rest(const weft__tls *tls)
{
    return is_between_records(tls) && !weft__tls_has_more(tls);
}

bool weft__tls_has_more(const weft__tls *tls)
{
    return tls->end != WEFT__TLS_GOING || tls->in_at < tls->in_len || mbedtls_ssl_get_bytes_avail(&tls->ssl) > 0;
}

void weft__tls_tell_more(weft__tls *tls)
{
    if (weft__tls_has_more(tls))
        weft__loop_defer(weft__tls_store_of(tls)->loop, &tls->again);
}

static void note_end(weft__tls *tls, int result)
{
    switch (result) {
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        weft__tls_stop(tls, WEFT__TLS_ENDED, 0);
        break;
    case 0:
    case MBEDTLS_ERR_SSL_CONN_EOF:
        weft__tls_stop(tls, WEFT__TLS_CUT, 0);
        break;
    case MBEDTLS_ERR_NET_RECV_FAILED:
        weft__tls_stop(tls, WEFT__TLS_RESET, tls->problem); /* as give found it */
        break;
    default:
        break_off(tls, result);
    }
}

/* What was received for this stream and not used must not be in the way of the others. */
static void stash(weft__tls *tls)
{
    weft__tls_store *store = weft__tls_store_of(tls);
    weft__heap *heap = &store->loop->heap;
    size_t left = store->received_len - store->received_at;

    if (tls->in && tls->in_at == tls->in_len) {
        weft__free(heap, tls->in);
        tls->in = NULL;
        tls->in_at = tls->in_len = 0;
    }
    if (left > 0 && tls->end == WEFT__TLS_GOING) {
        WEFT__ASSERT(!tls->in); /* what was there is taken before more is received */
        tls->in = weft__alloc(heap, left);
        if (tls->in) {
            memcpy(tls->in, store->received + store->received_at, left);
            tls->in_len = (uint32_t)left;
        } else {
            break_off(tls, MBEDTLS_ERR_SSL_ALLOC_FAILED);
        }
    }
    store->received_at = store->received_len = 0;
}

/* Whether all that has arrived is read, so that mbedTLS need not be asked to find that out. */
static bool is_read(const weft__tls *tls)
{
    const weft__tls_store *store = weft__tls_store_of(tls);

    return tls->drained && tls->in_at == tls->in_len && store->received_at == store->received_len &&
           mbedtls_ssl_get_bytes_avail(&tls->ssl) == 0;
}

ssize_t weft__tls_receive(weft__tls *tls, void *bytes, size_t len)
{
    weft__tls_store *store = weft__tls_store_of(tls);
    size_t got = 0;

    WEFT__ASSERT(!tls->handshake && len > 0 && store->received_len == 0 && store->sealed_len == 0);
    tls->drained = false;
    store->records_left = RECORDS_PER_RECEIVE;
    while (got < len && tls->end == WEFT__TLS_GOING) {
        int result = mbedtls_ssl_read(&tls->ssl, (unsigned char *)bytes + got, len - got);

        if (result > 0) {
            got += (size_t)result;
            tls->heard = true;
            if (is_read(tls))
                break;
        } else if (weft__mbed_is_ticket(result) && store->records_left > 0) {
            store->records_left--; /* one record may hold many */
            weft__tls_session_keep(tls);
        } else if (weft__mbed_is_ticket(result) || result == MBEDTLS_ERR_SSL_WANT_READ ||
                   result == MBEDTLS_ERR_SSL_WANT_WRITE) {
            break;
        } else {
            note_end(tls, result);
        }
    }
    stash(tls);
    /* Reading may answer, with an alert or a new key. */
    if (ship(tls) < 0)
        store->sealed_len = 0;
    if (got > 0)
        return (ssize_t)got;
    switch ((weft__tls_end)tls->end) {
    case WEFT__TLS_GOING:
        return -EAGAIN;
    case WEFT__TLS_ENDED:
        return 0;
    case WEFT__TLS_BROKEN:
        return -EPROTO;
    default:
        return -ECONNRESET;
    }
}

/* ---- telling -------------------------------------------------------------------------------------------------- */

const char *weft__tls_version(const weft__tls *tls)
{
    const char *version = mbedtls_ssl_get_version(&tls->ssl);

    return strcmp(version, "TLSv1.3") == 0 ? "TLS 1.3" : "TLS 1.2";
}

bool weft__tls_is_resumed(const weft__tls *tls)
{
    return tls->resumed;
}

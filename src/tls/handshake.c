/* Handshakes: light steps in turns of the loop, heavy ones on libuv's pool, and never more than one of these.
 *
 * One at a time is what makes the pool safe: mbedTLS caches tables inside the trusted certificates and the client's key
 * when it computes with them, without a lock. It also leaves the host the rest of its pool.
 *
 * While a handshake runs, mbedTLS reads and writes buffers of the handshake's own, so that it does not matter where it
 * runs; it is handed whole records alone, so that a server that dribbles costs no trips to the pool.
 */
#include "tls/parts.h"

#include <errno.h>
#include <string.h>

#include "base/assert.h"

enum {
    TURN_NS = 200 * 1000, /* of each turn of the loop, for handshakes */
    FIRST_IN_BYTES = 6144,
    FIRST_RECORD_TYPE = 20,
    ALERT_RECORD = 21,
    HANDSHAKE_RECORD = 22,
    LAST_RECORD_TYPE = 23,
    ALERT_BYTES = 2,
};

typedef enum progress {
    GOES_ON,
    WAITS, /* for the socket, the pool or another handshake */
    OVER,  /* it was reported: the connection may be gone */
} progress;

static void start_heavy(weft__tls_store *store);

/* ---- mbedTLS's view of the network ---------------------------------------------------------------------------- */

static size_t in_left(const weft__tls_handshake *handshake)
{
    WEFT__ASSERT(handshake->in_at <= handshake->in_len && handshake->in_len <= handshake->in_cap);
    return handshake->in_len - handshake->in_at;
}

static bool is_record_type(unsigned char type)
{
    return type >= FIRST_RECORD_TYPE && type <= LAST_RECORD_TYPE;
}

/* Bytes of the record at the front, its header included; 0 while even that is not there. What is no record at all is
 * handed over as it is, for mbedTLS to refuse. */
static size_t record_size(const weft__tls_handshake *handshake)
{
    const unsigned char *header;
    size_t size;

    if (in_left(handshake) < WEFT__TLS_RECORD_HEADER)
        return 0;
    header = handshake->in + handshake->in_at; /* there is no buffer before the first byte */
    size = (size_t)header[3] << 8 | header[4];
    if (!is_record_type(header[0]) || size > WEFT__TLS_RECORD_MAX)
        return in_left(handshake);
    return WEFT__TLS_RECORD_HEADER + size;
}

static bool has_record(const weft__tls_handshake *handshake)
{
    size_t size = record_size(handshake);

    return handshake->record_left > 0 || (size > 0 && size <= in_left(handshake));
}

/* What mbedTLS has no words for: a message that goes on in the next record, and a list of no certificates. */
static void look_at_messages(weft__tls_handshake *handshake, const unsigned char *record, size_t size)
{
    enum { MESSAGE_HEADER = 4, CERTIFICATE = 11, EMPTY_LIST = 3 };
    size_t at = WEFT__TLS_RECORD_HEADER;

    while (at + MESSAGE_HEADER <= size) {
        size_t len = (size_t)record[at + 1] << 16 | (size_t)record[at + 2] << 8 | record[at + 3];

        handshake->is_bare = handshake->is_bare || (record[at] == CERTIFICATE && len <= EMPTY_LIST);
        at += MESSAGE_HEADER + len;
    }
    handshake->is_split = at != size;
}

/* mbedTLS does not tell why a server refuses, nor that it is none; both can be seen before any encryption. */
static void look_at_record(weft__tls_handshake *handshake)
{
    const unsigned char *record = handshake->in + handshake->in_at;

    if (record[0] == ALERT_RECORD && handshake->record_left == WEFT__TLS_RECORD_HEADER + ALERT_BYTES) {
        handshake->alerted = true;
        handshake->alert = record[6];
    }
    handshake->plain_http = handshake->record_left >= 5 && memcmp(record, "HTTP/", 5) == 0;
    handshake->no_record = !is_record_type(record[0]);
    handshake->is_split = false;
    if (record[0] == HANDSHAKE_RECORD)
        look_at_messages(handshake, record, handshake->record_left);
}

static int give(void *context, unsigned char *bytes, size_t len)
{
    weft__tls_handshake *handshake = context;

    if (handshake->record_left == 0) {
        if (!has_record(handshake))
            return handshake->ended ? 0 : MBEDTLS_ERR_SSL_WANT_READ;
        handshake->record_left = record_size(handshake);
        look_at_record(handshake);
    }
    if (len > handshake->record_left)
        len = handshake->record_left;
    WEFT__ASSERT(len <= in_left(handshake)); /* records are begun when they are whole */
    memcpy(bytes, handshake->in + handshake->in_at, len);
    handshake->in_at += len;
    handshake->record_left -= len;
    return (int)len;
}

static int take(void *context, const unsigned char *bytes, size_t len)
{
    weft__tls_handshake *handshake = context;
    size_t room = sizeof(handshake->out) - handshake->out_len;

    WEFT__ASSERT(handshake->out_at == 0 && handshake->out_len <= sizeof(handshake->out));
    if (room == 0)
        return MBEDTLS_ERR_SSL_WANT_WRITE;
    if (len > room)
        len = room;
    memcpy(handshake->out + handshake->out_len, bytes, len);
    handshake->out_len += len;
    return (int)len;
}

/* ---- the network itself --------------------------------------------------------------------------------------- */

/* Room for the record at the front, or for what usually comes at once. */
static bool make_room(weft__tls_handshake *handshake)
{
    weft__heap *heap = &weft__tls_store_of(handshake->tls)->loop->heap;
    size_t want = record_size(handshake);
    unsigned char *grown;

    if (handshake->in_at > 0) {
        memmove(handshake->in, handshake->in + handshake->in_at, in_left(handshake));
        handshake->in_len -= handshake->in_at;
        handshake->in_at = 0;
    }
    if (want < FIRST_IN_BYTES)
        want = FIRST_IN_BYTES;
    if (handshake->in_len < handshake->in_cap && want <= handshake->in_cap)
        return true;
    if (want <= handshake->in_cap)
        want = handshake->in_cap + FIRST_IN_BYTES;
    grown = weft__resize(heap, handshake->in, want);
    if (!grown)
        return false;
    handshake->in = grown;
    handshake->in_cap = want;
    return true;
}

/* Receives until a record is whole. 0, -EAGAIN while it is not, or another negative errno. */
static int fill(weft__tls_handshake *handshake)
{
    weft__tls *tls = handshake->tls;

    while (!has_record(handshake)) {
        ssize_t got;

        if (!make_room(handshake))
            return -ENOMEM;
        got =
            weft__socket_receive(tls->socket, handshake->in + handshake->in_len, handshake->in_cap - handshake->in_len);
        if (got < 0)
            return (int)got;
        if (got == 0) {
            handshake->ended = true;
            return 0;
        }
        weft__tls_store_of(tls)->loop->stats.bytes_received += (uint64_t)got;
        handshake->in_len += (size_t)got;
    }
    return 0;
}

/* False while some is left. A server that refuses may have closed already: what it said is read nonetheless. */
static bool flush(weft__tls_handshake *handshake)
{
    weft__tls *tls = handshake->tls;

    while (handshake->out_at < handshake->out_len) {
        struct iovec part = {handshake->out + handshake->out_at, handshake->out_len - handshake->out_at};
        ssize_t sent = weft__socket_send(tls->socket, &part, 1);

        if (sent == -EAGAIN)
            return false;
        if (sent < 0)
            break;
        weft__tls_store_of(tls)->loop->stats.bytes_sent += (uint64_t)sent;
        handshake->out_at += (size_t)sent;
    }
    handshake->out_at = handshake->out_len = 0;
    return true;
}

/* ---- endings -------------------------------------------------------------------------------------------------- */

static progress report(weft__tls *tls, const weft__failure *failure)
{
    WEFT__ASSERT((failure == NULL) == (tls->end == WEFT__TLS_GOING) && (failure || !tls->handshake));
    weft__socket_watch(tls->socket, 0);
    tls->events->opened(tls, failure, tls->owner);
    return OVER;
}

static progress fail(weft__tls *tls, int result)
{
    weft__failure failure;

    weft__tls_explain_handshake(tls, result, &failure);
    /* A session that leads nowhere must not be offered again. */
    if (tls->handshake->offered)
        weft__tls_session_drop(tls);
    flush(tls->handshake);
    weft__tls_stop(tls, WEFT__TLS_BROKEN, result);
    weft__tls_session_lead_over(tls, false);
    return report(tls, &failure);
}

static progress fail_socket(weft__tls *tls, int status)
{
    weft__failure failure;

    weft__tls_explain_loss(tls, status, &failure);
    weft__tls_stop(tls, WEFT__TLS_RESET, status);
    weft__tls_session_lead_over(tls, false);
    return report(tls, &failure);
}

/* mbedTLS is content; is weft? A certificate was looked at and has no fault, or a session is resumed that began so. */
static bool is_acceptable(const weft__tls *tls)
{
    const weft__tls_verdict *verdict = &tls->handshake->verdict;

    if (!verdict->seen)
        return tls->handshake->offered;
    if (!verdict->pinned)
        return false;
    return !tls->peer->config->verifies || (verdict->flags == 0 && mbedtls_ssl_get_verify_result(&tls->ssl) == 0);
}

static progress succeed(weft__tls *tls)
{
    weft__tls_handshake *handshake = tls->handshake;
    weft_engine_stats *stats = &weft__tls_store_of(tls)->loop->stats;

    if (!is_acceptable(tls))
        return fail(tls, MBEDTLS_ERR_X509_CERT_VERIFY_FAILED);
    tls->resumed = !handshake->verdict.seen;
    *(tls->resumed ? &stats->tls_handshakes_resumed : &stats->tls_handshakes_full) += 1;
    weft__tls_session_keep(tls);
    weft__tls_session_lead_over(tls, true);
    weft__tls_enter_open(tls, handshake->in, handshake->in_at, handshake->in_len);
    handshake->in = NULL;
    tls->handshake = NULL;
    weft__tls_handshake_end(handshake);
    return report(tls, NULL);
}

/* ---- steps ---------------------------------------------------------------------------------------------------- */

static bool set_up(weft__tls *tls)
{
    weft__tls_handshake *handshake = tls->handshake;
    const weft__tls_peer *peer = tls->peer;

    /* An address is not a name that could be asked for; it is checked by the verdict. mbedTLS wants to be told that
     * there is no name on purpose. */
    if (mbedtls_ssl_setup(&tls->ssl, &peer->config->ssl) != 0 ||
        mbedtls_ssl_set_hostname(&tls->ssl, peer->address_len > 0 ? NULL : peer->name) != 0)
        return false;
    mbedtls_ssl_set_bio(&tls->ssl, handshake, take, give, NULL);
    mbedtls_ssl_set_verify(&tls->ssl, weft__tls_verify, &handshake->verdict);
    handshake->offered = weft__tls_session_offer(tls);
    handshake->set_up = true;
    return true;
}

static progress wait_for_socket(weft__tls *tls)
{
    const weft__tls_handshake *handshake = tls->handshake;
    bool blocked = handshake->out_at < handshake->out_len;
    int status = weft__socket_watch(tls->socket, blocked ? WEFT__READABLE | WEFT__WRITABLE : WEFT__READABLE);

    return status == 0 ? WAITS : fail_socket(tls, status);
}

static progress receive_more(weft__tls *tls)
{
    int status = fill(tls->handshake);

    tls->handshake->starved = status == -EAGAIN;
    if (status == 0)
        return GOES_ON;
    return status == -EAGAIN ? wait_for_socket(tls) : fail_socket(tls, status);
}

static progress after_step(weft__tls *tls, int result)
{
    if (result == 0 || result == MBEDTLS_ERR_SSL_WANT_WRITE || weft__mbed_is_ticket(result))
        return GOES_ON;
    return result == MBEDTLS_ERR_SSL_WANT_READ ? receive_more(tls) : fail(tls, result);
}

static progress step(weft__tls *tls)
{
    weft__tls_handshake *handshake = tls->handshake;

    if (!flush(handshake))
        return wait_for_socket(tls);
    if (handshake->starved)
        return receive_more(tls);
    if (weft__mbed_is_over(&tls->ssl))
        return succeed(tls);
    if (!weft__mbed_is_heavy(&tls->ssl))
        return after_step(tls, mbedtls_ssl_handshake_step(&tls->ssl));
    WEFT__ASSERT(!weft__link_is_linked(&handshake->link));
    weft__list_push_back(&weft__tls_store_of(tls)->heavy, &handshake->link);
    start_heavy(weft__tls_store_of(tls));
    return WAITS;
}

/* Goes as far as it can without waiting and until that time is over: a server may send alerts, or records of a byte, as
 * fast as they are read. The connection may be gone afterwards. */
static void advance(weft__tls *tls, uint64_t until_ns)
{
    progress made = GOES_ON;

    WEFT__ASSERT(tls->handshake && !tls->handshake->on_pool && !weft__link_is_linked(&tls->handshake->link));
    if (!tls->handshake->set_up) {
        if (weft__tls_session_await(tls))
            return;
        if (!set_up(tls))
            made = fail(tls, MBEDTLS_ERR_SSL_ALLOC_FAILED);
    }
    while (made == GOES_ON) {
        made = step(tls);
        if (made == GOES_ON && weft__now_ns() >= until_ns) {
            weft__tls_handshake_wake(tls->handshake);
            return;
        }
    }
}

/* ---- on the pool ---------------------------------------------------------------------------------------------- */

static void run(weft__work *work)
{
    weft__tls_handshake *handshake = WEFT__CONTAINER_OF(work, weft__tls_handshake, work);
    mbedtls_ssl_context *ssl = &handshake->tls->ssl;

    do
        handshake->result = mbedtls_ssl_handshake_step(ssl);
    while (handshake->result == 0 && !weft__mbed_is_over(ssl));
}

static void done(weft__work *work)
{
    weft__tls_handshake *handshake = WEFT__CONTAINER_OF(work, weft__tls_handshake, work);
    weft__tls *tls = handshake->tls;

    WEFT__ASSERT(handshake->on_pool && weft__tls_store_of(tls)->working);
    handshake->on_pool = false;
    weft__tls_store_of(tls)->working = false;
    start_heavy(weft__tls_store_of(tls));
    if (handshake->abandoned)
        weft__tls_free(tls);
    else if (after_step(tls, handshake->result) == GOES_ON)
        advance(tls, weft__now_ns() + TURN_NS);
}

static void start_heavy(weft__tls_store *store)
{
    weft__link *link = store->working ? NULL : weft__list_pop_front(&store->heavy);
    weft__tls_handshake *handshake;
    int status;

    if (!link)
        return;
    handshake = WEFT__CONTAINER_OF(link, weft__tls_handshake, link);
    handshake->work.run = run;
    handshake->work.done = done;
    status = weft__work_start(store->loop, &handshake->work);
    handshake->on_pool = store->working = status == 0;
    if (status != 0)
        fail_socket(handshake->tls, status);
}

/* ---- turns ---------------------------------------------------------------------------------------------------- */

/* Many connections may want to go on at once: no turn of the loop is given to them for long. */
static void on_turn(weft__task *task)
{
    weft__tls_store *store = WEFT__CONTAINER_OF(task, weft__tls_store, turn);
    uint64_t until = weft__now_ns() + TURN_NS;
    weft__link *link;

    do {
        link = weft__list_pop_front(&store->waiting);
        if (link)
            advance(WEFT__CONTAINER_OF(link, weft__tls_handshake, link)->tls, until);
    } while (link && weft__now_ns() < until);
    if (!weft__list_is_empty(&store->waiting))
        weft__loop_defer(store->loop, &store->turn);
}

void weft__tls_handshake_wake(weft__tls_handshake *handshake)
{
    weft__tls_store *store = weft__tls_store_of(handshake->tls);

    if (handshake->on_pool || weft__link_is_linked(&handshake->link))
        return;
    weft__list_push_back(&store->waiting, &handshake->link);
    store->turn.run = on_turn;
    weft__loop_defer(store->loop, &store->turn);
}

weft__tls_handshake *weft__tls_handshake_new(weft__tls *tls)
{
    weft__tls_handshake *handshake = weft__zalloc(&weft__tls_store_of(tls)->loop->heap, sizeof(*handshake));

    if (!handshake)
        return NULL;
    handshake->tls = tls;
    handshake->wake = weft__tls_handshake_wake;
    handshake->verdict.peer = tls->peer;
    return handshake;
}

bool weft__tls_handshake_end(weft__tls_handshake *handshake)
{
    weft__heap *heap = &weft__tls_store_of(handshake->tls)->loop->heap;

    if (handshake->on_pool) {
        handshake->abandoned = true;
        uv_cancel((uv_req_t *)&handshake->work.request);
        return false;
    }
    weft__list_remove(&handshake->link);
    weft__free(heap, handshake->in);
    weft__free(heap, handshake);
    return true;
}

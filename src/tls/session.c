/* Sessions, which spare peers full handshakes; and who waits for one. */
#include "tls/parts.h"

#include <string.h>
#include <time.h>

#include "base/assert.h"

enum {
    SESSION_MAX_AGE_S = 24 * 3600, /* RFC 5246, F.1.4 */
    PATIENCE_MS = 500,             /* a handshake that takes longer is not waited for */
};

struct weft__tls_session {
    weft__link link;                /* in store->sessions */
    const weft__tls_config *config; /* borrowed: it outlives its sessions; how the server was checked */
    char *key;                      /* owned: the peer's */
    mbedtls_ssl_session ssl;
    int64_t good_until; /* seconds since 1970 */
};

/* ---- waiting -------------------------------------------------------------------------------------------------- */

static void release_followers(weft__tls_peer *peer, bool patient)
{
    weft__list followers;
    weft__link *link;

    weft__loop_cancel(peer->config->store->loop, &peer->patience);
    weft__list_init(&followers);
    weft__list_take(&followers, &peer->followers);
    while ((link = weft__list_pop_front(&followers)) != NULL) {
        weft__tls_handshake *handshake = WEFT__CONTAINER_OF(link, weft__tls_handshake, link);

        handshake->patient = handshake->patient || patient;
        handshake->wake(handshake);
    }
}

static void on_patience(weft__timer *timer)
{
    weft__tls_peer *peer = WEFT__CONTAINER_OF(timer, weft__tls_peer, patience);

    /* Open for long, and no ticket came. */
    if (peer->leader && !peer->leader->handshake)
        peer->never_resumes = true;
    release_followers(peer, true);
}

/* ---- sessions ------------------------------------------------------------------------------------------------- */

static void session_free(weft__tls_store *store, weft__tls_session *session)
{
    if (weft__link_is_linked(&session->link)) {
        WEFT__ASSERT(store->session_count > 0);
        weft__list_remove(&session->link);
        store->session_count--;
    }
    mbedtls_ssl_session_free(&session->ssl);
    weft__free(&store->loop->heap, session->key);
    weft__free(&store->loop->heap, session);
}

void weft__tls_sessions_forget(weft__tls_store *store, const weft__tls_config *config)
{
    WEFT__LIST_EACH(link, &store->sessions) {
        weft__tls_session *session = WEFT__CONTAINER_OF(link, weft__tls_session, link);

        if (session->config == config)
            session_free(store, session);
    }
}

static weft__tls_session *find(const weft__tls_peer *peer)
{
    weft__tls_store *store = peer->config->store;

    WEFT__LIST_EACH(link, &store->sessions) {
        weft__tls_session *session = WEFT__CONTAINER_OF(link, weft__tls_session, link);

        if (session->config != peer->config || strcmp(session->key, peer->key) != 0)
            continue;
        if (session->good_until > (int64_t)time(NULL))
            return session;
        session_free(store, session);
        return NULL;
    }
    return NULL;
}

bool weft__tls_session_offer(weft__tls *tls)
{
    weft__tls_session *session = tls->peer->config->resumes ? find(tls->peer) : NULL;

    if (!session || mbedtls_ssl_set_session(&tls->ssl, &session->ssl) != 0)
        return false;
    weft__list_push_front(&weft__tls_store_of(tls)->sessions, &session->link);
    return true;
}

void weft__tls_session_drop(weft__tls *tls)
{
    weft__tls_session *session = find(tls->peer);

    if (session)
        session_free(weft__tls_store_of(tls), session);
}

static weft__tls_session *session_new(weft__tls *tls)
{
    weft__heap *heap = &weft__tls_store_of(tls)->loop->heap;
    weft__tls_session *session = weft__zalloc(heap, sizeof(*session));

    if (!session)
        return NULL;
    mbedtls_ssl_session_init(&session->ssl);
    session->config = tls->peer->config;
    session->key = weft__strdup(heap, tls->peer->key);
    if (session->key && mbedtls_ssl_get_session(&tls->ssl, &session->ssl) == 0 &&
        weft__mbed_can_resume(&tls->ssl, &session->ssl, !tls->handshake)) {
        weft__mbed_lighten_session(&session->ssl);
        return session;
    }
    session_free(weft__tls_store_of(tls), session);
    return NULL;
}

void weft__tls_session_keep(weft__tls *tls)
{
    weft__tls_store *store = weft__tls_store_of(tls);
    weft__tls_session *old = find(tls->peer), *session;
    int64_t good_until = (int64_t)time(NULL) + SESSION_MAX_AGE_S;

    if (!tls->peer->config->resumes)
        return;
    /* No session outlives the certificate that it stands for, however often it is renewed. */
    if (old && tls->resumed)
        good_until = old->good_until;
    else if (tls->handshake && tls->peer->config->verifies && tls->handshake->verdict.good_until < good_until)
        good_until = tls->handshake->verdict.good_until;
    session = session_new(tls);
    if (!session)
        return;
    if (old)
        session_free(store, old);
    session->good_until = good_until;
    weft__list_push_front(&store->sessions, &session->link);
    tls->peer->never_resumes = false;
    if (++store->session_count > WEFT__SESSIONS_KEPT)
        session_free(store, WEFT__CONTAINER_OF(weft__list_last(&store->sessions), weft__tls_session, link));
    WEFT__ASSERT(store->session_count <= WEFT__SESSIONS_KEPT);
    weft__tls_session_lead_over(tls, true);
}

/* ---- one goes first ------------------------------------------------------------------------------------------- */

bool weft__tls_session_await(weft__tls *tls)
{
    weft__tls_peer *peer = tls->peer;
    weft__loop *loop = weft__tls_store_of(tls)->loop;

    WEFT__ASSERT(tls->handshake && !weft__link_is_linked(&tls->handshake->link));
    if (!peer->config->resumes || peer->never_resumes || tls->handshake->patient || find(peer))
        return false;
    if (!peer->leader) {
        peer->leader = tls;
        return false;
    }
    weft__list_push_back(&peer->followers, &tls->handshake->link);
    peer->patience.callback = on_patience;
    if (!weft__timer_is_set(&peer->patience))
        weft__loop_schedule(loop, &peer->patience, weft__now_ms() + PATIENCE_MS);
    return true;
}

void weft__tls_session_lead_over(weft__tls *tls, bool succeeded)
{
    weft__tls_peer *peer = tls->peer;

    if (peer->leader != tls)
        return;
    if (succeeded && !find(peer)) {
        if (weft__mbed_sends_tickets_later(&tls->ssl))
            return;
        peer->never_resumes = true;
    }
    peer->leader = NULL;
    /* After a failure the next one leads. */
    release_followers(peer, false);
}

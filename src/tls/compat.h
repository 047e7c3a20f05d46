/* tls/compat.h - the one place that knows how mbedTLS 2.28 and 3.6 differ.
 *
 * Only src/tls include it, and mbedTLS with it. Private members of mbedTLS are read on 2.28 alone, where
 * they are public; 3.6 answers the same questions by functions, or the question is not asked there.
 */
#ifndef WEFT_TLS_COMPAT_H
#define WEFT_TLS_COMPAT_H

#include <mbedtls/version.h> /* first: it brings the configuration, whatever that is called */

#include <mbedtls/asn1.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform.h>
#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_ciphersuites.h>
#include <mbedtls/x509_crt.h>

#include <stdbool.h>
#include <string.h>

#if defined(MBEDTLS_VERSION_NUMBER) && MBEDTLS_VERSION_NUMBER < 0x021C0000
#error "mbedTLS 2.28 or later is needed"
#endif
#if MBEDTLS_VERSION_NUMBER >= 0x04000000
#error "mbedTLS 4 is not supported yet: it draws its random numbers and reads its keys in another way"
#endif

#define WEFT__MBED_3 (MBEDTLS_VERSION_NUMBER >= 0x03000000)

#if WEFT__MBED_3 && defined(MBEDTLS_SSL_PROTO_TLS1_3)
#define WEFT__MBED_TLS13 1
#else
#define WEFT__MBED_TLS13 0
#endif

#if WEFT__MBED_TLS13 || defined(MBEDTLS_USE_PSA_CRYPTO)
#include <psa/crypto.h>
#define WEFT__MBED_PSA 1
#else
#define WEFT__MBED_PSA 0
#endif

/* From 3.0 on the library keeps keys in a table of the process, which is only safe to use from two threads, as
 * handshakes on the pool do, when it was built for that. 2.28 keeps all in the contexts that it is handed. */
#if WEFT__MBED_3 && !defined(MBEDTLS_THREADING_C)
#define WEFT__MBED_THREADS 0
#else
#define WEFT__MBED_THREADS 1
#endif

/* The handshake's messages that are told apart by value, under one name. */
#if !WEFT__MBED_3
#define MBEDTLS_ERR_SSL_BAD_CERTIFICATE MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE
#define MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
#endif

/* What has to be done before anything else. 3.6 keeps a random generator and keys of its own in the process. */
static inline bool weft__mbed_start(void)
{
#if WEFT__MBED_PSA
    return psa_crypto_init() == PSA_SUCCESS;
#else
    return true;
#endif
}

/* TLS 1.2 at the least, for 2.28 would still speak 1.0; 1.3 at the least when that is wanted. */
static inline void weft__mbed_set_versions(mbedtls_ssl_config *config, bool only_13)
{
#if WEFT__MBED_3
    mbedtls_ssl_conf_min_tls_version(config, only_13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2);
#else
    (void)only_13;
    mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
}

/* The cheap curves first: left alone, mbedTLS offers P-521 before all others, at several times the cost. */
static inline void weft__mbed_set_curves(mbedtls_ssl_config *config)
{
#if WEFT__MBED_3
    static const uint16_t groups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1, 0};

    mbedtls_ssl_conf_groups(config, groups);
#else
    static const mbedtls_ecp_group_id curves[] = {MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_SECP256R1,
                                                  MBEDTLS_ECP_DP_SECP384R1, MBEDTLS_ECP_DP_SECP521R1,
                                                  MBEDTLS_ECP_DP_NONE};

    mbedtls_ssl_conf_curves(config, curves);
#endif
}

/* Authenticated encryption with forward secrecy first; what old servers still need last. */
static inline void weft__mbed_set_suites(mbedtls_ssl_config *config)
{
    static const int suites[] = {
#if WEFT__MBED_TLS13
        MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
        MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
        MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
#endif
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
        0,
    };

    mbedtls_ssl_conf_ciphersuites(config, suites);
}

/* 3.6.6, which Debian 13 has, offers RSA-PSS before PKCS #1 and then refuses it of a server that speaks 1.2 alone
 * (Mbed-TLS/mbedtls#10668): there it is offered last, and most servers heed that. Other versions know best. */
static inline void weft__mbed_set_signatures(mbedtls_ssl_config *config)
{
#if WEFT__MBED_TLS13 && MBEDTLS_VERSION_NUMBER == 0x03060600
    static const uint16_t algorithms[] = {
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512, MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,       MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,    MBEDTLS_TLS1_3_SIG_NONE,
    };

    mbedtls_ssl_conf_sig_algs(config, algorithms);
#else
    (void)config;
#endif
}

/* Tickets are asked for, and 1.3's, which come after the handshake, are told of by read. */
static inline void weft__mbed_set_tickets(mbedtls_ssl_config *config, bool wanted)
{
    mbedtls_ssl_conf_session_tickets(config, wanted ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED
                                                    : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
#if WEFT__MBED_TLS13 && MBEDTLS_VERSION_NUMBER >= 0x03060100
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        config, wanted ? MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED
                       : MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_DISABLED);
#endif
}

typedef int weft__mbed_random(void *context, unsigned char *bytes, size_t len);

static inline int weft__mbed_parse_key(mbedtls_pk_context *key, const char *pem, size_t size, const char *password,
                                       weft__mbed_random *random)
{
    const unsigned char *word = (const unsigned char *)password;
    size_t len = password ? strlen(password) : 0;

#if WEFT__MBED_3
    return mbedtls_pk_parse_key(key, (const unsigned char *)pem, size, word, len, random, NULL);
#else
    (void)random;
    return mbedtls_pk_parse_key(key, (const unsigned char *)pem, size, word, len);
#endif
}

/* 0 when the private key belongs to the certificate. */
static inline int weft__mbed_check_pair(mbedtls_x509_crt *certificate, mbedtls_pk_context *key,
                                        weft__mbed_random *random)
{
#if WEFT__MBED_3
    return mbedtls_pk_check_pair(&certificate->pk, key, random, NULL);
#else
    (void)random;
    return mbedtls_pk_check_pair(&certificate->pk, key);
#endif
}

static inline int weft__mbed_sha256(const unsigned char *bytes, size_t len, unsigned char digest[32])
{
#if WEFT__MBED_3
    return mbedtls_sha256(bytes, len, digest, 0);
#else
    return mbedtls_sha256_ret(bytes, len, digest, 0);
#endif
}

static inline bool weft__mbed_is_over(mbedtls_ssl_context *ssl)
{
#if WEFT__MBED_3
    return mbedtls_ssl_is_handshake_over(ssl) != 0;
#else
    return ssl->state == MBEDTLS_SSL_HANDSHAKE_OVER;
#endif
}

/* Whether the next step does arithmetic that would hold up the loop. On 3.6 that is any: 1.3 computes from the first
 * message on. */
static inline bool weft__mbed_is_heavy(mbedtls_ssl_context *ssl)
{
#if !WEFT__MBED_THREADS
    (void)ssl;
    return false;
#elif WEFT__MBED_3
    return !weft__mbed_is_over(ssl);
#else
    return ssl->state >= MBEDTLS_SSL_SERVER_CERTIFICATE && ssl->state <= MBEDTLS_SSL_CERTIFICATE_VERIFY;
#endif
}

/* Whether the server has asked for a certificate; 3.6 does not tell. */
static inline bool weft__mbed_was_asked_for_certificate(const mbedtls_ssl_context *ssl)
{
#if WEFT__MBED_3
    (void)ssl;
    return false;
#else
    return ssl->client_auth != 0;
#endif
}

/* A session that is kept needs no copy of the server's certificates, which 2.28 would parse again at each use. */
static inline void weft__mbed_lighten_session(mbedtls_ssl_session *session)
{
#if !WEFT__MBED_3 && defined(MBEDTLS_SSL_KEEP_PEER_CERTIFICATE)
    if (session->peer_cert) {
        mbedtls_x509_crt_free(session->peer_cert);
        mbedtls_free(session->peer_cert);
        session->peer_cert = NULL;
    }
#else
    (void)session;
#endif
}

/* Whether the server can take up what was got from it. 1.3 gives what it takes up after the handshake, as a ticket. */
static inline bool weft__mbed_can_resume(const mbedtls_ssl_context *ssl, const mbedtls_ssl_session *session,
                                         bool by_ticket)
{
#if WEFT__MBED_3
    (void)session;
    return by_ticket || mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_2;
#else
    (void)ssl;
    (void)by_ticket;
    return session->id_len > 0 || session->ticket_len > 0;
#endif
}

/* Whether a session may yet come, by ticket, after a handshake that gave none. */
static inline bool weft__mbed_sends_tickets_later(const mbedtls_ssl_context *ssl)
{
#if WEFT__MBED_TLS13
    return mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3;
#else
    (void)ssl;
    return false;
#endif
}

static inline bool weft__mbed_has_alt_names(const mbedtls_x509_crt *certificate)
{
#if WEFT__MBED_3
    return mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0;
#else
    return (certificate->ext_types & MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0;
#endif
}

/* A ticket of 1.3 is not an error, whichever function reports it. */
static inline bool weft__mbed_is_ticket(int result)
{
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    return result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
#else
    (void)result;
    return false;
#endif
}

#endif

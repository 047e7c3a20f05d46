/* What went wrong with a handshake, or later, in words. */
#include "tls/parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *alert_text(unsigned char alert)
{
    switch (alert) {
    case 0:
        return "said goodbye in the middle of it";
    case 40:
        return "refused (handshake_failure): it has no version of TLS or no cipher in common with this client, or "
               "wants a certificate of it";
    case 10:
        return "did not expect what this client sent (unexpected_message)";
    case 20:
        return "could not authenticate what this client sent (bad_record_mac)";
    case 22:
        return "found a record of this client too long (record_overflow)";
    case 42:
    case 43:
    case 46:
        return "did not accept the client's certificate";
    case 44:
        return "says that the client's certificate was revoked";
    case 45:
        return "says that the client's certificate has expired";
    case 47:
        return "found something that this client sent out of place (illegal_parameter)";
    case 48:
        return "does not know who issued the client's certificate";
    case 49:
        return "denied access to the client's certificate";
    case 50:
        return "could not read what this client sent (decode_error)";
    case 51:
        return "could not verify the client's signature";
    case 70:
        return "speaks no version of TLS that this client accepts (1.2 or newer)";
    case 71:
        return "wants a stronger cipher";
    case 80:
        return "had an internal error";
    case 86:
        return "takes the connection for one that somebody has weakened (inappropriate_fallback)";
    case 90:
        return "gave up (user_canceled)";
    case 109:
        return "misses something that this client did not send (missing_extension)";
    case 110:
        return "does not know something that this client sent (unsupported_extension)";
    case 112:
        return "does not know the name that was asked for";
    case 116:
        return "wants a certificate of the client (tls.cert_file and tls.key_file)";
    case 120:
        return "does not speak HTTP/1.1 there";
    default:
        return NULL;
    }
}

/* The server has asked for a certificate that the client does not have. */
static bool lacks_certificate(const weft__tls *tls)
{
    return weft__mbed_was_asked_for_certificate(&tls->ssl) && tls->peer->config->certificate.version == 0;
}

static void explain_alert(const weft__tls *tls, weft__failure *failure)
{
    const weft__tls_handshake *handshake = tls->handshake;
    const char *text = handshake->alerted ? alert_text(handshake->alert) : "refused";

    failure->loss = WEFT_LOSS_TLS_ALERT;
    if (lacks_certificate(tls))
        text = "refused: it wants a certificate of the client (tls.cert_file and tls.key_file)";
    if (text)
        snprintf(failure->text, sizeof(failure->text), "TLS handshake: the server %s", text);
    else
        snprintf(failure->text, sizeof(failure->text), "TLS handshake: the server refused with alert %u",
                 handshake->alert);
}

/* In mbedTLS's own words where there are no better ones. */
static void explain_code(int result, const char *what, const char *words, weft__failure *failure)
{
    char reason[128] = "";

    mbedtls_strerror(result, reason, sizeof(reason));
    snprintf(failure->text, sizeof(failure->text), "%s: %s (-0x%04x)", what, words ? words : reason, (unsigned)-result);
}

/* What mbedTLS has a name for, and nobody else. */
static const char *words_for(const weft__tls_handshake *handshake, int result)
{
    static const char no_certificate[] = "this server shows no certificate, or none that can be read";

    switch (result) {
    case MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE:
        return handshake->is_split ? "this server splits its TLS handshake, which mbedTLS " MBEDTLS_VERSION_STRING
                                     " cannot read; 3.6.3 and later can"
                                   : "this server wants something that mbedTLS " MBEDTLS_VERSION_STRING " cannot do";
    case MBEDTLS_ERR_SSL_BAD_CERTIFICATE:
        return no_certificate;
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
        return handshake->no_record ? "what this server sent is no TLS; does it speak another protocol there?"
                                    : "this server sent a record that is against the rules";
    case MBEDTLS_ERR_SSL_INVALID_MAC:
        return "what this server sent was changed on the way, or it computes in another way (bad record MAC)";
    case MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE:
        return "this server sent a message out of turn";
    default: /* 3.6 has no word of its own for it */
        return handshake->is_bare ? no_certificate : NULL;
    }
}

static bool is_certificate_error(const weft__tls *tls, int result)
{
    if (result == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED)
        return true;
    /* Also for one that cannot be parsed, of which there is no verdict. */
    return result == MBEDTLS_ERR_SSL_BAD_CERTIFICATE && tls->handshake->verdict.seen;
}

void weft__tls_explain_loss(const weft__tls *tls, int status, weft__failure *ret_failure)
{
    char reason[96] = "the server closed the connection";

    *ret_failure = (weft__failure){
        .code = status == -ENOMEM ? WEFT_E_NO_MEMORY : WEFT_E_CONNECTION_LOST,
        .loss = status == 0         ? WEFT_LOSS_ENDED
                : status == -ENOMEM ? WEFT_LOSS_NONE
                                    : WEFT_LOSS_RESET,
        .system_error = status,
    };
    if (status != 0)
        uv_strerror_r(status, reason, sizeof(reason));
    /* Some servers hang up instead of saying so. */
    if (lacks_certificate(tls))
        ret_failure->code = WEFT_E_TLS;
    snprintf(ret_failure->text, sizeof(ret_failure->text), "connection lost during the TLS handshake: %s%s", reason,
             lacks_certificate(tls) ? "; it had asked for a certificate of the client, who has none "
                                      "(tls.cert_file and tls.key_file)"
                                    : "");
}

void weft__tls_explain_handshake(const weft__tls *tls, int result, weft__failure *ret_failure)
{
    const weft__tls_handshake *handshake = tls->handshake;

    *ret_failure = (weft__failure){.code = WEFT_E_TLS, .tls_error = result};
    if (is_certificate_error(tls, result)) {
        weft__tls_explain_certificate(&handshake->verdict, mbedtls_ssl_get_verify_result(&tls->ssl), ret_failure);
        ret_failure->tls_error = result;
        return;
    }
    if (handshake->plain_http) {
        snprintf(ret_failure->text, sizeof(ret_failure->text),
                 "TLS handshake: the server answered in plain HTTP; is its URL http:// rather than https://?");
        return;
    }
    switch (result) {
    case MBEDTLS_ERR_SSL_CONN_EOF:
        weft__tls_explain_loss(tls, 0, ret_failure);
        return;
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        explain_alert(tls, ret_failure);
        return;
    case MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION:
        snprintf(ret_failure->text, sizeof(ret_failure->text),
                 "TLS handshake: the server speaks no version of TLS that this client accepts (1.2 or newer)");
        return;
    case MBEDTLS_ERR_SSL_ALLOC_FAILED:
        ret_failure->code = WEFT_E_NO_MEMORY;
        snprintf(ret_failure->text, sizeof(ret_failure->text), "out of memory for the TLS handshake");
        return;
    default:
        explain_code(result, "TLS handshake", words_for(handshake, result), ret_failure);
    }
}

/* Of an open connection. */
static const char *words_for_break(int problem)
{
    switch (problem) {
    case MBEDTLS_ERR_SSL_INVALID_MAC:
        return "a record was changed on the way, or is none of the server's (bad record MAC)";
    case MBEDTLS_ERR_SSL_INVALID_RECORD:
        return "what came is no record of TLS";
    case MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE:
        return "the server sent a message out of turn";
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        return "the server broke it off with an alert";
    case MBEDTLS_ERR_SSL_INTERNAL_ERROR:
        return "mbedTLS broke it off with an internal error";
    case MBEDTLS_ERR_NET_SEND_FAILED:
        return "the server makes TLS answer more than it takes";
    default:
        return NULL;
    }
}

bool weft__tls_explain(const weft__tls *tls, weft__failure *ret_failure)
{
    char reason[96];

    *ret_failure = (weft__failure){.code = WEFT_E_TLS};
    switch ((weft__tls_end)tls->end) {
    case WEFT__TLS_GOING:
    case WEFT__TLS_ENDED:
        return false;
    case WEFT__TLS_CUT:
        ret_failure->code = WEFT_E_CONNECTION_LOST;
        ret_failure->loss = WEFT_LOSS_TLS_TRUNCATED;
        snprintf(ret_failure->text, sizeof(ret_failure->text),
                 "the encrypted connection was cut off: it ended without the server's goodbye (close_notify)");
        return true;
    case WEFT__TLS_RESET:
        ret_failure->code = WEFT_E_CONNECTION_LOST;
        ret_failure->loss = WEFT_LOSS_RESET;
        ret_failure->system_error = tls->problem;
        snprintf(ret_failure->text, sizeof(ret_failure->text), "the encrypted connection was lost: %s",
                 uv_strerror_r(tls->problem, reason, sizeof(reason)));
        return true;
    case WEFT__TLS_BROKEN:
        break;
    }
    ret_failure->tls_error = tls->problem;
    if (tls->problem == MBEDTLS_ERR_SSL_ALLOC_FAILED) {
        ret_failure->code = WEFT_E_NO_MEMORY;
        snprintf(ret_failure->text, sizeof(ret_failure->text), "out of memory for the encrypted connection");
    } else {
        /* In 1.3 the client is done before the server has looked at its certificate. */
        bool is_refusal = !tls->heard && !tls->resumed && weft__mbed_sends_tickets_later(&tls->ssl);

        ret_failure->loss =
            tls->problem == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE ? WEFT_LOSS_TLS_ALERT : WEFT_LOSS_TLS_BROKEN;
        explain_code(tls->problem,
                     is_refusal ? "encrypted connection, perhaps refused for want of a certificate of the client"
                                : "encrypted connection",
                     words_for_break(tls->problem), ret_failure);
    }
    return true;
}

/* Checks of the server's certificate beside mbedTLS's own, and what is said of one that does not pass. */
#include "base/time.h"
#include "tls/parts.h"

#include <arpa/inet.h>
#include <mbedtls/base64.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SAN_DNS = 2, SAN_ADDRESS = 7 };

/* ---- looking at certificates ---------------------------------------------------------------------------------- */

static int kind_of(const mbedtls_x509_sequence *entry)
{
    return entry->buf.p ? entry->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK : -1;
}

/* mbedTLS 2.28 compares names alone. An address is what an iPAddress entry says, and nothing else: a dNSName that
 * looks like one proves nothing. */
static bool names_address(const mbedtls_x509_crt *certificate, const weft__tls_peer *peer)
{
    for (const mbedtls_x509_sequence *entry = &certificate->subject_alt_names; entry; entry = entry->next)
        if (kind_of(entry) == SAN_ADDRESS && entry->buf.len == peer->address_len &&
            memcmp(entry->buf.p, peer->address, peer->address_len) == 0)
            return true;
    return false;
}

/* For people: what is not plain ASCII text becomes a question mark. */
static void append_text(char *text, size_t size, const unsigned char *bytes, size_t len)
{
    size_t at = strlen(text);

    for (size_t i = 0; i < len && at + 1 < size; i++)
        text[at++] = bytes[i] >= ' ' && bytes[i] < 0x7F ? (char)bytes[i] : '?';
    text[at] = '\0';
}

static void write_entry(const mbedtls_x509_sequence *entry, char *text, size_t size)
{
    text[0] = '\0';
    if (kind_of(entry) == SAN_DNS)
        append_text(text, size, entry->buf.p, entry->buf.len);
    else if (kind_of(entry) == SAN_ADDRESS && entry->buf.len == 4)
        inet_ntop(AF_INET, entry->buf.p, text, (socklen_t)size);
    else if (kind_of(entry) == SAN_ADDRESS && entry->buf.len == 16)
        inet_ntop(AF_INET6, entry->buf.p, text, (socklen_t)size);
}

/* The common name, or else the organisation. */
static void write_name(const mbedtls_x509_name *name, char *text, size_t size)
{
    static const char *const kinds[] = {MBEDTLS_OID_AT_CN, MBEDTLS_OID_AT_ORGANIZATION};

    text[0] = '\0';
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        for (const mbedtls_x509_name *part = name; part; part = part->next)
            if (part->oid.p && part->oid.len == strlen(kinds[i]) && memcmp(part->oid.p, kinds[i], part->oid.len) == 0) {
                append_text(text, size, part->val.p, part->val.len);
                return;
            }
    snprintf(text, size, "(no name)");
}

/* The names it is for; those that find no room are counted. */
static void list_names(const mbedtls_x509_crt *certificate, char *text, size_t size)
{
    size_t left_out = 0;
    char entry_text[256];

    text[0] = '\0';
    for (const mbedtls_x509_sequence *entry = &certificate->subject_alt_names; entry; entry = entry->next) {
        size_t at = strlen(text);

        write_entry(entry, entry_text, sizeof(entry_text));
        if (!*entry_text)
            continue;
        if (left_out == 0 && at + strlen(entry_text) + sizeof(", and 1000 more") < size)
            snprintf(text + at, size - at, "%s%s", at ? ", " : "", entry_text);
        else
            left_out++;
    }
    if (left_out > 0)
        snprintf(text + strlen(text), size - strlen(text), "%s%zu more", *text ? ", and " : "", left_out);
    else if (!*text && !weft__mbed_has_alt_names(certificate))
        snprintf(text, size, "no host at all (it has no subjectAltName; its common name does not count)");
    else if (!*text)
        snprintf(text, size, "no host at all");
}

/* Not by timegm: where time_t has 32 bits, a certificate that holds beyond 2038 would have expired. */
static int64_t to_seconds(const mbedtls_x509_time *when)
{
    return weft__civil_seconds(&(weft__civil){when->year, when->mon, when->day, when->hour, when->min, when->sec});
}

/* ---- judging -------------------------------------------------------------------------------------------------- */

static bool is_pinned(weft__tls_verdict *verdict, const mbedtls_x509_crt *certificate)
{
    const weft__tls_config *config = verdict->peer->config;
    unsigned char digest[32];
    size_t len = 0;

    if (config->pins_count == 0)
        return true;
    if (weft__mbed_sha256(certificate->pk_raw.p, certificate->pk_raw.len, digest) != 0)
        return false;
    mbedtls_base64_encode((unsigned char *)verdict->pin, sizeof(verdict->pin), &len, digest, sizeof(digest));
    for (size_t i = 0; i < config->pins_count; i++)
        if (memcmp(config->pins[i], digest, sizeof(digest)) == 0)
            return true;
    return false;
}

static void judge_own(weft__tls_verdict *verdict, const mbedtls_x509_crt *certificate, uint32_t *flags)
{
    verdict->seen = true;
    verdict->good_until = to_seconds(&certificate->valid_to);
    if (verdict->peer->address_len > 0 && !names_address(certificate, verdict->peer))
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    /* mbedTLS falls back on the common name, which RFC 9525 has done away with: whoever issues for names alone may have
     * let anything be written there. */
    if (!weft__mbed_has_alt_names(certificate))
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    verdict->pinned = is_pinned(verdict, certificate);
    if (!verdict->pinned)
        *flags |= MBEDTLS_X509_BADCERT_OTHER;
    if (*flags & MBEDTLS_X509_BADCERT_CN_MISMATCH)
        list_names(certificate, verdict->names, sizeof(verdict->names));
}

/* Called from the root down to the server's own certificate: the last one with a fault is told of. */
int weft__tls_verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    weft__tls_verdict *verdict = context;

    if (depth == 0)
        judge_own(verdict, certificate, flags);
    verdict->flags |= *flags;
    if (*flags == 0)
        return 0;
    verdict->depth = depth;
    verdict->depth_flags = *flags;
    verdict->from = certificate->valid_from;
    verdict->to = certificate->valid_to;
    verdict->self_signed =
        certificate->issuer_raw.len == certificate->subject_raw.len &&
        memcmp(certificate->issuer_raw.p, certificate->subject_raw.p, certificate->issuer_raw.len) == 0;
    write_name(&certificate->issuer, verdict->issuer, sizeof(verdict->issuer));
    write_name(&certificate->subject, verdict->subject, sizeof(verdict->subject));
    return 0;
}

/* ---- explaining ----------------------------------------------------------------------------------------------- */

static void say(weft__failure *failure, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(weft__failure *failure, const char *format, ...)
{
    size_t at = strlen(failure->text);
    va_list args;

    if (at > 0)
        at += (size_t)snprintf(failure->text + at, sizeof(failure->text) - at, "; ");
    if (at >= sizeof(failure->text))
        return;
    va_start(args, format);
    vsnprintf(failure->text + at, sizeof(failure->text) - at, format, args);
    va_end(args);
}

static void explain_dates(const weft__tls_verdict *verdict, const char *whose, weft__failure *failure)
{
    if (verdict->depth_flags & MBEDTLS_X509_BADCERT_EXPIRED)
        say(failure, "%s expired on %04d-%02d-%02d", whose, verdict->to.year, verdict->to.mon, verdict->to.day);
    if (verdict->depth_flags & MBEDTLS_X509_BADCERT_FUTURE)
        say(failure, "%s is not valid before %04d-%02d-%02d", whose, verdict->from.year, verdict->from.mon,
            verdict->from.day);
}

static void explain_issuer(const weft__tls_verdict *verdict, const char *whose, weft__failure *failure)
{
    if (verdict->self_signed)
        say(failure, "%s is signed by itself, and not among the trusted ones", whose);
    else
        say(failure,
            "%s was issued by \"%s\", which is not trusted here, or is not complete without a certificate "
            "that the server did not send",
            whose, verdict->issuer);
}

void weft__tls_explain_certificate(const weft__tls_verdict *verdict, uint32_t flags, weft__failure *ret_failure)
{
    char whose[96];

    *ret_failure = (weft__failure){.code = WEFT_E_CERTIFICATE};
    snprintf(whose, sizeof(whose),
             verdict->depth > 0 ? "the certificate of \"%s\" above the server's" : "the server's certificate",
             verdict->subject);
    if (verdict->seen && !verdict->pinned)
        say(ret_failure, "the server's key, sha256/%s, is not one of the pinned ones", verdict->pin);
    if (!verdict->peer->config->verifies)
        return;
    flags |= verdict->flags;
    explain_dates(verdict, whose, ret_failure);
    if (flags & MBEDTLS_X509_BADCERT_CN_MISMATCH)
        say(ret_failure, "the server's certificate is not for %s but for %s", verdict->peer->name, verdict->names);
    if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
        explain_issuer(verdict, whose, ret_failure);
    if (flags & (MBEDTLS_X509_BADCERT_BAD_KEY | MBEDTLS_X509_BADCERT_BAD_PK))
        say(ret_failure, "%s has a key of a kind or size that is not accepted any more", whose);
    if (flags & MBEDTLS_X509_BADCERT_BAD_MD)
        say(ret_failure, "%s is signed with a hash that is not accepted any more", whose);
    if (flags & (MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE))
        say(ret_failure, "the server's certificate is not meant for servers");
    if (!*ret_failure->text)
        say(ret_failure, "the server's certificate is not acceptable (flags 0x%x)", (unsigned)flags);
}

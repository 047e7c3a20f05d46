#include "tls/parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"

enum { MAX_FILE_BYTES = 16 * 1024 * 1024 };

/* The single file of each system. The directories beside them hold every certificate several times, which would be
 * parsed, kept and searched several times. */
static const char *const bundle_places[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Arch, Alpine, Gentoo */
    "/etc/pki/tls/certs/ca-bundle.crt",                  /* Fedora, RHEL */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* the same, newer */
    "/etc/ssl/ca-bundle.pem",                            /* openSUSE */
    "/etc/ssl/cert.pem",                                 /* macOS, the BSDs, Alpine */
    NULL,
};

void *weft__tls_refuse(weft_error_info *ret_error, weft_code code, const char *format, ...)
{
    va_list args;

    ret_error->code = code;
    va_start(args, format);
    vsnprintf(ret_error->message, sizeof(ret_error->message), format, args);
    va_end(args);
    return NULL;
}

char *weft__tls_read_file(weft__heap *heap, const char *field, const char *path, weft_error_info *ret_error)
{
    FILE *file = fopen(path, "rbe");
    char *text = NULL;
    long size;

    if (!file)
        return weft__tls_refuse(ret_error, WEFT_E_FILE, "%s: cannot read %s: %s", field, path, strerror(errno));
    if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0 ||
        size > MAX_FILE_BYTES) {
        weft__tls_refuse(ret_error, WEFT_E_FILE, "%s: %s is not a file that certificates could be in", field, path);
        goto done;
    }
    text = weft__alloc(heap, (size_t)size + 1);
    if (!text) {
        weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        goto done;
    }
    size = (long)fread(text, 1, (size_t)size, file);
    text[size] = '\0';
done:
    fclose(file);
    return text;
}

void weft__tls_text_free(weft__heap *heap, char *text)
{
    if (text)
        weft__wipe(text, strlen(text));
    weft__free(heap, text);
}

static weft__tls_trust *trust_alloc(weft__tls_store *store, weft_error_info *ret_error)
{
    weft__heap *heap = &store->loop->heap;
    weft__tls_trust *trust = weft__alloc(heap, sizeof(*trust));

    if (!trust)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    trust->heap = heap;
    trust->refs = 1;
    mbedtls_x509_crt_init(&trust->chain);
    return trust;
}

void weft__tls_trust_unref(weft__tls_trust *trust)
{
    if (!trust || --trust->refs > 0)
        return;
    mbedtls_x509_crt_free(&trust->chain);
    weft__free(trust->heap, trust);
}

/* Bundles hold certificates that this mbedTLS cannot read, as of curves that it lacks: those are skipped, aloud. */
static bool trust_add(weft__tls_store *store, weft__tls_trust *trust, const char *source, const char *pem,
                      weft_error_info *ret_error)
{
    int skipped = mbedtls_x509_crt_parse(&trust->chain, (const unsigned char *)pem, strlen(pem) + 1);
    char reason[96];

    if (skipped == MBEDTLS_ERR_X509_ALLOC_FAILED || skipped == MBEDTLS_ERR_PEM_ALLOC_FAILED)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory for certificates");
    if (skipped < 0 || trust->chain.version == 0) {
        mbedtls_strerror(skipped, reason, sizeof(reason));
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "%s: no certificate in PEM that can be read%s%s", source,
                                skipped < 0 ? ": " : "", skipped < 0 ? reason : "");
    }
    if (skipped > 0)
        weft__log(store->loop, WEFT_LOG_LEVEL_INFO, "%s: %d certificates cannot be read and are not trusted", source,
                  skipped);
    return true;
}

weft__tls_trust *weft__tls_trust_new(weft__tls_store *store, const char *file, const char *pem,
                                     weft_error_info *ret_error)
{
    weft__tls_trust *trust = trust_alloc(store, ret_error);
    char *text = NULL;

    if (!trust)
        return NULL;
    if (file) {
        text = weft__tls_read_file(trust->heap, "tls.ca_file", file, ret_error);
        if (!text || !trust_add(store, trust, file, text, ret_error))
            goto fail;
    }
    if (pem && !trust_add(store, trust, "tls.ca_pem", pem, ret_error))
        goto fail;
    weft__tls_text_free(trust->heap, text);
    return trust;

fail:
    weft__tls_text_free(trust->heap, text);
    weft__tls_trust_unref(trust);
    return NULL;
}

const char *weft__tls_trust_find(const char *override, const char *const *places, weft_error_info *ret_error)
{
    size_t len;

    if (override && *override)
        return override;
    for (size_t i = 0; places[i]; i++)
        if (access(places[i], R_OK) == 0)
            return places[i];
    weft__tls_refuse(ret_error, WEFT_E_FILE, "no system certificates in ");
    for (size_t i = 0; places[i]; i++) {
        len = strlen(ret_error->message);
        snprintf(ret_error->message + len, sizeof(ret_error->message) - len, "%s%s", i ? ", " : "", places[i]);
    }
    len = strlen(ret_error->message);
    snprintf(ret_error->message + len, sizeof(ret_error->message) - len, "; name some in tls.ca_file");
    return NULL;
}

weft__tls_trust *weft__tls_trust_system(weft__tls_store *store, weft_error_info *ret_error)
{
    const char *path;
    weft__tls_trust *trust;
    char *text;

    if (!store->system) {
        path = weft__tls_trust_find(getenv("SSL_CERT_FILE"), bundle_places, ret_error);
        text = path ? weft__tls_read_file(&store->loop->heap, "system certificates", path, ret_error) : NULL;
        if (!text)
            return NULL;
        trust = trust_alloc(store, ret_error);
        if (trust && !trust_add(store, trust, path, text, ret_error)) {
            weft__tls_trust_unref(trust);
            trust = NULL;
        }
        weft__tls_text_free(&store->loop->heap, text);
        store->system = trust;
        if (!trust)
            return NULL;
    }
    store->system->refs++;
    return store->system;
}

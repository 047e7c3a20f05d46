#include "tls/parts.h"

#include <mbedtls/base64.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"

enum { MOST_PINS = 1000 };

static const char *const protocols[] = {"http/1.1", NULL};

const char *weft__tls_library(void)
{
    return MBEDTLS_VERSION_STRING_FULL;
}

bool weft__tls_speaks_1_3(void)
{
    return WEFT__MBED_TLS13;
}

/* ---- what the options say ------------------------------------------------------------------------------------- */

static bool says_nothing(const weft_tls_options *options)
{
    return !options->ca_file && !options->ca_pem && !options->cert_file && !options->cert_pem && !options->key_file &&
           !options->key_pem && options->pins_count == 0 && !options->server_name && !options->min_version &&
           !options->no_session_resumption && !options->insecure_skip_verify_of_server_certificates;
}

static bool check(const weft_tls_options *options, weft_error_info *ret_error)
{
    bool has_certificate = options->cert_file || options->cert_pem;
    bool has_key = options->key_file || options->key_pem;
    const char *name = options->server_name;

    if ((options->cert_file && options->cert_pem) || (options->key_file && options->key_pem))
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "tls: give %s as a file or as text, not both",
                                options->cert_file && options->cert_pem ? "the certificate" : "the key");
    if (has_certificate != has_key)
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "tls: a client %s needs its %s (%s)",
                                has_key ? "key" : "certificate", has_key ? "certificate" : "key",
                                has_key ? "cert_file or cert_pem" : "key_file or key_pem");
    if (name && (!*name || strlen(name) > 253 || weft__text_has_control(name) || strchr(name, ' ')))
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "tls.server_name is not a host name");
    if (options->min_version && options->min_version != WEFT_TLS_VERSION_1_2 &&
        options->min_version != WEFT_TLS_VERSION_1_3)
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "tls.min_version is none of weft_tls_version");
    if (options->min_version == WEFT_TLS_VERSION_1_3 && !WEFT__MBED_TLS13)
        return weft__tls_refuse(ret_error, WEFT_E_UNSUPPORTED,
                                "tls.min_version: this build has no TLS 1.3; it needs mbedTLS 3.6, and is linked to %s",
                                MBEDTLS_VERSION_STRING);
    return true;
}

static bool read_hex_pin(const char *text, unsigned char pin[32])
{
    if (strlen(text) != 64)
        return false;
    for (size_t i = 0; i < 32; i++) {
        int high = weft__text_hex_value(text[2 * i]), low = weft__text_hex_value(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        pin[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool read_pin(const char *text, unsigned char pin[32])
{
    size_t len = 0;

    if (!text)
        return false;
    if (strncmp(text, "sha256/", 7) == 0)
        text += text[7] == '/' ? 8 : 7; /* curl writes two */
    return read_hex_pin(text, pin) ||
           (strlen(text) == 44 &&
            mbedtls_base64_decode(pin, 32, &len, (const unsigned char *)text, strlen(text)) == 0 && len == 32);
}

static bool take_pins(weft__tls_config *config, const weft_tls_options *options, weft_error_info *ret_error)
{
    if (options->pins_count == 0)
        return true;
    if (!options->pins || options->pins_count > MOST_PINS)
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "tls.pins: %s", options->pins ? "more than 1000" : "NULL");
    config->pins = weft__alloc(&config->store->loop->heap, options->pins_count * sizeof(*config->pins));
    if (!config->pins)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < options->pins_count; i++)
        if (!read_pin(options->pins[i], config->pins[i]))
            return weft__tls_refuse(ret_error, WEFT_E_INVALID,
                                    "tls.pins[%zu] is not a SHA-256 in base64 or hex (44 or 64 characters)", i);
    config->pins_count = options->pins_count;
    return true;
}

/* ---- the client's own certificate and key --------------------------------------------------------------------- */

static bool refuse_key(int result, bool has_password, const char *source, weft_error_info *ret_error)
{
    switch (result) {
    case MBEDTLS_ERR_PK_PASSWORD_REQUIRED:
    case MBEDTLS_ERR_PEM_PASSWORD_REQUIRED:
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "%s: the key is encrypted; give tls.key_password", source);
    case MBEDTLS_ERR_PK_PASSWORD_MISMATCH:
    case MBEDTLS_ERR_PEM_PASSWORD_MISMATCH:
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "%s: tls.key_password does not open the key", source);
    case MBEDTLS_ERR_PK_ALLOC_FAILED:
    case MBEDTLS_ERR_PEM_ALLOC_FAILED:
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory for the key");
    default:
        break;
    }
    if (!has_password)
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "%s: no private key in PEM that mbedTLS %s can read", source,
                                MBEDTLS_VERSION_STRING);
    /* One wrong password in 512 makes of a key what has the first bytes of one. */
    return weft__tls_refuse(ret_error, WEFT_E_INVALID,
                            "%s: tls.key_password does not open the key, or mbedTLS %s cannot read its encryption; "
                            "\"openssl rsa -aes256 -traditional\" writes one that it can",
                            source, MBEDTLS_VERSION_STRING);
}

static bool load_key(weft__tls_config *config, const weft_tls_options *options, weft_error_info *ret_error)
{
    weft__heap *heap = &config->store->loop->heap;
    const char *source = options->key_file ? options->key_file : "tls.key_pem";
    char *text = NULL;
    const char *pem = options->key_pem;
    int result;

    if (options->key_file)
        pem = text = weft__tls_read_file(heap, "tls.key_file", options->key_file, ret_error);
    if (!pem)
        return false;
    result = weft__mbed_parse_key(&config->key, pem, strlen(pem) + 1, options->key_password, weft__tls_random);
    weft__tls_text_free(heap, text);
    if (result != 0)
        return refuse_key(result, options->key_password != NULL, source, ret_error);
    return true;
}

static bool load_certificate(weft__tls_config *config, const weft_tls_options *options, weft_error_info *ret_error)
{
    weft__heap *heap = &config->store->loop->heap;
    const char *source = options->cert_file ? options->cert_file : "tls.cert_pem";
    char *text = NULL;
    const char *pem = options->cert_pem;
    int result;

    if (options->cert_file)
        pem = text = weft__tls_read_file(heap, "tls.cert_file", options->cert_file, ret_error);
    if (!pem)
        return false;
    result = mbedtls_x509_crt_parse(&config->certificate, (const unsigned char *)pem, strlen(pem) + 1);
    weft__tls_text_free(heap, text);
    if (result == MBEDTLS_ERR_X509_ALLOC_FAILED)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory for certificates");
    if (result != 0)
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "%s: not a certificate in PEM that can be read", source);
    return true;
}

static bool take_identity(weft__tls_config *config, const weft_tls_options *options, weft_error_info *ret_error)
{
    if (!options->cert_file && !options->cert_pem)
        return true;
    if (!load_certificate(config, options, ret_error) || !load_key(config, options, ret_error))
        return false;
    if (weft__mbed_check_pair(&config->certificate, &config->key, weft__tls_random) != 0)
        return weft__tls_refuse(ret_error, WEFT_E_INVALID, "tls: the client's key is not that of its certificate");
    if (mbedtls_ssl_conf_own_cert(&config->ssl, &config->certificate, &config->key) != 0)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    return true;
}

/* ---- making --------------------------------------------------------------------------------------------------- */

static bool take_trust(weft__tls_config *config, const weft_tls_options *options, weft_error_info *ret_error)
{
    config->verifies = !options->insecure_skip_verify_of_server_certificates;
    if (!config->verifies) {
        weft__log(config->store->loop, WEFT_LOG_LEVEL_WARN,
                  "tls: server certificates are NOT verified (insecure_skip_verify_of_server_certificates): "
                  "whoever is on the way can read and change everything");
        /* Still looked at: for pins. */
        mbedtls_ssl_conf_authmode(&config->ssl, MBEDTLS_SSL_VERIFY_OPTIONAL);
        return true;
    }
    config->trust = options->ca_file || options->ca_pem
                        ? weft__tls_trust_new(config->store, options->ca_file, options->ca_pem, ret_error)
                        : weft__tls_trust_system(config->store, ret_error);
    if (!config->trust)
        return false;
    mbedtls_ssl_conf_authmode(&config->ssl, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&config->ssl, &config->trust->chain, NULL);
    return true;
}

static bool config_fill(weft__tls_config *config, const weft_tls_options *options, weft_error_info *ret_error)
{
    mbedtls_ssl_config *ssl = &config->ssl;

    if (!check(options, ret_error))
        return false;
    if (!weft__mbed_start() || mbedtls_ssl_config_defaults(ssl, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                                           MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory for TLS");
    weft__mbed_set_versions(ssl, options->min_version == WEFT_TLS_VERSION_1_3);
    weft__mbed_set_suites(ssl);
    weft__mbed_set_curves(ssl);
    weft__mbed_set_signatures(ssl);
    weft__mbed_set_tickets(ssl, !options->no_session_resumption);
    mbedtls_ssl_conf_rng(ssl, weft__tls_random, NULL);
    if (mbedtls_ssl_conf_alpn_protocols(ssl, (const char **)(uintptr_t)protocols) != 0)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory for TLS");
    config->resumes = !options->no_session_resumption;
    if (options->server_name) {
        config->server_name = weft__strdup(&config->store->loop->heap, options->server_name);
        if (!config->server_name)
            return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    }
    return take_pins(config, options, ret_error) && take_identity(config, options, ret_error) &&
           take_trust(config, options, ret_error);
}

static weft__tls_config *config_new(weft__tls_store *store, const weft_tls_options *options, weft_error_info *ret_error)
{
    weft__tls_config *config = weft__zalloc(&store->loop->heap, sizeof(*config));

    if (!config)
        return weft__tls_refuse(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    config->store = store;
    config->refs = 1;
    mbedtls_ssl_config_init(&config->ssl);
    mbedtls_x509_crt_init(&config->certificate);
    mbedtls_pk_init(&config->key);
    if (config_fill(config, options, ret_error))
        return config;
    weft__tls_config_unref(config);
    return NULL;
}

weft__tls_config *weft__tls_config_new(weft__tls_store *store, const weft_tls_options *options,
                                       weft_error_info *ret_error)
{
    static const weft_tls_options defaults;

    if (options && !says_nothing(options))
        return config_new(store, options, ret_error);
    if (!store->preset)
        store->preset = config_new(store, &defaults, ret_error);
    return weft__tls_config_ref(store->preset);
}

bool weft__tls_config_is_shared(const weft__tls_config *config)
{
    return config == config->store->preset;
}

weft__tls_config *weft__tls_config_ref(weft__tls_config *config)
{
    WEFT__ASSERT(!config || config->refs > 0);
    if (config)
        config->refs++;
    return config;
}

void weft__tls_config_unref(weft__tls_config *config)
{
    weft__heap *heap;

    if (!config || --config->refs > 0)
        return;
    heap = &config->store->loop->heap;
    weft__tls_sessions_forget(config->store, config);
    mbedtls_ssl_config_free(&config->ssl);
    mbedtls_x509_crt_free(&config->certificate);
    mbedtls_pk_free(&config->key);
    weft__tls_trust_unref(config->trust);
    weft__free(heap, config->pins);
    weft__free(heap, config->server_name);
    weft__free(heap, config);
}

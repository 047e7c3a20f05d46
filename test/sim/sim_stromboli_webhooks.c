/* sim_stromboli_webhooks.c - how Stromboli signs what it tells a webhook: HMAC-SHA256 over the time, a dot and the
 * body. */
#include <mbedtls/md.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_stromboli.h"
#include "sim_webhook.h"

enum { SIGNATURE_BYTES = 32, HEADERS_SIZE = 192 };

static void sign(const char *secret, const char *timestamp, weft_str body, unsigned char ret_mac[SIGNATURE_BYTES])
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    mbedtls_md_context_t context;

    mbedtls_md_init(&context);
    if (mbedtls_md_setup(&context, sha256, 1) != 0 ||
        mbedtls_md_hmac_starts(&context, (const unsigned char *)secret, strlen(secret)) != 0 ||
        mbedtls_md_hmac_update(&context, (const unsigned char *)timestamp, strlen(timestamp)) != 0 ||
        mbedtls_md_hmac_update(&context, (const unsigned char *)".", 1) != 0 ||
        mbedtls_md_hmac_update(&context, (const unsigned char *)body.ptr, body.len) != 0 ||
        mbedtls_md_hmac_finish(&context, ret_mac) != 0)
        abort();
    mbedtls_md_free(&context);
}

static void write_signature(const sim_server *sim, weft_str body, char headers[HEADERS_SIZE])
{
    unsigned char mac[SIGNATURE_BYTES];
    char timestamp[24], hex[2 * SIGNATURE_BYTES + 1];

    snprintf(timestamp, sizeof(timestamp), "%lld", (long long)(sim->epoch_ms + (int64_t)sim_now_ms(sim)) / 1000);
    sign(sim->options.webhook_secret, timestamp, body, mac);
    for (size_t i = 0; i < SIGNATURE_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", mac[i]);
    snprintf(headers, HEADERS_SIZE, "X-Stromboli-Timestamp: %s\r\nX-Stromboli-Signature: sha256=%s\r\n", timestamp,
             hex);
}

void stromboli_call_webhook(stromboli *state, const char *url, weft_str body)
{
    char headers[HEADERS_SIZE] = "";

    if (state->sim->options.webhook_secret)
        write_signature(state->sim, body, headers);
    sim_webhook_call(state->sim, url, headers, body);
}

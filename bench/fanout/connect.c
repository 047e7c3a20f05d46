#include "fanout/connect.h"

#include "fanout/service.h"

#include <string.h>

weft_engine *connect_engine(uv_loop_t *loop, const fanout_options *options, const connect_hooks *hooks,
                            weft_error_info *ret_error)
{
    uint32_t connections = options->connections ? options->connections : options->concurrency;
    weft_engine_options engine = {
        .log = hooks->log,
        .log_arg = hooks->arg,
        .max_connections_per_origin = connections,
        .max_streams_per_origin = connections,
        .max_idle_per_origin = connections,
    };

    return weft_engine_new(loop, &engine, ret_error);
}

typedef struct header_list {
    weft_pair pairs[OPTIONS_HEADERS_MAX];
    char names[OPTIONS_HEADERS_MAX][OPTIONS_HEADER_NAME_MAX];
} header_list;

static void split_headers(header_list *headers, const fanout_options *options)
{
    for (size_t i = 0; i < options->header_count; i++) {
        const char *text = options->headers[i];
        size_t name_len = strcspn(text, ":");

        memcpy(headers->names[i], text, name_len);
        headers->names[i][name_len] = '\0';
        text += name_len + 1;
        headers->pairs[i] = (weft_pair){.name = headers->names[i], .value = text + strspn(text, " \t")};
    }
}

weft_client *connect_client(weft_engine *engine, const fanout_options *options, const connect_hooks *hooks,
                            weft_error_info *ret_error)
{
    bool from_environment = options->proxy && strcmp(options->proxy, "env") == 0;
    weft_tls_options tls = {
        .ca_file = options->ca_path,
        .cert_file = options->cert_path,
        .key_file = options->key_path,
        .insecure_skip_verify_of_server_certificates = options->insecure,
    };
    header_list headers;
    weft_client_options client = {
        .base_url = options->url,
        .token = options->token,
        .user_agent = "weft-fanout/" WEFT_VERSION,
        .headers = headers.pairs,
        .headers_count = options->header_count,
        .retries.max_retries = options->retries ? options->retries : WEFT_NO_RETRIES,
        .on_retry = hooks->on_retry,
        .hook_arg = hooks->arg,
        .tls = options->ca_path || options->cert_path || options->insecure ? &tls : NULL,
        .proxy = from_environment ? NULL : options->proxy,
        .proxy_from_environment = from_environment,
    };

    split_headers(&headers, options);
    /* cppcheck takes the call for a list of initialisers. */
    /* cppcheck-suppress returnDanglingLifetime */
    return options->service->open(engine, &client, options, ret_error);
}

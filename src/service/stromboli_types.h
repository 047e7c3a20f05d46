/* service/stromboli_types.h - Stromboli's types as the codec knows them. */
#ifndef WEFT_SERVICE_STROMBOLI_TYPES_H
#define WEFT_SERVICE_STROMBOLI_TYPES_H

#include "json/codec.h"
#include "weft/stromboli_types.h"

/* Queries of requests. */
extern const weft__type weft__stromboli_stream_query_type;
extern const weft__type weft__stromboli_messages_query_type;
extern const weft__type weft__stromboli_search_query_type;

/* Bodies of requests. */
extern const weft__type weft__stromboli_run_request_type;
extern const weft__type weft__stromboli_token_request_type;
extern const weft__type weft__stromboli_refresh_request_type;
extern const weft__type weft__stromboli_create_secret_request_type;
extern const weft__type weft__stromboli_pull_image_request_type;

typedef struct weft__stromboli_token_request {
    const char *client_id;
} weft__stromboli_token_request;

typedef struct weft__stromboli_refresh_request {
    const char *refresh_token;
} weft__stromboli_refresh_request;

/* A search as it is sent. */
typedef struct weft__stromboli_search {
    const char *query;
    int64_t limit;
    bool no_trunc;
} weft__stromboli_search;

/* Bodies of answers. */
extern const weft__type weft__stromboli_health_type;
extern const weft__type weft__stromboli_claude_status_type;
extern const weft__type weft__stromboli_run_response_type;
extern const weft__type weft__stromboli_run_async_response_type;
extern const weft__type weft__stromboli_job_type;
extern const weft__type weft__stromboli_job_list_type;
extern const weft__type weft__stromboli_cancel_job_response_type;
extern const weft__type weft__stromboli_session_list_type;
extern const weft__type weft__stromboli_delete_session_response_type;
extern const weft__type weft__stromboli_message_list_type;
extern const weft__type weft__stromboli_message_response_type;
extern const weft__type weft__stromboli_token_type;
extern const weft__type weft__stromboli_token_validation_type;
extern const weft__type weft__stromboli_log_out_response_type;
extern const weft__type weft__stromboli_secret_list_type;
extern const weft__type weft__stromboli_secret_type;
extern const weft__type weft__stromboli_secret_change_type;
extern const weft__type weft__stromboli_image_type;
extern const weft__type weft__stromboli_image_list_type;
extern const weft__type weft__stromboli_image_match_list_type;
extern const weft__type weft__stromboli_pull_image_response_type;

/* The answer around one message. */
typedef struct weft__stromboli_message_response {
    weft_object object;
    weft_stromboli_message *message;
    weft_str error;
} weft__stromboli_message_response;

/* Parts of a message, which are read after it (stromboli_content.c). */
extern const weft__type weft__stromboli_message_content_type;
extern const weft__type weft__stromboli_content_block_type;
extern const weft__type weft__stromboli_tool_result_type;

#endif

/* service/stromboli_check.h - what is wrong with a caller's arguments, before anything is sent. */
#ifndef WEFT_SERVICE_STROMBOLI_CHECK_H
#define WEFT_SERVICE_STROMBOLI_CHECK_H

#include "service/stromboli_types.h"

/* Where a check writes a sentence that has to be made. */
typedef struct weft__stromboli_note {
    char text[256];
} weft__stromboli_note;

/* Each gives NULL when all is well, else a sentence, static or in `note`. */
const char *weft__stromboli_check_run(const weft_stromboli_run_request *request, weft__stromboli_note *note);
const char *weft__stromboli_check_stream(const weft_stromboli_stream_request *request, weft__stromboli_note *note);
const char *weft__stromboli_check_messages(const char *session_id, const weft_stromboli_list_messages_options *page);
const char *weft__stromboli_check_message(const char *session_id, const char *message_id);
const char *weft__stromboli_check_create_secret(const weft_stromboli_create_secret_request *request);
const char *weft__stromboli_check_search_images(const weft__stromboli_search *search);
const char *weft__stromboli_check_pull_image(const weft_stromboli_pull_image_request *request);
/* JSON text of a schema. */
const char *weft__stromboli_check_json_schema(const char *schema, weft__stromboli_note *note);

#endif

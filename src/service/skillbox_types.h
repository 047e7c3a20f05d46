/* service/skillbox_types.h - Skillbox's types as the codec knows them. */
#ifndef WEFT_SERVICE_SKILLBOX_TYPES_H
#define WEFT_SERVICE_SKILLBOX_TYPES_H

#include "json/codec.h"
#include "weft/skillbox_types.h"

/* Bodies of requests. */
extern const weft__type weft__skillbox_run_request_type;
extern const weft__type weft__skillbox_fields_request_type;
extern const weft__type weft__skillbox_put_file_request_type;
extern const weft__type weft__skillbox_put_files_request_type;
extern const weft__type weft__skillbox_version_request_type;

typedef struct weft__skillbox_put_files_request {
    const weft_skillbox_skill_file_content *files;
    size_t files_count;
} weft__skillbox_put_files_request;

typedef struct weft__skillbox_version_request {
    const char *version;
} weft__skillbox_version_request;

typedef struct weft__skillbox_diff_query {
    const char *from, *to;
} weft__skillbox_diff_query;

/* Queries. */
extern const weft__type weft__skillbox_skills_query_type;
extern const weft__type weft__skillbox_skill_files_query_type;
extern const weft__type weft__skillbox_diff_query_type;
extern const weft__type weft__skillbox_list_files_query_type;

/* Bodies of answers; of lists, one entry. */
extern const weft__type weft__skillbox_readiness_type;
extern const weft__type weft__skillbox_execution_type;
extern const weft__type weft__skillbox_skill_type;
extern const weft__type weft__skillbox_skill_with_instructions_type;
extern const weft__type weft__skillbox_accepted_skill_type;
extern const weft__type weft__skillbox_validation_type;
extern const weft__type weft__skillbox_skill_file_type;
extern const weft__type weft__skillbox_skill_version_type;
extern const weft__type weft__skillbox_diff_type;
extern const weft__type weft__skillbox_active_version_type;
extern const weft__type weft__skillbox_file_type;

#endif

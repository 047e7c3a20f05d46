/* sim_stromboli.h - between the files of the simulated Stromboli: runs, jobs, sessions, tokens, secrets,
 * images.
 *
 * Written against contracts/stromboli.md. Outputs are never stored: a number says which words they have, so
 * that a hundred thousand jobs cost little and the same seed says the same.
 */
#ifndef SIM_STROMBOLI_H
#define SIM_STROMBOLI_H

#include "sim_service.h"

enum { STROMBOLI_UUID_SIZE = 37, STROMBOLI_PROMPT_MAX = 1 << 20 };

/* How an operation words its errors: sim_operation.errors. */
enum {
    STROMBOLI_PLAIN,    /* {"error"} */
    STROMBOLI_RUN,      /* {"id":"","status":"error","error"} */
    STROMBOLI_RESULT,   /* {"success":false,"error"} */
    STROMBOLI_NAMED,    /* the same with "name" */
    STROMBOLI_SECRETS,  /* {"secrets":null,"error"} */
    STROMBOLI_SESSIONS, /* {"sessions":null,"error"} */
    STROMBOLI_TEXT,     /* text */
};

typedef struct stromboli_output {
    uint64_t seed;
    uint64_t words;
    char *echo; /* owned; the output itself, when the prompt asked for it; else NULL */
} stromboli_output;

typedef enum stromboli_end { STROMBOLI_COMPLETED, STROMBOLI_FAILED, STROMBOLI_CRASHED } stromboli_end;

/* What is to become of one run; decided when it arrives. */
typedef struct stromboli_plan {
    uint64_t id;
    stromboli_end end;
    bool drop, cut, hang; /* asked for by the prompt, or by chance */
    bool stream_error;
    stromboli_output output;
    char session_id[STROMBOLI_UUID_SIZE];
} stromboli_plan;

typedef struct stromboli_jobs stromboli_jobs;
typedef struct stromboli_history stromboli_history;
typedef struct stromboli_tokens stromboli_tokens;
typedef struct stromboli_secrets stromboli_secrets;
typedef struct stromboli_images stromboli_images;

typedef struct stromboli {
    sim_server *sim;
    stromboli_jobs *jobs; /* all owned */
    stromboli_history *history;
    stromboli_tokens *tokens;
    stromboli_secrets *secrets;
    stromboli_images *images;
} stromboli;

/* Answers with the operation's kind of error. */
void stromboli_error(sim_call *call, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for {"error"} on every operation. */
void stromboli_plain_error(sim_call *call, int status, const char *text);
/* Counts the request as malformed and answers with the error. */
void stromboli_blame(sim_call *call, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

void stromboli_uuid(sim_random random, char ret_uuid[STROMBOLI_UUID_SIZE]);
bool stromboli_is_uuid(weft_str text);

/* sim_stromboli_output.c */
const char *stromboli_word(const stromboli_output *output, uint64_t index);
/* The first `words` words as a JSON string; an echo whole. */
void stromboli_write_output(weft__writer *writer, const stromboli_output *output, uint64_t words);
/* The member "crash_info". */
void stromboli_write_crash(weft__writer *writer, const stromboli_output *output);
int stromboli_crash_code(const stromboli_output *output);
/* "execution failed: exit status 1, output: ..." */
void stromboli_failure_text(const stromboli_output *output, stromboli_end end, char *text, size_t size);
bool stromboli_copy_output(stromboli_output *copy, const stromboli_output *output);

/* sim_stromboli_runs.c */
void stromboli_run(sim_call *call);
void stromboli_run_async(sim_call *call);
void stromboli_run_stream(sim_call *call);
extern const sim_shape stromboli_run_shape;
/* sim_stromboli_checks.c: what the server checks of a run beyond its JSON. false when it has answered. */
bool stromboli_check_run(sim_call *call, weft_str body);
bool stromboli_check_workdir(sim_call *call, weft_str workdir);
bool stromboli_check_session(sim_call *call, weft_str session_id);

/* sim_stromboli_jobs.c */
stromboli_jobs *stromboli_jobs_new(void);
void stromboli_jobs_free(stromboli_jobs *jobs);
/* Takes a copy of the plan; false when out of memory. `webhook_url` may be empty. */
bool stromboli_jobs_add(stromboli *state, const stromboli_plan *plan, uint64_t pending_ms, uint64_t running_ms,
                        weft_str webhook_url);
size_t stromboli_jobs_count(const stromboli_jobs *jobs);
void stromboli_list_jobs(sim_call *call);
void stromboli_get_job(sim_call *call);
void stromboli_cancel_job(sim_call *call);

/* sim_stromboli_webhooks.c: POSTs `body` to `url`, signed if there is a secret to sign with. */
void stromboli_call_webhook(stromboli *state, const char *url, weft_str body);

/* sim_stromboli_sessions.c */
stromboli_history *stromboli_history_new(size_t sessions);
void stromboli_history_free(stromboli_history *history);
/* Remembers one prompt and its output; forgets it silently when memory is short. */
void stromboli_history_add(stromboli *state, const char *session_id, weft_str prompt, const stromboli_output *output);
void stromboli_list_sessions(sim_call *call);
void stromboli_delete_session(sim_call *call);
void stromboli_get_messages(sim_call *call);
void stromboli_get_message(sim_call *call);

/* sim_stromboli_auth.c */
stromboli_tokens *stromboli_tokens_new(void);
void stromboli_tokens_free(stromboli_tokens *tokens);
bool stromboli_authorize(sim_call *call);
void stromboli_get_token(sim_call *call);
void stromboli_refresh_token(sim_call *call);
void stromboli_validate_token(sim_call *call);
void stromboli_log_out(sim_call *call);
extern const sim_shape stromboli_token_shape, stromboli_refresh_shape;

/* sim_stromboli_secrets.c */
stromboli_secrets *stromboli_secrets_new(void);
void stromboli_secrets_free(stromboli_secrets *secrets);
void stromboli_list_secrets(sim_call *call);
void stromboli_create_secret(sim_call *call);
void stromboli_get_secret(sim_call *call);
void stromboli_delete_secret(sim_call *call);
extern const sim_shape stromboli_secret_shape;

/* sim_stromboli_images.c */
stromboli_images *stromboli_images_new(void);
void stromboli_images_free(stromboli_images *images);
void stromboli_list_images(sim_call *call);
void stromboli_get_image(sim_call *call);
void stromboli_search_images(sim_call *call);
void stromboli_pull_image(sim_call *call);
extern const sim_shape stromboli_pull_shape;

#endif

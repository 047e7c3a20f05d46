/* sim_skillbox.h - between the files of the simulated Skillbox: skills, runs, archives, files and sessions.
 *
 * Written against contracts/skillbox.md. What a run does is up to the member `sim` of its input:
 *
 *   {"sim":"fail"}       status "failed", command exited with code 1
 *   {"sim":"timeout"}    status "timeout"
 *   {"sim":"crash"}      500 in the shape of a failed result
 *   {"sim":"quiet"}      neither output nor files, so that the record cannot be read back
 *   {"sim":"hang"}       no answer
 *   {"sim":"expired"}    files whose URL has expired
 *   {"sim":"traversal"}  an archive with an entry "../evil.txt"
 *   {"sim":"truncated"}  an archive that is cut off
 *
 * A skill is scanned before it can be run: pending for --job-pending, scanning for --job-duration. One whose
 * description holds "sim:review", "sim:quarantine" or "sim:bomb" goes to review, is quarantined, or refused.
 */
#ifndef SIM_SKILLBOX_H
#define SIM_SKILLBOX_H

#include "sim_service.h"

enum {
    SKILLBOX_UUID_SIZE = 37,
    SKILLBOX_NAME_SIZE = 129,
    SKILLBOX_VERSION_SIZE = 64,
    SKILLBOX_UPLOAD_MAX = 52428800,
    SKILLBOX_PARTS_MAX = 8,
};

typedef struct skillbox_skills skillbox_skills;
typedef struct skillbox_runs skillbox_runs;
typedef struct skillbox_files skillbox_files;

typedef struct skillbox {
    sim_server *sim; /* borrowed */
    skillbox_skills *skills;
    skillbox_runs *runs;
    skillbox_files *files;
} skillbox;

/* {"error":CODE,"message":TEXT}. The second counts the request as malformed, too. */
void skillbox_error(sim_call *call, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void skillbox_blame(sim_call *call, int status, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* 204 with nothing. */
void skillbox_no_content(sim_call *call);
const char *skillbox_tenant(sim_call *call);
/* A UUID that ends with `number`, by which it is found again. */
void skillbox_uuid(sim_random *random, uint64_t number, char ret_uuid[SKILLBOX_UUID_SIZE]);
/* The number; false when the text is no UUID. */
bool skillbox_uuid_number(weft_str text, uint64_t *ret_number);
/* RFC 3339 with milliseconds. */
void skillbox_put_time(weft__writer *writer, const sim_server *sim, const char *name, uint64_t at_ms);

/* ---- sim_skillbox_form.c: multipart/form-data ---------------------------------------------------------- */

typedef struct skillbox_part {
    weft_str name, file_name, content_type; /* in the request; not NUL-terminated; ptr NULL when absent */
    weft_str bytes;
} skillbox_part;

typedef struct skillbox_form {
    skillbox_part parts[SKILLBOX_PARTS_MAX];
    size_t count;
} skillbox_form;

/* False, with what is wrong in `*ret_fault`, when the body is no such form. */
bool skillbox_read_form(sim_call *call, skillbox_form *form, const char **ret_fault);
const skillbox_part *skillbox_part_named(const skillbox_form *form, const char *name);

/* ---- sim_skillbox_zip.c, sim_skillbox_tar.c: archives, read and written -------------------------------- */

typedef struct skillbox_text {
    struct skillbox_text *next;
    char *path;  /* owned */
    char *bytes; /* owned, NUL-terminated behind `len` */
    size_t len;
} skillbox_text;

void skillbox_texts_free(skillbox_text *texts);
/* A copy at the end of the list, in the place of one of that path; false when memory is short. */
bool skillbox_texts_put(skillbox_text **texts, const char *path, size_t path_len, const char *bytes, size_t len);
const skillbox_text *skillbox_texts_find(const skillbox_text *texts, const char *path);

/* The files of a zip, as the real server takes it apart. NULL with the server's words in `ret_fault`. */
skillbox_text *skillbox_unzip(weft_str zip, char ret_fault[200]);

/* Appends a tar.gz of these files, in order. */
void skillbox_write_tar_gz(weft__buffer *out, const skillbox_text *texts);

/* ---- sim_skillbox_skills.c ----------------------------------------------------------------------------- */

typedef struct skillbox_skill {
    struct skillbox_skill *next; /* in the order in which they were uploaded */
    char name[SKILLBOX_NAME_SIZE];
    char version[SKILLBOX_VERSION_SIZE];
    char lang[16];
    char mode[16];
    char image[128];
    char timeout[32];
    char *description;    /* owned */
    char *instructions;   /* owned */
    skillbox_text *texts; /* owned */
    uint64_t uploaded_ms; /* loop time */
    uint64_t scanning_ms; /* from here on it is scanned, */
    uint64_t decided_ms;  /* until here */
    bool active;
} skillbox_skill;

skillbox_skills *skillbox_skills_new(sim_server *sim);
void skillbox_skills_free(skillbox_skills *skills);
/* "pending", "scanning", "available", "review" or "quarantined", as it stands now. */
const char *skillbox_skill_status(const sim_server *sim, const skillbox_skill *skill);
/* The one of that version; for NULL, "" and "latest" the active one, else the newest available one, else the
 * newest. */
skillbox_skill *skillbox_skill_find(skillbox *state, const char *name, const char *version);
skillbox_skill *skillbox_skill_first(skillbox *state);
/* Whether name and version are such; answers 400 otherwise. */
bool skillbox_check_name(sim_call *call, const char *name);
bool skillbox_check_version(sim_call *call, const char *version);
bool skillbox_is_name(const char *name);
bool skillbox_is_version(const char *version);
/* Takes the skill over, scanned after these times. */
void skillbox_skill_add(skillbox *state, skillbox_skill *skill, uint64_t pending_ms, uint64_t scanning_ms);
void skillbox_skill_free(skillbox_skill *skill);
void skillbox_list_skills(sim_call *call);
void skillbox_get_skill(sim_call *call);
void skillbox_delete_skill(sim_call *call);
void skillbox_delete_skill_versions(sim_call *call);

/* ---- sim_skillbox_register.c: how skills come in -------------------------------------------------------- */

/* Fills a skill from its SKILL.md; what is wrong with that, or NULL. */
const char *skillbox_read_skill(skillbox_skill *skill, const char *text);
/* Takes the files over as a new version of what their SKILL.md says, and answers. */
void skillbox_accept(sim_call *call, skillbox_text *texts, bool names_only);
void skillbox_register_skill(sim_call *call);
void skillbox_validate_skill(sim_call *call);
void skillbox_upsert_skill(sim_call *call);

/* ---- sim_skillbox_versions.c: what is within a skill ---------------------------------------------------- */

void skillbox_get_skill_files(sim_call *call);
void skillbox_put_skill_file(sim_call *call);
void skillbox_put_skill_files(sim_call *call);
void skillbox_list_versions(sim_call *call);
void skillbox_diff(sim_call *call);
void skillbox_set_active(sim_call *call);
extern const sim_shape skillbox_put_file_shape, skillbox_put_files_shape, skillbox_active_shape, skillbox_fields_shape,
    skillbox_run_shape;

/* ---- sim_skillbox_runs.c ------------------------------------------------------------------------------- */

skillbox_runs *skillbox_runs_new(size_t keep);
void skillbox_runs_free(skillbox_runs *runs);
void skillbox_run(sim_call *call);
void skillbox_get_execution(sim_call *call);
void skillbox_get_logs(sim_call *call);
void skillbox_download(sim_call *call);

/* ---- sim_skillbox_files.c ------------------------------------------------------------------------------ */

skillbox_files *skillbox_files_new(void);
void skillbox_files_free(skillbox_files *files);
/* A file that a run leaves behind in its session; false when memory is short. */
bool skillbox_files_leave(sim_call *call, const char *session_id, const char *execution_id, const char *name,
                          const char *text);
void skillbox_upload_file(sim_call *call);
void skillbox_list_files(sim_call *call);
void skillbox_get_file(sim_call *call);
void skillbox_download_file(sim_call *call);
void skillbox_update_file(sim_call *call);
void skillbox_delete_file(sim_call *call);
void skillbox_list_file_versions(sim_call *call);
void skillbox_list_session_files(sim_call *call);
void skillbox_get_session_file(sim_call *call);
void skillbox_delete_session_file(sim_call *call);
void skillbox_delete_session(sim_call *call);

#endif

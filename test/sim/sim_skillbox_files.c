/* sim_skillbox_files.c - files, their versions, and the sessions that hold them. */
#include "sim_skillbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { PAGE_USUAL = 50, PAGE_MAX = 200 };

typedef struct file_entry {
    struct file_entry *next; /* newest first */
    char id[SKILLBOX_UUID_SIZE];
    char root[SKILLBOX_UUID_SIZE]; /* the id of version 1 */
    char tenant[64];
    char *session; /* owned; or NULL */
    char execution[SKILLBOX_UUID_SIZE];
    char *name;         /* owned */
    char *content_type; /* owned */
    char *bytes;        /* owned */
    size_t len;
    unsigned version;
    uint64_t created_ms; /* loop time */
} file_entry;

struct skillbox_files {
    file_entry *first; /* owned */
    uint64_t count;    /* the next one's number */
};

static const weft_str no_text = {NULL, 0};

static void entry_free(file_entry *file)
{
    free(file->session);
    free(file->name);
    free(file->content_type);
    free(file->bytes);
    free(file);
}

skillbox_files *skillbox_files_new(void)
{
    return calloc(1, sizeof(skillbox_files));
}

void skillbox_files_free(skillbox_files *files)
{
    if (!files)
        return;
    while (files->first) {
        file_entry *next = files->first->next;

        entry_free(files->first);
        files->first = next;
    }
    free(files);
}

static skillbox_files *files_of(const sim_call *call)
{
    return ((skillbox *)call->state)->files;
}

static char *copy_of(weft_str text)
{
    char *copy = malloc(text.len + 1);

    if (!copy)
        return NULL;
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return copy;
}

/* A new entry at the front; NULL when memory is short. */
static file_entry *add(sim_call *call, weft_str name, weft_str content_type, weft_str bytes, const char *session)
{
    skillbox_files *files = files_of(call);
    file_entry *file = calloc(1, sizeof(*file));

    if (!file)
        return NULL;
    file->name = copy_of(name);
    file->content_type = copy_of(content_type.len ? content_type : weft__str("application/octet-stream"));
    file->bytes = copy_of(bytes);
    file->session = session ? copy_of(weft__str(session)) : NULL;
    if (!file->name || !file->content_type || !file->bytes || (session && !file->session)) {
        entry_free(file);
        return NULL;
    }
    skillbox_uuid(&call->random, files->count++, file->id);
    memcpy(file->root, file->id, sizeof(file->root));
    snprintf(file->tenant, sizeof(file->tenant), "%s", skillbox_tenant(call));
    file->len = bytes.len;
    file->version = 1;
    file->created_ms = sim_now_ms(call->sim);
    file->next = files->first;
    files->first = file;
    return file;
}

bool skillbox_files_leave(sim_call *call, const char *session_id, const char *execution_id, const char *name,
                          const char *text)
{
    file_entry *file = add(call, weft__str(name), weft__str("text/plain"), weft__str(text), session_id);

    if (file)
        snprintf(file->execution, sizeof(file->execution), "%s", execution_id);
    return file != NULL;
}

/* ---- Telling ----------------------------------------------------------------------------------------- */

static void write_file(sim_call *call, weft__writer *writer, const file_entry *file)
{
    char key[160];

    snprintf(key, sizeof(key), "files/%s/%s", file->tenant, file->id);
    weft__write_object(writer);
    sim_put_text(writer, "id", file->id);
    sim_put_text(writer, "tenant_id", file->tenant);
    if (file->session)
        sim_put_text(writer, "session_id", file->session);
    if (*file->execution)
        sim_put_text(writer, "execution_id", file->execution);
    sim_put_text(writer, "name", file->name);
    sim_put_text(writer, "content_type", file->content_type);
    sim_put_int(writer, "size_bytes", (int64_t)file->len);
    sim_put_text(writer, "s3_key", key);
    sim_put_int(writer, "version", file->version);
    if (file->version > 1)
        sim_put_text(writer, "parent_id", file->root);
    skillbox_put_time(writer, call->sim, "created_at", file->created_ms);
    skillbox_put_time(writer, call->sim, "updated_at", file->created_ms);
    weft__write_object_end(writer);
}

static void answer_file(sim_call *call, int status, const file_entry *file)
{
    weft__writer writer;

    if (!file) {
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return;
    }
    sim_answer_begin(call, &writer);
    write_file(call, &writer, file);
    sim_answer_end(call, status);
}

static void answer_bytes(sim_call *call, const file_entry *file)
{
    char disposition[300];

    snprintf(disposition, sizeof(disposition), "attachment; filename=\"%.200s\"", file->name);
    sim_reply_header(call->exchange, "Content-Disposition", disposition);
    sim_reply(call->exchange, 200, file->content_type, file->bytes, file->len);
}

/* ---- Files ------------------------------------------------------------------------------------------- */

/* The file that the path names; NULL when it has answered. */
static file_entry *named_file(sim_call *call)
{
    uint64_t number;
    file_entry *file = files_of(call)->first;

    if (!skillbox_uuid_number(call->params[0], &number)) {
        skillbox_error(call, 500, "internal_error", "failed to retrieve file");
        return NULL;
    }
    while (file && !weft__text_equal(call->params[0], weft__str(file->id)))
        file = file->next;
    if (!file)
        skillbox_error(call, 404, "not_found", "file not found");
    return file;
}

/* The file of a form, and what it is to be called; false when it has answered. */
static bool read_upload(sim_call *call, skillbox_part *ret_part, weft_str *ret_name)
{
    weft_str type = sim_request_header(call->exchange, "content-type");
    const skillbox_part *part = NULL, *name;
    const char *fault = "missing 'file' field in multipart form";
    skillbox_form form;

    if (type.len >= 20 && strncasecmp(type.ptr, "multipart/form-data;", 20) == 0 &&
        skillbox_read_form(call, &form, &fault))
        part = skillbox_part_named(&form, "file");
    if (!part || !part->file_name.ptr || part->bytes.len > SKILLBOX_UPLOAD_MAX) {
        skillbox_blame(call, 400, "bad_request", "%s", part ? "missing 'file' field in multipart form" : fault);
        return false;
    }
    name = skillbox_part_named(&form, "name");
    *ret_part = *part;
    *ret_name = name && name->bytes.len ? name->bytes : part->file_name;
    return true;
}

void skillbox_upload_file(sim_call *call)
{
    skillbox_part part;
    weft_str name;

    if (read_upload(call, &part, &name))
        answer_file(call, 201, add(call, name, part.content_type, part.bytes, NULL));
}

void skillbox_update_file(sim_call *call)
{
    const file_entry *old = named_file(call);
    skillbox_part part;
    weft_str name;
    file_entry *file;
    unsigned version = 0;

    if (!old || !read_upload(call, &part, &name))
        return;
    for (const file_entry *other = files_of(call)->first; other; other = other->next)
        if (strcmp(other->root, old->root) == 0 && other->version > version)
            version = other->version;
    file = add(call, weft__str(old->name), part.content_type, part.bytes, old->session);
    if (file) {
        memcpy(file->root, old->root, sizeof(file->root));
        file->version = version + 1;
    }
    answer_file(call, 200, file);
}

void skillbox_get_file(sim_call *call)
{
    const file_entry *file = named_file(call);

    if (file)
        answer_file(call, 200, file);
}

void skillbox_download_file(sim_call *call)
{
    const file_entry *file = named_file(call);

    if (file)
        answer_bytes(call, file);
}

static void remove_entry(skillbox_files *files, file_entry *file)
{
    file_entry **place = &files->first;

    while (*place != file)
        place = &(*place)->next;
    *place = file->next;
    entry_free(file);
}

void skillbox_delete_file(sim_call *call)
{
    file_entry *file = named_file(call);

    if (!file)
        return;
    remove_entry(files_of(call), file);
    skillbox_no_content(call);
}

/* A number of the query; -1 when it is none. */
static int64_t query_number(sim_call *call, const char *name, int64_t otherwise)
{
    weft_str text = sim_query(call, name);
    int64_t number;

    if (text.len == 0)
        return otherwise;
    return sim_number(text, &number) ? number : -1;
}

void skillbox_list_files(sim_call *call)
{
    weft_str session = sim_query(call, "session_id"), execution = sim_query(call, "execution_id");
    int64_t limit = query_number(call, "limit", PAGE_USUAL), offset = query_number(call, "offset", 0);
    weft__writer writer;

    if (limit <= 0 || offset < 0) {
        skillbox_blame(call, 400, "bad_request", "invalid limit or offset");
        return;
    }
    if (limit > PAGE_MAX)
        limit = PAGE_MAX;
    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const file_entry *file = files_of(call)->first; file && limit > 0; file = file->next) {
        if (session.len > 0 && !weft__text_equal(session, file->session ? weft__str(file->session) : no_text))
            continue;
        if (execution.len > 0 && !weft__text_equal(execution, weft__str(file->execution)))
            continue;
        if (offset-- > 0)
            continue;
        write_file(call, &writer, file);
        limit--;
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

/* New entries come to the front, so that the versions of a file stand with the highest first. */
void skillbox_list_file_versions(sim_call *call)
{
    const file_entry *file = named_file(call);
    weft__writer writer;

    if (!file)
        return;
    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const file_entry *other = files_of(call)->first; other; other = other->next)
        if (strcmp(other->root, file->root) == 0)
            write_file(call, &writer, other);
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

/* ---- Sessions ---------------------------------------------------------------------------------------- */

static bool is_in_session(const file_entry *file, weft_str session)
{
    return file->session && weft__text_equal(session, weft__str(file->session));
}

static bool session_exists(sim_call *call)
{
    for (const file_entry *file = files_of(call)->first; file; file = file->next)
        if (is_in_session(file, call->params[0]))
            return true;
    skillbox_error(call, 404, "not_found", "session not found");
    return false;
}

/* The session's newest file of the name in the path; NULL when it has answered. */
static file_entry *session_file(sim_call *call)
{
    if (!session_exists(call))
        return NULL;
    for (file_entry *file = files_of(call)->first; file; file = file->next)
        if (is_in_session(file, call->params[0]) && weft__text_equal(call->params[1], weft__str(file->name)))
            return file;
    skillbox_error(call, 404, "not_found", "file not found: %s", call->params[1].ptr);
    return NULL;
}

void skillbox_list_session_files(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const file_entry *file = files_of(call)->first; file; file = file->next)
        if (is_in_session(file, call->params[0]))
            write_file(call, &writer, file);
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

void skillbox_get_session_file(sim_call *call)
{
    const file_entry *file = session_file(call);

    if (file)
        answer_bytes(call, file);
}

void skillbox_delete_session_file(sim_call *call)
{
    file_entry *file = session_file(call);

    if (!file)
        return;
    remove_entry(files_of(call), file);
    skillbox_no_content(call);
}

void skillbox_delete_session(sim_call *call)
{
    if (!session_exists(call))
        return;
    for (file_entry *file = files_of(call)->first, *next; file; file = next) {
        next = file->next;
        if (is_in_session(file, call->params[0]))
            remove_entry(files_of(call), file);
    }
    skillbox_no_content(call);
}

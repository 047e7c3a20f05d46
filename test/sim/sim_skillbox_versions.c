/* sim_skillbox_versions.c - what is within a skill: its files, its versions, and what differs between them. */
#include "sim_skillbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const sim_member put_file_members[] = {
    {"path", SIM_STRING, NULL, "path"},
    {"content", SIM_STRING, NULL, NULL},
};
const sim_shape skillbox_put_file_shape = SIM_SHAPE("PutSkillFile", put_file_members);
static const sim_member put_files_members[] = {
    {"files", SIM_OBJECTS, &skillbox_put_file_shape, NULL},
};
const sim_shape skillbox_put_files_shape = SIM_SHAPE("PutSkillFiles", put_files_members);
static const sim_member active_members[] = {{"version", SIM_STRING, NULL, "version"}};
const sim_shape skillbox_active_shape = SIM_SHAPE("SetActiveVersion", active_members);

/* The skill that the path names; NULL when it has answered. */
static skillbox_skill *named_skill(sim_call *call, const char *version)
{
    const char *name = call->params[0].ptr;
    skillbox_skill *skill;

    if (!skillbox_check_name(call, name) || (version && !skillbox_check_version(call, version)))
        return NULL;
    skill = skillbox_skill_find(call->state, name, version);
    if (!skill)
        skillbox_error(call, 404, "not_found", "skill not found: %s@%s", name, version ? version : "latest");
    return skill;
}

/* ---- Files ------------------------------------------------------------------------------------------- */

static void write_text(weft__writer *writer, const skillbox_text *text)
{
    weft__write_object(writer);
    sim_put_text(writer, "path", text->path);
    sim_put_str(writer, "content", (weft_str){text->bytes, text->len});
    sim_put_int(writer, "size_bytes", (int64_t)text->len);
    weft__write_object_end(writer);
}

void skillbox_get_skill_files(sim_call *call)
{
    const skillbox_skill *skill = named_skill(call, call->params[1].ptr);
    weft_str path = sim_query(call, "path");
    weft__writer writer;

    if (!skill)
        return;
    if (path.len > 0 && !skillbox_texts_find(skill->texts, path.ptr)) {
        skillbox_error(call, 404, "not_found", "file not found: %s", path.ptr);
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const skillbox_text *text = skill->texts; text; text = text->next)
        if (path.len == 0 || strcmp(text->path, path.ptr) == 0)
            write_text(&writer, text);
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

static bool check_path(sim_call *call, const char *path)
{
    bool good = *path && *path != '/' && !strstr(path, "..");

    if (!good)
        skillbox_blame(call, 400, "bad_request", "invalid file path: %.200s", path);
    return good;
}

static skillbox_text *copy_texts(const skillbox_text *texts)
{
    skillbox_text *copy = NULL;

    for (; texts; texts = texts->next)
        if (!skillbox_texts_put(&copy, texts->path, strlen(texts->path), texts->bytes, texts->len))
            break;
    if (!texts)
        return copy;
    skillbox_texts_free(copy);
    return NULL;
}

void skillbox_put_skill_file(sim_call *call)
{
    weft_str body = sim_request_body(call->exchange);
    weft_str path = sim_json_text(&call->exchange->arena, body, "path");
    weft_str content = sim_json_text(&call->exchange->arena, body, "content");
    const skillbox_skill *skill = named_skill(call, NULL);
    skillbox_text *texts;

    if (!skill || !check_path(call, path.ptr ? path.ptr : ""))
        return;
    texts = copy_texts(skill->texts);
    if (!texts || !skillbox_texts_put(&texts, path.ptr, path.len, content.ptr, content.len)) {
        skillbox_texts_free(texts);
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return;
    }
    skillbox_accept(call, texts, true);
}

/* The files of a checked body, one after the other by their number: sim_json_at knows no arrays, so the text is
 * walked from one "path" to the next. */
static skillbox_text *read_texts(sim_call *call)
{
    weft__arena *arena = &call->exchange->arena;
    weft_json list = sim_json_at(sim_request_body(call->exchange), "files");
    const char *at = list.ptr, *end = list.ptr ? list.ptr + list.len : NULL;
    skillbox_text *texts = NULL;

    while (at && (at = memchr(at, '{', (size_t)(end - at))) != NULL) {
        const char *stop = at + 1;
        weft_str path, content, object;
        bool quoted = false;

        for (; stop < end && (quoted || *stop != '}'); stop++) {
            if (*stop == '\\')
                stop++;
            else if (*stop == '"')
                quoted = !quoted;
        }
        object = (weft_str){at, (size_t)(stop + 1 - at)};
        path = sim_json_text(arena, object, "path");
        content = sim_json_text(arena, object, "content");
        if (!path.ptr || !skillbox_texts_put(&texts, path.ptr, path.len, content.ptr, content.len))
            break;
        at = stop;
    }
    return texts;
}

void skillbox_put_skill_files(sim_call *call)
{
    skillbox_text *texts = read_texts(call);
    bool good = named_skill(call, NULL) != NULL;

    if (good && !texts) {
        skillbox_blame(call, 400, "bad_request", "files must not be empty");
        return;
    }
    for (const skillbox_text *text = texts; text && good; text = text->next)
        good = check_path(call, text->path);
    if (good && !skillbox_texts_find(texts, "SKILL.md")) {
        skillbox_blame(call, 400, "bad_request", "SKILL.md is required");
        good = false;
    }
    if (good)
        skillbox_accept(call, texts, true);
    else
        skillbox_texts_free(texts);
}

/* ---- Versions ---------------------------------------------------------------------------------------- */

static void write_version(sim_call *call, weft__writer *writer, const skillbox_skill *skill)
{
    static const char finding[] = "[{\"severity\":\"FLAG\",\"category\":\"network\",\"file_path\":\"SKILL.md\","
                                  "\"line\":1,\"description\":\"mentions a review\"}]";
    const char *status = skillbox_skill_status(call->sim, skill);

    weft__write_object(writer);
    sim_put_text(writer, "version", skill->version);
    sim_put_text(writer, "status", status);
    sim_put_bool(writer, "active", skill->active);
    sim_put_bool(writer, "blocked", false);
    skillbox_put_time(writer, call->sim, "uploaded_at", skill->uploaded_ms);
    if (strcmp(status, "review") == 0) {
        sim_put_text(writer, "scan_summary", "1 finding");
        sim_put_name(writer, "scan_findings");
        weft__write_raw(writer, finding, sizeof(finding) - 1);
    }
    weft__write_object_end(writer);
}

/* From the newest to the oldest. */
static void write_versions(sim_call *call, weft__writer *writer, const skillbox_skill *skill)
{
    for (const skillbox_skill *last = NULL;;) {
        const skillbox_skill *found = NULL;

        for (const skillbox_skill *at = skill; at != last; at = at->next)
            if (strcmp(at->name, call->params[0].ptr) == 0)
                found = at;
        if (!found)
            return;
        write_version(call, writer, found);
        last = found;
    }
}

void skillbox_list_versions(sim_call *call)
{
    weft__writer writer;

    if (!skillbox_check_name(call, call->params[0].ptr))
        return;
    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    write_versions(call, &writer, skillbox_skill_first(call->state));
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

void skillbox_set_active(sim_call *call)
{
    weft_str version = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), "version");
    skillbox_skill *skill = version.ptr ? named_skill(call, version.ptr) : NULL;
    weft__writer writer;

    if (!skill)
        return;
    if (strcmp(skillbox_skill_status(call->sim, skill), "available") != 0) {
        skillbox_error(call, 409, "invalid_status", "version %s is not available", skill->version);
        return;
    }
    for (skillbox_skill *other = skillbox_skill_first(call->state); other; other = other->next)
        if (strcmp(other->name, skill->name) == 0)
            other->active = other == skill;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "name", skill->name);
    sim_put_text(&writer, "active", skill->version);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* ---- Differences ------------------------------------------------------------------------------------- */

static void write_lines(weft__writer *writer, const skillbox_text *text, const char *op)
{
    const char *at = text ? text->bytes : "";

    while (*at) {
        size_t len = strcspn(at, "\n");

        weft__write_object(writer);
        sim_put_text(writer, "op", op);
        sim_put_str(writer, "text", (weft_str){at, len});
        weft__write_object_end(writer);
        at += len + (at[len] == '\n');
    }
}

static void write_compared(weft__writer *writer, const skillbox_text *from, const skillbox_text *to)
{
    bool same = from && to && from->len == to->len && memcmp(from->bytes, to->bytes, to->len) == 0;

    weft__write_object(writer);
    sim_put_text(writer, "path", from ? from->path : to->path);
    sim_put_text(writer, "status", same ? "unchanged" : !from ? "added" : !to ? "removed" : "modified");
    if (!same) {
        sim_put_name(writer, "lines");
        weft__write_array(writer);
        write_lines(writer, from, "-");
        write_lines(writer, to, "+");
        weft__write_array_end(writer);
    }
    weft__write_object_end(writer);
}

static void write_diff(weft__writer *writer, const skillbox_skill *from, const skillbox_skill *to)
{
    weft__write_object(writer);
    sim_put_text(writer, "name", to->name);
    sim_put_text(writer, "from", from->version);
    sim_put_text(writer, "to", to->version);
    sim_put_name(writer, "files");
    weft__write_array(writer);
    for (const skillbox_text *text = from->texts; text; text = text->next)
        write_compared(writer, text, skillbox_texts_find(to->texts, text->path));
    for (const skillbox_text *text = to->texts; text; text = text->next)
        if (!skillbox_texts_find(from->texts, text->path))
            write_compared(writer, NULL, text);
    weft__write_array_end(writer);
    weft__write_object_end(writer);
}

void skillbox_diff(sim_call *call)
{
    const char *name = call->params[0].ptr;
    weft_str from_version = sim_query(call, "from"), to_version = sim_query(call, "to");
    const skillbox_skill *from, *to;
    weft__writer writer;

    if (!skillbox_check_name(call, name))
        return;
    if (to_version.len == 0) {
        skillbox_blame(call, 400, "bad_request", "to version is required");
        return;
    }
    to = skillbox_skill_find(call->state, name, to_version.ptr);
    from = skillbox_skill_find(call->state, name, from_version.ptr);
    if (!to || !from) {
        skillbox_error(call, 404, "not_found", "version not found: %s", to ? from_version.ptr : to_version.ptr);
        return;
    }
    sim_answer_begin(call, &writer);
    write_diff(&writer, from, to);
    sim_answer_end(call, 200);
}

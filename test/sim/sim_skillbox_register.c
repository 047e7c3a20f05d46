/* sim_skillbox_register.c - how skills come in: as an archive, or as fields. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim_skillbox.h"

/* ---- SKILL.md ---------------------------------------------------------------------------------------- */

/* The value of `key: VALUE` within the frontmatter, copied; "" when there is none. */
static void front_matter(const char *text, const char *end, const char *key, char *value, size_t size)
{
    size_t key_len = strlen(key);

    value[0] = '\0';
    while (text < end) {
        size_t len = strcspn(text, "\n");

        if (len > key_len && strncmp(text, key, key_len) == 0 && text[key_len] == ':') {
            weft_str found = weft__text_trim((weft_str){text + key_len + 1, len - key_len - 1});

            snprintf(value, size, "%.*s", (int)found.len, found.ptr);
            return;
        }
        text += len + 1;
    }
}

/* Fills a skill from its SKILL.md; what is wrong with that, or NULL. */
const char *skillbox_read_skill(skillbox_skill *skill, const char *text)
{
    char description[1024];
    const char *end;

    if (strncmp(text, "---\n", 4) != 0 && strncmp(text, "---\r\n", 5) != 0)
        return "SKILL.md must begin with '---' frontmatter delimiter";
    end = strstr(text + 3, "\n---");
    if (!end)
        return "SKILL.md frontmatter is not closed";
    front_matter(text + 4, end, "name", skill->name, sizeof(skill->name));
    front_matter(text + 4, end, "version", skill->version, sizeof(skill->version));
    front_matter(text + 4, end, "lang", skill->lang, sizeof(skill->lang));
    front_matter(text + 4, end, "mode", skill->mode, sizeof(skill->mode));
    front_matter(text + 4, end, "image", skill->image, sizeof(skill->image));
    front_matter(text + 4, end, "timeout", skill->timeout, sizeof(skill->timeout));
    front_matter(text + 4, end, "description", description, sizeof(description));
    if (!*skill->version)
        snprintf(skill->version, sizeof(skill->version), "1.0.0");
    if (!*skill->mode)
        snprintf(skill->mode, sizeof(skill->mode), "executable");
    end += 4;
    end += strspn(end, "-\r\n ");
    skill->description = strdup(description);
    skill->instructions = strdup(end);
    if (!skillbox_is_name(skill->name))
        return *skill->name ? "invalid skill: name contains invalid characters" : "invalid skill: name is required";
    if (!*description)
        return "invalid skill: description is required";
    return skillbox_is_version(skill->version) ? NULL : "invalid skill: version must be semver (MAJOR.MINOR.PATCH)";
}

/* ---- Taking in --------------------------------------------------------------------------------------- */

/* A version that is there already gets the next patch number that is free. */
static void mint_version(skillbox *state, skillbox_skill *skill)
{
    int major = 0, minor = 0, patch = 0;

    sscanf(skill->version, "%9d.%9d.%9d", &major, &minor, &patch);
    while (skillbox_skill_find(state, skill->name, skill->version))
        snprintf(skill->version, sizeof(skill->version), "%d.%d.%d", major, minor, ++patch);
}

static void answer_accepted(sim_call *call, const skillbox_skill *skill, bool names_only)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    if (!names_only) {
        sim_put_text(&writer, "description", skill->description);
        sim_put_text(&writer, "lang", skill->lang);
        sim_put_text(&writer, "mode", skill->mode);
    }
    sim_put_text(&writer, "name", skill->name);
    sim_put_text(&writer, "status", "pending");
    sim_put_text(&writer, "version", skill->version);
    weft__write_object_end(&writer);
    sim_answer_end(call, 202);
}

static void answer_scan_failed(sim_call *call, const char *message)
{
    weft__writer writer;
    char scan_id[SKILLBOX_UUID_SIZE];

    skillbox_uuid(&call->random, call->ordinal, scan_id);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "error", "security_scan_failed");
    sim_put_text(&writer, "message", message);
    sim_put_name(&writer, "details");
    weft__write_object(&writer);
    sim_put_name(&writer, "categories");
    weft__write_raw(&writer, "[\"zip_bomb\"]", 12);
    sim_put_text(&writer, "scan_id", scan_id);
    weft__write_object_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 422);
}

/* A skill of these files, which it owns. NULL when it has answered; the files are gone then. */
static skillbox_skill *make_skill(sim_call *call, skillbox_text *texts, const char *rejected)
{
    const skillbox_text *text = skillbox_texts_find(texts, "SKILL.md");
    skillbox_skill *skill = calloc(1, sizeof(*skill));
    const char *fault = skill && text ? skillbox_read_skill(skill, text->bytes) : "no SKILL.md";

    if (!skill) {
        skillbox_texts_free(texts);
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return NULL;
    }
    skill->texts = texts;
    if (fault) {
        skillbox_error(call, 400, "invalid_skill", "%s", fault);
    } else if (strncmp(skill->name, "blocked-", 8) == 0) {
        skillbox_error(call, 403, "skill_blocked", "Skill %s has been blocked by an admin.", skill->name);
    } else if (strstr(skill->description, "sim:bomb")) {
        answer_scan_failed(call, rejected);
    } else {
        return skill;
    }
    skillbox_skill_free(skill);
    return NULL;
}

void skillbox_accept(sim_call *call, skillbox_text *texts, bool names_only)
{
    const sim_options *options = &call->sim->options;
    skillbox_skill *skill = make_skill(call, texts, "upload rejected by security scan");
    uint64_t pending_ms, scanning_ms;

    if (!skill)
        return;
    pending_ms = sim_spread_draw(&options->job_pending, &call->random);
    scanning_ms = sim_spread_draw(&options->job_duration, &call->random);
    mint_version(call->state, skill);
    skillbox_skill_add(call->state, skill, pending_ms, scanning_ms);
    answer_accepted(call, skill, names_only);
}

/* The archive of a request, in one of its two forms; ptr NULL when it has answered. */
static weft_str archive_of(sim_call *call)
{
    weft_str type = sim_request_header(call->exchange, "content-type"), none = {NULL, 0};
    weft_str bytes = sim_request_body(call->exchange);
    const skillbox_part *part;
    const char *fault = "missing 'file' field in multipart form";
    skillbox_form form;

    if (type.len >= 20 && strncasecmp(type.ptr, "multipart/form-data;", 20) == 0) {
        part = skillbox_read_form(call, &form, &fault) ? skillbox_part_named(&form, "file") : NULL;
        if (!part || !part->file_name.ptr) {
            skillbox_blame(call, 400, "bad_request", "%s", part ? "the file has no name" : fault);
            return none;
        }
        bytes = part->bytes;
    } else if (type.len < 15 || (strncasecmp(type.ptr, "application/zip", 15) != 0 &&
                                 strncasecmp(type.ptr, "application/octet-stream", type.len) != 0)) {
        skillbox_blame(call, 415, "unsupported_media_type",
                       "expected Content-Type application/zip or multipart/form-data");
        return none;
    }
    if (bytes.len > SKILLBOX_UPLOAD_MAX) {
        skillbox_error(call, 413, "too_large", "skill zip exceeds maximum allowed size");
        return none;
    }
    if (bytes.len == 0)
        skillbox_error(call, 400, "bad_request", "empty zip data");
    return bytes.len ? bytes : none;
}

static skillbox_text *files_of(sim_call *call)
{
    weft_str zip = archive_of(call);
    skillbox_text *texts;
    char fault[200];

    if (!zip.ptr)
        return NULL;
    texts = skillbox_unzip(zip, fault);
    if (!texts)
        skillbox_error(call, 400, "invalid_skill", "%s", fault);
    return texts;
}

void skillbox_register_skill(sim_call *call)
{
    skillbox_text *texts = files_of(call);

    if (texts)
        skillbox_accept(call, texts, false);
}

void skillbox_validate_skill(sim_call *call)
{
    skillbox_text *texts = files_of(call);
    skillbox_skill *skill = texts ? make_skill(call, texts, "validation rejected by security scan") : NULL;
    weft__writer writer;

    if (!skill)
        return;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "valid", true);
    sim_put_text(&writer, "skill_name", skill->name);
    sim_put_text(&writer, "skill_version", skill->version);
    sim_put_int(&writer, "scan_tier", 1);
    sim_put_int(&writer, "duration_ms", 12);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
    skillbox_skill_free(skill);
}

/* ---- Fields ------------------------------------------------------------------------------------------ */

static const sim_member fields_members[] = {
    {"name", SIM_STRING, NULL, "name"},       {"description", SIM_STRING, NULL, "description"},
    {"code", SIM_STRING, NULL, "code"},       {"lang", SIM_STRING, NULL, NULL},
    {"instructions", SIM_STRING, NULL, NULL}, {"version", SIM_STRING, NULL, NULL},
};
const sim_shape skillbox_fields_shape = SIM_SHAPE("CreateFromFields", fields_members);

static const char *main_file(const char *lang)
{
    if (strcmp(lang, "bash") == 0)
        return "main.sh";
    return strcmp(lang, "node") == 0 ? "main.js" : "main.py";
}

static const char *field(sim_call *call, const char *name, const char *otherwise)
{
    weft_str text = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), name);

    return text.len > 0 ? text.ptr : otherwise;
}

void skillbox_upsert_skill(sim_call *call)
{
    const char *lang = field(call, "lang", "python"), *code = field(call, "code", "");
    const char *file = main_file(lang);
    const char *markdown =
        weft__arena_printf(&call->exchange->arena, "---\nname: %s\ndescription: %s\nversion: %s\nlang: %s\n---\n%s\n",
                           field(call, "name", ""), field(call, "description", ""), field(call, "version", "1.0.0"),
                           lang, field(call, "instructions", ""));
    skillbox_text *texts = NULL;

    if (!markdown || !skillbox_texts_put(&texts, "SKILL.md", 8, markdown, strlen(markdown)) ||
        !skillbox_texts_put(&texts, file, strlen(file), code, strlen(code))) {
        skillbox_texts_free(texts);
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return;
    }
    skillbox_accept(call, texts, false);
}

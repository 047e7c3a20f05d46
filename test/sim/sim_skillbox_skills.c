/* sim_skillbox_skills.c - skills and how they come in: as an archive, or as fields. */
#include "sim_skillbox.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

struct skillbox_skills {
    skillbox_skill *first; /* owned, oldest first */
};

static void skill_free(skillbox_skill *skill)
{
    if (!skill)
        return;
    free(skill->description);
    free(skill->instructions);
    skillbox_texts_free(skill->texts);
    free(skill);
}

void skillbox_skills_free(skillbox_skills *skills)
{
    if (!skills)
        return;
    while (skills->first) {
        skillbox_skill *next = skills->first->next;

        skill_free(skills->first);
        skills->first = next;
    }
    free(skills);
}

skillbox_skill *skillbox_skill_first(skillbox *state)
{
    return state->skills->first;
}

/* ---- Names and versions ------------------------------------------------------------------------------ */

static bool is_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);

    return len > 0 && len < SKILLBOX_NAME_SIZE && strspn(name, letters) == len && isalnum((unsigned char)*name);
}

static bool is_version(const char *version)
{
    int numbers[3], used = 0;

    if (strlen(version) >= SKILLBOX_VERSION_SIZE || !isdigit((unsigned char)*version))
        return false;
    if (sscanf(version, "%9d.%9d.%9d%n", &numbers[0], &numbers[1], &numbers[2], &used) != 3)
        return false;
    return !version[used] || (version[used] == '-' && isalnum((unsigned char)version[used + 1]));
}

bool skillbox_check_name(sim_call *call, const char *name)
{
    if (is_name(name))
        return true;
    skillbox_blame(call, 400, "bad_request", "name \"%.200s\" contains invalid characters", name);
    return false;
}

bool skillbox_check_version(sim_call *call, const char *version)
{
    if (strcmp(version, "latest") == 0 || is_version(version))
        return true;
    skillbox_blame(call, 400, "bad_request", "version \"%.200s\" must be semver (MAJOR.MINOR.PATCH)", version);
    return false;
}

/* ---- Looking up -------------------------------------------------------------------------------------- */

const char *skillbox_skill_status(const sim_server *sim, const skillbox_skill *skill)
{
    uint64_t now = sim_now_ms(sim);

    if (now < skill->scanning_ms)
        return "pending";
    if (now < skill->decided_ms)
        return "scanning";
    if (strstr(skill->description, "sim:review"))
        return "review";
    return strstr(skill->description, "sim:quarantine") ? "quarantined" : "available";
}

static bool is_available(const sim_server *sim, const skillbox_skill *skill)
{
    return strcmp(skillbox_skill_status(sim, skill), "available") == 0;
}

skillbox_skill *skillbox_skill_find(skillbox *state, const char *name, const char *version)
{
    skillbox_skill *active = NULL, *available = NULL, *newest = NULL;
    bool latest = !version || !*version || strcmp(version, "latest") == 0;

    for (skillbox_skill *skill = state->skills->first; skill; skill = skill->next) {
        if (strcmp(skill->name, name) != 0)
            continue;
        if (!latest && strcmp(skill->version, version) == 0)
            return skill;
        newest = skill;
        if (is_available(state->sim, skill))
            available = skill;
        if (skill->active)
            active = skill;
    }
    if (!latest)
        return NULL;
    return active ? active : available ? available : newest;
}

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
static const char *read_skill(skillbox_skill *skill, const char *text)
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
    if (!is_name(skill->name))
        return *skill->name ? "invalid skill: name contains invalid characters" : "invalid skill: name is required";
    if (!*description)
        return "invalid skill: description is required";
    return is_version(skill->version) ? NULL : "invalid skill: version must be semver (MAJOR.MINOR.PATCH)";
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

static void add(skillbox *state, skillbox_skill *skill, uint64_t pending_ms, uint64_t scanning_ms)
{
    skillbox_skill **place = &state->skills->first;

    while (*place)
        place = &(*place)->next;
    *place = skill;
    skill->uploaded_ms = sim_now_ms(state->sim);
    skill->scanning_ms = skill->uploaded_ms + pending_ms;
    skill->decided_ms = skill->scanning_ms + scanning_ms;
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
    const char *fault = skill && text ? read_skill(skill, text->bytes) : "no SKILL.md";

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
    skill_free(skill);
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
    add(call->state, skill, pending_ms, scanning_ms);
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
    skill_free(skill);
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

/* ---- Telling ----------------------------------------------------------------------------------------- */

static void write_listed(sim_call *call, weft__writer *writer, const skillbox_skill *skill)
{
    weft__write_object(writer);
    sim_put_text(writer, "name", skill->name);
    sim_put_text(writer, "version", skill->version);
    sim_put_text(writer, "description", skill->description);
    sim_put_text(writer, "lang", skill->lang);
    sim_put_text(writer, "mode", "executable");
    sim_put_text(writer, "status", skillbox_skill_status(call->sim, skill));
    weft__write_object_end(writer);
}

/* The one that stands in the list for all of its name: the last that has the status. */
static const skillbox_skill *representative(sim_call *call, const char *name, const char *status)
{
    const skillbox_skill *found = NULL;

    for (const skillbox_skill *skill = skillbox_skill_first(call->state); skill; skill = skill->next)
        if (strcmp(skill->name, name) == 0 &&
            (strcmp(status, "all") == 0 || strcmp(skillbox_skill_status(call->sim, skill), status) == 0))
            found = skill;
    return found;
}

/* The first name after `previous` in their order; NULL past the last. */
static const char *next_name(skillbox *state, const char *previous)
{
    const char *found = NULL;

    for (const skillbox_skill *skill = skillbox_skill_first(state); skill; skill = skill->next)
        if (strcmp(skill->name, previous) > 0 && (!found || strcmp(skill->name, found) < 0))
            found = skill->name;
    return found;
}

void skillbox_list_skills(sim_call *call)
{
    static const char statuses[] = " pending scanning review available declined quarantined all ";
    weft_str status = sim_query(call, "status");
    const char *wanted = status.len ? status.ptr : "available", *name = "";
    char padded[32];
    weft__writer writer;

    snprintf(padded, sizeof(padded), " %.20s ", wanted);
    if (!strstr(statuses, padded)) {
        skillbox_blame(call, 400, "bad_request", "invalid status: %s", wanted);
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    while ((name = next_name(call->state, name)) != NULL) {
        const skillbox_skill *skill = representative(call, name, wanted);

        if (skill)
            write_listed(call, &writer, skill);
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

void skillbox_get_skill(sim_call *call)
{
    const char *name = call->params[0].ptr, *version = call->params[1].ptr;
    const skillbox_skill *skill;
    weft__writer writer;

    if (!skillbox_check_name(call, name) || !skillbox_check_version(call, version))
        return;
    skill = skillbox_skill_find(call->state, name, version);
    if (!skill) {
        skillbox_error(call, 404, "not_found", "skill not found: %s@%s", name, version);
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "name", skill->name);
    sim_put_text(&writer, "version", skill->version);
    sim_put_text(&writer, "description", skill->description);
    sim_put_text(&writer, "lang", skill->lang);
    if (*skill->image)
        sim_put_text(&writer, "image", skill->image);
    if (*skill->instructions)
        sim_put_text(&writer, "instructions", skill->instructions);
    if (*skill->timeout)
        sim_put_text(&writer, "timeout", skill->timeout);
    sim_put_name(&writer, "resources");
    weft__write_raw(&writer, "{\"cpu\":\"0.5\",\"memory\":\"256Mi\"}", 30);
    sim_put_text(&writer, "mode", skill->mode);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* ---- Deleting ---------------------------------------------------------------------------------------- */

static void delete_all(skillbox *state, const char *name, const char *version)
{
    skillbox_skill **place = &state->skills->first;

    while (*place) {
        skillbox_skill *skill = *place;

        if (strcmp(skill->name, name) == 0 && (!version || strcmp(skill->version, version) == 0)) {
            *place = skill->next;
            skill_free(skill);
        } else {
            place = &skill->next;
        }
    }
}

void skillbox_delete_skill(sim_call *call)
{
    const char *name = call->params[0].ptr;
    char version[SKILLBOX_VERSION_SIZE];

    if (!skillbox_check_name(call, name) || !skillbox_check_version(call, call->params[1].ptr))
        return;
    snprintf(version, sizeof(version), "%s", call->params[1].ptr);
    if (strcmp(version, "latest") == 0) {
        version[0] = '\0';
        for (const skillbox_skill *skill = skillbox_skill_first(call->state); skill; skill = skill->next)
            if (strcmp(skill->name, name) == 0)
                memcpy(version, skill->version, sizeof(version));
    }
    if (!*version) {
        skillbox_error(call, 404, "not_found", "skill not found: %s@latest", name);
        return;
    }
    delete_all(call->state, name, version);
    skillbox_no_content(call);
}

void skillbox_delete_skill_versions(sim_call *call)
{
    if (!skillbox_check_name(call, call->params[0].ptr))
        return;
    delete_all(call->state, call->params[0].ptr, NULL);
    skillbox_no_content(call);
}

/* ---- What is there from the start -------------------------------------------------------------------- */

static bool add_first(skillbox *state, const char *markdown)
{
    skillbox_skill *skill = calloc(1, sizeof(*skill));

    if (!skill)
        return false;
    if (!skillbox_texts_put(&skill->texts, "SKILL.md", 8, markdown, strlen(markdown)) ||
        read_skill(skill, markdown) != NULL) {
        skill_free(skill);
        return false;
    }
    add(state, skill, 0, 0);
    skill->active = true;
    return true;
}

skillbox_skills *skillbox_skills_new(sim_server *sim)
{
    skillbox_skills *skills = calloc(1, sizeof(*skills));
    skillbox state = {.sim = sim, .skills = skills};

    if (skills &&
        add_first(&state, "---\nname: data-analysis\ndescription: Analyze CSV data\nlang: python\nimage: "
                          "python:3.12-slim\ntimeout: 2m0s\n---\n# Data Analysis\n\nPass {\"data\": [...]}.") &&
        add_first(&state, "---\nname: text-summary\ndescription: Summarise text\nversion: 1.2.0\n---\n# Summary") &&
        add_first(&state, "---\nname: in-review\ndescription: Waits for one (sim:review)\n---\n# Later"))
        return skills;
    skillbox_skills_free(skills);
    return NULL;
}

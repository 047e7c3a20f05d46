/* sim_skillbox_skills.c - skills: looked up, told, deleted. */
#include "sim_skillbox.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct skillbox_skills {
    skillbox_skill *first; /* owned, oldest first */
};

void skillbox_skill_free(skillbox_skill *skill)
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

        skillbox_skill_free(skills->first);
        skills->first = next;
    }
    free(skills);
}

skillbox_skill *skillbox_skill_first(skillbox *state)
{
    return state->skills->first;
}

/* ---- Names and versions ------------------------------------------------------------------------------ */

bool skillbox_is_name(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(name);

    return len > 0 && len < SKILLBOX_NAME_SIZE && strspn(name, letters) == len && isalnum((unsigned char)*name);
}

bool skillbox_is_version(const char *version)
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
    if (skillbox_is_name(name))
        return true;
    skillbox_blame(call, 400, "bad_request", "name \"%.200s\" contains invalid characters", name);
    return false;
}

bool skillbox_check_version(sim_call *call, const char *version)
{
    if (strcmp(version, "latest") == 0 || skillbox_is_version(version))
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

/* ---- Adding ---------------------------------------------------------------------------------------- */

void skillbox_skill_add(skillbox *state, skillbox_skill *skill, uint64_t pending_ms, uint64_t scanning_ms)
{
    skillbox_skill **place = &state->skills->first;

    while (*place)
        place = &(*place)->next;
    *place = skill;
    skill->uploaded_ms = sim_now_ms(state->sim);
    skill->scanning_ms = skill->uploaded_ms + pending_ms;
    skill->decided_ms = skill->scanning_ms + scanning_ms;
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
            skillbox_skill_free(skill);
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
        skillbox_read_skill(skill, markdown) != NULL) {
        skillbox_skill_free(skill);
        return false;
    }
    skillbox_skill_add(state, skill, 0, 0);
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

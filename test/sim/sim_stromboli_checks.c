/* sim_stromboli_checks.c - what the server checks of a run after its JSON was read. Most failures come as
 * 500. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim_stromboli.h"

enum {
    WORKDIR_MAX = 4096,
    SECRETS_MAX = 50,
    HOOKS_EACH_MAX = 100,
    HOOKS_ALL_MAX = 200,
    HOOK_LEN_MAX = 4096,
    HOOKS_LEN_MAX = 65536,
};

/* These errors have the run's shape in JSON operations; a stream sends them as its only event in truth, which
 * is simplified to a text answer here. */
bool stromboli_check_workdir(sim_call *call, weft_str workdir)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.-";

    if (!workdir.ptr || workdir.len == 0)
        return true;
    if (workdir.ptr[0] == '/' && workdir.len <= WORKDIR_MAX && strspn(workdir.ptr, allowed) == workdir.len &&
        !strstr(workdir.ptr, ".."))
        return true;
    stromboli_blame(call, 500, "workdir validation failed: invalid path \"%.200s\"", workdir.ptr);
    return false;
}

bool stromboli_check_session(sim_call *call, weft_str session_id)
{
    if (!session_id.ptr || session_id.len == 0 || stromboli_is_uuid(session_id))
        return true;
    stromboli_blame(call, 500, "invalid session ID");
    return false;
}

/* Go's durations: numbers with units, "1h30m", "1.5s". */
static bool is_duration(weft_str text)
{
    static const char *const units[] = {"ns", "us", "ms", "s", "m", "h"};
    const char *at = text.ptr;

    if (text.len == 0)
        return false;
    while (*at) {
        size_t digits = strspn(at, "0123456789."), unit;

        if (digits == 0 || (digits == 1 && *at == '.'))
            return false;
        at += digits;
        unit = strcspn(at, "0123456789.");
        for (size_t i = 0;; i++) {
            if (i == sizeof(units) / sizeof(units[0]))
                return false;
            if (strlen(units[i]) == unit && memcmp(units[i], at, unit) == 0)
                break;
        }
        at += unit;
    }
    return true;
}

static bool check_duration(sim_call *call, weft_str body, const char *path)
{
    weft_str text = sim_json_text(&call->exchange->arena, body, path);

    if (!text.ptr || text.len == 0 || is_duration(text))
        return true;
    stromboli_blame(call, 500, "invalid timeout duration: time: invalid duration \"%.100s\"", text.ptr);
    return false;
}

static bool check_volume(weft_str name, weft_str value, void *arg)
{
    static const char *const options[] = {"ro",     "rw",     "z",        "Z",       "noexec", "nosuid",
                                          "nodev",  "rslave", "rprivate", "rshared", "slave",  "private",
                                          "shared", "nocopy", "copy",     "U"};
    sim_call *call = arg;
    const char *container = strchr(value.ptr, ':'), *option;

    (void)name;
    if (value.ptr[0] != '/' || !container || container[1] != '/')
        goto fail;
    option = strchr(container + 1, ':');
    while (option) {
        size_t len = strcspn(++option, ","), i = 0;

        while (i < sizeof(options) / sizeof(options[0]) &&
               (strlen(options[i]) != len || memcmp(options[i], option, len) != 0))
            i++;
        if (i == sizeof(options) / sizeof(options[0]))
            goto fail;
        option = option[len] ? option + len : NULL;
    }
    return true;
fail:
    stromboli_blame(call, 500, "volume validation failed: invalid volume \"%.200s\"", value.ptr);
    return false;
}

/* Counts what it sees, against the server's limits. */
typedef struct check_tally {
    sim_call *call;
    size_t each, all, len;
} check_tally;

static bool check_secret(weft_str name, weft_str value, void *arg)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    check_tally *tally = arg;

    if (++tally->all <= SECRETS_MAX && name.len > 0 && !weft__text_is_digit(name.ptr[0]) &&
        strspn(name.ptr, letters) == name.len && value.len > 0 && strcmp(name.ptr, "LD_PRELOAD") != 0 &&
        strcmp(name.ptr, "LD_LIBRARY_PATH") != 0)
        return true;
    stromboli_blame(tally->call, 500, "secrets validation failed: invalid environment variable \"%.100s\"", name.ptr);
    return false;
}

static bool check_hook(weft_str name, weft_str value, void *arg)
{
    check_tally *tally = arg;

    (void)name;
    tally->len += value.len;
    if (++tally->each <= HOOKS_EACH_MAX && ++tally->all <= HOOKS_ALL_MAX && value.len <= HOOK_LEN_MAX &&
        tally->len <= HOOKS_LEN_MAX)
        return true;
    stromboli_blame(tally->call, 500, "lifecycle hooks validation failed: too many or too long commands");
    return false;
}

static bool check_hooks(sim_call *call, weft_str body)
{
    static const char *const paths[] = {"podman.lifecycle.on_create_command", "podman.lifecycle.post_create",
                                        "podman.lifecycle.post_start"};
    check_tally tally = {.call = call};

    for (size_t i = 0; i < 3; i++) {
        tally.each = 0;
        if (!sim_json_each(&call->exchange->arena, body, paths[i], check_hook, &tally))
            return false;
    }
    return true;
}

static bool check_environment(sim_call *call, weft_str body)
{
    weft__arena *arena = &call->exchange->arena;
    weft_str type = sim_json_text(arena, body, "podman.environment.type");
    weft_str path, service;

    if (!type.ptr || type.len == 0)
        return true;
    path = sim_json_text(arena, body, "podman.environment.path");
    service = sim_json_text(arena, body, "podman.environment.service");
    if (strcmp(type.ptr, "compose") == 0 && path.ptr && path.ptr[0] == '/' && service.ptr && service.len > 0 &&
        ((path.len > 4 && strcmp(path.ptr + path.len - 4, ".yml") == 0) ||
         (path.len > 5 && strcmp(path.ptr + path.len - 5, ".yaml") == 0)))
        return true;
    stromboli_blame(call, 500,
                    "environment validation failed: compose needs an absolute path to a .yml or .yaml "
                    "file and a service");
    return false;
}

static bool check_image(sim_call *call, weft_str body)
{
    weft_str image = sim_json_text(&call->exchange->arena, body, "podman.image");

    if (!image.ptr || strncmp(image.ptr, "evil", 4) != 0)
        return true;
    stromboli_error(call, 500, "image validation failed: image \"%.100s\" not in allowed patterns", image.ptr);
    return false;
}

static bool check_podman(sim_call *call, weft_str body)
{
    weft__arena *arena = &call->exchange->arena;
    check_tally secrets = {.call = call};

    return check_image(call, body) && check_duration(call, body, "podman.timeout") &&
           check_duration(call, body, "podman.lifecycle.hooks_timeout") &&
           check_duration(call, body, "podman.environment.build_timeout") &&
           sim_json_each(arena, body, "podman.volumes", check_volume, call) &&
           sim_json_each(arena, body, "podman.secrets_env", check_secret, &secrets) && check_hooks(call, body) &&
           check_environment(call, body);
}

bool stromboli_check_run(sim_call *call, weft_str body)
{
    weft__arena *arena = &call->exchange->arena;
    weft_str session_id = sim_json_text(arena, body, "claude.session_id");

    if (sim_json_text(arena, body, "prompt").len > STROMBOLI_PROMPT_MAX) {
        stromboli_blame(call, 400, "Invalid request: prompt exceeds maximum size of %d bytes", STROMBOLI_PROMPT_MAX);
        return false;
    }
    if (sim_json_true(body, "claude.resume") && session_id.len == 0) {
        stromboli_blame(call, 400, "Invalid request: session_id is required when resume is true");
        return false;
    }
    return stromboli_check_workdir(call, sim_json_text(arena, body, "workdir")) &&
           stromboli_check_session(call, session_id) && (!sim_json_at(body, "podman").ptr || check_podman(call, body));
}

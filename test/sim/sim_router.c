/* sim_router.c - from a request to the operation that answers it. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "sim_service.h"

void sim_malformed(sim_server *sim, const char *format, ...)
{
    sim_mishap *mishap = &sim->mishaps[sim->malformed++ % SIM_MISHAPS_MAX];
    va_list args;

    mishap->number = sim->requests;
    va_start(args, format);
    vsnprintf(mishap->text, sizeof(mishap->text), format, args);
    va_end(args);
    /* What was cut may have been cut inside a character, and what a client sent need not be text at all. */
    for (char *byte = mishap->text; *byte; byte++)
        if ((unsigned char)*byte < 0x20 || (unsigned char)*byte > 0x7e)
            *byte = '?';
}

void sim_route_refused(sim_http *http, int status, const char *reason, weft_str raw)
{
    sim_server *sim = http->user;

    sim->requests++;
    sim_record(sim->recorder, sim->requests, raw);
    if (status)
        sim_malformed(sim, "HTTP %d: %s", status, reason);
    else
        sim_malformed(sim, "%s", reason);
}

weft_str sim_query(const sim_call *call, const char *name)
{
    for (size_t i = 0; i < call->query_count; i++)
        if (strcmp(call->query[i].name.ptr, name) == 0)
            return call->query[i].value;
    return (weft_str){NULL, 0};
}

bool sim_number(weft_str text, int64_t *ret_number)
{
    uint64_t number;

    if (!weft__text_parse_uint64(text.ptr, text.len, &number) || number > INT64_MAX)
        return false;
    *ret_number = (int64_t)number;
    return true;
}

/* `text` with %XX resolved, and '+' as a space in a query; NUL-terminated. ptr NULL when it is malformed. */
static weft_str unescape(weft__arena *arena, const char *text, size_t len, bool plus)
{
    char *out = weft__arena_bytes(arena, len + 1), *end = out;

    if (!out)
        return (weft_str){NULL, 0};
    for (size_t i = 0; i < len; i++) {
        char byte = text[i];

        if (byte == '+' && plus) {
            byte = ' ';
        } else if (byte == '%') {
            int high = i + 2 < len ? weft__text_hex_value(text[i + 1]) : -1;
            int low = i + 2 < len ? weft__text_hex_value(text[i + 2]) : -1;

            if (high < 0 || low < 0)
                return (weft_str){NULL, 0};
            byte = (char)(high * 16 + low);
            i += 2;
        }
        *end++ = byte;
    }
    *end = '\0';
    return (weft_str){out, (size_t)(end - out)};
}

/* What is wrong with the query, or NULL. */
static const char *parse_query(sim_call *call, weft_str text)
{
    weft__arena *arena = &call->exchange->arena;
    const char *at = text.ptr, *end = text.ptr + text.len;

    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        const char *equals;
        sim_pair *pair = &call->query[call->query_count];

        if (!stop)
            stop = end;
        equals = memchr(at, '=', (size_t)(stop - at));
        if (call->query_count == SIM_QUERY_MAX)
            return "too many query parameters";
        pair->name = unescape(arena, at, (size_t)((equals ? equals : stop) - at), true);
        pair->value =
            equals ? unescape(arena, equals + 1, (size_t)(stop - equals - 1), true) : unescape(arena, "", 0, true);
        if (!pair->name.ptr || !pair->value.ptr)
            return "invalid percent escape in the query";
        if (sim_query(call, pair->name.ptr).ptr)
            return "query parameter repeated";
        call->query_count++;
        at = stop + 1;
    }
    return NULL;
}

/* Whether `names`, separated by spaces, hold `name`. */
static bool names_hold(const char *names, weft_str name)
{
    while (names && *names) {
        size_t len = strcspn(names, " ");

        if (len == name.len && memcmp(names, name.ptr, len) == 0)
            return true;
        names += len + (names[len] == ' ');
    }
    return false;
}

/* Whether `path` has this form; fills the call's parameters. */
static bool match(sim_call *call, const char *form, const char *path)
{
    bool decode = !call->service->decodes_path_first;
    size_t count = 0;

    while (*form) {
        size_t len;

        if (*form != '{') {
            if (*form++ != *path++)
                return false;
            continue;
        }
        len = strcspn(path, "/");
        if (len == 0 || count == SIM_PARAMS_MAX)
            return false;
        call->params[count] = decode ? unescape(&call->exchange->arena, path, len, false)
                                     : (weft_str){weft__arena_copy(&call->exchange->arena, path, len), len};
        if (!call->params[count++].ptr)
            return false;
        path += len;
        form = strchr(form, '}') + 1;
    }
    return *path == '\0';
}

/* Of several that match, the one with the fewest parameters: /images/search before /images/{name}. */
static const sim_operation *find_operation(sim_call *call, const char *method)
{
    const sim_service *service = call->service;
    const sim_operation *found = NULL;
    size_t fewest = SIM_PARAMS_MAX + 1;

    for (size_t i = 0; i < service->operation_count; i++) {
        const sim_operation *operation = &service->operations[i];
        size_t parameters = 0;

        for (const char *brace = strchr(operation->path, '{'); brace; brace = strchr(brace + 1, '{'))
            parameters++;
        if (parameters < fewest && strcmp(operation->method, method) == 0 && match(call, operation->path, call->path)) {
            found = operation;
            fewest = parameters;
        }
    }
    return found;
}

/* The mount that `path` is below, which it is then cut to. */
static sim_mount *find_mount(sim_server *sim, weft_str *path)
{
    sim_mount *root = &sim->mounts[0];

    for (size_t i = 0; i < sim->mount_count; i++) {
        const char *name = sim->mounts[i].service->name;
        size_t len = strlen(name);

        if (strcmp(name, sim->options.service) == 0)
            root = &sim->mounts[i];
        if (path->len > len + 1 && memcmp(path->ptr + 1, name, len) == 0 && path->ptr[len + 1] == '/') {
            path->ptr += len + 1;
            path->len -= len + 1;
            return &sim->mounts[i];
        }
    }
    return root;
}

static void add_retry_after(sim_call *call, double wait_seconds)
{
    const char *option = call->sim->options.retry_after;
    char text[24];

    if (strcmp(option, "none") == 0)
        return;
    snprintf(text, sizeof(text), "%.0f", ceil(wait_seconds < 1 ? 1 : wait_seconds));
    sim_reply_header(call->exchange, "Retry-After", strcmp(option, "auto") == 0 ? text : option);
}

/* One token from the bucket. The headers say what is left, as the real servers do. */
static bool within_rate(sim_call *call)
{
    sim_server *sim = call->sim;
    const sim_options *options = &sim->options;
    uint64_t now_ms = sim_now_ms(sim);
    bool within;
    char text[32];

    if (options->rate_limit <= 0)
        return true;
    sim->tokens += (double)(now_ms - sim->refilled_ms) / 1000 * options->rate_limit;
    sim->refilled_ms = now_ms;
    if (sim->tokens > options->rate_burst)
        sim->tokens = options->rate_burst;
    within = sim->tokens >= 1;
    if (within)
        sim->tokens -= 1;
    snprintf(text, sizeof(text), "%.0f", ceil(options->rate_limit));
    sim_reply_header(call->exchange, "X-RateLimit-Limit", text);
    snprintf(text, sizeof(text), "%.0f", floor(sim->tokens));
    sim_reply_header(call->exchange, "X-RateLimit-Remaining", text);
    snprintf(text, sizeof(text), "%lld", (long long)time(NULL) + 1);
    sim_reply_header(call->exchange, "X-RateLimit-Reset", text);
    if (within)
        return true;
    sim->rate_limited++;
    add_retry_after(call, (1 - sim->tokens) / options->rate_limit);
    call->service->refuse(call, SIM_RATE_LIMITED, NULL);
    return false;
}

/* What every protected operation goes through before its handler. false when it was answered. */
static bool admit(sim_call *call)
{
    sim_server *sim = call->sim;
    bool unavailable = sim_random_chance(&call->random, sim->options.unavailable_rate);

    call->exchange->hold_ms = sim_spread_draw(&sim->options.latency, &call->random);
    call->exchange->cut = sim_random_chance(&call->random, sim->options.drop_rate);
    if (call->operation->flags & SIM_OPEN) {
        call->exchange->cut = false;
        return true;
    }
    sim->dropped += call->exchange->cut;
    if (!within_rate(call))
        return false;
    if (unavailable) {
        sim->unavailable++;
        add_retry_after(call, 1);
        call->service->refuse(call, SIM_UNAVAILABLE, NULL);
        return false;
    }
    return !call->service->authorize || call->service->authorize(call);
}

static bool check_query(sim_call *call, const char *fault)
{
    sim_server *sim = call->sim;
    char text[200];

    if (fault)
        snprintf(text, sizeof(text), "%s", fault);
    for (size_t i = 0; i < call->query_count && !fault; i++) {
        weft_str name = call->query[i].name;

        if (names_hold(call->operation->query, name))
            continue;
        fault = text;
        snprintf(text, sizeof(text), "unknown query parameter '%.100s'", name.ptr);
    }
    if (!fault)
        return true;
    sim_malformed(sim, "%s %s: %s", call->service->name, call->operation->name, text);
    if (sim->options.lenient)
        return true;
    call->service->refuse(call, SIM_BAD_QUERY, text);
    return false;
}

/* What is wrong with the body, in `fault->text`. */
static bool body_fits(sim_call *call, sim_fault *fault)
{
    const sim_operation *operation = call->operation;
    weft_str body = sim_request_body(call->exchange);
    weft_str type = sim_request_header(call->exchange, "content-type");

    fault->kind = SIM_FAULT_SYNTAX;
    if (!operation->body) {
        snprintf(fault->text, sizeof(fault->text), "a body where none belongs");
        return body.len == 0;
    }
    if (body.len == 0 && (operation->flags & SIM_BODY_OPTIONAL))
        return true;
    if (!type.ptr || type.len < 16 || strncasecmp(type.ptr, "application/json", 16) != 0 ||
        (type.len > 16 && type.ptr[16] != ';' && type.ptr[16] != ' ')) {
        snprintf(fault->text, sizeof(fault->text), "Content-Type is not application/json");
        return false;
    }
    return sim_json_check(body, operation->body, call->sim->options.lenient, fault);
}

static bool check_body(sim_call *call)
{
    sim_fault fault = {.kind = SIM_FAULT_NONE};

    if ((call->operation->flags & SIM_RAW_BODY) || body_fits(call, &fault))
        return true;
    sim_malformed(call->sim, "%s %s: %s", call->service->name, call->operation->name, fault.text);
    call->fault = &fault;
    call->service->refuse(call, SIM_BAD_BODY, fault.text);
    call->fault = NULL;
    return false;
}

/* The target without scheme and host, for clients that send it whole. */
static weft_str origin_form(weft_str target)
{
    const char *slash;

    if (target.len > 7 && strncasecmp(target.ptr, "http://", 7) == 0) {
        slash = memchr(target.ptr + 7, '/', target.len - 7);
        return slash ? (weft_str){slash, target.len - (size_t)(slash - target.ptr)} : (weft_str){"/", 1};
    }
    return target;
}

/* Whether the request named an operation and only the real router's way with %2F keeps it from being found. */
static bool is_right_but_lost(sim_call *call)
{
    weft_str target = origin_form(sim_request_target(call->exchange));

    return call->service->decodes_path_first && memmem(target.ptr, target.len, "%2F", 3);
}

static void dispatch(sim_call *call, sim_mount *mount, const char *query_fault)
{
    sim_server *sim = call->sim;
    size_t index;

    if (call->service->begin)
        call->service->begin(call);
    if (!call->operation) {
        mount->unrouted++;
        if (!is_right_but_lost(call))
            sim_malformed(sim, "%s: no operation %s %.150s", call->service->name, sim_request_method(call->exchange),
                          call->path);
        call->service->refuse(call, SIM_NO_ROUTE, NULL);
        return;
    }
    index = (size_t)(call->operation - call->service->operations);
    call->ordinal = mount->counts[index]++;
    call->random = sim_random_for(sim->options.seed, index, call->ordinal);
    sim_record_operation(sim->recorder, call->service->name, call->operation->name);
    if (sim_answer_asked(call))
        return;
    if (admit(call) && check_query(call, query_fault) && check_body(call))
        call->operation->handle(call);
}

void sim_route(sim_http *http, sim_exchange *exchange)
{
    static const char bad_request[] = "400 Bad Request";
    sim_server *sim = http->user;
    weft_str path = origin_form(sim_request_target(exchange)), query = {"", 0};
    const char *mark = memchr(path.ptr, '?', path.len), *query_fault;
    sim_call *call;
    sim_mount *mount;

    if (mark) {
        query = (weft_str){mark + 1, path.len - (size_t)(mark + 1 - path.ptr)};
        path.len = (size_t)(mark - path.ptr);
    }
    if (path.len >= 7 && memcmp(path.ptr, "/__sim/", 7) == 0) {
        sim_control(sim, exchange, path);
        return;
    }
    sim->requests++;
    sim_record(sim->recorder, sim->requests, sim_request_raw(exchange));
    mount = find_mount(sim, &path);
    call = weft__arena_zalloc(&exchange->arena, sizeof(*call));
    if (!call) {
        sim_abort(exchange);
        return;
    }
    exchange->call = call;
    call->sim = sim;
    call->exchange = exchange;
    call->service = mount->service;
    call->state = mount->state;
    call->path = mount->service->decodes_path_first ? unescape(&exchange->arena, path.ptr, path.len, false).ptr
                                                    : weft__arena_copy(&exchange->arena, path.ptr, path.len);
    if (!call->path || *call->path != '/') {
        sim_malformed(sim, "%s: invalid path", mount->service->name);
        sim_reply(exchange, 400, "text/plain; charset=utf-8", bad_request, sizeof(bad_request) - 1);
        return;
    }
    query_fault = parse_query(call, query);
    call->operation = find_operation(call, sim_request_method(exchange));
    dispatch(call, mount, query_fault);
}

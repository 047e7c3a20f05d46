/* test/unit/http_fixture.h - one request of any kind against a script, and a directory for its files. */
#ifndef WEFT_TEST_HTTP_FIXTURE_H
#define WEFT_TEST_HTTP_FIXTURE_H

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client_rig.h"
#include "test.h"

typedef struct fixture {
    client_rig rig;
    call_outcome outcome;
    int64_t body_size; /* of the result; -1 when there was none */
    bool body_is_null;
    char directory[32]; /* empty; removed with what is in it at the end */
    weft_call *call;
} fixture;

static inline bool fixture_open_on(fixture *fx, const weft_engine_options *engine, const weft_client_options *client)
{
    memset(fx, 0, sizeof(*fx));
    strcpy(fx->directory, "/tmp/weft-http-XXXXXX");
    if (!mkdtemp(fx->directory)) {
        test_fail(__FILE__, __LINE__, "no directory: %s", strerror(errno));
        return false;
    }
    return rig_open(&fx->rig, engine, client);
}

static inline bool fixture_open(fixture *fx, const weft_client_options *client)
{
    return fixture_open_on(fx, NULL, client);
}

/* How many names are in the directory; removes them when asked to. */
static inline unsigned fixture_files(const fixture *fx, bool remove_them)
{
    DIR *directory = opendir(fx->directory);
    struct dirent *entry;
    char path[512];
    unsigned count = 0;

    while (directory && (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        snprintf(path, sizeof(path), "%s/%s", fx->directory, entry->d_name);
        if (remove_them)
            remove(path);
    }
    if (directory)
        closedir(directory);
    return count;
}

static inline bool fixture_end(fixture *fx)
{
    bool clean = rig_end(&fx->rig);

    fixture_files(fx, true);
    rmdir(fx->directory);
    return clean;
}

/* DIRECTORY/NAME; static, four of them at a time. */
static inline const char *fixture_path(const fixture *fx, const char *name)
{
    static char paths[4][320];
    static unsigned next;

    next = (next + 1) % 4;
    snprintf(paths[next], sizeof(paths[next]), "%s/%s", fx->directory, name);
    return paths[next];
}

static inline const char *fixture_write(const fixture *fx, const char *name, const void *bytes, size_t len)
{
    const char *path = fixture_path(fx, name);
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        test_fail(__FILE__, __LINE__, "cannot write %s: %s", path, strerror(errno));
    return path;
}

/* `arg` is the fixture. */
static inline void fixture_report(weft_call *call, const weft_error *error, const weft_http_response *response,
                                  void *arg)
{
    fixture *fx = arg;

    fx->body_size = response ? (int64_t)response->body_size : -1;
    fx->body_is_null = !response || !response->body.ptr;
    fx->call = NULL;
    on_outcome(call, error, response, &fx->outcome);
}

static inline void fixture_send(fixture *fx, const weft_http_request *request)
{
    memset(&fx->outcome, 0, sizeof(fx->outcome));
    fx->call = weft_http_send(fx->rig.client, request, NULL, fixture_report, fx);
}

/* Sends it and runs until it is answered. */
static inline bool fixture_ask(fixture *fx, const weft_http_request *request)
{
    fixture_send(fx, request);
    return fx->call && rig_run(&fx->rig) && fx->outcome.count == 1;
}

/* All of it: a server that plays the script once, a client with these options, and one request. */
#define ASK(fx, client, script, request)                                                                               \
    (fixture_open((fx), (client)) && (fault_server_play((fx)->rig.server, SCRIPT(script), 1), true) &&                 \
     fixture_ask((fx), (request)))

/* What a request must never be sent for: refused with `words`, and nobody connects. */
static inline bool fixture_refuses(const weft_http_request *request, const weft_call_options *options,
                                   const char *words)
{
    fixture fx;
    bool refused;

    if (!fixture_open(&fx, &(weft_client_options){.token = "tok"}))
        return false;
    fx.call = weft_http_send(fx.rig.client, request, options, fixture_report, &fx);
    if (!rig_run(&fx.rig))
        return false;
    refused = fx.outcome.count == 1 && fx.outcome.code == WEFT_E_INVALID && strstr(fx.outcome.message, words) &&
              fault_server_connection_count(fx.rig.server) == 0;
    if (!refused)
        test_fail(__FILE__, __LINE__, "code %d, \"%s\", expected it to contain \"%s\"", fx.outcome.code,
                  fx.outcome.message, words);
    return fixture_end(&fx) && refused;
}

#endif

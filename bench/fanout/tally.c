#include "fanout/tally.h"

#include <stdio.h>
#include <string.h>

static bool mode_init(mode_tally *mode)
{
    return histogram_init(&mode->response) && histogram_init(&mode->service) && histogram_init(&mode->failure) &&
           histogram_init(&mode->first) && histogram_init(&mode->gap) && histogram_init(&mode->connection);
}

static void mode_deinit(mode_tally *mode)
{
    histogram_deinit(&mode->response);
    histogram_deinit(&mode->service);
    histogram_deinit(&mode->failure);
    histogram_deinit(&mode->first);
    histogram_deinit(&mode->gap);
    histogram_deinit(&mode->connection);
}

bool tally_init(fanout_tally *tally, uint64_t now)
{
    memset(tally, 0, sizeof(*tally));
    timeline_init(&tally->timeline, now);
    for (int i = 0; i < FANOUT_KINDS; i++)
        if (!mode_init(&tally->modes[i]))
            return false;
    return histogram_init(&tally->latency);
}

void tally_deinit(fanout_tally *tally)
{
    for (int i = 0; i < FANOUT_KINDS; i++)
        mode_deinit(&tally->modes[i]);
    histogram_deinit(&tally->latency);
}

void tally_started_one(fanout_tally *tally, fanout_mode mode, uint64_t late)
{
    tally->modes[mode].started++;
    if (late > TALLY_LATE_MS * UINT64_C(1000000))
        tally->late++;
    if (late > tally->late_max)
        tally->late_max = late;
}

void tally_succeeded(fanout_tally *tally, fanout_mode mode, uint64_t now, uint64_t response, uint64_t service)
{
    timeline_slot *slot = timeline_now(&tally->timeline, now);

    tally->modes[mode].succeeded++;
    histogram_record(&tally->modes[mode].response, response);
    histogram_record(&tally->modes[mode].service, service);
    histogram_record(&tally->latency, response);
    slot->succeeded++;
    slot->latency_sum += response;
    if (response > slot->latency_max)
        slot->latency_max = response;
}

void tally_failed(fanout_tally *tally, fanout_mode mode, uint64_t now, uint64_t service)
{
    tally->modes[mode].failed++;
    histogram_record(&tally->modes[mode].failure, service);
    timeline_now(&tally->timeline, now)->failed++;
}

static failure_kind *find_kind(fanout_tally *tally, const char *name, int http_status)
{
    for (size_t i = 0; i < tally->kind_count; i++)
        if (tally->kinds[i].http_status == http_status && strcmp(tally->kinds[i].name, name) == 0)
            return &tally->kinds[i];
    return NULL;
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t len = strlen(from);

    if (len >= size) {
        len = size - 1;
        /* Not in the middle of a UTF-8 character. */
        while (len > 0 && ((unsigned char)from[len] & 0xC0) == 0x80)
            len--;
    }
    memcpy(to, from, len);
    to[len] = '\0';
}

void tally_failure(fanout_tally *tally, const char *name, int http_status, const char *message, uint64_t run)
{
    char wanted[TALLY_KIND_NAME_MAX];
    failure_kind *kind;

    copy_text(wanted, sizeof(wanted), name);
    kind = find_kind(tally, wanted, http_status);
    if (!kind && tally->kind_count >= TALLY_KINDS_MAX - 1) {
        copy_text(wanted, sizeof(wanted), "other");
        http_status = 0;
        kind = find_kind(tally, wanted, http_status);
    }
    if (!kind) {
        kind = &tally->kinds[tally->kind_count++];
        copy_text(kind->name, sizeof(kind->name), wanted);
        copy_text(kind->example, sizeof(kind->example), message);
        kind->http_status = http_status;
        kind->example_run = run;
    }
    kind->count++;
}

uint64_t tally_started(const fanout_tally *tally)
{
    uint64_t count = 0;

    for (int i = 0; i < FANOUT_KINDS; i++)
        count += tally->modes[i].started;
    return count;
}

uint64_t tally_succeeded_count(const fanout_tally *tally)
{
    uint64_t count = 0;

    for (int i = 0; i < FANOUT_KINDS; i++)
        count += tally->modes[i].succeeded;
    return count;
}

uint64_t tally_failed_count(const fanout_tally *tally)
{
    uint64_t count = 0;

    for (int i = 0; i < FANOUT_KINDS; i++)
        count += tally->modes[i].failed;
    return count;
}

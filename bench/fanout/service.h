/* fanout/service.h - what the tool has to know of a service in order to fan something out over it. */
#ifndef FANOUT_SERVICE_H
#define FANOUT_SERVICE_H

#include "fanout/json.h"
#include "fanout/run.h"

/* One service, in a file of its own. Everything else knows services by this only. */
typedef struct fanout_service {
    const char *name; /* of --service */
    /* Starts an item the way that `run->mode` says; run_ended or one of its kin is due, later or at once.
     * False, and nothing is due, when there is no memory for it. NULL = the service has no such mode. */
    bool (*start[FANOUT_KINDS])(fanout_run *run);
    unsigned mix; /* 1 << mode of those that a mix takes in turn; 0 = no mix */
    weft_client *(*open)(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                         weft_error_info *ret_error);
    /* The operation that asks for an item in that mode, by the library's name for it. */
    const char *(*operation)(const fanout_options *options, fanout_mode mode);
    /* The member that the options say for every line that does not say it itself; NULL when there is none, and the
     * whole function may be NULL. */
    const char *(*addition)(const fanout_options *options, const char **ret_value);
    const char *says_mode; /* a member that no line may have, for --mode says it; or NULL */
    /* Asks the service to end what it calls `run->id`, as nobody waits for it any more; run_abandoned is due. NULL when
     * there is nothing to be done, or no memory for it; the whole function may be NULL, too. */
    weft_call *(*abandon)(const fanout_run *run, const weft_call_options *options);
    /* The arguments of a stream, made of those of a line; NULL where they are the same. */
    void (*stream_arguments)(fanout_json *out, weft_json line);
    /* What a stream carries of a line, for a note, and whether it leaves something out. Both NULL when it does not. */
    const char *streams_carry;
    bool (*is_beyond_streams)(weft_json line);
} fanout_service;

extern const fanout_service service_stromboli, service_skillbox, service_handinger, service_agentserver;

/* NULL when there is none of that name. */
const fanout_service *service_find(const char *name);
/* NULL past the last. */
const fanout_service *service_at(size_t index);

bool service_has_mode(const fanout_service *service, fanout_mode mode);
/* The mode of item `index` of a workload in `mode`, which may be FANOUT_MIX. */
fanout_mode service_mode_of(const fanout_service *service, fanout_mode mode, uint64_t index);

#endif

#include "fanout/service.h"

#include <string.h>

static const fanout_service *const services[] = {&service_stromboli, &service_skillbox, &service_handinger,
                                                 &service_agentserver};
enum { SERVICES_COUNT = sizeof(services) / sizeof(services[0]) };

const fanout_service *service_at(size_t index)
{
    return index < SERVICES_COUNT ? services[index] : NULL;
}

const fanout_service *service_find(const char *name)
{
    for (size_t i = 0; i < SERVICES_COUNT; i++)
        if (strcmp(services[i]->name, name) == 0)
            return services[i];
    return NULL;
}

bool service_has_mode(const fanout_service *service, fanout_mode mode)
{
    return mode == FANOUT_MIX ? service->mix != 0 : service->start[mode] != NULL;
}

fanout_mode service_mode_of(const fanout_service *service, fanout_mode mode, uint64_t index)
{
    fanout_mode mixed[FANOUT_KINDS] = {FANOUT_RUN};
    unsigned count = 0;

    if (mode != FANOUT_MIX)
        return mode;
    for (unsigned kind = 0; kind < FANOUT_KINDS; kind++)
        if (service->mix & 1u << kind)
            mixed[count++] = (fanout_mode)kind;
    return mixed[index % count];
}

#include "sim_services.h"

#include <stdio.h>
#include <string.h>

const sim_service *const sim_services[] = {
    &sim_stromboli, &sim_skillbox, &sim_handinger, &sim_agentserver, &sim_agentserver_codex, &sim_agentserver_executors,
    NULL,
};

static void list(const sim_service *service)
{
    for (size_t i = 0; i < service->operation_count; i++) {
        const sim_operation *operation = &service->operations[i];

        printf("%s\t%s\t%s\t%s\t%s\n", service->name, operation->origin, operation->method,
               operation->listed ? operation->listed : operation->path, operation->name);
    }
}

bool sim_list_operations(const char *service)
{
    size_t first = 0;

    while (service && sim_services[first] && strcmp(sim_services[first]->name, service) != 0)
        first++;
    if (!sim_services[first]) {
        fprintf(stderr, "weft-sim: no service is called %s\n", service);
        return false;
    }
    printf("service\torigin\tmethod\tpath\toperation\n");
    for (size_t i = first; sim_services[i] && (!service || i == first); i++)
        list(sim_services[i]);
    return true;
}

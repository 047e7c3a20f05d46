#include "sim_services.h"

#include <stdio.h>

const sim_service *const sim_services[] = {
    &sim_stromboli,
    &sim_skillbox,
    &sim_handinger,
    &sim_agentserver,
    &sim_agentserver_codex,
    &sim_agentserver_executors,
    NULL,
};

void sim_list_operations(void)
{
    printf("service\torigin\tmethod\tpath\toperation\n");
    for (size_t i = 0; sim_services[i]; i++)
        for (size_t j = 0; j < sim_services[i]->operation_count; j++) {
            const sim_operation *operation = &sim_services[i]->operations[j];

            printf("%s\t%s\t%s\t%s\t%s\n", sim_services[i]->name, operation->origin, operation->method,
                   operation->listed ? operation->listed : operation->path, operation->name);
        }
}

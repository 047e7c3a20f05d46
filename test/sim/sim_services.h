/* sim_services.h - every service that there is. */
#ifndef SIM_SERVICES_H
#define SIM_SERVICES_H

#include "sim_service.h"

extern const sim_service sim_agentserver, sim_agentserver_codex, sim_agentserver_executors;
extern const sim_service sim_stromboli;
extern const sim_service sim_skillbox;
extern const sim_service sim_handinger;

/* Ends with NULL. */
extern const sim_service *const sim_services[];

/* Prints what they serve in the form of contracts/operations.tsv; of `service` only, unless it is NULL. False,
 * with nothing printed, when there is none of that name. */
bool sim_list_operations(const char *service);

#endif

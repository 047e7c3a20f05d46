#include "service/services.h"

#include "service/agentserver_operations.h"
#include "service/handinger_operations.h"
#include "service/skillbox_operations.h"
#include "service/stromboli_operations.h"

const weft__service *const weft__services[WEFT__SERVICE_COUNT] = {
    &weft__stromboli_service,
    &weft__skillbox_service,
    &weft__handinger_service,
    &weft__agentserver_service,
    &weft__agentserver_codex_gateway_service,
    &weft__agentserver_executor_gateway_service,
};

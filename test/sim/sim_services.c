#include "sim_services.h"

const sim_service *const sim_services[] = {
    &sim_stromboli,
    NULL,
};

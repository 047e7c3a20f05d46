/* service/services.h - all services that weft speaks to. */
#ifndef WEFT_SERVICE_SERVICES_H
#define WEFT_SERVICE_SERVICES_H

#include "client/operation.h"

enum { WEFT__SERVICE_COUNT = 6 };

extern const weft__service *const weft__services[WEFT__SERVICE_COUNT];

#endif

/* call/result.h - what a success has brought. */
#ifndef WEFT_CALL_RESULT_H
#define WEFT_CALL_RESULT_H

#include "call/call.h"

/* Decodes the body of a success and marks the call. */
void weft__call_conclude(weft_call *call);

#endif

/* call/outcome.h - whether a request has been acted on, as far as is known. */
#ifndef WEFT_CALL_OUTCOME_H
#define WEFT_CALL_OUTCOME_H

#include "call/call.h"

/* As it stands now. */
weft_outcome weft__call_outcome(const weft_call *call);
/* The same when `outcome` is what the answer at hand proves. */
weft_outcome weft__call_outcome_given(const weft_call *call, weft_outcome outcome);

#endif

/* call/redact.h - what others said, made fit to be shown. */
#ifndef WEFT_CALL_REDACT_H
#define WEFT_CALL_REDACT_H

#include "call/call.h"

/* A message about `call` may quote its server, and a server may quote what it was sent. In place: whatever of the
 * client's and the call's credentials is found in `text`, as it is, escaped for a URL or JSON, or in base64, becomes
 * "***", and the rest one clean line of UTF-8. For everything that goes into an error or a log line. */
void weft__redact(const weft_call *call, char *text);

#endif

#include "weft/error.h"

const char *weft_code_name(weft_code code)
{
    switch (code) {
#define NAME(name)                                                                                                     \
    case name:                                                                                                         \
        return #name
        NAME(WEFT_OK);
        NAME(WEFT_E_INVALID);
        NAME(WEFT_E_NO_MEMORY);
        NAME(WEFT_E_CANCELLED);
        NAME(WEFT_E_CLOSED);
        NAME(WEFT_E_UNSUPPORTED);
        NAME(WEFT_E_QUEUE_FULL);
        NAME(WEFT_E_FILE);
        NAME(WEFT_E_FORKED);
        NAME(WEFT_E_BODY);
        NAME(WEFT_E_TIMEOUT_QUEUE);
        NAME(WEFT_E_TIMEOUT_CONNECT);
        NAME(WEFT_E_TIMEOUT_FIRST_BYTE);
        NAME(WEFT_E_TIMEOUT_IDLE);
        NAME(WEFT_E_TIMEOUT_TOTAL);
        NAME(WEFT_E_NAME_NOT_FOUND);
        NAME(WEFT_E_CONNECT);
        NAME(WEFT_E_CONNECTION_LOST);
        NAME(WEFT_E_TLS);
        NAME(WEFT_E_CERTIFICATE);
        NAME(WEFT_E_PROXY);
        NAME(WEFT_E_PROTOCOL);
        NAME(WEFT_E_TOO_LARGE);
        NAME(WEFT_E_DECODE);
        NAME(WEFT_E_CONTENT_TYPE);
        NAME(WEFT_E_REDIRECT);
        NAME(WEFT_E_ENCODING);
        NAME(WEFT_E_ARCHIVE);
        NAME(WEFT_E_STREAM_UNFINISHED);
        NAME(WEFT_E_STREAM_ERROR);
        NAME(WEFT_E_BAD_REQUEST);
        NAME(WEFT_E_UNAUTHORIZED);
        NAME(WEFT_E_FORBIDDEN);
        NAME(WEFT_E_NOT_FOUND);
        NAME(WEFT_E_REQUEST_TIMEOUT);
        NAME(WEFT_E_CONFLICT);
        NAME(WEFT_E_GONE);
        NAME(WEFT_E_UNPROCESSABLE);
        NAME(WEFT_E_RATE_LIMITED);
        NAME(WEFT_E_SERVER_ERROR);
        NAME(WEFT_E_UNAVAILABLE);
        NAME(WEFT_E_REQUEST_FAILED);
        NAME(WEFT_E_METHOD_NOT_ALLOWED);
        NAME(WEFT_E_SECRET_EXISTS);
        NAME(WEFT_E_INVALID_SECRET_NAME);
        NAME(WEFT_E_SECRETS_ERROR);
        NAME(WEFT_E_SECRET_CREATE_ERROR);
        NAME(WEFT_E_SECRET_CREATE_FAILED);
        NAME(WEFT_E_IMAGE_NOT_FOUND);
        NAME(WEFT_E_IMAGE_PULL_FAILED);
        NAME(WEFT_E_QUOTA_EXCEEDED);
        NAME(WEFT_E_BUDGET_EXCEEDED);
        NAME(WEFT_E_TURN_FAILED);
        NAME(WEFT_E_EXECUTION_FAILED);
        NAME(WEFT_E_FEATURE_OFF);
#undef NAME
    }
    return "WEFT_E_?";
}

const char *weft_loss_name(weft_loss loss)
{
    switch (loss) {
    case WEFT_LOSS_NONE:
        break;
    case WEFT_LOSS_ENDED:
        return "ended";
    case WEFT_LOSS_RESET:
        return "reset";
    case WEFT_LOSS_TLS_TRUNCATED:
        return "tls_truncated";
    case WEFT_LOSS_TLS_ALERT:
        return "tls_alert";
    case WEFT_LOSS_TLS_BROKEN:
        return "tls_broken";
    }
    return "none";
}

const char *weft_outcome_name(weft_outcome outcome)
{
    switch (outcome) {
    case WEFT_OUTCOME_NOT_ACTED_ON:
        return "not_acted_on";
    case WEFT_OUTCOME_ACTED_ON:
        return "acted_on";
    case WEFT_OUTCOME_UNKNOWN:
        break;
    }
    return "unknown";
}

bool weft_code_is_timeout(weft_code code)
{
    return (code >= WEFT_E_TIMEOUT_QUEUE && code <= WEFT_E_TIMEOUT_TOTAL) || code == WEFT_E_REQUEST_TIMEOUT;
}

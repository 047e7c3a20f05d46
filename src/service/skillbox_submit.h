/* service/skillbox_submit.h - checks that all of Skillbox's public functions share. */
#ifndef WEFT_SERVICE_SKILLBOX_SUBMIT_H
#define WEFT_SERVICE_SKILLBOX_SUBMIT_H

#include "client/operation.h"

/* `invalid`, unless the client is one of another service: that would send its credentials to paths that mean
 * something else there. */
const char *weft__skillbox_check_client(const weft_client *client, const char *invalid);
/* An argument that must not be empty: `complaint` when it is. */
const char *weft__skillbox_check_text(const char *text, const char *complaint);

#endif

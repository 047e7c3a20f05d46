/* service/known_answers.h - error answers whose words prove more than their status.
 *
 * A proxy answers 500 to 504 also when the server behind it broke over a request that it had read. The words of the
 * service itself tell a refusal from that, and what will not pass from what may. A table has only what the service's
 * contract shows to be said before anything was begun, or of what was done.
 */
#ifndef WEFT_SERVICE_KNOWN_ANSWERS_H
#define WEFT_SERVICE_KNOWN_ANSWERS_H

#include "client/operation.h"

typedef struct weft__known_answer {
    int status;
    const char *words; /* how the server's message begins */
    weft_outcome outcome;
    bool permanent; /* asking again does not help */
} weft__known_answer;

/* For `explain`, once `response->message` is the server's: the first row that fits counts. */
void weft__know_answer(weft__response *response, const weft__known_answer *rows, size_t count);

#endif

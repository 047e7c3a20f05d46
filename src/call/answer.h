/* call/answer.h - what kind of answer is at hand. */
#ifndef WEFT_CALL_ANSWER_H
#define WEFT_CALL_ANSWER_H

#include "call/call.h"

bool weft__call_is_error_answer(const weft_call *call);
/* By the server's own clock where it shows it: what it says of times to come is meant by that one. */
int64_t weft__call_time_of_answer(const weft_call *call);
/* How long the answer asks to wait, in ms; -1 when it does not say. */
int64_t weft__call_retry_after(const weft_call *call);

/* "text/html; charset=utf-8" without what follows the semicolon. */
weft_str weft__media_type(weft_str content_type);
/* Whether a body begins as an object or an array of JSON does. */
bool weft__is_json_container(weft_str body);
/* Services do not answer with pages: something else stands in the place of this one. Where any text will do, a page may
 * be what was asked for. */
bool weft__call_is_page(const weft_call *call);

#endif

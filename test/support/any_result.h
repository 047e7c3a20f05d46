/* test/support/any_result.h - one function for results of every type.
 *
 *     static void note(weft_call *call, const weft_error *error, const void *result, void *arg);
 *
 *     #define NOTE(name, type) ANY_RESULT(note, note_##name, type)
 *     EVERY_RESULT(NOTE)
 *
 * makes note_stromboli_job, note_text, note_done and so on: callbacks that hand on to note() what they are told.
 */
#ifndef WEFT_TEST_ANY_RESULT_H
#define WEFT_TEST_ANY_RESULT_H

#include "service/agentserver_operations.h"
#include "service/handinger_operations.h"
#include "service/skillbox_operations.h"
#include "service/stromboli_operations.h"

#include "weft/weft.h"

#define ANY_RESULT(function, callback, type)                                                                           \
    __attribute__((unused)) static void callback(weft_call *call, const weft_error *error, const type *result,         \
                                                 void *arg)                                                            \
    {                                                                                                                  \
        function(call, error, result, arg);                                                                            \
    }
/* The same for calls that have no result. */
#define NO_RESULT(function, callback)                                                                                  \
    __attribute__((unused)) static void callback(weft_call *call, const weft_error *error, void *arg)                  \
    {                                                                                                                  \
        function(call, error, NULL, arg);                                                                              \
    }

#define EVERY_RESULT(X)                                                                                                \
    X(text, weft_str)                                                                                                  \
    EVERY_OBJECT(X)
/* Those that begin with a weft_object: all but a text. */
#define EVERY_OBJECT(X)                                                                                                \
    X(http, weft_http_response)                                                                                        \
    WEFT__STROMBOLI_RESULTS(X)                                                                                         \
    WEFT__SKILLBOX_RESULTS(X)                                                                                          \
    WEFT__HANDINGER_RESULTS(X)                                                                                         \
    WEFT__AGENTSERVER_RESULTS(X)

#endif

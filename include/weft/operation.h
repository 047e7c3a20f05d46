/**
 * weft/operation.h - every operation of every service by its name, with its arguments as one JSON object.
 *
 * For those who do not write one line of C per operation: a binding to another language, a queue, a tool. The typed
 * functions and these are two doors to one room: the same table says what is sent, what is checked before it is, how
 * long it may take, whether it may be asked twice, and what is a failure.
 *
 *     weft_operation_submit(client, "RunAsync", "{\"prompt\":\"Review this code\"}", NULL, on_answer, NULL);
 *     weft_operation_submit(client, "GetJob", "{\"id\":\"job-1\"}", NULL, on_answer, NULL);
 *
 * The name of an operation is that of its function: weft_stromboli_run_async is "RunAsync" of a client of Stromboli,
 * weft_agentserver_create_sandbox is "CreateSandbox" of one of agentserver. Its arguments are the parameters of its
 * path, those of its query and the members of its body, by their names on the wire, in any order, in one object; what a
 * later server knows beyond them goes into the body where the typed request has an `extra`. A member that has no place,
 * or is of another kind than its place, is refused by name: the server would pass over it without a word.
 *
 * What weft makes of several requests - waits, walks of pages - has only its own function.
 *
 * What moves files (uploads and downloads: weft_operation.moves_files) has no arguments that JSON could hold: it is
 * listed, and refused with WEFT_E_UNSUPPORTED.
 */
#ifndef WEFT_OPERATION_H
#define WEFT_OPERATION_H

#include "weft/client.h"
#include "weft/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Where a parameter goes. */
typedef enum weft_parameter_place {
    WEFT_PARAMETER_PLACE_PATH = 0,   /**< a segment of the path; always required */
    WEFT_PARAMETER_PLACE_QUERY = 1,  /**< the query */
    WEFT_PARAMETER_PLACE_HEADER = 2, /**< a header of the request */
    WEFT_PARAMETER_PLACE_BODY = 3    /**< a member of the JSON body */
} weft_parameter_place;

/** What a parameter is in JSON. */
typedef enum weft_parameter_kind {
    WEFT_PARAMETER_KIND_TEXT = 0,    /**< a string */
    WEFT_PARAMETER_KIND_BOOL = 1,    /**< true or false */
    WEFT_PARAMETER_KIND_INTEGER = 2, /**< a number without a fraction */
    WEFT_PARAMETER_KIND_NUMBER = 3,  /**< any number */
    WEFT_PARAMETER_KIND_OBJECT = 4, /**< an object; of one that weft has a struct for, unknown members are looked for
                                         too */
    WEFT_PARAMETER_KIND_LIST = 5, /**< an array */
    WEFT_PARAMETER_KIND_JSON = 6  /**< any value */
} weft_parameter_kind;

/** One parameter of an operation. */
typedef struct weft_parameter {
    const char *name;           /**< on the wire, as the arguments have it; static */
    weft_parameter_place place; /**< where it goes */
    weft_parameter_kind kind;   /**< what it has to be */
    bool required;              /**< refused without it. Others may be needed too, by rules beyond a table */
} weft_parameter;

/** One operation of a service. All texts are static. */
typedef struct weft_operation {
    const char *service; /**< "Stromboli"; the gateways of agentserver are services of their own */
    const char *name;    /**< as the functions here take it: "CreateSandbox" */
    const char *label;   /**< what it does, after "cannot": "create the sandbox" */
    const char *method;  /**< of HTTP: "POST" */
    const char *path;    /**< below the base URL, parameters in braces: "/jobs/{id}" */
    bool repeatable;     /**< asking twice does no harm, so weft may do so by itself when an answer was lost */
    bool is_stream;      /**< answers with events: weft_operation_stream, not weft_operation_submit */
    bool may_stream;     /**< weft_operation_stream takes it: a stream, or one where `stream` asks for it */
    bool moves_files;    /**< an upload or a download: only by its own function */
} weft_operation;

/** How many operations there are, of all services together. */
WEFT_API size_t weft_operation_get_count(void);
/** Fills `*ret_operation` with number `index`, from 0, service by service; false past the last. */
WEFT_API bool weft_operation_get_at(size_t index, weft_operation *ret_operation);
/**
 * Fills `*ret_parameter` with number `parameter`, from 0, of operation number `index`: those of the path in order, then
 * of the query, the header, the body. False past the last.
 */
WEFT_API bool weft_operation_get_parameter_at(size_t index, size_t parameter, weft_parameter *ret_parameter);

/** What an operation came to. Both are empty for those that answer nothing but that they succeeded. */
typedef struct weft_operation_result {
    weft_json json; /**< the answer, as it was received; ptr NULL when it is no JSON */
    weft_str text;  /**< an answer that is no JSON; else ptr NULL */
} weft_operation_result;
/** A weft_done_cb with a weft_operation_result. */
typedef void weft_operation_cb(weft_call *call, const weft_error *error, const weft_operation_result *result,
                               void *arg);

/**
 * Submits the operation called `name` of the client's service. `arguments` is the text of one JSON object, copied; NULL
 * is an empty one. `options` may be NULL.
 * Result: weft_operation_result, of what the typed function takes for a success as well.
 * Errors: WEFT_E_INVALID      no such operation at this service, arguments that are no object, a member without a
 *                             place, of the wrong kind or missing; all that the typed function refuses
 *         WEFT_E_UNSUPPORTED  it moves files, or answers with a stream
 *         and whatever the typed function says
 */
WEFT_API weft_call *weft_operation_submit(weft_client *client, const char *name, const char *arguments,
                                          const weft_call_options *options, weft_operation_cb *cb, void *arg);

/**
 * Opens the stream called `name` of the client's service, as the typed function does. NULL only when memory is short or
 * the client NULL; all else that is wrong, as for weft_operation_submit, is told in `on_end`.
 */
WEFT_API weft_stream *weft_operation_stream(weft_client *client, const char *name, const char *arguments,
                                            const weft_call_options *options, const weft_stream_callbacks *callbacks,
                                            void *arg);

/**
 * Whether weft_operation_submit or weft_operation_stream would send this: nothing is sent. False, and `*ret_error`
 * filled unless it is NULL, when not; a client that is NULL is WEFT_E_INVALID too.
 */
WEFT_API bool weft_operation_check(weft_client *client, const char *name, const char *arguments,
                                   weft_error_info *ret_error);

#ifdef __cplusplus
}
#endif

#endif

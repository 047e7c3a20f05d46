/* scale/kernel.h - a stand-in for the kernel's sockets, in this process: as many connections as memory has room for.
 *
 * The linker has weft's own socket functions lead here (--wrap); descriptors that are not of here go on to the system.
 * A connection stands at once, whatever its address. Each request, which must come in one piece, is answered with one
 * text, the same for all. The set of sockets (epoll) is a descriptor of the system's, for libuv to watch, and its
 * readiness stays until it is served, as it does in the kernel.
 */
#ifndef SCALE_KERNEL_H
#define SCALE_KERNEL_H

#include <stddef.h>

/* What requests are answered with from now on; NULL = nothing. Borrowed. */
void kernel_answer(const char *text);
/* The next so many requests are answered with `text` instead. */
void kernel_answer_first(size_t count, const char *text);
/* Requests that were not answered yet are, now. */
void kernel_answer_waiting(const char *text);
/* Connections that stand now. */
size_t kernel_connections(void);
/* Requests that came. */
size_t kernel_requests(void);

#endif

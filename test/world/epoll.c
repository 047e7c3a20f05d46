/* epoll.c - the kernel's epoll sets. Those that are ready are told in any order, from a place that chance gives. */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "net.h"
#include "world.h"

enum { MAX_SETS = 8 };

static int sets[MAX_SETS];
static unsigned set_count;
static net_connection *members[NET_MAX_FDS]; /* of all sets */
static unsigned member_count;

int __wrap_epoll_create1(int flags);
int __wrap_epoll_ctl(int set, int operation, int fd, struct epoll_event *event);
int __wrap_epoll_wait(int set, struct epoll_event *events, int max, int timeout);

static int fail(int error)
{
    errno = error;
    return -1;
}

void epoll_reset(void)
{
    set_count = member_count = 0;
}

unsigned epoll_open_count(void)
{
    return set_count;
}

static unsigned place_of(int fd)
{
    unsigned place = 0;

    while (place < set_count && sets[place] != fd)
        place++;
    return place;
}

bool epoll_is_set(int fd)
{
    return place_of(fd) < set_count;
}

void epoll_close(int fd)
{
    sets[place_of(fd)] = sets[--set_count];
}

/* What would be told of a member now. */
static uint32_t told(const net_connection *member)
{
    if ((member->wanted & EPOLLET) && !member->edge)
        return 0;
    return socket_events(member) & (member->wanted | EPOLLERR | EPOLLHUP);
}

bool epoll_is_ready(int fd)
{
    for (unsigned i = 0; i < member_count; i++)
        if (members[i]->set == fd && told(members[i]))
            return true;
    return false;
}

bool epoll_take_out(net_connection *connection)
{
    for (unsigned i = 0; i < member_count; i++)
        if (members[i] == connection) {
            members[i] = members[--member_count];
            connection->set = -1;
            return true;
        }
    return false;
}

int __wrap_epoll_create1(int flags)
{
    INVARIANT(SYSCALLS, flags & EPOLL_CLOEXEC, "an epoll set is inherited");
    socket_enter();
    if (set_count == MAX_SETS || world_strikes(FAULT_DESCRIPTORS, 10))
        return fail(EMFILE);
    sets[set_count] = socket_number(NULL);
    return sets[set_count++];
}

static int add(int set, net_connection *connection)
{
    if (connection->set >= 0)
        return fail(EEXIST);
    if (world_strikes(FAULT_DESCRIPTORS, 5))
        return fail(ENOSPC);
    connection->set = set;
    members[member_count++] = connection;
    return 0;
}

int __wrap_epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    net_connection *connection = socket_of(fd);

    socket_enter();
    INVARIANT(SYSCALLS, epoll_is_set(set) && connection && !connection->closed, "epoll_ctl on a closed descriptor");
    if (!connection || connection->closed)
        return fail(EBADF);
    if (operation == EPOLL_CTL_ADD && add(set, connection) != 0)
        return -1;
    INVARIANT(SYSCALLS, connection->set == set, "epoll_ctl of a descriptor that is not in the set");
    if (operation == EPOLL_CTL_DEL) {
        epoll_take_out(connection);
        return 0;
    }
    connection->wanted = event->events;
    connection->data = event->data.ptr;
    connection->edge = true;
    return 0;
}

int __wrap_epoll_wait(int set, struct epoll_event *events, int max, int timeout)
{
    unsigned first = (unsigned)world_below(member_count);
    int count = 0;

    INVARIANT(SYSCALLS, timeout == 0, "epoll_wait within a turn of the loop would block");
    socket_enter();
    for (unsigned i = 0; i < member_count && count < max; i++) {
        net_connection *member = members[(first + i) % member_count];
        uint32_t ready = member->set == set ? told(member) : 0;

        if (!ready)
            continue;
        events[count].events = ready;
        events[count++].data.ptr = member->data;
        member->edge = false;
    }
    return count;
}

/* fanout/help.h - what --help prints. */
#ifndef FANOUT_HELP_H
#define FANOUT_HELP_H

void help_print(void);

#endif

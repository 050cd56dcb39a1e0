// What glibc has for processes and does not show to Swift.
#ifndef FLUXCORE_CPROCESS_H
#define FLUXCORE_CPROCESS_H

#include <spawn.h>

/// A pipe whose ends are closed in programs that are started; 0, or -1 with `errno`.
int fx_pipe(int ends[2]);

/// In the program that is started, all descriptors from this one on are closed; 0, or a value of `errno`.
int fx_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

/// A file that only this process knows and that goes away with its last descriptor; -1 with `errno`.
int fx_memory_file(void);

/// Blocks of this size and above, and more than so many unused bytes at the end of the heap, go back to the system.
void fx_return_memory(int block, int unused);

#endif

#define _GNU_SOURCE
#include "cprocess.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

int fx_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int fx_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int fx_memory_file(void) { return memfd_create("fluxcore", MFD_CLOEXEC); }

void fx_return_memory(int block, int unused) {
    mallopt(M_MMAP_THRESHOLD, block);
    mallopt(M_TRIM_THRESHOLD, unused);
}

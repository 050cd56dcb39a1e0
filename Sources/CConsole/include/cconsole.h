#ifndef FLUXCORE_CCONSOLE_H
#define FLUXCORE_CCONSOLE_H
#include <stddef.h>

/// A file of the web console, as it lies in `assets`, held in the executable.
struct cconsole_file {
    /// Path below `assets`: `pages/rule.js`.
    const char *name;
    const unsigned char *bytes;
    size_t size;
};

/// All files; `count` is how many there are.
const struct cconsole_file *cconsole_files(size_t *count);
#endif

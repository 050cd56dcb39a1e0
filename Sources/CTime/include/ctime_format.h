#ifndef FLUXCORE_CTIME_H
#define FLUXCORE_CTIME_H
#include <time.h>

/// `strptime` of the C library, which Swift does not see: behind what was read of `text`, or NULL.
char *ctime_read(const char *text, const char *format, struct tm *fields);
#endif

#define _GNU_SOURCE
#include "ctime_format.h"

char *ctime_read(const char *text, const char *format, struct tm *fields) { return strptime(text, format, fields); }

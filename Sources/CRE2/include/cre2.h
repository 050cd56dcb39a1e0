#ifndef FLUXCORE_CRE2_H
#define FLUXCORE_CRE2_H
#include <stddef.h>
#include <stdbool.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A compiled RE2 expression: linear-time, immutable, safe to use from many threads.
typedef struct cre2_regex cre2_regex;

/// Compiles `pattern`. On a syntax error the result is NULL and `error` (of `error_capacity` bytes) holds
/// RE2's message, NUL-terminated.
cre2_regex *cre2_compile(const char *pattern, size_t length, bool case_insensitive, char *error, size_t error_capacity);

/// True when the expression matches anywhere in `text`.
bool cre2_search(const cre2_regex *regex, const char *text, size_t length);

/// Writes the bounds of capture group `group` (0: the whole match) of the first match; false without one.
bool cre2_capture(const cre2_regex *regex, const char *text, size_t length, int group, size_t *start, size_t *end);

/// Bounds of a capture group; one that took no part in the match starts at -1 and has no length.
typedef struct {
    ptrdiff_t start, length;
} cre2_span;

/// Writes the bounds of the first match and of its groups 1 to `count - 1`; false without a match.
bool cre2_capture_all(const cre2_regex *regex, const char *text, size_t length, cre2_span *spans, int count);

/// The name of a capture group (from 1), NUL-terminated and owned by the expression; NULL when it has none.
const char *cre2_group_name(const cre2_regex *regex, int group);

/// How many capture groups the expression has, the whole match not counted.
int cre2_group_count(const cre2_regex *regex);

/// The first place of `part` in `text` in linear time; NULL when there is none. No expression: for constant parts.
const char *cre2_find(const char *text, size_t length, const char *part, size_t part_length);

void cre2_free(cre2_regex *regex);

#ifdef __cplusplus
}
#endif
#endif

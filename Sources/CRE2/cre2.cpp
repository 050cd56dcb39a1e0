#include "cre2.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <vector>

struct cre2_regex {
    re2::RE2 expression;
    cre2_regex(re2::StringPiece pattern, const re2::RE2::Options &options) : expression(pattern, options) {}
};

extern "C" cre2_regex *cre2_compile(
    const char *pattern, size_t length, bool case_insensitive, char *error, size_t error_capacity) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!case_insensitive);
    options.set_max_mem(16 << 20);
    auto *regex = new cre2_regex(re2::StringPiece(pattern, length), options);
    if (regex->expression.ok()) return regex;
    if (error_capacity > 0) {
        const std::string &message = regex->expression.error();
        size_t count = std::min(message.size(), error_capacity - 1);
        std::memcpy(error, message.data(), count);
        error[count] = 0;
    }
    delete regex;
    return nullptr;
}

extern "C" bool cre2_search(const cre2_regex *regex, const char *text, size_t length) {
    return regex->expression.Match(re2::StringPiece(text, length), 0, length, re2::RE2::UNANCHORED, nullptr, 0);
}

extern "C" bool cre2_capture(
    const cre2_regex *regex, const char *text, size_t length, int group, size_t *start, size_t *end) {
    if (group < 0 || group > regex->expression.NumberOfCapturingGroups()) return false;
    std::vector<re2::StringPiece> groups(group + 1);
    if (!regex->expression.Match(
            re2::StringPiece(text, length), 0, length, re2::RE2::UNANCHORED, groups.data(), group + 1))
        return false;
    if (groups[group].data() == nullptr) return false;
    *start = groups[group].data() - text;
    *end = *start + groups[group].size();
    return true;
}

extern "C" bool cre2_capture_all(const cre2_regex *regex, const char *text, size_t length, cre2_span *spans, int count) {
    // The usual expression has few groups: no memory is allocated for them.
    re2::StringPiece few[32];
    std::vector<re2::StringPiece> many(count > 32 ? count : 0);
    re2::StringPiece *groups = count > 32 ? many.data() : few;
    if (count < 1 || count > regex->expression.NumberOfCapturingGroups() + 1) return false;
    if (!regex->expression.Match(re2::StringPiece(text, length), 0, length, re2::RE2::UNANCHORED, groups, count))
        return false;
    for (int i = 0; i < count; i++) {
        bool took_part = groups[i].data() != nullptr;
        spans[i].start = took_part ? groups[i].data() - text : -1;
        spans[i].length = took_part ? ptrdiff_t(groups[i].size()) : 0;
    }
    return true;
}

extern "C" const char *cre2_group_name(const cre2_regex *regex, int group) {
    const auto &names = regex->expression.CapturingGroupNames();
    auto found = names.find(group);
    return found == names.end() ? nullptr : found->second.c_str();
}

extern "C" int cre2_group_count(const cre2_regex *regex) { return regex->expression.NumberOfCapturingGroups(); }

extern "C" const char *cre2_find(const char *text, size_t length, const char *part, size_t part_length) {
    return static_cast<const char *>(memmem(text, length, part, part_length));
}

extern "C" void cre2_free(cre2_regex *regex) { delete regex; }

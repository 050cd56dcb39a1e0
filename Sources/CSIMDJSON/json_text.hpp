#pragma once
#include "csimdjson.h"
#include <cstring>

namespace fluxcore {

enum Tag : uint8_t { TAG_NULL, TAG_BOOL, TAG_INT, TAG_DOUBLE, TAG_STRING, TAG_LIST, TAG_OBJECT };

inline fx_value make_value(Tag tag, uint64_t payload, uint32_t length = 0) {
    return fx_value{payload, length, tag, {0, 0, 0}};
}
inline fx_value make_text(Tag tag, const uint8_t *start, size_t length) {
    return make_value(tag, reinterpret_cast<uintptr_t>(start), static_cast<uint32_t>(length));
}

inline uint64_t load8(const uint8_t *bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    return word;
}

inline bool is_blank(uint8_t c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// What may follow a literal or a number: a blank, or the end of its member, element or container.
inline bool ends_scalar(uint8_t c) { return c == ',' || c == '}' || c == ']' || is_blank(c); }

/// Reads a JSON number at `start` up to a byte that ends a scalar. False when it is not one. An integer beyond Int64 is
/// a double; a number that no finite double is near is null.
bool parse_number(const uint8_t *start, fx_value &out);

/// Resolves the escapes of [start, end) into `out`, which has room for end - start bytes. Lone surrogates become
/// U+FFFD. Returns the end of what was written; nullptr when an escape is not JSON's.
uint8_t *unescape(const uint8_t *start, const uint8_t *end, uint8_t *out);

/// Whether the escapes of [start, end) are JSON's.
bool valid_escapes(const uint8_t *start, const uint8_t *end);

}  // namespace fluxcore

#include "line_walker.hpp"

namespace fluxcore {

/// Whether a backslash lies in [start, end). Searches each stretch of the block once as long as it is asked in order.
inline bool LineWalker::has_escape(uint32_t start, uint32_t end) {
    if (next_escape < start) {
        auto *found = static_cast<const uint8_t *>(std::memchr(block + start, '\\', block_end - start));
        next_escape = found ? uint32_t(found - block) : UINT32_MAX;
    }
    return next_escape < end;
}

/// Position of the closing quote of the string at `entry`.
inline uint32_t LineWalker::string_end(const uint32_t *entry) const {
    uint32_t end = entry[1] - 1;
    while (is_blank(block[end])) end--;
    return end;
}

inline const uint32_t *LineWalker::read_scalar(const uint32_t *entry, fx_value &out) {
    uint32_t at = *entry;
    const uint8_t *bytes = block + at;
    switch (*bytes) {
    case '"': {
        uint32_t end = string_end(entry);
        if (!has_escape(at + 1, end)) {
            out = make_text(TAG_STRING, bytes + 1, end - at - 1);
            return entry + 1;
        }
        size_t room = end - at - 1;
        uint8_t *text = arena->allocate(room);
        uint8_t *text_end = unescape(bytes + 1, block + end, text);
        if (!text_end) return fail(FX_BAD_STRING);
        arena->shrink_last(room, size_t(text_end - text));
        out = make_text(TAG_STRING, text, size_t(text_end - text));
        return entry + 1;
    }
    case 't':
        if (std::memcmp(bytes, "true", 4) != 0 || !ends_scalar(bytes[4])) return fail(FX_BAD_LITERAL);
        out = make_value(TAG_BOOL, 1);
        return entry + 1;
    case 'f':
        if (std::memcmp(bytes, "false", 5) != 0 || !ends_scalar(bytes[5])) return fail(FX_BAD_LITERAL);
        out = make_value(TAG_BOOL, 0);
        return entry + 1;
    case 'n':
        if (std::memcmp(bytes, "null", 4) != 0 || !ends_scalar(bytes[4])) return fail(FX_BAD_LITERAL);
        out = make_value(TAG_NULL, 0);
        return entry + 1;
    case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        if (!parse_number(bytes, out)) return fail(FX_BAD_NUMBER);
        return entry + 1;
    case '\n': return fail(FX_TRUNCATED);
    default: return fail(FX_BAD_LITERAL);
    }
}

inline const uint32_t *LineWalker::skip_scalar(const uint32_t *entry) {
    if (block[*entry] == '"') {
        if (has_escape(*entry + 1, entry[1]) && !valid_escapes(block + *entry + 1, block + string_end(entry))) {
            return fail(FX_BAD_STRING);
        }
        return entry + 1;
    }
    fx_value ignored;
    return read_scalar(entry, ignored);
}

/// Skips the container at `entry`, which lies at `depth`, without recursion: one bit for each open container.
const uint32_t *LineWalker::skip_container(const uint32_t *entry, int depth) {
    uint64_t is_object[maximum_depth / 64 + 1];
    int level = 0;
    for (;;) {
        // A container opens at `entry`.
        if (*entry >= line_end) return fail(FX_TRUNCATED);
        if (depth + level > maximum_depth) return fail(FX_TOO_DEEP);
        bool object = block[*entry] == '{';
        uint64_t bit = uint64_t(1) << (level & 63);
        if ((level & 63) == 0) is_object[level >> 6] = 0;
        if (object) is_object[level >> 6] |= bit; else is_object[level >> 6] &= ~bit;
        level++;
        entry++;
        bool closed = block[*entry] == (object ? '}' : ']');
        if (closed) entry++;
        for (;;) {
            if (closed) {
                // A container has ended before `entry`: go on in the one around it.
                if (--level == 0) return entry;
                object = is_object[(level - 1) >> 6] >> ((level - 1) & 63) & 1;
                closed = false;
                uint8_t c = block[*entry];
                if (c == (object ? '}' : ']')) { entry++; closed = true; continue; }
                if (c != ',') return fail(*entry >= line_end ? FX_TRUNCATED : FX_EXPECTED_COMMA);
                entry++;
            }
            if (*entry >= line_end) return fail(FX_TRUNCATED);
            if (object) {
                if (block[*entry] != '"') return fail(FX_EXPECTED_KEY);
                if (!skip_scalar(entry)) return nullptr;
                if (block[entry[1]] != ':') return fail(FX_EXPECTED_COLON);
                entry += 2;
            }
            uint8_t c = block[*entry];
            if (c == '{' || c == '[') break;
            entry = skip_scalar(entry);
            if (!entry) return nullptr;
            c = block[*entry];
            if (c == (object ? '}' : ']')) { entry++; closed = true; continue; }
            if (c != ',') return fail(*entry >= line_end ? FX_TRUNCATED : FX_EXPECTED_COMMA);
            entry++;
        }
    }
}

inline const uint32_t *LineWalker::skip_value(const uint32_t *entry, int depth) {
    uint8_t c = block[*entry];
    return c == '{' || c == '[' ? skip_container(entry, depth + 1) : skip_scalar(entry);
}

inline int32_t LineWalker::find_child(Node &node, const uint32_t *entry, size_t ordinal) {
    const uint8_t *key = block + *entry + 1;
    if (ordinal < Node::expected_count && node.expected[ordinal].matches(key)) return node.expected[ordinal].child;
    uint32_t end = string_end(entry);
    size_t length = end - *entry - 1;
    if (!has_escape(*entry + 1, end)) {
        int32_t child = node.find(key, length);
        if (ordinal < Node::expected_count) node.expected[ordinal].learn(key, length, child);
        return child;
    }
    // Room for the lookup's reads behind the key.
    uint8_t *text = arena->allocate(length + 8);
    uint8_t *text_end = unescape(key, block + end, text);
    int32_t child = text_end ? node.find(text, size_t(text_end - text)) : -2;
    arena->shrink_last(length + 8, 0);
    return child;
}

const uint32_t *LineWalker::capture_child(const uint32_t *entry, const Child &child, int depth) {
    const uint32_t *next;
    uint8_t c = block[*entry];
    if (child.node >= 0) {
        // A key that stands twice: the last one wins with all that is below it.
        for (int32_t target : plan.nodes[size_t(child.node)].targets) cell(target) = make_value(TAG_NULL, 0);
        if (c == '{' && child.captures.empty()) return read_object(entry, child.node, depth + 1);
    }
    if (c != '{' && c != '[') {
        fx_value value;
        next = read_scalar(entry, value);
        if (!next) return nullptr;
        for (const Capture &capture : child.captures) {
            cell(capture.target) = capture.rest < 0 ? value : make_value(TAG_NULL, 0);
        }
        return next;
    }
    next = c == '{' && child.node >= 0 ? read_object(entry, child.node, depth + 1) : skip_container(entry, depth + 1);
    if (!next || child.captures.empty()) return next;
    // Elements are read only now that the whole value is known to be well-formed.
    fx_value value = make_value(TAG_NULL, 0);
    bool have_value = false;
    for (const Capture &capture : child.captures) {
        if (capture.rest >= 0) {
            cell(capture.target) = read_rest(entry, plan.rests[size_t(capture.rest)]);
            continue;
        }
        if (!have_value) read_value(entry, value);
        have_value = true;
        cell(capture.target) = value;
    }
    return next;
}

const uint32_t *LineWalker::read_object(const uint32_t *entry, int32_t node_index, int depth) {
    if (depth > maximum_depth) return fail(FX_TOO_DEEP);
    entry++;
    if (block[*entry] == '}') return entry + 1;
    Node &node = plan.nodes[size_t(node_index)];
    for (size_t ordinal = 0;; ordinal++) {
        if (*entry >= line_end) return fail(FX_TRUNCATED);
        if (block[*entry] != '"') return fail(FX_EXPECTED_KEY);
        int32_t index = find_child(node, entry, ordinal);
        if (block[entry[1]] != ':') return fail(FX_EXPECTED_COLON);
        entry += 2;
        if (index >= 0) {
            const Child &child = node.children[size_t(index)];
            uint8_t c = block[*entry];
            if (c != '{' && c != '[' && child.node < 0 && child.captures.size() == 1 && child.captures[0].rest < 0) {
                entry = read_scalar(entry, cell(child.captures[0].target));
            } else {
                entry = capture_child(entry, child, depth);
            }
        } else if (index == -1) {
            entry = skip_value(entry, depth);
        } else {
            return fail(FX_BAD_STRING);
        }
        if (!entry) return nullptr;
        uint8_t c = block[*entry++];
        if (c == '}') return entry;
        if (c != ',') return fail(entry[-1] >= line_end ? FX_TRUNCATED : FX_EXPECTED_COMMA);
    }
}

const uint32_t *LineWalker::read_line(const uint32_t *entry, uint32_t end, fx_value *target_row, fx_value &time) {
    row = target_row;
    line_end = end;
    status = FX_OK;
    if (plan.slot_count) std::memset(static_cast<void *>(row), 0, size_t(plan.slot_count) * sizeof(fx_value));
    if (!scratch.empty()) std::memset(static_cast<void *>(scratch.data()), 0, scratch.size() * sizeof(fx_value));
    if (block[*entry] != '{') return fail(FX_NOT_AN_OBJECT);
    const uint32_t *next = read_object(entry, 0, 1);
    if (!next) return nullptr;
    object_end = next[-1] + 1;
    if (object_end > line_end) return fail(FX_TRUNCATED);
    if (*next < line_end) return fail(FX_TRAILING);
    for (const Choice &choice : plan.choices) {
        for (int32_t source : choice.cells) {
            if (cell(source).tag == TAG_NULL) continue;
            cell(choice.target) = cell(source);
            break;
        }
    }
    time = make_value(TAG_NULL, 0);
    for (int32_t source : plan.time_cells) {
        if (cell(source).tag == TAG_NULL) continue;
        time = cell(source);
        break;
    }
    return next;
}

}  // namespace fluxcore

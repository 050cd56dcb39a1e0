#include "line_walker.hpp"

// Lists, objects as text, and paths through arrays: read from values that the walk has found well-formed, so nothing
// here can fail and recursion is bounded by the depth that the walk accepts.

namespace fluxcore {

/// Behind the value at `entry`.
const uint32_t *LineWalker::jump(const uint32_t *entry) const {
    int level = 0;
    do {
        uint8_t c = block[*entry++];
        if (c == '{' || c == '[') level++;
        if (c == '}' || c == ']') level--;
    } while (level > 0);
    return entry;
}

/// Moves the elements from `base` on into the arena.
fx_value LineWalker::keep_list(size_t base) {
    size_t count = elements.size() - base;
    auto *kept = reinterpret_cast<fx_value *>(arena->allocate(count * sizeof(fx_value)));
    if (count) std::memcpy(static_cast<void *>(kept), elements.data() + base, count * sizeof(fx_value));
    elements.resize(base);
    return make_value(TAG_LIST, reinterpret_cast<uintptr_t>(kept), uint32_t(count));
}

const uint32_t *LineWalker::read_value(const uint32_t *entry, fx_value &out) {
    uint32_t at = *entry;
    uint8_t c = block[at];
    if (c == '{') {
        const uint32_t *next = jump(entry);
        out = make_text(TAG_OBJECT, block + at, next[-1] + 1 - at);
        return next;
    }
    if (c == '[') {
        size_t base = elements.size();
        entry++;
        while (block[*entry] != ']') {
            fx_value element;
            entry = read_value(entry, element);
            elements.push_back(element);
            if (block[*entry] == ',') entry++;
        }
        out = keep_list(base);
        return entry + 1;
    }
    if (c == '"') {
        uint32_t end = entry[1] - 1;
        while (is_blank(block[end])) end--;
        const uint8_t *text = block + at + 1;
        size_t length = end - at - 1;
        if (length && std::memchr(text, '\\', length)) {
            uint8_t *copy = arena->allocate(length);
            size_t copied = size_t(unescape(text, block + end, copy) - copy);
            arena->shrink_last(length, copied);
            text = copy;
            length = copied;
        }
        out = make_text(TAG_STRING, text, length);
    } else if (c == 't' || c == 'f') {
        out = make_value(TAG_BOOL, c == 't');
    } else if (c == 'n' || !parse_number(block + at, out)) {
        out = make_value(TAG_NULL, 0);
    }
    return entry + 1;
}

bool LineWalker::key_equals(const uint32_t *entry, const std::string &key) {
    uint32_t end = entry[1] - 1;
    while (is_blank(block[end])) end--;
    const uint8_t *text = block + *entry + 1;
    size_t length = end - *entry - 1;
    if (!length || !std::memchr(text, '\\', length)) {
        return length == key.size() && std::memcmp(text, key.data(), length) == 0;
    }
    uint8_t *copy = arena->allocate(length);
    size_t copied = size_t(unescape(text, block + end, copy) - copy);
    bool equal = copied == key.size() && std::memcmp(copy, key.data(), copied) == 0;
    arena->shrink_last(length, 0);
    return equal;
}

/// The value that keys [at, end) of the path lead to from the value at `entry`, in the reading with most parts; nullptr
/// when there is none. `depth` is the number of parts.
const uint32_t *LineWalker::find_keys(const uint32_t *entry, const Path &path, size_t at, size_t end, size_t &depth) {
    depth = 0;
    if (at == end) return block[*entry] == 'n' ? nullptr : entry;
    if (block[*entry] != '{') return nullptr;
    const uint32_t *best = nullptr;
    std::string key;
    for (size_t size = 1; at + size <= end; size++) {
        key += size > 1 ? "." + path[at + size - 1].key : path[at].key;
        const uint32_t *last = nullptr;
        const uint32_t *member = entry + 1;
        while (block[*member] != '}') {
            if (key_equals(member, key)) last = member + 2;
            member = jump(member + 2);
            if (block[*member] == ',') member++;
        }
        if (!last) continue;
        size_t below;
        const uint32_t *found = find_keys(last, path, at + size, end, below);
        if (found && (!best || below + 1 > depth)) {
            best = found;
            depth = below + 1;
        }
    }
    return best;
}

/// Pushes what the path from part `at` on reads of the value at `entry`: one value, or several behind `[*]`.
void LineWalker::collect(const uint32_t *entry, const Path &path, size_t at) {
    const fx_value null = make_value(TAG_NULL, 0);
    for (;;) {
        if (at == path.size()) {
            fx_value value;
            read_value(entry, value);
            elements.push_back(value);
            return;
        }
        if (path[at].kind == FX_SEGMENT_KEY) {
            size_t end = at;
            while (end < path.size() && path[end].kind == FX_SEGMENT_KEY) end++;
            size_t depth;
            entry = find_keys(entry, path, at, end, depth);
            if (!entry) return elements.push_back(null);
            at = end;
            continue;
        }
        if (block[*entry] != '[') return elements.push_back(null);
        bool every = path[at].kind == FX_SEGMENT_ANY;
        size_t index = 0;
        const uint32_t *element = entry + 1;
        while (block[*element] != ']' && (every || index < path[at].index)) {
            if (every) collect(element, path, at + 1);
            element = jump(element);
            if (block[*element] == ',') element++;
            index++;
        }
        if (every) return;
        if (block[*element] == ']') return elements.push_back(null);
        entry = element;
        at++;
    }
}

/// The value of a path that leads on through arrays: a list when it has `[*]`, null when its first array is none.
fx_value LineWalker::read_rest(const uint32_t *entry, const Path &path) {
    if (block[*entry] != '[') return make_value(TAG_NULL, 0);
    bool every = false;
    for (const Segment &segment : path) every = every || segment.kind == FX_SEGMENT_ANY;
    size_t base = elements.size();
    collect(entry, path, 0);
    if (every) return keep_list(base);
    fx_value value = elements[base];
    elements.resize(base);
    return value;
}

}  // namespace fluxcore

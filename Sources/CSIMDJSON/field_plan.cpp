#include "field_plan.hpp"
#include <algorithm>

namespace fluxcore {

static uint64_t key_word(const uint8_t *key, size_t length) {
    uint64_t word = load8(key);
    return length >= 8 ? word : word & ((uint64_t(1) << 8 * length) - 1);
}

static size_t key_hash(uint64_t word, size_t length) {
    return size_t(((word + length) * 0x9E3779B97F4A7C15u) >> 40);
}

void Expected::learn(const uint8_t *key, size_t key_length, int32_t key_child) {
    *this = Expected();
    if (key_length > 15) return;
    uint8_t text[16] = {0}, mask[16] = {0};
    std::memcpy(text, key, key_length);
    text[key_length] = '"';
    std::memset(mask, 0xFF, key_length + 1);
    low = load8(text);
    high = load8(text + 8);
    low_mask = load8(mask);
    high_mask = load8(mask + 8);
    length = uint32_t(key_length);
    child = key_child;
}

int32_t Node::find(const uint8_t *key, size_t length) const {
    size_t mask = table.size() - 1;
    for (size_t at = key_hash(key_word(key, length), length) & mask; table[at]; at = (at + 1) & mask) {
        const Child &child = children[size_t(table[at] - 1)];
        if (child.key.size() == length && std::memcmp(child.key.data(), key, length) == 0) return table[at] - 1;
    }
    return -1;
}

void Node::seal() {
    size_t size = 4;
    while (size < children.size() * 4) size *= 2;
    table.assign(size, 0);
    for (size_t i = 0; i < children.size(); i++) {
        std::string padded = children[i].key + std::string(8, '\0');
        size_t length = children[i].key.size();
        size_t at = key_hash(key_word(reinterpret_cast<const uint8_t *>(padded.data()), length), length) & (size - 1);
        while (table[at]) at = (at + 1) & (size - 1);
        table[at] = int32_t(i) + 1;
    }
    expected.assign(expected_count, Expected());
}

/// The ways to cut `keys` keys into parts, each part one dotted key: most parts first, then the shorter first part.
/// Long paths leave out those with several dotted keys, as their number doubles with each key.
static std::vector<std::vector<size_t>> readings(size_t keys) {
    std::vector<std::vector<size_t>> result;
    if (keys <= 8) {
        for (size_t cuts = 0; cuts < size_t(1) << (keys - 1); cuts++) {
            std::vector<size_t> parts(1, 1);
            for (size_t i = 0; i + 1 < keys; i++) {
                if (cuts >> i & 1) parts.push_back(1); else parts.back()++;
            }
            result.push_back(parts);
        }
    } else {
        result.push_back(std::vector<size_t>(keys, 1));
        for (size_t start = 0; start < keys; start++) {
            for (size_t size = 2; start + size <= keys; size++) {
                std::vector<size_t> parts(start, 1);
                parts.push_back(size);
                parts.insert(parts.end(), keys - start - size, 1);
                result.push_back(parts);
            }
        }
    }
    std::sort(result.begin(), result.end(), [](const auto &left, const auto &right) {
        return left.size() != right.size() ? left.size() > right.size() : left < right;
    });
    return result;
}

void FieldPlan::add_reading(const Path &path, const std::vector<size_t> &parts, size_t keys, Capture capture) {
    int32_t node = 0;
    size_t at = 0;
    for (size_t size : parts) {
        std::string key = path[at].key;
        for (size_t i = at + 1; i < at + size; i++) key += "." + path[i].key;
        at += size;
        size_t index = 0;
        while (index < nodes[size_t(node)].children.size() && nodes[size_t(node)].children[index].key != key) index++;
        if (index == nodes[size_t(node)].children.size()) {
            nodes[size_t(node)].children.emplace_back();
            nodes[size_t(node)].children.back().key = key;
        }
        if (at == keys) {
            nodes[size_t(node)].children[index].captures.push_back(capture);
            return;
        }
        int32_t below = nodes[size_t(node)].children[index].node;
        if (below < 0) {
            below = int32_t(nodes.size());
            nodes[size_t(node)].children[index].node = below;
            nodes.emplace_back();
        }
        node = below;
    }
}

void FieldPlan::add(const Path &path, int32_t target) {
    size_t keys = 0;
    while (keys < path.size() && path[keys].kind == FX_SEGMENT_KEY) keys++;
    if (keys == 0) return;
    int32_t rest = -1;
    if (keys < path.size()) {
        rest = int32_t(rests.size());
        rests.emplace_back(path.begin() + ptrdiff_t(keys), path.end());
    }
    if (keys == 1) {
        add_reading(path, {1}, 1, {target, rest});
        return;
    }
    Choice choice{target, {}};
    for (const auto &parts : readings(keys)) {
        int32_t cell = ~scratch_count++;
        choice.cells.push_back(cell);
        add_reading(path, parts, keys, {cell, rest});
    }
    choices.push_back(choice);
}

void FieldPlan::collect(int32_t node, std::vector<int32_t> &targets) {
    for (const Child &child : nodes[size_t(node)].children) {
        for (const Capture &capture : child.captures) targets.push_back(capture.target);
        if (child.node >= 0) collect(child.node, targets);
    }
}

void FieldPlan::seal() {
    for (size_t i = 0; i < nodes.size(); i++) {
        nodes[i].seal();
        std::vector<int32_t> targets;
        collect(int32_t(i), targets);
        nodes[i].targets = targets;
    }
}

}  // namespace fluxcore

#pragma once
#include "csimdjson.h"
#include "json_text.hpp"
#include <string>
#include <vector>

namespace fluxcore {

/// A part of a field's path.
struct Segment {
    int kind;
    std::string key;
    size_t index;
};
using Path = std::vector<Segment>;

/// Where the value of a matched key goes. Targets from 0 are slots of the event's row, negative ones are scratch
/// cells (~target). `rest` is the index of the path that leads on from the value through arrays; -1 for the value itself.
struct Capture {
    int32_t target;
    int32_t rest;
};

/// What to do with one key of an object.
struct Child {
    std::string key;
    std::vector<Capture> captures;
    int32_t node = -1;
};

/// The key that stood at one position of the last object of a kind: events of one stream mostly have the same keys in
/// the same order, so comparing with it spares the lookup. Holds keys of at most 15 bytes, with the closing quote.
struct Expected {
    uint64_t low = 0, high = 0;
    uint64_t low_mask = ~uint64_t(0), high_mask = ~uint64_t(0);
    uint32_t length = 0;
    int32_t child = -1;

    bool matches(const uint8_t *key) const {
        return (((load8(key) ^ low) & low_mask) | ((load8(key + 8) ^ high) & high_mask)) == 0;
    }
    void learn(const uint8_t *key, size_t length, int32_t child);
};

/// The wanted keys of one kind of object.
struct Node {
    static constexpr size_t expected_count = 64;

    std::vector<Child> children;
    /// Open addressing; child index + 1, 0 is free. A power of two, at most half full.
    std::vector<int32_t> table;
    std::vector<Expected> expected;
    /// Every target below this node.
    std::vector<int32_t> targets;

    /// Index of the child with this key; -1 when nobody wants it. At least 8 bytes behind `key` are readable.
    int32_t find(const uint8_t *key, size_t length) const;
    void seal();
};

/// Of several readings of one dotted path, best first, the first that is present gives the value of `target`.
struct Choice {
    int32_t target;
    std::vector<int32_t> cells;
};

/// All wanted fields as a tree over keys, in every way in which dotted keys may be nested.
struct FieldPlan {
    std::vector<Node> nodes = std::vector<Node>(1);
    std::vector<Path> rests;
    std::vector<Choice> choices;
    std::vector<int32_t> time_cells;
    int32_t slot_count = 0;
    int32_t scratch_count = 0;

    void add(const Path &path, int32_t target);
    void seal();

private:
    void add_reading(const Path &path, const std::vector<size_t> &parts, size_t keys, Capture capture);
    void collect(int32_t node, std::vector<int32_t> &targets);
};

}  // namespace fluxcore

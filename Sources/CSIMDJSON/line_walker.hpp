#pragma once
#include "arena.hpp"
#include "field_plan.hpp"

namespace fluxcore {

/// Walks the structural index of one line at a time, checks the grammar in full, and captures the wanted fields.
///
/// The index holds the position of every bracket, colon and comma outside strings and of the first byte of every
/// string, number and literal; stage 1 has seen to it that strings are closed within their line and that the text is
/// UTF-8. Therefore only blanks lie between the end of a string and the next entry. Every step looks at the byte at an
/// entry before it reads on, and the entry behind the last is a newline, so no walk leaves the index.
class LineWalker {
public:
    static constexpr int maximum_depth = 1024;

    LineWalker(FieldPlan &plan) : plan(plan), scratch(size_t(plan.scratch_count)) {}

    void set_block(const uint8_t *bytes, size_t length, fx_arena *block_arena) {
        block = bytes;
        block_end = uint32_t(length);
        arena = block_arena;
        next_escape = 0;
    }

    /// Reads the object at `entry` of the line that ends at `line_end`. The entry behind it; nullptr with `status` set
    /// when the line is malformed.
    const uint32_t *read_line(const uint32_t *entry, uint32_t line_end, fx_value *row, fx_value &time);

    fx_status status = FX_OK;
    /// Behind the closing brace of the object last read.
    uint32_t object_end = 0;

private:
    const uint32_t *fail(fx_status reason) {
        status = reason;
        next_escape = 0;  // the next line to be read lies before what was looked at
        return nullptr;
    }
    fx_value &cell(int32_t target) { return target >= 0 ? row[target] : scratch[size_t(~target)]; }
    bool has_escape(uint32_t start, uint32_t end);
    uint32_t string_end(const uint32_t *entry) const;

    const uint32_t *read_object(const uint32_t *entry, int32_t node, int depth);
    const uint32_t *capture_child(const uint32_t *entry, const Child &child, int depth);
    int32_t find_child(Node &node, const uint32_t *entry, size_t ordinal);
    const uint32_t *skip_value(const uint32_t *entry, int depth);
    const uint32_t *skip_container(const uint32_t *entry, int depth);
    const uint32_t *skip_scalar(const uint32_t *entry);
    const uint32_t *read_scalar(const uint32_t *entry, fx_value &out);

    // These read values that have been checked.
    const uint32_t *read_value(const uint32_t *entry, fx_value &out);
    const uint32_t *jump(const uint32_t *entry) const;
    fx_value keep_list(size_t base);
    bool key_equals(const uint32_t *entry, const std::string &key);
    const uint32_t *find_keys(const uint32_t *entry, const Path &path, size_t at, size_t end, size_t &depth);
    fx_value read_rest(const uint32_t *entry, const Path &path);
    void collect(const uint32_t *entry, const Path &path, size_t at);

    FieldPlan &plan;
    std::vector<fx_value> scratch;
    std::vector<fx_value> elements;
    const uint8_t *block = nullptr;
    uint32_t block_end = 0;
    uint32_t line_end = 0;
    fx_arena *arena = nullptr;
    fx_value *row = nullptr;
    /// The first backslash behind the start of the last string looked at; UINT32_MAX when there is none.
    uint32_t next_escape = 0;
};

}  // namespace fluxcore

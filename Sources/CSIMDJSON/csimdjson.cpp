#include "csimdjson.h"
#include "line_walker.hpp"
#include <memory>
#include <simdjson.h>

using namespace fluxcore;

struct fx_decoder {
    FieldPlan plan;
    std::unique_ptr<LineWalker> walker;
    std::unique_ptr<simdjson::internal::dom_parser_implementation> index;

    simdjson::error_code run_stage1(const uint8_t *bytes, size_t length) {
        if (!index || index->capacity() < length) {
            // A multiple of the vector width; the next block is mostly of the same size.
            size_t capacity = (length + 65535) & ~size_t(65535);
            auto error = index ? index->allocate(capacity, 1)
                               : simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, index);
            if (error) return error;
        }
        return index->stage1(bytes, length, simdjson::stage1_mode::regular);
    }
};

static Path make_path(const fx_segment *segments, size_t count) {
    Path path;
    for (size_t i = 0; i < count; i++) {
        const fx_segment &from = segments[i];
        path.push_back({from.kind, from.kind == FX_SEGMENT_KEY ? std::string(from.text, from.length) : std::string(), from.index});
    }
    return path;
}

static fx_status status_of(simdjson::error_code error) {
    switch (error) {
    case simdjson::UTF8_ERROR: return FX_UTF8;
    case simdjson::UNCLOSED_STRING: return FX_TRUNCATED;
    case simdjson::UNESCAPED_CHARS: return FX_CONTROL_CHARACTER;
    case simdjson::CAPACITY: case simdjson::MEMALLOC: return FX_MEMORY;
    default: return FX_NOT_AN_OBJECT;
    }
}

namespace {

/// One call of fx_decode.
struct Run {
    fx_decoder *decoder;
    uint8_t *block;
    fx_value *slots, *times;
    size_t row_capacity;
    fx_line *lines;
    size_t line_capacity;
    fx_result result = {0, 0, 0, 0};

    bool is_full() const { return result.rows == row_capacity || result.lines == line_capacity; }

    uint32_t trimmed(uint32_t start, uint32_t end) const {
        while (end > start && is_blank(block[end - 1])) end--;
        return end;
    }

    /// Reads the line [start, end), whose first entry is `entry`. `base` is where the index starts in the block.
    const uint32_t *read(const uint32_t *entry, uint32_t base, uint32_t start, uint32_t end) {
        LineWalker &walker = *decoder->walker;
        fx_line &line = lines[result.lines++];
        line.offset = start;
        line.number = uint32_t(result.newlines);
        fx_value *row = slots + result.rows * size_t(decoder->plan.slot_count);
        const uint32_t *next = walker.read_line(entry, end - base, row, times[result.rows]);
        if (next) {
            line.status = FX_OK;
            line.length = walker.object_end + base - start;
            result.rows++;
            return next;
        }
        reject(line, walker.status, end);
        while (*entry < end - base) entry++;
        return entry;
    }

    void reject(fx_line &line, fx_status status, uint32_t end) {
        line.status = status;
        line.length = trimmed(line.offset, end) - line.offset;
    }
};

}  // namespace

static uint32_t find_line_end(const uint8_t *block, size_t from, size_t length) {
    auto *found = static_cast<const uint8_t *>(std::memchr(block + from, '\n', length - from));
    return uint32_t(found ? size_t(found - block) : length);
}

/// The whole block is one index: the common case.
static void decode_indexed(Run &run, size_t length, fx_arena *arena) {
    run.decoder->walker->set_block(run.block, length, arena);
    const uint32_t *entry = run.decoder->index->structural_indexes.get();
    size_t at = 0;
    while (at < length && !run.is_full()) {
        uint32_t end = find_line_end(run.block, at, length);
        if (*entry < end) entry = run.read(entry, 0, uint32_t(at), end);
        run.result.newlines += end < length;
        at = end < length ? end + 1 : length;
    }
    run.result.consumed = at;
}

/// Some line of the block has broken text, which may look like part of its neighbours: each gets an index of its own.
static void decode_by_line(Run &run, size_t length, fx_arena *arena) {
    size_t at = 0;
    while (at < length && !run.is_full()) {
        uint32_t end = find_line_end(run.block, at, length);
        uint32_t text_end = run.trimmed(uint32_t(at), end);
        if (text_end > at) {
            auto error = run.decoder->run_stage1(run.block + at, text_end - at);
            if (error) {
                fx_line &line = run.lines[run.result.lines++];
                line.offset = uint32_t(at);
                line.number = uint32_t(run.result.newlines);
                run.reject(line, status_of(error), text_end);
            } else {
                // The entry behind the last stands at the end of the text: a blank there ends every walk.
                uint8_t behind = run.block[text_end];
                run.block[text_end] = '\n';
                run.decoder->walker->set_block(run.block + at, text_end - at, arena);
                run.read(run.decoder->index->structural_indexes.get(), uint32_t(at), uint32_t(at), text_end);
                run.block[text_end] = behind;
            }
        }
        run.result.newlines += end < length;
        at = end < length ? end + 1 : length;
    }
    run.result.consumed = at;
}

extern "C" {

fx_arena *fx_arena_create(void) { return new fx_arena; }
void fx_arena_reset(fx_arena *arena) { arena->reset(); }
void fx_arena_free(fx_arena *arena) { delete arena; }

fx_decoder *fx_decoder_create(void) { return new fx_decoder; }
void fx_decoder_free(fx_decoder *decoder) { delete decoder; }

void fx_decoder_add_slot(fx_decoder *decoder, const fx_segment *segments, size_t count) {
    decoder->plan.add(make_path(segments, count), decoder->plan.slot_count++);
}

void fx_decoder_add_time(fx_decoder *decoder, const fx_segment *segments, size_t count) {
    int32_t cell = ~decoder->plan.scratch_count++;
    decoder->plan.time_cells.push_back(cell);
    decoder->plan.add(make_path(segments, count), cell);
}

void fx_decoder_seal(fx_decoder *decoder) {
    decoder->plan.seal();
    decoder->walker = std::make_unique<LineWalker>(decoder->plan);
}

fx_result fx_decode(fx_decoder *decoder, fx_arena *arena, uint8_t *block, size_t length, fx_value *slots,
                    fx_value *times, size_t row_capacity, fx_line *lines, size_t line_capacity) {
    Run run{decoder, block, slots, times, row_capacity, lines, line_capacity};
    if (length == 0) return run.result;
    // The byte behind may be the start of a line that is still to come.
    uint8_t behind = block[length];
    block[length] = '\n';
    auto error = decoder->run_stage1(block, length);
    if (!error || error == simdjson::EMPTY) {
        decode_indexed(run, length, arena);
    } else {
        decode_by_line(run, length, arena);
    }
    block[length] = behind;
    return run.result;
}

size_t fx_last_line_end(const uint8_t *bytes, size_t length) {
    auto *newline = static_cast<const uint8_t *>(memrchr(bytes, '\n', length));
    return newline ? size_t(newline - bytes) + 1 : 0;
}

}  // extern "C"

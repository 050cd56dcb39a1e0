#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

/// Bump allocation in chunks that never move, so that values may point into them.
struct fx_arena {
    ~fx_arena() {
        for (Chunk &chunk : chunks) std::free(chunk.bytes);
    }

    /// 8-byte aligned; throws std::bad_alloc.
    uint8_t *allocate(size_t size) {
        size = (size + 7) & ~size_t(7);
        if (size > available) grow(size);
        uint8_t *result = next;
        next += size;
        available -= size;
        return result;
    }

    /// Gives back what the last `allocate` got too much; both sizes in bytes.
    void shrink_last(size_t allocated, size_t used) {
        size_t surplus = ((allocated + 7) & ~size_t(7)) - ((used + 7) & ~size_t(7));
        next -= surplus;
        available += surplus;
    }

    /// Forgets the contents and keeps the first chunk only, so that one odd block does not pin its memory.
    void reset() {
        while (chunks.size() > 1) {
            std::free(chunks.back().bytes);
            chunks.pop_back();
        }
        if (chunks.empty()) return;
        next = chunks[0].bytes;
        available = chunks[0].size;
    }

private:
    struct Chunk {
        uint8_t *bytes;
        size_t size;
    };

    void grow(size_t size) {
        size_t wanted = chunks.empty() ? 16384 : 262144;
        if (size > wanted) wanted = size;
        auto *bytes = static_cast<uint8_t *>(std::malloc(wanted));
        if (!bytes) throw std::bad_alloc();
        chunks.push_back({bytes, wanted});
        next = bytes;
        available = wanted;
    }

    std::vector<Chunk> chunks;
    uint8_t *next = nullptr;
    size_t available = 0;
};

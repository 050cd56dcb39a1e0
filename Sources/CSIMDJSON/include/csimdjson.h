#pragma once
#include <stddef.h>
#include <stdint.h>

// Decoding of NDJSON: simdjson's structural index (its stage 1, vectorised and dispatched at run time) of a whole block of
// lines, and a walk over that index that checks the grammar in full and fills value slots for the wanted fields only.

#ifdef __cplusplus
extern "C" {
#endif

// A value slot; the layout of the engine's `Value`.
typedef struct {
    uint64_t payload;
    uint32_t length;
    uint8_t tag;
    uint8_t unused[3];
} fx_value;

// One line that is not blank.
typedef struct {
    uint32_t offset;  // first byte, from the start of the block
    uint32_t length;  // without line end and trailing blanks
    uint32_t number;  // how many newlines of the block lie before it
    uint32_t status;  // 0, or an fx_status
} fx_line;

typedef enum {
    FX_OK = 0,
    FX_NOT_AN_OBJECT,
    FX_TRUNCATED,
    FX_EXPECTED_KEY,
    FX_EXPECTED_COLON,
    FX_EXPECTED_COMMA,
    FX_BAD_LITERAL,
    FX_BAD_NUMBER,
    FX_BAD_STRING,
    FX_TRAILING,
    FX_TOO_DEEP,
    FX_UTF8,
    FX_CONTROL_CHARACTER,
    FX_MEMORY
} fx_status;

// Memory for unescaped texts and lists of one block. Grows; its contents live until it is reset or freed.
typedef struct fx_arena fx_arena;
fx_arena *fx_arena_create(void);
void fx_arena_reset(fx_arena *arena);
void fx_arena_free(fx_arena *arena);

// The wanted fields, compiled, and the working memory of one decoding thread.
typedef struct fx_decoder fx_decoder;

enum { FX_SEGMENT_KEY = 0, FX_SEGMENT_ANY = 1, FX_SEGMENT_ELEMENT = 2 };

// One part of a field's path; `text` is read for keys only, `index` for elements only.
typedef struct {
    int kind;
    const char *text;
    size_t length;
    size_t index;
} fx_segment;

fx_decoder *fx_decoder_create(void);
void fx_decoder_free(fx_decoder *decoder);
// Slots are numbered in the order in which they are added.
void fx_decoder_add_slot(fx_decoder *decoder, const fx_segment *segments, size_t count);
// The first of these that is present and not null gives the event's time value.
void fx_decoder_add_time(fx_decoder *decoder, const fx_segment *segments, size_t count);
// Call once after the last field.
void fx_decoder_seal(fx_decoder *decoder);

// What one call of fx_decode did.
typedef struct {
    size_t consumed;  // bytes; less than `length` when a capacity ended the call
    size_t lines;     // entries of `lines` written
    size_t rows;      // well-formed lines; rows of `slots` and entries of `times` written
    size_t newlines;  // newlines in the consumed bytes
} fx_result;

// Decodes the lines of `block[0, length)`, the last of which need not end in a newline. 64 bytes behind must be
// readable and writable; what stands there is left as it was. Malformed lines take no row.
fx_result fx_decode(fx_decoder *decoder, fx_arena *arena, uint8_t *block, size_t length, fx_value *slots,
                    fx_value *times, size_t row_capacity, fx_line *lines, size_t line_capacity);

// Number of bytes up to and with the last newline; 0 when there is none.
size_t fx_last_line_end(const uint8_t *bytes, size_t length);

// What stands in a member of an object or an element of a list.
typedef enum {
    FX_MEMBER_TEXT = 0,
    FX_MEMBER_LITERAL,  // a number, a truth value or null
    FX_MEMBER_OBJECT,
    FX_MEMBER_LIST
} fx_member_kind;

// Told of a member: its name, the name of a member in it (NULL: the member itself), and its text. Nothing of it stays.
typedef void (*fx_member_callback)(
    void *context, const char *name, size_t name_length, const char *inner, size_t inner_length, fx_member_kind kind,
    const char *text, size_t length);

// Shows the members of a JSON object, and after each object among them its own. NULL, or what is wrong, for ever.
const char *fx_json_members(const char *bytes, size_t length, void *context, fx_member_callback show);

// Told of an element and its text. Nothing of it stays.
typedef void (*fx_element_callback)(void *context, fx_member_kind kind, const char *text, size_t length);

// Shows the elements of a JSON list. NULL, or what is wrong, for ever.
const char *fx_json_elements(const char *bytes, size_t length, void *context, fx_element_callback show);

// NULL when the bytes are one JSON value of any kind, or what is wrong, for ever.
const char *fx_json_error(const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif

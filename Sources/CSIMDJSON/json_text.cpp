#include "json_text.hpp"
#include <charconv>
#include <cmath>

namespace fluxcore {

static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                       1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(uint8_t c) { return uint8_t(c - '0') < 10; }

static fx_value make_double(double value) {
    if (!std::isfinite(value)) return make_value(TAG_NULL, 0);
    uint64_t bits;
    std::memcpy(&bits, &value, 8);
    return make_value(TAG_DOUBLE, bits);
}

/// `magnitude` is the decimal exponent of the first digit that is not zero: it tells an underflow from an overflow.
static fx_value slow_double(const uint8_t *start, const uint8_t *end, int64_t magnitude) {
    double value = 0;
    auto result = std::from_chars(reinterpret_cast<const char *>(start), reinterpret_cast<const char *>(end), value);
    if (result.ec == std::errc()) return make_double(value);
    if (magnitude < 0) return make_double(*start == '-' ? -0.0 : 0.0);
    return make_value(TAG_NULL, 0);
}

bool parse_number(const uint8_t *start, fx_value &out) {
    const uint8_t *p = start;
    bool negative = *p == '-';
    p += negative;
    const uint8_t *first = p;
    uint64_t mantissa = 0;
    while (is_digit(*p)) mantissa = mantissa * 10 + (*p++ - '0');
    int64_t integer_digits = p - first;
    if (integer_digits == 0 || (integer_digits > 1 && *first == '0')) return false;
    if (ends_scalar(*p)) {
        if (integer_digits > 19 || mantissa > uint64_t(INT64_MAX) + negative) {
            out = slow_double(start, p, integer_digits);
        } else {
            out = make_value(TAG_INT, negative ? 0 - mantissa : mantissa);
        }
        return true;
    }
    int64_t exponent = 0;
    int64_t fraction_digits = 0;
    if (*p == '.') {
        const uint8_t *fraction = ++p;
        while (is_digit(*p)) mantissa = mantissa * 10 + (*p++ - '0');
        fraction_digits = p - fraction;
        if (fraction_digits == 0) return false;
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        bool negative_exponent = *p == '-';
        p += *p == '-' || *p == '+';
        if (!is_digit(*p)) return false;
        for (; is_digit(*p); p++) {
            if (exponent < 1000000000) exponent = exponent * 10 + (*p - '0');
        }
        if (negative_exponent) exponent = -exponent;
    }
    if (!ends_scalar(*p)) return false;
    int64_t scale = exponent - fraction_digits;
    // Both factors are exact doubles, so one rounding gives the nearest double.
    if (integer_digits + fraction_digits <= 19 && mantissa <= (uint64_t(1) << 53) && scale >= -22 && scale <= 22) {
        double value = double(mantissa);
        value = scale < 0 ? value / powers_of_ten[-scale] : value * powers_of_ten[scale];
        out = make_double(negative ? -value : value);
        return true;
    }
    int64_t leading_zeros = 0;
    if (*first == '0' && fraction_digits > 0) {
        leading_zeros = 1;
        for (const uint8_t *q = first + 2; *q == '0'; q++) leading_zeros++;
    }
    out = slow_double(start, p, integer_digits - leading_zeros + exponent);
    return true;
}

static int hexadecimal(uint8_t c) {
    if (is_digit(c)) return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The four digits at `p`; -1 when there are not four.
static int32_t code_unit(const uint8_t *p, const uint8_t *end) {
    if (end - p < 4) return -1;
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hexadecimal(p[i]);
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

static uint8_t simple_escape(uint8_t c) {
    switch (c) {
    case '"': case '\\': case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
    }
}

static uint8_t *encode_utf8(int32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        *out++ = uint8_t(scalar);
    } else if (scalar < 0x800) {
        *out++ = uint8_t(0xC0 | scalar >> 6);
        *out++ = uint8_t(0x80 | (scalar & 63));
    } else if (scalar < 0x10000) {
        *out++ = uint8_t(0xE0 | scalar >> 12);
        *out++ = uint8_t(0x80 | (scalar >> 6 & 63));
        *out++ = uint8_t(0x80 | (scalar & 63));
    } else {
        *out++ = uint8_t(0xF0 | scalar >> 18);
        *out++ = uint8_t(0x80 | (scalar >> 12 & 63));
        *out++ = uint8_t(0x80 | (scalar >> 6 & 63));
        *out++ = uint8_t(0x80 | (scalar & 63));
    }
    return out;
}

uint8_t *unescape(const uint8_t *p, const uint8_t *end, uint8_t *out) {
    while (p < end) {
        if (*p != '\\') {
            *out++ = *p++;
            continue;
        }
        if (++p >= end) return nullptr;
        if (*p != 'u') {
            uint8_t c = simple_escape(*p++);
            if (!c) return nullptr;
            *out++ = c;
            continue;
        }
        int32_t unit = code_unit(++p, end);
        if (unit < 0) return nullptr;
        p += 4;
        if (unit >= 0xD800 && unit < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
            int32_t low = code_unit(p + 2, end);
            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                p += 6;
            }
        }
        if (unit >= 0xD800 && unit < 0xE000) unit = 0xFFFD;
        out = encode_utf8(unit, out);
    }
    return out;
}

bool valid_escapes(const uint8_t *p, const uint8_t *end) {
    while (p < end) {
        p = static_cast<const uint8_t *>(std::memchr(p, '\\', size_t(end - p)));
        if (!p) return true;
        if (++p >= end) return false;
        if (*p == 'u') {
            if (code_unit(p + 1, end) < 0) return false;
            p += 5;
        } else if (!simple_escape(*p++)) {
            return false;
        }
    }
    return true;
}

}  // namespace fluxcore

#include "csimdjson.h"
#include <simdjson.h>
#include <string>

namespace {

/// The text of a scalar as it is shown: of a string its characters, of anything else its JSON.
std::string text(simdjson::dom::element value) {
    std::string_view string;
    if (value.get_string().get(string) == simdjson::SUCCESS) return std::string(string);
    return simdjson::minify(value);
}

fx_member_kind kind(simdjson::dom::element value) {
    if (value.is_string()) return FX_MEMBER_TEXT;
    if (value.is_object()) return FX_MEMBER_OBJECT;
    return value.is_array() ? FX_MEMBER_LIST : FX_MEMBER_LITERAL;
}

}  // namespace

extern "C" const char *fx_json_members(const char *bytes, size_t length, void *context, fx_member_callback show) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (auto error = parser.parse(simdjson::padded_string(bytes, length)).get(root)) return simdjson::error_message(error);
    simdjson::dom::object object;
    if (root.get_object().get(object)) return "it is no object";
    for (auto outer : object) {
        std::string value = text(outer.value);
        show(context, outer.key.data(), outer.key.size(), nullptr, 0, kind(outer.value), value.data(), value.size());
        simdjson::dom::object members;
        if (outer.value.get_object().get(members)) continue;
        for (auto inner : members) {
            value = text(inner.value);
            show(
                context, outer.key.data(), outer.key.size(), inner.key.data(), inner.key.size(), kind(inner.value), value.data(),
                value.size());
        }
    }
    return nullptr;
}

extern "C" const char *fx_json_elements(const char *bytes, size_t length, void *context, fx_element_callback show) {
    simdjson::dom::parser parser;
    simdjson::dom::array array;
    if (auto error = parser.parse(simdjson::padded_string(bytes, length)).get_array().get(array)) return simdjson::error_message(error);
    for (auto element : array) {
        std::string value = text(element);
        show(context, kind(element), value.data(), value.size());
    }
    return nullptr;
}

extern "C" const char *fx_json_error(const char *bytes, size_t length) {
    simdjson::dom::parser parser;
    auto error = parser.parse(simdjson::padded_string(bytes, length)).error();
    return error ? simdjson::error_message(error) : nullptr;
}

// The files of the web console become part of the executable, so that the program is one file and the console is always its
// own. A file that is added to `assets` is added here twice: its bytes, and its line of the table; a test compares both.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "cconsole.h"

static const unsigned char base_css[] = {
#embed "assets/base.css"
};
static const unsigned char icon_svg[] = {
#embed "assets/icon.svg"
};
static const unsigned char index_html[] = {
#embed "assets/index.html"
};
static const unsigned char layout_css[] = {
#embed "assets/layout.css"
};
static const unsigned char main_js[] = {
#embed "assets/main.js"
};
static const unsigned char pages_css[] = {
#embed "assets/pages.css"
};
static const unsigned char parts_css[] = {
#embed "assets/parts.css"
};
static const unsigned char lib_api_js[] = {
#embed "assets/lib/api.js"
};
static const unsigned char lib_dom_js[] = {
#embed "assets/lib/dom.js"
};
static const unsigned char lib_format_js[] = {
#embed "assets/lib/format.js"
};
static const unsigned char lib_json_js[] = {
#embed "assets/lib/json.js"
};
static const unsigned char lib_poll_js[] = {
#embed "assets/lib/poll.js"
};
static const unsigned char lib_router_js[] = {
#embed "assets/lib/router.js"
};
static const unsigned char lib_share_js[] = {
#embed "assets/lib/share.js"
};
static const unsigned char lib_shortcuts_js[] = {
#embed "assets/lib/shortcuts.js"
};
static const unsigned char lib_stream_js[] = {
#embed "assets/lib/stream.js"
};
static const unsigned char lib_theme_js[] = {
#embed "assets/lib/theme.js"
};
static const unsigned char lib_token_js[] = {
#embed "assets/lib/token.js"
};
static const unsigned char pages_actions_js[] = {
#embed "assets/pages/actions.js"
};
static const unsigned char pages_example_js[] = {
#embed "assets/pages/example.js"
};
static const unsigned char pages_history_js[] = {
#embed "assets/pages/history.js"
};
static const unsigned char pages_match_js[] = {
#embed "assets/pages/match.js"
};
static const unsigned char pages_overview_js[] = {
#embed "assets/pages/overview.js"
};
static const unsigned char pages_playground_js[] = {
#embed "assets/pages/playground.js"
};
static const unsigned char pages_reloads_js[] = {
#embed "assets/pages/reloads.js"
};
static const unsigned char pages_results_js[] = {
#embed "assets/pages/results.js"
};
static const unsigned char pages_rule_js[] = {
#embed "assets/pages/rule.js"
};
static const unsigned char pages_silences_js[] = {
#embed "assets/pages/silences.js"
};
static const unsigned char parts_automaton_js[] = {
#embed "assets/parts/automaton.js"
};
static const unsigned char parts_pieces_js[] = {
#embed "assets/parts/pieces.js"
};
static const unsigned char parts_charts_js[] = {
#embed "assets/parts/charts.js"
};
static const unsigned char parts_diagnostics_js[] = {
#embed "assets/parts/diagnostics.js"
};
static const unsigned char parts_dialog_js[] = {
#embed "assets/parts/dialog.js"
};
static const unsigned char parts_editor_js[] = {
#embed "assets/parts/editor.js"
};
static const unsigned char parts_highlight_js[] = {
#embed "assets/parts/highlight.js"
};
static const unsigned char parts_match_js[] = {
#embed "assets/parts/match.js"
};
static const unsigned char parts_source_js[] = {
#embed "assets/parts/source.js"
};
static const unsigned char parts_state_js[] = {
#embed "assets/parts/state.js"
};
static const unsigned char parts_table_js[] = {
#embed "assets/parts/table.js"
};
static const unsigned char parts_timeline_js[] = {
#embed "assets/parts/timeline.js"
};
static const unsigned char parts_why_js[] = {
#embed "assets/parts/why.js"
};

#define FILE(name, symbol) {name, symbol, sizeof symbol}

static const struct cconsole_file files[] = {
    FILE("base.css", base_css),
    FILE("icon.svg", icon_svg),
    FILE("index.html", index_html),
    FILE("layout.css", layout_css),
    FILE("main.js", main_js),
    FILE("pages.css", pages_css),
    FILE("parts.css", parts_css),
    FILE("lib/api.js", lib_api_js),
    FILE("lib/dom.js", lib_dom_js),
    FILE("lib/format.js", lib_format_js),
    FILE("lib/json.js", lib_json_js),
    FILE("lib/poll.js", lib_poll_js),
    FILE("lib/router.js", lib_router_js),
    FILE("lib/share.js", lib_share_js),
    FILE("lib/shortcuts.js", lib_shortcuts_js),
    FILE("lib/stream.js", lib_stream_js),
    FILE("lib/theme.js", lib_theme_js),
    FILE("lib/token.js", lib_token_js),
    FILE("pages/actions.js", pages_actions_js),
    FILE("pages/example.js", pages_example_js),
    FILE("pages/history.js", pages_history_js),
    FILE("pages/match.js", pages_match_js),
    FILE("pages/overview.js", pages_overview_js),
    FILE("pages/playground.js", pages_playground_js),
    FILE("pages/reloads.js", pages_reloads_js),
    FILE("pages/results.js", pages_results_js),
    FILE("pages/rule.js", pages_rule_js),
    FILE("pages/silences.js", pages_silences_js),
    FILE("parts/automaton.js", parts_automaton_js),
    FILE("parts/pieces.js", parts_pieces_js),
    FILE("parts/charts.js", parts_charts_js),
    FILE("parts/diagnostics.js", parts_diagnostics_js),
    FILE("parts/dialog.js", parts_dialog_js),
    FILE("parts/editor.js", parts_editor_js),
    FILE("parts/highlight.js", parts_highlight_js),
    FILE("parts/match.js", parts_match_js),
    FILE("parts/source.js", parts_source_js),
    FILE("parts/state.js", parts_state_js),
    FILE("parts/table.js", parts_table_js),
    FILE("parts/timeline.js", parts_timeline_js),
    FILE("parts/why.js", parts_why_js),
};

const struct cconsole_file *cconsole_files(size_t *count) {
    *count = sizeof files / sizeof *files;
    return files;
}

"""What people look at: overview, rule, match, partial matches, why."""

from service import TOKEN


def token(browser, service):
    browser.open("")
    browser.see("dialog h2", "A token is needed")
    browser.picture("token")
    browser.expect_status(401)
    # Who has none is told so, and asked again when he wants to be.
    browser.click("dialog button", "Cancel")
    browser.click(".failure button", "Enter a token")
    browser.write("dialog input", "a wrong one")
    browser.click("dialog button", "Use token")
    browser.see("dialog .problem", "not known")
    browser.write("dialog input", TOKEN)
    browser.click("dialog button", "Use token")
    browser.see(".status-line", "running")
    browser.expect(browser.count("dialog") == 0, "the dialog is gone")
    browser.expect(TOKEN not in browser.driver.current_url, "the token is in no address")
    browser.expect(browser.run("return localStorage.length + document.cookie.length") == 0, "the token is kept for this tab only")
    # The next page of the tab knows it.
    browser.open("#/reloads")
    browser.see("h1", "Reloads")
    browser.expect(browser.count("dialog") == 0, "the tab knows the token")


def overview(browser, service):
    browser.open("#/")
    browser.see(".status-line", "running", "rules", "since")
    browser.wait("charts are drawn", "return document.querySelectorAll('.chart .chart-grid').length >= 9")
    browser.wait("rules are listed", "return document.querySelectorAll('.rules-table tbody tr').length >= 30")
    browser.see("table", "auth.bruteforce_success", "demo.guessed", "sessions")
    browser.write(".rules-table input", "demo.")
    browser.wait("the filter leaves three", "return document.querySelectorAll('.rules-table tbody tr').length === 3")
    browser.click(".rules-table th button", "Level")
    browser.expect(browser.text(".rules-table tbody tr:first-child .level") == "critical", "the gravest first")
    browser.expect(browser.run("return document.querySelector('.rules-table th:nth-child(2)').getAttribute('aria-sort')") == "descending", "the order is told")
    browser.click(".configuration summary")
    browser.see(".config", "pushed over http", "rocksdb")
    browser.expect(TOKEN not in browser.run("return document.documentElement.outerHTML"), "no secret is shown")
    browser.see(".segments button", "15 min")
    browser.click(".segments button", "15 min")
    browser.expect(browser.text(".segments [aria-pressed=true]") == "15 min", "the range is chosen")


def live(browser, service):
    """Matches and counts arrive while the page is open."""
    browser.open("#/")
    browser.see(".latest-panel .state", "live")
    browser.run("window.stays = true")
    for user in ("bob", "zoë"):
        service.guess(user)
        browser.see(".latest-panel li.is-new", "demo.guessed", f"user {user}")
        browser.see("#announcer", f"user {user}")
    browser.wait("the count follows", "return [...document.querySelectorAll('.figure')].some((one) => one.innerText.includes('matches') && one.innerText.includes('2'))")
    browser.see(".rules-table tr", "demo.guessed")
    browser.wait("the chart follows", "return document.querySelectorAll('.chart-bar').length > 0")
    browser.expect(browser.run("return window.stays"), "the page was not loaded anew")
    browser.picture("overview")


def rule(browser, service):
    service.push([{"user": "ann", "outcome": "failure"}] * 2)
    browser.open("#/")
    browser.click(".rule-name", "demo.guessed")
    browser.see("h1", "demo.guessed")
    browser.see(".automaton text", "start", "1 fail", "2 ok", "match")
    browser.see(".pattern", "fail{3,} -> ok")
    browser.see(".node.is-live .badge text", "2")
    browser.see(".source li", "rule: demo.guessed")
    browser.see(".source-frame", "pattern: fail{3,} -> ok")
    browser.expect(browser.count(".source .c-key") > 5, "keys are coloured")
    browser.see(".latest li", "user zoë")
    browser.see(".latest li", "failures 3")
    browser.wait("the timeline has marks", "return document.querySelectorAll('.timeline .mark').length > 0")
    browser.run("document.querySelector('.timeline .mark').focus()")
    browser.see(".tip", "demo.guessed")
    browser.picture("rule")
    browser.run("document.querySelector('.timeline .mark').dispatchEvent(new MouseEvent('click', { bubbles: true }))")
    browser.see("h1", "demo.guessed")
    browser.see("h2", "Way through the automaton")


def match(browser, service):
    browser.open("#/rules/demo.guessed")
    browser.click(".latest a", "user bob")
    browser.see(".bound-name", "fail", "ok")
    browser.expect(browser.count(".bound:not(.bound-end)") == 4, "all events in order")
    browser.see(".gap", "+ 1ms")
    browser.see(".is-read", "outcome")
    browser.see(".fields", "198.51.100.23")
    browser.expect(browser.run("return [...document.querySelectorAll('.raw')].every((one) => !one.open)"), "the JSON is folded")
    browser.click(".bound .raw summary")
    browser.see(".bound .raw pre", '"outcome": "failure"')
    browser.expect(browser.count(".arrow-taken") == 4, "the way is marked: into the loop, round it, out of it, to the match")
    browser.see(".arrow-label.is-taken", "taken 2 times")
    browser.see(".facts", "failures", "3", "took")
    browser.picture("match")
    browser.expect_status(404)
    browser.open("#/matches/" + "0" * 32)
    browser.see(".empty", "not remembered")


def partial(browser, service):
    browser.open("#/rules/demo.guessed/state")
    browser.see("tbody tr", "ann", "-> fail")
    browser.click("tbody a", "ann")
    browser.see(".key-detail h2", "ann")
    browser.see(".key-detail .bound-list", "fail")
    browser.see(".key-detail .awaits", "-> fail")
    browser.picture("partial")


def why(browser, service):
    # What `check` said of the file stands at its line.
    browser.open("#/rules/demo.stolen_session")
    browser.see(".source .has-warning .note", "FX1008", "1:7", "has no tests")
    browser.see(".source .marked-warning", "demo.stolen_session")
    browser.open("#/rules/demo.stolen_session/why")
    browser.write("input[name=key]", "s1")
    browser.click("button", "Ask")
    browser.see(".verdict", "did not fire", "s1")
    browser.see(".funnel-steps", "read", "with a key")
    browser.see(".names", "moved", "requests >= 5")
    browser.see(".misses", "did not fit", "country != login.country")
    # The part that failed, and both values of it.
    browser.see(".conditions .is-false", "country != login.country", "country is", "login.country is", '"DE"')
    browser.see(".attempts", "begun by login", "awaited -> moved")
    browser.expect("key=s1" in browser.driver.current_url, "the question is in the address")
    browser.picture("why")
    browser.expect_status(409)
    browser.open("#/rules/demo.guessed/why?key=")
    browser.see(".failure", "logins")

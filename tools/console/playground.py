"""The playground: its example, findings while one types, and addresses that hold all of it."""

import looks
from selenium.webdriver.common.keys import Keys

SET = """
const area = document.querySelector(arguments[0]);
area.value = area.value.replace(arguments[1], arguments[2]);
area.dispatchEvent(new Event('input', { bubbles: true }));
area.focus();
"""
RULES = "textarea[aria-label^=Rules]"


def example(browser, service):
    browser.open("#/playground")
    browser.see(".result-line", "1 match of 1 rule")
    browser.see(".finding-summary", "no findings")
    browser.see(".results .automaton text", "3 export")
    browser.see(".lane-name", "auth", "web", "matches")
    browser.wait("events are on the timeline", "return document.querySelectorAll('.timeline .mark-event').length >= 6")
    browser.click(".result-matches summary", "user bob")
    browser.see(".result-matches .facts", "48210")
    browser.expect(browser.count(".result-matches .bound:not(.bound-end)") == 5, "the events of the match")
    browser.expect(browser.count(".result-matches .arrow-taken") > 0, "its way")
    browser.picture("playground")
    browser.click(".results button", "Why?")
    browser.see(".why-panel .verdict", "account.drained")


def findings(browser, service):
    """What is wrong is told where it stands, while one types."""
    browser.open("#/playground")
    browser.see(".result-line", "1 match")
    browser.run(SET, RULES, "fail{3,}", "fial{3,}")
    browser.see(".findings", "11:10", "FX0202", "did you mean `fail`?")
    browser.wait("the place is marked", "return document.querySelector('.ground .marked-error')?.textContent === 'fial'")
    browser.see(".numbers .has-error", "11")
    browser.click(".findings button")
    browser.expect(browser.run("const a = document.activeElement; return a.value.slice(a.selectionStart, a.selectionStart + 4)") == "fial", "the cursor is there")
    browser.picture("findings")
    browser.chord(Keys.CONTROL, Keys.ENTER)
    browser.see(".results", "The rules have errors")
    browser.run(SET, RULES, "fial{3,}", "fail{4,}")
    browser.chord(Keys.CONTROL, Keys.ENTER)
    browser.see(".result-line", "0 matches")
    browser.click(".results button", "Why not?")
    browser.see(".why-panel .verdict", "did not fire")
    browser.see(".why-panel .misses", "awaited fail")
    browser.expect(browser.run("return document.activeElement.classList.contains('why-panel')"), "the answer has the focus")
    browser.picture("why-not")


def sharing(browser, service):
    browser.open("#/playground")
    # What was written last is still there; the example comes back.
    browser.see(".result-line", "0 matches")
    browser.click("button", "Example")
    browser.see("dialog", "are lost")
    browser.click("dialog button", "Show the example")
    browser.see(".result-line", "1 match")
    browser.run(SET, RULES, "title: Password guessed", "title: Shared ü 日本")
    browser.click("button", "Share")
    browser.see(".shared", "address")
    shared = browser.driver.current_url
    browser.expect("#/playground/" in shared and "ü" not in shared, "the address holds it, packed")
    mine = [browser.run("return document.querySelector(arguments[0]).value", name) for name in (RULES, "textarea[aria-label*=auth]")]
    first = browser.driver.current_window_handle
    browser.check("sharing")
    browser.driver.switch_to.new_window("tab")
    browser.watch()
    browser.resize(1280)
    # Another tab has no token yet.
    browser.expect_status(401)
    browser.driver.get(shared)
    looks.sign_in(browser)
    browser.see(".result-line", "1 match")
    other = [browser.run("return document.querySelector(arguments[0]).value", name) for name in (RULES, "textarea[aria-label*=auth]")]
    browser.expect(mine == other and "日本" in other[0], "another tab shows the same")
    browser.open("#/playground/no-such-thing")
    browser.see(".failure", "no shared playground")
    browser.see(".result-line")
    browser.check("sharing, the other tab")
    browser.driver.close()
    browser.driver.switch_to.window(first)

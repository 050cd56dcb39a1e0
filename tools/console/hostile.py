"""Texts that try to be markup, from everywhere that texts come from. That none became any is checked after each page."""

import json
from urllib.parse import quote

from service import HOSTILE, LINK


def texts(browser, service):
    event = {"user": HOSTILE, "outcome": "hostile", "text": HOSTILE, HOSTILE: LINK, "link": LINK,
             "big": 12345678901234567890, "timestamp": 1e300, "turned": "\u202eevil"}
    browser.open("#/")
    browser.see(".latest-panel .state", "live")
    service.push([event, event])
    browser.see(".latest-panel", "demo.hostile", HOSTILE)
    browser.check_document("a match with hostile texts")
    browser.write(".rules-table input", HOSTILE.split(" ")[0])
    browser.see(".rules-table td", HOSTILE)
    browser.click(".latest-panel a", HOSTILE)
    browser.see(".fields", HOSTILE, LINK, "12345678901234567890", "\\u202eevil")
    browser.see(".automaton text", "1 odd")
    browser.check_document("its page")
    browser.open("#/rules/demo.hostile")
    browser.see(".subtitle", HOSTILE)
    browser.see(".description", HOSTILE)
    browser.see(".chip", HOSTILE)
    browser.see(".path", "<img src=x onerror")
    browser.see(".latest", HOSTILE)
    browser.see(".source-frame", HOSTILE)
    browser.run("document.querySelector('.timeline .mark').focus()")
    browser.see(".tip", HOSTILE)
    browser.picture("hostile")
    browser.check_document("its rule")
    service.push([event])
    browser.open("#/rules/demo.hostile/state")
    browser.click("tbody a", HOSTILE)
    browser.see(".key-detail", HOSTILE)
    browser.click(".key-detail .raw summary")
    browser.check_document("its partial match")
    browser.open("#/actions/hook")
    browser.see(".alerts .problem-text", "answered 422")
    browser.see(".alerts", HOSTILE)
    browser.check_document("its dead letter")
    browser.open("#/silences")
    for name, text in (("rule", "demo.*"), ("author", HOSTILE), ("reason", HOSTILE), ("field", HOSTILE), ("value", LINK)):
        browser.write(f"[name={name}]", text)
    browser.click(".silence-form .primary")
    browser.see("tbody", HOSTILE)
    browser.check_document("a silence")
    browser.click("tbody button", "Remove")
    browser.click("dialog button", "Remove")
    for name, text in (("rule", "no.such.rule"), ("reason", "typing")):
        browser.write(f"[name={name}]", text)
    browser.click(".silence-form .primary")
    browser.see(".silence-form .warned", "no rule that runs")
    browser.click("tbody button", "Remove")
    browser.click("dialog button", "Remove")
    browser.open("#/playground")
    browser.run("""
        for (const area of document.querySelectorAll('textarea')) { area.value = arguments[0]; area.dispatchEvent(new Event('input')); }
    """, f"rule: {json.dumps(HOSTILE)}\n{HOSTILE}: {LINK}")
    browser.see(".findings", "error")
    browser.click(".actions button", "Run")
    browser.see(".results", "The rules have errors")


def addresses(browser, service):
    browser.expect_status(400, 404)
    for page in ("", LINK, HOSTILE, "/" + HOSTILE, "/rules/" + quote(HOSTILE, safe=""), "/rules/x/" + quote(HOSTILE, safe=""),
                 "/matches/" + quote(LINK, safe=""), "/matches/..%2F..%2Fstatus", "/actions/" + quote(HOSTILE, safe=""),
                 "/playground/" + quote(HOSTILE, safe=""), "/%E0%A4%A", "/rules/%", "/silences?rule=" + quote(HOSTILE),
                 "/rules/demo.guessed/state?key=" + quote(HOSTILE), "/__proto__", "/rules/demo.guessed/why?key=" + quote(HOSTILE)):
        browser.expect_status(409)
        browser.open("#" + page)
        browser.wait(f"something is shown at {page!r}", "return document.querySelector('main h1, main h2') && !document.querySelector('.loading')")
        browser.check_document(page)

"""What people change: dead letters, silences, reloads; and a service that goes away and comes back."""

from service import RULES, Endpoint


def dead_letters(browser, service):
    browser.open("#/actions")
    browser.see(".card h2", "alerts", "hook")
    browser.click(".card details summary", "Dead letters 2")
    browser.see(".alerts .problem-text", "answered 422", "after 1 try")
    browser.see(".alerts", "demo.guessed", "user bob", "user zoë")
    browser.picture("actions")
    # A refusal that is thought better of.
    browser.click(".alerts button", "Purge")
    browser.see("dialog", "removed for good")
    browser.click("dialog button", "Cancel")
    browser.gone("dialog")
    browser.see(".card details summary", "Dead letters 2")
    Endpoint.accepts = True
    browser.click(".alerts button", "Retry")
    browser.see(".card details summary", "Dead letters 1")
    browser.wait("it is delivered", "return [...document.querySelectorAll('.card .figure')].some((one) => one.innerText.startsWith('delivered') && one.innerText.endsWith('1'))")
    browser.expect(len(Endpoint.taken) == 1, "the endpoint has it")
    browser.click(".alerts button", "Purge")
    browser.click("dialog button", "Purge")
    browser.see(".empty", "No alert was given up")
    Endpoint.accepts = False


def silences(browser, service):
    browser.open("#/rules/demo.guessed")
    browser.click(".chip", "silence")
    browser.see("h1", "Silences")
    browser.expect(browser.run("return document.querySelector('[name=rule]').value") == "demo.guessed", "the rule is filled in")
    browser.expect_status(400)
    browser.write("[name=for]", "a while")
    browser.write("[name=reason]", "load test")
    browser.click(".silence-form .primary")
    browser.see(".failure", "duration")
    browser.write("[name=for]", "2h")
    browser.write("[name=author]", "zoë")
    browser.write("[name=field]", "user")
    browser.write("[name=value]", "silent")
    browser.click(".silence-form .primary")
    browser.see("tbody tr", "demo.guessed", "user silent", "zoë", "load test")
    service.guess("silent")
    browser.wait("what is held back is counted", "return document.querySelector('tbody td.numeric')?.innerText === '1'")
    browser.picture("silences")
    browser.click("tbody button", "Remove")
    browser.see("dialog", "1 alert")
    browser.click("dialog button", "Remove")
    browser.see(".empty", "Nothing is silenced")


def reloads(browser, service):
    broken = RULES["logins.yaml"].replace("pattern: fail{3,}", "pattern: fial{3,}")
    browser.open("#/reloads")
    browser.see("h1", "Reloads")
    service.write_rule("logins.yaml", broken)
    browser.see(".is-refused", "last good rules run on", "FX0202", "did you mean")
    browser.open("#/")
    browser.see(".rules-table tr", "stale")
    browser.open("#/rules/demo.guessed")
    browser.see(".failure", "The last reload failed", "fial")
    browser.see(".state", "stale")
    browser.see(".source li.has-error", "pattern: fial{3,}", "FX0202")
    browser.picture("stale")
    browser.open("#/reloads")
    service.write_rule("logins.yaml", RULES["logins.yaml"].replace("within: 10m", "within: 9m"))
    browser.see(".reloads .change-conditions", "demo.guessed", "partial matches go on")
    browser.picture("reloads")
    browser.click("button", "Reload now")
    browser.wait("three reloads are told of", "return document.querySelectorAll('.reloads > li').length === 3")
    browser.open("#/rules/demo.guessed")
    browser.see(".source-frame", "within: 9m")
    browser.gone(".failure")


def restart(browser, service):
    """The page finds the service again by itself, and the stream goes on."""
    browser.open("#/")
    browser.see(".latest-panel .state", "live")
    browser.run("window.stays = true")
    # What cannot be fetched meanwhile is reported by the browser.
    browser.expected += ["ERR_", "Failed to load resource"]
    service.kill()
    browser.see(".live", "unreachable")
    browser.see(".latest-panel .state", "reconnecting")
    browser.see(".failure", "cannot be reached")
    service.start()
    browser.see(".live", "ready")
    browser.see(".latest-panel .state", "live")
    browser.gone(".failure")
    service.guess("back")
    browser.see(".latest-panel li.is-new", "user back")
    browser.expect(browser.run("return window.stays"), "the page was not loaded anew")

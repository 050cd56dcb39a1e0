"""How the console looks and is handled: keys, dark and light, a narrow screen."""

from selenium.webdriver.common.keys import Keys
from service import TOKEN

PAGES = [
    ("overview", "#/", ".rules-table tbody tr"), ("rule", "#/rules/demo.guessed", ".automaton"),
    ("partial", "#/rules/demo.guessed/state", "main table tr"), ("why", "#/rules/demo.stolen_session/why?key=s1", ".verdict"),
    ("playground", "#/playground", ".finding-summary"), ("actions", "#/actions/hook", ".card"), ("silences", "#/silences", "form"),
    ("reloads", "#/reloads", ".reloads > li, .empty"),
]


def sign_in(browser):
    browser.write("dialog input", TOKEN)
    browser.click("dialog button", "Use token")
    browser.gone("dialog")


def pages(browser):
    """All pages, a match among them."""
    browser.open("#/")
    address = browser.run("return arguments[0].getAttribute('href')", browser.find(".latest-panel a", "demo.guessed"))
    return PAGES + [("match", address, ".bound")]


def keyboard(browser, service):
    browser.run("sessionStorage.removeItem('fluxcore.playground')")
    browser.open("#/")
    browser.see(".rules-table tbody tr")
    browser.press(Keys.TAB)
    browser.expect(browser.run("return document.activeElement.id") == "skip", "the first stop is the way past the navigation")
    browser.press(Keys.ENTER)
    browser.expect(browser.run("return document.activeElement.id") == "main", "which leads to the page")
    for keys, title in (("gp", "Playground"), ("ga", "Actions"), ("gs", "Silences"), ("gl", "Reloads"), ("go", "Overview")):
        browser.press(*keys)
        browser.wait(f"{keys} goes to {title}", "return document.title.startsWith(arguments[0])", title)
        browser.expect(browser.text(".nav [aria-current]") == title, f"the navigation says {title}")
    browser.press("g", "r")
    browser.wait("g r goes to the rules", "return document.activeElement.matches('[data-filter]')")
    browser.press("d", "e", "m", "o", ".", "g", Keys.TAB)
    browser.wait("writing is no shortcut", "return document.querySelectorAll('.rules-table tbody tr').length === 1")
    browser.run("document.activeElement.blur()")
    browser.press("?")
    browser.see("dialog", "Keyboard", "g o")
    browser.picture("keys")
    browser.press(Keys.ESCAPE)
    browser.gone("dialog")
    # Wherever the focus goes, it is seen.
    browser.open("#/")
    browser.see(".rules-table tbody tr")
    browser.see(".latest-panel a")
    for _ in range(40):
        browser.press(Keys.TAB)
        unseen = browser.run("""
            const one = document.activeElement;
            const style = getComputedStyle(one);
            return one === document.body || one.id === 'skip' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) ? null : one.outerHTML.slice(0, 200)
        """)
        browser.expect(unseen is None, f"the focus is not seen on {unseen}")
    browser.run("document.querySelector('.chart').focus()")
    browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    browser.expect(browser.count(".chart-mark") == 1, "arrows go along a chart")
    browser.open("#/rules/demo.guessed")
    browser.see(".latest a")
    browser.run("document.querySelector('.timeline .mark').focus()")
    browser.press(Keys.END)
    browser.see(".tip", "demo.guessed")
    browser.press(Keys.ENTER)
    browser.see(".bound-name", "fail")


def themes(browser, service):
    """Dark, as the system wishes and as somebody chooses; `narrow` looks at the light pages."""
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = browser.run(ground)
    browser.prefer("dark")
    for name, address, shown in pages(browser):
        browser.open(address)
        browser.see(shown)
        browser.contrast(f"{name}, dark")
        browser.picture(f"dark-{name}")
    browser.expect(browser.run(ground) != light, "what the system prefers is followed")
    browser.press("t")
    browser.wait("somebody who wants light gets it", "return document.documentElement.dataset.theme === 'light'")
    browser.expect(browser.run(ground) == light, "against the system's wish")
    browser.press("t", "t")
    browser.prefer("light")


def narrow(browser, service):
    browser.resize(360, 740)
    for name, address, shown in pages(browser):
        browser.open(address)
        browser.see(shown)
        wide = browser.run("return document.scrollingElement.scrollWidth - innerWidth")
        browser.expect(wide <= 0, f"{name} is {wide} pixels wider than the screen")
        browser.contrast(f"{name}, light")
        browser.named(name)
        browser.picture(f"narrow-{name}")
        browser.check_document(name)
    browser.resize(1280)

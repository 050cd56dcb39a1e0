"""A headless Chromium, with what went wrong in its pages."""

import base64
import os
import shutil
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service as Driver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

PATIENCE = 15
# Runs in every page before its own scripts; `ran` is what hostile texts try to set.
WATCH = """
window.problems = [];
document.addEventListener('securitypolicyviolation', (event) => window.problems.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
window.addEventListener('error', (event) => window.problems.push(`error: ${event.message}`));
window.addEventListener('unhandledrejection', (event) => window.problems.push(`rejection: ${event.reason}`));
"""
# Texts whose contrast with what is behind them is below what WCAG asks for (AA).
CONTRAST = """
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const read = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3])).concat(1);
const ground = (element) => { const layers = [];
  for (let one = element; one; one = one.parentElement) layers.push(read(getComputedStyle(one).backgroundColor));
  return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]); };
const faint = (element) => { for (let one = element; one; one = one.parentElement) if (Number(getComputedStyle(one).opacity) < 1) return true; return false; };
const bad = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !(element instanceof HTMLElement) || !element.checkVisibility() || faint(element)) continue;
  const style = getComputedStyle(element);
  const behind = ground(element);
  const [a, b] = [light(over(read(style.color), behind)), light(behind)];
  const size = parseFloat(style.fontSize);
  const wanted = size >= 24 || (size >= 18.6 && style.fontWeight >= 600) ? 3 : 4.5;
  const found = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (size > 0 && style.color !== 'rgba(0, 0, 0, 0)' && found < wanted) bad.add(`${element.tagName}.${element.className}: ${found.toFixed(2)}`);
}
return [...bad];
"""


class Failed(Exception):
    """What the console did not do."""


class Browser:
    """One window. Names of elements are CSS selectors."""

    def __init__(self, address, pictures):
        options = Options()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Driver(shutil.which("chromedriver")))
        self.address, self.pictures, self.expected = address, pictures, []
        shutil.rmtree(pictures, ignore_errors=True)
        os.makedirs(pictures)
        self.watch()
        self.resize(1280)

    def watch(self):
        """Of the current window: what its pages do wrong is written down."""
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})

    def close(self):
        self.driver.quit()

    # What is seen

    def run(self, script, *values):
        return self.driver.execute_script(script, *values)

    def wait(self, what, script, *values):
        """Until the script gives something that is true, which is returned."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.run("return (() => {" + script + "})(...arguments)" if "return" in script else "return " + script, *values)
            if found:
                return found
            time.sleep(0.05)
        self.picture("failed")
        raise Failed(f"{what}; the page says: {self.text('body')[:1500]}")

    def text(self, name):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText ?? one.textContent).join('\\n')", name)

    def count(self, name):
        return self.run("return document.querySelectorAll(arguments[0]).length", name)

    def see(self, name, *texts):
        """Until elements of the name show all texts."""
        for text in texts or ("",):
            self.wait(f"`{name}` does not show {text!r}", """
                return [...document.querySelectorAll(arguments[0])].some((one) => one.checkVisibility() && (one.innerText ?? one.textContent).includes(arguments[1]))
            """, name, text)

    def gone(self, name, text=""):
        self.wait(f"`{name}` still shows {text!r}", """
            return ![...document.querySelectorAll(arguments[0])].some((one) => (one.innerText ?? one.textContent).includes(arguments[1]))
        """, name, text)

    def expect(self, true, what):
        if not true:
            self.picture("failed")
            raise Failed(what)

    # What is done

    def open(self, page):
        """A page by its part behind `#`; a new document, as after typing the address."""
        self.driver.get("about:blank")
        self.driver.get(f"{self.address}/{page}")

    def find(self, name, text=""):
        self.see(name, text)
        return self.run("""
            return [...document.querySelectorAll(arguments[0])].find((one) => one.checkVisibility() && (one.innerText ?? one.textContent).includes(arguments[1]))
        """, name, text)

    def click(self, name, text=""):
        element = self.find(name, text)
        self.run("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def write(self, name, text):
        element = self.find(name)
        element.clear()
        element.send_keys(text)

    def press(self, *keys):
        for key in keys:
            ActionChains(self.driver, duration=0).send_keys(key).perform()

    def chord(self, modifier, key):
        ActionChains(self.driver, duration=0).key_down(modifier).send_keys(key).key_up(modifier).perform()

    # How it looks

    def resize(self, width, height=900):
        self.width = width
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def prefer(self, scheme):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def picture(self, name):
        """Saves the whole page, up to a height that one can look at."""
        height = min(3200, max(900, self.run("return document.documentElement.scrollHeight")))
        self.resize(self.width, height)
        time.sleep(0.15)
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
        with open(os.path.join(self.pictures, name + ".png"), "wb") as file:
            file.write(base64.b64decode(data))
        self.resize(self.width)

    # What went wrong

    def expect_status(self, *statuses):
        """Until the next `check`, Chromium may report these for requests, which it always does for errors."""
        self.expected += [f"the server responded with a status of {status}" for status in statuses]

    def check(self, where):
        """Nothing was reported by the browser, no policy violated, and no text became markup."""
        self.check_document(where)
        entries = [entry for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        entries = [entry for entry in entries if not any(text in entry["message"] for text in self.expected)]
        self.expected = []
        if entries:
            raise Failed(f"{where}: the browser reports {entries}")

    def check_document(self, where):
        """Of this document: no text became markup, and no policy was violated."""
        found = self.run("""
            return { problems: window.problems ?? [], ran: window.ran ?? null,
              markup: document.querySelectorAll('main img, main script, main iframe, main b, [onerror], [onload], [style*="url"]').length,
              links: [...document.querySelectorAll('a[href]')].filter((one) => !one.getAttribute('href').startsWith('#')).length }
        """)
        if found["problems"] or found["ran"] or found["markup"] or found["links"]:
            raise Failed(f"{where}: {found}")

    def named(self, where):
        """Whatever can be used has a name for those who do not see it."""
        nameless = self.run("""
            return [...document.querySelectorAll('button, a[href], input, textarea, summary, [role=button], [role=img], [role=region]')]
              .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length)).map((one) => one.outerHTML.slice(0, 120))
        """)
        if nameless:
            raise Failed(f"{where}: without a name: {nameless}")

    def contrast(self, where):
        bad = self.run(CONTRAST)
        if bad:
            raise Failed(f"{where}: too little contrast: {bad}")

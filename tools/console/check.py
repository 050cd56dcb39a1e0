"""Uses the console as people do; see tools/console-check. Arguments: the program, a folder for pictures."""

import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import changing  # noqa: E402
import hostile  # noqa: E402
import looking  # noqa: E402
import looks  # noqa: E402
import playground  # noqa: E402
from browser import Browser, Failed  # noqa: E402
from selenium.common.exceptions import WebDriverException  # noqa: E402
from service import Service  # noqa: E402

FLOWS = [
    looking.token, looking.overview, looking.live, looking.rule, looking.match, looking.partial, looking.why,
    playground.example, playground.findings, playground.sharing,
    changing.dead_letters, changing.silences, changing.reloads, changing.restart,
    hostile.texts, hostile.addresses,
    looks.keyboard, looks.themes, looks.narrow,
]

def main():
    fluxcore, pictures = sys.argv[1:3]
    only = sys.argv[3:]
    repository = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with tempfile.TemporaryDirectory() as folder:
        service = Service(fluxcore, repository, folder)
        browser = None
        begin = time.monotonic()
        try:
            service.start()
            browser = Browser(service.address, pictures)
            for flow in FLOWS:
                name = f"{flow.__module__}.{flow.__name__}"
                # The token is what all others need.
                if only and name not in only and flow is not looking.token:
                    continue
                start = time.monotonic()
                flow(browser, service)
                browser.check(name)
                print(f"{name}: {time.monotonic() - start:.1f} s", flush=True)
        except (Failed, WebDriverException) as error:
            print(f"FAILED: {name}: {error}", file=sys.stderr)
            print(service.log()[-2000:], file=sys.stderr)
            return 1
        finally:
            if browser:
                browser.close()
            service.stop()
        print(f"{len(FLOWS)} flows of the console in {time.monotonic() - begin:.0f} s; pictures are in {pictures}")
    return 0

if __name__ == "__main__":
    sys.exit(main())

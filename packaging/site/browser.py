"""Looks at the site as a reader does: `browser.py SITE CHROMIUM SCREENSHOTS`.

In headless Chromium, every page at the widths of a phone and of a desktop: nothing is wider than the window except what scrolls by itself, the
console has no errors, nothing fails to load. The search finds a page, examples in HCL are highlighted and labeled, and an unknown address shows its own page.
The screenshots are for people.
"""

import functools
import http.server
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pages import BASE

OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDTHS = {"phone": 390, "desktop": 1280}
SHOWN = ["index", "rules/index", "rules/IPF001", "formats", "config", "404"]
# What is wider than the window, or hidden by it. Examples and tables may scroll by themselves, but must fit themselves.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = [document.documentElement, document.body, document.querySelector('.content')].filter((e) => e.scrollWidth > e.clientWidth);
  const beyond = [...document.querySelectorAll('main *')].filter(
    (e) => e.getBoundingClientRect().right > width + 0.5 && !e.parentElement.closest('pre, .table-wrapper'));
  return [...scrolls, ...beyond].map((e) => e.cloneNode(false).outerHTML.slice(0, 100));
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, *_: object) -> None:
        """As GitHub Pages does."""
        body = (Path(self.directory) / BASE.strip("/") / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(site: Path) -> tuple[http.server.ThreadingHTTPServer, str]:
    """Serves the site below its path, as it is published. Returns its address too."""
    root = Path(tempfile.mkdtemp())
    place = root / BASE.strip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(site.resolve())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}{BASE}/"


class Reader:
    """A browser at one width, which notes what goes wrong."""

    def __init__(self, browser: Browser, width: int, url: str, faults: list[str]) -> None:
        self.url, self.faults, self.where = url, faults, ""
        self.page: Page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.fault(message.text))
        self.page.on("pageerror", lambda error: self.fault(str(error)))
        self.page.on("response", lambda answer: answer.status >= 400 and self.fault(f"{answer.url}: status {answer.status}"))
        self.page.on("request", lambda request: request.url.startswith((url, "data:")) or self.fault(f"loads {request.url}"))

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.where}: {text}")

    def open(self, name: str, label: str) -> Page:
        self.where = f"{name} ({label})"
        self.page.goto(self.url + name, wait_until="load")
        return self.page


def check_pages(reader: Reader, names: list[str], label: str) -> None:
    for name in names:
        page = reader.open(name, label)
        for element in page.evaluate(TOO_WIDE):
            reader.fault(f"wider than the window: {element}")


def check_search(reader: Reader) -> None:
    page = reader.open("index.html", "search")
    page.keyboard.press("s")
    page.locator(".searchbar-outer:not(.searching)").wait_for(timeout=20_000)  # the index is loaded
    page.locator("#mdbook-searchbar").press_sequentially("EMR")
    result = page.locator("#mdbook-searchresults a").first
    result.wait_for(timeout=20_000)
    result.click()
    page.wait_for_load_state()
    if "EMR" not in page.locator("main").inner_text():
        reader.fault(f"the first result for EMR is {page.url}, which does not have that word")


def check_examples(reader: Reader) -> None:
    page = reader.open("rules/IPF001.html", "examples")
    for kind, label in [("before", "Wrong"), ("after", "Fixed")]:
        for language in ["hcl", "yaml"]:
            block = page.locator(f"code.language-{language}.{kind}").first
            shown = block.evaluate("(e) => getComputedStyle(e, '::before').content")
            if shown != f'"{label}"':
                reader.fault(f"an example has the label {shown}, not {label}")
            if block.locator(".hljs-string, .hljs-attr").count() == 0:
                reader.fault(f"an example of {language} is not highlighted")


def check_unknown_address(reader: Reader) -> None:
    faults = list(reader.faults)
    page = reader.open("rules/no-such-page", "unknown address")
    reader.faults[:] = faults  # the status 404 itself
    page.get_by_role("link", name="list of rules").click()
    page.wait_for_load_state()
    if page.locator("main h1").inner_text() != "Rules":
        reader.fault(f"its link to the rules leads to {page.url}")


def take_screenshots(browser: Browser, url: str, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for scheme in ["light", "dark"]:
        for label, width in WIDTHS.items():
            page = browser.new_context(viewport={"width": width, "height": 1200}, color_scheme=scheme).new_page()
            for name in SHOWN:
                page.goto(f"{url}{name}.html")
                page.screenshot(path=directory / f"{name.replace('/', '-')}-{label}-{scheme}.png")


def main(site: Path, chromium: str, screenshots: Path) -> None:
    names = sorted(str(page.relative_to(site)) for page in site.rglob("*.html") if page.name != "toc.html")
    faults: list[str] = []
    server, url = serve(site)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        for label, width in WIDTHS.items():
            check_pages(Reader(browser, width, url, faults), names, label)
        reader = Reader(browser, WIDTHS["desktop"], url, faults)
        check_search(reader)
        check_examples(reader)
        check_unknown_address(reader)
        take_screenshots(browser, url, screenshots)
        browser.close()
    server.shutdown()
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(names)} pages at {' and '.join(f'{width} px' for width in WIDTHS.values())}; screenshots in {screenshots}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))

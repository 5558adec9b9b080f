"""Checks the files of the site: `check.py SITE PROGRAM...`, where PROGRAM runs ipfix.

All links and anchors exist, nothing is loaded from elsewhere, links into the repository name files of this checkout, the address that reports
give for a rule is the page of this rule, and each schema has its own address.
"""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from pages import HOME, PACKAGE, ROOT

URL = f"{HOME}/"
REPOSITORY = f"{PACKAGE['repository']}/"


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.base = ""
        self.heading = ""
        self.in_heading = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if values.get("id"):
            self.ids.add(values["id"])
        if tag == "base":
            self.base = values["href"]
        else:
            self.links += [(tag, values[name]) for name in ("href", "src") if values.get(name)]
        self.in_heading |= tag == "h1" and "menu-title" not in (values.get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        self.in_heading &= tag != "h1"

    def handle_data(self, data: str) -> None:
        self.heading += data if self.in_heading else ""


class Site:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.pages = {path: Page(path.read_text()) for path in sorted(directory.rglob("*.html"))}
        self.faults: list[str] = []
        self.external: set[str] = set()
        self.internal = 0

    def file(self, url: str) -> Path:
        path = self.directory / unquote(urlsplit(url).path.removeprefix(urlsplit(URL).path))
        return path / "index.html" if path.is_dir() else path

    def link(self, page: str, tag: str, target: str) -> None:
        """One link. `page` is the address that it is relative to."""
        url = urljoin(page, target)
        if url.startswith("data:"):
            return
        if not url.startswith(URL):
            self.external.add(url)
            if tag != "a":
                self.faults.append(f"{page} loads {url}")
            elif urlsplit(url).scheme != "https" or not re.fullmatch(r"[a-z0-9.-]+\.[a-z]+", urlsplit(url).netloc):
                self.faults.append(f"{page} links to {url}")
            elif kind := re.match(r"(?:blob|tree|edit)/main/([^#]+)", url.removeprefix(REPOSITORY)):
                if not (ROOT / kind[1]).exists():
                    self.faults.append(f"{page} links to {url}, which is not in the repository")
            return
        self.internal += 1
        file, anchor = self.file(url), unquote(urlsplit(url).fragment)
        if not file.is_file():
            self.faults.append(f"{page} links to {target}: no such file")
        elif anchor and file in self.pages and anchor not in self.pages[file].ids:
            self.faults.append(f"{page} links to {target}: no such anchor")

    def check_links(self) -> None:
        for path, page in self.pages.items():
            address = URL + str(path.relative_to(self.directory))
            for tag, target in page.links:
                self.link(urljoin(address, page.base), tag, target)
        for path in self.directory.rglob("*.css"):
            for target in re.findall(r"url\(['\"]?([^'\")]+)", path.read_text()):
                self.link(URL + str(path.relative_to(self.directory)), "css", target)

    def check_rules(self, program: list[str]) -> None:
        def output(*arguments: str) -> object:
            run = subprocess.run([*program, *arguments], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
            return json.loads(run.stdout)

        rules = output("--list-rules", "--output-format", "json")
        addresses = {
            rule["id"]: rule["helpUri"]
            for run in output("--output-format", "sarif", "examples/terraform/everyday")["runs"]
            for rule in run["tool"]["driver"]["rules"]
        }
        listed = self.pages[self.directory / "rules/index.html"].links
        for rule in rules:
            code, address = rule["code"], addresses.get(rule["code"], "")
            page = self.pages.get(self.file(address)) if address.startswith(URL) else None
            if page is None or page.heading != f"{code}: {rule['name']}":
                self.faults.append(f"{code}: reports link to {address!r}, which is not its page")
            if ("a", f"{code}.html") not in listed:
                self.faults.append(f"rules/index.html does not list {code}")

    def check_schemas(self) -> None:
        for name in sorted(path.name for path in (ROOT / "docs/schemas").glob("*.json")):
            if json.loads((self.directory / "schemas" / name).read_text())["$id"] != f"{URL}schemas/{name}":
                self.faults.append(f"{name}: its $id is not its address")


def main(directory: str, *program: str) -> None:
    site = Site(Path(directory))
    site.check_links()
    site.check_rules(list(program))
    site.check_schemas()
    for fault in site.faults:
        print(fault, file=sys.stderr)
    print(f"{len(site.pages)} pages, {site.internal} internal links, {len(site.external)} external addresses (not visited):")
    print("".join(f"  {url}\n" for url in sorted(site.external) if not url.startswith(REPOSITORY + "edit/")), end="")
    sys.exit(bool(site.faults))


if __name__ == "__main__":
    main(*sys.argv[1:])

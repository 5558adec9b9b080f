"""Puts the settings and the pages of the site into a directory for mdBook: `pages.py DIRECTORY PROGRAM...`, where PROGRAM runs ipfix.

Most pages are those of `docs/`. The rest is generated here, so that no text exists twice: the start page is the README, and the table of contents and the
list of rules come from the program's registry of rules.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
HOME = PACKAGE["homepage"]
# The path below which the site is published.
BASE = urlsplit(HOME).path
# Pages that are files outside of docs/.
ELSEWHERE = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "security.md"}
SCHEMAS = {path: f"schemas/{path.name}" for path in (ROOT / "docs/schemas").glob("*.json")}
# The order of the pages of docs/. A page that is not listed comes after them.
ORDER = ["install.md", "config.md", "modules.md", "formats.md", "integrations.md"]


def title(text: str) -> str:
    return text.split("\n", 1)[0].removeprefix("# ")


def with_links(text: str, path: Path, pages: dict[Path, str]) -> str:
    """Changes the links of a file in the repository: to the page of what they name, or to the repository if that has no page."""

    def link(match: re.Match[str]) -> str:
        target, anchor = match.groups(default="")
        if "://" in target:
            return match.group()
        file = (path.parent / target).resolve()
        if page := pages.get(file) or SCHEMAS.get(file):
            return f"]({os.path.relpath(page, Path(pages[path]).parent)}{anchor})"
        if not file.exists():
            sys.exit(f"{path}: there is no {target}")
        kind = "tree" if file.is_dir() else "blob"
        return f"]({PACKAGE['repository']}/{kind}/main/{file.relative_to(ROOT)}{anchor})"

    parts = re.split(r"(^ *```.*?^ *```$)", text, flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [re.sub(r"\]\(([^)#\s]+)(#[^)\s]*)?\)", link, part) for part in parts[::2]]
    return "".join(parts)


def list_of_rules(rules: list[dict[str, str]]) -> str:
    rows = [f"| [{r['code']}]({r['code']}.md) | {r['name']} | {r['severity']} | {r['summary']} |\n" for r in rules]
    return f"""# Rules

`ipfix --explain CODE` prints the page of a rule.

| code | name | severity | what is wrong |
| --- | --- | --- | --- |
{"".join(rows)}
[Configuration](../config.md) and suppression comments enable and disable rules. Notes never make the exit status 1.
"""


def summary(pages: list[str], rules: list[dict[str, str]], titles: dict[str, str]) -> str:
    lines = ["# Summary\n\n[Overview](index.md)\n\n"]
    lines += [f"- [{titles[page]}]({page})\n" for page in pages]
    lines += ["- [Options](options.md)\n- [Rules](rules/index.md)\n"]
    lines += [f"  - [{r['code']}: {r['name']}](rules/{r['code']}.md)\n" for r in rules]
    return "".join([*lines, "\n[Changelog](changelog.md)\n\n[Security](security.md)\n"])


def main(directory: Path, program: list[str]) -> None:
    def output(*arguments: str) -> str:
        return subprocess.run([*program, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout

    rules = json.loads(output("--list-rules", "--output-format", "json"))
    docs = sorted((ROOT / "docs").rglob("*.md"))
    pages = {path: str(path.relative_to(ROOT / "docs")) for path in docs} | {ROOT / path: page for path, page in ELSEWHERE.items()}
    texts = {page: with_links(path.read_text(), path, pages) for path, page in pages.items()}

    wanted, found = {f"rules/{rule['code']}.md" for rule in rules}, {page for page in texts if page.startswith("rules/")}
    if wanted != found:
        sys.exit(f"docs/rules/ and the rules of the program differ: {', '.join(sorted(wanted ^ found))}")
    rest = sorted(set(texts) - found - set(ELSEWHERE.values()) - set(ORDER))
    chapters = [page for page in ORDER if page in texts] + rest
    titles = {page: title(text) for page, text in texts.items()}

    texts["404.md"] = (ROOT / "packaging/site/404.md").read_text()
    texts["options.md"] = f"# Options\n\n```text\n{output('--help')}```\n"
    texts["rules/index.md"] = list_of_rules(rules)
    texts["SUMMARY.md"] = summary(chapters, rules, titles)
    # A published schema has an identifier: its address.
    for schema, name in SCHEMAS.items():
        texts[name] = schema.read_text().replace("{", f'{{\n  "$id": "{HOME}/{name}",', 1)

    settings = Template((ROOT / "packaging/site/book.toml").read_text())
    (directory / "book.toml").write_text(settings.substitute(PACKAGE, path=BASE))
    for page, text in texts.items():
        path = directory / "docs" / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

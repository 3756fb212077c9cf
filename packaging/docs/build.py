"""`make docs`: the documentation site, build/docs/site, made from README, docs, the parsers and the OpenAPI document.

The pages are gathered in build/docs/pages, then built in strict mode: a link or an anchor that leads nowhere ends it
with status 1.
"""

import json
import shutil
import subprocess
import sys

from commands import command_pages
from http_reference import http_page
from pages import ROOT, design_notes, gather

PAGES = ROOT / "build" / "docs" / "pages"
SITE = ROOT / "build" / "docs" / "site"
HERE = "packaging/docs"


def main() -> int:
    """Exit status 0 when the site is whole."""
    for made in (PAGES, SITE):
        shutil.rmtree(made, ignore_errors=True)
    document = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    generated = command_pages() | {"reference/http.md": http_page(document), "adr/index.md": design_notes()}
    problems = gather(PAGES, generated)
    shutil.copyfile(ROOT / HERE / "site.css", PAGES / "site.css")
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        # What follows is the builder's own traceback, which says nothing more.
        print((done.stdout + done.stderr).partition("Traceback")[0], file=sys.stderr)
        print("make docs: the pages have warnings, see above", file=sys.stderr)
        return 1
    place = SITE.relative_to(ROOT)
    print(f"{place}/index.html: {len(list(SITE.rglob('*.html')))} pages")
    print(f"to search in them, too: python -m http.server --directory {place} --bind 127.0.0.1")
    return 0


if __name__ == "__main__":
    sys.exit(main())

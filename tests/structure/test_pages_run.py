"""Every command that README and documents show is run, page by page, as it stands there."""

import shutil
from pathlib import Path

import pytest

from tests.structure.documents import PAGES, Block, blocks, is_pattern, name_of, program_of
from tests.structure.stage import SECONDS, Stage, furnish
from tests.support import ROOT

# What a block's `make` targets do is run by these tests; here only make itself is asked.
MAKE_IS_RUN_BY = {
    "demo": "tests/examples/test_demo.py",
    "docs": "tests/packaging/test_docs_site.py",
    "app": "tests/packaging/test_app.py",
    "test": "tests/structure/test_pages_run.py",  # this is one of them
}
# Pages that begin in an empty folder; the others find what they name.
FROM_NOTHING = ("README.md", "docs/tutorial.md", "docs/howto/new-site.md", "docs/howto/new-alphabet.md")


def to_run(document: Path) -> list[Block]:
    return [block for block in blocks(document) if block.not_run is None and (block.commands() or is_python(block))]


def is_python(block: Block) -> bool:
    return block.language == "python"


SHOWING = [page for page in PAGES if to_run(page)]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.mark.full
@pytest.mark.timeout(3 * SECONDS)
@pytest.mark.skipif("sys.platform == 'win32'", reason="pages are typed into bash")
@pytest.mark.parametrize("page", SHOWING, ids=name_of)
def test_the_commands_of_a_page_run(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "reader"
    if name_of(page) in FROM_NOTHING:
        folder.mkdir()
    else:
        shutil.copytree(request.getfixturevalue("furnished"), folder)
    with Stage(folder) as stage:
        for block in to_run(page):
            if is_python(block):
                stage.python(block.text)
            for line in block.commands():
                if not is_pattern(line):
                    stage.type(line)


def test_each_make_target_that_is_shown_is_run_by_a_test() -> None:
    lines = [line for page in PAGES for block in to_run(page) for line in block.commands()]
    shown = {word for line in lines if program_of(line) == "make" for word in line.split()[1:] if "=" not in word}
    assert shown <= set(MAKE_IS_RUN_BY)
    for test in MAKE_IS_RUN_BY.values():
        assert (ROOT / test).is_file()


def test_pages_with_commands_are_found() -> None:
    assert {"README.md", "docs/tutorial.md", "docs/recogniser.md", "docs/http.md"} <= {name_of(p) for p in SHOWING}

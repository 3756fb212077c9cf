from pathlib import Path

import pytest

from labeler import build


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the packaged app keeps what it was built from."""
    place = tmp_path / "_internal" / "labeler" / "build.json"
    place.parent.mkdir(parents=True)
    monkeypatch.setattr(build, "_FACTS", place)
    return place


def test_a_checkout_has_no_build() -> None:
    assert build.build() is None and build.licences() is None


def test_the_packaged_app_knows_its_commit_and_its_licences(facts: Path) -> None:
    facts.write_text('{"version": "1.0.0", "commit": "0123abc", "date": "2026-11-21", "epoch": "1"}')
    (facts.parent.parent / "licences").mkdir()
    assert build.build() == ("0123abc", "2026-11-21")
    assert build.licences() == facts.parent.parent / "licences"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"commit": "a"}', "\xff"])
def test_facts_that_cannot_be_read_are_none(facts: Path, text: str) -> None:
    facts.write_bytes(text.encode("latin-1"))
    assert build.build() is None

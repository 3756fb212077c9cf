import json
from pathlib import Path

import pytest

from labeler import settings
from labeler.settings import Settings


def test_settings_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "labeler.json"
    stored = Settings(theme="dark", text_size=150, keys={"skip": "Ctrl+Shift+J"}, recent=("/a", "/b"), show_list=False)
    settings.save(stored, path)
    assert settings.load(path) == stored


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[1, 2"])
def test_a_damaged_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "labeler.json"
    path.write_bytes(content)
    assert settings.load(path) == Settings()
    assert (tmp_path / "labeler.json.broken").read_bytes() == content
    settings.save(Settings(theme="light"), path)
    assert settings.load(path).theme == "light"


@pytest.mark.parametrize("content", ["[]", "3", '"x"', "null"])
def test_another_kind_of_json_gives_the_defaults(tmp_path: Path, content: str) -> None:
    path = tmp_path / "labeler.json"
    path.write_text(content)
    assert settings.load(path) == Settings()


def test_values_of_another_kind_are_left_at_their_default(tmp_path: Path) -> None:
    path = tmp_path / "labeler.json"
    stored = {"theme": "pink", "text_size": 9000, "recent": ["/a", 3], "keys": {"skip": 5}, "language": None, "x": 1}
    path.write_text(json.dumps(stored))
    assert settings.load(path) == Settings(text_size=300, recent=("/a",))


def test_a_place_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.save(Settings(), tmp_path / "file" / "labeler.json")


def test_recent_folders_are_few_and_the_last_is_first() -> None:
    stored = Settings()
    for number in range(20):
        stored = stored.opened(Path(f"/{number % 10}"))
    assert len(stored.recent) == 8 and stored.recent[0] == str(Path("/9"))

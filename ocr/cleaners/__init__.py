"""The cleaners that ship, by name; a page beside each says how it was made."""

from pathlib import Path

_FOLDER = Path(__file__).parent
NAMES = ("captcha", "pages")


def find(path: Path) -> Path:
    """The file of a cleaner that ships when `path` is no more than its name and nothing of that name is there."""
    if str(path) in NAMES and not path.exists():
        return _FOLDER / f"{path}.onnx"
    return path

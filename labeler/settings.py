"""What the window remembers between runs: one JSON file in the user's configuration folder.

A missing, damaged or foreign file never keeps the window from opening: whatever cannot be read is left at its
default, and the damaged file is kept beside with `.broken` at its end.
"""

import contextlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from dataset.atomic import atomic_write
from dataset.errors import DatasetError

APP = "captcha-toolkit"
_RECENT = 8
TEXT_SIZES = (100, 300)  # per cent


@dataclass(frozen=True, slots=True)
class Settings:
    """`theme`: system, light or dark; `language`: a code, "" for the system's; `text_size` in per cent;
    `keys`: command id -> chord; `geometry`: the window's place as Tk writes it; `learn`: whether the recogniser
    learns while a person labels, in `python` ("": the one at work); `told`: that it cannot was said once."""

    theme: str = "system"
    language: str = ""
    text_size: int = 100
    geometry: str = ""
    show_list: bool = True
    show_tools: bool = False
    recent: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)
    learn: bool = True
    python: str = ""
    told: bool = False

    def opened(self, folder: Path) -> "Settings":
        """With `folder` first among the recent ones."""
        name = str(folder)
        return replace(self, recent=(name, *(r for r in self.recent if r != name))[:_RECENT])


def settings_path() -> Path:
    """Where the settings lie on this system."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "labeler.json"


def load(path: Path | None = None) -> Settings:
    """The stored settings; defaults for whatever is missing or makes no sense."""
    path = path or settings_path()
    try:
        stored = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            path.replace(path.with_name(path.name + ".broken"))
        return Settings()
    return _checked(stored) if isinstance(stored, dict) else Settings()


def save(settings: Settings, path: Path | None = None) -> None:
    """Writes the settings; a folder that cannot be written is not worth a message, the window works on."""
    path = path or settings_path()
    text = json.dumps(asdict(settings), indent=2, ensure_ascii=False)
    with contextlib.suppress(OSError, DatasetError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(text.encode("utf-8"))


def _checked(stored: dict[str, Any]) -> Settings:
    settings = Settings()
    for known in fields(Settings):
        value = stored.get(known.name)
        default = getattr(settings, known.name)
        if isinstance(default, tuple) and isinstance(value, list):
            value = tuple(item for item in value if isinstance(item, str))
        if isinstance(default, dict) and isinstance(value, dict):
            value = {k: v for k, v in value.items() if isinstance(k, str) and isinstance(v, str)}
        if type(value) is type(default):
            changes: dict[str, Any] = {known.name: value}
            settings = replace(settings, **changes)
    low, high = TEXT_SIZES
    return replace(
        settings,
        theme=settings.theme if settings.theme in ("system", "light", "dark") else "system",
        text_size=min(max(settings.text_size, low), high),
        recent=settings.recent[:_RECENT],
    )

"""The colours of the window, light and dark. Every text colour stands at least 4.5:1 from every ground it is
used on (WCAG 2.1, measured by `contrast`)."""

from typing import NamedTuple


class Palette(NamedTuple):
    """Colours as #rrggbb. `good`, `warn` and `bad` are never the only sign of what they say."""

    name: str
    window: str  # the ground of everything
    surface: str  # lists, fields, cards
    stage: str  # behind the picture
    hover: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    chosen: str  # the current row, the selected text
    good: str
    warn: str
    bad: str


LIGHT = Palette(
    name="light", window="#f5f6f8", surface="#ffffff", stage="#e7eaef", hover="#e9edf3", line="#d3d8e0",
    text="#191d24", muted="#515a68", accent="#2255cc", on_accent="#ffffff", chosen="#dbe6fd",
    good="#166b30", warn="#844c00", bad="#b3142a",
)  # fmt: skip
DARK = Palette(
    name="dark", window="#17191e", surface="#1f2229", stage="#0f1115", hover="#2a2e37", line="#353b47",
    text="#e9ebef", muted="#a3acba", accent="#86abff", on_accent="#0c1426", chosen="#28395f",
    good="#68d08b", warn="#ecb757", bad="#ff8d96",
)  # fmt: skip

READ_ON = {  # text colour -> the grounds it is written on
    "text": ("window", "surface", "stage", "hover", "chosen"),
    "muted": ("window", "surface", "stage", "hover", "chosen"),
    "accent": ("window", "surface"),
    "on_accent": ("accent",),
    "good": ("window", "surface", "chosen"),
    "warn": ("window", "surface", "chosen"),
    "bad": ("window", "surface", "stage", "chosen"),
}


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` as three levels of 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if (c := level / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for level in rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

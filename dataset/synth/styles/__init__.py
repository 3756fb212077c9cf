"""All styles by name. A new style is one file here and one line below."""

from dataset.synth.style import Style
from dataset.synth.styles import (
    alpha,
    classic,
    colour,
    cyrillic,
    italic,
    lines,
    low_contrast,
    rings,
    speckle,
    sums,
    wide,
)

STYLES: dict[str, Style] = {
    module.STYLE.name: module.STYLE
    for module in (
        classic,
        lines,
        rings,
        speckle,
        sums,
        colour,
        low_contrast,
        cyrillic,
        wide,
        alpha,
        italic,
    )
}

"""The list of pictures: as many drawn rows as fit, used over and over, however many pictures there are."""

import tkinter as tk
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from tkinter import ttk
from typing import NamedTuple

from PIL import Image, ImageTk

from dataset.sample import Sample
from labeler.confidence import percent
from labeler.window.icons import Icons
from labeler.window.theme import Theme

_ROW, _THUMBNAIL = 36, (72, 24)
_SIGNS = {
    "new": ("ring", "muted"), "labelled": ("check", "good"), "reviewed": ("reviewed", "good"),
    "skipped": ("dash", "warn"), "unreadable": ("cross", "bad"), "rejected": ("warn", "bad"),
    "duplicate": ("copies", "muted"),
}  # fmt: skip


class _Row(NamedTuple):
    ground: int
    sign: int
    picture: int
    text: int
    confidence: int
    photo: ImageTk.PhotoImage


class SampleList(ttk.Frame):
    """A window on a long list. `count()` rows; `row(i)` gives the sample, `thumbnail(sample)` its small picture
    or None while it is made; `chosen(i)` is called on a click."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, icons: Icons, count: Callable[[], int],
        row: Callable[[int], Sample], thumbnail: Callable[[Sample], Image.Image | None],
        chosen: Callable[[int], None],
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._count, self._row, self._thumbnail, self._chosen = count, row, thumbnail, chosen
        self._canvas = tk.Canvas(self, highlightthickness=0, borderwidth=0, takefocus=False)
        self._bar = ttk.Scrollbar(self, orient="vertical", style="Slim.Vertical.TScrollbar", command=self._scrolled)
        self._bar.pack(side="right", fill="y")
        self._canvas.pack(side="left", fill="both", expand=True)
        self._rows: list[_Row] = []
        self._shown: dict[int, int] = {}  # row number on the screen -> id whose thumbnail it holds
        self._drawn: dict[int, tuple[Sample, bool]] = {}  # row number -> what stands there
        self.top = 0
        self.blind = False  # texts are not told
        self._current = -1
        self._canvas.bind("<Configure>", lambda _event: self.restyle())
        self._canvas.bind("<Button-1>", self._clicked)
        self._canvas.bind("<MouseWheel>", lambda event: self.scroll(-3 if event.delta > 0 else 3))
        self._canvas.bind("<Button-4>", lambda _event: self.scroll(-3))
        self._canvas.bind("<Button-5>", lambda _event: self.scroll(3))

    @property
    def row_height(self) -> int:
        """Height of a row in screen pixels."""
        return self._theme.px(_ROW)

    @property
    def thumbnail_size(self) -> tuple[int, int]:
        """Width and height of a thumbnail in screen pixels."""
        return self._theme.px(_THUMBNAIL[0]), self._theme.px(_THUMBNAIL[1])

    def restyle(self) -> None:
        """Makes the rows anew for another size or theme."""
        self._canvas.delete("all")
        self._canvas.configure(background=self._theme.palette.surface)
        self._rows.clear()
        self._shown.clear()
        self._drawn.clear()
        for number in range(self._canvas.winfo_height() // self.row_height + 1):
            self._rows.append(self._make_row(number))
        self.draw()

    def follow(self, position: int) -> None:
        """Marks the current row and brings it into sight."""
        self._current = position
        fitting = max(1, len(self._rows) - 1)
        if not self.top <= position < self.top + fitting:
            self.top = position - fitting // 3
        self.draw()

    def scroll(self, rows: int) -> None:
        """Moves the list by so many rows."""
        self.top += rows
        self.draw()

    def draw(self) -> None:
        """Fills the rows on the screen; the only place that looks at samples."""
        count = self._count()
        fitting = max(1, len(self._rows) - 1)
        self.top = max(0, min(self.top, count - fitting))
        for number, row in enumerate(self._rows):
            position = self.top + number
            if position < count:
                self._fill(number, row, self._row(position), position == self._current)
            else:
                self._empty(number, row)
        self._bar.set(self.top / max(count, 1), min(1.0, (self.top + fitting) / max(count, 1)))

    def _make_row(self, number: int) -> _Row:
        theme, canvas = self._theme, self._canvas
        top, middle = number * self.row_height, number * self.row_height + self.row_height // 2
        width, px = canvas.winfo_width(), theme.px
        photo = ImageTk.PhotoImage("RGBA", self.thumbnail_size, master=canvas)
        return _Row(
            canvas.create_rectangle(0, top, width, top + self.row_height, width=0),
            canvas.create_image(px(18), middle),
            canvas.create_image(px(34), middle, anchor="w", image=str(photo), state="hidden"),
            canvas.create_text(px(46) + self.thumbnail_size[0], middle, anchor="w"),
            canvas.create_text(width - px(10), middle, anchor="e", font=theme.fonts["small"], fill=theme.palette.muted),
            photo,
        )

    def _fill(self, number: int, row: _Row, sample: Sample, current: bool) -> None:
        if self._shown.get(number) != sample.id:
            self._draw_thumbnail(number, row, sample)
        if self._drawn.get(number) == (sample, current):
            return
        self._drawn[number] = (sample, current)
        if self.blind:
            sample = replace(sample, file="···", label=None, prediction=None, confidence=None)
        canvas, colours = self._canvas, self._theme.palette
        sign, ink = _SIGNS[sample.status]
        canvas.itemconfigure(row.ground, fill=colours.chosen if current else colours.surface)
        image = self._icons.get(sign, self._theme.px(16), getattr(colours, ink))
        canvas.itemconfigure(row.sign, image=str(image), state="normal")
        text, face = sample.label or sample.prediction, "row"
        if not text:
            text, face = PurePosixPath(sample.file).name, "small"
        ink = colours.text if sample.label else colours.muted
        canvas.itemconfigure(row.text, text=_short(text), fill=ink, font=self._theme.fonts[face])
        unsaid = sample.confidence is None
        canvas.itemconfigure(row.confidence, text="" if unsaid else percent(sample.confidence or 0))

    def _draw_thumbnail(self, number: int, row: _Row, sample: Sample) -> None:
        small = self._thumbnail(sample)
        if small is not None:
            row.photo.paste(small)
            self._shown[number] = sample.id
        self._canvas.itemconfigure(row.picture, state="hidden" if small is None else "normal")

    def _empty(self, number: int, row: _Row) -> None:
        self._canvas.itemconfigure(row.ground, fill=self._theme.palette.surface)
        for item in (row.text, row.confidence):
            self._canvas.itemconfigure(item, text="")
        for item in (row.sign, row.picture):
            self._canvas.itemconfigure(item, state="hidden")
        self._shown.pop(number, None)
        self._drawn.pop(number, None)

    def _clicked(self, event: "tk.Event[tk.Misc]") -> None:
        position = self.top + event.y // self.row_height
        if position < self._count():
            self._chosen(position)

    def _scrolled(self, action: str, amount: str, unit: str = "") -> None:
        if action == "moveto":
            self.top = round(float(amount) * self._count())
        else:
            self.top += int(amount) * (len(self._rows) - 1 if unit == "pages" else 1)
        self.draw()


def _short(text: str, longest: int = 14) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"

"""A page of pictures with their proposals: drawn cells, used over and over."""

import tkinter as tk
from collections.abc import Callable
from typing import NamedTuple

from PIL import ImageTk

from dataset.errors import ImageRefused
from labeler.confidence import Level, level, percent
from labeler.controller import Controller
from labeler.i18n import _
from labeler.paging import LARGEST, SMALLEST
from labeler.prefetch import Shot
from labeler.window.theme import Theme

_CELL = (218, 104)  # design pixels
_INKS = {Level.SURE: "text", Level.UNSURE: "warn", Level.DOUBTFUL: "bad"}
_MARKS = {Level.SURE: "", Level.UNSURE: "?", Level.DOUBTFUL: "??"}


class _Cell(NamedTuple):
    ground: int
    picture: int
    text: int
    facts: int


class Grid(tk.Canvas):
    """Shows the controller's page; `chosen(id)` is called on a click, `resized(cells)` when another number fits."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, controller: Controller, chosen: Callable[[int], None],
        resized: Callable[[int], None],
    ) -> None:  # fmt: skip
        super().__init__(parent, highlightthickness=0, borderwidth=0, takefocus=False)
        self._theme, self._controller, self._resized = theme, controller, resized
        self._cells: list[_Cell] = []
        self._photos: list[ImageTk.PhotoImage | None] = []
        self._painted: list[object] = []  # what each cell's photo shows
        self._columns, self._cell_size = 1, _CELL
        self._ids: tuple[int, ...] = ()
        self.configure(background=theme.palette.stage)
        self.bind("<Configure>", lambda _event: self._lay_out())
        self.bind("<Button-1>", lambda event: self._clicked(event, chosen))

    def _lay_out(self) -> None:
        """Places as many cells as fit, at least so many that a page is worth its name."""
        width, height = self.winfo_width(), self.winfo_height()
        columns = max(3, width // self._theme.px(_CELL[0]))
        rows = max(-(-SMALLEST // columns), height // self._theme.px(_CELL[1]))
        rows = min(rows, LARGEST // columns)
        self._columns, self._cell_size = columns, (width // columns, height // rows)
        self.delete("all")
        self._cells = [self._make(number) for number in range(columns * rows)]
        self._photos = [None] * len(self._cells)
        self._painted = [None] * len(self._cells)
        self._resized(columns * rows)
        self.draw()

    @property
    def _low(self) -> bool:
        """Whether the text stands beside the picture because there is no room below it."""
        return self._cell_size[1] < self._theme.px(88)

    def _make(self, number: int) -> _Cell:
        px, (width, height) = self._theme.px, self._cell_size
        x, y, gap, edge = number % self._columns * width, number // self._columns * height, px(4), px(14)
        if self._low:
            picture, text = (x + width * 3 // 10, y + height // 2), (x + width * 6 // 10, y + height // 3)
            facts = (x + width - edge, y + height * 2 // 3)
        else:
            picture, text = (x + width // 2, y + (height - px(30)) // 2 + gap), (x + edge, y + height - px(20))
            facts = (x + width - edge, y + height - px(20))
        return _Cell(
            self.create_rectangle(x + gap, y + gap, x + width - gap, y + height - gap),
            self.create_image(*picture),
            self.create_text(*text, anchor="w", font=self._theme.fonts["row"]),
            self.create_text(*facts, anchor="e", font=self._theme.fonts["small"]),
        )

    def draw(self) -> None:
        """Shows the page as it is now; only cells whose picture changed are painted anew."""
        paging, session = self._controller.paging, self._controller.session
        self._ids = paging.ids
        for number, cell in enumerate(self._cells):
            if session is not None and number < len(self._ids):
                self._fill(number, cell, self._ids[number], self._ids[number] == session.current_id)
            else:
                for item in cell:
                    self.itemconfigure(item, state="hidden")

    def shots(self, ids: tuple[int, ...]) -> list[Shot]:
        """How these samples would be shown in a cell: for preparing them ahead."""
        work = self._controller.work
        if work is None:
            return []
        px, (width, height) = self._theme.px, self._cell_size
        room = (max(1, width - px(24)), max(1, height - px(48)))
        if self._low:
            room = (width // 2, max(1, height - px(16)))
        view = work.view.tones()
        return [Shot(i, work.session.store.path(work.session.row(i)), view, room, True) for i in ids]

    def _fill(self, number: int, cell: _Cell, sample_id: int, current: bool) -> None:
        colours, paging = self._theme.palette, self._controller.paging
        out, text = sample_id in paging.left_out, paging.text(sample_id)
        confidence = paging.confidence(sample_id)
        trust = level(confidence) if confidence is not None else Level.SURE
        self.itemconfigure(
            cell.ground, fill=colours.chosen if current else colours.surface, state="normal",
            outline=colours.accent if current else colours.line, width=self._theme.px(2 if current else 1),
        )  # fmt: skip
        said = _("left out") if out else text or _("nothing read")
        ink = colours.muted if out or not text else getattr(colours, _INKS[trust])
        self.itemconfigure(cell.text, text=said, fill=ink, state="normal")
        facts = "" if confidence is None or out else f"{_MARKS[trust]} {percent(confidence)}"
        if confidence is None and text:
            facts = "✎"
        self.itemconfigure(cell.facts, text=facts, fill=colours.muted, state="normal")
        self._paint(number, cell, sample_id)

    def _paint(self, number: int, cell: _Cell, sample_id: int) -> None:
        work = self._controller.work
        shot = self.shots((sample_id,))[0]
        if work is None or self._painted[number] == shot:
            self.itemconfigure(cell.picture, state="normal")
            return
        try:
            frame = work.pictures.frame(shot)
        except ImageRefused:
            self.itemconfigure(cell.picture, state="hidden")
            return
        image, photo = frame.image, self._photos[number]
        if photo is None or (photo.width(), photo.height()) != image.size:
            photo = self._photos[number] = ImageTk.PhotoImage(image.convert("RGB"), master=self)
            self.itemconfigure(cell.picture, image=str(photo))
        else:
            photo.paste(image.convert("RGB"))
        self.itemconfigure(cell.picture, state="normal")
        self._painted[number] = None if frame.rough else shot

    def middle(self, sample_id: int) -> tuple[int, int]:
        """Where the cell of a sample of this page is, in pixels."""
        row, column = divmod(self._ids.index(sample_id), self._columns)
        width, height = self._cell_size
        return column * width + width // 2, row * height + height // 2

    def _clicked(self, event: "tk.Event[tk.Misc]", chosen: Callable[[int], None]) -> None:
        column, row = event.x // self._cell_size[0], event.y // self._cell_size[1]
        number = row * self._columns + column
        if column < self._columns and number < len(self._ids):
            chosen(self._ids[number])

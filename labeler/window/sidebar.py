"""The left side: what is shown, and the list of it."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from PIL import Image

from dataset.sample import Sample
from labeler.controller import Controller
from labeler.modes import Selection
from labeler.window.filterbar import FilterBar
from labeler.window.icons import Icons
from labeler.window.samples import SampleList
from labeler.window.theme import Theme


class Sidebar(ttk.Frame):
    """Filter bar and list; `left()` gives the keyboard back to the text field."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, icons: Icons, controller: Controller, left: Callable[[], None]
    ) -> None:
        super().__init__(parent, width=theme.px(276))
        self.pack_propagate(False)
        self._controller = controller
        self.filters = FilterBar(self, theme, self._selected, left)
        self.filters.pack(side="top", fill="x")
        self.list = SampleList(self, theme, icons, self._count, self._row, self._thumbnail, controller.go)
        self.list.pack(side="top", fill="both", expand=True)

    def begin(self) -> None:
        """Another folder, mode or filter is shown."""
        work = self._controller.work
        if work is not None:
            work.pictures.thumbnail_size(self.list.thumbnail_size)
            browsing = self._controller.browsing
            led = work.coach is not None and browsing.mode.name == "single"
            self.filters.show(browsing.selection, work.session.store.types(), led=led)
        self.list.restyle()

    def follow(self) -> None:
        """The cursor has moved or rows have changed."""
        if self._controller.session is not None:
            if self.list.blind != self._controller.labelling.blind:
                self.list.blind = self._controller.labelling.blind
                self.list.restyle()
            self.list.follow(self._controller.session.position)

    def _selected(self, selection: Selection) -> None:
        self._controller.attempt(lambda: self._controller.browsing.select(selection))

    def _count(self) -> int:
        return len(self._controller.session.ids) if self._controller.session else 0

    def _row(self, position: int) -> Sample:
        assert self._controller.session is not None
        return self._controller.session.row(self._controller.session.ids[position])

    def _thumbnail(self, sample: Sample) -> Image.Image | None:
        assert self._controller.work is not None
        work = self._controller.work
        return work.pictures.thumbnail(sample.id, work.session.store.path(sample))

"""The recogniser that learns while a person labels, as the settings have it."""

import sys
import tkinter as tk
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from dataset.errors import ToolkitError
from labeler import trouble
from labeler.draft import Note
from labeler.i18n import _
from labeler.settings import Settings
from labeler.teaching.coach import Coach, Means
from labeler.teaching.ending import write_report
from labeler.teaching.trainer import Trainer
from labeler.window.theme import Theme
from ocr import BACKBONE

if TYPE_CHECKING:
    from labeler.window.app import App


def means(settings: Settings) -> Means | None:
    """With what the recogniser learns in the next folder; None when it is not to."""
    if not settings.learn:
        return None
    python = Path(settings.python) if settings.python else None
    return Means(lambda post: Trainer(post, python), BACKBONE)


class Teaching:
    """What one window does for the coach of its folder: it counts keys, tells once what is missing, and leaves model
    and report beside the pictures when all is done."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._concluded: object = None

    @property
    def coach(self) -> Coach | None:
        """The coach of the open folder, if one learns."""
        work = self._app.controller.work
        return work.coach if work else None

    def count(self) -> None:
        """A key or a click."""
        if (work := self._app.controller.work) is not None:
            work.reader.stand_back()
        if (coach := self.coach) is not None:
            coach.keys += 1

    def begin(self) -> None:
        """A folder was opened."""
        if (coach := self.coach) is not None and coach.missing and not self._app.settings.told:
            self._app.keep(told=True)
            self._app.say(Note(coach.missing))

    def look(self) -> None:
        """Now and then: whether the work is done."""
        coach, work = self.coach, self._app.controller.work
        if coach is None or work is None or not coach.ended or not coach.record.points:
            return
        state = coach, len(coach.record.points), len(coach.record.lessons)
        if state != self._concluded:
            self._concluded = state
            coach.keep()
            try:
                write_report(coach.record, work.session.store)
            except ToolkitError as error:
                self._app.fail(trouble.of(error))


class LearningChoice(ttk.Frame):
    """Whether to learn, and in which Python. `on` and `python` are what was chosen."""

    def __init__(self, parent: tk.Misc, theme: Theme, on: bool, python: str) -> None:
        super().__init__(parent)
        px = theme.px
        self._on, self._python = tk.BooleanVar(self, on), tk.StringVar(self, python)
        box = ttk.Checkbutton(self, text=_("Learn while I label"), variable=self._on, command=self._switched)
        box.grid(row=0, column=0, columnspan=2, sticky="w", pady=(0, px(4)))
        ttk.Label(self, text=_("Python for training")).grid(row=1, column=0, columnspan=2, sticky="w")
        self.entry = ttk.Entry(self, textvariable=self._python, width=26, font=theme.fonts["base"])
        self.entry.grid(row=2, column=0, sticky="ew", padx=(0, px(14)), pady=(px(2), 0))
        self._choose = ttk.Button(self, text=_("Choose…"), command=self._ask)
        self._choose.grid(row=2, column=1)
        frozen = bool(getattr(sys, "frozen", False))
        hint = _("It needs captcha-toolkit[train].") if frozen else _("Empty: the one that runs this window.")
        ttk.Label(self, text=hint, style="Small.TLabel", wraplength=px(440)).grid(
            row=3, column=0, columnspan=2, sticky="w", pady=(px(4), 0)
        )
        self.columnconfigure(0, weight=1)
        self._switched()

    @property
    def on(self) -> bool:
        """Whether the recogniser is to learn."""
        return self._on.get()

    @property
    def python(self) -> str:
        """The Python to train with; empty for the one at work."""
        return self._python.get().strip()

    def _switched(self) -> None:
        state = "normal" if self.on else "disabled"
        self.entry.configure(state=state)
        self._choose.configure(state=state)

    def _ask(self) -> None:
        chosen = filedialog.askopenfilename(parent=self, title=_("Python for training"))
        if chosen:
            self._python.set(chosen)

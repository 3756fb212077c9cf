"""What a person sees before a folder is open: what this is, the one thing to do, and where one was lately."""

import tkinter as tk
from collections.abc import Callable, Sequence
from pathlib import Path
from tkinter import ttk

from labeler.i18n import N_, _
from labeler.window.icons import Icons
from labeler.window.theme import Theme

_STEPS = (
    ("folder", N_("Open a folder of pictures"), N_("Any folder will do. Your pictures stay as they are.")),
    ("pencil", N_("Type what you read"), N_("Enter saves it, renames the file and brings the next picture.")),
    ("undo", N_("Change your mind"), N_("Every step can be undone, also tomorrow.")),
)  # fmt: skip


class StartPage(ttk.Frame):
    """The empty window."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, icons: Icons, key: str, recent: Sequence[str],
        choose: Callable[[], None], open_folder: Callable[[Path], None],
    ) -> None:  # fmt: skip
        super().__init__(parent)
        px = theme.px
        page = ttk.Frame(self)
        page.place(relx=0.5, rely=0.47, anchor="center")
        ttk.Label(page, text=_("Label short text, fast"), style="Headline.TLabel").pack(anchor="w")
        ttk.Label(
            page, text=_("One picture at a time, one key when the proposal is right."), style="Muted.TLabel"
        ).pack(anchor="w", pady=(px(6), px(28)))
        for icon, title, more in _STEPS:
            step = ttk.Frame(page)
            step.pack(anchor="w", pady=(0, px(16)))
            picture = icons.get(icon, px(26), theme.palette.accent)
            ttk.Label(step, image=str(picture)).pack(side="left", padx=(0, px(16)), anchor="n")
            text = ttk.Frame(step)
            text.pack(side="left")
            ttk.Label(text, text=_(title)).pack(anchor="w")
            ttk.Label(text, text=_(more), style="Small.TLabel").pack(anchor="w")
        row = ttk.Frame(page)
        row.pack(anchor="w", pady=(px(16), 0))
        self.button = ttk.Button(row, text=_("Open folder…"), style="Accent.TButton", command=choose)
        self.button.pack(side="left")
        self._hint, self._key = ttk.Label(row, text=key, style="Small.TLabel"), key
        self._hint.pack(side="left", padx=px(12))
        if recent:
            ttk.Label(page, text=_("Lately"), style="Small.TLabel").pack(anchor="w", pady=(px(28), px(4)))
        for name in recent[:4]:
            folder = Path(name)
            ttk.Button(
                page, text=f"{folder.name}     {_short(folder.parent)}", style="Link.TButton",
                command=lambda f=folder: open_folder(f),  # type: ignore[misc]
            ).pack(anchor="w")  # fmt: skip

    def invite_drops(self) -> None:
        """Says that a folder can be dropped on the window."""
        self._hint.configure(text=_("{key}, or drop a folder here").format(key=self._key))


def _short(folder: Path, longest: int = 48) -> str:
    text = str(folder)
    return text if len(text) <= longest else "…" + text[-longest:]

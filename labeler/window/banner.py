"""What the window invites to, on a strip above everything else: it hides nothing."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from labeler.commands import Keymap
from labeler.i18n import _
from labeler.inviting import Invitation
from labeler.window.theme import Theme

_EDGE = 16  # design pixels
_READABLE = 260  # of the text's width beside the buttons, at least


class Banner(ttk.Frame):
    """`run(command)` is called for its two buttons. Their keys stand beside them where there is room, and the text
    stands above them where there is little."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, keymap: Keymap, run: Callable[[str], None], *, below: tk.Misc
    ) -> None:  # fmt: skip
        super().__init__(parent, style="Card.TFrame", padding=(theme.px(_EDGE), theme.px(8)))
        self._theme, self._keymap, self._run, self._below = theme, keymap, run, below
        self._shown: Invitation | None = None
        self._text = ttk.Label(self, style="Card.TLabel", justify="left")
        self._row = ttk.Frame(self, style="Inside.Card.TFrame")
        self._take, self._key = self._choice(0, self._taken, "Accent.TButton")
        self._decline, self._later = self._choice(2, lambda: run("decline"), "TButton")
        self._decline.configure(text=_("Not now"))
        self._later.configure(text=keymap.shown("decline"))
        self.columnconfigure(0, weight=1)
        self.bind("<Configure>", lambda event: self._lay_out(event.width))

    def _choice(self, column: int, do: Callable[[], None], style: str) -> tuple[ttk.Button, ttk.Label]:
        px = self._theme.px
        button = ttk.Button(self._row, command=do, style=style, takefocus=False)
        button.configure(padding=(px(14), px(5)))
        button.grid(row=0, column=column, padx=(px(14) if column else 0, 0))
        key = ttk.Label(self._row, style="Card.Small.TLabel")
        key.grid(row=0, column=column + 1, padx=(px(8), 0))
        return button, key

    def _taken(self) -> None:
        if self._shown is not None:
            self._run(self._shown.command)

    def show(self, invitation: Invitation | None) -> None:
        """Brings the strip, or takes it away."""
        if invitation == self._shown:
            return
        self._shown = invitation
        if invitation is None:
            self.pack_forget()
            return
        self._text.configure(text=invitation.text)
        self._take.configure(text=invitation.title)
        self._key.configure(text=self._keymap.shown(invitation.command))
        self._lay_out(self.master.winfo_width())
        self.pack(side="top", fill="x", after=self._below)

    def _lay_out(self, width: int) -> None:
        px = self._theme.px
        room = width - 2 * px(_EDGE) - 2
        keys = [self._key, self._later]
        buttons = self._take.winfo_reqwidth() + self._decline.winfo_reqwidth() + px(14)
        with_keys = buttons + sum(key.winfo_reqwidth() + px(8) for key in keys)
        text = self._theme.fonts["base"].measure(str(self._text.cget("text"))) + px(14)
        beside = room - buttons >= min(text, px(_READABLE))
        shows_keys = text + with_keys <= room if beside else with_keys <= room
        for key in keys:
            key.grid() if shows_keys else key.grid_remove()
        free = room - (with_keys if shows_keys else buttons) - px(14)
        self._text.configure(wraplength=max(free if beside else room, px(120)))
        self._text.grid(row=0, column=0, sticky="w")
        self._row.grid(
            row=0 if beside else 1, column=1 if beside else 0, sticky="w",
            padx=(px(14) if beside else 0, 0), pady=(0 if beside else px(7), 0),
        )  # fmt: skip

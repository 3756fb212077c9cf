"""What the window invites to, on a card over the upper edge of the picture: nothing moves when it comes or goes."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from labeler.commands import Keymap
from labeler.i18n import _
from labeler.inviting import Invitation
from labeler.window.theme import Theme

_WIDEST = 620  # design pixels of the text
_EDGE = 18


class Banner(ttk.Frame):
    """`run(command)` is called for its two buttons; the keys of both stand beside them."""

    def __init__(self, parent: tk.Misc, theme: Theme, keymap: Keymap, run: Callable[[str], None]) -> None:
        super().__init__(parent, style="Card.TFrame", padding=(theme.px(_EDGE), theme.px(12)))
        self._theme, self._keymap, self._run = theme, keymap, run
        self._shown: Invitation | None = None
        self._text = ttk.Label(self, style="Card.TLabel", justify="left")
        self._text.pack(anchor="w")
        self._row = ttk.Frame(self, style="Inside.Card.TFrame")
        self._row.pack(anchor="w", pady=(theme.px(8), 0))
        self._pairs: list[ttk.Frame] = []
        self._take, self._key = self._choice(self._taken, "Accent.TButton")
        decline, key = self._choice(lambda: run("decline"), "TButton")
        decline.configure(text=_("Not now"))
        key.configure(text=keymap.shown("decline"))
        parent.bind("<Configure>", lambda _event: self._lay_out(), add=True)

    def _choice(self, do: Callable[[], None], style: str) -> tuple[ttk.Button, ttk.Label]:
        """A button with its key; both come under each other where they have no room beside each other."""
        px = self._theme.px
        pair = ttk.Frame(self._row, style="Inside.Card.TFrame")
        self._pairs.append(pair)
        button = ttk.Button(pair, command=do, style=style, takefocus=False)
        button.configure(padding=(px(14), px(6)))
        button.pack(side="left")
        key = ttk.Label(pair, style="Card.Small.TLabel")
        key.pack(side="left", padx=(px(8), px(20)))
        return button, key

    def _taken(self) -> None:
        if self._shown is not None:
            self._run(self._shown.command)

    def show(self, invitation: Invitation | None) -> None:
        """Brings the card, or takes it away."""
        if invitation == self._shown:
            return
        self._shown = invitation
        if invitation is None:
            self.place_forget()
            return
        self._text.configure(text=invitation.text)
        self._take.configure(text=invitation.title)
        self._key.configure(text=self._keymap.shown(invitation.command))
        self._lay_out()
        self.place(relx=0.5, y=self._theme.px(14), anchor="n")
        self.lift()

    def _lay_out(self) -> None:
        if self._shown is None:
            return
        px = self._theme.px
        room = self.master.winfo_width() - 2 * px(_EDGE) - px(24)
        self._text.configure(wraplength=max(min(px(_WIDEST), room), px(120)))
        beside = sum(pair.winfo_reqwidth() for pair in self._pairs) <= room
        for pair in self._pairs:
            pair.pack(side="left" if beside else "top", anchor="w", pady=0 if beside else (0, px(6)))

"""The text field: one line of large letters, coloured and underlined by how sure the model is of each."""

import tkinter as tk
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from labeler.confidence import Level, level
from labeler.window.theme import Theme

_LETTERS = (6, 12)  # as many fit at least and at most
_TAGS = ("sure", "unsure", "doubtful")


class Field(tk.Frame):
    """One line of text in a frame whose colour says whether it has the focus or breaks a rule."""

    def __init__(self, parent: tk.Misc, theme: Theme, typed: Callable[[str], None]) -> None:
        super().__init__(parent, takefocus=False)
        self._theme = theme
        self._typed = typed
        self._filling = False
        self.entry = tk.Text(
            self, height=1, width=_LETTERS[1], wrap="none", borderwidth=0, highlightthickness=0, undo=False,
            exportselection=False,
        )  # fmt: skip
        self.entry.pack(fill="both", expand=True)
        self.entry.bind("<<Modified>>", self._modified)
        self.entry.bind("<Configure>", lambda _event: self._centre())
        self.entry.bind("<Return>", lambda _event: "break")
        self.entry.bind("<Tab>", lambda _event: "break")
        self.entry.bind("<FocusIn>", lambda _event: self._edge())
        self.entry.bind("<FocusOut>", lambda _event: self._edge())
        self._wrong = False
        self.restyle()

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.entry.get("1.0", "end-1c")

    def restyle(self) -> None:
        """Takes up a changed theme."""
        theme, colours = self._theme, self._theme.palette
        self.entry.configure(
            font=theme.fonts["field"], background=colours.surface, foreground=colours.text,
            insertbackground=colours.accent, insertofftime=0, insertwidth=theme.px(2),
            padx=theme.px(12), pady=theme.px(8),
            selectbackground=colours.chosen, selectforeground=colours.text,
            inactiveselectbackground=colours.chosen,
        )  # fmt: skip
        self.entry.tag_configure("middle", lmargincolor=colours.surface)
        for tag, ink in zip(_TAGS, (colours.text, colours.warn, colours.bad), strict=True):
            self.entry.tag_configure(tag, foreground=ink, selectforeground=ink, underline=tag != "sure")
        self.entry.tag_configure("wrong", foreground=colours.bad, selectforeground=colours.bad, overstrike=True)
        self._edge()

    def fit(self, room: int) -> int:
        """Takes as much of `room` (pixels) as it likes, down to a few letters; its width then."""
        letter, edges = self._theme.fonts["field"].measure("0"), 2 * self._theme.px(14)
        letters = min(max((room - edges) // letter, _LETTERS[0]), _LETTERS[1])
        self.entry.configure(width=letters)
        return letters * letter + edges

    def put(self, text: str, select: tuple[int, int]) -> None:
        """Sets the text, with the characters from `select[0]` to before `select[1]` selected."""
        self._filling = True
        self.entry.delete("1.0", "end")
        self.entry.insert("1.0", text)
        self.entry.tag_add("middle", "1.0", "end")
        self._centre()
        self.entry.edit_modified(False)
        self._filling = False
        self.mark(*select)

    def mark(self, start: int, end: int) -> None:
        """Selects some characters; the caret stands behind them."""
        self.entry.tag_remove("sel", "1.0", "end")
        if end > start:
            self.entry.tag_add("sel", f"1.{start}", f"1.{end}")
        self.entry.mark_set("insert", f"1.{end}" if end - start != 1 else f"1.{start}")
        self.entry.see("insert")

    def colour(self, characters: Sequence[float], wrong: Iterable[int], broken: bool) -> None:
        """Colours by confidence (0..1, one a character, none for a text of one's own) and marks the wrong ones."""
        for tag in (*_TAGS, "wrong"):
            self.entry.tag_remove(tag, "1.0", "end")
        for position, confidence in enumerate(characters):
            tag = _TAGS[(Level.SURE, Level.UNSURE, Level.DOUBTFUL).index(level(confidence))]
            self.entry.tag_add(tag, f"1.{position}")
        for position in wrong:
            self.entry.tag_add("wrong", f"1.{position}")
        if broken != self._wrong:
            self._wrong = broken
            self._edge()

    def focus_field(self) -> None:
        """Gives the field the keyboard."""
        self.entry.focus_set()

    def _modified(self, _event: object) -> None:
        if self._filling or not self.entry.edit_modified():
            return
        self.entry.edit_modified(False)
        self._clean()
        self.entry.tag_add("middle", "1.0", "end")
        self._centre()
        self._typed(self.text)

    def _centre(self) -> None:
        """Keeps the text in the middle by a margin: centred by Tk, a selection would reach to the left edge."""
        room = self.entry.winfo_width() - 2 * self._theme.px(12)
        margin = max(0, (room - self._theme.fonts["field"].measure(self.text)) // 2)
        self.entry.tag_configure("middle", lmargin1=margin)

    def _clean(self) -> None:
        """A pasted line break, tab or other control character never stays."""
        text = self.text
        clean = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))
        if clean != text:
            self.put(clean, (len(clean), len(clean)))

    def _edge(self) -> None:
        colours = self._theme.palette
        focused = str(self.entry.tk.call("focus")) == str(self.entry)  # of a menu, tkinter does not know the name
        edge = colours.bad if self._wrong else colours.accent if focused else colours.line
        self.configure(background=edge, padx=self._theme.px(2), pady=self._theme.px(2))

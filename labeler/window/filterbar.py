"""Above the list: what is shown, in which order, and the search."""

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from labeler.i18n import _
from labeler.modes import ORDERS, SHOWS, Choice, Selection
from labeler.window.theme import Theme


class FilterBar(ttk.Frame):
    """`selected(selection)` is called for every choice, `left()` when the keyboard goes back to the text."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, selected: Callable[[Selection], None], left: Callable[[], None]
    ) -> None:
        super().__init__(parent, padding=theme.px(10))
        self._selected, self._left = selected, left
        self._selection = Selection()
        self._text = tk.StringVar(self)
        self.search = ttk.Entry(self, textvariable=self._text, font=theme.fonts["base"])
        self._hint = ttk.Label(self.search, text=_("Search"), style="Hint.TLabel", cursor="xterm")
        self._hint.bind("<Button-1>", lambda _event: self.search.focus_set())
        self._text.trace_add("write", lambda *_names: self._show_hint())
        self._font = theme.fonts["base"]
        self._shows = self._list(SHOWS, "show")
        self._orders = self._list(ORDERS, "order")
        self._leads = False
        self._led = ttk.Label(
            self, text=_("While you label, pictures that teach most come first; “By name” keeps to the list."),
            style="Small.TLabel", wraplength=theme.px(250),
        )  # fmt: skip
        self._kinds: tuple[Choice, ...] = ()
        self._kind = self._list(self._kinds, "kind")
        for row in (self.search, self._shows, self._orders):
            row.pack(fill="x", pady=(0, theme.px(6)))
        self.search.bind("<KeyRelease>", lambda _event: self._choose(text=self._text.get()))
        self.search.bind("<Return>", self._done)
        self.search.bind("<Escape>", self._clear)
        self._show_hint()

    def show(self, selection: Selection, kinds: Sequence[str], *, led: bool = False) -> None:
        """Brings the choices to what is in force; `kinds` are the types of the dataset; `led`: what comes next is not
        the next of the list, unless a person has chosen an order."""
        self._leads = led
        self._selection = selection
        self._shows.set(_title(SHOWS, selection.show))
        self._orders.set(_title(ORDERS, selection.order))
        if self._text.get() != selection.text:
            self._text.set(selection.text)
        self._kinds = (Choice("", _("Every type")), *(Choice(kind, kind) for kind in kinds))
        self._kind.configure(values=[choice.title for choice in self._kinds])
        self._kind.set(_title(self._kinds, selection.kind))
        self._stand()

    def _stand(self) -> None:
        """Shows of the last two rows what is wanted."""
        led = self._leads and self._selection.order == "id"
        for row, wanted in ((self._kind, len(self._kinds) > 1), (self._led, led)):
            row.pack_forget()
            if wanted:
                row.pack(fill="x")

    def _list(self, choices: Sequence[Choice], field: str) -> ttk.Combobox:
        box = ttk.Combobox(self, state="readonly", font=self._font, values=[_(choice.title) for choice in choices])

        def chosen(_event: object) -> None:
            among = choices or self._kinds
            self._choose(**{field: among[box.current()].name})
            box.selection_clear()
            self._left()

        box.bind("<<ComboboxSelected>>", chosen)
        return box

    def _show_hint(self) -> None:
        if self._text.get():
            self._hint.place_forget()
        else:
            self._hint.place(relx=0.03, rely=0.5, anchor="w")

    def _choose(self, **changes: str) -> None:
        selection = self._selection._replace(**changes)
        if selection != self._selection:
            self._selection = selection
            self._stand()
            self._selected(selection)

    def _done(self, _event: object) -> str:
        self._left()
        return "break"

    def _clear(self, _event: object) -> str:
        self._text.set("")
        self._choose(text="")
        self._left()
        return "break"


def _title(choices: Sequence[Choice], name: str) -> str:
    return next((_(choice.title) for choice in choices if choice.name == name), "")

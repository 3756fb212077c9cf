"""Settings: language, look, text size, and the keys; a key that is taken is refused with the reason."""

import tkinter as tk
from collections.abc import Callable
from dataclasses import replace
from tkinter import ttk

from labeler.commands import COMMANDS, Command, Keymap
from labeler.errors import KeyConflict
from labeler.i18n import LANGUAGES, N_, _
from labeler.keys import chord, shown
from labeler.settings import Settings
from labeler.window.dialogs import Dialog
from labeler.window.learning import LearningChoice
from labeler.window.scrolled import Scrolled
from labeler.window.theme import Theme

_THEMES = (("system", N_("as the system")), ("light", N_("light")), ("dark", N_("dark")))
_SIZES = (100, 125, 150, 175, 200, 250, 300)
_ROWS = (3, 11)  # of the sheet of keys, at least and at most


class SettingsDialog(Dialog):
    """`done(settings)` is called with what was chosen; nothing changes before."""

    def __init__(self, parent: tk.Tk, theme: Theme, settings: Settings, done: Callable[[Settings], None]) -> None:
        super().__init__(parent, theme, _("Settings"))
        self._settings, self._done = settings, done
        self._keymap = Keymap(settings.keys)
        self._catching: Command | None = None
        px = theme.px
        place = Scrolled(self.body, theme, self.winfo_screenheight() * 9 // 10 - px(140))
        place.pack(fill="both", expand=True)
        self.bind("<FocusIn>", lambda event: place.reveal(event.widget))
        choices = ttk.Frame(place.inside)
        choices.pack(fill="x")
        languages = [("", _("as the system")), *LANGUAGES.items()]
        self._language = self._choice(choices, 0, _("Language"), languages, settings.language)
        self._theme = self._choice(
            choices, 1, _("Colours"), [(name, _(title)) for name, title in _THEMES], settings.theme
        )
        sizes = [(str(size), f"{size} %") for size in _SIZES]
        self._size = self._choice(choices, 2, _("Text size"), sizes, str(settings.text_size))
        self.learning = LearningChoice(place.inside, theme, settings.learn, settings.python)
        self.learning.pack(fill="x", pady=(px(14), 0))
        above = ttk.Frame(place.inside)
        above.pack(fill="x", pady=(px(14), px(2)))
        ttk.Label(above, text=_("Keys"), style="Title.TLabel").pack(side="left")
        ttk.Button(above, text=_("The usual keys"), command=self._reset).pack(side="right")
        hint = _("Choose a command, press Enter, then the new key.")
        self._say = ttk.Label(place.inside, text=hint, style="Small.TLabel", wraplength=px(440))
        self._say.pack(anchor="w", pady=(0, px(6)))
        room = (self.winfo_screenheight() * 9 // 10 - px(520)) // px(24)
        rows = min(max(room, _ROWS[0]), _ROWS[1])
        self.sheet = ttk.Treeview(place.inside, columns=("key",), show="tree", height=rows, selectmode="browse")
        wide = min(px(470), self.winfo_screenwidth() * 9 // 10 - px(80))
        self.sheet.column("#0", width=wide * 2 // 3)
        self.sheet.column("key", width=wide // 3, anchor="e")
        self.sheet.pack(fill="both", expand=True)
        self.sheet.bind("<Return>", self._catch)
        self.sheet.bind("<Double-Button-1>", self._catch)
        self.bind("<KeyPress>", self._caught)
        self._fill()
        self.button(_("Use these settings"), self._accept, default=True)
        self.button(_("Cancel"), self.destroy)
        place.turn(self)
        self.update_idletasks()
        self.open(None if place.cut else self.sheet)  # to be seen from its beginning

    def _choice(
        self, parent: ttk.Frame, row: int, title: str, options: list[tuple[str, str]], current: str
    ) -> Callable[[], str]:
        px = self.theme.px
        ttk.Label(parent, text=title).grid(row=row, column=0, sticky="w", pady=px(4))
        box = ttk.Combobox(
            parent, state="readonly", values=[text for _name, text in options], font=self.theme.fonts["base"]
        )
        names = [name for name, _text in options]
        box.current(names.index(current) if current in names else 0)
        box.grid(row=row, column=1, padx=px(14), sticky="ew")
        return lambda: names[box.current()]

    def _fill(self) -> None:
        for command in COMMANDS:
            keys = ", ".join(shown(key) for key in self._keymap.keys(command.id))
            if self.sheet.exists(command.id):
                self.sheet.set(command.id, "key", keys)
            else:
                self.sheet.insert("", "end", command.id, text=_(command.title), values=(keys,))
        if not self.sheet.selection():
            self.sheet.selection_set(COMMANDS[0].id)
            self.sheet.focus(COMMANDS[0].id)

    def _catch(self, _event: object) -> str:
        for chosen in self.sheet.selection():
            self._catching = next(command for command in COMMANDS if command.id == chosen)
            text = _("Press the new key for “{title}”.").format(title=_(self._catching.title))
            self._say.configure(text=text, style="TLabel")
        return "break"

    def _caught(self, event: "tk.Event[tk.Misc]") -> str | None:
        if self._catching is None or event.widget is not self.sheet:
            return None
        key = chord(event.keysym, int(event.state), event.keycode, event.char)
        if not key and not event.char:
            return "break"  # a modifier on its own: the key is still to come
        try:
            self._keymap.change(self._catching.id, key or event.char)
            self._say.configure(text=_("Changed."), style="Good.TLabel")
        except KeyConflict as conflict:
            self._say.configure(text=str(conflict), style="Bad.TLabel")
        self._catching = None
        self._fill()
        return "break"

    def _reset(self) -> None:
        self._keymap.reset()
        self._fill()

    def _accept(self) -> None:
        if self._catching is not None:
            return
        chosen = replace(
            self._settings, language=self._language(), theme=self._theme(), text_size=int(self._size()),
            keys=self._keymap.own(), learn=self.learning.on, python=self.learning.python,
            told=self._settings.told and self.learning.python == self._settings.python,
        )  # fmt: skip
        self.destroy()
        self._done(chosen)

"""Menu bar and tool bar, made from the table of commands."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Any

from labeler.commands import COMMANDS, MENUS, Command, Keymap
from labeler.i18n import _
from labeler.window.icons import Icons
from labeler.window.once import configure
from labeler.window.theme import Theme
from labeler.window.tooltip import Tooltip

Run = Callable[[str], None]
Ask = Callable[[Command], bool]


class MenuBar:
    """The menu bar. `enabled` and `is_on` are asked each time a menu opens."""

    def __init__(
        self, root: tk.Tk, theme: Theme, keymap: Keymap, run: Run, enabled: Ask, is_on: Ask
    ) -> None:  # fmt: skip
        self._theme, self._enabled, self._is_on = theme, enabled, is_on
        self._bar = tk.Menu(root, tearoff=False, borderwidth=0, relief="flat")
        self._menus: list[tuple[tk.Menu, list[Command | None]]] = []
        self._on: dict[str, tk.BooleanVar] = {}
        for name in MENUS:
            menu = tk.Menu(self._bar, tearoff=False, borderwidth=1, relief="flat", activeborderwidth=0)
            entries = _with_separators([command for command in COMMANDS if command.menu == name])
            for command in entries:
                self._add(menu, command, keymap, run)
            menu.configure(postcommand=lambda m=menu, e=entries: self._refresh(m, e))  # type: ignore[misc]
            self._bar.add_cascade(label=f" {_(name)} ", menu=menu)
            self._menus.append((menu, entries))
        root.configure(menu=self._bar)
        self.restyle()

    def restyle(self) -> None:
        """Takes up a changed theme."""
        colours = self._theme.palette
        for menu in (self._bar, *(menu for menu, _entries in self._menus)):
            menu.configure(
                font=self._theme.fonts["base"], background=colours.window, foreground=colours.text,
                activebackground=colours.chosen, activeforeground=colours.text, selectcolor=colours.accent,
                disabledforeground=colours.muted,
            )  # fmt: skip

    def destroy(self) -> None:
        """Takes the menu bar away (another language, other keys)."""
        self._bar.destroy()

    def _add(self, menu: tk.Menu, command: Command | None, keymap: Keymap, run: Run) -> None:
        if command is None:
            menu.add_separator()
            return
        label, accelerator = f"  {_(command.title)}  ", keymap.shown(command.id)
        if not command.toggle:
            menu.add_command(label=label, accelerator=accelerator, command=lambda: run(command.id))
            return
        on = self._on[command.id] = tk.BooleanVar(menu)
        menu.add_checkbutton(label=label, accelerator=accelerator, command=lambda: run(command.id), variable=on)

    def _refresh(self, menu: tk.Menu, entries: list[Command | None]) -> None:
        for index, command in enumerate(entries):
            if command is not None:
                menu.entryconfigure(index, state="normal" if self._enabled(command) else "disabled")
                if command.toggle:
                    self._on[command.id].set(self._is_on(command))


def _with_separators(commands: list[Command]) -> list[Command | None]:
    entries: list[Command | None] = []
    for number, command in enumerate(commands):
        if number and command.group != commands[number - 1].group:
            entries.append(None)
        entries.append(command)
    return entries


class ToolBar(ttk.Frame):
    """The commands that have an icon, with the folder's name at the left."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, icons: Icons, keymap: Keymap, run: Run, enabled: Ask, is_on: Ask
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._theme, self._icons, self._enabled, self._is_on = theme, icons, enabled, is_on
        self._buttons: list[tuple[Command, ttk.Button]] = []
        self._name = ttk.Label(self, style="Title.TLabel")
        self._gap = ttk.Frame(self)
        self._separators: list[ttk.Frame] = []
        shown = [command for command in COMMANDS if command.icon]
        for number, command in enumerate(shown):
            if command.menu != (shown[number - 1] if number else command).menu and number > 1:
                self._separators.append(ttk.Frame(self, style="Line.TFrame"))
                self._separators[-1].pack(side="left", fill="y")
            button = ttk.Button(self, takefocus=False, command=lambda c=command: run(c.id))  # type: ignore[misc]
            Tooltip(button, theme, _tip(command, keymap))
            self._buttons.append((command, button))
            button.pack(side="left")
            if number == 0:
                self._name.pack(side="left")
                self._gap.pack(side="left", expand=True, fill="x")
        self.restyle()

    def restyle(self) -> None:
        """Takes up a changed theme."""
        px = self._theme.px
        self.configure(padding=(px(12), px(6)))
        self._name.configure(padding=(px(8), 0, px(12), 0))
        for separator in self._separators:
            separator.configure(width=1)
            separator.pack_configure(padx=px(10), pady=px(8))
        self.refresh()

    def refresh(self, name: str | None = None) -> None:
        """Shows which commands can be used and which are on; `name` of the folder when it changed."""
        if name is not None:
            self._name.configure(text=name)
        colours = self._theme.palette
        for command, button in self._buttons:
            enabled, on = self._enabled(command), command.toggle and self._is_on(command)
            pixels = self._theme.px(20)
            icon = self._icons.get(command.icon, pixels, colours.accent if on else colours.text)
            faint = self._icons.get(command.icon, pixels, colours.line)
            images: Any = (str(icon), "disabled", str(faint))
            configure(
                button, image=images, style="On.Tool.TButton" if on else "Tool.TButton",
                state="normal" if enabled else "disabled",
            )  # fmt: skip


def _tip(command: Command, keymap: Keymap) -> str:
    key = keymap.shown(command.id)
    return f"{_(command.title)}   {key}" if key else _(command.title)

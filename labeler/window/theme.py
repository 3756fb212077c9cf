"""One look: fonts, spacing and ttk styles from a palette and a scale. Portable: built on ttk's own `clam`."""

import tkinter as tk
from tkinter import font, ttk
from typing import Any

from labeler.palette import DARK, LIGHT, Palette
from labeler.window.appearance import system_is_dark
from labeler.window.elements import Elements

_PIXELS = {"small": 12, "base": 13, "title": 17, "headline": 27, "field": 38, "row": 14}
_REFERENCE_DPI = 96.0


class Theme:
    """The look in use. `scale` turns design pixels into screen pixels (screen density x text size)."""

    def __init__(self, root: tk.Tk, choice: str, text_size: int) -> None:
        self.root = root
        self.style = ttk.Style(root)
        self.style.theme_use("clam")
        self._families = (_family(root, "TkDefaultFont"), _family(root, "TkFixedFont"))
        self.fonts = {
            name: font.Font(root, family=self._families[name in ("field", "row")], name=f"labeler_{name}")
            for name in _PIXELS
        }
        self.fonts["title"].configure(weight="bold")
        self.fonts["headline"].configure(weight="bold")
        self._elements = Elements(self.style)
        self.palette: Palette = LIGHT
        self.scale = 1.0
        self.apply(choice, text_size)

    def px(self, design: float) -> int:
        """Screen pixels of so many design pixels, at least one."""
        return max(1, round(design * self.scale))

    def apply(self, choice: str, text_size: int) -> None:
        """Puts on a look: `choice` is system, light or dark; `text_size` in per cent."""
        dark = system_is_dark() if choice == "system" else choice == "dark"
        self.palette = DARK if dark else LIGHT
        density = max(1.0, round(self.root.winfo_fpixels("1i") / _REFERENCE_DPI, 1))
        self.scale = density * text_size / 100
        for name, pixels in _PIXELS.items():
            self.fonts[name].configure(size=-self.px(pixels))
        self._style()
        self._elements.apply(self.palette, self.scale)

    def _style(self) -> None:
        colours, style, px = self.palette, self.style, self.px
        self.root.configure(background=colours.window)
        style.configure(
            ".", background=colours.window, foreground=colours.text, font=self.fonts["base"],
            bordercolor=colours.line, lightcolor=colours.window, darkcolor=colours.window,
            troughcolor=colours.window, focuscolor=colours.accent, selectbackground=colours.chosen,
            selectforeground=colours.text, insertcolor=colours.text, fieldbackground=colours.surface,
        )  # fmt: skip
        for name, ground, ink, face in (
            ("TLabel", "window", "text", "base"), ("Muted.TLabel", "window", "muted", "base"),
            ("Small.TLabel", "window", "muted", "small"), ("Title.TLabel", "window", "text", "title"),
            ("Headline.TLabel", "window", "text", "headline"), ("Warn.TLabel", "window", "warn", "base"),
            ("Bad.TLabel", "window", "bad", "base"), ("Good.TLabel", "window", "good", "base"),
            ("Key.TLabel", "surface", "text", "small"),
        ):  # fmt: skip
            style.configure(
                name, background=getattr(colours, ground), foreground=getattr(colours, ink),
                font=self.fonts[face],
            )  # fmt: skip
        style.configure("Key.TLabel", relief="solid", borderwidth=1, padding=(px(6), px(2)))
        style.configure("Line.TFrame", background=colours.line)
        card = {"background": colours.surface, "lightcolor": colours.surface, "darkcolor": colours.surface}
        style.configure("Card.TFrame", relief="solid", borderwidth=1, bordercolor=colours.line, **card)
        style.configure("Inside.Card.TFrame", relief="flat", borderwidth=0)
        style.configure("Card.TLabel", background=colours.surface, foreground=colours.text, font=self.fonts["base"])
        style.configure(
            "Card.Small.TLabel", background=colours.surface, foreground=colours.muted, font=self.fonts["small"]
        )
        self._buttons()
        self._inputs()

    def _buttons(self) -> None:
        colours, style, px = self.palette, self.style, self.px
        for name, ground, ink, over in (
            ("TButton", colours.surface, colours.text, colours.hover),
            ("Accent.TButton", colours.accent, colours.on_accent, colours.accent),
            ("Tool.TButton", colours.window, colours.text, colours.hover),
            ("On.Tool.TButton", colours.chosen, colours.text, colours.chosen),
            ("Link.TButton", colours.window, colours.accent, colours.hover),
        ):
            flat = name not in ("TButton",)
            edge = ground if flat else colours.line
            style.configure(
                name, background=ground, foreground=ink, bordercolor=edge, lightcolor=ground, darkcolor=ground,
                padding=(px(14), px(7)), relief="flat" if flat else "raised", anchor="center",
            )  # fmt: skip
            style.map(
                name,
                background=[("disabled", colours.window), ("pressed", over), ("active", over)],
                foreground=[("disabled", colours.line)],
                lightcolor=[("pressed", over), ("active", over)],
                darkcolor=[("pressed", over), ("active", over)],
                bordercolor=[("focus", colours.accent), ("active", over if flat else colours.line)],
            )
        for name in ("Tool.TButton", "On.Tool.TButton"):
            style.configure(name, padding=px(7))
        style.configure("Accent.TButton", padding=(px(22), px(10)), font=self.fonts["base"])
        style.configure("Link.TButton", padding=(0, px(5)), anchor="w")

    def _inputs(self) -> None:
        colours, style, px = self.palette, self.style, self.px
        style.configure("TEntry", padding=px(6), foreground=colours.text, relief="flat")
        for name in ("TEntry", "TCombobox"):
            style.map(
                name,
                bordercolor=[("focus", colours.accent)], lightcolor=[("focus", colours.accent)],
                fieldbackground=[("readonly", colours.surface)], foreground=[("readonly", colours.text)],
            )  # fmt: skip
        style.configure(
            "Treeview", background=colours.surface, fieldbackground=colours.surface, foreground=colours.text,
            rowheight=px(24), font=self.fonts["base"], bordercolor=colours.line, lightcolor=colours.surface,
        )  # fmt: skip
        style.map(
            "Treeview", background=[("selected", colours.chosen)], foreground=[("selected", colours.text)],
            bordercolor=[("focus", colours.accent)],
        )  # fmt: skip
        style.configure("Hint.TLabel", background=colours.surface, foreground=colours.muted)
        for option, value in (
            ("background", colours.surface), ("foreground", colours.text), ("font", self.fonts["base"]),
            ("selectBackground", colours.chosen), ("selectForeground", colours.text), ("borderWidth", 0),
        ):  # fmt: skip
            self.root.option_add(f"*TCombobox*Listbox.{option}", value)
        style.configure("TCombobox", padding=px(5), arrowcolor=colours.muted, arrowsize=px(13), relief="flat")
        thumb = ("Vertical.Scrollbar.thumb", {"expand": "1", "sticky": "nswe"})
        trough: Any = ("Vertical.Scrollbar.trough", {"sticky": "ns", "children": [thumb]})
        style.layout("Slim.Vertical.TScrollbar", [trough])
        style.configure(
            "Slim.Vertical.TScrollbar", background=colours.line, troughcolor=colours.surface, gripcount=0,
            bordercolor=colours.surface, lightcolor=colours.line, darkcolor=colours.line,
            arrowsize=px(11), width=px(11), arrowcolor=colours.muted,
        )  # fmt: skip
        hidden = [("disabled", colours.surface)]
        style.map(
            "Slim.Vertical.TScrollbar", background=[*hidden, ("active", colours.muted)], bordercolor=hidden,
            lightcolor=hidden, darkcolor=hidden,
        )  # fmt: skip
        for name in ("TCheckbutton", "TRadiobutton"):
            style.configure(name, padding=(px(2), px(3)))
            style.map(name, background=[("active", colours.window)])
        style.map("Horizontal.TScale", background=[("active", colours.window)])


def _family(root: tk.Tk, name: str) -> str:
    return str(font.nametofont(name, root).actual("family"))

"""The dialogs: one frame for all of them, closed by Escape, answered by Enter."""

import sys
import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from PIL import ImageTk

from dataset.errors import UsageError
from dataset.version import VERSION
from labeler import build
from labeler.commands import COMMANDS, Command, Keymap
from labeler.draft import Note
from labeler.i18n import N_, _
from labeler.rules import Case, Rules, check_pattern, parse_length
from labeler.window.emblem import emblem
from labeler.window.scrolled import Scrolled
from labeler.window.theme import Theme

REASONS = (
    N_("nobody can read it"), N_("the picture is broken"), N_("it is cut off"), N_("it shows something else"),
)  # fmt: skip
FORMATS = {
    "csv": N_("a table with file name and label, beside the pictures"),
    "folder": N_("pictures named by their label"),
    "imagefolder": N_("Hugging Face image folder"),
    "labelstudio": N_("tasks for Label Studio"),
    "paddleocr": N_("recognition text of PaddleOCR"),
    "tfrecord": N_("records for TensorFlow"),
}


class Dialog(tk.Toplevel):
    """A window above the main one. Fill `body`, add buttons, then `run()` waits until it is closed."""

    def __init__(self, parent: tk.Tk, theme: Theme, title: str) -> None:
        super().__init__(
            parent, background=theme.palette.window, highlightthickness=1,
            highlightbackground=theme.palette.line, highlightcolor=theme.palette.line,
        )  # fmt: skip
        self.withdraw()
        self.theme = theme
        self.pictures: list[ImageTk.PhotoImage] = []  # Tk keeps none by itself
        self.title(title)
        self.transient(parent)
        self.resizable(False, False)
        px = theme.px
        ttk.Label(self, text=title, style="Title.TLabel", padding=(px(24), px(20), px(24), px(8))).pack(anchor="w")
        self.body = ttk.Frame(self, padding=(px(24), px(4), px(24), px(8)))
        self.body.pack(fill="both", expand=True)
        self.buttons = ttk.Frame(self, padding=(px(24), px(8), px(24), px(20)))
        self.buttons.pack(fill="x")
        self.default: Callable[[], None] = self.destroy
        self.bind("<Escape>", lambda _event: self.destroy())
        self.bind("<Return>", lambda _event: self.default())

    def button(self, text: str, command: Callable[[], None], *, default: bool = False) -> ttk.Button:
        """Adds a button at the right; the default one answers to Enter."""
        made = ttk.Button(self.buttons, text=text, command=command, style="Accent.TButton" if default else "TButton")
        made.pack(side="right", padx=(self.theme.px(8), 0))
        if default:
            self.default = command
        return made

    def open(self, focus: tk.Misc | None = None) -> None:
        """Shows the dialog in the middle of its parent and gives it the keyboard."""
        self.update_idletasks()
        parent = self.master
        width, height = self.winfo_reqwidth(), self.winfo_reqheight()
        x = parent.winfo_rootx() + (parent.winfo_width() - width) // 2
        y = parent.winfo_rooty() + (parent.winfo_height() - height) // 3
        x, y = min(x, self.winfo_screenwidth() - width), min(y, self.winfo_screenheight() - height)
        self.geometry(f"+{max(0, x)}+{max(0, y)}")
        self.deiconify()
        self.wait_visibility()
        self.grab_set()
        (focus or self).focus_set()


def show_keys(parent: tk.Tk, theme: Theme, keymap: Keymap) -> Dialog:
    """The key sheet, made from the table of commands: as many columns as the screen is wide for."""
    dialog = Dialog(parent, theme, _("Keys"))
    px = theme.px
    sheet = Scrolled(dialog.body, theme, dialog.winfo_screenheight() * 9 // 10 - px(140))
    sheet.pack(fill="both", expand=True)
    count = max(1, min(4, dialog.winfo_screenwidth() * 9 // 10 // px(300)))
    columns = [ttk.Frame(sheet.inside) for _column in range(count)]
    filled = [0] * count
    for column in columns:
        column.pack(side="left", anchor="n", padx=(0, px(28)))
    for title, commands in _groups(keymap):
        shortest = filled.index(min(filled))
        filled[shortest] += len(commands) + 2
        _key_group(columns[shortest], theme, keymap, title, commands)
    sheet.listen(dialog)
    dialog.button(_("Close"), dialog.destroy, default=True)
    dialog.open()
    return dialog


def _groups(keymap: Keymap) -> list[tuple[str, list[Command]]]:
    """The commands that have a key, by menu; the view tools on their own; the long groups first."""
    found: dict[str, list[Command]] = {}
    for command in COMMANDS:
        if keymap.keys(command.id):
            title = _("View tools") if command.id.startswith("tool.") else _(command.menu)
            found.setdefault(title, []).append(command)
    return sorted(found.items(), key=lambda group: -len(group[1]))


def _key_group(column: ttk.Frame, theme: Theme, keymap: Keymap, title: str, commands: Sequence[Command]) -> None:
    px = theme.px
    group = ttk.Frame(column)
    group.pack(anchor="w", fill="x", pady=(0, px(14)))
    group.columnconfigure(0, weight=1)
    ttk.Label(group, text=title, style="Small.TLabel").grid(row=0, column=0, sticky="w", pady=(0, px(4)))
    for line, command in enumerate(commands, start=1):
        ttk.Label(group, text=_(command.title)).grid(row=line, column=0, sticky="w", pady=px(2))
        key = ttk.Label(group, text=keymap.shown(command.id), style="Key.TLabel")
        key.grid(row=line, column=1, sticky="e", padx=(px(20), 0), pady=px(2))


def show_about(parent: tk.Tk, theme: Theme) -> Dialog:
    """Name, version, licence; in the packaged app also what it was built from, and where the licences lie."""
    dialog = Dialog(parent, theme, "captcha-toolkit")
    dialog.pictures.append(ImageTk.PhotoImage(emblem(theme.px(72)), master=dialog))
    sign = ttk.Label(dialog.body, image=dialog.pictures[0])
    sign.pack(side="left", anchor="n", padx=(0, theme.px(20)))
    built, licences = build.build(), build.licences()
    for text, style in (
        (_("Version {version}").format(version=VERSION), "TLabel"),
        (_("Labels short-text pictures: type, Enter, next."), "Muted.TLabel"),
        (_("Apache Licence 2.0"), "Muted.TLabel"),
        (f"Python {sys.version.split()[0]}, Tk {parent.tk.call('info', 'patchlevel')}", "Small.TLabel"),
        (built and _("Built from commit {commit} of {date}").format(**built._asdict()), "Small.TLabel"),
        (licences and _("Licences of what is packed: {place}").format(place=licences), "Small.TLabel"),
    ):
        if text:
            label = ttk.Label(dialog.body, text=text, style=style, wraplength=theme.px(460))
            label.pack(anchor="w", pady=theme.px(3))
    dialog.button(_("Close"), dialog.destroy, default=True)
    dialog.open()
    return dialog


def show_trouble(parent: tk.Tk, theme: Theme, note: Note) -> Dialog:
    """An error: what happened, what to do, and the sentence of the error itself."""
    dialog = Dialog(parent, theme, note.title or _("What went wrong…").rstrip("…"))
    px = theme.px
    for text, style in ((note.remedy, "TLabel"), (note.text, "Muted.TLabel")):
        if text:
            ttk.Label(dialog.body, text=text, style=style, wraplength=px(460)).pack(anchor="w", pady=(0, px(10)))
    dialog.button(_("Close"), dialog.destroy, default=True)
    dialog.open()
    return dialog


def ask_reason(parent: tk.Tk, theme: Theme, reasons: Sequence[str], answer: Callable[[str], None]) -> Dialog:
    """Why a picture is unreadable: Enter takes the first reason, a digit or a click another one."""
    dialog = Dialog(parent, theme, _("Why is it unreadable?"))

    def choose(reason: str) -> None:
        dialog.destroy()
        answer(reason)

    for number, reason in enumerate(reasons, start=1):
        row = ttk.Button(
            dialog.body, text=f"{number}   {_(reason)}", style="Link.TButton",
            command=lambda r=reason: choose(r),  # type: ignore[misc]
        )  # fmt: skip
        row.pack(fill="x")
        dialog.bind(str(number), lambda _event, r=reason: choose(r))  # type: ignore[misc]
    dialog.button(_(reasons[0]).capitalize(), lambda: choose(reasons[0]), default=True)
    dialog.button(_("Cancel"), dialog.destroy)
    dialog.open()
    return dialog


def ask_format(parent: tk.Tk, theme: Theme, formats: Sequence[str], answer: Callable[[str], None]) -> Dialog:
    """Which format an export has, by name."""
    dialog = Dialog(parent, theme, _("Export"))
    ttk.Label(dialog.body, text=_("Only confirmed labels go out; your pictures stay as they are.")).pack(anchor="w")
    chosen = tk.StringVar(dialog, formats[0])
    choices = ttk.Frame(dialog.body, padding=(0, theme.px(10), 0, 0))
    choices.pack(anchor="w")
    for row, name in enumerate(formats):
        choice = ttk.Radiobutton(choices, text=name, value=name, variable=chosen)
        choice.grid(row=row, column=0, sticky="w", pady=theme.px(3))
        about = ttk.Label(choices, text=_(FORMATS.get(name, "")) if name in FORMATS else "", style="Small.TLabel")
        about.grid(row=row, column=1, sticky="w", padx=(theme.px(20), 0))

    def accept() -> None:
        dialog.destroy()
        answer(chosen.get())

    dialog.button(_("Choose the place…"), accept, default=True)
    dialog.button(_("Cancel"), dialog.destroy)
    dialog.open()
    return dialog


def ask_place(parent: tk.Tk, theme: Theme, go: Callable[[str], bool]) -> Dialog:
    """Where to go; stays open while there is no such place."""
    dialog = Dialog(parent, theme, _("Go to"))
    wanted = tk.StringVar(dialog)
    ttk.Label(dialog.body, text=_("A number in the list, a label or a file name")).pack(anchor="w")
    entry = ttk.Entry(dialog.body, textvariable=wanted, width=36, font=theme.fonts["row"])
    entry.pack(fill="x", pady=theme.px(8))
    wrong = ttk.Label(dialog.body, style="Bad.TLabel")
    wrong.pack(anchor="w")

    def accept() -> None:
        if go(wanted.get()):
            dialog.destroy()
        else:
            wrong.configure(text=_("There is nothing like that in the list."))

    dialog.button(_("Go"), accept, default=True)
    dialog.button(_("Cancel"), dialog.destroy)
    dialog.open(entry)
    return dialog


def ask_rules(parent: tk.Tk, theme: Theme, rules: Rules, answer: Callable[[Rules], None]) -> Dialog:
    """Alphabet, length, case and pattern of the labels of this folder; what is wrong is said in the dialog."""
    dialog = Dialog(parent, theme, _("Rules for labels"))
    px = theme.px
    values = {
        "alphabet": tk.StringVar(dialog, rules.alphabet), "length": tk.StringVar(dialog, rules.length_text()),
        "pattern": tk.StringVar(dialog, rules.pattern),
    }  # fmt: skip
    case = tk.StringVar(dialog, rules.case)
    entries = []
    for row, (name, title, hint) in enumerate((
        ("alphabet", _("Alphabet"), _("every character that may occur")),
        ("length", _("Length"), _("5 or 4-6")),
        ("pattern", _("Pattern"), _("a regular expression")),
    )):  # fmt: skip
        ttk.Label(dialog.body, text=title).grid(row=row, column=0, sticky="w", pady=px(5))
        entry = ttk.Entry(dialog.body, textvariable=values[name], width=34, font=theme.fonts["row"])
        entry.grid(row=row, column=1, padx=px(14))
        entries.append(entry)
        ttk.Label(dialog.body, text=hint, style="Small.TLabel").grid(row=row, column=2, sticky="w")
    ttk.Label(dialog.body, text=_("Case")).grid(row=3, column=0, sticky="w")
    choices = ttk.Frame(dialog.body)
    choices.grid(row=3, column=1, columnspan=2, sticky="w", padx=px(14), pady=px(6))
    for value, title in (("", _("any")), ("lower", _("lower")), ("upper", _("upper"))):
        ttk.Radiobutton(choices, text=title, value=value, variable=case).pack(side="left", padx=(0, px(14)))
    wrong = ttk.Label(dialog.body, style="Bad.TLabel", wraplength=px(520))
    wrong.grid(row=4, column=0, columnspan=3, sticky="w", pady=(px(6), 0))

    def accept() -> None:
        try:
            length = values["length"].get()
            low, high = parse_length(length) if length.strip() else (0, 0)
            chosen: Case = {"lower": "lower", "upper": "upper"}.get(case.get(), "")  # type: ignore[assignment]
            made = Rules(values["alphabet"].get(), low, high, chosen, check_pattern(values["pattern"].get()))
        except UsageError as error:
            wrong.configure(text=str(error))
            return
        dialog.destroy()
        answer(made)

    dialog.button(_("Use these rules"), accept, default=True)
    dialog.button(_("Cancel"), dialog.destroy)
    dialog.open(entries[0])
    return dialog

"""Everything the window can do, one record a command.

The menu bar, the tool bar, the key bindings, the key sheet, the settings of keys and the tests are all made
from this table; nothing else in the window knows a key.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labeler.errors import KeyConflict
from labeler.i18n import N_, _
from labeler.keys import RESERVED, shown

MENUS = (N_("File"), N_("Label"), N_("Go"), N_("Mode"), N_("View"), N_("Help"))


class Command(NamedTuple):
    """One thing a person can do. `keys`: chords, the first is the one shown. `group`: commands of one group
    stand together in the menu. `icon`: also on the tool bar. `hold`: held down, it lasts only as long as the
    key. `needs`: "folder", "picture" or "cleaner" when it is dead without one. `toggle`: it is on or off."""

    id: str
    title: str
    menu: str
    keys: tuple[str, ...] = ()
    group: int = 0
    icon: str = ""
    hold: bool = False
    needs: str = ""
    toggle: bool = False


def _tool(name: str, title: str, key: str, icon: str = "", needs: str = "picture") -> Command:
    return Command(f"tool.{name}", title, "View", (key,), 1, icon, hold=True, needs=needs, toggle=True)


COMMANDS = (
    Command("open", N_("Open folder…"), "File", ("Ctrl+O",), icon="folder"),
    Command("model", N_("Load model…"), "File", ("Ctrl+M",), needs="folder"),
    Command("cleaner", N_("Load background remover…"), "File", ("Ctrl+Shift+M",), needs="folder"),
    Command("import", N_("Import…"), "File", ("Ctrl+I",), 1, needs="folder"),
    Command("export", N_("Export…"), "File", ("Ctrl+Shift+E",), 1, needs="folder"),
    Command("report", N_("Report about the work"), "File", ("Ctrl+Shift+R",), 2, needs="folder"),
    Command("settings", N_("Settings…"), "File", ("Ctrl+comma",), 8),
    Command("quit", N_("Quit"), "File", ("Ctrl+Q",), 9),
    Command("confirm", N_("Confirm and go on"), "Label", ("Return",), needs="picture"),
    Command("restore", N_("Restore the proposal"), "Label", ("Escape",), needs="picture"),
    Command("doubt", N_("To the least certain character"), "Label", ("Tab",), needs="picture"),
    Command("take_1", N_("Take the second reading"), "Label", ("Ctrl+1",), needs="picture"),
    Command("take_2", N_("Take the third reading"), "Label", ("Ctrl+2",), needs="picture"),
    Command("take_3", N_("Take the fourth reading"), "Label", ("Ctrl+3",), needs="picture"),
    Command("skip", N_("Skip"), "Label", ("Ctrl+K",), 1, "skip", needs="picture"),
    Command("unreadable", N_("Unreadable"), "Label", ("Ctrl+U",), 1, "unreadable", needs="picture"),
    Command("undo", N_("Undo"), "Label", ("Ctrl+Z",), 2, "undo", needs="folder"),
    Command("redo", N_("Redo"), "Label", ("Ctrl+Y", "Ctrl+Shift+Z"), 2, "redo", needs="folder"),
    Command("accept", N_("Accept all above…"), "Label", ("Ctrl+E",), 3, needs="folder"),
    Command("rules", N_("Rules for labels…"), "Label", ("Ctrl+R",), 3, needs="folder"),
    Command("next", N_("Next picture"), "Go", ("Down",), needs="folder"),
    Command("previous", N_("Previous picture"), "Go", ("Up",), needs="folder"),
    Command("page_down", N_("Ten further"), "Go", ("PageDown",), needs="folder"),
    Command("page_up", N_("Ten back"), "Go", ("PageUp",), needs="folder"),
    Command("first", N_("First picture"), "Go", ("Ctrl+Home",), needs="folder"),
    Command("last", N_("Last picture"), "Go", ("Ctrl+End",), needs="folder"),
    Command("next_open", N_("Next without a label"), "Go", ("Ctrl+N",), 1, needs="folder"),
    Command("goto", N_("Go to…"), "Go", ("Ctrl+G",), 1, needs="folder"),
    Command("search", N_("Search"), "Go", ("Ctrl+F",), 1, needs="folder"),
    Command("alike", N_("Pictures like this one"), "Go", ("Ctrl+J",), 1, needs="picture"),
    Command("single", N_("One by one"), "Mode", ("Alt+1",), needs="folder", toggle=True),
    Command("page", N_("Pages"), "Mode", ("Alt+2",), icon="grid", needs="folder", toggle=True),
    Command("review", N_("Review"), "Mode", ("Alt+3",), needs="folder", toggle=True),
    Command("suspects", N_("Suspects"), "Mode", ("Alt+4",), needs="folder", toggle=True),
    Command("blind", N_("Blind"), "Mode", ("Ctrl+B",), 1, needs="folder", toggle=True),
    Command("rest", N_("The rest by pages"), "Mode", ("Ctrl+Return",), 2, needs="folder"),
    Command("second_look", N_("Look at doubtful labels again"), "Mode", ("Ctrl+Shift+Return",), 2, needs="folder"),
    Command("decline", N_("Not now"), "Mode", ("Alt+Return",), 2, needs="folder"),
    Command("zoom_in", N_("Zoom in"), "View", ("Ctrl+plus",), 0, "zoom_in", hold=True, needs="picture"),
    Command("zoom_out", N_("Zoom out"), "View", ("Ctrl+minus",), 0, "zoom_out", hold=True, needs="picture"),
    Command("zoom_fit", N_("Fit the window"), "View", ("Ctrl+0",), 0, hold=True, needs="picture"),
    Command("pan_left", N_("Move left"), "View", ("Alt+Left",), 0, needs="picture"),
    Command("pan_right", N_("Move right"), "View", ("Alt+Right",), 0, needs="picture"),
    Command("pan_up", N_("Move up"), "View", ("Alt+Up",), 0, needs="picture"),
    Command("pan_down", N_("Move down"), "View", ("Alt+Down",), 0, needs="picture"),
    _tool("contrast", N_("Contrast"), "F2", "contrast"),
    _tool("threshold", N_("Black and white"), "F3", "threshold"),
    _tool("grey", N_("Grey"), "F4"),
    _tool("invert", N_("Invert"), "F5", "invert"),
    _tool("denoise", N_("Remove specks"), "F6"),
    _tool("lines", N_("Remove thin lines"), "F7"),
    _tool("background", N_("Remove background"), "F8", needs="cleaner"),
    _tool("channel", N_("Single colour"), "F9"),
    _tool("brightness", N_("Brightness"), "Shift+F2"),
    _tool("gamma", N_("Gamma"), "Shift+F3"),
    _tool("saturation", N_("Saturation"), "Shift+F4"),
    _tool("even", N_("Even background"), "Shift+F8"),
    Command("more", N_("More of the last tool"), "View", ("Ctrl+Up",), 2, needs="picture"),
    Command("less", N_("Less of the last tool"), "View", ("Ctrl+Down",), 2, needs="picture"),
    Command("rotate", N_("Turn by 90°"), "View", ("Ctrl+Alt+R",), 2, hold=True, needs="picture"),
    Command("original", N_("The original"), "View", ("F12",), 2, hold=True, needs="picture"),
    Command("tools", N_("View tools"), "View", ("Ctrl+T",), 3, "sliders", toggle=True, needs="folder"),
    Command("list", N_("List of pictures"), "View", ("Ctrl+L",), 3, toggle=True, needs="folder"),
    Command("theme", N_("Light or dark"), "View", ("Ctrl+D",), 4, "theme"),
    Command("text_larger", N_("Larger text"), "View", ("Alt+plus",), 4),
    Command("text_smaller", N_("Smaller text"), "View", ("Alt+minus",), 4),
    Command("keys", N_("Keys"), "Help", ("F1",), icon="help"),
    Command("trouble", N_("What went wrong…"), "Help", ("Ctrl+F1",)),
    Command("about", N_("About"), "Help", ("Shift+F1",)),
)


class Keymap:
    """Which key does what: the table's keys with a person's own in their place."""

    def __init__(self, own: Mapping[str, str] | None = None, commands: Iterable[Command] = COMMANDS) -> None:
        """`own`: command id -> chord. Entries for unknown commands or that collide are left out, so that a
        settings file of another version never leaves the window without keys."""
        self._commands = {command.id: command for command in commands}
        self._own: dict[str, str] = {}
        for command_id, key in (own or {}).items():
            if command_id in self._commands and self.conflict(command_id, key) is None:
                self._own[command_id] = key

    def keys(self, command_id: str) -> tuple[str, ...]:
        """The chords of a command, the one to show first."""
        own = self._own.get(command_id)
        return (own,) if own else self._commands[command_id].keys

    def shown(self, command_id: str) -> str:
        """The first key of a command as people read it, empty when it has none."""
        keys = self.keys(command_id)
        return shown(keys[0]) if keys else ""

    def command(self, key: str) -> Command | None:
        """The command of a chord."""
        return self._table().get(key)

    def conflict(self, command_id: str, key: str) -> str | None:
        """Why `key` cannot be given to a command, as a sentence; None when it can."""
        if key in RESERVED or len(key) <= 1:
            return _("“{key}” is needed for writing in the text field.").format(key=shown(key or "?"))
        holder = self._table().get(key)
        if holder is not None and holder.id != command_id:
            return _("“{key}” already belongs to “{title}”.").format(key=shown(key), title=_(holder.title))
        return None

    def change(self, command_id: str, key: str) -> None:
        """Gives a command another key. Raises KeyConflict when it is taken or reserved."""
        reason = self.conflict(command_id, key)
        if reason is not None:
            raise KeyConflict(reason)
        self._own[command_id] = key

    def reset(self) -> None:
        """Back to the table's keys."""
        self._own.clear()

    def own(self) -> dict[str, str]:
        """A person's own keys, for the settings file."""
        return dict(self._own)

    def _table(self) -> dict[str, Command]:
        return {key: command for command in self._commands.values() for key in self.keys(command.id)}

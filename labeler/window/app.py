"""The window: it joins the controller, the widgets and the workers' messages, and redraws once a change."""

import contextlib
import logging
import queue
import tkinter as tk
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tkinter import ttk
from types import TracebackType

from dataset.errors import ToolkitError
from labeler import exchange, opening, settings, trouble
from labeler.commands import Command, Keymap
from labeler.controller import Controller
from labeler.draft import Change, Note
from labeler.errors import NoWindow
from labeler.i18n import _, use_language
from labeler.rules import Rules
from labeler.teaching.coach import Means
from labeler.window import learning
from labeler.window.appearance import SystemLook, be_sharp, place
from labeler.window.asking import Asking
from labeler.window.doorway import Doorway
from labeler.window.dropping import accept_drops
from labeler.window.emblem import wear
from labeler.window.garbage import Collector
from labeler.window.icons import Icons
from labeler.window.keyboard import Keyboard
from labeler.window.learning import Teaching
from labeler.window.looks import Looks
from labeler.window.menus import MenuBar, ToolBar
from labeler.window.redrawing import Redrawing
from labeler.window.startpage import StartPage
from labeler.window.theme import Theme
from labeler.window.workspace import Workspace

_POLL_MS = 15
_LATER_MS = 250  # the first picture comes before
_REMEMBER_POLLS = 667  # every ten seconds
_log = logging.getLogger(__name__)


class App:
    """One window. `open_folder` shows a folder; `run` is the main loop."""

    def __init__(
        self, stored: settings.Settings | None = None, *, rules: Rules | None = None, model: Path | None = None,
        cleaner: Path | None = None, means: Callable[[settings.Settings], Means | None] = learning.means,
        store: Callable[[settings.Settings], None] = settings.save,
    ) -> None:  # fmt: skip
        """`means`: with what the recogniser learns, by the settings; `store` keeps these. Raises NoWindow where there
        is no screen."""
        self.means, self._store = means, store
        self.settings = stored or settings.Settings()
        use_language(self.settings.language)
        be_sharp()
        try:
            self.root = tk.Tk(className="captcha-label")
        except tk.TclError as error:
            raise NoWindow(f"There is no screen to open the window on ({error}).") from None
        self.root.title("captcha-label")
        self.root.report_callback_exception = self._failed
        self.closed = False
        self._messages: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.post = self._messages.put  # takes messages from any thread
        self._redrawing = Redrawing(self.root, self._redraw)
        self._polls = 0
        self.theme = Theme(self.root, self.settings.theme, self.settings.text_size)
        self.icons = Icons(self.root)
        self.keymap = Keymap(self.settings.keys)
        self.controller = Controller(self._notify, self.post)
        self._doorway = Doorway(self, rules, model, cleaner)
        self.open_folder = self._doorway.open
        self._looks = Looks(self)
        self.controller.actions.update(
            {**self._looks.actions(), **Asking(self).actions()}, quit=self.close, search=self._search,
            tools=lambda: self._toggle("show_tools"), list=lambda: self._toggle("show_list"),
        )  # fmt: skip
        self._teaching = Teaching(self)
        self.keyboard = Keyboard(self.root, self.keymap, self._pressed, self._released, self._teaching.count)
        self.root.bind_all("<ButtonPress-1>", lambda _event: self._teaching.count(), add=True)
        self.root.protocol("WM_DELETE_WINDOW", self.close)
        self._collector = Collector(self.root)
        place(self.root, self.theme.px, self.settings.geometry)
        self.takes_drops: bool | None = None  # not known yet
        self.build()
        self._dressing = self.root.after(_LATER_MS, self._dress)
        self._poll()

    def run(self) -> None:
        """The main loop, until the window is closed."""
        self.root.mainloop()

    def _dress(self) -> None:
        wear(self.root)
        self.takes_drops = accept_drops(self.root, self._doorway.dropped)
        if self.takes_drops:
            self.start.invite_drops()

    @property
    def quiet(self) -> bool:
        """Whether no worker has said anything that was not heard, and everything is drawn."""
        return self._messages.empty() and not self._redrawing.waiting

    @property
    def is_empty(self) -> bool:
        """Whether no folder has been shown yet."""
        return bool(self.start.winfo_manager())

    def preview(self, path: Path) -> None:
        """Shows a picture of a folder that is still being opened."""
        self._show_part(self.workspace)
        self.root.update_idletasks()
        self.workspace.preview(path)
        self.root.update_idletasks()

    def entered(self, folder: Path) -> None:
        """The controller has opened a folder."""
        self.keep(recent=self.settings.opened(folder).recent)
        self._teaching.begin()
        self._store(self.settings)
        self._show_folder()

    def use(self, chosen: settings.Settings) -> None:
        """Puts other settings into force and stores them."""
        learns_otherwise = (chosen.learn, chosen.python) != (self.settings.learn, self.settings.python)
        self.settings = chosen
        use_language(chosen.language)
        self.keymap = self.keyboard.keymap = Keymap(chosen.keys)
        self._store(chosen)
        self._looks.put_on()
        if learns_otherwise and self.controller.session is not None:
            self.open_folder(self.controller.session.folder)

    def close(self) -> None:
        """Ends workers, stores the settings, destroys the window."""
        self.closed = True
        self.keep(geometry=self.root.geometry())
        self._store(self.settings)
        self._teaching.look()
        self.controller.close()
        self._collector.stop()
        for waiting in (self._timer, self._dressing):
            self.root.after_cancel(waiting)
        self.root.destroy()

    # -- building

    def build(self) -> None:
        """Makes every widget anew: at the start, and for another theme, text size or language."""
        for child in self.root.winfo_children():
            child.destroy()
        asks = (self._enabled, self._is_on)
        self.menu = MenuBar(self.root, self.theme, self.keymap, self.controller.run, *asks)
        self.toolbar = ToolBar(self.root, self.theme, self.icons, self.keymap, self.controller.run, *asks)
        self.toolbar.pack(side="top", fill="x")
        self.workspace = Workspace(
            self.root, self.theme, self.icons, self.keymap, self.controller,
            show_list=self.settings.show_list, show_tools=self.settings.show_tools,
        )  # fmt: skip
        self.keyboard.watch(self.workspace.field.entry)
        self.start = StartPage(
            self.root, self.theme, self.icons, self.keymap.shown("open"), self.settings.recent,
            partial(self.controller.run, "open"), self.open_folder,
        )  # fmt: skip
        if self.takes_drops:
            self.start.invite_drops()
        self.message = ttk.Label(self.root, style="Muted.TLabel", anchor="center", padding=self.theme.px(16))
        self._show_folder()

    def _show_folder(self) -> None:
        session = self.controller.session
        if session is None:
            self._show_part(self.start)
            self.start.button.focus_set()
            self.toolbar.refresh("")
            return
        self._show_part(self.workspace)
        self.workspace.field.focus_field()
        self.root.title(f"{session.folder.name} – captcha-label")
        self.toolbar.refresh(session.folder.name)
        everything = Change.FOLDER | Change.PICTURE | Change.FIELD | Change.LIST | Change.STATUS
        self._notify(everything)

    def _show_part(self, shown: ttk.Frame) -> None:
        for part in (self.workspace, self.start, self.message):
            part.pack_forget()
        if shown is self.start:
            self.message.pack(side="bottom", fill="x")
        shown.pack(fill="both", expand=True)

    # -- messages, changes and errors

    def _poll(self) -> None:
        self._timer = self.root.after(_POLL_MS, self._poll)
        self._polls += 1
        if self._polls % _REMEMBER_POLLS == 0:
            self.controller.remember()
        self.hear()
        self._teaching.look()

    def hear(self) -> None:
        """Takes what workers have said."""
        with contextlib.suppress(queue.Empty):
            for _message in range(50):
                self._take(self._messages.get_nowait())

    def _take(self, message: object) -> None:
        self.controller.typed(self.workspace.field.text)  # not reported yet, a proposal would take its place
        if isinstance(message, opening.Message):
            self._doorway.take(message)
        elif isinstance(message, SystemLook):
            self._looks.take(message)
        elif isinstance(message, exchange.ExchangeProgress):
            self.say(Note(_("{n} pictures so far").format(n=f"{message.done:,}")))
        elif isinstance(message, exchange.ExchangeEnded):
            if message.failed:
                self.fail(trouble.note("exchange", message.sentence))
            else:
                self.say(Note(message.sentence))
        else:
            self.controller.handle(message)

    def _notify(self, change: Change) -> None:
        if self.closed:
            return
        if Change.FIELD in change and self.controller.work is not None:
            self.workspace.writing.put()  # at once: the next key may be waiting already
        self._redrawing.add(change)

    def _redraw(self, change: Change) -> None:
        if self.controller.session is None:
            return
        self.workspace.redraw(change)
        if change & (Change.PICTURE | Change.FOLDER):
            self.toolbar.refresh()

    def say(self, note: Note) -> None:
        """Tells the person something, on whatever page is shown."""
        self.controller.note = note
        self.message.configure(text=note.text)
        self._notify(Change.STATUS)

    def fail(self, note: Note) -> None:
        """Tells of an error: in a dialog at once where nobody can be typing, else by the line below the text."""
        self.controller.fail(note)
        self.message.configure(text="")
        if self.controller.work is None:
            self._show_part(self.start)  # a picture of a folder that cannot be opened may stand there
            self.controller.run("trouble")

    def _failed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Every error that nobody caught ends here; the window stays."""
        _log.error("unexpected error in the window", exc_info=(kind, error, trace))
        if isinstance(error, ToolkitError):
            self.fail(trouble.of(error))
        else:
            self.fail(trouble.note("unexpected", f"{kind.__name__}: {error}"))

    # -- commands of the window itself

    def _pressed(self, command: Command) -> None:
        self.controller.typed(self.workspace.field.text)  # what was typed a moment ago may not be reported yet
        if not self._enabled(command):
            reason = self.controller.reason(command.needs)
            if reason:
                self.say(Note(reason))
            return
        if command.hold:
            self.controller.viewing.press(command.id)
        else:
            self.controller.run(command.id)

    def _released(self, command: Command) -> None:
        self.controller.viewing.release(command.id)

    def _enabled(self, command: Command) -> bool:
        return self.controller.enabled(command.needs)

    def _is_on(self, command: Command) -> bool:
        if command.id in ("tools", "list"):
            return bool(getattr(self.settings, f"show_{command.id}"))
        return self.controller.is_on(command.id)

    def keep(self, **changes: object) -> None:
        """Changes the settings; they are stored at the end."""
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]

    def _toggle(self, name: str) -> None:
        self.keep(**{name: not getattr(self.settings, name)})
        self.workspace.show_panels(self.settings.show_list, self.settings.show_tools)
        self.toolbar.refresh()

    def _search(self) -> None:
        if not self.settings.show_list:
            self._toggle("show_list")
        self.workspace.sidebar.filters.search.focus_set()

"""The commands that ask something first: each opens one dialog and hands the answer to the controller."""

import webbrowser
from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog
from typing import TYPE_CHECKING

from labeler import exchange
from labeler.draft import Note
from labeler.i18n import _
from labeler.teaching.ending import write_report
from labeler.window import dialogs
from labeler.window.acceptdialog import AcceptDialog
from labeler.window.settingsdialog import SettingsDialog

if TYPE_CHECKING:
    from labeler.window.app import App


class Asking:
    """Joins the dialogs to one window."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def actions(self) -> dict[str, Callable[[], None]]:
        """Command id -> what opens its dialog."""
        return {
            "open": self.folder, "model": self.model, "cleaner": self.cleaner, "import": self.take_in,
            "export": self.export, "settings": self.settings, "keys": self.keys, "about": self.about,
            "trouble": self.trouble, "goto": self.place, "accept": self.threshold, "unreadable": self.reason,
            "rules": self.rules, "report": self.report,
        }  # fmt: skip

    def folder(self) -> None:
        """Which folder to open."""
        chosen = filedialog.askdirectory(parent=self._app.root, title=_("Open folder…"), mustexist=True)
        if chosen:
            self._app.open_folder(Path(chosen))

    def model(self) -> None:
        """Which model reads along."""
        self._onnx(_("Load model…"), self._app.controller.load_model)

    def cleaner(self) -> None:
        """Which background remover cleans pictures."""
        self._onnx(_("Load background remover…"), self._app.controller.load_cleaner)

    def _onnx(self, title: str, load: Callable[[Path], None]) -> None:
        kinds = [("ONNX", "*.onnx")]
        chosen = filedialog.askopenfilename(parent=self._app.root, title=title, filetypes=kinds)
        if chosen:
            load(Path(chosen))

    def take_in(self) -> None:
        """Which pictures to add to this folder."""
        session = self._app.controller.session
        if session is None:
            return
        chosen = filedialog.askdirectory(parent=self._app.root, title=_("Import from…"), mustexist=True)
        if chosen:
            self._app.say(Note(_("Importing…")))
            exchange.take_in(session.folder, Path(chosen), self._app.post)

    def export(self) -> None:
        """In which format the labels go out, and where."""
        if self._app.controller.session is not None:
            dialogs.ask_format(self._app.root, self._app.theme, exchange.formats(), self._export)

    def _export(self, name: str) -> None:
        session = self._app.controller.session
        chosen = filedialog.askdirectory(parent=self._app.root, title=_("Where to put the export"), mustexist=True)
        if chosen and session is not None:
            out = Path(chosen) / f"{session.folder.name}-{name}"
            self._app.say(Note(_("Exporting to {place}…").format(place=out)))
            exchange.export(session.folder, name, out, self._app.post)

    def settings(self) -> None:
        """Language, look and keys."""
        SettingsDialog(self._app.root, self._app.theme, self._app.settings, self._app.use)

    def keys(self) -> None:
        """The key sheet."""
        dialogs.show_keys(self._app.root, self._app.theme, self._app.keymap)

    def about(self) -> None:
        """Name, version, licence."""
        dialogs.show_about(self._app.root, self._app.theme)

    def trouble(self) -> None:
        """What went wrong last, and what to do."""
        note = self._app.controller.trouble or Note(_("Nothing has gone wrong."))
        dialogs.show_trouble(self._app.root, self._app.theme, note)

    def place(self) -> None:
        """Where to go."""
        dialogs.ask_place(self._app.root, self._app.theme, self._app.controller.browsing.go_to)

    def threshold(self) -> None:
        """Above which confidence everything is accepted."""
        controller = self._app.controller
        accepting = controller.accepting
        AcceptDialog(
            self._app.root, self._app.theme, accepting.candidates(),
            lambda *chosen: controller.attempt(lambda: accepting.accept(*chosen)),
            lambda *chosen: controller.attempt(lambda: accepting.check(*chosen)),
        )  # fmt: skip

    def reason(self) -> None:
        """Why a picture is unreadable."""
        controller = self._app.controller

        def answer(reason: str) -> None:
            controller.attempt(lambda: controller.labelling.unreadable(reason))

        if controller.sample is not None:
            dialogs.ask_reason(self._app.root, self._app.theme, dialogs.REASONS, answer)

    def report(self) -> None:
        """Writes the page about the work so far, and shows it in the browser."""
        work = self._app.controller.work
        if work is None or work.coach is None:
            self._app.say(Note(_("There is a report where the recogniser learns while you label (see the settings).")))
            return
        page = write_report(work.coach.record, work.session.store)
        if not webbrowser.open(page.as_uri()):
            self._app.say(Note(_("The report is {file}.").format(file=page)))

    def rules(self) -> None:
        """What labels look like."""
        controller = self._app.controller
        dialogs.ask_rules(self._app.root, self._app.theme, controller.rules, controller.set_rules)

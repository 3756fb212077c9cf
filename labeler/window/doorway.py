"""The way into a folder, from the first click until its pictures stand there."""

from pathlib import Path
from typing import TYPE_CHECKING

from dataset.errors import ToolkitError
from labeler import memory, opening, trouble
from labeler.draft import Note
from labeler.i18n import _
from labeler.rules import Rules
from labeler.session import Session

if TYPE_CHECKING:
    from labeler.window.app import App


class Doorway:
    """Opens folders in one window. What the command line gave goes before what lies in the folder."""

    def __init__(self, app: "App", rules: Rules | None, model: Path | None, cleaner: Path | None) -> None:
        self._app, self._rules, self._model, self._cleaner = app, rules, model, cleaner
        self._awaited: Path | None = None

    def open(self, folder: Path) -> None:
        """Opens a folder; a new large one by way of a thread, its first picture at once."""
        folder = folder.expanduser().resolve()
        self._awaited = None
        if opening.is_dataset(folder):
            self._enter(folder)
        else:
            self._awaited = folder
            self._app.say(Note(_("Opening {name}…").format(name=folder.name)))
            opening.prepare(folder, self._app.post)

    def dropped(self, path: Path) -> None:
        """A folder is opened, of a picture the folder around it; a model reads along."""
        if path.suffix == ".onnx" and self._app.controller.work is not None:
            self._app.controller.load_model(path)
        else:
            self.open(path if path.is_dir() else path.parent)

    def take(self, message: opening.Message) -> None:
        """What the opening thread says; nothing when another folder was chosen meanwhile."""
        if message.folder != self._awaited:
            return
        if isinstance(message, opening.Opened):
            self._enter(message.folder)
        elif isinstance(message, opening.OpenFailed):
            self._app.fail(trouble.note("open", message.sentence))
        elif self._app.controller.work is None:
            self._app.preview(message.path)

    def _enter(self, folder: Path) -> None:
        app = self._app
        try:
            store = opening.open_store(folder)
            first = memory.first_picture(store) if app.is_empty else None
            if first is not None:
                app.preview(first)
            session = Session(store)
        except ToolkitError as error:
            app.fail(trouble.of(error, "open"))
            return
        app.controller.means = app.means(app.settings)
        app.controller.open(session, rules=self._rules)
        app.controller.load_model_of(folder, self._model)
        app.controller.load_cleaner_of(folder, self._cleaner)
        app.entered(folder)

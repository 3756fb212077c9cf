"""The simulated person at the real window: every key is a key event, every click a click, and what the window shows
is what counts. Clock and costs are those of `labeler.teaching.simulate`."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dataset.errors import ToolkitError
from labeler.errors import LabelerError
from labeler.keys import tk_event
from labeler.settings import Settings
from labeler.teaching.coach import Means
from labeler.teaching.person import KEY_SECONDS, Person
from labeler.teaching.simulate import Simulation, Trainings, texts_of
from labeler.window.app import App
from ocr import BACKBONE

_PATIENCE = 120.0  # real seconds for the window to answer
_SIZE = "1180x760"


class Typist(Person):
    """Works at the window with keys and clicks. A character that the keyboard at hand lacks is committed as an input
    method would."""

    def __init__(
        self, app: App, texts: Mapping[int, str], settle: Callable[[], None], *, errors: float, overlook: float,
        seed: int,
    ) -> None:  # fmt: skip
        super().__init__(app.controller, texts, settle, errors=errors, overlook=overlook, seed=seed)
        self._app = app

    def _key(self) -> None:
        self.effort.keys += 1  # the window counts for the coach
        self.effort.seconds += KEY_SECONDS

    def _run(self, command: str) -> None:
        self._key()
        keysym, state = tk_event(self._app.keymap.keys(command)[0])
        target = self._app.root.focus_get() or self._app.root
        for event in ("<KeyPress>", "<KeyRelease>"):
            target.event_generate(event, keysym=keysym, state=state)
        self._settle()

    def _type(self, text: str) -> None:
        self._key()
        entry = self._app.workspace.field.entry
        chosen = bool(entry.tag_ranges("sel"))
        character = text[len(entry.get("1.0", "sel.first" if chosen else "insert"))]
        if character.isascii() and character.isalnum():
            entry.event_generate("<KeyPress>", keysym=character)
            entry.event_generate("<KeyRelease>", keysym=character)
        else:
            if chosen:
                entry.delete("sel.first", "sel.last")
            entry.insert("insert", character)
        self._app.root.update()
        if self._controller.draft.text != text:
            raise LabelerError(f"The window made {self._controller.draft.text!r} of {text!r}; it lost a key.")

    def _click(self, sample_id: int) -> None:
        self._key()
        grid = self._app.workspace.grid_view
        x, y = grid.middle(sample_id)
        grid.event_generate("<ButtonPress-1>", x=x, y=y)
        grid.event_generate("<ButtonRelease-1>", x=x, y=y)
        self._settle()


class WindowSimulation(Simulation):
    """The same work as `Simulation`, at a window on the screen there is."""

    def __init__(
        self, folder: Path, labels: Path, model: Path | None = None, *, errors: float, overlook: float, seed: int,
        effort: float = 1.0, say: Callable[[str], None] = lambda _line: None,
    ) -> None:  # fmt: skip
        """As `Simulation`. Raises NoWindow, too."""
        self._say = say
        self._truth = texts_of(folder, labels)
        self._trainings = Trainings(lambda message: self._app.post(message), lambda: self.person.effort.seconds, say)
        means = Means(lambda _post: self._trainings, BACKBONE, seed=seed, effort=effort)
        stored = Settings(theme="light", language="en", geometry=_SIZE)
        self._app = app = App(stored, model=model, means=lambda _settings: means, store=lambda _settings: None)
        self._controller = app.controller
        self._person = Typist(app, self._truth, self._settle, errors=errors, overlook=overlook, seed=seed)
        try:
            app.open_folder(folder)
            self._until(lambda: app.controller.session is not None or app.controller.trouble is not None)
            if app.controller.trouble is not None:
                raise LabelerError(app.controller.trouble.text)
            app.root.focus_force()
            app.workspace.field.focus_field()
            self._settle()
        except ToolkitError:
            app.close()
            raise

    def run(self) -> dict[str, object]:
        """Works until everything is decided and looked at; returns the report."""
        try:
            return super().run()
        finally:
            self._app.close()

    def _settle(self) -> None:
        """Lets window, workers and trainings answer until nothing more comes."""
        self._until(self._is_settled)

    def _is_settled(self) -> bool:
        self._trainings.tick()
        work = self._controller.work
        if work is None or work.coach is None:
            return True
        return work.reader.idle and work.coach.idle and self._app.quiet

    def _until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        self._app.root.update()
        while not holds():
            if time.monotonic() > end:
                raise LabelerError("The simulation stopped: the window does not answer; try again.")
            time.sleep(0.001)
            self._app.root.update()

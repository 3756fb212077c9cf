"""Helpers of the tests without a screen."""

from pathlib import Path

from dataset.store import Store
from labeler.controller import Controller
from labeler.draft import Change
from labeler.session import Session


class Desk:
    """A controller on a folder, with what it said to the window."""

    def __init__(self, folder: Path) -> None:
        self.changes: list[Change] = []
        self.messages: list[object] = []
        self.controller = Controller(self.changes.append, self.messages.append)
        Store.open(folder).close()
        self.open(folder)

    def open(self, folder: Path) -> None:
        """Opens a folder that is a dataset."""
        self.controller.open(Session(Store.open(folder, scan=False)))

    @property
    def session(self) -> Session:
        """The session of the open folder."""
        assert self.controller.session is not None
        return self.controller.session

    def predict(self, texts: list[tuple[str, float]]) -> None:
        """Stores readings for the first pictures, as a model would have."""
        rows = [(i, text, c, [c] * len(text)) for i, (text, c) in zip(self.session.ids, texts, strict=False)]
        self.session.predicted(rows, "model-1")
        self.controller.arrive()

    def write(self, text: str, *commands: str) -> None:
        """Types a text and runs commands, `confirm` when none are given."""
        self.controller.typed(text)
        self.run(*(commands or ("confirm",)))

    def run(self, *commands: str) -> None:
        """Runs commands of the table."""
        for command in commands:
            self.controller.run(command)

    def labels(self) -> list[str | None]:
        """The labels in the store, in the order of ids."""
        return [sample.label for sample in self.session.store.samples()]

    def statuses(self) -> list[str]:
        """The statuses in the store, in the order of ids."""
        return [sample.status for sample in self.session.store.samples()]

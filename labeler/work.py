"""Everything that belongs to one open folder, and ends with it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from dataset.sample import Sample
from labeler.housekeeping import Housekeeper
from labeler.memory import Memory
from labeler.pace import Pace
from labeler.prefetch import Pictures, Shot
from labeler.proposals import Proposal
from labeler.reader import Reader
from labeler.session import Session
from labeler.teaching.coach import Coach, Means
from labeler.view import View
from labeler.viewing import Viewing

AHEAD = 3


class Work:
    """The session of a folder with its pictures, its reader, its housekeeper and the pace of this sitting."""

    def __init__(
        self, session: Session, viewing: Viewing, post: Callable[[object], None], means: Means | None = None
    ) -> None:
        """With `means` the recogniser learns while a person labels."""
        self.session, self.viewing = session, viewing
        self.pictures = Pictures(post)
        self.reader = Reader(session, post)
        self.memory = Memory(session.store)
        self.pace = Pace()
        self.saved = ""  # the file written last
        self.learning = ""  # what a training beside the window says, for the status line
        self.no_cleaner = ""  # why backgrounds cannot be removed, when that is known
        able = means is not None and not session.store.read_only
        self.coach = Coach(session, self.reader, post, means, lambda: self.pace.worked) if able and means else None
        self._housekeeper = None if session.store.read_only else Housekeeper(session.folder, post)

    @property
    def proposal(self) -> Proposal | None:
        """What the model reads on the current picture, when it has."""
        sample = self.session.current
        return self.reader.of(sample) if sample else None

    @property
    def view(self) -> View:
        """How pictures are looked at, as far as that can be done here."""
        view = self.viewing.view
        return view if self.pictures.can_clean else replace(view, background=False)

    def shot(self, sample: Sample) -> Shot:
        """How `sample` is to be shown now."""
        return Shot(sample.id, self.session.store.path(sample), self.view, self.viewing.viewport)

    def prepare(self) -> None:
        """Has the next pictures and their proposals made ready."""
        if not self.session.ids:
            return
        ahead = [self.session.row(i) for i in self.session.following(AHEAD)]
        self.pictures.prepare([self.shot(sample) for sample in ahead])
        current = self.session.current
        self.reader.want([current, *ahead] if current else ahead)

    def prepare_page(self, shots: Sequence[Shot], ids: Sequence[int]) -> None:
        """Has the pictures of the next page made ready, and the proposals of this one and the next."""
        self.pictures.prepare(shots)
        self.reader.want_soon([self.session.row(i) for i in ids])
        current = self.session.current
        self.reader.want([current] if current else [])

    def stand_back(self) -> None:
        """The person is typing: what is not urgent waits."""
        if self._housekeeper is not None:
            self._housekeeper.stand_back()

    def close(self) -> None:
        """Ends the threads and closes the store."""
        if self.coach is not None:
            self.coach.close()
        self.reader.close()
        if self._housekeeper is not None:
            self._housekeeper.close()
        self.pictures.close()
        self.session.store.close()

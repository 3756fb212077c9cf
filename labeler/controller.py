"""What happens on a command: between the table of commands, the open folder and whatever shows it.

Knows no toolkit. The window tells it of commands and of typed text; it answers by `notify(Change)`; the window
then reads what it needs and redraws once. Every expected error becomes `note`.
"""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dataset.errors import ToolkitError
from dataset.sample import Sample
from labeler import rules as rule
from labeler import trouble
from labeler.accepting import Accepting
from labeler.browsing import Browsing
from labeler.cleaning import cleaner_beside
from labeler.draft import Change, Draft, Note
from labeler.hearing import Hearing
from labeler.i18n import _
from labeler.inviting import Inviting
from labeler.labelling import Labelling
from labeler.memory import Memory, Place
from labeler.modes import MODES, Selection
from labeler.offering import Offering
from labeler.paging import Paging
from labeler.proposals import Proposal, model_beside
from labeler.session import Session
from labeler.teaching.coach import Means
from labeler.viewing import Viewing
from labeler.work import Work

_log = logging.getLogger(__name__)


class Controller:
    """One person at work on at most one folder."""

    def __init__(self, notify: Callable[[Change], None], post: Callable[[object], None]) -> None:
        """`notify` is called in the window's thread; `post` takes a message from any thread and sees to it
        that `handle` gets it in the window's thread."""
        self.notify, self._post = notify, post
        self.work: Work | None = None
        self.means: Means | None = None  # with which the recogniser learns while a person labels, in the next folder
        self.rules = rule.Rules()
        self.note = Note("")
        self.trouble: Note | None = None  # the last error
        self.viewing = Viewing(lambda: self.notify(Change.PICTURE))
        self.actions: dict[str, Callable[[], None]] = {
            "next": lambda: self.step(1), "previous": lambda: self.step(-1),
            "page_down": lambda: self.step(10), "page_up": lambda: self.step(-10),
            "first": lambda: self.go(0), "last": lambda: self.go(10**9),
        }  # fmt: skip
        self.labelling = Labelling(self)
        self.browsing = Browsing(self)
        self.paging = Paging(self)
        self.accepting = Accepting(self)
        self.offering = Offering(self)
        self.inviting = Inviting(self)
        self._hearing = Hearing(self)
        for name in ("confirm", "skip", "doubt"):
            self.actions[name] = partial(self._on_picture_or_page, name)

    # -- what the window tells

    def run(self, command_id: str) -> None:
        """Does one command of the table."""
        if not self.viewing.run(command_id):
            self.attempt(self.actions[command_id])

    def _on_picture_or_page(self, name: str) -> None:
        getattr(self.paging if self.paging.active else self.labelling, name)()

    def attempt(self, work: Callable[[], None]) -> None:
        """Does something that a person asked for; an expected error becomes the note."""
        self.note = Note("")
        try:
            work()
        except ToolkitError as error:
            self.fail(trouble.of(error))
        if self.work is not None:
            self.work.stand_back()
        self.notify(Change.STATUS)

    def fail(self, note: Note) -> None:
        """The one way of every error: the log, the line below the text, and the dialog that says what to do."""
        _log.warning("%s: %s", note.title, note.text)
        self.note = self.trouble = note
        self.notify(Change.STATUS)

    def enabled(self, needs: str) -> bool:
        """Whether a command that needs "folder", "picture", "cleaner" or nothing can be used now."""
        if needs == "cleaner":
            return self.sample is not None and not self.reason(needs)
        if needs == "picture":
            return self.sample is not None
        return not needs or self.work is not None

    def reason(self, needs: str) -> str:
        """Why a command that needs this cannot be used, where a person cannot see it; else empty."""
        if needs != "cleaner" or self.work is None or self.work.pictures.can_clean:
            return ""
        return self.work.no_cleaner or _("Load a background remover first (File menu).")

    def is_on(self, command_id: str) -> bool:
        """Whether something that can be switched is on."""
        if command_id in MODES:
            return self.browsing.mode.name == command_id
        return self.labelling.blind if command_id == "blind" else self.viewing.is_on(command_id)

    def typed(self, text: str) -> None:
        """The person changed the text in the field."""
        if text != self.draft.text and self.work is not None:
            self.draft.text = text
            self.draft.touched = True
            self.note = Note("")
            self.work.stand_back()
            self.notify(Change.STATUS)

    def set_rules(self, rules: rule.Rules) -> None:
        """Judges labels by other rules from now on."""
        self.rules = rules
        self.notify(Change.STATUS)

    def handle(self, message: object) -> None:
        """Takes a message of a worker, in the window's thread."""
        self._hearing.handle(message)

    # -- opening and closing

    def open(self, session: Session, *, rules: rule.Rules | None = None) -> None:
        """Shows a session in place of the one before, where its last run was; `rules` go before the stored."""
        self.close()
        self.work = Work(session, self.viewing, self._post, self.means)
        place = Memory(session.store).recall()
        self.rules = rules or place.rules
        self.viewing.set(place.view)
        self.browsing.mode = MODES.get(place.mode, MODES["single"])
        self.browsing.selection = Selection(place.show, place.order, place.kind)
        if self.browsing.selection != Selection():
            session.choose(self.browsing.selection.query())
        if place.sample is not None and place.sample in session.ids:
            session.go(session.index(place.sample))
        self.note = Note("")
        self.notify(Change.FOLDER)
        self.arrive()

    def remember(self) -> None:
        """Stores where the person is; the window calls it now and then, and at the end."""
        if self.work is not None:
            chosen = self.browsing.selection
            self.work.memory.write(
                Place(
                    self.work.session.current_id, self.viewing.view, self.rules, self.browsing.mode.name,
                    chosen.show, chosen.order, chosen.kind,
                )
            )  # fmt: skip

    def load_model_of(self, folder: Path, model: Path | None) -> None:
        """Loads `model`, or the one that lies in the folder when none is given."""
        found = model or model_beside(folder)
        if found is not None:
            self.load_model(found)
        if self.work is not None and self.work.coach is not None:
            self.work.coach.begin(found)
            self.work.learning = self.work.coach.line

    def load_model(self, path: Path) -> None:
        """Has a model read along; `handle` hears whether it can be used. One that is at work goes on until the
        new one has read the next picture, and is replaced between two pictures."""
        if self.work is not None:
            self.work.reader.load(path)
            self.note = Note(_("Loading {name}…").format(name=path.name))
            self.notify(Change.STATUS)

    def load_cleaner_of(self, folder: Path, cleaner: Path | None) -> None:
        """Loads the background remover `cleaner`, or the one that lies in the folder when none is given."""
        found = cleaner or cleaner_beside(folder)
        if found is not None:
            self.load_cleaner(found)

    def load_cleaner(self, path: Path) -> None:
        """Has a background remover clean pictures; `handle` hears whether it can be used."""
        if self.work is not None:
            self.work.no_cleaner = _("Loading {name}…").format(name=path.name)
            self.work.pictures.clean_with(path)

    def close(self) -> None:
        """Leaves the folder."""
        self.remember()
        if self.work is not None:
            self.work.close()
        self.work = None
        self.labelling.draft = Draft()

    # -- the current picture

    @property
    def draft(self) -> Draft:
        """The text being written."""
        return self.labelling.draft

    @property
    def session(self) -> Session | None:
        """The session of the open folder."""
        return self.work.session if self.work else None

    @property
    def sample(self) -> Sample | None:
        """The current sample."""
        return self.work.session.current if self.work else None

    @property
    def proposal(self) -> Proposal | None:
        """What the model reads on the current picture, when it has."""
        if self.paging.active and self.sample is not None:
            return self.paging.proposal(self.sample.id)
        return self.work.proposal if self.work else None

    # -- moving

    def step(self, count: int) -> None:
        """Moves by so many places in the list."""
        if self.work is not None:
            self.go(self.work.session.position + count)

    def go(self, position: int) -> None:
        """Moves to a place in the list."""
        if self.work is not None:
            self.paging.leave_cell()
            self.work.session.go(position)
            self.arrive()

    def go_on(self) -> None:
        """After a decision: the next picture without one; in a mode that steps, the next in the list."""
        if self.work is None:
            return
        session = self.work.session
        position = None if self.browsing.mode.steps else session.next_open(session.position + 1)
        if position is None:
            done = session.position + 1 >= len(session.ids) or not self.browsing.mode.steps
            self.note = Note(_("Every picture here has its decision. Well done.") if done else "")
            position = session.position + 1
        session.go(position)
        self.arrive()

    def arrive(self) -> None:
        """Begins the picture that is current now."""
        if self.work is not None and not self.paging.active:
            self.work.reader.take_over(self.sample)
        self.paging.enter_page()
        self.labelling.fill()
        self.paging.enter_cell()
        self.notify(Change.PICTURE | Change.FIELD | Change.LIST | Change.STATUS)

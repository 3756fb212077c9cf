"""What workers say, and what the open folder makes of it. One place for every message but those of opening."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from labeler import trouble
from labeler.cleaning import CleanerFailed, CleanerLoaded
from labeler.draft import Change, Note
from labeler.housekeeping import FolderGrew
from labeler.i18n import _
from labeler.prefetch import FrameReady, ThumbnailReady
from labeler.proposals import Idle, Message, ModelFailed, ModelLoaded, Proposed
from labeler.work import Work

if TYPE_CHECKING:
    from labeler.controller import Controller


class Learning(NamedTuple):
    """Posted by whoever trains while a person labels. `line` stands in the status line until the next one; a
    finished `model` takes the place of the one at work between two pictures."""

    line: str
    model: Path | None = None


class Hearing:
    """Takes messages in the window's thread."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller

    def handle(self, message: object) -> None:
        """Does what a message asks for; messages that come after the folder was left change nothing."""
        work = self._controller.work
        if work is None:
            return
        if work.coach is not None and work.coach.handle(message):
            work.learning = work.coach.line
            self._controller.notify(Change.STATUS)
        elif isinstance(message, ThumbnailReady):
            self._controller.notify(Change.THUMBNAILS)
        elif isinstance(message, FrameReady):
            self._frame_ready(message)
        elif isinstance(message, FolderGrew):
            self._grew(work, message)
        elif isinstance(message, Learning):
            self._learning(work, message)
        elif isinstance(message, CleanerLoaded | CleanerFailed):
            self._cleaner_said(work, message)
        elif isinstance(message, ModelLoaded | ModelFailed | Proposed | Idle):
            self._model_said(work, message)

    def _frame_ready(self, message: FrameReady) -> None:
        sample = self._controller.sample
        if self._controller.paging.active or (sample is not None and sample.id == message.id):
            self._controller.notify(Change.PICTURE)

    def _grew(self, work: Work, message: FolderGrew) -> None:
        controller = self._controller
        empty = controller.sample is None
        added = work.session.grow(message.added, message.aside)
        work.reader.feed()
        if added:
            controller.note = Note(_("{n} new pictures").format(n=added))
        if empty:
            controller.arrive()
        controller.notify(Change.LIST | Change.STATUS)

    def _learning(self, work: Work, message: Learning) -> None:
        work.learning = message.line
        if message.model is not None:
            work.reader.load(message.model)
        self._controller.notify(Change.STATUS)

    def _cleaner_said(self, work: Work, message: CleanerLoaded | CleanerFailed) -> None:
        controller = self._controller
        if isinstance(message, CleanerLoaded):
            controller.note = Note(_("{name} can remove backgrounds now.").format(name=message.path.name))
        else:
            work.no_cleaner = message.sentence
            controller.fail(trouble.note("cleaner", message.sentence))
        controller.notify(Change.PICTURE | Change.STATUS)

    def _model_said(self, work: Work, message: Message) -> None:
        controller = self._controller
        if not work.reader.handle(message):
            return
        if isinstance(message, ModelFailed):
            controller.fail(trouble.note("model", message.sentence))
        elif isinstance(message, ModelLoaded):
            if not work.reader.held:
                controller.note = Note(_("{name} reads along.").format(name=message.path.name))
            work.prepare()
        elif isinstance(message, Proposed):
            self._proposed(message)
        controller.notify(Change.STATUS)

    def _proposed(self, message: Proposed) -> None:
        controller = self._controller
        sample, draft = controller.sample, controller.draft
        here = sample is not None and any(i == sample.id for i, _proposal in message.rows)
        written = draft.touched or (sample is not None and controller.paging.written(sample.id))
        if here and sample is not None and sample.label is None and not written:
            controller.labelling.fill()
            if controller.draft.text == draft.text:
                controller.draft.select = draft.select
            else:
                controller.notify(Change.FIELD)
        controller.notify(Change.LIST)

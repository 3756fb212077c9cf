"""One open dataset: which picture is current, in which order they come, what is still to do. Knows no toolkit.

Used from one thread. Positions count from 0 in the order of `ids`, which stays as it is while a person works
(a label given does not move its picture); `choose` asks the store anew.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from dataset.sample import Edit, Query, Sample
from dataset.store import Store

WORKABLE = ("new", "labelled", "reviewed", "skipped", "unreadable")
"""What the window shows by default: everything but rejected bytes and second copies of a picture."""
BY = "labeler"
_CACHED_ROWS = 256


class Session:
    """The samples of one store in one order, and a cursor on them."""

    def __init__(self, store: Store, query: Query | None = None) -> None:
        self.store = store
        self.query = query or Query(statuses=WORKABLE)
        self.ids: Sequence[int] = ()
        self.position = 0
        self._rows: OrderedDict[int, Sample] = OrderedDict()
        self._open: set[int] = set()
        self._lead: Sequence[int] = ()  # ids that come first while labelling
        self._to_read: deque[int] | None = None  # ids that no one has looked at for the model in use
        self.total = 0  # samples that the person can work on, whatever is shown
        self.picked = False  # a handful is shown instead of what the query finds
        self.choose(self.query)
        self.position = self.next_open(0) or 0

    @property
    def folder(self) -> Path:
        """The dataset folder."""
        return self.store.folder

    # -- order and cursor

    def choose(self, query: Query) -> None:
        """Shows other samples or another order; the current picture stays current when it is among them."""
        self.query = query
        self.picked = False
        self._rows.clear()
        self._to_read = None
        self._count()
        self._show(self.store.ids(query))

    def pick(self, ids: Sequence[int]) -> None:
        """Shows only these samples, in this order, until something else is chosen."""
        self.picked = True
        self._show(ids)

    def _count(self) -> None:
        self._open = set(self.store.ids(Query(statuses=("new",))))
        self.total = self.store.count(Query(statuses=WORKABLE))

    def _show(self, ids: Sequence[int]) -> None:
        here = self.current_id
        self.ids = ids
        self.position = 0 if here is None else self.index(here)

    def grow(self, added: Iterable[int], aside: Iterable[int] = ()) -> int:
        """Takes up samples that came in, at the end of the list, and lets go of those that turned out to be copies
        or no pictures (they stay in the list until something is chosen anew); returns how many joined."""
        known = set(self.ids)
        for sample_id in aside:
            self._open.discard(sample_id)
            self._rows.pop(sample_id, None)
            self.total -= 1
        fresh = [i for i in added if i not in known and self.store.get(i).status == "new"]
        self._open.update(fresh)
        if self._to_read is not None:
            self._to_read.extendleft(reversed(fresh))
        self.total += len(fresh)
        shown = "new" in self.query.statuses and not self.picked and not self.query.text
        if shown and fresh:
            self.ids = [*self.ids, *fresh]
        return len(fresh)

    @property
    def current_id(self) -> int | None:
        """The id of the current sample; None when nothing is shown."""
        return self.ids[self.position] if self.position < len(self.ids) else None

    @property
    def current(self) -> Sample | None:
        """The current sample, as its row says."""
        here = self.current_id
        return None if here is None else self.row(here)

    def row(self, sample_id: int) -> Sample:
        """The sample of an id, from memory when it was shown lately."""
        found = self._rows.get(sample_id)
        if found is None:
            found = self.store.get(sample_id)
            self._remember(found)
        return found

    def index(self, sample_id: int) -> int:
        """The position of an id in the list; 0 when it is not there."""
        try:
            return self.ids.index(sample_id)
        except ValueError:
            return 0

    def go(self, position: int) -> None:
        """Makes the sample at `position` current; positions outside are held at the ends."""
        self.position = min(max(position, 0), max(len(self.ids) - 1, 0))

    def next_open(self, start: int) -> int | None:
        """The first position from `start` on, wrapping round, that has no decision yet; None when all have. What
        leads (see `lead`) goes before."""
        if not self._open:
            return None
        for position in self._leading():
            return position
        count = len(self.ids)
        for offset in range(count):
            position = (start + offset) % count
            if self.ids[position] in self._open:
                return position
        return None

    def lead(self, ids: Sequence[int]) -> None:
        """These come next while labelling, in this order, as long as a person has chosen no order of their own; the
        list stays as it is."""
        self._lead = ids

    def _leading(self) -> Iterator[int]:
        here = self.current_id
        for sample_id in self._lead if self.query.order == "id" and not self.picked else ():
            if sample_id in self._open and sample_id != here:
                with suppress(ValueError):
                    yield self.ids.index(sample_id)

    def is_open(self, sample_id: int) -> bool:
        """Whether a sample has no decision yet."""
        return sample_id in self._open

    def open_from(self, start: int, count: int) -> list[int]:
        """Up to `count` ids without a decision, in the list's order from `start` on, wrapping round."""
        turned = chain(range(start, len(self.ids)), range(start))
        return list(islice((self.ids[p] for p in turned if self.ids[p] in self._open), count))

    def following(self, count: int) -> list[int]:
        """The ids that come next while labelling, without the current one: what to prepare ahead."""
        ahead = [self.ids[position] for position in islice(self._leading(), count)]
        if len(ahead) == count:
            return ahead
        for sample_id in self.ids[self.position + 1 : self.position + 1 + 50 * count]:
            if (sample_id in self._open or not self._open) and sample_id not in ahead:
                ahead.append(sample_id)
                if len(ahead) == count:
                    break
        return ahead

    def unread(self, version: str, count: int) -> list[Sample]:
        """The next samples that the model `version` has not read, in the list's order: first those without a
        decision, then the others (what the model thinks of labels shows slips)."""
        if self._to_read is None:
            waiting = [i for i in self.ids if i in self._open]
            self._to_read = deque((*waiting, *(i for i in self.ids if i not in self._open)))
        found: list[Sample] = []
        while self._to_read and len(found) < count:
            sample = self.store.get(self._to_read.popleft())
            if sample.model_version != version:
                found.append(sample)
        return found

    def read_again(self) -> None:
        """Lets `unread` begin anew (another model, another order)."""
        self._to_read = None

    def open_count(self) -> int:
        """How many samples of the dataset still wait for a decision."""
        return len(self._open)

    # -- edits

    def label(self, text: str, status: str = "labelled") -> Sample:
        """Gives the current sample a label: file, row and journal together. Raises LabelError, DatasetError."""
        return self._changed(self.store.label(self._here(), text, by=BY, status=status))

    def label_many(self, pairs: Sequence[tuple[int, str]]) -> int:
        """Labels many samples as one step to undo; returns how many. All or none: raises as `label` does."""
        done = self.store.label_many(pairs, by=BY)
        for sample_id, _text in pairs:
            self._changed(self.store.get(sample_id))
        return done

    def set_status(self, status: str, reason: str | None = None) -> Sample:
        """Sets the current sample aside (skipped, unreadable) or takes it back."""
        return self._changed(self.store.set_status(self._here(), status, by=BY, reason=reason))

    def undo(self) -> Edit | None:
        """Takes the last edit back, also one of an earlier run, and goes to its picture."""
        return self._went_back(self.store.undo())

    def redo(self) -> Edit | None:
        """Does the last undone edit again and goes to its picture."""
        return self._went_back(self.store.redo())

    def predicted(self, rows: Iterable[tuple[int, str, float, Sequence[float]]], version: str) -> None:
        """Stores predictions (id, text, confidence, one confidence a character) made by a worker."""
        listed = [(i, text, confidence, each, version) for i, text, confidence, each in rows]
        if not self.store.read_only:
            self.store.set_predictions(listed)
        for sample_id, text, confidence, each, model in listed:
            known = self._rows.get(sample_id)
            if known is not None:
                self._rows[sample_id] = replace(
                    known, prediction=text, confidence=confidence, character_confidences=tuple(each),
                    model_version=model,
                )  # fmt: skip

    def _here(self) -> int:
        here = self.current_id
        if here is None:
            raise LookupError("no current sample")
        return here

    def _changed(self, sample: Sample) -> Sample:
        self._remember(sample)
        if sample.status == "new":
            self._open.add(sample.id)
        else:
            self._open.discard(sample.id)
        return sample

    def _went_back(self, edit: Edit | None) -> Edit | None:
        if edit is None:
            return None
        for sample_id in edit.samples:
            self._changed(self.store.get(sample_id))
        if edit.samples and edit.samples[0] in self.ids:
            self.go(self.index(edit.samples[0]))
        return edit

    def _remember(self, sample: Sample) -> None:
        self._rows[sample.id] = sample
        self._rows.move_to_end(sample.id)
        while len(self._rows) > _CACHED_ROWS:
            self._rows.popitem(last=False)

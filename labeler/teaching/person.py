"""A simulated person at the controller: reads every picture right, slips now and then, presses the fewest keys.

Knows of a picture its text and what the window shows, nothing else. Every key, arrow, Enter and click counts one.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dataset.charset import normalise
from labeler.controller import Controller

KEY_SECONDS = 0.2
SINGLE_SECONDS = 0.7  # to look at a picture that stands alone
CELL_SECONDS = 0.15  # at one on a page


@dataclass
class Effort:
    """What the work has cost so far; `seconds` of a virtual clock."""

    keys: int = 0
    seconds: float = 0.0
    typed: int = 0
    accepted: int = 0
    overlooked: int = 0


class Person:
    """`texts`: what the pictures show, by id. `errors`: probability of misreading a picture; `overlook`: of not seeing
    that a proposal on a page is wrong. `settle` waits until the window has answered."""

    def __init__(
        self, controller: Controller, texts: Mapping[int, str], settle: Callable[[], None], *,
        errors: float, overlook: float, seed: int,
    ) -> None:  # fmt: skip
        self._controller, self._texts, self._settle = controller, texts, settle
        self._errors, self._overlook = errors, overlook
        self._rng = random.Random(seed)
        self._alphabet = sorted({character for text in texts.values() for character in text})
        self.effort = Effort()
        self.slipped: set[int] = set()

    def one(self) -> None:
        """Labels the picture that stands alone and goes on."""
        self.effort.seconds += SINGLE_SECONDS
        sample = self._controller.sample
        assert sample is not None
        meant = self._read(sample.id)
        if self._controller.draft.text == meant:
            self.effort.accepted += 1
        else:
            self._write(meant)
            self.effort.typed += 1
        self._run("confirm")

    def page(self) -> None:
        """Looks through a page, corrects what seems wrong, and stores it."""
        controller = self._controller
        corrected = False
        for sample_id in controller.paging.ids:
            self.effort.seconds += CELL_SECONDS
            shown = controller.paging.text(sample_id)
            if shown == self._texts[sample_id]:
                self.effort.accepted += 1
            elif shown and self._rng.random() < self._overlook:
                self.effort.accepted += 1
                self.effort.overlooked += 1
            else:
                corrected = self._correct(sample_id, self._read(sample_id)) or corrected
                self.effort.typed += 1
        if corrected:
            self._run("confirm")  # leaves the cell that was written last
        self._run("confirm")

    def look_again(self) -> bool:
        """Looks at a label once more and confirms it or another; whether it was changed."""
        self.effort.seconds += SINGLE_SECONDS
        sample = self._controller.sample
        assert sample is not None
        text = self._texts[sample.id]
        changed = self._controller.draft.text != text
        if changed:
            self._write(text)
        self._run("confirm")
        return changed

    def run(self, command: str) -> None:
        """Takes up what the window offers."""
        self._run(command)

    def _read(self, sample_id: int) -> str:
        """What the person believes to see."""
        text = self._texts[sample_id]
        if not text or self._rng.random() >= self._errors:
            return text
        place = self._rng.randrange(len(text))
        others = [character for character in self._alphabet if character != text[place]]
        self.slipped.add(sample_id)
        return normalise(text[:place] + self._rng.choice(others) + text[place + 1 :]) if others else text

    def _correct(self, sample_id: int, meant: str) -> bool:
        """Goes to a cell and writes there, unless it says so by now; whether something was written."""
        controller = self._controller
        session = controller.session
        assert session is not None
        if session.current_id != sample_id:
            self._click(sample_id)
        if controller.draft.text == meant:
            return False
        self._write(meant)
        return True

    def _write(self, meant: str) -> None:
        """Brings a text into the field in one of three ways: another reading of the model, single characters after
        `doubt`, or all of it."""
        controller = self._controller
        readings = [text for text, _confidence in controller.labelling.readings[:3]]
        walk = None if controller.paging.active else self._walk(meant)
        if meant in readings:
            self._run(f"take_{readings.index(meant) + 1}")
        elif walk is not None and walk < len(meant):
            self._mend(meant)
        else:
            for count in range(1, len(meant) + 1):
                self._type(meant[:count])

    def _walk(self, meant: str) -> int | None:
        """Keys that mending single characters takes, None when it cannot be done so: presses of `doubt` until each
        wrong character has been selected, and one letter for each."""
        text, proposal = self._controller.draft.text, self._controller.proposal
        if len(text) != len(meant) or proposal is None or proposal.text != text or not text:
            return None
        order = sorted(range(len(text)), key=lambda i: proposal.characters[i] if i < len(proposal.characters) else 1.0)
        wrong = [place for place, i in enumerate(order, start=1) if text[i] != meant[i]]
        return wrong[-1] + len(wrong)

    def _mend(self, meant: str) -> None:
        draft = self._controller.draft
        for _press in range(2 * len(meant)):
            if self._controller.draft.text == meant:
                return
            self._run("doubt")
            start, end = draft.select
            if end - start == 1 and draft.text[start] != meant[start]:
                self._type(draft.text[:start] + meant[start] + draft.text[end:])

    def _type(self, text: str) -> None:
        self._key()
        self._controller.typed(text)

    def _click(self, sample_id: int) -> None:
        """On a cell of the page."""
        session = self._controller.session
        assert session is not None
        self._key()
        self._controller.go(session.index(sample_id))
        self._settle()

    def _run(self, command: str) -> None:
        self._key()
        self._controller.run(command)
        self._settle()

    def _key(self) -> None:
        self.effort.keys += 1
        self.effort.seconds += KEY_SECONDS
        work = self._controller.work
        if work is not None and work.coach is not None:
            work.coach.keys += 1

"""Learning from pictures without a label: rounds with sure readings of them.

Where labels are few, one wrong label teaches a wrong reading of many pictures, which then confirm it. So two networks
are taught by half of the labels each: a label that the network of the other half surely reads otherwise is left aside,
and a reading counts where both halves and the whole agree, as in co-training (Blum and Mitchell, "Combining labeled
and unlabeled data with co-training", COLT 1998). A network taught by what is left goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from dataset.split import near_groups_of
from ocr.artefact import Card
from ocr.recognizer import Prediction, Recognizer
from ocr.training import export, pseudo
from ocr.training.calibrate import temperature
from ocr.training.choose import FEW
from ocr.training.data import Labelled
from ocr.training.folds import dealt
from ocr.training.loop import Fit
from ocr.training.rounds import Rounds
from ocr.training.watch import Watcher

_ROUNDS = 4
_FEWEST = 40  # labels from which a half teaches enough to contradict the other
_MOST_ASIDE = 0.1  # share of the labels; where more are contradicted, the halves have learned too little


@dataclass(frozen=True)
class Taught:
    """The best weights, the labels that nothing contradicts, and the readings that those weights learned from."""

    fit: Fit
    kept: list[Labelled]
    read: list[Labelled]


class SelfTraining:
    """Further rounds with the unlabelled pictures. `card` is that of an artefact of the network, `say` takes sentences.

    After each step the network of `rounds` has the weights of the best fit.
    """

    def __init__(
        self,
        rounds: Rounds,
        card: Card,
        watcher: Watcher,
        unlabelled: Sequence[Labelled],
        seed: int,
        say: Callable[[str], None],
    ) -> None:
        self._rounds, self._card, self._watcher, self._say = rounds, card, watcher, say
        self._unlabelled, self._seed = unlabelled, seed

    def taught(self, learn: Sequence[Labelled], fit: Fit) -> Taught:
        """As many rounds as gain. Where labels are few, the halves check them first, and a round without gain is
        followed by one twice as long."""
        best = Taught(fit, [*learn], [])
        rounds = self._rounds
        few = _FEWEST <= len(learn) < FEW
        if few and rounds.begun_with_weights and rounds.affords(3) and not rounds.interrupted:
            best = self._checked(best)
        patience, idle = (2 if len(learn) < FEW else 1), 0
        for _ in range(_ROUNDS):
            if self._rounds.interrupted:
                break
            read = pseudo.sure(self._unlabelled, self._recognizer().read(self._pictures))
            if not read:
                break
            mixed = pseudo.mixed(best.kept, read)
            better = self._rounds.more(mixed, self._watcher, best.fit, times=1 + idle)
            gained = better is not best.fit
            result = f"{better.score.exact:.2%} of the watched part" if gained else "no gain"
            pictures = f"{len(read)} of {len(self._unlabelled)} unlabelled pictures"
            self._say(f"learned from {pictures} that were read surely: {result}")
            best, idle = (Taught(better, best.kept, read), 0) if gained else (best, idle + 1)
            if idle == patience:
                break
        return best

    def _checked(self, before: Taught) -> Taught:
        """What the halves leave of the labels, and a network taught by that and by the readings they agree on."""
        groups = near_groups_of(
            [sample.label for sample in before.kept], [sample.fingerprint.dhash for sample in before.kept]
        )
        half = dealt(groups, 2, self._seed)
        if min(half.count(0), half.count(1)) < _FEWEST / 3:  # most look alike, and near-duplicates stay together
            return before
        votes = [self._recognizer().read(self._pictures)]
        aside: dict[str, str] = {}
        for number in (0, 1):
            own = [sample for sample, at in zip(before.kept, half, strict=True) if at == number]
            other = [sample for sample, at in zip(before.kept, half, strict=True) if at != number]
            if self._rounds.anew(own, self._watcher) is None:
                return self._back(before)
            recognizer = self._recognizer()
            votes.append(recognizer.read(self._pictures))
            aside |= _contradicted(other, recognizer.read([sample.image for sample in other]))
        kept = self._without(before.kept, aside)
        read = pseudo.agreed(self._unlabelled, votes)
        pictures = f"{len(read)} of {len(self._unlabelled)} unlabelled pictures"
        self._say(f"two networks, taught by half of the labels each, agree on {pictures}")
        fit = self._rounds.anew(pseudo.mixed(kept, read), self._watcher) if read else None
        if fit is None or fit.score.exact < before.fit.score.exact - 1.5 / len(self._watcher):
            return self._back(replace(before, kept=kept))
        return Taught(fit, kept, read)

    def _without(self, samples: list[Labelled], aside: dict[str, str]) -> list[Labelled]:
        if len(aside) > _MOST_ASIDE * len(samples):
            return samples
        for sample in samples:
            if sample.name in aside:
                self._say(
                    f"left aside: {sample.name} is labelled {sample.label!r}, "
                    f"but a network that has not seen it reads {aside[sample.name]!r}; look at it"
                )
        return [sample for sample in samples if sample.name not in aside]

    def _back(self, before: Taught) -> Taught:
        self._rounds.model.set_weights(before.fit.weights)
        return before

    def _recognizer(self) -> Recognizer:
        """The network as it stands."""
        model = self._rounds.model
        return Recognizer.from_bytes(
            export.artefact_bytes(model, replace(self._card, temperature=temperature(model, self._watcher)))
        )

    @property
    def _pictures(self) -> list[Image.Image]:
        return [sample.image for sample in self._unlabelled]


def _contradicted(samples: Sequence[Labelled], read: Sequence[Prediction]) -> dict[str, str]:
    """The names of the samples whose labels are surely read otherwise, and as what."""
    return {
        sample.name: prediction.text
        for sample, prediction in zip(samples, read, strict=True)
        if prediction.text != sample.label and prediction.confidence >= pseudo.SURE
    }

"""How a training begins: its plan, the weights that are known, and the rounds of a network that reads enough."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ocr.training import architectures, backbone, warm
from ocr.training.choose import Plan, choose
from ocr.training.clock import Clock
from ocr.training.data import Labelled
from ocr.training.loop import Fit, Weights
from ocr.training.options import Options
from ocr.training.rounds import Rounds
from ocr.training.watch import Watcher

_TOO_LITTLE = 0.6  # share of the watched part: who reads less may give way to a larger network
_TELLING = 20  # watched pictures from which such a share tells something
_DEARER = 4  # first rounds of the default network that cost as much as one of the larger one
_LARGER = "large"


@dataclass(frozen=True)
class Begun:
    """A training that has had its first rounds."""

    architecture: str
    plan: Plan
    rounds: Rounds
    watcher: Watcher
    fit: Fit


@dataclass(frozen=True)
class Beginner:
    """What all beginnings of one training share: `known` is an artefact to go on from, `enough` the share of the
    watched part from which no further round follows."""

    samples: Sequence[Labelled]
    learn: Sequence[Labelled]
    watch: Sequence[Labelled]
    options: Options
    known: warm.Known | None
    clock: Clock
    enough: float
    say: Callable[[str], None]
    quiet: bool

    def begin(self) -> Begun:
        """The first rounds of the network that reads more: the wanted one, else the default, else a larger one."""
        wanted = self.known.card.architecture if self.known else self.options.architecture
        if wanted is not None or not self._may_grow():
            return self._begun(wanted or architectures.DEFAULT)
        first = self._begun(architectures.DEFAULT, gives_way=True)
        if first.rounds.interrupted or not self._gives_way(first):
            return first
        self.say(f"{first.fit.score.exact:.0%} is little: beginning again with the larger network {_LARGER!r}")
        try:
            second = self._begun(_LARGER)
        except KeyboardInterrupt:  # before its first step: from then on the rounds see to that
            first.rounds.interrupted = True
            return first
        if second.fit.score > first.fit.score:
            return second
        self.say(f"that reads no more: keeping {first.architecture!r}")
        first.rounds.interrupted = second.rounds.interrupted
        return first

    def _may_grow(self) -> bool:
        """Whether a larger network is worth a try: it begins with more than nothing, and pictures tell who reads more.

        With epochs nothing is tried: their number is what the user wants.
        """
        options = self.options
        alphabet = options.charset or "".join({character for s in self.samples for character in s.label})
        many = len(self.watch) >= _TELLING and options.epochs is None
        return many and options.backbone and backbone.knows(_LARGER, alphabet)

    def _gives_way(self, first: Begun) -> bool:
        """Whether so little is read that a larger network would read more, even untrained, and there is time for it."""
        read = first.fit.score.exact
        if read >= _TOO_LITTLE or not first.rounds.affords(_DEARER):
            return False
        return backbone.reads(_LARGER, self.watch, cut=first.plan.input.framed) > read

    def _begun(self, name: str, *, gives_way: bool = False) -> Begun:
        architecture, options = architectures.find(name), self.options
        plan, weights = self._planned(name, architecture)
        rounds = Rounds(architecture, plan, self.clock, options.seed, options.epochs, say=self.say, quiet=self.quiet)
        watcher = Watcher(self.watch, plan)

        def done(fit: Fit) -> bool:
            begun = Begun(name, plan, rounds, watcher, fit)
            return fit.score.exact >= self.enough or (gives_way and self._gives_way(begun))

        fit = rounds.fit(self.learn, watcher, reserve=options.refit, weights=weights, done=done)
        return Begun(name, plan, rounds, watcher, fit)

    def _planned(self, name: str, architecture: architectures.Architecture) -> tuple[Plan, Weights | None]:
        """The plan and the weights to begin with, if any are known; says why it is so."""
        options = self.options
        plan = choose(
            self.samples,
            architecture.STRIDE,
            charset=options.charset,
            any_length=options.any_length,
            paste=options.paste,
            augmentation=options.augmentation,
        )
        weights: Weights | None = None
        told: list[str] = []
        if self.known is not None:
            plan = warm.joined(plan, self.known, architecture.STRIDE, charset_given=options.charset is not None)
            weights, told = warm.weights(self.known, plan, options.seed)
        elif options.backbone and (drawn := backbone.known(name, plan.charset.characters, self.samples)):
            weights, told = warm.weights(drawn, plan, options.seed)
        reasons = plan.reasons if name != _LARGER or options.architecture else ()  # told before
        for sentence in [*reasons, *told]:
            self.say(sentence)
        return plan, weights

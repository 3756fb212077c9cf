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
_DEARER = 2  # first rounds of the default network that pay for half a round of the larger one: that suffices, since it
# reads more untrained
_LARGER = "large"


@dataclass(frozen=True)
class Begun:
    """A training that has had its first rounds."""

    architecture: str
    plan: Plan
    rounds: Rounds
    watcher: Watcher
    fit: Fit
    gave_way: bool
    """Whether its rounds ended early, for a larger network."""


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
        first = self._begun(wanted or architectures.DEFAULT, may_give_way=wanted is None)
        if not first.gave_way:
            return first
        self.say(f"{first.fit.score.exact:.0%} is little: beginning again with the larger network {_LARGER!r}")
        try:
            second = self._begun(_LARGER, again=True)
        except KeyboardInterrupt:  # before its first step: from then on the rounds see to that
            first.rounds.interrupted = True
            return first
        if second.fit.score > first.fit.score:
            return second
        self.say(f"that reads no more: keeping {first.architecture!r}")
        first.rounds.interrupted = second.rounds.interrupted
        return first

    def _begun(self, name: str, *, may_give_way: bool = False, again: bool = False) -> Begun:
        architecture, options = architectures.find(name), self.options
        plan, weights = self._planned(name, architecture, again=again)
        rounds = Rounds(architecture, plan, self.clock, options.seed, options.epochs, say=self.say, quiet=self.quiet)
        watcher = Watcher(self.watch, plan)
        gave_way = False

        def done(fit: Fit) -> bool:
            nonlocal gave_way
            gave_way = may_give_way and self._gives_way(plan, rounds, fit.score.exact)
            return gave_way or fit.score.exact >= self.enough

        fit = rounds.fit(self.learn, watcher, reserve=options.refit, weights=weights, done=done)
        return Begun(name, plan, rounds, watcher, fit, gave_way)

    def _gives_way(self, plan: Plan, rounds: Rounds, read: float) -> bool:
        """Whether so small a share is read that a larger network would read more, even untrained.

        Only where enough pictures tell, and time is left; with epochs their number is what the user wants.
        """
        options = self.options
        if read >= _TOO_LITTLE or len(self.watch) < _TELLING or options.epochs is not None or not options.backbone:
            return False
        if not rounds.affords(_DEARER) or not backbone.knows(_LARGER, plan.charset.characters):
            return False
        return backbone.reads(_LARGER, self.watch, cut=plan.input.framed) > read

    def _planned(
        self, name: str, architecture: architectures.Architecture, *, again: bool
    ) -> tuple[Plan, Weights | None]:
        """The plan and the weights to begin with, if any are known; says why it is so, the plan once alone."""
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
        for sentence in told if again else [*plan.reasons, *told]:
            self.say(sentence)
        return plan, weights

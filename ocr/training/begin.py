"""How a training begins: its plan, the weights that are known, and the rounds of a network that reads enough."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.preprocess import InputSpec
from ocr.training import architectures, backbone, warm
from ocr.training.choose import Plan, choose
from ocr.training.clock import Clock
from ocr.training.data import Labelled
from ocr.training.loop import Fit, Weights
from ocr.training.options import Options
from ocr.training.rounds import Rounds
from ocr.training.view import USUAL, Look, may_fold, may_turn
from ocr.training.watch import Watcher

_LARGER = "large"
_TELLING = 20  # watched pictures from which the share that is read tells something
# Who reads less of the watched part than these shares may give way to a larger network: after the first round, where
# that reads more untrained; after the first round; and after any later one.
_FEW_FONTS, _AT_ONCE, _NOT_ALL = 0.6, 0.9, 0.97
# First rounds of the default network that pay for half a round of the larger one, which suffices if it reads more
# untrained; and for one and a quarter, which it needs to prove itself.
_HALF, _MORE = 2, 3
_NOTHING = 0.05  # share of the watched part, less than which is chance, and
_LUCK = 1  # so many pictures of it;
_SOON_READ = 8  # watched pictures from which some would be read after a first round, if any ever are
_GENTLE = 1 / 3  # of the usual rate where a larger network reads more untrained: what it knows is worth keeping
# Watched pictures that a larger network must read more, and their share: it is slower, and one picture is chance.
_MORE_PICTURES, _MORE_SHARE = 2, 0.015
_LONGEST = 4  # first rounds that the last one before the figures may take


@dataclass(frozen=True)
class Begun:
    """A training that has had its first rounds."""

    architecture: str
    plan: Plan
    rounds: Rounds
    watcher: Watcher
    fit: Fit
    gives_way: bool
    """Whether a larger network may read more, and time is left for it."""
    rate: float
    """What is asked of the larger network then: the share of its usual learning rate."""


@dataclass(frozen=True)
class Beginner:
    """What all beginnings of one training share: `known` is an artefact to go on from, `enough` the share of the
    watched part from which no further round follows, `look` how pictures are looked at. `to_beat` makes it a trial,
    which ends after a round that does not read noticeably more than that share of the watched part."""

    samples: Sequence[Labelled]
    learn: Sequence[Labelled]
    watch: Sequence[Labelled]
    options: Options
    known: warm.Known | None
    clock: Clock
    enough: float
    say: Callable[[str], None]
    quiet: bool
    look: Look = USUAL
    to_beat: float | None = None
    told: frozenset[str] = frozenset()
    """Sentences on its plan that need not be said."""

    def begin(self) -> Begun:
        """The first rounds of the network that reads more: the wanted one, else the default, else a larger one."""
        wanted = self.known.card.architecture if self.known else self.options.architecture
        first = self._begun(wanted or architectures.DEFAULT, may_give_way=wanted is None)
        if not first.gives_way or first.rounds.interrupted:
            return first
        self.say(f"{first.fit.score.exact:.0%} leaves something to read: trying the larger network {_LARGER!r}")
        second = _or_kept(first, lambda: self._begun(_LARGER, again=True, rate=first.rate))
        if second is not first and not self._reads_more(second.fit, first.fit):
            self.say(f"that reads {second.fit.score.exact:.0%}: keeping {first.architecture!r}")
            first.rounds.interrupted = second.rounds.interrupted
            second = first
        return self._gone_on(second)

    def _reads_more(self, larger: Fit, smaller: Fit) -> bool:
        """Whether a larger network reads so much more of the watched part as to be worth its size: any more, where the
        smaller one leaves much to read."""
        more = round((larger.score.exact - smaller.score.exact) * len(self.watch))
        if smaller.score.exact < _AT_ONCE:
            return more >= 1
        return more >= max(_MORE_PICTURES, _MORE_SHARE * len(self.watch))

    def _gone_on(self, begun: Begun) -> Begun:
        """After one more round of the network that is kept, in the time that the other one and whole rounds left."""
        if begun.fit.score.exact >= min(self.enough, 1.0) or begun.rounds.interrupted:
            return begun
        fit = begun.rounds.more(self.learn, begun.watcher, begun.fit, times=_LONGEST)
        if fit is not begun.fit:
            self.say(f"one more: {fit.score.exact:.2%} of the watched part after {self.clock.spent():.0f} s")
        return replace(begun, fit=fit)

    def _begun(self, name: str, *, may_give_way: bool = False, again: bool = False, rate: float = 1.0) -> Begun:
        architecture, options = architectures.find(name), self.options
        plan, weights = self._planned(name, architecture, again=again)
        plan = replace(plan, known_rate=plan.known_rate * rate)
        rounds = Rounds(architecture, plan, self.clock, options.seed, options.epochs, say=self.say, quiet=self.quiet)
        watcher = Watcher(self.watch, plan)
        rounds_done = 0
        gives_way, asked = False, 1.0
        instead: Begun | None = None

        def done(fit: Fit) -> bool:
            nonlocal rounds_done, gives_way, asked, instead
            rounds_done += 1
            read = fit.score.exact
            if may_give_way and rounds_done == 1:
                gives_way = self._reads_less_than_untrained(plan, rounds, read)
                asked = _GENTLE if gives_way else 1.0
            if rounds_done == 1 and not again and not gives_way and len(self.watch) >= _SOON_READ:
                if self.to_beat is not None and not self._beats(read, self.to_beat):
                    return True
                instead = self._seen_otherwise(plan, rounds, read)
            if may_give_way and not gives_way:
                begins_to_read = _NOTHING <= read < _AT_ONCE
                little = begins_to_read if rounds_done == 1 else read < _NOT_ALL
                gives_way = little and read < self.enough and self._may_try(rounds, _MORE)
            return gives_way or read >= self.enough or instead is not None or rounds.interrupted

        fit = rounds.fit(self.learn, watcher, reserve=options.refit, weights=weights, done=done)
        if len(self.watch) < _SOON_READ and self._is_nothing(fit.score.exact) and not rounds.interrupted:
            instead = self._seen_otherwise(plan, rounds, fit.score.exact)
        return instead or Begun(name, plan, rounds, watcher, fit, gives_way, asked)

    def _other_looks(self, spec: InputSpec, rounds: Rounds, read: float) -> Iterator[tuple[Look, str]]:
        """In which ways else to look at pictures of which so much is read, and what is said then: what looks like text
        or noise may be none; where nothing is read, they may run against their script, down or up, or in two rows."""
        nothing, look = self._is_nothing(read), self.look
        kept = self.known.card.input if self.known else None
        if self.to_beat is not None:
            return
        if nothing and spec.mirrored and not (kept and kept.mirrored):
            look = replace(look, mirror=False)
            yield look, "nothing is read from right to left: trying from left to right"
        if kept and not kept.plain:  # what an artefact leaves out is left out by those that go on from it, too
            return
        if not spec.plain and (nothing or (read < _AT_ONCE and self.options.epochs is None and rounds.affords(_HALF))):
            look = replace(look, plain=True)
            yield look, f"{'nothing' if nothing else f'{read:.0%}'} is read so: trying the pictures as they are"
        if nothing and not spec.turned and may_turn(self.samples, spec.part):
            for degrees, way in ((90, "down"), (270, "up")):
                turned = replace(look, plain=True, turned=degrees)
                yield turned, f"nothing is read so: trying to read texts that run {way}"
        if nothing and spec.fold == 1 and not spec.turned and may_fold(self.samples, spec.part):
            yield replace(look, plain=True, folded=True), "nothing is read so: trying to read two rows of text"

    def _seen_otherwise(self, plan: Plan, rounds: Rounds, read: float) -> Begun | None:
        """What begins with the first other way to look at the pictures in which more is read, if there is one."""
        for look, sentence in self._other_looks(plan.input, rounds, read):
            self.say(sentence)
            try:
                trial = replace(self, look=look, to_beat=read, told=frozenset(plan.reasons)).begin()
            except KeyboardInterrupt:  # before its first step: from then on its rounds see to that
                rounds.interrupted = True
                break
            rounds.interrupted = trial.rounds.interrupted
            if self._beats(trial.fit.score.exact, read):
                return replace(trial, gives_way=False)
            if rounds.interrupted:
                break
            self.say(f"that reads {trial.fit.score.exact:.0%}: going on as before")
        return None

    def _beats(self, read: float, before: float) -> bool:
        """Whether a trial reads noticeably more of the watched part."""
        return not self._is_nothing(read) and round((read - before) * len(self.watch)) > _LUCK

    def _is_nothing(self, read: float) -> bool:
        """Whether so large a share of the watched part may be read by chance."""
        return read < _NOTHING or round(read * len(self.watch)) <= min(_LUCK, len(self.watch) - 1)

    def _may_try(self, rounds: Rounds, first_rounds: int) -> bool:
        """Whether the watched pictures tell enough, time is left for another network, and it may take it.

        With epochs their number is what the user wants.
        """
        options = self.options
        if len(self.watch) < _TELLING or options.epochs is not None or not options.backbone:
            return False
        return rounds.affords(first_rounds)

    def _reads_less_than_untrained(self, plan: Plan, rounds: Rounds, read: float) -> bool:
        """Whether so small a share is read after a first round that the larger network reads more as it is."""
        if read >= _FEW_FONTS or not self._may_try(rounds, _HALF):
            return False
        if not backbone.knows(_LARGER, plan.charset.characters):
            return False
        untrained = backbone.reads(_LARGER, self.watch, plan.input)
        return untrained >= _NOTHING and untrained > read

    def _planned(
        self, name: str, architecture: architectures.Architecture, *, again: bool
    ) -> tuple[Plan, Weights | None]:
        """The plan and the weights to begin with, if any are known; says why it is so, of the plan what is new."""
        options, look = self.options, self.look
        before = self.known.card.input if self.known else None
        if before and (before.fold < 1 or before.turned):
            look = replace(look, plain=True, folded=before.fold < 1, turned=before.turned)
        plan = choose(
            self.samples,
            architecture.STRIDE,
            charset=options.charset,
            any_length=options.any_length,
            paste=options.paste,
            augmentation=options.augmentation,
            look=look,
        )
        weights: Weights | None = None
        told: list[str] = []
        if self.known is not None:
            plan = warm.joined(plan, self.known, charset_given=options.charset is not None)
            weights, told = warm.weights(self.known, plan, options.seed)
        elif options.backbone and (drawn := backbone.known(name, plan.charset.characters, self.samples)):
            weights, told = warm.weights(drawn, plan, options.seed)
        reasons = [] if again else [reason for reason in plan.reasons if reason not in self.told]
        for sentence in (*reasons, *told):
            self.say(sentence)
        return plan, weights


def _or_kept(first: Begun, begin: Callable[[], Begun]) -> Begun:
    """What `begin` begins, or the first after Ctrl-C before its first step: from then on the rounds see to that."""
    try:
        return begin()
    except KeyboardInterrupt:
        first.rounds.interrupted = True
        return first

"""Looks at the labelled pictures and settles what the training needs to know; says what it chose and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from statistics import median

from dataset.charset import Charset, runs_leftwards
from ocr.artefact import TypeCard
from ocr.constraint import shown_by
from ocr.errors import TrainingError
from ocr.preprocess import WHOLE, InputSpec, seen, within
from ocr.training.augment import Amounts
from ocr.training.data import Labelled
from ocr.training.margins import differing
from ocr.training.view import HEIGHT, USUAL, Look, colour, for_all, many_sizes, ratio, view

FEW = 200
"""Labels below which a training makes the most of each."""
# Time steps for each character: at least, of the longest text; fewer than which, in usual ones, mean that they stand so
# close as to overlap; as many as tell those apart; more gain nothing.
_FEWEST_STEPS_EACH, _ROOMY, _CROWDED_STEPS_EACH, _MOST_STEPS_EACH = 5, 8, 11, 10
_MANY = 500  # pictures from which batches are large
_PASSES = 14  # over the pictures in a first round, within these steps:
_FEWEST_STEPS, _MOST_STEPS = 400, 1000
_PASTED = 0.5  # share of the pictures that are joined from pieces of others where labels are few


@dataclass(frozen=True)
class Plan:
    """What is settled before the first step. `reasons` are sentences for the user."""

    input: InputSpec
    charset: Charset
    types: tuple[TypeCard, ...]
    amounts: Amounts
    batch: int
    cycle_steps: int
    longest: int
    reasons: tuple[str, ...]
    pasted: tuple[float, ...] = ()
    """By type, the share of its pictures that are joined from pieces of others, once they are varied fully."""
    known_rate: float = 0.5
    """Of the learning rate where known weights are gone on from: more would wash them out."""
    stride: int = 4
    """Columns of a picture in a time step of the network."""

    def type_index(self, name: str | None) -> int:
        """Position of a type in `types`."""
        return [kind.name for kind in self.types].index(name) if len(self.types) > 1 else 0


def choose(
    samples: Sequence[Labelled],
    stride: int,
    *,
    charset: str | None = None,
    any_length: bool = False,
    paste: bool = True,
    augmentation: bool = True,
    look: Look = USUAL,
) -> Plan:
    """The plan for these pictures; `stride` is the architecture's columns per time step.

    Raises TrainingError when nothing can be learned from them.
    """
    labels = [sample.label for sample in samples]
    alphabet = Charset(charset) if charset else Charset.from_labels(labels)
    if len(set(labels)) < 2:
        raise TrainingError(
            f"all {len(labels)} labelled pictures have the same label {labels[0]!r}; label pictures of other texts too"
        )
    part, part_reason = differing(samples)
    if part != WHOLE:
        samples = [replace(sample, image=within(sample.image, part)) for sample in samples]
    types, types_reason = _types(samples, alphabet, any_length)
    kinds = [[s for s in samples if len(types) == 1 or s.type == card.name] for card in types]
    colours = [colour(own, look) for own in kinds]
    spec, input_reasons = _input(samples, for_all(colours, types), stride, look)
    count = len(samples)
    batch = 32 if count >= _MANY else 16
    cycle = int(min(max(_PASSES * count / batch, _FEWEST_STEPS), _MOST_STEPS))
    # Pieces of coloured pictures, each with inks and a ground of its own, would show where they are joined.
    few = [len(own) < FEW and colour[0] == 1 for own, colour in zip(kinds, colours, strict=True)]
    pasted = tuple(_PASTED if paste and own else 0.0 for own in few)
    reasons = (
        f"{count} labelled pictures, {len(alphabet)} characters: {_shortened(alphabet.characters)}",
        part_reason,
        *input_reasons,
        types_reason,
        f"batches of {batch}, first round of {cycle} steps"
        + ("; pictures are varied once the text begins to be read" if augmentation else ""),
        _pasting(pasted, types),
    )
    return Plan(
        replace(spec, part=part),
        alphabet,
        types,
        Amounts(colours=False) if augmentation else Amounts.none(),
        batch,
        cycle,
        max(map(len, labels)),
        tuple(filter(None, reasons)),
        pasted,
        stride=stride,
    )


def _input(
    samples: Sequence[Labelled], coloured: tuple[int, bool, str], stride: int, look: Look
) -> tuple[InputSpec, tuple[str, ...]]:
    """What is seen of the pictures, at which size, and why; `coloured` is what `for_all` found."""
    channels, unmixed, colour_reason = coloured
    mirrored = look.mirror and runs_leftwards([sample.label for sample in samples])
    whole = InputSpec(HEIGHT, None, channels, unmixed=unmixed, mirrored=mirrored)
    seen_as, view_reason = view(samples, whole, look)
    spec, size_reason = _size(samples, stride, seen_as)
    mirror_reason = "the script is written from right to left: pictures are mirrored" if mirrored else ""
    return spec, (colour_reason, view_reason, mirror_reason, size_reason)


def _size(samples: Sequence[Labelled], stride: int, seen_as: InputSpec) -> tuple[InputSpec, str]:
    """The spec with a width, or limits of it."""
    looked_at = [seen(sample.image, seen_as) for sample in samples]
    ratios = list(map(ratio, looked_at))
    longest = max(len(sample.label) for sample in samples)
    if not many_sizes(ratios):
        usual = median(len(sample.label) for sample in samples) * stride
        width = min(median(ratios) * HEIGHT, _MOST_STEPS_EACH * longest * stride)
        if width < _ROOMY * usual:  # pixels that are there show more; to invent some hides what there is
            width = max(width, min(_CROWDED_STEPS_EACH * usual, median(image.width for image in looked_at)))
        width = ceil(max(width, _FEWEST_STEPS_EACH * longest * stride) / 8) * 8
        return replace(seen_as, width=width), (
            f"every picture is brought to {width} x {HEIGHT} pixels: {width // stride} time steps "
            f"for up to {longest} characters"
        )
    # Each picture must offer a step for each character and each blank of its text: only those too narrow are widened.
    needed = [least_width(sample.label, stride) for sample in samples]
    narrow = [n for n, r in zip(needed, ratios, strict=True) if r * HEIGHT - 8 < n]
    widest = ceil(max(ratios) * HEIGHT * 1.25 / 8) * 8
    spec = replace(seen_as, multiple=8, min_width=max(narrow, default=min(needed)), max_width=max(widest, *needed))
    return spec, (
        f"widths vary {max(ratios) / min(ratios):.1f}-fold, so pictures keep their shape: {HEIGHT} pixels high, "
        f"{spec.min_width} to {spec.max_width} wide"
    )


def least_width(text: str, stride: int) -> int:
    """Columns, a multiple of 8, in which each character of a text and each blank beside one has its time step."""
    return ceil((2 * len(text) + 1) * stride / 8) * 8


def _types(samples: Sequence[Labelled], alphabet: Charset, any_length: bool) -> tuple[tuple[TypeCard, ...], str]:
    names = sorted({sample.type for sample in samples if sample.type is not None})
    if len(names) < 2 or any(sample.type is None for sample in samples):
        names_or_none: list[str | None] = [names[0] if len(names) == 1 else None]
    else:
        names_or_none = list(names)
    cards = []
    for name in names_or_none:
        labels = [s.label for s in samples if len(names_or_none) == 1 or s.type == name]
        own = alphabet.characters if len(names_or_none) == 1 else Charset.from_labels(labels).characters
        cards.append(TypeCard(name, own, () if any_length else tuple(shown_by(labels))))
    shown = "; ".join(f"{card.name or 'texts'}: {_described(card)}" for card in cards if card.templates)
    return tuple(cards), f"reading is held to what the labels show: {shown}" if shown else ""


def _pasting(pasted: Sequence[float], types: Sequence[TypeCard]) -> str:
    if not any(pasted):
        return ""
    which = "" if all(pasted) else " of " + ", ".join(str(t.name) for t, p in zip(types, pasted, strict=True) if p)
    return f"few labels: up to {max(pasted):.0%} of the pictures{which} are joined from pieces of others"


def _described(card: TypeCard) -> str:
    lengths = sorted({len(template) for template in card.templates})
    span = f"{lengths[0]}" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
    shapes = len({tuple(len(c) for c in template) for template in card.templates})
    return f"{span} characters" + (f" in {shapes} shapes" if shapes > len(lengths) else "")


def _shortened(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."

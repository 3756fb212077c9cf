"""Warm start: a training that goes on from an artefact instead of from nothing.

The artefact keeps its unfused weights. They are laid into the network of the new plan layer by layer: equal layers as
they are, the output layers character by character and type by type, a first convolution between grey and colour.
What fits nowhere starts fresh, and a sentence says so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from dataset.charset import Charset
from ocr.artefact import WEIGHTS_KEY, Card, TypeCard, card_of, open_session
from ocr.constraint import Template
from ocr.errors import ArtefactError
from ocr.preprocess import InputSpec
from ocr.training import architectures
from ocr.training.choose import Plan
from ocr.training.weights import unpack

Array = NDArray[np.floating[Any]]
_LUMA = (0.299, 0.587, 0.114)  # what Pillow makes grey of
_LIKE = 1.25  # widths that differ less are taken for one
_TEXT, _TYPE = "text", "type"  # names of the output layers


@dataclass(frozen=True)
class Known:
    """What an artefact brings to a new training: its card and its unfused weights, in the order of its network."""

    name: str
    card: Card
    weights: list[Array]
    shown_as: Mapping[str, str] = field(default_factory=dict)
    """Characters whose output weights those of another known character stand for better."""


def read(path: Path | str, architecture: str | None) -> Known:
    """What is known from an artefact; `architecture` is the one wanted, if any is.

    Raises ArtefactError with a sentence: missing, damaged, foreign, too new, without training weights, or of another
    architecture.
    """
    session = open_session(Path(path))
    card = card_of(session, str(path))
    if architecture not in (None, card.architecture):
        raise ArtefactError(
            f"{path}: is of the architecture {card.architecture}, from which {architecture} cannot go on; "
            "leave out --architecture or --from"
        )
    if card.architecture not in architectures.NAMES:
        raise ArtefactError(
            f"{path}: is of the architecture {card.architecture!r}, which this toolkit does not have; "
            "train from the pictures instead"
        )
    stored = session.get_modelmeta().custom_metadata_map.get(WEIGHTS_KEY)
    if stored is None:
        raise ArtefactError(
            f"{path}: holds no training weights (an export leaves them out); give --from the artefact that train wrote"
        )
    return Known(str(path), card, unpack(stored, str(path)))


def joined(plan: Plan, known: Known, *, charset_given: bool) -> Plan:
    """The plan, kept as close to what is known as the pictures allow: input, alphabet, lengths and shapes of texts.

    A charset that the user gave is left as it is.
    """
    spec, reasons = _input(plan, known.card.input), []
    if spec != plan.input:
        width = f"{spec.width}" if spec.width else f"{spec.min_width} to {spec.max_width}"
        reasons.append(f"the input is that of {known.name} instead: {width} x {spec.height} pixels, {spec.colour}")
    alphabet, types = plan.charset, plan.types
    if not charset_given:
        missing = plan.charset.outside(known.card.charset)
        alphabet = Charset("".join(sorted(plan.charset.characters + missing)))
        types = _widened(types, known.card)
        if missing:
            reasons.append(f"kept from {known.name} though no label shows them: {missing} (--charset leaves them out)")
    longest = max(plan.longest, int(known.card.dataset.get("longest", 0)))
    return replace(plan, input=spec, charset=alphabet, types=types, longest=longest, reasons=(*plan.reasons, *reasons))


def weights(known: Known, plan: Plan, seed: int) -> tuple[list[Array], list[str]]:
    """Weights for the network of the plan, and sentences on what was taken over.

    Raises ArtefactError when the weights do not belong to the architecture as it is built today.
    """
    build = architectures.find(known.card.architecture).build
    keras.backend.clear_session()
    old = build(known.card.input, len(known.card.charset) + 1, len(known.card.types))
    try:
        old.set_weights(known.weights)
    except ValueError as error:
        raise ArtefactError(
            f"{known.name}: was made by toolkit {known.card.version}, whose network {known.card.architecture!r} had "
            "another form; train from the pictures instead"
        ) from error
    sources = dict(_keyed(old))
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    new = build(plan.input, len(plan.charset) + 1, len(plan.types))
    fresh = [key for key, layer in _keyed(new) if not _laid_over(layer, sources.get(key), known, plan)]
    same = sum(known.shown_as.get(character, character) in known.card.charset for character in plan.charset.characters)
    told = [f"going on from {known.name}: {same} of {len(plan.charset)} characters are known"]
    if fresh:
        told.append(f"starting fresh, since their sizes differ: {', '.join(fresh)}")
    if len(fresh) == len(list(_keyed(new))):
        raise ArtefactError(f"{known.name}: nothing of it fits these pictures; leave out --from")
    return new.get_weights(), told


def _input(plan: Plan, known: InputSpec) -> InputSpec:
    """The known input where the pictures fit it: colour is never given up, every character keeps its time steps."""
    wanted, needed = plan.input, (2 * plan.longest + 1) * plan.stride
    grown, channels = known.height / wanted.height, max(known.channels, wanted.channels)
    either = {name: getattr(known, name) or getattr(wanted, name) for name in ("unmixed", "mirrored", "despeckled")}
    known = replace(known, channels=channels, part=wanted.part, fold=wanted.fold, turned=wanted.turned, **either)
    wanted = replace(wanted, height=known.height, channels=channels, **either)
    if known.width is None:
        widest = max(known.max_width, wanted.width or ceil(wanted.max_width * grown))
        least = wanted.min_width if wanted.width is None else needed
        return replace(known, min_width=max(known.min_width, least), max_width=max(widest, needed))
    if wanted.width is None:
        return replace(wanted, max_width=max(known.width, ceil(wanted.max_width * grown)))
    fits = known.width >= needed and 1 / _LIKE <= known.width / wanted.width <= _LIKE
    return replace(wanted, width=known.width) if fits else wanted


def _widened(types: Sequence[TypeCard], known: Card) -> tuple[TypeCard, ...]:
    """Each type also allows what it allowed before; types are the same when their names are, or when both are alone."""
    before = {card.name: card for card in known.types}
    if len(types) == len(known.types) == 1:
        before = {types[0].name: known.types[0]}
    return tuple(_wider(card, before[card.name]) if card.name in before else card for card in types)


def _wider(card: TypeCard, before: TypeCard) -> TypeCard:
    characters = "".join(sorted({*card.charset, *before.charset}))
    if not card.templates or not before.templates:  # nothing shown now: any text; nothing before: what is shown now
        return replace(card, charset=characters)
    both = [*card.templates, *before.templates]
    if all(len(set(template)) == 1 for template in both):  # lengths only: any character at any place
        return replace(card, charset=characters, templates=tuple((characters,) * n for n in sorted({*map(len, both)})))
    more = [old for old in before.templates if not any(_covers(new, old) for new in card.templates)]
    return replace(card, charset=characters, templates=(*card.templates, *more))


def _covers(wide: Template, narrow: Template) -> bool:
    return len(wide) == len(narrow) and all(set(b) <= set(a) for a, b in zip(wide, narrow, strict=True))


def _keyed(model: Any) -> Iterator[tuple[str, Any]]:
    """The layers that hold weights, each with a name that is the same in every network of its architecture."""
    seen: Counter[str] = Counter()
    for layer in model.layers:
        if layer.weights:
            kind = type(layer).__name__
            own = layer.name in (_TEXT, _TYPE)
            seen[kind] += not own
            yield layer.name if own else f"{kind} {seen[kind]}", layer


def _laid_over(layer: Any, source: Any, known: Known, plan: Plan) -> bool:
    """Gives a layer the weights of its counterpart, if they can be made to fit."""
    if source is None:
        return False
    old, new = source.get_weights(), layer.get_weights()
    if layer.name in (_TEXT, _TYPE):
        if old[0].shape[0] != new[0].shape[0]:
            return False
        known_classes = _classes(layer.name, known.card.charset, known.card.types)
        wanted = _classes(layer.name, plan.charset.characters, plan.types)
        if layer.name == _TEXT:
            wanted = [known.shown_as.get(what or "", what) for what in wanted]
        layer.set_weights(_by_class(old, new, known_classes, wanted))
        return True
    if len(old) != len(new):
        return False
    before, after = known.card.input.channels, plan.input.channels
    if old[0].ndim == 4 and before != after and old[0].shape[2] * after == new[0].shape[2] * before:
        old = [_recoloured(old[0], before, after), *old[1:]]
    if any(a.shape != b.shape for a, b in zip(old, new, strict=True)):
        return False
    layer.set_weights(old)
    return True


def _classes(name: str, charset: str, types: Sequence[TypeCard]) -> list[str | None]:
    return ["", *charset] if name == _TEXT else [card.name for card in types]


def _by_class(
    old: Sequence[Array], new: Sequence[Array], before: Sequence[str | None], after: Sequence[str | None]
) -> list[Array]:
    """Kernel (D x classes) and bias of an output layer. A new class keeps its fresh kernel and gets the mean bias of
    those known, lest it drown them."""
    kernel, bias = np.array(new[0]), np.full_like(new[1], old[1].mean())
    for column, what in enumerate(after):
        if what in before:
            kernel[:, column], bias[column] = old[0][:, before.index(what)], old[1][before.index(what)]
    return [kernel, bias]


def _recoloured(kernel: Array, before: int, after: int) -> Array:
    """A convolution kernel (rows x columns x inputs x outputs), inputs being cells of `before` colour channels each,
    for `after` channels: grey stands for the luma of a colour, a colour that is grey for the sum of its kernels."""
    rows, columns, inputs, outputs = kernel.shape
    cells = kernel.reshape(rows, columns, inputs // before, before, outputs)
    if (before, after) == (1, 3):
        cells = cells * np.array(_LUMA).reshape(3, 1)
    elif (before, after) == (3, 1):
        cells = cells.sum(axis=3, keepdims=True)
    return cells.reshape(rows, columns, -1, outputs)

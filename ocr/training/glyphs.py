"""Which characters a network knows the pictures' glyphs by, where labels are written in the other case.

Many sets show capitals and are labelled in small letters, or show both. Output weights of the case that is shown are
then a better beginning than those of the case that is written.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from ocr.artefact import INPUT_NAME, TEXT_OUTPUT, card_of, open_session
from ocr.preprocess import prepare
from ocr.training.data import Labelled

_LOOKED_AT = 120  # pictures
_COMMON = 3.0  # pictures' worth of weight that the case of the whole set has for each character


def shown_as(artefact: Path, charset: str, samples: Sequence[Labelled], seed: int = 0) -> dict[str, str]:
    """For characters of `charset` that may be shown in the other case: the known character that fits the pictures.

    A character whose other case is in the charset too stays what it is. Raises ArtefactError.
    """
    session = open_session(artefact)
    card = card_of(session, str(artefact))
    pairs = {
        own: other
        for own in charset
        if len(other := own.swapcase()) == 1
        and other != own
        and {own, other} <= {*card.charset}
        and other not in charset
    }
    if not pairs:
        return {}
    column = {character: card.charset.index(character) + 1 for pair in pairs.items() for character in pair}
    evidence = defaultdict(list)
    for sample in Random(seed).sample(samples, min(len(samples), _LOOKED_AT)):
        batch = prepare(sample.image, card.input)[None]
        peaks = np.exp(session.run([TEXT_OUTPUT], {INPUT_NAME: batch})[0][0].max(axis=0))
        for own in pairs.keys() & {*sample.label}:
            evidence[own].append(float(peaks[column[pairs[own]]] - peaks[column[own]]))
    common = float(np.mean([value for values in evidence.values() for value in values])) if evidence else 0.0
    return {own: pairs[own] for own in pairs if sum(evidence[own]) + _COMMON * common > 0}

"""What of the pictures a training looks at: their colours, the part of them that shows text, without dots of noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import median

import numpy as np
from PIL import Image

from ocr.artefact import TypeCard
from ocr.framing import between_rows, text_box, written_share
from ocr.preprocess import InputSpec, Part, seen
from ocr.speckle import speckled
from ocr.training.data import Labelled
from ocr.unmix import unmix

HEIGHT = 40
"""Pixels, of the input."""
_COLOURED = 20.0  # spread between the channels, in grey values of 255, from which a picture has colour
_COLOURED_SHARE = 0.1  # of the pictures, from which colour is kept
_SAMPLE, _GLANCE = 200, (64, 24)  # pictures looked at for colour, and how large
_HIDDEN_SHARE = 0.02  # of the pictures with text that only unmixed colours show, from which they are unmixed
_SPECKLED_SHARE = 0.8  # of the pictures, from which dots are taken away from all
_SMALL_TEXT = 0.7  # of the height of the pictures, below which text is small, and
_TEXT_SIZES = 1.5  # ratio of large to small text from which its size varies: then pictures are framed
_SMALL_SHARE = 0.3  # of the height, below which what is written is small: then a band is looked at, so much higher than
_ROOM = 2.0  # most texts are, since letters reach above and below and lie higher or lower;
_WORTH_A_BAND = 0.8  # of the height: a higher one gains nothing
_TWO_ROWS = 3.0  # width to height, above which pictures show one row of text
_NARROW = 0.8  # width to height, below which text may run down or up
_ONE_SIZE = 1.12  # widths (at one height) that differ less than this are brought to one


@dataclass(frozen=True)
class Look:
    """How pictures are looked at: whether those of a script that is written from right to left are mirrored; whether
    all are left `plain`, with their dots and colours and all that may be no text; whether two rows of text are folded
    into one; by how many degrees against the clock those whose text runs down (90) or up (270) are turned."""

    mirror: bool = True
    plain: bool = False
    folded: bool = False
    turned: int = 0


USUAL = Look()


def colour(samples: Sequence[Labelled], look: Look = USUAL) -> tuple[int, bool, str]:
    """Channels, whether colours are unmixed, and why."""
    looked = Random(0).sample(samples, min(len(samples), _SAMPLE))
    pictures = [np.asarray(s.image.resize(_GLANCE), dtype=np.int16) for s in looked if s.image.mode == "RGB"]
    coloured = sum(float(np.percentile(p.max(axis=2) - p.min(axis=2), 97)) >= _COLOURED for p in pictures) / len(looked)
    if coloured < _COLOURED_SHARE:
        return 1, False, f"grey: {coloured:.0%} of the pictures have colour worth keeping"
    hidden = 0.0 if look.plain else sum(map(_hides_text, looked)) / len(looked)
    if hidden < _HIDDEN_SHARE:
        return 3, False, f"colour is kept: {coloured:.0%} of the pictures have some"
    return (
        3,
        True,
        f"colours are unmixed in the {hidden:.0%} of the pictures whose text differs from its ground in hue alone",
    )


def for_all(colours: Sequence[tuple[int, bool, str]], types: Sequence[TypeCard]) -> tuple[int, bool, str]:
    """Of what `colour` found for each type the most: what one needs, all get."""
    card, (channels, unmixed, reason) = max(zip(types, colours, strict=True), key=lambda of: of[1][:2])
    return channels, unmixed, f"for {card.name}, {reason}" if len(types) > 1 and channels == 3 else reason


def _hides_text(sample: Labelled) -> bool:
    if sample.image.mode != "RGB":
        return False
    width, height = sample.image.size
    values = np.asarray(sample.image.resize((max(1, width * HEIGHT // height), HEIGHT)), dtype=np.float32)
    cells = values.reshape(-1, 3)
    return bool(unmix(cells - cells.mean(axis=0))[1])


def view(samples: Sequence[Labelled], spec: InputSpec, look: Look = USUAL) -> tuple[InputSpec, str]:
    """The part of each picture that is looked at, without dots of noise, and why."""
    looked = Random(0).sample(samples, min(len(samples), _SAMPLE))
    if look.folded:
        fold = round(between_rows([sample.image for sample in looked]), 3)
        return replace(spec, fold=fold), f"what lies below {fold:.0%} of the height is laid beside what lies above"
    if look.turned:
        return replace(spec, turned=look.turned), "pictures are turned, so that their text runs from left to right"
    if look.plain:
        return spec, "pictures are seen as they are"
    dotted = sum(speckled(sample.image) for sample in looked) / len(looked)
    if dotted < _SPECKLED_SHARE:
        return _part(samples, looked, spec)
    spec, reason = _part(samples, looked, replace(spec, despeckled=True))
    noisy = f"dots of noise lie all over {dotted:.0%} of the pictures: each pixel becomes the median of those around it"
    return spec, "; ".join(filter(None, (noisy, reason)))


def _part(samples: Sequence[Labelled], looked: Sequence[Labelled], spec: InputSpec) -> tuple[InputSpec, str]:
    images = [seen(sample.image, spec) for sample in looked]
    if spec.channels == 3 and not spec.unmixed and many_sizes([ratio(sample.image) for sample in samples]):
        boxes = [(image.height, text_box(image) if image.mode == "RGB" else None) for image in images]
        least, usual, most = np.percentile([(box[3] - box[1]) / h if box else 1.0 for h, box in boxes], (10, 50, 90))
        if usual < _SMALL_TEXT and most >= _TEXT_SIZES * least:
            return replace(spec, framed=True), (
                f"each picture is cut to its coloured text, which fills from {least:.0%} to {most:.0%} of its height"
            )
    if spec.unmixed:  # text of another hue alone changes the lightness of no row
        return spec, ""
    usual, most = np.percentile(list(map(written_share, images)), (50, 90))
    if usual >= _SMALL_SHARE or _ROOM * most > _WORTH_A_BAND:
        return spec, ""
    share = round(float(_ROOM * most), 2)
    reason = f"the text is small: a band of {share:.0%} of the height is looked at, where it lies"
    return replace(spec, band=share), reason


def may_fold(samples: Sequence[Labelled], part: Part) -> bool:
    """Whether that part of the pictures is high enough for two rows of text, and texts are long enough."""
    return _shape(samples, part) < _TWO_ROWS and max(len(sample.label) for sample in samples) > 1


def may_turn(samples: Sequence[Labelled], part: Part) -> bool:
    """Whether that part of the pictures is so narrow that texts, if they are long enough, may run down or up."""
    return _shape(samples, part) < _NARROW and max(len(sample.label) for sample in samples) > 1


def many_sizes(ratios: Sequence[float]) -> bool:
    """Whether pictures of these ratios of width to height are of more than one shape."""
    return max(ratios) > min(ratios) * _ONE_SIZE


def _shape(samples: Sequence[Labelled], part: Part) -> float:
    """Width to height of that part of the pictures, usually."""
    return (part[2] - part[0]) / (part[3] - part[1]) * median(ratio(sample.image) for sample in samples)


def ratio(image: Image.Image) -> float:
    """Width to height."""
    return image.width / image.height

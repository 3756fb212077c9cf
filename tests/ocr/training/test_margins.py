"""What is the same in all pictures is not looked at."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw

from dataset.hashing import Fingerprint
from ocr.preprocess import WHOLE, within
from ocr.recognizer import Recognizer
from ocr.training.choose import choose
from ocr.training.data import Labelled
from ocr.training.margins import differing
from ocr.training.options import Options
from ocr.training.session import train
from tests.ocr.drawn import Painter, clean, draw_folder, draw_texts
from tests.ocr.noise import dotted

DIGITS = "0123456789"
PAGE, PLACE = (480, 240), (30, 90)


def on_a_page(text: str, rng: Random) -> Image.Image:
    """A picture of a text as it lies on a page, under a line of large print."""
    page = Image.new("L", PAGE, 250)
    pen = ImageDraw.Draw(page)
    pen.text((30, 15), "Type what you see here", fill=20, font_size=30)
    pen.rectangle((300, 180, 440, 220), fill=90)
    page.paste(clean(text, rng, size=30), PLACE)
    return page


def drawn(count: int = 60, paint: Painter = on_a_page, shortest: int = 4, before: str = "") -> list[Labelled]:
    rng = Random(3)
    texts = [before + "".join(rng.choices(DIGITS, k=rng.randint(shortest, 4))) for _ in range(count)]
    return [Labelled(f"{n}.png", paint(text, rng), text, None, Fingerprint("", 0)) for n, text in enumerate(texts)]


def test_the_page_around_the_text_is_left_out() -> None:
    samples = drawn()
    part, reason = differing(samples)
    left, top, right, bottom = (share * size for share, size in zip(part, (*PAGE, *PAGE), strict=True))
    width, height = clean("0000", Random(1), size=30).size
    assert PLACE[0] - 25 <= left and right <= PLACE[0] + width + 25
    assert PLACE[1] - 10 <= top and bottom <= PLACE[1] + height + 10
    assert right - left >= 0.5 * width and bottom - top >= 0.5 * height
    assert reason.startswith("the pictures differ in ")


def test_all_that_follows_is_settled_from_what_is_left() -> None:
    """Where the large print was looked at, too, a band was laid through it, and nothing was read."""
    samples = drawn()
    plan, (part, reason) = choose(samples, 4), differing(samples)
    cut = choose([replace(sample, image=within(sample.image, part)) for sample in samples], 4)
    assert plan.input == replace(cut.input, part=part) and plan.input.band == 1.0
    assert plan.reasons == (cut.reasons[0], reason, *cut.reasons[1:])


def test_pictures_that_differ_in_most_are_seen_whole() -> None:
    assert differing(drawn(paint=lambda text, rng: clean(text, rng, size=30))) == (WHOLE, "")


def test_noise_is_a_difference() -> None:
    assert differing(drawn(paint=lambda text, rng: dotted(on_a_page(text, rng), 0.05, rng.getrandbits(32))))[0] == WHOLE


def test_a_few_pictures_that_differ_elsewhere_do_not_count() -> None:
    samples = drawn(200)
    samples[0].image.paste(0, (0, 0, *PAGE))
    assert differing(samples) == differing(drawn(200))


def test_few_pictures_and_such_of_several_sizes_are_seen_whole() -> None:
    assert differing(drawn(15)) == (WHOLE, "")
    first, *others = drawn()
    assert differing([replace(first, image=Image.new("L", (470, 240))), *others]) == (WHOLE, "")


def test_pictures_that_are_all_the_same_are_seen_whole() -> None:
    assert differing(drawn(paint=lambda _text, _rng: Image.new("RGB", PAGE, "red"))) == (WHOLE, "")


@pytest.mark.parametrize("before", ["", "7"])
def test_characters_with_which_all_texts_begin_stay_in_sight(before: str) -> None:
    (left, top, _, bottom), _ = differing(drawn(before=before, shortest=2))
    assert (left == 0.0) == bool(before)
    assert bottom - top < 0.5


@pytest.mark.full
def test_text_on_a_page_is_learned_and_read(tmp_path: Path) -> None:
    out = tmp_path / "model.onnx"
    folder = draw_folder(tmp_path / "d", 200, 1, length=4, alphabet=DIGITS, painter=on_a_page)
    done = train(folder, out, Options(seconds=60, refit=False))
    assert done.card.input.part != WHOLE and done.card.metrics["exact_match"] >= 0.9
    reader = Recognizer.load(out)
    assert reader.card.input == done.card.input
    texts, fresh = zip(*draw_texts(DIGITS, 4, 20, 2, on_a_page), strict=True)
    assert sum(found.text == text for found, text in zip(reader.read(fresh), texts, strict=True)) >= 18

"""What every style promises: the same bytes from the same seed, ink for each character, valid labels."""

import hashlib
import io
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from random import Random

import captcha.image
import numpy as np
import pytest
from PIL import Image, ImageChops

from dataset.errors import UsageError
from dataset.imagefile import decode, inspect
from dataset.synth import STYLES, draw, draw_pair, encode, random_label
from tests.support import python

NAMES = sorted(STYLES)

DIGESTS = """
import hashlib, json
from random import Random
from dataset.synth import STYLES, draw, encode, random_label
print(json.dumps({name: hashlib.sha256(encode(draw(name, random_label(name, Random(5)), 5), name)).hexdigest()
                  for name in STYLES}))
"""


def digest(style: str, seed: int) -> str:
    label = random_label(style, Random(seed))
    return hashlib.sha256(encode(draw(style, label, seed), style)).hexdigest()


def ink(picture: Image.Image) -> int:
    """How many pixels of a text layer are clearly ink."""
    return int((np.asarray(picture) < 128).sum())


def test_another_process_draws_the_same_bytes() -> None:
    other = python("-c", DIGESTS, PYTHONHASHSEED="77")
    assert json.loads(other.stdout) == {name: digest(name, 5) for name in STYLES}


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_bytes_in_threads_and_other_seeds_differ(name: str) -> None:
    seeds = [1, 2, 3, 4] * 4
    with ThreadPoolExecutor(4) as pool:
        digests = list(pool.map(lambda seed: digest(name, seed), seeds))
    assert digests == [digest(name, seed) for seed in seeds]
    assert len(set(digests)) == 4


@pytest.mark.parametrize("name", NAMES)
def test_drawing_leaves_the_global_generators_alone(name: str) -> None:
    before, secrets = random.getstate(), captcha.image.secrets
    draw(name, random_label(name, Random(1)), 1)
    assert random.getstate() == before
    assert captcha.image.secrets is secrets


@pytest.mark.parametrize("name", NAMES)
def test_every_character_of_the_charset_shows_and_is_told_apart(name: str) -> None:
    clean = {c: draw_pair(name, c, 3)[0] for c in STYLES[name].charset}
    assert all(ink(picture) >= 3 for picture in clean.values())
    assert len({(picture.size, picture.tobytes()) for picture in clean.values()}) == len(clean)


@pytest.mark.parametrize("name", NAMES)
def test_a_pair_is_the_text_alone_and_the_picture_that_draw_gives(name: str) -> None:
    label = random_label(name, Random(8))
    clean, dirty = draw_pair(name, label, 8)
    assert (clean.mode, clean.size) == ("L", dirty.size)
    assert dirty.tobytes() == draw(name, label, 8).tobytes()
    assert clean.getpixel((0, 0)) == 255
    assert 0.01 < ink(clean) / (clean.width * clean.height) < 0.5


@pytest.mark.parametrize("name", NAMES)
def test_files_are_of_the_styles_format_and_size(name: str) -> None:
    style = STYLES[name]
    label = random_label(name, Random(2))
    data = encode(draw(name, label, 2), name)
    found = inspect(data)
    assert found.format == style.format.lower()
    assert found.height == style.size[1]
    assert name == "wide" or found.width == style.size[0]
    assert decode(data).size == (found.width, found.height)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_can_be_made_out_from_the_picture(name: str) -> None:
    """Ink and paper differ in the picture itself, not only in the layer."""
    differences = []
    for seed in range(12):
        clean, dirty = draw_pair(name, random_label(name, Random(seed)), seed)
        values = np.asarray(decode(encode(dirty, name)).convert("RGB"), float)
        text = np.asarray(clean) < 100
        away = np.asarray(clean) == 255
        differences.append(np.abs(values[text].mean(0) - values[away].mean(0)).max())
    assert min(differences) > 8
    assert np.median(differences) > 15


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sums"])
def test_labels_keep_to_charset_and_length(name: str) -> None:
    style = STYLES[name]
    rng = Random(4)
    labels = [random_label(name, rng) for _ in range(300)]
    assert set("".join(labels)) == set(style.charset)
    assert {len(label) for label in labels} == set(range(style.length[0], style.length[1] + 1))
    own = [random_label(name, rng, "ab", (2, 3)) for _ in range(100)]
    assert all(re.fullmatch("[ab]{2,3}", label) for label in own)
    assert {len(random_label(name, rng, None, 7)) for _ in range(20)} == {7}


def test_sums_are_sums() -> None:
    rng = Random(1)
    assert all(re.fullmatch(r"[1-9]\d\+[1-9]=\?", random_label("sums", rng)) for _ in range(200))
    mixed = [random_label("sums", rng, "0123456789+-×=?", (5, 8)) for _ in range(400)]
    matches = [re.fullmatch(r"(0|[1-9]\d*)([-+×])(0|[1-9]\d*)=\?", label) for label in mixed]
    assert all(matches)
    assert {len(label) for label in mixed} == {5, 6, 7, 8}
    assert {match[2] for match in matches if match} == set("-+×")
    assert all(int(match[1]) >= int(match[3]) for match in matches if match and match[2] == "-")


@pytest.mark.parametrize(
    ("charset", "length", "words"),
    [
        ("+-", None, "digits"),
        ("123", None, "digits"),
        ("0+", None, "digits"),
        ("12+a", None, "digits"),
        (None, 4, "5"),
    ],
)
def test_sums_refuse_what_makes_no_sum(charset: str | None, length: int | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        random_label("sums", Random(1), charset, length)


@pytest.mark.parametrize("name", NAMES)
def test_long_labels_get_wider_pictures_and_stay_on_them(name: str) -> None:
    label = random_label(name, Random(1), None, 16)
    clean, dirty = draw_pair(name, label, 1)
    assert dirty.width >= STYLES[name].size[0]
    assert ink(clean) > 16 * 3
    if name != "classic":
        # Nothing is cut off at the sides: the package alone lets letters hang over the edge.
        assert ink(clean.crop((0, 0, 1, clean.height))) == ink(clean.crop((clean.width - 1, 0, *clean.size))) == 0


def test_alpha_holds_the_text_in_the_alpha_channel_only() -> None:
    data = encode(draw("alpha", "AB345", 6), "alpha")
    picture = Image.open(io.BytesIO(data))
    assert picture.mode == "RGBA"
    red, green, blue, alpha = picture.split()
    assert all(low == high for low, high in (band.getextrema() for band in (red, green, blue)))
    assert alpha.getextrema() == (0, 255)
    assert ImageChops.invert(alpha).tobytes() != Image.new("L", alpha.size, 255).tobytes()


def test_speckle_is_black_and_white_and_low_contrast_is_low() -> None:
    assert draw("speckle", "01234", 1).mode == "1"
    clean, dirty = draw_pair("low-contrast", "abc23", 1)
    values, text = np.asarray(dirty, float), np.asarray(clean) < 50
    assert np.abs(values[text].mean(0) - values[~text].mean(0)).max() < 50


def test_an_unknown_style_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="'clasic': did you mean classic"):
        draw("clasic", "abc", 1)
    with pytest.raises(UsageError, match="choose from classic, lines"):
        random_label("1234567", Random(1))


def test_texts_that_cannot_be_drawn_are_refused_with_their_characters() -> None:
    with pytest.raises(UsageError, match="empty label"):
        draw("lines", "", 1)
    with pytest.raises(UsageError, match="charset is empty"):
        random_label("lines", Random(1), "")
    with pytest.raises(UsageError, match="style lines cannot draw 字 気"):
        draw("lines", "a気b字", 1)
    with pytest.raises(UsageError, match=r"cannot draw U\+0009 U\+0020"):
        random_label("classic", Random(1), "ab \t")


@pytest.mark.parametrize("length", [0, -1, (3, 2), (0, 4), 65, (1, 100)])
def test_impossible_lengths_are_refused(length: int | tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="range within 1-64"):
        random_label("lines", Random(1), None, length)


def test_a_charset_of_its_own_picks_the_fonts_that_have_it() -> None:
    """Computer Modern has no Greek or Arabic digits: other fonts of the style draw them."""
    label = random_label("wide", Random(1), "αβγδ٣٤", 6)
    assert ink(draw_pair("wide", label, 1)[0]) > 60

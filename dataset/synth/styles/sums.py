"""Sums to work out, `53+6=?`, with coloured circles."""

from random import Random

from PIL import Image, ImageDraw

from dataset.errors import UsageError
from dataset.synth import noise
from dataset.synth.lettering import Hand, set_line, text_layer
from dataset.synth.style import Drawn, Page, Style

OPERATORS = "+-−×*"
_TAIL = "=?"
_HAND = Hand(pixels=(38, 42), bounce=1, gap=(5, 9), start=(0.05, 0.35))


def paint(page: Page) -> Drawn:
    """Grey text on white; circles of many colours in one corner."""
    rng, size = page.rng, (page.width, page.height)
    text = text_layer(size, set_line(page, _HAND))
    picture = Image.new("RGB", size, "white")
    picture.paste(noise.colour(rng, (0.0, 0.35), (0.35, 0.6)), (0, 0), text)
    pen = ImageDraw.Draw(picture)
    reach = page.width // 3
    left = rng.randrange(page.width - reach)
    for _ in range(rng.randint(5, 9)):
        x, y, radius = left + rng.randrange(reach), rng.randrange(page.height // 2), rng.randint(2, 15)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=noise.colour(rng, (0.3, 1), (0.4, 0.95)))
    return Drawn(text, picture)


def compose(rng: Random, charset: str, length: tuple[int, int]) -> str:
    """A sum without leading zeros and without a negative result; digits and operators are the charset's."""
    digits = [c for c in charset if c in "0123456789"]
    operators = [c for c in charset if c in OPERATORS]
    if not operators or not set(digits) - {"0"} or set(charset) - set(digits) - set(operators) - set(_TAIL):
        raise UsageError(f"the style sums needs digits and at least one of {OPERATORS} as its charset, not {charset!r}")
    if length[0] < 5:
        raise UsageError(f"a sum such as 1+2=? has at least 5 characters, not {length[0]}: ask for a larger length")
    count = rng.randint(*length) - 1 - len(_TAIL)
    second_count = 1 if count < 4 else count // 2
    first = _number(rng, digits, count - second_count)
    second = _number(rng, digits, second_count)
    operator = rng.choice(operators)
    if operator in "-−" and int(first) < int(second):
        first, second = second, first
    return first + operator + second + _TAIL


def _number(rng: Random, digits: list[str], count: int) -> str:
    head = rng.choice([digit for digit in digits if digit != "0"])
    return head + "".join(rng.choices(digits, k=count - 1))


STYLE = Style(
    name="sums",
    sentence="sums to work out, 53+6=?, with coloured circles",
    charset="0123456789+" + _TAIL,
    length=(6, 6),
    size=(260, 60),
    faces=("DejaVuSans",),
    paint=paint,
    format="JPEG",
    compose=compose,
)

"""Pictures whose text differs from its ground in hue alone, drawn for tests."""

from PIL import Image, ImageDraw, ImageFont

SIZE = (200, 40)
PAPER, PATTERN = (250, 250, 250), (120, 110, 170)


def text(characters: str = "H7KQ2") -> Image.Image:
    """The text alone, white on black."""
    layer = Image.new("L", SIZE)
    ImageDraw.Draw(layer).text((24, 4), characters, fill=255, font=ImageFont.load_default(32), stroke_width=1)
    return layer


def stripes(paper: tuple[int, int, int] = PAPER, pattern: tuple[int, int, int] = PATTERN) -> Image.Image:
    """A ground of two colours."""
    picture = Image.new("RGB", SIZE, paper)
    pen = ImageDraw.Draw(picture)
    for x in range(0, SIZE[0], 4):
        pen.line([(x, 0), (x, SIZE[1])], fill=pattern, width=2)
    return picture


def hidden(ink: tuple[int, int, int] = (185, 170, 120), characters: str = "H7KQ2") -> Image.Image:
    """Text of about the brightness that paper and pattern have on average."""
    picture = stripes()
    picture.paste(ink, (0, 0), text(characters))
    return picture

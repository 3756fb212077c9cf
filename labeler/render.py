"""From a picture to pixels: view tools on the small original, then one whole-number nearest-neighbour zoom.

Pillow only. Nothing here keeps or changes the picture it is given.
"""

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from labeler.view import OTSU, Placement, View

Picture = Image.Image
_CHANNEL_INDEX = {"R": 0, "G": 1, "B": 2}


def tone(image: Picture, view: View) -> Picture:
    """`image` (mode L or RGB) seen through the tools of `view`: mode L or RGB, turned by `view.rotation`.

    A background is removed before (`labeler.cleaning`), by a worker: that takes too long to be done here.
    """
    if view.even:
        image = even_background(image)
    image = _colours(image, view)
    if view.denoise:
        image = image.filter(ImageFilter.MedianFilter(view.denoise))
    table = lookup_table(view)
    if table is not None:
        image = image.point(table * len(image.getbands()))
    if view.lines:
        image = remove_lines(image, view.lines)
    if view.threshold is not None:
        grey = image.convert("L")
        cut = otsu(grey) if view.threshold == OTSU else view.threshold
        image = grey.point([0] * (cut + 1) + [255] * (255 - cut))
    if view.invert:
        image = ImageChops.invert(image)
    if view.rotation:
        image = image.transpose(_TURNS[view.rotation])
    return image


_TURNS = {  # clockwise degrees -> Pillow turns counter-clockwise
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def _colours(image: Picture, view: View) -> Picture:
    if image.mode != "RGB":
        return image
    if view.channel:
        return image.getchannel(_CHANNEL_INDEX[view.channel])
    if view.grey:
        return image.convert("L")
    if view.saturation != 1.0:
        return ImageEnhance.Color(image).enhance(view.saturation)
    return image


def lookup_table(view: View) -> list[int] | None:
    """Brightness, contrast (about mid-grey) and gamma as one table of 256 levels; None when all are neutral."""
    if view.brightness == 0 and view.contrast == 1 and view.gamma == 1:
        return None
    levels = []
    for level in range(256):
        value = (level / 255 + view.brightness - 0.5) * view.contrast + 0.5
        value = min(max(value, 0.0), 1.0) ** view.gamma
        levels.append(round(255 * value))
    return levels


def otsu(grey: Picture) -> int:
    """The level (0 to 254) that best parts a mode-L picture in two: Otsu (1979), largest variance between."""
    counts = grey.histogram()
    total = sum(counts)
    whole = sum(level * count for level, count in enumerate(counts))
    best, best_variance, below, below_sum = 127, -1.0, 0, 0
    for level in range(255):
        below += counts[level]
        below_sum += level * counts[level]
        above = total - below
        if below == 0 or above == 0:
            continue
        distance = below_sum / below - (whole - below_sum) / above
        variance = below * above * distance * distance
        if variance > best_variance:
            best, best_variance = level, variance
    return best


def remove_lines(image: Picture, width: int) -> Picture:
    """`image` without strokes up to `width` pixels wide: a closing where the ground is light, else an opening."""
    side = 2 * ((width + 1) // 2) + 1
    grow, shrink = ImageFilter.MaxFilter(side), ImageFilter.MinFilter(side)
    return image.filter(grow).filter(shrink) if _light_ground(image) else image.filter(shrink).filter(grow)


def even_background(image: Picture) -> Picture:
    """`image` with slow changes of the ground taken out, so that strokes stand on an even white or black."""
    dark = not _light_ground(image)
    work = ImageChops.invert(image) if dark else image
    step = max(2, min(work.size) // 8)
    small = work.reduce(step).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(1))
    ground = small.resize(work.size, Image.Resampling.BILINEAR)
    lifted = ImageChops.add(work, ImageChops.invert(ground))
    return ImageChops.invert(lifted) if dark else lifted


def _light_ground(image: Picture) -> bool:
    """True when more than half of the pixels are lighter than mid-grey: text is the smaller part."""
    counts = image.convert("L").histogram()
    return sum(counts[128:]) * 2 >= sum(counts)


def enlarge(image: Picture, placement: Placement) -> Picture:
    """The visible part of a toned picture at its screen size: nearest neighbour up, box average down."""
    if placement.box != (0, 0, *image.size):
        image = image.crop(placement.box)
    size = (placement.width, placement.height)
    if placement.zoom == 1:
        return image
    filter_ = Image.Resampling.NEAREST if placement.zoom > 1 else Image.Resampling.BOX
    return image.resize(size, filter_)


def shrunk(image: Picture, room: tuple[int, int]) -> Picture:
    """`image`, made smaller as far as it must be to fit into `room`."""
    scale = min(room[0] / image.width, room[1] / image.height)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BOX)


def thumbnail(image: Picture, size: tuple[int, int]) -> Picture:
    """`image` fitted into `size`, mode RGBA, exactly `size` pixels, clear around the picture."""
    scale = min(size[0] / image.width, size[1] / image.height, 4.0)
    fitted = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(fitted, Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST)
    whole = Image.new("RGBA", size)
    whole.paste(small.convert("RGBA"), ((size[0] - fitted[0]) // 2, (size[1] - fitted[1]) // 2))
    return whole

"""How a picture is looked at: zoom, pan and the view tools. Pure values; the picture itself is never changed.

Every tool has a neutral value, at which it does nothing, and an active value, which its key switches on.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

Channel = Literal["", "R", "G", "B"]
OTSU = -1
MAX_ZOOM = 24
MIN_ZOOM = -16


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking. `zoom`: 0 = largest whole number that fits, n > 0 = n screen pixels a picture
    pixel, n < 0 = one screen pixel for -n picture pixels. `pan_x`, `pan_y` in 0..1: the point of the picture
    in the middle of the viewport."""

    zoom: int = 0
    pan_x: float = 0.5
    pan_y: float = 0.5
    rotation: int = 0  # degrees clockwise: 0, 90, 180, 270
    contrast: float = 1.0  # 0.2 to 5
    brightness: float = 0.0  # -1 to 1, of the full range
    gamma: float = 1.0  # 0.2 to 5
    saturation: float = 1.0  # 0 to 4
    threshold: int | None = None  # 0 to 255; OTSU chooses by itself; None is off
    grey: bool = False
    invert: bool = False
    channel: Channel = ""
    denoise: int = 0  # side of the median window in pixels: 0, 3 or 5
    lines: int = 0  # strokes up to this many pixels wide are removed: 0 to 4
    even: bool = False  # slow changes of the ground are taken out
    background: bool = False  # the ground is removed by a trained remover, where there is one

    def tones(self) -> "View":
        """The same view without zoom and pan: equal values colour a picture equally."""
        return replace(self, zoom=0, pan_x=0.5, pan_y=0.5)


NEUTRAL = View()


class Tool(NamedTuple):
    """One view tool. `active`: what its key sets when it is neutral; `low`/`high`: its slider's ends."""

    name: str
    title: str
    active: Any
    low: float = 0
    high: float = 0
    whole: bool = False


TOOLS = (
    Tool("contrast", "Contrast", 2.0, 0.2, 5),
    Tool("brightness", "Brightness", 0.25, -1, 1),
    Tool("gamma", "Gamma", 2.0, 0.2, 5),
    Tool("saturation", "Saturation", 2.5, 0, 4),
    Tool("threshold", "Black and white", OTSU, 0, 255, True),
    Tool("denoise", "Remove specks", 3),
    Tool("lines", "Remove thin lines", 1, 0, 4, True),
    Tool("even", "Even background", True),
    Tool("background", "Remove background", True),
    Tool("channel", "Single colour", "R"),
    Tool("grey", "Grey", True),
    Tool("invert", "Invert", True),
)
TOOL = {tool.name: tool for tool in TOOLS}
_CHANNELS: tuple[Channel, ...] = ("", "R", "G", "B")


def is_active(view: View, name: str) -> bool:
    """True when the tool `name` changes how pictures look."""
    return bool(getattr(view, name) != getattr(NEUTRAL, name))


def toggled(view: View, name: str, remembered: Any = None) -> View:
    """`view` with one tool switched: off when it is on, else on with its remembered or its usual value.

    The single colour walks through red, green, blue and back to all.
    """
    if name == "channel":
        following = _CHANNELS[(_CHANNELS.index(view.channel) + 1) % len(_CHANNELS)]
        return replace(view, channel=following)
    if is_active(view, name):
        return with_value(view, name, getattr(NEUTRAL, name))
    return with_value(view, name, TOOL[name].active if remembered is None else remembered)


def with_value(view: View, name: str, value: Any) -> View:
    """`view` with tool `name` at `value`, held inside the tool's range."""
    tool = TOOL[name]
    if tool.high > tool.low and value is not None and value != OTSU:
        value = min(max(value, tool.low), tool.high)
        value = round(value) if tool.whole else round(float(value), 3)
    changes: dict[str, Any] = {name: value}
    return replace(view, **changes)


def rotated(view: View) -> View:
    """`view` turned by a quarter clockwise; the pan follows the picture."""
    return replace(view, rotation=(view.rotation + 90) % 360, pan_x=1 - view.pan_y, pan_y=view.pan_x)


def without_tools(view: View) -> View:
    """`view` with every tool neutral, zoom and pan kept."""
    return View(zoom=view.zoom, pan_x=view.pan_x, pan_y=view.pan_y)


class Placement(NamedTuple):
    """Where a picture lands: `box` = left, top, right, bottom of the part shown, in picture pixels; `x`, `y` =
    where its top left corner lies in the viewport, `width`, `height` = its size there, in screen pixels."""

    zoom: int
    box: tuple[int, int, int, int]
    x: int
    y: int
    width: int
    height: int


def fitting_zoom(size: tuple[int, int], viewport: tuple[int, int]) -> int:
    """The largest whole-number zoom at which a picture of `size` fits into `viewport` (negative: reduced)."""
    width, height = max(size[0], 1), max(size[1], 1)
    zoom = min(viewport[0] // width, viewport[1] // height)
    if zoom >= 1:
        return min(zoom, MAX_ZOOM)
    shrink = max(-(-width // max(viewport[0], 1)), -(-height // max(viewport[1], 1)))
    return max(-shrink, MIN_ZOOM)


def stepped_zoom(zoom: int, step: int) -> int:
    """The next whole-number zoom in the direction of `step`: ... 1/3, 1/2, 1, 2, 3 ..."""
    following = zoom + step
    if following in (-1, 0):
        following = -2 if step < 0 else 1
    return min(max(following, MIN_ZOOM), MAX_ZOOM)


def place(size: tuple[int, int], viewport: tuple[int, int], view: View) -> Placement:
    """Where a (rotated) picture of `size` = (width, height) is drawn in `viewport`, only its visible part."""
    zoom = view.zoom or fitting_zoom(size, viewport)
    left, right, x = _axis(size[0], viewport[0], zoom, view.pan_x)
    top, bottom, y = _axis(size[1], viewport[1], zoom, view.pan_y)
    width, height = _screen(right - left, zoom), _screen(bottom - top, zoom)
    return Placement(zoom, (left, top, right, bottom), x, y, width, height)


def _axis(length: int, room: int, zoom: int, pan: float) -> tuple[int, int, int]:
    """One axis: first and end picture pixel shown, and where the first lies on the screen."""
    shown = _screen(length, zoom)
    if shown <= room:
        return 0, length, (room - shown) // 2
    offset = round(min(max(pan * shown - room / 2, 0), shown - room))
    first = offset // zoom if zoom > 0 else offset * -zoom
    end = min(length, first + (room // zoom + 2 if zoom > 0 else room * -zoom))
    return first, end, _screen(first, zoom) - offset


def _screen(pixels: int, zoom: int) -> int:
    return pixels * zoom if zoom > 0 else -(-pixels // -zoom)


def panned(view: View, size: tuple[int, int], viewport: tuple[int, int], dx: int, dy: int) -> View:
    """`view` after the picture was dragged by (`dx`, `dy`) screen pixels."""
    zoom = view.zoom or fitting_zoom(size, viewport)
    pans = []
    for pan, length, room, moved in zip((view.pan_x, view.pan_y), size, viewport, (dx, dy), strict=True):
        shown = max(_screen(length, zoom), 1)
        half = min(room / 2 / shown, 0.5)
        pans.append(min(max(pan - moved / shown, half), 1 - half))
    return replace(view, pan_x=pans[0], pan_y=pans[1])


def to_dict(view: View) -> dict[str, Any]:
    """The settings that differ from neutral, for a settings file."""
    return {f.name: getattr(view, f.name) for f in fields(View) if getattr(view, f.name) != f.default}


def from_dict(stored: object) -> View:
    """The view that `to_dict` stored; anything that does not fit is left neutral."""
    view = NEUTRAL
    if not isinstance(stored, dict):
        return view
    for field in fields(View):
        value = stored.get(field.name, field.default)
        if _plausible(field.name, value):
            view = replace(view, **{field.name: value})
    return view


def _plausible(name: str, value: object) -> bool:
    tool = TOOL.get(name)
    if tool is not None and tool.high > tool.low:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if value is None or value == OTSU:
            return name == "threshold"
        return number and tool.low <= float(value) <= tool.high  # type: ignore[arg-type]
    if name == "zoom":
        return type(value) is int and MIN_ZOOM <= value <= MAX_ZOOM and value != -1
    if name in ("pan_x", "pan_y"):
        return isinstance(value, (int, float)) and 0 <= value <= 1
    if name == "channel":
        return value in _CHANNELS
    return {"rotation": (0, 90, 180, 270), "denoise": (0, 3, 5)}.get(name, (False, True)).count(value) > 0

"""Where the picture stands: one canvas, one photo that is painted over, never replaced while its size holds."""

import tkinter as tk
from collections.abc import Callable

from PIL import ImageTk

from labeler.i18n import _
from labeler.prefetch import Frame
from labeler.view import TOOLS, View, is_active
from labeler.window.theme import Theme


class Stage(tk.Canvas):
    """Shows one frame, or a sentence where a picture cannot be shown."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, resized: Callable[[], None], dragged: Callable[[int, int], None],
        wheeled: Callable[[int], None],
    ) -> None:  # fmt: skip
        super().__init__(parent, highlightthickness=0, borderwidth=0, takefocus=False)
        self._theme = theme
        self._photo: ImageTk.PhotoImage | None = None
        self._photo_size = (0, 0)
        self._photo_mode = ""
        self._grip = (0, 0)
        self._picture = self.create_image(0, 0, anchor="nw")
        self._sentence = self.create_text(0, 0, justify="center", state="hidden")
        self._caption = self.create_text(0, 0, anchor="nw")
        self._facts = self.create_text(0, 0, anchor="se")
        self._tools = self.create_text(0, 0, anchor="sw")
        self.bind("<Configure>", lambda _event: resized())
        self.bind("<ButtonPress-1>", self._grab)
        self.bind("<B1-Motion>", lambda event: self._drag(event, dragged))
        self.bind("<Control-MouseWheel>", lambda event: wheeled(1 if event.delta > 0 else -1))
        self.bind("<Control-Button-4>", lambda _event: wheeled(1))
        self.bind("<Control-Button-5>", lambda _event: wheeled(-1))
        self.restyle()

    @property
    def viewport(self) -> tuple[int, int]:
        """The room for a picture, in screen pixels."""
        edge = 2 * self._theme.px(32)
        return max(1, self.winfo_width() - edge), max(1, self.winfo_height() - edge)

    def restyle(self) -> None:
        """Takes up a changed theme."""
        theme = self._theme
        self.configure(background=theme.palette.stage)
        for item in (self._caption, self._facts, self._tools):
            self.itemconfigure(item, fill=theme.palette.muted, font=theme.fonts["small"])
        self.itemconfigure(self._sentence, font=theme.fonts["base"])

    def show(self, frame: Frame, view: View, caption: str) -> None:
        """Paints a frame; `caption` stands above it."""
        self._paint(frame)
        edge = self._theme.px(32)
        self.coords(self._picture, edge + frame.placement.x, edge + frame.placement.y)
        zoom = frame.placement.zoom
        zoom_text = f"{zoom} : 1" if zoom > 0 else f"1 : {-zoom}"
        self._annotate(caption, f"{frame.size[0]} × {frame.size[1]}   {zoom_text}", tools_text(view))
        self.itemconfigure(self._picture, state="normal")
        self.itemconfigure(self._sentence, state="hidden")

    def tell(self, sentence: str, caption: str = "", *, trouble: bool = False) -> None:
        """Shows a sentence in place of a picture."""
        colours = self._theme.palette
        self.itemconfigure(self._sentence, fill=colours.bad if trouble else colours.muted)
        self.itemconfigure(self._picture, state="hidden")
        width, height = self.winfo_width(), self.winfo_height()
        self.coords(self._sentence, width // 2, height // 2)
        self.itemconfigure(self._sentence, text=sentence, state="normal", width=max(1, width - 100))
        self._annotate(caption, "", "")

    def _paint(self, frame: Frame) -> None:
        image = frame.image
        if self._photo is None or self._photo_size != image.size or self._photo_mode != image.mode:
            self._photo = ImageTk.PhotoImage(image, master=self)
            self._photo_size, self._photo_mode = image.size, image.mode
            self.itemconfigure(self._picture, image=str(self._photo))
        else:
            self._photo.paste(image)

    def _annotate(self, caption: str, facts: str, tools: str) -> None:
        edge, width, height = self._theme.px(12), self.winfo_width(), self.winfo_height()
        for item, text, x, y in (
            (self._caption, caption, edge, edge), (self._facts, facts, width - edge, height - edge),
            (self._tools, tools, edge, height - edge),
        ):  # fmt: skip
            self.coords(item, x, y)
            self.itemconfigure(item, text=text)

    def _grab(self, event: "tk.Event[tk.Misc]") -> None:
        self._grip = (event.x, event.y)

    def _drag(self, event: "tk.Event[tk.Misc]", dragged: Callable[[int, int], None]) -> None:
        x, y = self._grip
        self._grip = (event.x, event.y)
        dragged(event.x - x, event.y - y)


def tools_text(view: View) -> str:
    """The names of the tools that are on."""
    return "   ".join(_(tool.title) for tool in TOOLS if is_active(view, tool.name))

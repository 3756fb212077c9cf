"""The least that a Tk program can do on Enter: put the next picture, decoded and enlarged before, on the screen.

`python -m benchmarks.labeler_parts.bare FOLDER`: what the window is measured against, in the same run.
"""

import sys
import tkinter as tk
from itertools import cycle
from pathlib import Path

from PIL import Image, ImageTk

_KEPT = 30
_SIZE = (800, 240)


def main(folder: Path) -> None:
    """Shows the first pictures of a folder in turn until it is ended."""
    root = tk.Tk()
    root.geometry("1180x760+0+0")
    root.title("bare – Tk")
    canvas = tk.Canvas(root, background="#e7eaef", highlightthickness=0)
    canvas.pack(fill="both", expand=True)
    paths = sorted(folder.glob("*.png"))[:_KEPT]
    images = [Image.open(path).convert("RGB").resize(_SIZE, Image.Resampling.NEAREST) for path in paths]
    photo = ImageTk.PhotoImage(images[0], master=root)
    canvas.create_image(320, 190, anchor="nw", image=str(photo))
    following = cycle(images[1:])
    root.bind("<Return>", lambda _event: photo.paste(next(following)))
    root.mainloop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

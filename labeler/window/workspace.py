"""The window while a folder is open: it only shows what the controller says, and draws each change once."""

import tkinter as tk
from pathlib import Path
from tkinter import ttk

from dataset import imagefile
from dataset.errors import ImageRefused
from labeler import trouble
from labeler.commands import Keymap
from labeler.controller import Controller
from labeler.draft import Change
from labeler.i18n import _
from labeler.prefetch import Frame
from labeler.render import enlarge
from labeler.view import NEUTRAL, place
from labeler.window.banner import Banner
from labeler.window.grid import Grid
from labeler.window.icons import Icons
from labeler.window.sidebar import Sidebar
from labeler.window.stage import Stage
from labeler.window.statusbar import Figures, StatusBar
from labeler.window.theme import Theme
from labeler.window.toolpanel import ToolPanel
from labeler.window.writing import Writing


class Workspace(ttk.Frame):
    """Everything below the tool bar."""

    def __init__(
        self, parent: tk.Misc, theme: Theme, icons: Icons, keymap: Keymap, controller: Controller,
        *, show_list: bool, show_tools: bool,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._controller = controller
        px, viewing = theme.px, controller.viewing
        line = ttk.Frame(self, style="Line.TFrame", height=1)
        line.pack(side="top", fill="x")
        self.banner = Banner(self, theme, keymap, controller.run, below=line)
        self.status = StatusBar(self, theme)
        self.status.pack(side="bottom", fill="x")
        centre = self._centre = ttk.Frame(self)
        self.writing = Writing(centre, theme, keymap, controller)
        self.writing.pack(side="bottom", fill="x", padx=px(20), pady=(px(14), px(12)))
        self.field = self.writing.field
        self.sidebar = Sidebar(self, theme, icons, controller, self.field.focus_field)
        self.tools = ToolPanel(self, theme, keymap, viewing.slide, lambda name: controller.run(f"tool.{name}"))
        self.stage = Stage(centre, theme, self._resized, viewing.drag, viewing.zoom)
        self.grid_view = Grid(centre, theme, controller, self._clicked, controller.paging.resize)
        self._show_middle()
        self.show_panels(show_list, show_tools)

    def show_panels(self, show_list: bool, show_tools: bool) -> None:
        """Shows or hides the list at the left and the view tools at the right."""
        for panel in (self.sidebar, self.tools, self._centre):
            panel.pack_forget()
        if show_list:
            self.sidebar.pack(side="left", fill="y")
        if show_tools:
            self.tools.pack(side="right", fill="y")
            self._show_tools()
        self._centre.pack(side="left", fill="both", expand=True)

    def preview(self, path: Path) -> None:
        """Shows a picture of a folder that is still being opened."""
        try:
            image = imagefile.load(path)
        except ImageRefused:
            return
        placement = place(image.size, self.stage.viewport, NEUTRAL)
        self.stage.show(Frame(enlarge(image, placement), placement, image.size), NEUTRAL, path.name)

    def redraw(self, change: Change) -> None:
        """Shows what changed, each part once; the picture, which the person waits for, before all else."""
        if Change.FOLDER in change:
            self._show_middle()
        if Change.PICTURE in change:
            self._show_picture()
            self.update_idletasks()  # on the screen now, not after the rest
        self._redraw_rest(change)

    def _redraw_rest(self, change: Change) -> None:
        if Change.FOLDER in change:
            self.sidebar.begin()
        if Change.LIST in change:
            self.sidebar.follow()
        elif Change.THUMBNAILS in change:
            self.sidebar.list.draw()
        if Change.PICTURE in change:
            if self.tools.winfo_manager():
                self._show_tools()
            self.after_idle(self._prepare)
        if self._controller.paging.active:
            self.grid_view.draw()
        self.writing.show()
        self.banner.show(self._controller.inviting.current)
        self.status.show(self._figures())

    def _show_tools(self) -> None:
        self.tools.show(self._controller.viewing.view, {"background": self._controller.reason("cleaner")})

    def _show_middle(self) -> None:
        """The picture, or the page in its place."""
        page = self._controller.paging.active
        shown, hidden = (self.grid_view, self.stage) if page else (self.stage, self.grid_view)
        hidden.pack_forget()
        shown.pack(side="top", fill="both", expand=True)

    def _show_picture(self) -> None:
        controller, sample, work = self._controller, self._controller.sample, self._controller.work
        if controller.paging.active:
            return
        if sample is None or work is None:
            self.stage.tell(_("There is no picture here. Choose others at the left, or put some into the folder."))
            return
        controller.viewing.viewport = self.stage.viewport
        caption = "" if controller.labelling.blind else sample.file  # the name would tell the label
        try:
            frame = work.pictures.frame(work.shot(sample))
        except ImageRefused as refused:
            note = trouble.of(refused)
            self.stage.tell(f"{note.title}\n\n{note.text}\n\n{note.remedy}", caption, trouble=True)
        else:
            controller.viewing.size = frame.size
            self.stage.show(frame, work.view, caption)

    def _prepare(self) -> None:
        """Has the next picture, or the next page, made ready."""
        work, paging = self._controller.work, self._controller.paging
        if work is None:
            return
        if not paging.active:
            work.prepare()
            return
        coming = tuple(work.session.open_from(work.session.position, 2 * paging.size))
        fresh = tuple(i for i in coming if i not in paging.ids)
        work.prepare_page(self.grid_view.shots(fresh), (*paging.ids, *fresh))

    def _figures(self) -> Figures:
        controller, work = self._controller, self._controller.work
        if work is None:
            return Figures(0, 0)
        total, waiting, rules = work.session.total, work.session.open_count(), controller.rules
        able = work.coach is None or not work.coach.missing  # what is missing is said elsewhere, once
        said = [_("{n} characters").format(n=rules.length_text())] if rules.longest else []
        said += [_("alphabet of {n}").format(n=len(rules.alphabet))] if rules.alphabet else []
        return Figures(
            total - waiting, total, work.pace.per_minute, work.pace.seconds_left(waiting),
            work.pace.acceptance, work.reader.model.name if work.reader.model else "",
            tuple(filter(None, work.learning.split(" · "))) if able else (),
            ", ".join(said), work.saved,
        )  # fmt: skip

    def _clicked(self, sample_id: int) -> None:
        if self._controller.session is not None:
            self._controller.go(self._controller.session.index(sample_id))
            self.field.focus_field()

    def _resized(self) -> None:
        if self._controller.session is not None:
            self._show_picture()
            self.after_idle(self._prepare)

"""How the system wants its windows: dark or light (light where it cannot be asked), and in how many pixels."""

import contextlib
import subprocess
import sys
import threading
import tkinter as tk
from collections.abc import Callable
from typing import NamedTuple


class SystemLook(NamedTuple):
    """Posted with the answer of the system."""

    dark: bool


def ask_system(post: Callable[[SystemLook], None]) -> None:
    """Asks in a thread: a program has to be started for it on some systems."""
    threading.Thread(target=lambda: post(SystemLook(system_is_dark())), name="appearance", daemon=True).start()


def be_sharp() -> None:
    """Windows enlarges the pixels of a program that does not say that it knows about dense screens. Before the
    first window."""
    if sys.platform == "win32":
        import ctypes

        with contextlib.suppress(AttributeError, OSError):  # an old Windows, or it was said already
            ctypes.windll.shcore.SetProcessDpiAwareness(1)


def system_is_dark() -> bool:
    """The system's choice, asked anew on each call."""
    if sys.platform == "win32":
        import winreg

        place = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
                return bool(winreg.QueryValueEx(key, "AppsUseLightTheme")[0] == 0)
        except OSError:
            return False
    if sys.platform == "darwin":
        return _says("Dark", "defaults", "read", "-g", "AppleInterfaceStyle")
    return _says("dark", "gsettings", "get", "org.gnome.desktop.interface", "color-scheme")


def _says(word: str, *command: str) -> bool:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=1, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0 and word in answer.stdout


def place(root: tk.Tk, px: Callable[[float], int], geometry: str) -> None:
    """Gives the window its size, that of the last time where `geometry` holds one; `px`: screen pixels of design
    pixels."""
    width = min(px(1180), root.winfo_screenwidth())
    height = min(px(760), root.winfo_screenheight() * 9 // 10)  # menu and frame need room, too
    root.geometry(f"{width}x{height}")
    root.minsize(min(px(640), width), min(px(420), height))
    if geometry:
        with contextlib.suppress(tk.TclError):
            root.geometry(geometry)

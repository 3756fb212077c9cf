"""Whether the system shows its windows dark. A system that cannot be asked counts as light."""

import subprocess
import sys


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

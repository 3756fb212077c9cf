"""`python -m ocr`."""

from ocr.cli import entry

if __name__ == "__main__":
    entry()

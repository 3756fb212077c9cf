"""`python -m labeler`."""

from labeler.cli import entry

if __name__ == "__main__":
    entry()

"""`python -m dataset`."""

from dataset.cli import entry

if __name__ == "__main__":
    entry()

"""`python -m scraper`."""

from scraper.cli import entry

if __name__ == "__main__":
    entry()

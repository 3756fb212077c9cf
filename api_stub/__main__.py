"""`python -m api_stub`."""

from api_stub.cli import entry

if __name__ == "__main__":
    entry()

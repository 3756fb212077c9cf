"""Loaded by every Python process that a test of the collector starts: no connection leaves this machine."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.scraper import loopback

loopback.guard()

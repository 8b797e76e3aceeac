"""FanLink: sanctioned remixes, exact splits, offline-first."""

__version__ = "0.1.0"

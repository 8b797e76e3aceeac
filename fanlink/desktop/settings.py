"""What the desktop remembers on this computer: look, last page, sound, space. A small file, written whole."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

FILE = "desktop.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of one person on one computer. `mode` is system, light or dark; `text_size` is in percent.

    `generate_*` name the model's folder and the service that may generate layers, with the licences declared of them;
    `words_*`
    the language model that reads a fan's words; the key of a service is in the keyring.
    """

    mode: str = "system"
    text_size: int = 100
    role: str = ""
    page: str = "home"
    volume: float = 0.8
    match_loudness: bool = True
    cache_limit_mb: int = 4_000
    welcomed: bool = False
    interests: tuple[str, ...] = ()
    width: int = 1372
    height: int = 871
    maximized: bool = False
    server: str = ""
    account_name: str = ""
    news_seen_ms: int = 0
    generate_folder: str = ""
    generate_folder_licence: str = ""
    generate_address: str = ""
    generate_model: str = ""
    generate_licence: str = ""
    words_address: str = ""
    words_model: str = ""


class SettingsFile:
    """Reads and writes the settings of a home; a file that cannot be read counts as none."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self.now = self._read()

    def change(self, **changes: Any) -> Settings:
        """Changes some and writes all of them, whole or not at all."""
        changed = replace(self.now, **changes)
        if changed != self.now:
            self.now = changed
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_suffix(".new")
            new.write_text(json.dumps(asdict(changed), indent=1), "utf-8")
            os.replace(new, self._path)
        return self.now

    def _read(self) -> Settings:
        try:
            data = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return Settings()
        made = Settings()
        for each in fields(Settings):
            value = data.get(each.name) if isinstance(data, dict) else None
            usual = getattr(made, each.name)
            if isinstance(usual, tuple) and isinstance(value, list):
                made = replace(made, **{each.name: tuple(str(item) for item in value)})
            elif type(value) is type(usual):
                made = replace(made, **{each.name: value})
        return made

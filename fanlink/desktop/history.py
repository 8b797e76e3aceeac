"""Where one has been, for Alt+Left and Alt+Right."""

from __future__ import annotations

Place = tuple[str, str]
MOST = 100


class History:
    """Places one went to, and where in that row one is."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._here = -1

    @property
    def can_go_back(self) -> bool:
        return self._here > 0

    @property
    def can_go_forward(self) -> bool:
        return self._here < len(self._places) - 1

    def went(self, page: str, item: str) -> None:
        """A new place; what lay ahead is forgotten."""
        if self._here >= 0 and self._places[self._here] == (page, item):
            return
        self._places = [*self._places[: self._here + 1], (page, item)][-MOST:]
        self._here = len(self._places) - 1

    def back(self) -> Place | None:
        """The place before, if there is one."""
        if not self.can_go_back:
            return None
        self._here -= 1
        return self._places[self._here]

    def forward(self) -> Place | None:
        """The place after, if there is one."""
        if not self.can_go_forward:
            return None
        self._here += 1
        return self._places[self._here]

"""The engine in use, replaced when a new snapshot is published, without a failed request."""

import logging
import threading
from pathlib import Path

from indexer.encoders.base import Encoder
from indexer.errors import CasebookError
from indexer.snapshot.manifest import POINTER
from search_api.core.engine import SearchEngine

_LOG = logging.getLogger("casebook")


class EngineHolder:
    """Gives the engine of the snapshot in force.

    A newly published snapshot is opened beside the one in use and takes its place when it is ready; one that
    cannot be opened is reported once in the log and the old one stays.
    """

    def __init__(self, index: Path, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._engine: SearchEngine | None = None
        self._refused = ""
        self._opening = threading.Lock()

    def engine(self) -> SearchEngine:
        """Return the engine in use. Raises NoSnapshotError and other SnapshotErrors while there is none."""
        engine = self._engine
        if engine is None:
            with self._opening:
                engine = self._engine or SearchEngine.open(self._index, self._encoder)
                self._engine = engine
        elif self._published() not in ("", engine.snapshot.manifest.id, self._refused):
            self._replace_later()
        return engine

    def _published(self) -> str:
        try:
            return (self._index / POINTER).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _replace_later(self) -> None:
        if self._opening.acquire(blocking=False):
            threading.Thread(target=self._replace, daemon=True).start()

    def _replace(self) -> None:
        published = self._published()
        try:
            self._engine = SearchEngine.open(self._index, self._encoder)
        except CasebookError as error:
            self._refused = published
            _LOG.error("新索引 %s 没有启用，继续用原来的：%s", published, error)
        finally:
            self._opening.release()

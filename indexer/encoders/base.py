"""The contract every encoder keeps, and the one place that chooses between them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from indexer.errors import EncoderError

SHIPPED_ENCODER = Path(__file__).parent / "casebook-zh"
"""The folder of the encoder that comes with the project."""

_STATIC_MODULES = (("StaticEmbedding",), ("StaticEmbedding", "Normalize"))
_CARD = "README.md"


@dataclass(frozen=True)
class EncoderIdentity:
    """Which encoder made a vector: two vectors may be compared only if their identities are equal.

    `sha256` covers everything that changes the vectors (see `folder_sha256`); `dimensions` is the length of
    a row.
    """

    name: str
    sha256: str
    dimensions: int


@dataclass(frozen=True)
class TokenPart:
    """What the characters `start` to `end` of a text add to its vector, float32 of shape (dimensions,)."""

    start: int
    end: int
    vector: npt.NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns texts into unit vectors."""

    @property
    def identity(self) -> EncoderIdentity:
        """Name, content hash and number of dimensions."""
        ...

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32 of shape (len(texts), dimensions), rows L2-normalised.

        A text without a single known token gives a row of zeros, never NaN. Texts are expected in the form
        that `indexer.text.normalize.normalize` returns, for cases and queries alike.
        """
        ...

    def parts(self, text: str) -> tuple[TokenPart, ...]:
        """Return what each token of `text` adds: the sum of the parts is the row that `encode` gives.

        Empty for an encoder whose vectors are no sums of tokens.
        """
        ...


def open_encoder(name_or_folder: str) -> Encoder:
    """Open the encoder called `name_or_folder`.

    `hashing:256` gives the hashing encoder with 256 dimensions; a folder whose modules.json lists
    StaticEmbedding (and Normalize) is read without torch; anything else, folder or model name, goes to
    sentence-transformers. Raises EncoderError if it cannot be opened.
    """
    if name_or_folder.startswith("hashing:"):
        from indexer.encoders.hashing import HashingEncoder

        return HashingEncoder.from_name(name_or_folder)
    folder = Path(name_or_folder)
    if (folder.is_absolute() or name_or_folder.startswith(".")) and not folder.is_dir():
        # Said here, because sentence-transformers would take the path for a model's name and go looking for it.
        raise EncoderError(f"没有编码器文件夹 {folder}。请检查路径；随项目提供的编码器在 {SHIPPED_ENCODER}。")
    if is_static_folder(folder):
        from indexer.encoders.static import StaticEncoder

        return StaticEncoder(folder)
    from indexer.encoders.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name_or_folder)


def is_static_folder(folder: Path) -> bool:
    """Whether `folder` holds a static embedding (and at most a normalisation) and nothing else.

    Raises EncoderError if there is a modules.json that cannot be read.
    """
    if not (folder / "modules.json").is_file():
        return False
    kinds = tuple(str(module["type"]).rpartition(".")[2] for module in read_modules(folder))
    return kinds in _STATIC_MODULES


def read_modules(folder: Path) -> list[dict[str, Any]]:
    """Return the modules that `folder`/modules.json lists, in their order.

    Raises EncoderError if the file is not a JSON list of objects that each have a type and a path.
    """
    path = folder / "modules.json"
    try:
        modules: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
        well_formed = isinstance(modules, list) and all({"type", "path"} <= set(module) for module in modules)
    except (OSError, ValueError, TypeError) as error:
        raise EncoderError(_unreadable(path, str(error))) from error
    if not well_formed:
        raise EncoderError(_unreadable(path, "不是模块清单"))
    return modules


def folder_sha256(folder: Path) -> str:
    """Return the SHA-256 over every file below `folder` but its model card and hidden files.

    Names and contents both count, in the order of the names, so that a renamed file is another encoder.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        relative = path.relative_to(folder).as_posix()
        if relative == _CARD or any(part.startswith(".") for part in relative.split("/")):
            continue
        with path.open("rb") as file:
            digest.update(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {relative}\n".encode())
    return digest.hexdigest()


def _unreadable(path: Path, reason: str) -> str:
    return (
        f"读不了编码器的 {path}：{reason}。应为 sentence-transformers 保存的 modules.json，"
        "请重新取得该文件夹。"
    )

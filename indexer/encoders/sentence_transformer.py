"""Any model that sentence-transformers can open; needs torch."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from indexer.encoders.base import EncoderIdentity, TokenPart, folder_sha256
from indexer.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_NOT_INSTALLED = (
    "要打开编码器 {name!r} 需要 sentence-transformers 和 torch，这台机器上没有装。"
    "请安装它们，或改用随项目提供的编码器。"
)
_NOT_OPENED = (
    "打不开编码器 {name!r}：{reason}。应为 sentence-transformers 的模型文件夹，或本机已下载的模型名。"
    "请检查拼写和路径，或改用随项目提供的编码器。"
)


class SentenceTransformerEncoder:
    """A SentenceTransformer behind the project's contract.

    Raises EncoderError if sentence-transformers is not installed or cannot open `name_or_folder`.
    """

    def __init__(self, name_or_folder: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderError(_NOT_INSTALLED.format(name=name_or_folder)) from error
        try:
            self._model = SentenceTransformer(name_or_folder, device="cpu")
        except Exception as error:  # the hub, torch and transformers each raise kinds of their own
            raise EncoderError(_NOT_OPENED.format(name=name_or_folder, reason=error)) from error
        self.identity = _identify(name_or_folder, self._model)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32 of shape (len(texts), dimensions), rows L2-normalised."""
        if not texts:
            return np.zeros((0, self.identity.dimensions), np.float32)
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def parts(self, text: str) -> tuple[TokenPart, ...]:  # noqa: ARG002  (of the contract)
        """Return nothing: a transformer's vector is no sum over tokens."""
        return ()


def _identify(name_or_folder: str, model: "SentenceTransformer") -> EncoderIdentity:
    folder = Path(name_or_folder)
    dimensions = int(model.encode([""], show_progress_bar=False).shape[1])
    if folder.is_dir():
        return EncoderIdentity(folder.resolve().name, folder_sha256(folder), dimensions)
    return EncoderIdentity(name_or_folder, _state_sha256(model), dimensions)


def _state_sha256(model: "SentenceTransformer") -> str:
    """A model that came by name has no folder of ours to hash, so its parameters are hashed instead."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        # Bytes of the storage, because numpy knows neither bfloat16 nor float8.
        digest.update(bytes(tensor.detach().cpu().contiguous().clone().untyped_storage()))
    return digest.hexdigest()

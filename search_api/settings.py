"""Where things are and what is used: from the environment, with defaults that suit a checkout."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from indexer.encoders.base import SHIPPED_ENCODER

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds `cases/` and `web/`."""


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix CASEBOOK_, e.g. CASEBOOK_ENCODER.

    `encoder` is the name or folder of any SentenceTransformer; `store` is `faiss` or `numpy`.
    `topics` is the file that topics wished for are written to: a category and a month a line.
    """

    model_config = SettingsConfigDict(env_prefix="CASEBOOK_", frozen=True)

    cases: Path = ROOT / "cases"
    index: Path = Path("index")
    encoder: str = str(SHIPPED_ENCODER)
    store: str = "faiss"
    web: Path = ROOT / "web"
    topics: Path = Path("topics.tsv")

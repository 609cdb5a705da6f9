import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from indexer.encoders.base import SHIPPED_ENCODER, folder_sha256, open_encoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.encoders.static import StaticEncoder
from indexer.errors import EncoderError

VARIED = [
    "楼上洗完衣服我家客厅就下雨",
    "",
    "   ",
    "😀🎉🚧",
    "𠮷野家 龘龘",
    "樓上漏水，管理處不理",
    "ktv半夜唱歌 wifi 12345",
    "，。！？",
    "物业说走就走，垃圾没人收。" * 20,
    "a\x00b\nc",
    "单",
]


@pytest.fixture(scope="module")
def shipped():
    return open_encoder(str(SHIPPED_ENCODER))


def test_a_static_folder_is_read_without_sentence_transformers(shipped):
    assert isinstance(shipped, StaticEncoder)


def test_both_readers_agree(shipped):
    reference = SentenceTransformerEncoder(str(SHIPPED_ENCODER))
    assert reference.identity == shipped.identity
    np.testing.assert_allclose(shipped.encode(VARIED), reference.encode(VARIED), atol=1e-6)


def test_a_very_long_text_is_as_exact_as_in_double_precision(shipped):
    """torch adds thousands of rows one by one in float32 and drifts; ours must not drift further."""
    long = ["水" * 5000, "物业说走就走，垃圾没人收。" * 800]
    tokenizer = Tokenizer.from_file(str(SHIPPED_ENCODER / "tokenizer.json"))
    rows = load_file(SHIPPED_ENCODER / "model.safetensors")["embedding.weight"].astype(np.float64)
    sums = np.stack([rows[tokenizer.encode(text, add_special_tokens=False).ids].sum(axis=0) for text in long])
    exact = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    np.testing.assert_allclose(shipped.encode(long), exact, atol=1e-6)
    reference = SentenceTransformerEncoder(str(SHIPPED_ENCODER))
    np.testing.assert_allclose(reference.encode(long), exact, atol=1e-4)


def test_rows_are_float32_unit_vectors_or_zero(shipped):
    vectors = shipped.encode(VARIED)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(VARIED), shipped.identity.dimensions)
    norms = np.linalg.norm(vectors, axis=1)
    for text, norm in zip(VARIED, norms, strict=True):
        known = any(character.isalnum() for character in text.replace("𠮷", "").replace("龘", ""))
        assert norm == pytest.approx(1 if known else 0, abs=1e-5), text


def test_a_text_has_the_same_vector_alone_and_in_a_batch(shipped):
    texts = [f"{i}号楼{text}" for i in range(60) for text in VARIED[:8]]
    batch = shipped.encode(texts)
    for row in (0, 1, 255, 256, 257, len(texts) - 1):
        np.testing.assert_allclose(batch[row], shipped.encode([texts[row]])[0], atol=1e-6)


def test_no_texts_give_no_rows(shipped):
    assert shipped.encode([]).shape == (0, shipped.identity.dimensions)


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(SHIPPED_ENCODER, tmp_path / "copied")


def test_identity_follows_the_content_and_not_the_card(copied):
    before = folder_sha256(copied)
    (copied / "README.md").write_text("another card", "utf-8")
    assert folder_sha256(copied) == before
    tokenizer = copied / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text("utf-8") + "\n", "utf-8")
    assert folder_sha256(copied) != before


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_a_missing_part_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(EncoderError, match=name):
        open_encoder(str(copied))


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors", "modules.json"])
def test_a_broken_part_is_named(copied, name):
    (copied / name).write_bytes(b"not what it should be")
    with pytest.raises(EncoderError, match=name):
        open_encoder(str(copied))


def test_a_vocabulary_of_another_size_is_refused(copied):
    path = copied / "tokenizer.json"
    tokenizer = json.loads(path.read_text("utf-8"))
    tokenizer["model"]["vocab"].pop()
    path.write_text(json.dumps(tokenizer), "utf-8")
    with pytest.raises(EncoderError, match="两者应相等"):
        open_encoder(str(copied))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EncoderError, match="nowhere"):
        open_encoder(str(tmp_path / "nowhere"))


def test_a_folder_without_a_model_says_what_was_expected(tmp_path):
    with pytest.raises(EncoderError, match="打不开编码器"):
        open_encoder(str(tmp_path))

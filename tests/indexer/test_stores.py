"""Vector stores keep one contract; numpy, ten lines of it, is the oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import SnapshotError
from indexer.stores.base import build_store, load_store

KINDS = ["faiss", "numpy"]


def unit(seed, count, dimensions):
    vectors = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def with_exact_ties(seed, count):
    """Unit vectors whose inner products have no rounding, so that many are exactly equal."""
    rng = np.random.default_rng(seed)
    signs = rng.choice(np.array([-0.5, 0.5], np.float32), (count, 4))
    axes = np.eye(4, dtype=np.float32)[rng.integers(0, 4, count)]
    return np.where(rng.random((count, 1)) < 0.5, signs, axes).astype(np.float32)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 9999),
    count=st.integers(1, 60),
    k=st.integers(1, 70),
    share=st.none() | st.floats(0, 1),
)
def test_faiss_finds_what_numpy_finds(seed, count, k, share):
    vectors = unit(seed, count, 16)
    query = unit(seed + 1, 1, 16)[0]
    allowed = None if share is None else np.flatnonzero(np.random.default_rng(seed).random(count) < share)
    found, expected = (build_store(kind, vectors).search(query, k, allowed) for kind in KINDS)
    np.testing.assert_array_equal(found.rows, expected.rows)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-6)


@settings(max_examples=60)
@given(seed=st.integers(0, 9999), count=st.integers(1, 60), k=st.integers(1, 70), filtered=st.booleans())
def test_ties_are_in_order_of_row_even_where_they_are_cut(seed, count, k, filtered):
    vectors = with_exact_ties(seed, count)
    query = vectors[seed % count]
    allowed = np.arange(0, count, 2) if filtered else np.arange(count)
    scores = vectors[allowed] @ query
    order = sorted(range(len(allowed)), key=lambda at: (-scores[at], allowed[at]))[:k]
    for kind in KINDS:
        found = build_store(kind, vectors).search(query, k, allowed if filtered else None)
        assert found.rows.tolist() == allowed[order].tolist()
        assert found.scores.tolist() == scores[order].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_is_minus_one_however_many_are_asked_for(kind):
    store = build_store(kind, unit(1, 3, 8))
    for allowed in (None, np.array([1]), np.array([0, 2]), np.array([], np.int64)):
        found = store.search(unit(2, 1, 8)[0], 100, allowed)
        expected = {0, 1, 2} if allowed is None else set(allowed.tolist())
        assert set(found.rows.tolist()) == expected
        assert len(found.scores) == len(found.rows) == len(expected)


def test_a_row_that_faiss_cannot_compare_is_left_out_and_never_minus_one():
    vectors = np.vstack([np.full((3, 8), np.nan, np.float32), unit(1, 2, 8)])
    for k in (1, 2, 3, 4, 5):
        assert build_store("faiss", vectors).search(vectors[4], k).rows.tolist() == [4, 3][:k]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_store_finds_nothing(kind):
    store = build_store(kind, np.empty((0, 8), np.float32))
    assert store.count == 0
    assert store.vectors().shape == (0, 8)
    assert store.search(unit(1, 1, 8)[0], 5).rows.tolist() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_without_a_known_token_is_close_to_nothing(kind):
    vectors = np.vstack([np.zeros((1, 8), np.float32), unit(1, 2, 8)])
    store = build_store(kind, vectors)
    found = store.search(vectors[1], 3)
    assert found.rows[0] == 1
    assert found.scores[found.rows == 0].tolist() == [0]
    assert store.search(vectors[0], 3).scores.tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_and_types_are_those_of_the_contract(kind):
    vectors = unit(1, 5, 8)
    store = build_store(kind, vectors)
    found = store.search(vectors[0], 2)
    assert (found.scores.dtype, found.rows.dtype) == (np.float32, np.int64)
    assert found.scores.shape == found.rows.shape == (2,)
    assert store.vectors().dtype == np.float32
    np.testing.assert_array_equal(store.vectors(), vectors)


@pytest.mark.parametrize("kind", KINDS)
def test_it_survives_the_disk(kind, tmp_path):
    vectors = unit(1, 20, 8)
    build_store(kind, vectors).save(tmp_path)
    again = load_store(kind, tmp_path)
    assert again.count == 20
    np.testing.assert_array_equal(again.vectors(), vectors)
    assert again.search(vectors[7], 1).rows.tolist() == [7]


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_that_is_missing_or_cut_short_is_refused(kind, tmp_path):
    with pytest.raises(SnapshotError, match="dense"):
        load_store(kind, tmp_path)
    build_store(kind, unit(1, 20, 8)).save(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SnapshotError):
        load_store(kind, tmp_path)


def test_an_unknown_kind_is_refused_with_the_known_ones(tmp_path):
    for attempt in (lambda: build_store("milvus", unit(1, 1, 2)), lambda: load_store("milvus", tmp_path)):
        with pytest.raises(SnapshotError, match=r"milvus.*faiss、numpy"):
            attempt()


@pytest.mark.parametrize("kind", ["faiss", "numpy"])
@pytest.mark.parametrize("count", [0, 1, 300])
def test_all_scores_are_the_products_with_all_vectors(kind, count, tmp_path):
    vectors = np.random.default_rng(3).normal(size=(count, 24)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    query = np.random.default_rng(4).normal(size=24).astype(np.float32)
    store = build_store(kind, vectors)
    assert store.scores(query) == pytest.approx(vectors @ query, abs=1e-5)
    store.save(tmp_path)
    assert load_store(kind, tmp_path).scores(query) == pytest.approx(vectors @ query, abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_one_vector_is_a_row_of_all(kind):
    store = build_store(kind, unit(9, 5, 8))
    np.testing.assert_array_equal(store.vector(3), store.vectors()[3])

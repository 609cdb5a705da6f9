import subprocess
import sys

import numpy as np
import pytest

from indexer.encoders.base import open_encoder
from indexer.errors import EncoderError

PRINT_ONE = (
    "from indexer.encoders.base import open_encoder;"
    "print(open_encoder('hashing:64').encode(['楼上漏水']).tolist())"
)


def test_rows_are_unit_vectors_or_zero():
    vectors = open_encoder("hashing:256").encode(["楼上漏水", "", "水", " \n"])
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 256)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1, 0], atol=1e-6)


def test_shared_bigrams_make_texts_close():
    same, other = open_encoder("hashing:4096").encode(["楼上漏水", "狗叫"])
    assert same @ open_encoder("hashing:4096").encode(["楼上漏了"])[0] == pytest.approx(2 / 3, abs=1e-6)
    assert same @ other == 0


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_every_process_gives_the_same_vectors(hash_seed):
    done = subprocess.run(
        [sys.executable, "-c", PRINT_ONE],
        env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(open_encoder("hashing:64").encode(["楼上漏水"]).tolist())


def test_identities_differ_by_dimensions():
    assert open_encoder("hashing:64").identity == open_encoder("hashing:64").identity
    assert open_encoder("hashing:64").identity != open_encoder("hashing:128").identity


@pytest.mark.parametrize("name", ["hashing:", "hashing:many", "hashing:0", "hashing:-4", "hashing:²"])
def test_a_bad_number_of_dimensions_is_refused(name):
    with pytest.raises(EncoderError, match="hashing:256"):
        open_encoder(name)

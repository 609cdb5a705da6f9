"""Like cases lie by each other on the map, and the same vectors give the same map."""

import numpy as np
import pytest

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import SnapshotError
from indexer.map import NEAREST, draw_map, map_from_json, map_to_json
from indexer.passages import Passage
from indexer.snapshot.manifest import MAP
from indexer.snapshot.read import current_folder, open_snapshot

ENCODER = HashingEncoder(64)


def drawn(vectors, owners=None):
    """The map of cases called a, b, c…, one passage each unless `owners` says otherwise."""
    owners = owners or "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(vectors)]
    passages = [Passage(case_id=owner, section="案情", kind="facts", text=owner) for owner in owners]
    return draw_map(passages, np.array(vectors, np.float32))


def two_crowds(each=15):
    """Vectors of two kinds, far apart; the first half is of one kind."""
    made = np.random.default_rng(3).normal(0, 0.05, (2 * each, 8))
    made[:each, 0] += 1
    made[each:, 1] += 1
    return made


def distance(one, other):
    return np.hypot(one.x - other.x, one.y - other.y)


def test_like_cases_lie_nearer_than_unlike_ones():
    spots = drawn(two_crowds())
    first, second = spots[:15], spots[15:]
    within = np.mean([distance(one, other) for crowd in (first, second) for one in crowd for other in crowd])
    between = np.mean([distance(one, other) for one in first for other in second])
    assert between > 2 * within


def test_neighbours_are_of_the_same_crowd_nearest_first_and_never_the_case_itself():
    vectors = two_crowds()
    spots = drawn(vectors)
    for number, spot in enumerate(spots):
        assert len(set(spot.near)) == NEAREST
        assert spot.case_id not in spot.near
        assert {near in {other.case_id for other in spots[:15]} for near in spot.near} == {number < 15}
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = dict(zip([spot.case_id for spot in spots], unit @ unit[0], strict=True))
    shown = [likeness[near] for near in spots[0].near]
    assert shown == sorted(shown, reverse=True)


def test_the_same_vectors_give_the_same_map():
    assert drawn(two_crowds()) == drawn(two_crowds())


def test_the_map_fills_its_square():
    spots = drawn(two_crowds())
    for values in ([spot.x for spot in spots], [spot.y for spot in spots]):
        assert (min(values), max(values)) == (0, 1)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_few_cases_stand_apart_without_more_ado(count):
    spots = drawn(np.eye(4)[:count])
    assert len({(spot.x, spot.y) for spot in spots}) == count
    assert all(0 <= spot.x <= 1 and 0 <= spot.y <= 1 for spot in spots)
    assert all(len(spot.near) == count - 1 for spot in spots)


def test_no_case_no_map():
    assert drawn(np.zeros((0, 4))) == ()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_cases_that_cannot_be_told_apart_are_still_drawn(value):
    spots = drawn(np.full((6, 4), value))
    assert len({(spot.x, spot.y) for spot in spots}) == 6


def test_a_case_lies_where_its_passages_lie_together():
    vectors = [[1, 0], [0, 1], [1, 1], [1, 0]]
    one, other, _ = drawn(vectors, owners="aabc")
    assert one.near[0] == "b"
    assert other.near[0] == "a"


def test_what_is_written_is_what_is_read():
    spots = drawn(two_crowds())
    assert map_from_json(map_to_json(spots)) == spots
    with pytest.raises(ValueError):
        map_from_json(b'[{"case_id": "a"}]')


class TestInTheSnapshot:
    @pytest.fixture
    def folder(self, library_folder, tmp_path):
        build(library_folder, tmp_path / "index", ENCODER)
        return current_folder(tmp_path / "index")

    def test_every_case_that_is_not_withdrawn_has_a_spot(self, folder):
        snapshot = open_snapshot(folder, ENCODER.identity)
        live = [case.id for case in snapshot.cases if not case.withdrawn]
        assert sorted(spot.case_id for spot in snapshot.map) == live
        assert {near for spot in snapshot.map for near in spot.near} <= set(live)

    def test_a_snapshot_without_its_map_is_refused(self, folder):
        (folder / MAP).unlink()
        with pytest.raises(SnapshotError, match=MAP):
            open_snapshot(folder, ENCODER.identity)

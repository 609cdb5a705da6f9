"""Reciprocal rank fusion, held against sums written out by hand."""

import numpy as np
import pytest

from search_api.core.fusion import SMOOTHING, Ranking, best_first, fuse, reciprocal_ranks

K = SMOOTHING


def test_a_rank_is_worth_one_over_smoothing_plus_rank():
    scores = np.array([0.2, 0.9, 0.5], np.float32)
    assert reciprocal_ranks(scores) == pytest.approx([1 / (K + 3), 1 / (K + 1), 1 / (K + 2)])


@pytest.mark.parametrize("nothing", [0.0, -0.3, -np.inf])
def test_a_case_at_zero_or_below_is_not_found(nothing):
    assert reciprocal_ranks(np.array([nothing, 0.1], np.float32)) == pytest.approx([0, 1 / (K + 1)])


def test_equal_scores_rank_in_the_order_of_the_cases():
    assert reciprocal_ranks(np.array([0.5, 0.5, 0.5])) == pytest.approx(
        [1 / (K + 1), 1 / (K + 2), 1 / (K + 3)]
    )


def test_fusion_by_hand():
    # Case a is first by vectors and third by words, b second and first, c third and not found.
    vectors = Ranking(np.array([0.9, 0.8, 0.1]), 1.0)
    words = Ranking(np.array([2.0, 7.0, 0.0]), 0.5)
    by_hand = [1 / (K + 1) + 0.5 / (K + 2), 1 / (K + 2) + 0.5 / (K + 1), 1 / (K + 3)]
    assert fuse([vectors, words]) == pytest.approx(by_hand)


def test_only_ranks_count_never_the_size_of_a_score():
    small = fuse([Ranking(np.array([0.003, 0.002, 0.001]), 1.0), Ranking(np.array([1.0, 3.0, 2.0]), 1.0)])
    large = fuse([Ranking(np.array([900.0, 0.5, 0.1]), 1.0), Ranking(np.array([0.1, 0.3, 0.2]), 1.0)])
    assert small == pytest.approx(large)


def test_a_case_that_two_engines_put_second_beats_one_that_a_single_engine_puts_first():
    first = Ranking(np.array([3.0, 2.0, -1.0]), 1.0)
    second = Ranking(np.array([-1.0, 2.0, 3.0]), 1.0)
    assert list(best_first(fuse([first, second]))) == [1, 0, 2]


def test_best_first_leaves_out_what_was_not_found_and_breaks_ties_by_order():
    assert list(best_first(np.array([0.0, 0.2, 0.5, 0.2, 0.0]))) == [2, 1, 3]


def test_without_a_single_case_nothing_is_found():
    assert list(best_first(fuse([Ranking(np.array([]), 1.0)]))) == []


def scores_by_rank(first, second, cases=12):
    """Scores that put case 0 at rank `first`, case 1 at rank `second` and the others around them."""
    others = iter(range(2, cases))
    order = {first: 0, second: 1}
    order = [order[rank] if rank in order else next(others) for rank in range(1, cases + 1)]
    scores = np.empty(cases)
    scores[order] = np.arange(cases, 0, -1)
    return scores


@pytest.mark.parametrize("rank", range(2, 12))
@pytest.mark.parametrize("other", [1, 12])
def test_the_same_ranks_in_another_order_are_exactly_equal(rank, other):
    # In floating point (a + b) + c and (a + c) + b differ in the last digit, and would decide who is first.
    pairs = [(1, 2), (2, 1), (rank, other), (other, rank)]
    weights = [1.0, 1.0, 0.3, 0.3]
    rankings = [Ranking(scores_by_rank(*pair), weight) for pair, weight in zip(pairs, weights, strict=True)]
    fused = fuse(rankings)
    assert fused[0] == fused[1]

"""Every figure held against somebody else's implementation of it."""

import math

import numpy as np
import pytest
from scipy.stats import permutation_test
from sklearn.metrics import ndcg_score, roc_auc_score

from search_api.evaluation.metrics import auroc, ndcg, paired_p_value, score

RANDOM = np.random.default_rng(7)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("depth", [1, 5, 10])
def test_ndcg_agrees_with_scikit_learn(seed, depth):
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 30))
    true = random.integers(0, 4, count)
    if not true.any():
        true[0] = 2
    ranking = random.permutation(count)
    predicted = np.empty(count)
    predicted[ranking] = np.arange(count, 0, -1)
    grades = {f"case-{number}": int(grade) for number, grade in enumerate(true) if grade}
    ours = ndcg([f"case-{number}" for number in ranking], grades, depth)
    assert ours == pytest.approx(ndcg_score([true], [predicted], k=depth))


def test_ndcg_by_hand():
    # Gains 0, 3, 1 against the ideal 3, 1.
    by_hand = (3 / math.log2(3) + 1 / math.log2(4)) / (3 / math.log2(2) + 1 / math.log2(3))
    assert ndcg(["x", "a", "b"], {"a": 3, "b": 1}, 10) == pytest.approx(by_hand)


def test_a_graded_case_that_is_not_ranked_at_all_costs():
    assert ndcg(["a"], {"a": 3, "b": 3}, 10) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert ndcg([], {"a": 3}, 10) == 0


@pytest.mark.parametrize(
    ("ranking", "grades", "expected"),
    [
        (["a", "b"], {"a": 3}, (1, 1, 1)),
        (["b", "a"], {"a": 2}, (0, 1, 1 / 2)),
        (["x", "a"], {"x": 1, "a": 2}, (0, 1, 1 / 2)),  # grade 1 only touches it
        (["x", "y"], {"x": 1}, (1, 1, 1)),  # unless nothing better is there
        (list("uvwxya"), {"a": 3}, (0, 0, 1 / 6)),
        (["x"], {"a": 3}, (0, 0, 0)),
        ([], {"a": 3}, (0, 0, 0)),
        (["x"], {}, (0, 0, 0)),
    ],
)
def test_success_and_reciprocal_rank_look_for_a_case_that_helps(ranking, grades, expected):
    found = score(ranking, grades)
    assert (found.success_1, found.success_5, found.reciprocal_rank) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(10))
def test_auroc_agrees_with_scikit_learn_also_on_ties(seed):
    random = np.random.default_rng(seed)
    positives = [float(value) for value in random.integers(2, 9, 20) / 10]
    negatives = [float(value) for value in random.integers(0, 7, 13) / 10]
    theirs = roc_auc_score([1] * 20 + [0] * 13, positives + negatives)
    assert auroc(positives, negatives) == pytest.approx(theirs)


def test_auroc_of_one_group_is_no_number():
    assert math.isnan(auroc([0.5], []))
    assert math.isnan(auroc([], [0.5]))


@pytest.mark.parametrize(("seed", "gain"), [(1, 0.0), (2, 0.1), (3, 0.25), (4, -0.15), (5, 0.4)])
def test_the_paired_test_agrees_with_scipy(seed, gain):
    random = np.random.default_rng(seed)
    second = random.random(14)
    first = second + random.normal(gain, 0.3, 14)
    # Of 14 pairs scipy tries every one of the 2^14 labellings.
    exact = permutation_test(
        (first, second), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert paired_p_value(list(first), list(second)) == pytest.approx(exact, abs=0.015)


def test_the_paired_test_can_be_repeated_and_does_not_care_which_is_first():
    first, second = list(RANDOM.random(30)), list(RANDOM.random(30))
    assert paired_p_value(first, second) == paired_p_value(first, second) == paired_p_value(second, first)


def test_equal_engines_do_not_differ():
    same = [0.1, 0.7, 1.0]
    assert paired_p_value(same, same) == 1.0


def test_a_p_value_is_never_zero():
    assert 0 < paired_p_value([1.0] * 200, [0.0] * 200) < 0.001

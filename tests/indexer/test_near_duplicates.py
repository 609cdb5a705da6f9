"""No event told twice, no question answered the same way over and over. Held against the real library."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity

from indexer.case.library import CaseFile, Library, read_case_file
from indexer.checks.check import check_library
from indexer.checks.near_duplicates import (
    ALIKE_AT_MOST,
    MEASURED_FROM,
    SAME_EVENT,
    nearest_pairs,
    too_many_alike,
)
from indexer.checks.reference import Reference

ORIGINAL = "shanghai-putuo-flowerpot-property-firm-pays"


@pytest.fixture(scope="session")
def library(fixtures):
    return Library.load(fixtures.parent.parent / "cases")


@pytest.fixture(scope="session")
def retold(fixtures):
    """The same event in other words, as somebody else would hand it in."""
    file = read_case_file(fixtures / "retold" / "putuo-car-roof-flowerpot.md", fixtures / "retold")
    path = "pets-falling-objects/putuo-car-roof-flowerpot.md"
    return CaseFile(path, file.sha256, file.parsed)


def with_retold(library, retold):
    return Library(library.root, library.vocabulary, (*library.files, retold))


def test_an_event_told_twice_is_the_most_alike_pair(library, retold):
    first, *others = nearest_pairs((*library.files, retold))
    assert {first.first.path, first.second.path} == {f"pets-falling-objects/{ORIGINAL}.md", retold.path}
    assert first.likeness > SAME_EVENT > others[0].likeness


def test_the_new_file_is_told_whichever_comes_first(library, retold):
    for name in ("a-new-one", "z-new-one"):
        new = CaseFile(f"pets-falling-objects/{name}.md", "", retold.parsed)
        report = check_library(with_retold(library, new), Reference(), frozenset({new.path}))
        (finding,) = [finding for finding in report.findings if finding.code == "near-duplicate"]
        assert finding.path == new.path
        assert ORIGINAL in finding.message
        assert finding.severity == "warning"
        assert {new.path} <= {report.pairs[0].first.path, report.pairs[0].second.path}


def test_no_event_stands_in_the_library_twice(library):
    codes = {finding.code for finding in check_library(library).findings}
    assert not codes & {"near-duplicate", "too-many-alike"}


def test_each_case_stands_beside_its_nearest(library):
    pairs = nearest_pairs(library.files)
    assert {file.path for file in library.files} == {
        file.path for pair in pairs for file in (pair.first, pair.second)
    }
    likenesses = [pair.likeness for pair in pairs]
    assert likenesses == sorted(likenesses, reverse=True)


def test_likeness_is_the_cosine_of_tf_idf(library):
    """The oracle is scikit-learn, with its weights set to those of the docstring."""
    from indexer.checks.near_duplicates import _told
    from indexer.text.normalize import normalize
    from indexer.text.tokenize import index_terms

    files = library.files[:40]
    terms = [index_terms(normalize(_told(file.parsed.case))) for file in files]
    known = sorted({term for document in terms for term in document})
    known = [term for term in known if sum(term in document for document in terms) > 1]
    counts = np.array([[document.count(term) for term in known] for document in terms])
    transformer = TfidfTransformer(sublinear_tf=True, smooth_idf=False, norm=None)
    # scikit-learn adds one to every ln(N / df).
    weights = transformer.fit_transform(counts).toarray() / transformer.idf_ * (transformer.idf_ - 1)
    expected = cosine_similarity(weights)
    paths = [file.path for file in files]
    for pair in nearest_pairs(files):
        row, column = paths.index(pair.first.path), paths.index(pair.second.path)
        assert pair.likeness == pytest.approx(expected[row, column], abs=1e-5)


def test_a_small_library_is_not_judged(library):
    assert nearest_pairs(library.files[: MEASURED_FROM - 1]) == []
    assert nearest_pairs(library.files[:MEASURED_FROM])


def test_the_fifth_case_that_answers_one_question_in_one_way(retold):
    changed = {"situations": ("高空抛物",), "methods": ("依法起诉", "现场勘查")}

    def copies(number, **more):
        for at in range(number):
            case = retold.parsed.case.model_copy(update=changed | more)
            parsed = type(retold.parsed)(f"c{at}.md", case, ())
            yield CaseFile(f"c{at}.md", "", parsed)

    assert not list(too_many_alike(list(copies(ALIKE_AT_MOST))))
    (finding,) = too_many_alike(list(copies(ALIKE_AT_MOST + 1)))
    assert (finding.code, finding.path) == ("too-many-alike", "c4.md")
    other_way = list(copies(1, methods=("人民调解协议",)))
    assert not list(too_many_alike([*copies(ALIKE_AT_MOST), *other_way]))

"""Questions asked a moment ago: kept in memory for a quarter of an hour, under tokens that say nothing."""

from search_api.core.query import Query
from search_api.server.recent import MOST, SECONDS, RecentQueries


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_a_token_leads_back_to_its_question():
    recent = RecentQueries()
    leak, dog = Query("楼上漏水"), Query("狗", filters={"category": ("noise",)})
    tokens = [recent.keep(leak), recent.keep(dog)]
    assert [recent.get(token) for token in tokens] == [leak, dog]
    assert recent.get("never-given") is None


def test_it_is_forgotten_after_a_quarter_of_an_hour_and_not_before():
    clock = Clock()
    recent = RecentQueries(clock)
    token = recent.keep(Query("楼上漏水"))
    clock.now += SECONDS - 1
    assert recent.get(token) is not None
    clock.now += 1
    assert recent.get(token) is None


def test_asking_again_does_not_keep_it_longer():
    clock = Clock()
    recent = RecentQueries(clock)
    token = recent.keep(Query("楼上漏水"))
    for _ in range(3):
        clock.now += SECONDS / 3
        recent.get(token)
    assert recent.get(token) is None


def test_there_is_a_limit_and_the_oldest_go_first():
    recent = RecentQueries(Clock())
    tokens = [recent.keep(Query(f"第{number}件")) for number in range(MOST + 5)]
    assert recent.get(tokens[0]) is None
    assert recent.get(tokens[-1]) is not None
    assert sum(recent.get(token) is not None for token in tokens) <= MOST

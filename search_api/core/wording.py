"""Short words for people, where a code or a heading stands in the data."""

from indexer.case.model import Place
from indexer.passages import PassageKind

MATCH_NAMES: dict[PassageKind, str] = {"facts": "案情相似", "method": "做法可借鉴"}

_SECTION_NAMES = {
    "zh": {"title": "标题", "summary": "要旨", "asked_as": "大家会这样说", "methods": "办法"},
    "en": {
        "title": "Title",
        "summary": "In brief",
        "asked_as": "How people put it",
        "methods": "Methods",
        "案情": "What happened",
        "争议焦点": "What was in dispute",
        "怎么看": "How to see it",
        "怎么干": "What was done",
        "结果": "Outcome",
        "经验与教训": "Lessons",
        "讨论题": "Questions",
    },
}


def section_name(section: str, language: str = "zh") -> str:
    """Return what people read for a passage's section."""
    return _SECTION_NAMES.get(language, {}).get(section, section)


def place_name(place: Place, *, full: bool = False) -> str:
    """Return `place` as one word, the province in front if `full` or if there is no city: 白银市平川区."""
    province = place.province if (full or not place.city) and place.province != place.city else ""
    return "".join((province, place.city, place.district, place.community))

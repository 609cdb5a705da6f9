"""What of a text asks how to do something: there the need shows, the rest tells what the trouble is about."""

import re

_CLAUSE = re.compile(r"[^，。！？；、,.!?;\n]+")
_ASKS = re.compile(
    r"怎么(?!办|整|回事)|怎样|咋(?!办|整|回事)|如何|谁来|谁去|请谁|找谁|让谁|该谁|办法|法子|多久|先做|几样|哪|才能|才叫|才好|不伤|不炸|服气|管用|算数"
    r"|\bhow\b|\bwho should\b|\bwhat (?:should|can|do)\b|\bways? (?:to|of)\b"
)
_LONGEST = 60
"""Speech without stops is one long clause; then what stands about the last question must do."""

_BEFORE, _AFTER = 14, 20


def asking(text: str) -> str:
    """Return the clauses of normalised `text` that ask how, joined by commas; empty when none does."""
    clauses = [match[0].strip() for match in _CLAUSE.finditer(text)]
    asked = "，".join(clause for clause in clauses if _ASKS.search(clause))
    if len(clauses) > 1 or len(asked) <= _LONGEST:
        return asked
    last = list(_ASKS.finditer(asked))[-1]
    return asked[max(0, last.start() - _BEFORE) : last.end() + _AFTER]

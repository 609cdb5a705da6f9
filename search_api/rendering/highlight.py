"""Text with the characters that matter marked."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Return `text` escaped, with <mark> around each (start, end) of `spans`.

    Spans may come in any order, overlap, touch or reach beyond the text.
    """
    pieces: list[Markup] = []
    done = 0
    for start, end in _merged(spans, len(text)):
        pieces += [escape(text[done:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        done = end
    return Markup().join([*pieces, escape(text[done:])])


def _merged(spans: Sequence[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    """Yield `spans` in order, cut to 0..`length`, empty ones left out and touching ones joined."""
    held: tuple[int, int] | None = None
    for start, end in sorted((max(0, start), min(length, end)) for start, end in spans):
        if start >= end:
            continue
        if held and start <= held[1]:
            held = (held[0], max(held[1], end))
            continue
        if held:
            yield held
        held = (start, end)
    if held:
        yield held

"""A page as a test looks at it: its elements in order, with attributes and text."""

from html.parser import HTMLParser

_VOID = {"input", "meta", "link", "br", "hr", "img"}


class Element:
    """An element with its attributes, its own place in the tree and all text inside."""

    def __init__(self, tag, attributes, parent):
        self.tag = tag
        self.attributes = dict(attributes)
        self.parent = parent
        self.text = ""

    def __getitem__(self, name):
        return self.attributes[name]

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    def inside(self, tag):
        """Whether an element called `tag` is above this one."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))


class Page(HTMLParser):
    """All elements of `html`."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self._open = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs, self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    def all(self, tag, **attributes):
        """Every element called `tag` with these attributes (`class_` looks for one class)."""
        wanted = attributes.pop("class_", None)
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.get(name) == value for name, value in attributes.items())
            and (wanted is None or wanted in (element.get("class") or "").split())
        ]

    def one(self, tag, **attributes):
        """The only such element."""
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def text(self):
        """All text of the page."""
        return self.elements[0].text

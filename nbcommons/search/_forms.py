"""Other ways to write the same: in one word or in two, short or in full, here or overseas.

What a word may also be written as is looked for besides, and counts less. Nothing here depends on
what stands in notebooks beyond whether a word is known at all: a form that nobody wrote finds
nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from nbcommons.search import _analysis
from nbcommons.search._schema import EVERY_FIELD
from nbcommons.search._words import COMMON_IN, Frequency, Word

SHORTEST_PARTED = 6
SHORTEST_PART = 3
SHORTEST_PLURAL = 5
LONGEST_PARTED = 24

# Each line holds what means the same to people who write notebooks.
_SAME = (
    ("ai", "artificial intelligence"),
    ("api", "application programming interface"),
    ("color", "colour"),
    ("cnn", "convolutional neural network"),
    ("db", "database"),
    ("df", "dataframe", "data frame"),
    ("eda", "exploratory data analysis"),
    ("etl", "extract transform load"),
    ("fft", "fourier transform"),
    ("gis", "geographic information system"),
    ("gui", "graphical user interface"),
    ("knn", "nearest neighbors", "nearest neighbours"),
    ("llm", "large language model"),
    ("ml", "machine learning"),
    ("neighbor", "neighbour"),
    ("nlp", "natural language processing"),
    ("oop", "object oriented"),
    ("pca", "principal component analysis"),
    ("regex", "regexp", "regular expression"),
    ("rnn", "recurrent neural network"),
    ("sklearn", "scikit learn"),
    ("svm", "support vector machine"),
    ("tsp", "traveling salesman", "travelling salesman"),
    ("traveling", "travelling"),
    ("viz", "visualization", "visualisation"),
)
# Endings in which British and American words differ, by what the stemmer makes of them.
_ENDINGS = (("isation", "ization"), ("ise", "ize"), ("ised", "ized"), ("ising", "izing"))

# Endings of one and of several that the stemmer does not know.
_PLURALS = (
    ("us", ("u",)),
    ("u", ("us",)),
    ("ices", ("ix", "ex")),
    ("ix", ("ices",)),
    ("ex", ("ices",)),
)
# Packages that are imported under another name than they are installed by.
_PACKAGES = (
    ("attrs", "attr"),
    ("beautifulsoup4", "bs4"),
    ("opencv-python", "cv2"),
    ("pillow", "pil"),
    ("python-dateutil", "dateutil"),
    ("pyyaml", "yaml"),
    ("scikit-image", "skimage"),
    ("scikit-learn", "sklearn"),
)

Form = tuple[str, ...]


def _table() -> dict[Form, tuple[Form, ...]]:
    found: dict[Form, tuple[Form, ...]] = {}
    for line in _SAME:
        forms = list(dict.fromkeys(tuple(_analysis.stems(text)) for text in line))
        for form in forms:
            found[form] = tuple(other for other in forms if other != form)
    return found


_FORMS = _table()
_LONGEST = max(map(len, _FORMS))


def package_forms(name: str) -> tuple[str, ...]:
    """What a package may be called in notebooks: ``a.b`` is of package ``a``.

    >>> package_forms("Matplotlib.pyplot"), package_forms("scikit-image")
    (('matplotlib.pyplot', 'matplotlib'), ('scikit-image', 'skimage'))
    """
    written = name.lower()
    forms = [written, written.partition(".")[0]]
    for line in _PACKAGES:
        if {written, forms[1]} & {*line}:
            forms += line
    return tuple(dict.fromkeys(form for form in forms if form))


def with_forms(words: Sequence[Word], frequency: Frequency) -> tuple[Word, ...]:
    """``words``, each also to be looked for as people might write it otherwise.

    ``frequency`` tells in how many notebooks a stem stands in a field.
    """
    found: list[dict[Form, None]] = [dict.fromkeys(_own(word)) for word in words]
    for first, last, form in _together(words):
        for place in range(first, last):
            found[place][form] = None
    return tuple(
        replace(word, others=_known(word, forms, frequency))
        for word, forms in zip(words, found, strict=True)
    )


def _known(word: Word, forms: Iterable[Form], frequency: Frequency) -> tuple[Form, ...]:
    """Those of ``forms`` of which every word is known, and one is rare enough to look for."""
    kept = []
    for form in forms:
        if form != word.stems and form:
            rarest = min(frequency(EVERY_FIELD, stem) for stem in form)
            if rarest > 0 and (len(form) == 1 or rarest <= COMMON_IN):
                kept.append(form)
    return tuple(kept)


def _own(word: Word) -> Iterator[Form]:
    """Forms of one word: its synonyms, its parts in one, itself in parts."""
    yield from _FORMS.get(word.stems, ())
    written = _analysis.words(word.text)
    if len(written) > 1:
        parts = word.text.split(".")
        if len(parts) > 1 and all(map(str.isidentifier, parts)) and len(parts[-1]) > 2:  # noqa: PLR2004
            yield tuple(_analysis.stems(parts[-1]))  # `df.groupby` is about `groupby`
        yield tuple(_analysis.stems("".join(written)))
        return
    if word.code_stems != word.stems:
        yield word.code_stems
    for text in written:
        for ending, others in _PLURALS:
            if text.endswith(ending) and len(text) >= SHORTEST_PLURAL:
                beginning = text.removesuffix(ending)
                yield from (tuple(_analysis.stems(beginning + other)) for other in others)
        for ending, other in _ENDINGS:
            for old, new in ((ending, other), (other, ending)):
                if text.endswith(old):
                    yield tuple(_analysis.stems(text.removesuffix(old) + new))
        yield from _parted(text)


def _parted(text: str) -> Iterator[Form]:
    """``timeseries`` as ``time series``."""
    if not (SHORTEST_PARTED <= len(text) <= LONGEST_PARTED and text.isalpha()):
        return
    for place in range(SHORTEST_PART, len(text) - SHORTEST_PART + 1):
        yield tuple(_analysis.stems(f"{text[:place]} {text[place:]}"))


def _together(words: Sequence[Word]) -> Iterator[tuple[int, int, Form]]:
    """Forms of several words side by side, and which: ``time series`` as ``timeseries``."""
    for place, (one, other) in enumerate(pairwise(words)):
        if len(one.stems) == len(other.stems) == 1:
            yield place, place + 2, tuple(_analysis.stems(one.text + other.text))
    stems = [word.stems[0] if len(word.stems) == 1 else "" for word in words]
    for first in range(len(stems)):
        for last in range(first + 2, min(first + _LONGEST, len(stems)) + 1):
            for form in _FORMS.get(tuple(stems[first:last]), ()):
                yield first, last, form

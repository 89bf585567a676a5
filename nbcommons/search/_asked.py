"""One search under way: the question, who asks it, and the index that is asked."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import tantivy

from nbcommons.search import _query
from nbcommons.search._fields import has, weightless
from nbcommons.search._language import Question
from nbcommons.search._query import Plan
from nbcommons.search._values import Reader, SearchRequest
from nbcommons.search._words import Word


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to an index, with its words in all the forms in which they are looked for."""

    searcher: tantivy.Searcher
    question: Question
    request: SearchRequest
    reader: Reader
    words: tuple[Word, ...]
    # As ``Opened.state``.
    state: Hashable = None
    # What ``frequency`` has told in this search.
    told: dict[tuple[str, str], int] = field(default_factory=dict)

    def plan(self, *, without: str = "") -> Plan:
        """The queries; ``without`` names a filter to leave out."""
        return self.plan_for(self.question, self.request, self.words, without=without)

    def plan_for(
        self,
        question: Question,
        request: SearchRequest,
        words: Sequence[Word],
        *,
        without: str = "",
    ) -> Plan:
        """The queries of a similar search by the same reader."""
        return _query.plan(
            question,
            request,
            reader=self.reader,
            words=words,
            frequency=self.frequency,
            without=without,
        )

    def frequency(self, name: str, stem: str) -> int:
        """In how many notebooks ``stem`` stands in field ``name``, whoever may see them."""
        key = (name, stem)
        known = self.told.get(key)
        if known is None:
            known = self.told[key] = self.searcher.doc_freq(name, stem) if has(name) else 0
        return known

    @property
    def visible(self) -> tantivy.Query:
        """All notebooks that the reader may find."""
        return _query.visible_with(weightless(tantivy.Query.all_query()), self.reader)

    def begun(self, name: str, beginning: str, *, most: int) -> list[str]:
        """The words of field ``name`` that begin so, commonest first, as the reader may find."""
        if not has(name):
            return []
        found = self.searcher.terms_with_prefix(
            name, beginning, filter_query=self.visible, limit=most
        )
        return [word for word, _ in found]

    def count_visible(self, query: tantivy.Query) -> int:
        """How many notebooks that the reader may find match ``query``."""
        return self.count(_query.visible_with(query, self.reader))

    def count(self, query: tantivy.Query) -> int:
        """How many notebooks match ``query``, which holds what the reader may find."""
        return total_of(self.searcher.search(query, limit=1))


def total_of(found: tantivy.SearchResult) -> int:
    """How many notebooks a search has found, beyond those that it gives."""
    return int(found.count)  # type: ignore[attr-defined] # the stub has forgotten it

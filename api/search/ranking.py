"""The order of search results: exact names, beginnings of names, names nearly so, words, notes, pieces of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice, pairwise
from typing import Literal

from rapidfuzz.distance import OSA

from api.lookup.database import Database
from api.lookup.parsed_name import parse_name
from api.lookup.resolve import resolve
from api.lookup.spelling import Spelling
from api.lookup.suggest import Suggester
from api.search import weights
from api.search.leaves import LETTERS, NEARNESS, Leaves
from api.search.question import Question, read_question
from api.search.words import Words, american, is_chinese, phrase, read_text, read_words
from loader.model.dotted import Side, leaf, side_of
from loader.names import key
from loader.text import MOST_QUESTIONS

Reason = Literal[
    "name", "beginning of a name", "words of a name", "similar name", "words",
    "piece of a name", "listed",
]  # fmt: skip
Ranked = list[tuple[int, Reason]]
DEEPEST = 1000  # results; nobody turns more pages, and counting them takes longer than finding them
ENOUGH = 100  # results; less exact ones are not looked for then
LONGEST_NAME = 5  # words that may be one name, written apart
# Weights of what matches.
# Added for what most code uses; for what less code uses, in proportion to the logarithm. Of those whose name was typed
# it is what is meant; of those that speak of the same it is only somewhat likelier.
USED_NAME = 1.0
USED_WORDS = 0.3
KIND = 1.25  # of the kind that was asked for
BASIC = 1.15  # what a student is told to read
OTHER_SIDE = 0.9  # a mapping about a name of TensorFlow: most readers come with one of PyTorch, if they do not say so
ASKED = 0.4  # what one of its questions holds, by itself
SIDES: tuple[Side, ...] = ("torch", "tf")


class Ranking:
    """Search over one database."""

    def __init__(self, database: Database, suggester: Suggester) -> None:
        self._database = database
        self._suggester = suggester
        self._spelling = Spelling(database)
        self._leaves = Leaves(database)
        self._weights = weights.of_mappings(database)
        self._questions = weights.of_questions(database)
        self._factors = lru_cache(maxsize=32)(self._find_factors)

    def rank(self, text: str) -> Ranked:
        """The numbers of the mappings that match, best first, each once, with what matched; at most DEEPEST."""
        text = read_text(text)
        if not text:
            return [(number, "listed") for number in islice(self._database.summaries, DEEPEST)]
        question = read_question(text)
        seen: dict[int, Reason] = {}
        for stage in self._stages(question):
            for number, why in stage:
                seen.setdefault(number, why)
            if len(seen) >= ENOUGH:
                break
        return list(islice(seen.items(), DEEPEST))

    def read_as(self, text: str) -> str | None:
        """The text with misspelt words put right; None where there are none."""
        words = read_words(read_question(read_text(text)).rest)
        corrected = [self._spelling.correct(word) or word for word in words.whole]
        return " ".join(corrected) if list(words.whole) != corrected else None

    def _stages(self, question: Question) -> Iterator[Iterable[tuple[int, Reason]]]:
        """From exact to vague."""
        named: Ranked = []
        for name in question.names:
            named += self._named(name, question)
        yield named
        text = question.rest
        is_name = len(text.split()) == 1 or "(" in text
        words = read_words(text.partition("(")[0] if is_name else text)
        if is_name:
            named = list(self._names(text, question))
            yield named
        elif len(question.plain.split()) == 1:  # `relu function`
            yield self._named(question.plain, question)
        if 1 < len(words.whole) <= LONGEST_NAME:
            named = list(_because("words of a name", self._written_apart(words, question)))
            yield named
        if len(words.whole) > 3:
            yield _because("words", self._asked(text))
        if not named:
            if is_name and len(text) >= 3 and not self._spelling.knows(text):
                yield _because("piece of a name", self._holding(text, question))
            if is_name and (corrected := self._spelling.correct(text)):
                yield _because("similar name", [number for number, _ in self._begun(corrected, question)])
            yield _because("similar name", self._similar(text, words, question))
        yield _because("words", self._words(words, question))
        if is_name and len(text) >= 3:
            yield _because("piece of a name", self._holding(text, question))

    def _named(self, name: str, question: Question) -> Ranked:
        """The mappings that answer a name: of a whole one in the order of a look-up, else what code uses more first."""
        found = [answer for side in SIDES for answer in resolve(self._database, name, side)]
        found.sort(
            key=lambda answer: (
                answer.name != name,
                leaf(answer.name).lower() != leaf(name).lower(),  # only what it belongs to is known
                answer.name != name and -self._share(answer.mapping, question) * NEARNESS[answer.role],
            )
        )
        return [(answer.mapping, "name") for answer in found]

    def _names(self, text: str, question: Question) -> Iterator[tuple[int, Reason]]:
        """What one word may be the name of, or the beginning of one."""
        if "." in text.rstrip(".("):
            yield from self._path(text, question)
            return
        begun = self._begun(american(text.rstrip(".(")), question)
        if not any(why == "name" for _, why in begun):  # a former name, a method of somebody's variable
            yield from self._named(american(text), question)
        yield from begun

    def _path(self, text: str, question: Question) -> Iterator[tuple[int, Reason]]:
        """What a dotted name may be or become: more of a path comes before a method of that name."""
        parsed = parse_name(text)
        typed = key(parsed.name + "." * text.endswith(".")) if parsed else key(text)
        longer = self._database.with_prefix(typed, DEEPEST)
        longer.sort(key=lambda number: -self._share(number, question))
        begun = list(_because("beginning of a name", longer))
        named = self._named(text, question)
        if parsed and not named and not begun:  # `K.mean`, `np.where`: what others call so
            yield from (one for one in self._begun(parsed.leaf, question) if one[1] == "name")
        is_known = any(self._database.names(typed, side) for side in SIDES)
        yield from chain(begun, named) if parsed and parsed.method and not is_known else chain(named, begun)

    def _begun(self, text: str, question: Question) -> Ranked:
        near, whole = self._leaves.beginning(text)
        return [
            (number, "name" if number in whole else "beginning of a name")
            for number in self._heaviest(near, question, USED_NAME)
        ]

    def _written_apart(self, words: Words, question: Question) -> Iterator[int]:
        """`drop out`, `multi head attention`: names that their words make when joined."""
        corrected = [self._spelling.correct(word) or word for word in words.whole]
        for spelt in dict.fromkeys(("".join(words.whole), "".join(corrected))):
            yield from (number for number, _ in self._begun(spelt, question))
            for end in ("", "*"):
                match = f"names : {phrase(spelt)}{end}"
                yield from self._heaviest(dict(self._database.with_words("words", match, DEEPEST)), question, USED_NAME)

    def _asked(self, text: str) -> list[int]:
        """Mappings for which somebody wrote down this very question."""
        return [number for number, _ in self._database.with_words("words", f"questions : {phrase(text)}", DEEPEST)]

    def _holding(self, text: str, question: Question) -> list[int]:
        """Mappings one of whose names has a piece, what code uses more first: `norm2d` of `BatchNorm2d`."""
        found = self._database.with_piece(phrase(text), DEEPEST)
        return sorted(found, key=lambda number: -self._share(number, question))

    def _similar(self, text: str, words: Words, question: Question) -> list[int]:
        """Mappings whose name is written nearly so, where a word is misspelt; of equals what code uses more first."""
        if len(words.whole) > LONGEST_NAME or all(map(self._spelling.knows, words.whole)):
            return []
        if len(words.whole) > 1:
            text = "".join(words.whole)

        def far(distance: int, name: str, number: int) -> tuple[float, ...]:
            whole = OSA.distance(key(text), key(name)) if "." in text else 0
            capitals = 1 if leaf(name).islower() == leaf(text).islower() else LETTERS
            return distance, whole, -self._share(number, question) * capitals

        found = [
            (far(distance, name, answer.mapping), answer.mapping)
            for side in SIDES
            for distance, name in self._suggester.near(text, side)
            for answer in resolve(self._database, name, side)
            if answer.name == name
        ]
        return [number for _, number in sorted(found)]

    def _words(self, words: Words, question: Question) -> Iterator[int]:
        """By weight: each word counts by how rare it is, and by where it stands.

        That a mapping holds most words of the question tells more than that it holds one of them often.
        """
        telling = [word for word in words.wanted if not self._spelling.is_common(word)] or words.wanted
        pieces = list(
            dict.fromkeys(piece for word in telling for piece in self._loose(word, typing=word is words.wanted[-1]))
        )
        found: dict[int, float] = defaultdict(float)
        for number, weight in self._best_questions(pieces).items():
            found[number] = ASKED * weight
        for piece in pieces:
            for number, weight in self._weights.of(piece).items():
                found[number] += weight
        yield from self._heaviest(found, question, USED_WORDS)

    def _best_questions(self, pieces: list[str]) -> dict[int, float]:
        """Of each mapping the weight of the question that holds most of these words."""
        questions: dict[int, float] = defaultdict(float)
        for piece in pieces:
            for row, weight in self._questions.of(piece).items():
                questions[row] += weight
        best: dict[int, float] = {}
        for row, weight in questions.items():
            number = row // MOST_QUESTIONS
            if weight > best.get(number, 0.0):
                best[number] = weight
        return best

    def _heaviest(self, found: dict[int, float], question: Question, used: float) -> list[int]:
        """By weight, each mapping by the factor that it is likelier to be meant than its words say."""
        factors = self._factors(question.side != "tf", question.kinds, used)
        shares = {number: -weight * factors[number] for number, weight in found.items()}
        return sorted(sorted(shares), key=shares.__getitem__)

    def _share(self, number: int, question: Question) -> float:
        return self._factors(question.side != "tf", question.kinds, USED_NAME)[number]

    def _find_factors(self, for_torch: bool, kinds: frozenset[str], used: float) -> dict[int, float]:
        """Of each mapping the factor that it is likelier to be meant, by what a question says besides its words."""
        return {
            number: (1 + used * one.weight)
            * (BASIC if one.basic else 1)
            * (1 if (side_of(one.id) == "torch") == for_torch else OTHER_SIDE)
            * (KIND if one.kind in kinds else 1)
            for number, one in self._database.summaries.items()
        }

    def _spellings(self, word: str, *, typing: bool) -> str:
        """A word in every form that it may have, the beginning of a longer one among them while it is being typed."""
        forms = dict.fromkeys((word, american(word), self._spelling.correct(word) or word))
        star = "*" if typing and not is_chinese(word) and not self._spelling.has(word) else ""
        return f"({' OR '.join(map(phrase, forms))}{star})"

    def _loose(self, word: str, *, typing: bool) -> list[str]:
        """Of Chinese any two neighbouring characters, for words are mostly that long."""
        if is_chinese(word) and len(word) > 2:
            return [phrase(first + second) for first, second in pairwise(word)]
        return [self._spellings(word, typing=typing)]


def _because(why: Reason, numbers: Iterable[int]) -> Iterator[tuple[int, Reason]]:
    return ((number, why) for number in numbers)

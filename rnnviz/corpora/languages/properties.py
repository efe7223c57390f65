"""What is known of generated texts, in words: the properties that `truth` has by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CLASSES = frozenset({"innermost", "particle", "place"})  # their numbers are names, not counts

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "letter": "which letter of the word was read, counted from 1",
        "unanswered": "how many a were read that no b has answered yet",
        "answering": "1 once the line has a b, else 0",
        "depth": "how many brackets or blocks are open",
        "innermost": "the kind of the last open bracket: 1 (, 2 [, 3 {; 0 where none is open",
        "inside_quote": "1 inside quote marks, the opening one included, else 0",
        "column": "characters since the last line break",
        "inside_comment": "1 inside a comment, else 0",
        "inside_string": "1 inside a string, its opening quote mark included, else 0",
        "final_consonant": "1 where the syllable read ends in a consonant, else 0",
        "particle": "the particle read: 1 은/는 (topic), 2 이/가 (subject), 3 을/를 (object) or 0",
        "place": "the place said: 1 ones, 2 tens, 3 hundreds, 4 thousands; 0 outside the words",
        "saying": "1 from the space between digits and words to the line's end, else 0",
    }
)

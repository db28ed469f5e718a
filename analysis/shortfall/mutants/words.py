"""What slips have in common: which words are numbers, dates or names, and how a word is misspelt."""

import random
import re

NUMBER = re.compile(r"-?\d[\d_]*(\.\d+)?([eE][+-]?\d+)?$")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")

#: Keys and columns whose text is anything.
FREE = {"title", "question", "note", "source", "name", "label", "confidence", "basis", "paid_by"}
#: Keys and columns whose number may be below zero.
SIGNED = {
    "mean",
    "mu",
    "low",
    "high",
    "mode",
    "min",
    "max",
    "median",
    "growth_per_year",
    "demand_growth",
    "latitude",
    "longitude",
}


def slip(word: str, rng: random.Random) -> str:
    """The word with two letters swapped, one missing, or one too many."""
    at = rng.randrange(len(word))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return rng.choice([swapped, word[:at] + word[at + 1 :], word[:at] + "q" + word[at:]])

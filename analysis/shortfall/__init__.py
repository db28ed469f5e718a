"""Reads the results of shortfall and answers with numbers that carry their intervals.

`shortfall.results.open("results/NAME")` gives the tables of a folder as lazy frames, with their units.
"""

from shortfall import results

__all__ = ["results"]

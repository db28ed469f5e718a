"""Scenarios of the library: a chain.toml and the tidy tables in scenarios/data turned into a scenario's files."""

from shortfall.chains.build import build

__all__ = ["build"]

#!/usr/bin/env python3
"""Writes this scenario from chain.toml and the tables in scenarios/data and scenarios/parameters; needs nothing but Python."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "analysis"))

from shortfall.chains import build  # noqa: E402

build(HERE)

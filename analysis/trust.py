"""Puts what tests measured into docs/trust.md: python analysis/trust.py LOG..."""

import sys
from pathlib import Path

from shortfall import trust

if __name__ == "__main__":
    page = Path(__file__).resolve().parents[1] / "docs" / "trust.md"
    measured = trust.figures("\n".join(Path(log).read_text(errors="replace") for log in sys.argv[1:]))
    page.write_text(trust.filled(page.read_text(), measured))
    print(f"{len(measured)} figures in {page}")

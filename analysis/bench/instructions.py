"""Instructions that a block of eight runs takes, counted by callgrind: the same on a busy machine as on a quiet one.

    python analysis/bench/instructions.py target/release/deps/table-0123abcd [--record]

Prints the change against the recorded counts and fails if one has grown by more than 5 %. Callgrind lacks some AVX
instructions, so the baseline version of the step is counted.
"""

import argparse
import json
import re
import subprocess
from pathlib import Path

RECORDED = Path(__file__).with_name("instructions.json")
BLOCKS = 4
MOST = 0.05


def counted(program: str, case: str, blocks: int) -> int:
    """All instructions of a run of the program."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "--blocks", case, str(blocks)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built benchmark `table`")
    parser.add_argument("--record", action="store_true", help="keep the counts as the new standard")
    options = parser.parse_args()
    known = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    found, grown = {}, []
    for case in ("workload", "cobalt-fpv"):
        # What reading the scenario takes is in both and goes out.
        of_blocks = counted(options.program, case, BLOCKS) - counted(options.program, case, 0)
        found[case] = round(of_blocks / BLOCKS)
        change = found[case] / known[case] - 1 if case in known else 0.0
        print(f"{case}: {found[case] / 1e6:.2f} million instructions a block, {100 * change:+.1f} %")
        if change > MOST:
            grown.append(case)
    if options.record:
        RECORDED.write_text(json.dumps(found, indent=4) + "\n")
    elif grown:
        raise SystemExit(f"more than {100 * MOST:.0f} % slower than recorded: {', '.join(grown)}")


if __name__ == "__main__":
    main()

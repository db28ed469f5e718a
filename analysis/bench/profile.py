"""Where the step's time goes, by the function of sim/src/step that an instruction comes from; all are inlined into one.

    cargo bench --bench table --no-run --config 'profile.release.package.shortfall.debug="line-tables-only"'
    python analysis/bench/profile.py target/release/deps/table-0123abcd [--case cobalt-fpv]

Needs perf, readelf and llvm-symbolizer.
"""

import argparse
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path


def output(*command: str, text: str | None = None) -> str:
    """What a command prints."""
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def samples(program: str, case: str, blocks: int) -> Counter[int]:
    """How often each address of the program was met, as its file counts them."""
    with tempfile.TemporaryDirectory() as folder:
        data = str(Path(folder) / "perf.data")
        output("perf", "record", "-F", "4000", "-o", data, program, "--blocks", case, str(blocks))
        addresses = output("perf", "script", "-i", data, "-F", "ip")
        mapped = output("perf", "script", "-i", data, "--show-mmap-events")
    hexadecimal = "(?:0x)?([0-9a-f]+)"
    mapping = rf"\[{hexadecimal}\({hexadecimal}\) @ {hexadecimal} [^]]*\]: r.xp {re.escape(program)}\n"
    maps = [tuple(int(number, 16) for number in found) for found in re.findall(mapping, mapped)]
    loads = re.findall(
        rf"LOAD +{hexadecimal} {hexadecimal} 0x[0-9a-f]+ {hexadecimal}", output("readelf", "-lW", program)
    )
    segments = [tuple(int(number, 16) for number in load) for load in loads]
    counts: Counter[int] = Counter()
    for address in (int(line, 16) for line in addresses.split()):
        for start, length, offset in maps:
            if start <= address < start + length:
                place = address - start + offset
                counts.update(place - at + to for at, to, size in segments if at <= place < at + size)
    return counts


def function(frames: list[str]) -> str | None:
    """The step's function that an instruction was inlined from: the outermost below `make`."""
    inlined = zip(frames[::2], frames[1::2], strict=True)
    names = [name for name, place in inlined if re.search(r"src/step/(?!mod\.rs|instructions\.rs)", place)]
    return names[-1] if names else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built benchmark `table`")
    parser.add_argument("--case", default="workload", choices=["workload", "cobalt-fpv"])
    parser.add_argument("--blocks", type=int, default=400)
    options = parser.parse_args()
    program = str(Path(options.program).resolve())
    counts = samples(program, options.case, options.blocks)
    asked = "\n".join(hex(address) for address in counts) + "\n"
    answers = output("llvm-symbolizer", f"--obj={program}", "--inlines", "--demangle", text=asked).strip().split("\n\n")
    time: Counter[str] = Counter()
    for count, answer in zip(counts.values(), answers, strict=True):
        if name := function(answer.split("\n")):
            time[name.split("::")[-1]] += count
    for name, count in time.most_common():
        print(f"{100 * count / time.total():5.1f} %  {name}")


if __name__ == "__main__":
    main()

"""Writes the bill of materials (CycloneDX 1.5) and the licences of everything that is compiled into the program.

python packaging/bill.py dist
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

#: What the wheel is built for: dependencies of other systems are not in it.
TARGET = "x86_64-unknown-linux-gnu"
LICENCE = re.compile(r"(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)


def compiled_in(metadata: dict) -> list[dict]:
    """Packages that the program is built from: dependencies of dependencies too, those of tests and build scripts not."""
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    left = [package["id"] for package in metadata["packages"] if package["source"] is None]
    seen = set(left)
    while left:
        for dependency in nodes[left.pop()]["deps"]:
            normal = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if normal and dependency["pkg"] not in seen:
                seen.add(dependency["pkg"])
                left.append(dependency["pkg"])
    return sorted((packages[key] for key in seen), key=lambda package: (package["name"], package["version"]))


def component(package: dict, checksums: dict[tuple[str, str], str]) -> dict:
    """One package as CycloneDX has it."""
    name, version = package["name"], package["version"]
    found = {
        "type": "library" if package["source"] else "application",
        "name": name,
        "version": version,
        "purl": f"pkg:cargo/{name}@{version}",
        "licenses": [{"expression": (package["license"] or "NOASSERTION").replace("/", " OR ")}],
    }
    if checksum := checksums.get((name, version)):
        found["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return found


def licences(packages: list[dict]) -> str:
    """The text of every licence file of the packages."""
    parts = []
    for package in packages:
        if package["source"]:
            folder = Path(package["manifest_path"]).parent
            texts = [
                path.read_text(errors="replace")
                for path in sorted(folder.iterdir())
                if path.is_file() and LICENCE.match(path.name)
            ]
            head = f"{package['name']} {package['version']}: {package['license']}"
            parts.append(
                "\n\n".join(
                    [head, "=" * len(head), *(texts or ["No licence file comes with it; see the expression above.\n"])]
                )
            )
    return "\n\n".join(parts)


def main(out: Path) -> None:
    """Both files, into `out`."""
    root = Path(__file__).resolve().parents[1]
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET]
    metadata = json.loads(subprocess.run(command, cwd=root, check=True, capture_output=True).stdout)
    lock = tomllib.loads((root / "Cargo.lock").read_text())
    checksums = {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}
    packages = compiled_in(metadata)
    own = [component(package, checksums) for package in packages if not package["source"]]
    others = [component(package, checksums) for package in packages if package["source"]]
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": own[0]},
        "components": others,
    }
    out.mkdir(exist_ok=True)
    (out / "shortfall.cdx.json").write_text(json.dumps(bill, indent=1) + "\n")
    (out / "THIRD-PARTY.txt").write_text(licences(packages))
    print(f"{len(others)} packages in {out / 'shortfall.cdx.json'} and {out / 'THIRD-PARTY.txt'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

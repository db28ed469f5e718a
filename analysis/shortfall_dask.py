"""A run or a summary on a Dask cluster; flags that are not listed below go to `shortfall run`.

python analysis/shortfall_dask.py run SCENARIO -o results/NAME --shards 40 -n 5000
python analysis/shortfall_dask.py summary results/NAME
"""

import subprocess
from argparse import ArgumentParser, RawDescriptionHelpFormatter

from shortfall import cluster, command, export, partials, results


def arguments() -> tuple:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["run", "summary"])
    parser.add_argument("what", help="scenario, or results folder")
    parser.add_argument("-o", "--out", help="results folder of run")
    parser.add_argument("--shards", type=int, default=8, help="parts of the run, or of the points (8)")
    parser.add_argument("--program", default="shortfall", help="the program, where workers find it")
    parser.add_argument("--scheduler", help="address of a scheduler that runs already")
    parser.add_argument("--jobqueue", choices=["slurm"], help="workers as jobs")
    parser.add_argument("--workers", type=int, default=2, help="workers, or jobs (2)")
    parser.add_argument("--threads", type=int, default=1, help="threads of the program on each worker (1)")
    parser.add_argument("--memory", default="4GB", help="memory of a job (4GB)")
    return parser.parse_known_args()


def main() -> None:
    asked, others = arguments()
    with cluster.open_cluster(asked.scheduler, asked.jobqueue, asked.workers, asked.threads, asked.memory) as client:
        if asked.verb == "run":
            words = [asked.program, "run", asked.what, "--out", asked.out, "--threads", str(asked.threads), *others]
            cluster.drive(client, words, asked.shards)
            raise SystemExit(subprocess.run([asked.program, "merge", asked.out]).returncode)
        found = results.load(asked.what)
        last = found.manifest["points"] - 1
        (path,) = (str(p.resolve()) for p in (found.folder / "tables/histograms").glob("*.parquet"))
        step = -(-(last + 1) // asked.shards)
        parts = [client.submit(partials.partial, path, first, first + step - 1) for first in range(0, last + 1, step)]
        table = partials.statistics(partials.tree(parts, client.submit).result())
        export.save(table, found.report, "distributed", found.stamp)
        print(f"{len(table):,} distributions over {last + 1:,} points in {found.report}")


if __name__ == "__main__":
    command.run(main)

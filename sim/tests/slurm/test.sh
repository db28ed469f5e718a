#!/bin/bash
# The script of `shortfall plan --slurm` on a real Slurm: a task that is told to stop goes back into the queue and goes on, one that is
# requeued from outside does, too, and the merged shards are the bytes of one run.
#
#   sim/tests/slurm/test.sh target/release/shortfall
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
runs=${RUNS:-400000}
for needed in slurmctld slurmd sbatch munged; do
    command -v "$needed" >/dev/null || {
        echo "missing: $needed; on Debian: apt install slurmctld slurmd slurm-client munge" >&2
        exit 2
    }
done
. "$here/cluster.sh"
folder=$(mktemp -d)
trap 'cluster_down; rm -rf "$folder"' EXIT
cluster_up "$folder/cluster"
cd "$folder"
mkdir bin && ln -s "$program" bin/shortfall
export PATH=$folder/bin:$PATH
cp -r "$here/../invalid/valid" scenario

shortfall plan scenario -n "$runs" --shards 4 --tasks 2 -j 1 --keep summary --slurm -o out --walltime 10m >job.sh
job=$(sbatch --parsable job.sh)
chunks() { ls out/.shortfall-partial/chunks/*.chunk 2>/dev/null | wc -l; }
chunks_exist() { (($(chunks) > 0)); }
state() { squeue -h -r -j "$1" -o %T 2>/dev/null; }
runs_again() { [ "$(scontrol show job "$1" | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p' | head -1)" = "$2" ]; }

cluster_wait "the first chunk" chunks_exist
scancel --batch --signal=TERM "${job}_1"
cluster_wait "task 1 in the queue again" runs_again "${job}_1" 1
echo "task 1 was stopped with $(chunks) chunks done, and requeued itself"
if [ "$(state "${job}_2")" = RUNNING ]; then
    scontrol requeue "${job}_2"
    cluster_wait "task 2 in the queue again" runs_again "${job}_2" 1
    echo "task 2 was requeued from outside"
fi
all_done() { [ -z "$(squeue -h -j "$job" 2>/dev/null)" ]; }
for ((tries = 0; tries < 5; tries++)); do
    (cluster_wait "the end of the job" all_done) && break
done
all_done
shortfall merge out
shortfall run scenario -n "$runs" -q --keep summary -o whole
for table in whole/tables/*; do
    cmp "$table/part-00001.parquet" "out/tables/$(basename "$table")/part-00001.parquet"
done
echo "the tables of the array are those of one run"

# A Slurm cluster of one node on this machine: source it, then `cluster_up FOLDER` and `cluster_down`.
#
# Needs slurmctld, slurmd, slurm-client and munge, and root, as slurmd starts jobs as who submits them. Everything lies in
# FOLDER, on ports of its own, so that a cluster that runs here already is not touched.

cluster_up() {
    local folder=$1 host cores
    host=$(hostname -s)
    cores=$(nproc)
    mkdir -p "$folder"/{state,spool}
    chmod 700 "$folder"
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
    cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2,sched_min_interval=100000
KillWait=30
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
    export SLURM_CONF=$folder/slurm.conf
    munged --foreground --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" \
        --pid-file="$folder/munge.pid" --log-file="$folder/munge.log" --seed-file="$folder/munge.seed" 2>/dev/null &
    CLUSTER=($!)
    cluster_wait "munged" test -S "$folder/munge.socket"
    slurmctld -D 2>/dev/null &
    CLUSTER+=($!)
    slurmd -D 2>/dev/null &
    CLUSTER+=($!)
    cluster_wait "the node" sh -c 'sinfo -h -o %T 2>/dev/null | grep -q idle'
}

cluster_down() {
    kill "${CLUSTER[@]}" 2>/dev/null
    wait "${CLUSTER[@]}" 2>/dev/null
}

# Waits for what the command tells, up to two minutes.
cluster_wait() {
    local what=$1 tries
    shift
    for ((tries = 0; tries < 1200; tries++)); do
        "$@" && return
        sleep 0.1
    done
    echo "$what does not come" >&2
    exit 1
}

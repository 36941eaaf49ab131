"""A SLURM of one node on this machine, for the time of a test; needs root, slurm-wlm and munge."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sinfo", "sbatch", "srun")
PATH = f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"
CONFIG = """\
ClusterName=infighting
SlurmctldHost={host}(127.0.0.1)
AuthInfo=socket={folder}/munge.socket
SlurmUser=root
SlurmdUser=root
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
ReturnToService=2
SchedulerParameters=sched_interval=1,defer_batch
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory={memory}
PartitionName=here Nodes={host} Default=YES State=UP
"""


def missing():
    """Which programs are not installed, or what else stands in the way; empty if nothing does."""
    lacking = [program for program in PROGRAMS if shutil.which(program, path=PATH) is None]
    if lacking:
        return f"{', '.join(lacking)} not found: apt-get install slurm-wlm munge"
    return "" if os.geteuid() == 0 else "SLURM's daemons are started as root here"


class Cluster:
    """Daemons of a cluster whose files are all in one folder.

    Parameters
    ----------
    folder : path
        New, and short: a socket has its name from it.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.env = os.environ | {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": PATH}
        self._daemons = []

    def __enter__(self):
        """Start the daemons, and wait until the node is idle; all of them or none."""
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self):
        for name in ("state", "spool", "munge"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o755)
        munge = self.folder / "munge"
        munge.chmod(0o700)
        (munge / "key").write_bytes(secrets.token_bytes(128))
        (munge / "key").chmod(0o400)
        with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
            ports = [server.getsockname()[1] for server in (one, two)]
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        host = socket.gethostname().split(".")[0]
        (self.folder / "slurm.conf").write_text(
            CONFIG.format(host=host, folder=self.folder, ports=ports, memory=memory)
        )
        self._start(
            "munged",
            "--foreground",
            "--force",
            f"--socket={self.folder}/munge.socket",
            f"--key-file={munge}/key",
            f"--pid-file={munge}/pid",
            f"--log-file={munge}/log",
            f"--seed-file={munge}/seed",
        )
        self._until(lambda: (self.folder / "munge.socket").exists(), "munged")
        self._start("slurmctld", "-D", "-c")
        self._start("slurmd", "-D", "-N", host)
        self._until(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%T"), "slurmd")

    def __exit__(self, *_):
        """End the daemons that were started here, and no others."""
        for daemon in reversed(self._daemons):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()

    def _start(self, *command):
        with open(self.folder / f"{command[0]}.out", "w") as log:
            self._daemons.append(subprocess.Popen(command, env=self.env, stdout=log, stderr=log))

    def _until(self, is_so, what):
        begun = time.monotonic()
        while not is_so():
            if time.monotonic() - begun > 60 or any(daemon.poll() is not None for daemon in self._daemons):
                said = "\n".join(f.read_text() for f in self.folder.glob("*.out"))
                raise RuntimeError(f"{what} did not start:\n{said}")
            time.sleep(0.2)

    def ask(self, *command):
        """What a command of SLURM's prints."""
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60).stdout

    def workers(self):
        """Processes that play jobs of this cluster, as ``{pid: place in the array of jobs}``."""
        found = {}
        for proc in Path("/proc").glob("[0-9]*"):
            try:
                command = (proc / "cmdline").read_bytes()
                settings = dict(
                    s.split(b"=", 1) for s in (proc / "environ").read_bytes().split(b"\0") if b"=" in s
                )
            except OSError:
                continue
            ours = settings.get(b"SLURM_CONF", b"").decode() == self.env["SLURM_CONF"]
            if (
                ours
                and b"SLURM_ARRAY_TASK_ID" in settings
                and b"\0submitit.core._submit\0" in command
                and b"srun" not in command
            ):
                found[int(proc.name)] = int(settings[b"SLURM_ARRAY_TASK_ID"])
        return found

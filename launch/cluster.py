"""Run a Dask cluster on this machine, on which every step can make its data.

    python -m launch.cluster start --workers=2    # prints the flags that other commands take
    python -m launch.cluster status
    python -m launch.cluster stop

Scheduler and workers run on when the command has ended. Their pids and logs are in --cluster_dir.
`status` ends with status 1 where something does not run.
"""

from pathlib import Path

from absl import flags

from launch import cli
from sps_tf.errors import UserError
from sps_tf.optional import require_module

FLAGS = flags.FLAGS
COMMANDS = ("start", "status", "stop")
flags.DEFINE_integer("workers", 2, "Workers to start, each of one core.", lower_bound=1)
flags.DEFINE_string("cluster_dir", "runs/cluster", "Folder of pids and logs.")
flags.DEFINE_string(
    "host",
    "127.0.0.1",
    "Address to listen at. Dask asks nobody who they are: whoever reaches it can run code here.",
)
flags.DEFINE_integer("port", 0, "The scheduler's port. Default 0: one that is free.", lower_bound=0)


def main(argv: list[str]) -> int:
    """Start, show or stop the cluster."""
    if len(argv) < 2:
        raise UserError(f"Say what to do: {', '.join(COMMANDS)}.")
    require_module("distributed")
    folder = Path(FLAGS.cluster_dir).expanduser().resolve()
    return {"start": _start, "status": _status, "stop": _stop}[argv[1]](folder)


def _start(folder: Path) -> int:
    from pipelines.beam import cluster

    started = cluster.start(folder, FLAGS.workers, FLAGS.host, FLAGS.port)
    print(f"Dask's scheduler {started.address} and {FLAGS.workers} workers run; logs in {folder}")
    print(f"  launch.pipeline, launch.train  {_flags(started.address)}")
    print(
        "  tfds build                     --beam_pipeline_options=runner=dask,"
        f"dask_client_address={started.address}"
    )
    return 0


def _status(folder: Path) -> int:
    from pipelines.beam import cluster

    found = cluster.read(folder)
    if found is None:
        print(f"No cluster was started from {folder}")
        return 1
    running = [member.runs() for member in found.members]
    for member, runs in zip(found.members, running, strict=True):
        print(f"{member.name:<12} pid {member.pid:<8} {'runs' if runs else 'has ended'}")
    print(_flags(found.address))
    return 0 if all(running) else 1


def _stop(folder: Path) -> int:
    from pipelines.beam import cluster

    found = cluster.stop(folder)
    print(f"Stopped {found.address}" if found else f"No cluster was started from {folder}")
    return 0


def _flags(address: str) -> str:
    return f"--runner=dask --dask_client_address={address}"


def console() -> None:
    """Do as the command line says, and end the process."""
    cli.run_main(main, words=COMMANDS)


if __name__ == "__main__":
    console()

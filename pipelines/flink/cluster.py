"""Start and stop a local Flink with Python workers for Beam.

    python -m pipelines.flink.cluster start --task_slots=2
    python -m pipelines.flink.cluster status
    python -m pipelines.flink.cluster stop

`start` prints the flags that send a pipeline there. Everything is a process of its own, as on a
real cluster: Flink's JobManager, a TaskManager for each slot, and Beam's pool of Python workers,
in which each TaskManager gets a worker. A worker or a TaskManager that is killed is replaced,
and Flink does its work again.
"""

import sys
from importlib.metadata import version
from pathlib import Path

from absl import flags

from launch.cli import run_main
from pipelines.flink import jars
from pipelines.flink.processes import Cluster
from sps_tf.errors import UserError, check_choice

FLAGS = flags.FLAGS
COMMANDS = ("start", "stop", "status")


def _define_flags() -> None:
    flags.DEFINE_integer("task_slots", 2, "Workers, and TaskManagers.", lower_bound=1)
    flags.DEFINE_integer("port", 8081, "Port of Flink's web page.", 1, 65535)
    flags.DEFINE_string("folder", "", "Folder of logs and settings. Default: in the cache.")
    flags.DEFINE_string("flink_jars", "", "Folder of Flink's jars. Default: fetched once.")
    flags.DEFINE_string("job_server_jar", "", "Beam's job server. Default: fetched once.")


def beam_flags(port: int, worker_port: int, n_slots: int, job_server: Path) -> list[str]:
    """Return the flags that send a pipeline to the cluster.

    Args:
        port: port of the JobManager.
        worker_port: port of the pool of Python workers.
        n_slots: how many workers there are.
        job_server: Beam's job server, which the pipeline's own process starts.

    Returns:
        Flags of Beam.
    """
    return [
        "--runner=FlinkRunner",
        f"--flink_version={jars.FLINK_VERSION}",
        f"--flink_master=localhost:{port}",
        f"--parallelism={n_slots}",
        "--environment_type=EXTERNAL",
        f"--environment_config=localhost:{worker_port}",
        f"--flink_job_server_jar={job_server}",
    ]


def start(cluster: Cluster) -> None:
    """Fetch what is missing, start all processes, and print the flags."""
    for path in (FLAGS.job_server_jar, FLAGS.flink_jars):
        if path and not Path(path).exists():
            raise UserError(f"There is no such file or folder. Received: {path}")
    jars.require_program("java", "a Java 11 or 17 (on Debian: apt-get install openjdk-17-jre)")
    cache = jars.cache_dir()
    job_server = FLAGS.job_server_jar or jars.fetch_job_server(cache, version("apache-beam"))
    flink = FLAGS.flink_jars or jars.fetch_flink(cache)
    worker_port = cluster.start(Path(flink).resolve(), FLAGS.port, FLAGS.task_slots)
    options = beam_flags(FLAGS.port, worker_port, FLAGS.task_slots, Path(job_server).resolve())
    print(f"Flink runs: http://localhost:{FLAGS.port}, logs in {cluster.folder}. For a pipeline:")
    print("  " + " \\\n  ".join(options))
    print("or, for `tfds build`:")
    print("  --beam_pipeline_options=" + ",".join(option[2:] for option in options))


def main(argv: list[str], command: str) -> None:
    """Carry out the command."""
    del argv
    check_choice("The command", command, COMMANDS)
    cluster = Cluster(Path(FLAGS.folder or jars.cache_dir() / "cluster").expanduser().resolve())
    if command == "start":
        start(cluster)
    elif command == "stop":
        print(f"Stopped {cluster.stop()} processes.")
    else:
        for name, runs in cluster.status().items():
            print(f"{name}: {'runs' if runs else 'has ended, see its log'}")


if __name__ == "__main__":
    _define_flags()
    has_command = len(sys.argv) > 1 and not sys.argv[1].startswith("-")
    word = sys.argv.pop(1) if has_command else ""
    run_main(lambda argv: main(argv, word))

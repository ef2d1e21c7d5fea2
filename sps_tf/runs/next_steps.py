"""What a finished run says last: where its results are, and what to type next."""

import shlex

from ml_collections import ConfigDict

from sps_tf.runs.folder import Run
from sps_tf.runs.origins import origin_of


def list_commands(run: Run, config: ConfigDict) -> dict[str, str]:
    """Return commands that use what a run has learnt, by what they give.

    Args:
        run: a run.
        config: its settings.
    """
    here = shlex.quote(str(run.workdir))
    own = config.front_end or config.dataset == "video_folder"
    commands = {"its curves": f"tensorboard --logdir={here}"}
    if own:
        what = "pitch over time" if config.front_end else "latents over time"
        commands[what] = f"python -m launch.encode --model={here} FILES..."
    else:
        commands["latents of the test split"] = (
            f"python -m launch.encode --model={here} --dataset={config.dataset}"
        )
    commands["a page to play with"] = f"python -m launch.explore --model={here}"
    if config.method.startswith("sps"):  # has a prior
        commands["how a file goes on"] = f"python -m launch.predict --model={here} FILE"
    if config.model.latent.style:
        commands["style of another file"] = f"python -m launch.convert --model={here} --help"
    commands["for a server"] = f"python -m launch.export --model={here} --output=exported"
    release = f"python -m launch.release --runs=mine={here}"
    if origin_of(config.dataset).ships:
        commands["by a name, in the package"] = release
    else:
        commands["small, with a card"] = f"{release} --output=released"
    return commands


def next_steps(run: Run, config: ConfigDict) -> str:
    """Return lines that name what lies in a run's folder, and commands that use it.

    Args:
        run: a finished run.
        config: its settings.
    """
    held = ["results.json", "model.keras"]
    for folder in (run.pictures, run.sounds, run.latents):
        n_files = sum(1 for _ in folder.glob("*")) if folder.is_dir() else 0
        held += [f"{folder.name}/ ({n_files})"] if n_files else []
    commands = list_commands(run, config)
    width = max(map(len, commands))
    shown = "; index.html shows them" if (run.workdir / "index.html").exists() else ""
    lines = [
        f"Results are in {run.workdir}/: {', '.join(held)}{shown}.",
        "Next:",
    ]
    lines += [f"  {what:<{width}}  {command}" for what, command in commands.items()]
    return "\n".join(lines)

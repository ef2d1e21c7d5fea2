"""What a finished run says last: where its results are, and what to type next."""

from ml_collections import ConfigDict

from sps_tf.runs.folder import Run


def next_steps(run: Run, config: ConfigDict) -> str:
    """Return lines that name what lies in a run's folder, and commands that use it.

    Args:
        run: a finished run.
        config: its settings.
    """
    here = run.workdir
    held = ["results.json", "model.keras"]
    for folder in (run.pictures, run.sounds):
        n_files = sum(1 for _ in folder.glob("*")) if folder.is_dir() else 0
        held += [f"{folder.name}/ ({n_files})"] if n_files else []
    commands = {"its curves": f"tensorboard --logdir={here}"}
    if config.front_end:
        commands["pitch over time"] = f"python -m launch.encode --model={here} FILES..."
    elif config.dataset == "video_folder":
        commands["latents over time"] = f"python -m launch.encode --model={here} FILES..."
    else:
        commands["latents of the test split"] = (
            f"python -m launch.encode --model={here} --dataset={config.dataset}"
        )
    if config.model.latent.style:
        commands["style of another file"] = f"python -m launch.convert --model={here} --help"
    commands["for a server"] = f"python -m launch.export --model={here} --output=exported"
    width = max(map(len, commands))
    lines = [f"Results are in {here}/: {', '.join(held)}.", "Next:"]
    lines += [f"  {what:<{width}}  {command}" for what, command in commands.items()]
    return "\n".join(lines)

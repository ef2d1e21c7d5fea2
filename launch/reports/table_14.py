"""Table 14: the range of each instrument, as the data set has it."""

from launch.reports.engine.spec import Column, Report

# Of the paper; what our data set plays is read from it by `_ranges`.
_PAPER = """
Accordion 58 96; Acoustic Bass 48 96; Banjo 36 96; Baritone Saxophone 36 72; Bassoon 36 84;
Celesta 36 96; Church Bells 36 96; Clarinet 41 84; Clavichord 36 84; Dulcimer 36 84;
Electric Bass 40 84; Electric Guitar 36 96; Electric Organ 36 96; Electric Piano 36 96;
English Horn 36 85; Flute 48 96; Fretless Bass 36 84; Glockenspiel 36 96; Guitar 36 96;
Harmonica 36 96; Harp 36 96; Harpsichord 36 96; Horn 36 96; Kalimba 36 96; Koto 36 96;
Mandolin 36 96; Marimba 36 96; Oboe 36 96; Ocarina 36 96; Organ 36 96; Pan Flute 36 96;
Piano 36 96; Piccolo 48 96; Recorder 36 96; Reed Organ 36 96; Sampler 36 96; Saxophone 36 84;
Shakuhachi 36 96; Shamisen 36 96; Shehnai 36 96; Sitar 36 96; Soprano Saxophone 36 96;
Steel Drum 36 96; Timpani 36 96; Trombone 36 96; Trumpet 36 96; Tuba 36 72; Vibraphone 36 96;
Viola 36 96; Violin 36 96; Violoncello 36 96; Whistle 48 96; Xylophone 36 96
"""


def _ranges() -> dict[str, tuple[float, ...]]:
    """Return lowest and highest note of each instrument of `sps_scale/instruments`."""
    from pipelines.making.audio.instruments import INSTRUMENTS

    return {instrument.name: (instrument.low, instrument.high) for instrument in INSTRUMENTS}


def _read(text: str) -> dict[str, tuple[str, ...]]:
    words = [row.split() for row in text.split(";")]
    return {" ".join(row[:-2]): tuple(row[-2:]) for row in words}


REPORT = Report(
    name="table_14",
    dataset="sps_scale/instruments",
    caption="Pitch range (in MIDI note) for each instrument in our dataset",
    variants=(),
    columns=(
        Column("MIDI Note (from)", "low_midi", "equal", 0),
        Column("MIDI Note (to)", "high_midi", "equal", 0),
    ),
    paper=_read(_PAPER),
    facts=_ranges,
    notes=(
        "Highest notes: scales begin an octave below. Section 4.1's A#4 to C7 for the accordion "
        "is read by this table: notes 58 (A#3 where MIDI 60 is C4) to 96 (C7).",
    ),
    seeds="0",
)

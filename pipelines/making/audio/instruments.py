"""The 53 instruments of Table 14, their ranges, and their General MIDI programs.

The paper names instruments, not programs. Most names are those of one General MIDI program, or of
its first variant. Where more than one would do, the choice is:

| instrument | program | why |
| --- | --- | --- |
| Clavichord | 7 Clavinet | General MIDI's keyboard with struck strings and tangents |
| Church Bells | 14 Tubular Bells | what General MIDI calls them |
| Electric Organ | 16 Drawbar Organ | the plain electric one of the three |
| Organ | 19 Church Organ | electric and reed organs have rows of their own |
| Electric Piano | 4 Electric Piano 1 | the first of two |
| Guitar | 24 Acoustic Guitar (nylon) | the first guitar |
| Mandolin | 25 Acoustic Guitar (steel) | General MIDI has none; steel strings come nearest |
| Electric Guitar | 26 Electric Guitar (jazz) | the first electric one |
| Electric Bass | 33 Electric Bass (finger) | the first electric one |
| Sampler | 55 Orchestra Hit | the program that samplers made known |
| Saxophone | 65 Alto Sax | soprano and baritone have rows of their own |
"""

from typing import NamedTuple

from sps_tf.errors import check_choice


class Instrument(NamedTuple):
    """One row of Table 14.

    Attributes:
        name: as in the table.
        program: General MIDI program, 0 (grand piano) to 127.
        low: lowest note, MIDI.
        high: highest note, MIDI.
    """

    name: str
    program: int
    low: int
    high: int


INSTRUMENTS = (
    Instrument("Accordion", 21, 58, 96),
    Instrument("Acoustic Bass", 32, 48, 96),
    Instrument("Banjo", 105, 36, 96),
    Instrument("Baritone Saxophone", 67, 36, 72),
    Instrument("Bassoon", 70, 36, 84),
    Instrument("Celesta", 8, 36, 96),
    Instrument("Church Bells", 14, 36, 96),
    Instrument("Clarinet", 71, 41, 84),
    Instrument("Clavichord", 7, 36, 84),
    Instrument("Dulcimer", 15, 36, 84),
    Instrument("Electric Bass", 33, 40, 84),
    Instrument("Electric Guitar", 26, 36, 96),
    Instrument("Electric Organ", 16, 36, 96),
    Instrument("Electric Piano", 4, 36, 96),
    Instrument("English Horn", 69, 36, 85),
    Instrument("Flute", 73, 48, 96),
    Instrument("Fretless Bass", 35, 36, 84),
    Instrument("Glockenspiel", 9, 36, 96),
    Instrument("Guitar", 24, 36, 96),
    Instrument("Harmonica", 22, 36, 96),
    Instrument("Harp", 46, 36, 96),
    Instrument("Harpsichord", 6, 36, 96),
    Instrument("Horn", 60, 36, 96),
    Instrument("Kalimba", 108, 36, 96),
    Instrument("Koto", 107, 36, 96),
    Instrument("Mandolin", 25, 36, 96),
    Instrument("Marimba", 12, 36, 96),
    Instrument("Oboe", 68, 36, 96),
    Instrument("Ocarina", 79, 36, 96),
    Instrument("Organ", 19, 36, 96),
    Instrument("Pan Flute", 75, 36, 96),
    Instrument("Piano", 0, 36, 96),
    Instrument("Piccolo", 72, 48, 96),
    Instrument("Recorder", 74, 36, 96),
    Instrument("Reed Organ", 20, 36, 96),
    Instrument("Sampler", 55, 36, 96),
    Instrument("Saxophone", 65, 36, 84),
    Instrument("Shakuhachi", 77, 36, 96),
    Instrument("Shamisen", 106, 36, 96),
    Instrument("Shehnai", 111, 36, 96),
    Instrument("Sitar", 104, 36, 96),
    Instrument("Soprano Saxophone", 64, 36, 96),
    Instrument("Steel Drum", 114, 36, 96),
    Instrument("Timpani", 47, 36, 96),
    Instrument("Trombone", 57, 36, 96),
    Instrument("Trumpet", 56, 36, 96),
    Instrument("Tuba", 58, 36, 72),
    Instrument("Vibraphone", 11, 36, 96),
    Instrument("Viola", 41, 36, 96),
    Instrument("Violin", 40, 36, 96),
    Instrument("Violoncello", 42, 36, 96),
    Instrument("Whistle", 78, 48, 96),
    Instrument("Xylophone", 13, 36, 96),
)


def find_instrument(name: str) -> Instrument:
    """Return the row of Table 14 with a name.

    Args:
        name: as in the table.

    Returns:
        The instrument.

    Raises:
        UserError: if there is none; the message suggests the nearest.
    """
    rows = {row.name: row for row in INSTRUMENTS}
    return rows[check_choice("instrument", name, rows)]

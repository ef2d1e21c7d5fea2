"""KITTI-Masks (section A.6.2): from annotations or the published pickle to mask sequences.

| module | what it does |
| --- | --- |
| `rle` | checks and decodes run-length encoded masks |
| `mots_text` | reads MOTS annotation files line by line |
| `windows` | height 64, six windows, labels |
| `sequences` | runs of consecutive frames of one pedestrian in one window |
| `splits`, `assign` | train and test without a person in both |
| `safe_pickle`, `published` | reads the published pickle without running its code |
| `transforms` | the Beam pipeline that finds the sequences in all annotation files |
| `config` | the configs of the TFDS builder |
"""

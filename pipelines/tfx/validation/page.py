"""The statistics of a data set as one HTML page that needs nothing else, not even a network."""

import html
import itertools
from collections.abc import Mapping

from tensorflow_metadata.proto.v0 import statistics_pb2

from pipelines.tfx.validation import histograms
from pipelines.tfx.validation.statistics_files import feature_name
from sps_tf.html_page import make_document

Statistics = Mapping[str, statistics_pb2.DatasetFeatureStatistics]
Feature = statistics_pb2.FeatureNameStatistics

_COLORS = ("#2563eb", "#ea580c", "#16a34a", "#9333ea", "#0891b2", "#be123c")
_N_TOP_VALUES = 3
_HEADS = "<th>split</th><th>values</th><th>missing</th>"
_NUMBER_HEADS = f"{_HEADS}<th>mean</th><th>std</th><th>min</th><th>median</th><th>max</th>"
_TEXT_HEADS = f'{_HEADS}<th>unique</th><th class="text">most frequent</th>'
_STYLE = """
:root { font: 15px/1.45 system-ui, sans-serif; color: #1f2937; background: #f3f4f6 }
body { max-width: 1120px; margin: 0 auto; padding: 16px }
h1 { font-size: 1.5rem; margin: .4em 0 .1em; overflow-wrap: anywhere }
h3 { font-size: 1rem; margin: 0 0 .4em; overflow-wrap: anywhere }
h3 small, p, th { color: #6b7280; font-weight: normal }
.card { background: #fff; border-radius: 10px; padding: 12px 14px; margin: 0 0 10px;
  box-shadow: 0 1px 3px #0002; display: grid; grid-template-columns: minmax(0, 1fr) 340px;
  gap: 4px 20px; align-items: center }
.card h3 { grid-column: 1 / -1 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: 3px 8px; white-space: nowrap }
th:first-child, td:first-child { text-align: left; padding-left: 0 }
.text { white-space: normal; text-align: left; overflow-wrap: anywhere }
tr + tr td { border-top: 1px solid #e5e7eb }
.bad { color: #b91c1c; font-weight: 600 }
.dot { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .45em }
svg { width: 100%; height: auto; display: block }
svg text { font-size: 11px; fill: #6b7280 }
svg .axis { stroke: #d1d5db }
@media (max-width: 760px) { .card { grid-template-columns: minmax(0, 1fr) }
  body { padding: 8px } table { font-size: 13px } th, td { padding: 3px 4px } }
"""


def make_page(statistics: Statistics, title: str) -> str:
    """Make the page.

    Args:
        statistics: the statistics by split, in the order in which they are shown.
        title: name of the data set.

    Returns:
        A whole HTML document. It is a function of the arguments alone.
    """
    colors = dict(zip(statistics, itertools.cycle(_COLORS)))
    by_name: dict[str, dict[str, Feature]] = {}
    for split, dataset in statistics.items():
        for feature in dataset.features:
            by_name.setdefault(feature_name(feature), {})[split] = feature
    cards = "".join(_card(name, by_name[name], statistics, colors) for name in sorted(by_name))
    sizes = " · ".join(
        f"{_dot(colors[split])}{html.escape(split)}: {dataset.num_examples:,} examples"
        for split, dataset in statistics.items()
    )
    name = f"Statistics of {title}"
    return make_document(
        name,
        f"<h1>{html.escape(name)}</h1><p>{sizes}</p>{cards}"
        "<p>Missing counts examples. Medians are approximate.</p>",
        _STYLE,
    )


def _dot(color: str) -> str:
    return f'<span class="dot" style="background:{color}"></span>'


def _card(
    name: str,
    features: Mapping[str, Feature],
    statistics: Statistics,
    colors: Mapping[str, str],
) -> str:
    """Show one feature in all splits."""
    numeric = any(feature.WhichOneof("stats") == "num_stats" for feature in features.values())
    rows = []
    for split, dataset in statistics.items():
        cells = _cells(features.get(split), dataset.num_examples, numeric)
        rows.append(f"<tr><td>{_dot(colors[split])}{html.escape(split)}</td>{cells}</tr>")
    picture = histograms.draw(
        {split: _bars(feature) for split, feature in features.items()},
        colors,
        f"Histograms of {name}",
    )
    kind, heads = ("numbers", _NUMBER_HEADS) if numeric else ("text", _TEXT_HEADS)
    return (
        f'<div class="card"><h3>{html.escape(name)} <small>{kind}</small></h3>'
        f'<div class="scroll"><table><tr>{heads}</tr>{"".join(rows)}</table></div>'
        f"<div>{picture}</div></div>"
    )


def _cells(feature: "Feature | None", n_examples: int, numeric: bool) -> str:
    """Return the cells of one split; `missing` counts examples, `values` counts values."""
    columns = 5 if numeric else 2
    if feature is None:
        return f'<td>0</td><td class="bad">{n_examples:,}</td>' + "<td></td>" * columns
    stats = feature.num_stats if numeric else feature.string_stats
    n_missing = n_examples - stats.common_stats.num_non_missing
    missing = f"<td{_mark(n_missing)}>{n_missing:,}</td>"
    cells = f"<td>{stats.common_stats.tot_num_values:,}</td>{missing}"
    if not stats.common_stats.tot_num_values:
        return cells + "<td></td>" * columns
    if numeric:
        shown = (stats.mean, stats.std_dev, stats.min, stats.median, stats.max)
        return cells + "".join(f"<td>{value:.4g}</td>" for value in shown)
    top = ", ".join(html.escape(value.value) for value in stats.top_values[:_N_TOP_VALUES])
    return f'{cells}<td>{stats.unique:,}</td><td class="text">{top}</td>'


def _mark(n_missing: int) -> str:
    return ' class="bad"' if n_missing else ""


def _bars(feature: Feature) -> list[histograms.Bar]:
    """Return the buckets of equal width of a numeric feature, else none."""
    return [
        histograms.Bar(bucket.low_value, bucket.high_value, bucket.sample_count)
        for histogram in feature.num_stats.histograms
        if histogram.type == histogram.STANDARD
        for bucket in histogram.buckets
    ]

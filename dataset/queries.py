"""From rows to samples, and from a `Query` to SQL."""

import json
from collections.abc import Sequence
from typing import Any

from dataset.charset import normalise
from dataset.errors import DatasetError
from dataset.sample import STATUSES, Query, Sample, Source

_COLUMNS = (
    "id, file, status, label, type, reason, sha256, dhash, width, height, format, labelled_by, labelled_at,"
    " prediction, confidence, character_confidences, model_version, duplicate_of"
)
SELECT_SAMPLE = f"SELECT {_COLUMNS} FROM samples"
SOURCE_COLUMNS = tuple(Source.__slots__)

_ORDERS = {
    "id": "id",
    "name": "file",
    "confidence": "confidence, id",
    "-confidence": "confidence DESC, id",
    "time": "labelled_at DESC, id DESC",
}
_Clause = tuple[str, list[object]]


def sample_of(row: Sequence[Any]) -> Sample:
    """A sample from a row of `SELECT_SAMPLE`."""
    values = list(row)
    if values[7] is not None:
        values[7] &= 0xFFFFFFFFFFFFFFFF
    values[15] = tuple(json.loads(values[15])) if values[15] else ()
    return Sample(*values)


def signed_64(value: int) -> int:
    """An unsigned 64-bit hash as SQLite's signed integer."""
    return value - (1 << 64) if value >= 1 << 63 else value


def select(query: Query) -> _Clause:
    """The SELECT of a query's samples. Raises DatasetError for an order that does not exist."""
    return _select(query, SELECT_SAMPLE)


def select_ids(query: Query) -> _Clause:
    """The SELECT of a query's ids, each first in its row."""
    sorted_by = {"time": ", labelled_at", "confidence": ", confidence", "-confidence": ", confidence"}
    return _select(query, f"SELECT id{sorted_by.get(query.order, '')} FROM samples")


def select_count(query: Query) -> _Clause:
    """The SELECT of how many samples a query has; its limit and offset are ignored."""
    clause, values = _where([_among("status", query.statuses), *_filters(query)])
    return f"SELECT count(*) FROM samples{clause}", values


def _select(query: Query, columns: str) -> _Clause:
    if query.order not in _ORDERS:
        raise DatasetError(f"cannot order by {query.order!r}; choose one of {', '.join(_ORDERS)}")
    parts = [_where([part, *_filters(query)]) for part in _parts(query)]
    sql = " UNION ALL ".join(f"{columns}{clause}" for clause, _ in parts) + f" ORDER BY {_ORDERS[query.order]}"
    values = [value for _, given in parts for value in given]
    if query.limit is not None or query.offset:
        sql += " LIMIT ? OFFSET ?"
        values += [-1 if query.limit is None else query.limit, query.offset]
    return sql, values


def _parts(query: Query) -> list[_Clause]:
    """Conditions that split the rows so that SQLite finds each part sorted in an index and merges, without sorting."""
    if query.order.endswith("confidence"):
        return [("status = ?", [status]) for status in query.statuses or STATUSES]
    among = _among("status", query.statuses)
    if query.order == "time":
        return [(f"{among[0]} AND labelled_at IS {state}", among[1]) for state in ("NOT NULL", "NULL")]
    return [among]


def _filters(query: Query) -> list[_Clause]:
    found = [_among("type", query.types)]
    if query.text:
        text = normalise(query.text)
        if text.isascii():
            pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            found.append(("(label LIKE ? ESCAPE '\\' OR prediction LIKE ? ESCAPE '\\')", [pattern, pattern]))
        else:  # LIKE knows the case of ASCII letters only
            folded = text.casefold()
            found.append(("(instr(casefold(label), ?) OR instr(casefold(prediction), ?))", [folded, folded]))
    if query.min_confidence is not None:
        found.append(("confidence >= ?", [query.min_confidence]))
    if query.max_confidence is not None:
        found.append(("confidence <= ?", [query.max_confidence]))
    if query.disagreement:
        found.append(("label IS NOT NULL AND prediction IS NOT NULL AND label <> prediction", []))
    return found


def _among(column: str, allowed: Sequence[str]) -> _Clause:
    return (f"{column} IN ({', '.join('?' * len(allowed))})" if allowed else "TRUE", list(allowed))


def _where(parts: Sequence[_Clause]) -> _Clause:
    used = [part for part in parts if part[0] != "TRUE"]
    clause = f" WHERE {' AND '.join(sql for sql, _ in used)}" if used else ""
    return clause, [value for _, values in used for value in values]

"""The list itself: sorting, filtering, scrolling and memory, against plain lists and Qt's own models.

`python -m tests.benchmarks.tables` prints the lines as JSON; it is a process of its own, since it makes
a hundred thousand rows several times.
"""

import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSortFilterProxyModel
from PySide6.QtWidgets import QApplication, QTableView, QTableWidget, QTableWidgetItem

from message_centre.domain.files import (
    FileKey,
    FileState,
    Fingerprint,
    Listing,
    SourceFile,
    SourceKind,
    SourceState,
)
from message_centre.domain.kinds import destination_of
from message_centre.ui.files.files_model import FilesModel
from message_centre.ui.files.files_sorting import KEYS, Wish
from message_centre.ui.files.files_view import FilesView
from message_centre.ui.files.rows import Column, rows_of
from tests.benchmarks.driving import memory
from tests.benchmarks.measured import Line, middle, ratio, take_turns

_MANY, _FEW = 100_000, 10_000
_FAR = 7919
_FRAMES = 60
_COLUMNS = 6
_NANO = 1_000_000_000


def listing(count: int) -> Listing:
    """So many synthetic files in no order."""
    files = tuple(_file(number * _FAR % count, number) for number in range(count))
    state = SourceState.CONNECTED
    return Listing("folder:a", "Waiting room", SourceKind.FOLDER, state, "", None, files)


def _file(name: int, number: int) -> SourceFile:
    extension = (".jpg", ".pdf", ".png")[number % 3]
    told = f"IMG {name}{extension}"
    return SourceFile(
        key=FileKey("folder:a", told),
        name=told,
        source_name="Waiting room",
        kind=SourceKind.FOLDER,
        fingerprint=Fingerprint(number * 37 % 5_000_000, (10**9 + number * 61) * _NANO, told),
        extension=extension,
        destination=destination_of(extension),
        state=FileState.READY,
    )


def lines(rounds: int) -> list[Line]:
    """The lines of this part."""
    before = memory()
    model = FilesModel()
    model.refresh(rows_of(listing(_MANY)))
    ours_bytes = (memory() - before) / _MANY
    gc.freeze()
    return [
        *_sorting(model, rounds),
        *_filtering(model, rounds),
        *_proxy(model),
        *_scrolling(model, rounds, ours_bytes),
    ]


def _sorting(model: FilesModel, rounds: int) -> list[Line]:
    found = []
    for column in (Column.DATE, Column.NAME, Column.SIZE):
        rows = [model.row(place) for place in range(model.rowCount())]
        keys = [KEYS[column](row) for row in rows]
        taken = take_turns(
            {
                "limit": partial(_sorted_places, keys),
                "there": partial(model.sort, column),
                "back": partial(model.sort, Column.TYPE),
            },
            rounds,
        )
        limit = f"sorted() of a plain list ({middle(taken, 'limit'):.0f} ms)"
        what = f"sorting 100,000 rows by {column.name.lower()}"
        note = f"{middle(taken, 'there'):.0f} ms"
        found.append(Line(what, limit, ratio(taken, "there", "limit"), 1.3, note))
    return found


def _sorted_places(keys: list[Any]) -> list[int]:
    return sorted(range(len(keys)), key=keys.__getitem__)


def _filtering(model: FilesModel, rounds: int) -> list[Line]:
    texts = [model.row(place).haystack for place in range(model.rowCount())]
    taken = take_turns(
        {
            "limit": lambda: [text for text in texts if "771" in text],
            "there": lambda: model.wish_for(replace(Wish(Column.TYPE), text="771")),
            "back": lambda: model.wish_for(Wish(Column.TYPE)),
        },
        rounds,
    )
    limit = f"comprehension over plain strings ({middle(taken, 'limit'):.0f} ms)"
    note = f"{middle(taken, 'there'):.0f} ms"
    return [
        Line("filtering 100,000 rows", limit, ratio(taken, "there", "limit"), 1.3, note),
    ]


def _proxy(model: FilesModel) -> list[Line]:
    """One round: a proxy takes its time."""
    plain = FilesModel()
    plain.refresh(rows_of(listing(_FEW)))
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(plain)
    proxy.setFilterKeyColumn(Column.NAME)
    proxy.sort(Column.TYPE)
    proxy.rowCount()
    theirs = _timed(lambda: proxy.sort(Column.NAME))
    plain.sort(Column.NAME)
    plain.sort(Column.TYPE)
    ours = _timed(lambda: plain.sort(Column.NAME))
    told = f"QSortFilterProxyModel ({theirs * 1000:.0f} ms)"
    found = [Line("sorting 10,000 rows by name", told, ours / theirs, 0.01)]
    theirs = _timed(lambda: _filtered(proxy))
    ours = _timed(lambda: plain.filter("77"))
    told = f"QSortFilterProxyModel ({theirs * 1000:.0f} ms)"
    return [*found, Line("filtering 10,000 rows", told, ours / theirs, 1 / 60)]


def _filtered(proxy: QSortFilterProxyModel) -> int:
    """A proxy filters when it is asked for its rows."""
    proxy.setFilterFixedString("77")
    return proxy.rowCount()


def _scrolling(model: FilesModel, rounds: int, ours_bytes: float) -> list[Line]:
    few = FilesModel()
    few.refresh(rows_of(listing(_FEW)))
    before = memory()
    widget = QTableWidget(_MANY, _COLUMNS)
    for row in range(_MANY):
        cells = model.row(row).cells
        for column in range(_COLUMNS):
            widget.setItem(row, column, QTableWidgetItem(cells[column + 2]))
    widget_bytes = (memory() - before) / _MANY
    ours = FilesView(model)
    for view in (widget, ours):
        view.resize(1200, 800)
        view.show()
        QApplication.processEvents()
    taken = take_turns(
        {
            "ours": lambda: _frames(ours),
            "widget": lambda: _frames(widget),
            "paint many": lambda: _first_paint(model),
            "paint few": lambda: _first_paint(few),
        },
        rounds,
    )
    told = f"QTableWidget ({middle(taken, 'widget') / _FRAMES:.1f} ms)"
    note = f"{middle(taken, 'ours') / _FRAMES:.1f} ms"
    paint = f"the paint of 10,000 ({middle(taken, 'paint few'):.0f} ms)"
    return [
        Line("a frame of scrolling, 9 columns", told, ratio(taken, "ours", "widget"), 1.5, note),
        Line("first paint of 100,000 rows", paint, ratio(taken, "paint many", "paint few"), 1.5),
        Line(
            "memory of a row with its file",
            f"QTableWidget, 6 texts ({widget_bytes:.0f} bytes)",
            ours_bytes / widget_bytes,
            0.1,
            f"{ours_bytes:.0f} bytes",
        ),
    ]


def _frames(view: QTableView) -> None:
    bar = view.verticalScrollBar()
    for number in range(_FRAMES):
        bar.setValue(number * _FAR % bar.maximum())
        view.viewport().repaint()


def _first_paint(model: FilesModel) -> None:
    view = FilesView(model)
    view.resize(1200, 800)
    view.show()
    view.viewport().repaint()
    view.setModel(None)
    view.deleteLater()


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    application = QApplication([])
    application.setStyle("Fusion")
    sys.stdout.write(json.dumps([asdict(line) for line in lines(int(sys.argv[1]))]) + "\n")

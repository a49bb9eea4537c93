"""The short form of the burst: everything that is sent while somebody works is filed, and filed right."""

from tests.support.suites import run_suite


def test_a_burst_over_every_source_files_itself_while_somebody_works_at_the_window() -> None:
    ended = run_suite("tests.bursts.run", "--short")

    assert (ended.code, ended.sins) == (0, 0), ended.told
    assert ended.counts["phone photos"] == 26
    assert ended.counts["inTOUCH files"] == 20
    assert ended.counts["files sent again"] == 12
    assert ended.counts["records checked"] == 46
    assert "longest GUI block" in ended.told

"""Where a case says that it learned, there must be another case."""

from dataclasses import replace

from indexer.case.parse import parse
from indexer.case.serialize import serialize
from indexer.checks.borrowing import origins_exist


def files_with(sound_library, **borrowed):
    """The files of the sound library, some of whose cases say that they borrowed."""
    changed = []
    for file in sound_library.files:
        case = file.parsed.case
        case = case.model_copy(update={"borrowed_from": borrowed.get(case.id.replace("-", "_"), ())})
        changed.append(replace(file, parsed=parse(serialize(case), file.path)))
    return changed


def test_another_case_can_be_named(sound_library):
    borrowed = {"jinzhou_water_pump_hum": ("fushun-upstairs-children-running",)}
    assert list(origins_exist(files_with(sound_library, **borrowed))) == []


def test_a_case_cannot_learn_from_itself(sound_library):
    borrowed = {"jinzhou_water_pump_hum": ("jinzhou-water-pump-hum",)}
    (finding,) = origins_exist(files_with(sound_library, **borrowed))
    assert (finding.code, finding.severity) == ("unknown-origin", "error")
    assert "自己" in finding.message


def test_each_wrong_id_is_a_finding_at_its_own_place(sound_library):
    borrowed = {"jinzhou_water_pump_hum": ("nobody", "fushun-upstairs-children-running", "no-one")}
    findings = list(origins_exist(files_with(sound_library, **borrowed)))
    assert [finding.message.split("「")[2].split("」")[0] for finding in findings] == ["nobody", "no-one"]

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanlink.core.amounts import PICO
from fanlink.core.pots import Recoupment
from fanlink.core.reports import REQUIRED
from fanlink.core.shares import label_standard
from fanlink.royalties.cli import main
from fanlink.royalties.simulate import simulate
from tests.royalties.makings import SHEET
from tests.royalties.test_calculate import House
from tests.royalties.test_money_properties import random_lines, random_sheets


def what_if(tmp_path, data, *more):
    path = tmp_path / "sheet.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return main(["royalties", "simulate", "--sheet", str(path), "--json", *more])


def test_a_what_if_is_what_the_run_would_post(tmp_path, capsys):
    sheet = {"version": "v1", "effective_from": "2026-01-01", "shares": {"a": "1/3", "b": "2/3"},
             "recoup": {"party": "a", "amount": "4", "currency": "EUR"}}  # fmt: skip
    assert what_if(tmp_path, sheet, "--revenue", "10", "--currency", "EUR") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["earned_micro"] == {"a": 6_000_000, "b": 4_000_000}
    assert (answer["gross"], answer["recouped"], answer["reserve"]) == ("10", "4", "0")


def test_a_tree_shows_the_pools_and_a_template_its_open_leaves(tmp_path, capsys):
    assert what_if(tmp_path, SHEET.as_data(), "--revenue", "100", "--currency", "USD") == 0
    assert {"party": "fan", "path": ["remixer"], "share": "3/20"} in json.loads(capsys.readouterr().out)["pools"]
    template = label_standard("house", {"label": "1/1"}, {"writer": "1/1"}, Recoupment("label", PICO, "EUR"))
    assert simulate(template, 100 * PICO, "USD").pot.earned_micro["remixer"] == 15_000_000


@pytest.mark.parametrize(
    ("data", "revenue", "currency"),
    [("{", "1", "EUR"), ("[]", "1", "EUR"), ({"shares": {"a": "1/2"}}, "1", "EUR"), ({"shares": [{"name": "a"}]}, "1", "EUR"),
     ({"shares": [{"name": "a", "part": "1/2"}]}, "1", "EUR"), ({"shares": {"a": "1/1"}}, "1e5", "EUR"),
     ({"shares": {"a": "1/1"}}, "1", "euro")],
)  # fmt: skip
def test_a_what_if_that_makes_no_sense_is_refused(tmp_path, capsys, data, revenue, currency):
    assert what_if(tmp_path, data, "--revenue", revenue, "--currency", currency) == 2
    assert json.loads(capsys.readouterr().out)["errors"]


def test_a_what_if_does_not_choose_between_two_shares_of_one_party(tmp_path, capsys):
    twice = '{"version": "v1",\n"effective_from": "2026-01-01",\n"shares": {"a": "1/2", "a": "1/1"}}'
    assert what_if(tmp_path, twice, "--revenue", "1", "--currency", "EUR") == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert "'a' is there twice" in error["reason"]


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def verify(house):
    return main(
        ["royalties", "verify", "--reports", str(house.reports), "--sheets", str(house.folder / "sheets.json"),
         "--results", str(house.out), "--json"]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_run_over_files_is_what_other_code_computes(house, capsys, seed):
    rng = random.Random(seed)
    house.sheets({f"r{number}": random_sheets(rng) for number in range(4)})
    lines = []
    for number, cells in enumerate(random_lines(rng, 200)):
        pico_places = cells["revenue"] if len(cells["revenue"]) < 14 else cells["revenue"][:12].rstrip(".-") or "0"
        lines.append(cells | {"line_id": str(number), "remix_id": f"r{rng.randint(0, 5)}", "revenue": pico_places})
    house.csv(lines[::2])
    pq.write_table(pa.table({name: [one[name] for one in lines[1::2]] for name in REQUIRED}, pa.schema(
        [(name, pa.string()) for name in REQUIRED])), house.reports / "b.parquet")  # fmt: skip
    assert house.run() == 0
    capsys.readouterr()
    assert verify(house) == 0, capsys.readouterr().out


def test_one_millionth_on_the_wrong_account_is_found(house, capsys):
    house.csv([random_lines(random.Random(1), 9)[0] | {"revenue": "10", "currency": "EUR"}])
    assert house.run() == 0
    table = pq.read_table(house.out / "entitlements.parquet")
    earned = table["earned_micro"].to_pylist()
    earned[0], earned[1] = earned[0] + 1, earned[1] - 1
    pq.write_table(table.set_column(4, "earned_micro", pa.array(earned)), house.out / "entitlements.parquet")
    capsys.readouterr()
    assert verify(house) == 1
    assert [one["what"] for one in json.loads(capsys.readouterr().out)["differences"]] == ["earned_micro"] * 2


def test_results_that_are_not_there_cannot_be_verified(house):
    assert verify(house) == 2


def test_a_sheets_file_with_one_version_of_one_remix_will_do_for_a_what_if(tmp_path):
    from fanlink.royalties.simulate import read_sheet

    path = tmp_path / "sheets.json"
    path.write_text(
        '{"rx": [{"version": "v1", "effective_from": "2026-01-01", "shares": {"ana": "1/3", "ben": "2/3"}}]}'
    )
    assert {"ana", "ben"} == set(read_sheet(path).shares)


def test_a_name_with_an_escape_in_it_moves_no_cursor(tmp_path, capsys):
    assert 2 == main(["royalties", "calculate", "--reports", str(tmp_path / "\x1b[31mnone"), "--sheets", "s.json", "--out", str(tmp_path / "out")])
    told = capsys.readouterr().err
    assert "\ufffd[31mnone: there is no such folder" in told
    assert "\x1b" not in told

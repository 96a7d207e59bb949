"""The figures as a page and as open data: the file, what its columns mean, and the catalogue that leads to it."""

import csv
import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyshacl
import pytest
import rdflib
from django.test import Client
from rdflib.namespace import SH

from lerarenregister.register import actions, queries
from lerarenregister.register.actions import figures as publishing
from lerarenregister.register.rules.figures import Figure
from lerarenregister.web.register.open_data import COLUMNS
from lerarenregister.web.register.public import bars
from tests.register.test_figures import OCTOBER, counted

pytestmark = pytest.mark.django_db
CSV, CSVW, DCAT = "/cijfers/registraties.csv", "/cijfers/registraties.csv-metadata.json", "/cijfers/dcat.jsonld"

SHAPES = Path(os.environ.get("REAL_DATA", "")) / "dcat"


@pytest.fixture(autouse=True)
def two_months() -> None:
    for month, amounts in ((10, counted(po=9, vo=130)), (11, counted(po=45, vo=240))):
        amounts |= {(Figure.REGISTERED, ""): sum(amounts.values())}
        with patch.object(publishing, "figures_counted", lambda _, amounts=amounts: amounts):
            actions.publish_figures(OCTOBER.replace(month=month))


def table() -> list[dict[str, str]]:
    answer = Client().get(CSV)
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n")
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def test_the_file_has_all_that_was_published_and_nothing_of_few() -> None:
    lines = table()
    assert len(lines) == 2 * 3 * 5
    assert tuple(lines[0]) == COLUMNS
    of = {(each["peildatum"], each["telling"], each["sector"]): each for each in lines}
    assert len(of) == len(lines), "the key is one"
    small = of["2018-10-01", "registered", "po"]
    assert (small["aantal"], small["onderdrukt"]) == ("", "ja")
    large = of["2018-11-01", "registered", "totaal"]
    assert (large["aantal"], large["onderdrukt"], large["versie"]) == ("290", "nee", "1")
    assert datetime.fromisoformat(large["gepubliceerd"]).tzinfo is not None


def test_the_description_fits_the_file() -> None:
    described = json.loads(Client().get(CSVW).content)
    columns = described["tableSchema"]["columns"]
    assert [each["name"] for each in columns] == list(COLUMNS)
    assert described["tableSchema"]["primaryKey"] == ["peildatum", "telling", "sector"]
    needed = {each["name"] for each in columns if each["required"]}
    assert all(line[name] for line in table() for name in needed)
    assert described["url"].endswith(CSV)
    for each in columns:
        assert {said["@language"] for said in each["dc:description"]} == {"nl", "en"}
    assert Client().get(CSV)["Link"].startswith(f"<{CSVW}>")


def test_the_catalogue_has_what_dcat_ap_nl_wants_of_each_class() -> None:
    """The properties that DCAT-AP-NL 3.0 asks at least once, of those it has at most one."""
    catalogue = json.loads(Client().get(DCAT).content)
    dataset = catalogue["dcat:dataset"]
    file = dataset["dcat:distribution"]
    for name in ("title", "description", "publisher", "license", "issued", "modified"):
        assert f"dct:{name}" in catalogue
    assert "dcat:contactPoint" in catalogue
    for name in ("title", "description", "identifier", "creator", "publisher", "accessRights", "accrualPeriodicity"):
        assert f"dct:{name}" in dataset
    assert {"dcat:contactPoint", "dcat:theme", "dct:temporal"} <= set(dataset)
    assert {"dcat:accessURL", "dcat:downloadURL", "dct:license", "dct:format", "dct:conformsTo"} <= set(file)
    assert dataset["dct:temporal"]["dcat:endDate"]["@value"] == "2018-11-01"
    assert Client().get(file["dcat:downloadURL"]["@id"].removeprefix("http://localhost:8000")).status_code == 200


@pytest.mark.real_data
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("shapes", "without"),
    [
        ("dcat-ap-nl-SHACL", set()),
        ("dcat-ap-nl-SHACL-klassebereik", set()),
        ("dcat-ap-nl-SHACL-aanbevolen", {"accessService"}),  # there is no service, only a file
    ],
)
def test_the_catalogue_meets_the_shapes_of_dcat_ap_nl(shapes: str, without: set[str]) -> None:
    if not SHAPES.exists():
        assert os.environ.get("CI") != "true", f"the real input is missing: {SHAPES}"
        pytest.skip(f"the real input is missing: {SHAPES}")
    catalogue = json.loads(Client().get(DCAT).content)
    assert lacking(catalogue, SHAPES / f"{shapes}.ttl") == without
    if shapes == "dcat-ap-nl-SHACL":
        del catalogue["dcat:dataset"]["dcat:theme"]
        assert lacking(catalogue, SHAPES / f"{shapes}.ttl") == {"theme"}


def lacking(catalogue: dict[str, Any], shapes: Path) -> set[str]:
    """Of which properties the shapes say that something is not as it should be."""
    data = rdflib.Graph().parse(data=json.dumps(catalogue), format="json-ld")
    _, found, _ = pyshacl.validate(data, shacl_graph=str(shapes))
    return {str(path).rpartition("#")[2].rpartition("/")[2] for path in found.objects(None, SH.resultPath)}


@pytest.mark.parametrize("address", [CSV, CSVW, DCAT])
def test_what_did_not_change_is_not_sent_again(address: str) -> None:
    first = Client().get(address)
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    with patch.object(publishing, "figures_counted", lambda _: counted(po=400)):
        assert actions.correct_figures(on=OCTOBER.date().replace(day=1), why="Nagekeken", at=datetime.now(UTC))
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_page_says_what_was_published_and_what_was_corrected() -> None:
    page = Client().get("/cijfers/").content.decode()
    assert "Zo was het op 1 november 2018." in page
    assert "minder dan 10" in page
    assert page.count("<rect") == 2
    assert "versie" not in page.partition("<main")[2].partition("Zelf ermee rekenen")[0]
    with patch.object(publishing, "figures_counted", lambda _: counted(po=400)):
        actions.correct_figures(on=OCTOBER.date().replace(day=1), why="Een <bestuur> ontbrak", at=OCTOBER)
    page = Client().get("/cijfers/").content.decode()
    assert "1 oktober 2018 is versie 2" in page
    assert "Een &lt;bestuur&gt; ontbrak" in page


def test_the_picture_has_its_highest_bar_where_the_most_are_and_none_for_few() -> None:
    days = queries.figures_published()
    low, high = bars(days)
    assert (low.amount, high.amount, high.height) == (140, 290, 120)
    assert low.height == round(120 * 140 / 290)
    few = bars([day for day in days if not day.amounts.update({(Figure.REGISTERED, ""): None})])  # type: ignore[attr-defined]
    assert [bar.height for bar in few] == [0, 0]


def test_looking_takes_two_statements_however_many_months_there_are(django_assert_max_num_queries: object) -> None:
    client = Client()
    client.get("/cijfers/")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        client.get("/cijfers/")

"""The secrets in an address stay out of receipts, logs, errors and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from digest.sources.redact import shown
from tests.papers import paper
from tests.server import Server
from tests.world import page

if TYPE_CHECKING:
    from tests.command_line import Digest
    from tests.world import World

TOKEN = "s3cr3t"


@pytest.mark.parametrize(
    "name",
    ["token", "access_token", "api_key", "apikey", "api-key", "key", "sig", "X-Amz-Signature", "X-Amz-Security-Token",
     "password", "Auth", "clientSecret", "oauth_token", "ses%73ion_key"],
)  # fmt: skip
def test_a_parameter_that_is_called_a_secret_is_hidden(name: str) -> None:
    assert shown(f"https://papers.example/a?day=1&{name}={TOKEN}&b=2#c") == (
        f"https://papers.example/a?day=1&{name}=…&b=2#c"
    )


@pytest.mark.parametrize(
    "value", ["d2f81c9a0b7e4c6f8a1d", "9f1c2e34-0a1b-4c2d-8e3f-a1b2c3d4e5f6", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.x"]
)
def test_a_value_that_a_machine_made_is_hidden(value: str) -> None:
    assert shown(f"https://papers.example/a?u={value}") == "https://papers.example/a?u=…"
    assert shown(f"https://papers.example/a?{value}") == "https://papers.example/a?…"


@pytest.mark.parametrize(
    "url",
    [
        "https://export.arxiv.org/api/query?search_query=cat:cs.LG+AND+abs:pruning&start=0&max_results=1000",
        "https://export.arxiv.org/api/query?id_list=2511.00001v1,2511.00002v2",
        "https://huggingface.co/api/daily_papers?date=2026-11-20&limit=100",
        "https://oaipmh.arxiv.org/oai?verb=ListRecords&metadataPrefix=arXiv&set=physics%3Ahep-th&from=2026-11-19",
        "https://papers.example/dump-2026-11-20.json.gz?monkey=1&sort_by=keywords&week=2026-W47",
        "https://papers.example/@ada?at=x@y",
        "https://papers.example/?token=",
        "https://papers.example?at=x@y",
        "inbox/a.txt",
        "-",
    ],
)
def test_other_addresses_stay_as_they_are(url: str) -> None:
    """Dumps are told apart by them."""
    assert shown(url) == url


def test_a_password_is_left_out() -> None:
    assert shown(f"https://ada:{TOKEN}@papers.example/?a=b@c") == "https://papers.example/?a=b@c"


def test_no_receipt_or_error_has_the_token(digest: Digest, world: World) -> None:
    """Of a source of the configuration, of an address on the command line, of a server that fails, and of JSON."""
    with Server() as server:
        good = server.says(f"/a.txt?token={TOKEN}", page([paper()]).encode())
        bad = f"{server.url}/missing.txt?token={TOKEN}"
        world.configure(
            "".join(
                f'[[source]]\nname = "{name}"\nkind = "url"\nurl = "{url}"\nallow_private = true\n'
                for name, url in (("good", good), ("bad", bad))
            )
        )
        for command in (["check"], ["run"], ["run", "--json"], ["ingest", good, bad], ["ingest", good, bad, "--json"]):
            answer = digest(*command)
            assert "missing.txt?token=…" in answer.out
            assert TOKEN not in answer.out + answer.err
        assert {one.path for one in server.asked} == {f"/a.txt?token={TOKEN}", f"/missing.txt?token={TOKEN}"}
        assert TOKEN not in (world.folder / "out" / "digest.db").read_bytes().decode("latin-1")

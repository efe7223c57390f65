"""A heatmap is sent the address of what it shows; where there is none, all of it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import streamlit
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest

from dashboard.components.addresses import address_of
from rnnviz.plots.text_heatmap.payload import Guesses, heatmap_payload, read_header
from tests.browser.heatmap.page import TEXT, VOCABULARY, planted_scales, planted_trace

TRACE = planted_trace()


def payload(value: float = 0.0, units: int = 300) -> bytes:
    """Of planted values, one of which is given, far from the first and the last."""
    values = np.eye(len(TEXT), units)
    values[len(TEXT) // 2, units // 2] = value
    guesses, scales = Guesses.after(TRACE), planted_scales(values)
    return heatmap_payload(
        TEXT, values, guesses, signal_name="h", scales=scales, vocabulary=VOCABULARY
    )


def heatmap_page() -> None:
    from dashboard.components.text_heatmap import text_heatmap
    from tests.dashboard.components.test_addresses import payload

    text_heatmap(payload(units=3), key="one", unit=1)


def sent() -> bytes:
    """What a browser is sent of a heatmap."""
    app = AppTest.from_function(heatmap_page, default_timeout=60).run()
    assert not app.exception
    found: bytes = app.main.children[0].proto.bytes  # type: ignore[union-attr]
    return found


def test_a_heatmap_is_sent_where_its_payload_is() -> None:
    found = sent()
    said = read_header(found)
    assert (said["address"].startswith("/mock/media/"), len(found) < 500) == (True, True)
    assert said["digest"] == read_header(payload(units=3))["digest"]


def test_without_addresses_the_payload_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address_of(payload(), "outside of any page") is None
    monkeypatch.delattr(MediaFileManager, "add")
    found = sent()
    assert (read_header(found)["address"], found.endswith(payload(units=3))) == (None, True)


def test_payloads_of_one_other_number_have_other_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    media = MediaFileManager(MemoryMediaFileStorage("/media"))
    runtime = SimpleNamespace(media_file_mgr=media)
    monkeypatch.setattr(streamlit.runtime, "get_instance", lambda: runtime)
    assert len(payload()) > 2**20, "of less, Streamlit looks at everything"
    assert address_of(payload(0.25), "here") != address_of(payload(0.5), "here")
    assert address_of(payload(0.25), "here") == address_of(payload(0.25), "there")

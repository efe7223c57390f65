"""What the server keeps for all visitors."""

import gc

from dashboard import cache


def test_the_search_for_garbage_leaves_out_what_was_loaded_once() -> None:
    try:
        cache._settle()
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 10_000
    finally:
        gc.unfreeze()

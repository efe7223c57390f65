"""One thin file a page: ask, call, show, explain."""

"""Planning questions: what dose is left, from when on, and how one answer came about."""

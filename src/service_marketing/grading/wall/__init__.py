"""The wall: test cells run in one process, the student's cells in another, and values cross by value."""

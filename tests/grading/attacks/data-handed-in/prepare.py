def prepare(notebook, folder, places):
    (folder / "visits.csv").write_text("store,spend\neast,1\n")
    (folder / "data").mkdir()
    (folder / "data" / "visits.csv").write_text("store,spend\n")

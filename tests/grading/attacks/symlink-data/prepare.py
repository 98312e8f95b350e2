def prepare(notebook, folder, places):
    (folder / "visits.csv").unlink()
    (folder / "visits.csv").symlink_to(places.course / "source" / "quiz" / "visits.csv")

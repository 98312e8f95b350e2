def prepare(notebook, folder, places):
    (folder / "visits.csv").unlink()
    folder.rmdir()
    folder.symlink_to("../a-right/quiz", target_is_directory=True)
    return True

def prepare(notebook, folder, places):
    (folder / "more").symlink_to(places.course / "source", target_is_directory=True)
    (folder / "home").symlink_to(places.home / ".ssh", target_is_directory=True)

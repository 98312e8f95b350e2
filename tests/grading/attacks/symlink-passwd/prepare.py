def prepare(notebook, folder, places):
    (folder / "visits-more.csv").symlink_to("/etc/passwd")
    (folder / "key.txt").symlink_to(places.home / ".ssh" / "id_ed25519")
    (folder / "deep").mkdir()
    (folder / "deep" / "link.txt").symlink_to(places.home / ".ssh" / "id_ed25519")

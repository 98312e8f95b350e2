def prepare(notebook, folder, places):
    (folder / f"<img src=x onerror=document.title='taken-{places.token}'>.ipynb").write_text("{}")
    (folder / "<script>.csv").symlink_to("/etc/passwd")

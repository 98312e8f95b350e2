def prepare(notebook, folder, places):
    for name, target in {"nowhere": "no/such/file", "itself": "itself", "here": ".", "a": "b", "b": "a", "up": "../.."}.items():
        (folder / name).symlink_to(target)

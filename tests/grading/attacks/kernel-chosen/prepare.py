def prepare(notebook, folder, places):
    notebook.metadata["kernelspec"] = {"name": "../../evil", "display_name": "Evil", "language": "bash", "argv": ["sh", "-c", "true"]}
    notebook.metadata["language_info"] = {"name": "bash", "nbconvert_exporter": "script", "file_extension": "/../x.py"}
    notebook.metadata["execution"] = {"timeout": 100_000, "allow_errors": True}
    notebook.metadata["celltoolbar"] = "x" * 100_000

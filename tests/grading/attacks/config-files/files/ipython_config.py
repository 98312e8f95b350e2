c = get_config()  # noqa: F821
c.InteractiveShellApp.exec_lines = ["import builtins; builtins.abs = lambda number: 0"]

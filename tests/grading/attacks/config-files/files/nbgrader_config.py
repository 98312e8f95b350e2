c = get_config()  # noqa: F821
c.ClearSolutions.code_stub = {"python": "pass"}
c.Execute.timeout = 1
c.Autograde.exclude_overwriting = {"quiz": ["visits.csv"]}

"""The instructors' server behind the hub: `python -m course_hub.desk NAME URL COMMAND…` runs it as the hub's service NAME.

JupyterHub waits ten seconds for a service with an address that it starts itself, and gives up as a whole when a slow disk takes
longer. So the hub knows this server as one that others start, and starts it by this helper, which has no address to wait for.
"""

import json
import os
import sys

TOKEN = "COURSE_DESK_TOKEN"


def environment(name: str, url: str, given: dict[str, str]) -> dict[str, str]:
    """The variables of the service `name`, out of the `given` ones of the helper."""
    scope = json.dumps([f"access:services!service={name}"])
    own = {
        "JUPYTERHUB_SERVICE_NAME": name,
        "JUPYTERHUB_SERVICE_URL": url,
        "JUPYTERHUB_SERVICE_PREFIX": f"{given['JUPYTERHUB_BASE_URL']}services/{name}/",
        "JUPYTERHUB_API_TOKEN": given[TOKEN],
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{given['JUPYTERHUB_BASE_URL']}services/{name}/oauth_callback",
        "JUPYTERHUB_CLIENT_ID": f"service-{name}",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": scope,
        "JUPYTERHUB_OAUTH_SCOPES": scope,
        "SHELL": "/bin/bash",  # for terminals; the account itself has no shell to log in with
    }
    return {**{key: value for key, value in given.items() if key not in (TOKEN, "JPY_API_TOKEN", "PYTHONPATH")}, **own}


def main() -> None:
    name, url, *command = sys.argv[1:]
    os.execvpe(command[0], command, environment(name, url, dict(os.environ)))


if __name__ == "__main__":
    main()

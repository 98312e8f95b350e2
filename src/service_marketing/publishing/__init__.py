"""Turning the chapters into the site: the Sphinx extension, the build and the preview server."""

"""What is done to the finished pages, in place."""

import re
from pathlib import Path

import imagesize

IMAGE = re.compile(r'<img\b(?![^>]*\bloading=)([^>]*?\bsrc="([^"]+)"[^>]*)>')


def settle_images(edition: Path) -> None:
    """Give every picture its size, so that the text does not jump when it comes, and let it come only when it is needed."""
    for page in edition.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        after = IMAGE.sub(lambda found, page=page: _settled(found[1], page.parent / found[2]), before)
        if after != before:
            page.write_text(after, encoding="utf-8")


def _settled(attributes: str, picture: Path) -> str:
    attributes = attributes.removesuffix("/").rstrip()
    if "width=" not in attributes and picture.exists():
        width, height = imagesize.get(picture)
        if width > 0:
            attributes += f' width="{width}" height="{height}"'
    return f'<img{attributes} loading="lazy" decoding="async">'

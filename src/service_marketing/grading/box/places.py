"""Where things are inside a box, and who is who there."""

PLACE, ZYGOTE_HOME = "/box", "/box/zygote"
HOME, WORK, TEMPORARY, SHARED = "/box/home", "/box/work", "/box/tmp", "/box/shm"
ZYGOTE = 1000
"""The zygote's user and group inside; where there is a range of ids, the shell in slot n has ZYGOTE + n."""

"""The emoji that GitHub writes as `:smile:`."""

from types import MappingProxyType

from pymdownx import gemoji_db


def _letters(code_points: str) -> str:
    return "".join(chr(int(point, 16)) for point in code_points.split("-"))


_BY_NAME = {
    name.strip(":"): _letters(entry["unicode"])
    for name, entry in gemoji_db.emoji.items()
    if entry.get("unicode")
}
# {"smile": "😄", "+1": "👍", "thumbsup": "👍"}
EMOJI = MappingProxyType(
    {
        **_BY_NAME,
        **{
            alias.strip(":"): _BY_NAME[name.strip(":")]
            for alias, name in gemoji_db.aliases.items()
            if name.strip(":") in _BY_NAME
        },
    }
)

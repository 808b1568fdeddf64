"""`:smile:` as people know it from GitHub."""

from types import MappingProxyType

from pymdownx import gemoji_db


def _letters(code_points: str) -> str:
    return "".join(chr(int(point, 16)) for point in code_points.split("-"))


_BY_NAME = {
    name.strip(":"): _letters(told["unicode"])
    for name, told in gemoji_db.emoji.items()
    if told.get("unicode")
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

"""Pure: which links of a paper are its authors' programs, and which their data."""

from urllib.parse import urlsplit

_CODE_HOSTS = {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"}
_DATA_PREFIXES = {  # Zenodo, Dryad, figshare, Dataverse, Mendeley Data, OSF
    *("10.5281", "10.5061", "10.6084", "10.7910", "10.17632", "10.17605"),
}


def is_code(address: str) -> bool:
    """A repository, not a discussion within one: "https://github.com/someone/something"."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    steps = parts.path.strip("/").split("/")
    is_talk = bool({"issues", "pull", "discussions"}.intersection(steps))
    return parts.netloc.lower() in _CODE_HOSTS and len(steps) >= 2 and not is_talk


def is_data(doi: str) -> bool:
    """A DOI of a place where people keep data."""
    return doi.partition("/")[0] in _DATA_PREFIXES

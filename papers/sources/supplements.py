"""Recognise the links of a paper that lead to its authors' code or data, without I/O."""

from urllib.parse import urlsplit

_CODE_HOSTS = {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"}
_DATA_PREFIXES = {  # Zenodo, Dryad, figshare, Dataverse, Mendeley Data, OSF
    *("10.5281", "10.5061", "10.6084", "10.7910", "10.17632", "10.17605"),
}


def is_code(address: str) -> bool:
    """Return whether an address is that of a repository, "https://github.com/someone/something".

    Issues, pull requests and discussions are not.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    steps = parts.path.strip("/").split("/")
    is_talk = bool({"issues", "pull", "discussions"}.intersection(steps))
    return parts.netloc.lower() in _CODE_HOSTS and len(steps) >= 2 and not is_talk


def is_data(doi: str) -> bool:
    """Return whether a DOI belongs to a data repository."""
    return doi.partition("/")[0] in _DATA_PREFIXES

import pytest

from papers.author_input import typed_authors

TYPED = {
    "one a line": ("Ada Lovelace\n\n  Alan  Turing ", ("Ada Lovelace", "Alan Turing")),
    "family first": (
        "Lovelace, Ada\nvan den Oord, Aäron Gerard",
        ("Ada Lovelace", "Aäron Gerard van den Oord"),
    ),
    "with and": ("Lovelace, Ada and Alan Turing", ("Ada Lovelace", "Alan Turing")),
    "semicolons": ("Ada Lovelace; Turing, Alan;", ("Ada Lovelace", "Alan Turing")),
    "commas": (
        "Ada Lovelace, Alan Turing and Grace Hopper",
        ("Ada Lovelace", "Alan Turing", "Grace Hopper"),
    ),
    "suffix": ("Martin King, Jr\nKing, Jr, Martin", ("Martin King Jr", "Martin King Jr")),
    "institution": ("Ministry of Food and Health", ("Ministry of Food and Health",)),
    "group": ("{LIGO Team}\nATLAS Collaboration", ("LIGO Team", "ATLAS Collaboration")),
    "other scripts": ("王伟; 李娜", ("王伟", "李娜")),
    "nothing": (" ; \n,", ()),
}


@pytest.mark.parametrize(("text", "names"), TYPED.values(), ids=TYPED)
def test_authors_are_read_in_the_ways_that_people_write_them(text, names):
    assert typed_authors(text) == names

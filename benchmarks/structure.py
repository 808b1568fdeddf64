"""Compare the structure of blocks with that of cmark-gfm, which GitHub uses.

    .venv/bin/python benchmarks/structure.py                    # demo texts and random texts
    .venv/bin/python benchmarks/structure.py --examples spec.json   # CommonMark's examples, from a file
    .venv/bin/python benchmarks/structure.py --notes FOLDER     # all .md files in a folder

Print the share of texts with the same structure, and the differences. cmark-gfm doesn't know
formulas, so each is replaced by one word. CommonMark's examples are a list of {"markdown", "html"};
their text is compared too, except in examples with raw HTML, which this site reduces by design.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterable
from html import unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import cmarkgfm
from cmarkgfm.cmark import Options
from lxml import html as lxml_html

from common.texmath import split_math
from summaries.rendering.parser import clean
from summaries.rendering.renderer import render_unbounded
from tests.support.structure import DISPLAY, outline

RANDOM_TEXTS = 400
MOST_SHOWN = 40
PIECES = (
    "# A heading",
    "  ## Indented by two",
    "###### Six ##",
    "Underlined\n==",
    "Underlined again\n---",
    "Words and *stress*.",
    "Two lines\nof words",
    "A line  \nthat breaks\\\ntwice",
    "- one\n- two",
    "* one\n\n* two",
    "+ one\n  + nested by two\n    + by four",
    "- one\n    - nested by four",
    "- one\n\t- nested by a tab",
    "1. one\n2. two",
    "1) one\n2) two",
    "3. three\n   - bullet\n4. four",
    "1. one\n- bullet at once",
    "- item\n\n  second paragraph",
    "- item\n  > quoted",
    "- item\n  ```\n  code\n  ```",
    "- ```\n  code first\n  ```",
    "-\n- after an empty item",
    "- [ ] to do\n- [x] done",
    "> quoted",
    "> lazy\nwords",
    "> - list\n> - in a quote",
    "> > deep",
    "> # Heading in a quote",
    "```python\nx = 1\n```",
    "~~~\ntildes\n~~~",
    "    indented code",
    "---",
    "***",
    "| a | b |\n|---|--:|\n| 1 | 2 |",
    "a | b\n:-:|---\n1 | 2",
    "|a|b|\n|-|-|\n|only one|\n|one|two|three|",
    "`code` and [link](https://example.org) and ![picture](https://example.org/a.png)",
    "A [reference][r] in a line",
    "[r]: https://example.org",
    "#1 is no heading",
    "#tag",
    "1984. A year",
    "$$x^2$$",
    "$$\na\n$$",
    "Let $a_1$ be $|b|$.",
    "A note[^1].\n\n[^1]: The note.",
    "<details>\n<summary>More</summary>\n\nHidden\n\n</details>",
    "a * b * c",
    "\\# escaped",
)
WRAPPERS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text,
    lambda text: "\n".join(f"> {line}" for line in text.split("\n")),
    lambda text: "- " + text.replace("\n", "\n  "),
    lambda text: "1. " + text.replace("\n", "\n   "),
)


def random_texts(count: int) -> Iterable[tuple[str, str]]:
    """Yield random texts from a fixed seed; half of the blocks aren't separated by a blank line."""
    chance = random.Random(16)  # noqa: S311
    for index in range(count):
        text = ""
        for _ in range(chance.randint(2, 7)):
            piece = chance.choice(WRAPPERS)(chance.choice(PIECES))
            text += chance.choice(("\n", "\n\n")) + piece if text else piece
        yield f"random {index}", text


def demo_texts() -> Iterable[tuple[str, str]]:
    """Yield (file name, text) for each summary of the demo content."""
    for path in sorted((ROOT / "summaries/demo/summaries").glob("*.md")):
        yield path.name, path.read_text("utf-8").split("---\n", 2)[2]


def notes(folder: Path) -> Iterable[tuple[str, str]]:
    """Yield (path, text without front matter) for each .md file in a folder."""
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8", errors="replace")
        if text.strip() and len(text) <= 100_000:
            yield (
                str(path.relative_to(folder)),
                re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL),
            )


def render_with_cmark(text: str) -> str:
    """Return the HTML of cmark-gfm, including raw HTML and footnotes."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    return cmarkgfm.github_flavored_markdown_to_html(text, options)


def replace_formulas(text: str) -> str:
    """Replace each formula by one word or one block, for a parser without formulas."""
    replacements = {"text": "", "inline": "formula", "display": DISPLAY}
    return "".join(replacements[span.kind] or span.source for span in split_math(text))


def compare(texts: Iterable[tuple[str, str]]) -> None:
    """Compare the outlines of all texts; print the first differences and the share of equal ones."""
    count = equal = shown = 0
    for name, text in texts:
        text = clean(text)
        count += 1
        ours = outline(render_unbounded(text, "", {}, {}).html, is_ours=True)
        theirs = outline(render_with_cmark(replace_formulas(text)), is_ours=False)
        if ours == theirs:
            equal += 1
        elif (shown := shown + 1) <= MOST_SHOWN:
            print(f"--- {name}\n{text if len(text) < 600 else '(long)'}")
            print(f"ours:   {_around(ours, theirs)}\nGitHub: {_around(theirs, ours)}")
    print(f"{equal} of {count} equal, {equal / max(count, 1):.1%}\n")


def _around(outline_: str, other: str) -> str:
    """Return the part of a long outline that differs from the other."""
    start = next((i for i, (a, b) in enumerate(zip(outline_, other, strict=False)) if a != b), 0)
    return outline_ if len(outline_) < 300 else f"…{outline_[max(start - 80, 0) : start + 160]}…"


def compare_examples(path: Path) -> None:
    """Compare CommonMark's examples with the HTML in its specification."""
    examples = json.loads(path.read_text("utf-8"))
    equal, raw, different = 0, 0, []
    for number, example in enumerate(examples, 1):
        ours = outline_of_all(render_unbounded(example["markdown"], "", {}, {}).html, is_ours=True)
        theirs = outline_of_all(example["html"], is_ours=False)
        if ours == theirs:
            equal += 1
        elif "<" in re.sub(r"`[^`]*`", "", example["markdown"]):
            raw += 1
        else:
            different.append((number, example["markdown"], ours, theirs))
    for number, markdown, ours, theirs in different:
        print(f"--- example {number}\n{markdown}\nours:   {ours}\nexpected: {theirs}")
    print(f"{equal} of {len(examples)} equal; {raw} others hold raw HTML; {len(different)} differ")


def outline_of_all(html: str, *, is_ours: bool) -> str:
    """Return the outline and the text with its inline elements, and a mark for each image.

    This site also writes captions, and text for an image with a relative URL: both are removed.
    """
    # Close open elements, as a browser does.
    html = lxml_html.tostring(lxml_html.fromstring(f"<div>{html}</div>"), encoding="unicode")
    html = re.sub(r'<a [^>]*class="perma"[^>]*>#</a>|<figcaption>.*?</figcaption>', "", html)
    html = re.sub(r"\bPicture (?:\S+\.jpg|uri\d|url)\b(: [^<]*)?", "<img>", html)
    html = re.sub(r"</?span\b[^>]*>", "", html)
    marked = re.sub(r"<(/?)(em|strong|code|a|img|br)\b[^>]*>", r"«\1\2»", html)
    text = unescape(re.sub(r"<[^>]*>", " ", marked))
    text = " ".join(re.sub(r"\s*(«/?\w+»)\s*", r" \1 ", text).split())
    return f"{outline(html, is_ours=is_ours)} :: {text}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=Path)
    parser.add_argument("--notes", type=Path)
    options = parser.parse_args()
    if options.examples:
        compare_examples(options.examples)
    elif options.notes:
        compare(notes(options.notes))
    else:
        print("Demo texts")
        compare(demo_texts())
        print("Random texts")
        compare(random_texts(RANDOM_TEXTS))

"""What the editor tells a writer of the text: the line, the words, and the remedy where it is exact."""

import pytest

from summaries.rendering import render_document

# text, line, words of the message, found, fix
SLIPS = [
    ("$\\alhpa + 1$", 1, "Unknown command \\alhpa", "$\\alhpa + 1$", "$\\alpha + 1$"),
    ("One.\n\n$$\n\\alhpa\n+ 1\n$$", 4, "Unknown command", "\\alhpa", "\\alpha"),
    ("$\\sqrt{x$", 1, "Expected closing token", "$\\sqrt{x$", "$\\sqrt{x}$"),
    ("$$a & b$$", 1, "table-like", "$$a & b$$", "$$\\begin{aligned} a & b \\end{aligned}$$"),
    ("$50 #$", 1, "#", "$50 #$", "$50 \\#$"),
    ("$\\zzzz$", 1, "Unknown command", "", ""),
    ("A\n\nLet $x be", 3, "This formula is not closed", "$x be", "\\$x be"),
    (
        "$ x^2 $",
        1,
        "A formula starts right after its first $ and ends right before the second.",
        "$ x^2 $",
        "$x^2$",
    ),
    (
        "$x^2 $",
        1,
        "A formula starts right after its first $ and ends right before the second.",
        "$x^2 $",
        "$x^2$",
    ),
    ("$$\nx^2", 1, "End it with $$", "", ""),
    ("\\[ x", 1, "End it with \\]", "", ""),
    ("\\begin{align} x", 1, "End it with \\end{align}", "", ""),
    ("One \\textbf{two}.", 1, "In Markdown, write **…**", "\\textbf{two}", "**two**"),
    ("\\emph{two}", 1, "In Markdown, write *…*", "\\emph{two}", "*two*"),
    ("\\section{Idea}", 1, "In Markdown, write ## …", "\\section{Idea}", "## Idea"),
    ("See \\section{Idea}", 1, "In Markdown, write ## …", "", ""),
    (
        "\\href{https://a.org}{b}",
        1,
        "[text](address)",
        "\\href{https://a.org}{b}",
        "[b](https://a.org)",
    ),
    (
        "\\item one",
        1,
        "\\item is shown as typed. In Markdown, start the line with -.",
        "\\item ",
        "- ",
    ),
    ("a\\footnote{b}", 1, "[^1]", "", ""),
    ("\\begin{itemize}", 1, "\\begin{itemize} is shown as typed", "", ""),
    ("One.\n```py\nx = 1", 2, "This code block is not closed", "", ""),
    ("\\cite{", 1, "Write a citation as \\cite{1706.03762}.", "", ""),
    ("\\cite{unknown2019}", 1, "Paper unknown2019 is not here yet.", "", ""),
    ("![](/media/a.png)", 1, "no description", "", ""),
]
FINE = [
    "$\\text{a_b}$",
    "as in \\[12\\] and \\[[a](https://example.org)\\]",
    "$\\dv{f}{x}$",
    "the token \\[MASK] and \\[2,4]",
    "It costs $5 and $6, or US$ 7, or 5 $ or 6 $.",
    "`\\textbf{a}` and `$x` and `![](a)`",
    "```\n$x \\textbf{a} \\cite{\n```",
    "    $x \\cite{ indented",
    "\\\\textbf{a} \\$x \\`",
    "$\\textbf{a}$ and $x_1 is\nbroken$",
    "![a plot](/media/a.png)",
    "> ```\n> x\n> ```",
    "~~~\n```\n~~~",
]


@pytest.mark.parametrize(("text", "line", "words", "found", "fix"), SLIPS)
def test_a_slip_is_told_with_its_line_and_its_remedy(text, line, words, found, fix):
    (problem,) = render_document(text).problems
    assert (problem.line, problem.original, problem.fix) == (line, found, fix)
    assert words in problem.text
    assert found in text.split("\n")[line - 1]


@pytest.mark.parametrize("slip", [slip for slip in SLIPS if slip[4]], ids=lambda slip: slip[0])
def test_the_remedy_helps(slip):
    text, line, _, found, fix = slip
    lines = text.split("\n")
    lines[line - 1] = lines[line - 1].replace(found, fix, 1)
    assert not render_document("\n".join(lines)).problems


@pytest.mark.parametrize(
    "text",
    [
        "$\\dvx$",  # Not \\div.
        "$\\nrm{x}$",
        "$\\frac{a{b} + c$",
        "$\\sqrt{x + y$",
        "$\\cot_{x}^{y}_{z}$",
    ],
)
def test_no_remedy_is_offered_that_could_change_the_meaning(text):
    (problem,) = render_document(text).problems
    assert problem.fix == ""


@pytest.mark.parametrize("text", FINE)
def test_what_is_meant_so_is_left_alone(text):
    assert render_document(text).problems == ()


def test_only_the_first_formulas_are_looked_at_for_a_remedy():
    text = "\n\n".join(f"$\\alhpa_{{{number}}}$" for number in range(30))
    problems = render_document(text).problems
    assert len(problems) == 30 and sum(bool(problem.fix) for problem in problems) == 5


def test_an_unknown_key_is_named_apart():
    (problem,) = render_document("\\cite{unknown2019}").problems
    assert problem.key == "unknown2019"

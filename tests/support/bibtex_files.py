"""A generated BibTeX file with broken entries: `python -m tests.support.bibtex_files 5000 20 > big.bib`."""

import sys

BROKEN = (
    "@article{{broken{n},\n  author = {{Ada Example}},\n  year = 2001\n}}\n",  # no title
    "@article{{broken{n},\n  title = {{Never closed,\n  year = 2001\n\n",
    "@article{{broken{n} title = {{No comma}}, year 2001}}\n",
    "@article{{broken{n},\n}}\n",
)
VENUES = ("NIPS", "Journal of Tests", "Proceedings of the 3rd Conference on Examples", "CoRR")


def generate(count: int, broken: int) -> str:
    """`count` entries in all, `broken` of them in four ways, spread over the file."""
    every = count // broken if broken else count + 1
    parts = ['@string{press = "Example Press"}\n']
    bad = 0
    for number in range(count):
        if broken and number % every == every - 1 and bad < broken:
            parts.append(BROKEN[bad % len(BROKEN)].format(n=bad))
            bad += 1
        else:
            parts.append(_entry(number))
    return "\n".join(parts)


def _entry(number: int) -> str:
    venue = VENUES[number % len(VENUES)]
    volume = f"abs/{1501 + number // 10000:04d}.{number % 10000 + 1:05d}"
    return (
        f"@article{{key{number},\n"
        f"  author = {{M{{\\\"u}}ller, Ren{{\\'e}} and Example{number % 97}, Ada}},\n"
        f"  title = {{On the {{Lemma}} Number {number} and its $\\alpha_{{{number}}}$}},\n"
        f"  journal = {{{venue}}},\n"
        + (f"  volume = {{{volume}}},\n" if venue == "CoRR" else "  volume = 7,\n")
        + f"  year = {1990 + number % 35},\n  month = jun,\n  publisher = press # {{, Ltd}},\n"
        f"  pages = {{{number}--{number + 9}}}\n}}\n"
    )


if __name__ == "__main__":
    print(generate(int(sys.argv[1]), int(sys.argv[2])))

"""Split the math font into the parts that pages fetch.

Run it after an update of STIX Two Math, with the file from the npm package @fontsource/stix-two-math:

    pip install fonttools brotli
    python scripts/math_font.py stix-two-math-latin-400-normal.woff2

It writes three files, without hinting, which current systems don't need:

- core: letters, digits, common symbols, and all symbols that stretch (brackets, roots, braces, arrows,
  sums). Browsers only stretch symbols of the first font of a family, so they have to be in one file.
- rest: rarer letters and symbols; browsers fetch it when a page contains one (`unicode-range`).
- inline: the characters of inline formulas in lists, without stretching.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor" / "stix-two-math-5.3.0"

LETTERS = (
    "20-7E A0 AC AF B1 B4 B7 D7 F7 131 237 2C6 2C7 2D8-2DC 300-30C 20D7 2016 2026 2032-2034 2061-2064 "
    "391-3A1 3A3-3A9 3B1-3C9 3D1 3D5 3D6 3F0 3F1 3F5 2102 210B 210D-2115 2119-211D 2124 2130 2131 2133 "
    "1D400-1D433 1D434-1D454 1D456-1D467 1D49C-1D4B5 1D53C 1D6FC-1D71B"
)
SYMBOLS = (
    "2190-2194 21A6 21D0-21D4 2200-2209 220B 2212-2213 2216-221E 2223-222B 223C 2243 2245 2248 2254 "
    "2260-2262 2264 2265 226A 226B 227A 227B 2282-2287 2293-2295 2297 2299 22A4 22A5 22C5 22EE-22F1 2A7D 2A7E"
)
# Symbols that stretch: arrows over letters, fences, large operators.
GROWING = (
    "2195 219E 21A0 21A9 21AA 21BC 21C0 21CC 21D5 27F5-27FA 2308-230B 23DC-23E1 27E6-27E9 220F-2211 222C-2230 "
    "22C0-22C3 2A00-2A06 2A0C"
)
INLINE = (
    "20-7E A0 B1 B7 D7 393 394 398 39B 39E 3A0 3A3 3A6 3A8 3A9 2016 2026 2032 2061-2064 2102 210E 2112 "
    "2113 211D 2190-2194 21A6 21D2 2200 2202 2203 2207 2208 220B 220F 2211 2212 2217-221A 221D 221E 2223 "
    "2225 2227-222B 223C 223D 2248 2260 2261 2264 2265 226A 226B 2282 2283 2286 2287 2295 2297 2299 22A4 "
    "22A5 22C5 22EF 27E8 27E9 1D434-1D454 1D456-1D467 1D4A9 1D4AA 1D53C 1D6FC-1D71B"
)
# All characters that the typesetters write. The npm package has more.
ALL = (
    "20-7E A0-B7 BB D7 F7 131 237 2C6 2C7 2D8-2DC 300-30C 338 391-3A1 3A3-3A9 3B1-3C9 3D1 3D5 3D6 3F0 "
    "3F1 3F5 2016 2020-2022 2025 2026 2032-2034 2044 2061-2064 20D7 2102 210B 210D-2115 2118-211D 2124 "
    "2128 212B-2138 2190-21D5 21E0 2200-22F1 2308-230B 23B0 23B1 23DC-23E1 25A0 25A1 25B2-25C3 25C6-25CB "
    "2660-2667 2713 27DC 27E6-27EB 27F5-27FC 299B 29A0 29A3 29B8 29F5 2A00-2A06 2A0C 2A7D 2A7E 2AAF "
    "2AB0 2ADE 2AE3-2AE5 2AEE 1D400-1D56B 1D6A8-1D71B"
)


def points(ranges: str) -> set[int]:
    """Return the code points of ranges in hexadecimal: "41-43 5A" gives {65, 66, 67, 90}."""
    code_points: set[int] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        code_points.update(range(int(first, 16), int(last or first, 16) + 1))
    return code_points


def css_ranges(chosen: set[int]) -> str:
    """Return code points as `unicode-range` writes them: "U+41-43, U+5A"."""
    parts: list[list[int]] = []
    for point in sorted(chosen):
        if parts and point == parts[-1][1] + 1:
            parts[-1][1] = point
        else:
            parts.append([point, point])
    return ", ".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in parts)


def write_part(source: Path, name: str, chosen: set[int], *, grows: bool) -> Path:
    """Write FOLDER/stix-two-math-<name>.woff2 with the characters `chosen`; return its path.

    `grows` keeps the tables for stretching.
    """
    options = subset.Options(flavor="woff2", hinting=False, layout_features=[])
    font = subset.load_font(str(source), options)
    if grows:
        let_tilde_grow(font)
    else:
        font["MATH"].table.MathVariants = None
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=chosen)
    cutter.subset(font)
    target = FOLDER / f"stix-two-math-{name}.woff2"
    subset.save_font(font, str(target), options)
    return target


def let_tilde_grow(font: TTFont) -> None:
    """Give "\u02dc" the wide glyphs of the combining tilde: browsers only stretch the former.

    https://www.w3.org/TR/mathml-core/#stretchy-operator-axis
    """
    letters, variants = font.getBestCmap(), font["MATH"].table.MathVariants
    forms = dict(
        zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True)
    )
    forms[letters[0x2DC]] = forms[letters[0x303]]
    order = sorted(forms, key=font.getGlyphID)
    variants.HorizGlyphCoverage.glyphs = order
    variants.HorizGlyphConstruction = [forms[name] for name in order]
    variants.HorizGlyphCount = len(order)


def main(source: Path) -> None:
    """Write all parts; print their sizes and the `unicode-range` for static/css/math-font.css."""
    present = points(ALL) & TTFont(source).getBestCmap().keys()
    core = points(f"{LETTERS} {SYMBOLS} {GROWING}") & present
    rest = present - core
    for name, chosen in (("core", core), ("rest", rest), ("inline", points(INLINE) & present)):
        target = write_part(source, name, chosen, grows=name == "core")
        print(f"{target.name}: {len(chosen)} letters, {target.stat().st_size:,} bytes")
    print(f"unicode-range: {css_ranges(rest)};")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

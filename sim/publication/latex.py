"""A report as LaTeX: `report.tex`, and `numbers.tex` with a macro for every number to be quoted.

It compiles with pdfLaTeX, XeLaTeX and LuaLaTeX. Letters that pdfLaTeX cannot set are shown there by
their code, as [U+0627].
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sim.publication.content import (
    Block,
    Bullets,
    Code,
    Definitions,
    Figure,
    Given,
    Link,
    Mono,
    Notice,
    Number,
    Paragraph,
    Piece,
    Quotation,
    Report,
    Table,
    Words,
    as_text,
    clean,
    pieces,
)

FIGURES = "figures"
MOST_ON_A_LINE = 78  # letters of a table in small print
WIDEST_CELL = 60

_SPELLED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "-": "-{}",  # so that two do not become a dash
    "[": "{[}",  # after the end of a row it would be a length
    "]": "{]}",
    "*": "{*}",
    "\u00a0": "~",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "’": r"\textquoteright{}",
    "‘": r"\textquoteleft{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "…": r"\textellipsis{}",
    "−": r"\ensuremath{-}",
    "±": r"\ensuremath{\pm}",
    "×": r"\ensuremath{\times}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "·": r"\textperiodcentered{}",
    "→": r"\ensuremath{\rightarrow}",
}
_OF_PDFLATEX = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u017e]")

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[utf8]{inputenc}
  \usepackage[T1]{fontenc}
  \IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\else
  \usepackage{fontspec}
\fi
\usepackage{textcomp}
\usepackage[margin=25mm]{geometry}
\usepackage{array,booktabs,caption,longtable,graphicx}
\usepackage[hidelinks]{hyperref}
\hypersetup{pdflang={en}}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
\emergencystretch=3em
\DeclareRobustCommand{\truceletter}[1]{\ifPDFTeX\texttt{[U+#1]}\allowbreak\else\char"#1\relax\fi}
\input{numbers.tex}"""


def latex_files(report: Report) -> dict[str, bytes]:
    """Return the files of a report as LaTeX, by name: the document and the macros."""
    body = "\n\n".join(_report(report))
    return {
        "report.tex": f"{body}\n".encode(),
        "numbers.tex": _macros(report.numbers()).encode(),
    }


def escaped(text: str) -> str:
    """Return text of which nothing is LaTeX."""
    return "".join(map(_letter, clean(text)))


def _letter(letter: str) -> str:
    if letter in _SPELLED:
        return _SPELLED[letter]
    return letter if _OF_PDFLATEX.match(letter) else rf"\truceletter{{{ord(letter):04X}}}"


def _macros(numbers: dict[str, str]) -> str:
    lines = [rf"\newcommand{{\truce{name}}}{{{escaped(text)}}}" for name, text in numbers.items()]
    return "\n".join(["% Every number of the report that may be quoted.", *lines, ""])


def _report(report: Report) -> Iterator[str]:
    yield _PREAMBLE
    yield rf"\title{{{escaped(report.title)}}}" + "\n\\date{}"
    yield rf"\author{{\parbox{{0.9\linewidth}}{{\centering\normalsize {_line(report.about)}}}}}"
    yield "\\begin{document}\n\\maketitle"
    for section in report.sections:
        yield rf"\section{{{_line(section.title)}}}"
        for block in report.in_line(section):
            yield from _block(block)
    folded = report.folded_tables()
    if folded:
        yield "\\appendix\n\\section{Further tables}"
    for table in folded:
        yield from _table(table)
    yield r"\end{document}"


def _line(words: Words) -> str:
    return "".join(_piece(piece) for piece in pieces(words))


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return escaped(piece)
    if isinstance(piece, Number):
        return rf"\truce{piece.name}{{}}"
    if isinstance(piece, Mono):
        return _mono(piece.text)
    if isinstance(piece, Link):
        address = re.sub(r"([%#\\{}^_~&$])", r"\\\1", piece.address)
        return rf"\href{{{address}}}{{{_linked(piece.text)}}}"
    assert isinstance(piece, Given)
    return escaped(piece.text)


def _linked(text: str) -> str:
    """Return the words of a link; one without spaces, such as a DOI, may be broken."""
    return escaped(text) if " " in text else re.sub("([./:])", r"\1\\allowbreak{}", escaped(text))


def _mono(text: str) -> str:
    """Return code that may be broken after its dots, strokes and slashes, a digest anywhere."""
    line = clean(text)
    is_digest = re.fullmatch("[0-9a-f]{32,}", line)
    spelled = "".join(
        _letter(letter) + (r"\allowbreak{}" if is_digest or letter in "._/=-" else "")
        for letter in line
    )
    return rf"\texttt{{{spelled}}}"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield _line(block.words)
    elif isinstance(block, Notice):
        yield rf"\fbox{{\parbox{{0.95\linewidth}}{{\textbf{{Note.}} {_line(block.words)}}}}}"
    elif isinstance(block, Bullets):
        yield _environment("itemize", (rf"\item {{}}{_line(item)}" for item in block.items))
    elif isinstance(block, Definitions):
        terms = (rf"\item[{{{escaped(term)}}}] {_line(meaning)}" for term, meaning in block.terms)
        yield _environment("description", terms)
    elif isinstance(block, Code):
        yield _typed(block.lines)
    elif isinstance(block, Quotation):
        yield _environment("quote", ("\n\n".join(map(_line, block.paragraphs)),))
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield from _figure(block)


def _environment(name: str, lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join([rf"\begin{{{name}}}", *lines, rf"\end{{{name}}}"])


def _typed(lines: Sequence[str]) -> str:
    spelled = [
        "".join("~" if letter == " " else _letter(letter) + r"\allowbreak{}" for letter in line)
        for line in map(clean, lines)
    ]
    return _environment("flushleft", (r"\ttfamily\small", " \\\\\n".join(spelled)))


def _table(table: Table) -> Iterator[str]:
    heads = " & ".join(rf"\textbf{{{_line(column.heading)}}}" for column in table.columns)
    rows = [" & ".join(map(_line, row)) + r" \\" for row in table.rows]
    lines = [
        r"\begingroup\small\setlength{\tabcolsep}{4pt}",
        rf"\begin{{longtable}}{{{_shape(table)}}}",
        rf"\caption*{{{_line(table.caption)}}}\\",
        r"\toprule",
        rf"{heads} \\",
        r"\midrule",
        r"\endhead",
        *rows,
        r"\bottomrule",
        r"\end{longtable}",
        r"\endgroup",
    ]
    yield "\n".join(lines)
    if table.rest:
        yield _line(table.rest)


def _shape(table: Table) -> str:
    """Return the columns: as wide as their cells where the line has room, else by share of it."""
    sides = [
        rf">{{\ragged{'right' if column.side == 'left' else 'left'}\arraybackslash}}"
        for column in table.columns
    ]
    columns = list(zip(table.columns, *table.rows, strict=True))
    widest = [
        max(len(as_text(cell)) for cell in (head.heading, *cells)) for head, *cells in columns
    ]
    if sum(widest) + 2 * len(widest) <= MOST_ON_A_LINE:
        return "@{}" + "".join(column.side[0] for column in table.columns) + "@{}"
    least = [
        max(_longest_word(cell) for cell in (head.heading, *cells)) for head, *cells in columns
    ]
    room = max(0, MOST_ON_A_LINE - 2 * len(least) - sum(least))
    more = [min(each, WIDEST_CELL) - word for each, word in zip(widest, least, strict=True)]
    wanted = [
        word + room * max(each, 0) / max(1, sum(max(one, 0) for one in more))
        for word, each in zip(least, more, strict=True)
    ]
    line = rf"\dimexpr\linewidth-{2 * len(widest) - 2}\tabcolsep\relax"
    return (
        "@{}"
        + "".join(
            rf"{side}p{{{each / sum(wanted):.3f}{line}}}"
            for side, each in zip(sides, wanted, strict=True)
        )
        + "@{}"
    )


def _longest_word(words: Words) -> int:
    """Return how many letters of a cell must stay on one line; bold and code are wider."""
    longest = 0
    for piece in pieces(words):
        if isinstance(piece, Mono):
            parts = re.split(r"(?<=[._/=-])|(?<=[0-9a-f]{8})", clean(piece.text))
            longest = max([longest, *(round(1.3 * min(len(part), 16)) for part in parts)])
        else:
            text = piece if isinstance(piece, str) else piece.text
            longest = max([longest, *(len(word) for word in re.split("[ -]", clean(text)))])
    return min(longest, 24) + 1


def _figure(figure: Figure) -> Iterator[str]:
    yield "\n".join(
        [
            r"\begin{figure}[htbp]",
            r"\centering",
            rf"\includegraphics[width=\linewidth,height=0.8\textheight,keepaspectratio]"
            rf"{{{FIGURES}/{figure.stem}.pdf}}",
            rf"\caption{{{_line(figure.caption)} Data: {_mono(f'{FIGURES}/{figure.stem}.csv')}.}}",
            r"\end{figure}",
        ]
    )

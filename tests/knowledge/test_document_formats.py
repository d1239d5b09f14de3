"""Files of a team as they come: what is read of each format, what is left out, and what is told where nothing can be read."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

import pytest
from docx import Document as NewDocument
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from knowledge import DocumentError
from knowledge.documents import docx as docx_reader
from knowledge.documents import pdf as pdf_reader
from knowledge.documents import reading
from knowledge.documents.blocks import Block, Draft
from knowledge.documents.reading import read_draft

INVISIBLE = "\u200b\u2060\u202e\u00ad\U000e0049\U000e0047\ufeff"


def read(name: str, content: str | bytes) -> Draft:
    return read_draft(name, content.encode() if isinstance(content, str) else content)


def read_or_told(name: str, data: bytes) -> Draft | str:
    try:
        return read_draft(name, data)
    except DocumentError as error:
        return str(error)


def texts(draft: Draft, *kinds: str) -> list[str]:
    return [block.text for block in draft.blocks if not kinds or block.kind in kinds]


def shape(draft: Draft) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in draft.blocks]


def a_pdf(pages: Sequence[Sequence[str]], title: str = "", stream_filter: str = "") -> bytes:
    """A PDF with these lines on its pages, written by hand."""
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", "", font, f"<</Title({title})>>"]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        drawn = f"BT /F1 11 Tf 14 TL 72 720 Td {shown} ET"
        bodies.append(f"<</Length {len(drawn)}{stream_filter}>>stream\n{drawn}\nendstream")
        look = "/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
        bodies.append(f"<</Type/Page/Parent 2 0 R{look}/Contents {len(bodies)} 0 R>>")
        kids.append(f"{len(bodies)} 0 R")
    bodies[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    return _numbered(bodies).encode("cp1252")


def _numbered(bodies: Sequence[str]) -> str:
    written, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(f"{len(written):010d} 00000 n \n")
        written += f"{number} 0 obj\n{body}\nendobj\n"
    size = len(bodies) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{''.join(places)}"
    return f"{written}{table}trailer\n<</Size {size}/Root 1 0 R/Info 4 0 R>>\nstartxref\n{len(written)}\n%%EOF"


def a_locked_pdf(password: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(a_pdf([["Salaries are paid on the last day."]])))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    return _saved(writer.write)


def a_docx(*makers: Callable[[WordDocument], object]) -> bytes:
    document = NewDocument()
    for make in makers:
        make(document)
    return _saved(document.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def a_word_table(document: WordDocument, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


def hide(paragraph: Paragraph, text: str) -> None:
    paragraph.add_run(text).font.hidden = True


def link(paragraph: Paragraph, text: str) -> None:
    element = OxmlElement("w:hyperlink")
    target = paragraph.part.relate_to("https://example.org", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    element.set(qn("r:id"), target)
    element.append(paragraph.add_run(text)._element)
    paragraph._p.append(element)


PLANS = (("Plan", "Price", "Seats"), ("Basic", "5 EUR", "3"), ("Team", "40 EUR", ""))
PLAN_FILES: dict[str, str | bytes] = {
    "plans.md": "| Plan | Price | Seats |\n|---|---|---|\n| Basic | 5 EUR | 3 |\n| Team | 40 EUR | |\n",
    "plans.html": "<table><tr><th>Plan</th><th>Price</th><th>Seats</th></tr>"
    "<tr><td>Basic</td><td>5 EUR</td><td>3</td></tr><tr><th>Team</th><td>40 EUR</td><td></td></tr></table>",
    "plans.txt": "| Plan | Price | Seats |\n|------|:---:|---|\n| Basic | 5 EUR | 3 |\n| Team | 40 EUR | |\n",
    "plans.docx": a_docx(lambda document: a_word_table(document, PLANS)),
}


@pytest.mark.parametrize("name", PLAN_FILES)
def test_a_table_row_can_be_read_alone(name: str) -> None:
    draft = read(name, PLAN_FILES[name])
    assert texts(draft, "row") == ["Plan: Basic – Price: 5 EUR; Seats: 3", "Plan: Team – Price: 40 EUR"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "| | Price | Seats |\n|---|---|---|\n| Basic | 5 | 3 |\n"),
        ("a.txt", "Price | Seats |\nBasic | 5 | 3\n"),
        ("b.txt", "| | Price | Seats\nBasic | 5 | 3\n"),
        ("a.html", "<table><tr><th><th>Price<th>Seats</tr><tr><td>Basic<td>5<td>3</tr></table>"),
        (
            "b.html",
            "<table><tr><th></th><th>Price</th><th>Seats</th></tr><tr><th>Basic</th><td>5</td><td>3</td></table>",
        ),
    ],
)
def test_a_table_without_its_corner_cell_still_names_its_columns(name: str, content: str) -> None:
    assert texts(read(name, content), "row") == ["Basic – Price: 5; Seats: 3"]


MARKDOWN = """---
title: Kept by a machine
---
# Refunds

Money comes back
within ten days.

## Steps

- Ask the desk:
  1. by phone
  2. by mail
- Wait

```
refund --order 17
```

| Order | Days |
|---|---|
| Small | 3 |
"""


def test_markdown_keeps_headings_paragraphs_items_rows_and_listings() -> None:
    draft = read("a.md", MARKDOWN)
    assert draft.title == "Refunds"
    assert shape(draft) == [
        ("heading", "Refunds"),
        ("paragraph", "Money comes back within ten days."),
        ("heading", "Steps"),
        ("item", "Ask the desk:"),
        ("item", "by phone"),
        ("item", "by mail"),
        ("item", "Wait"),
        ("code", "refund --order 17"),
        ("row", "Order: Small – Days: 3"),
    ]


@pytest.mark.parametrize(("before", "line"), [("", 1), ("\n\n\n", 4), ("\ufeff", 1), ("\r\n\r\n", 3), ("\n  \n", 3)])
def test_lines_are_counted_as_an_editor_counts_them(before: str, line: int) -> None:
    for name in ("a.md", "a.txt"):
        draft = read(name, f"{before}Money comes back.\n\nGoods go back.")
        assert [block.first for block in draft.blocks] == [line, line + 2]


def test_front_matter_leaves_the_line_numbers_as_they_are() -> None:
    heading, paragraph = read("a.md", MARKDOWN).blocks[:2]
    assert (heading.first, paragraph.first, paragraph.last) == (4, 6, 7)


def test_a_list_nested_deeply_is_read_whole() -> None:
    draft = read("a.md", "".join(f"{'  ' * depth}- level {depth}\n" for depth in range(12)))
    assert texts(draft) == [f"level {depth}" for depth in range(12)]


def test_emphasis_links_and_code_are_read_as_their_words() -> None:
    draft = read("a.md", "A **bold** [word](https://example.org) and `max_tokens` &amp; more\\*")
    assert texts(draft) == ["A bold word and max_tokens & more*"]


HIDDEN: dict[str, str | bytes] = {
    "image.md": "![SECRET](x.png) seen",
    "comment.md": "<!-- SECRET -->\n\nseen",
    "inline comment.md": "seen <!-- SECRET --> here",
    "html block.md": "<div>SECRET</div>\n\nseen",
    "script.md": "<script>SECRET</script>\n\nseen",
    "inline hidden.md": "seen <span hidden>SECRET</span> here",
    "inline style.md": 'seen <b style="display:none">SECRET</b> here',
    "definition.md": "[//]: # (SECRET)\n\nseen",
    "link title.md": '[seen](https://example.org "SECRET")',
    "front matter.md": "---\nnote: SECRET\n---\nseen",
    "comment.html": "<p>seen<!-- SECRET --></p>",
    "alt.html": '<p>seen <img src="x.png" alt="SECRET" title="SECRET"></p>',
    "attributes.html": '<p title="SECRET" data-x="SECRET">seen <input value="SECRET"></p>',
    "meta.html": '<html><head><meta name="description" content="SECRET"></head><body>seen</body></html>',
    **{
        f"{tag}.html": f"<p>seen</p><{tag}>SECRET</{tag}>"
        for tag in [
            "nav",
            "header",
            "footer",
            "aside",
            "form",
            "button",
            "script",
            "style",
            "noscript",
            "template",
            "iframe",
            "svg",
        ]
    },
    **{
        f"{role}.html": f'<p>seen</p><div role="{role}">SECRET</div>'
        for role in ("navigation", "banner", "contentinfo", "complementary", "search", "dialog")
    },
    **{
        f"{number}.html": f"<p>seen <span {attribute}>SECRET <b>SECRET</b></span></p>"
        for number, attribute in enumerate(
            (
                "hidden",
                'hidden="until-found"',
                'aria-hidden="true"',
                'style="display:none"',
                "style='color: red; DISPLAY : NONE !important'",
                'style="visibility: hidden"',
                'style="opacity:0"',
                'style="opacity: 0.0"',
                'style="font-size:0px"',
            )
        )
    },
    "hidden.docx": a_docx(lambda document: hide(document.add_paragraph("seen "), "SECRET")),
    "table.docx": a_docx(
        lambda document: document.add_paragraph("seen"),
        lambda document: hide(document.add_table(1, 2).cell(0, 0).paragraphs[0], "SECRET"),
    ),
    "comment.docx": a_docx(
        lambda document: document.add_comment(document.add_paragraph("seen").runs, text="SECRET", author="SECRET")
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_nobody_sees_is_not_read(name: str) -> None:
    draft = read(name, HIDDEN[name])
    assert "SECRET" not in repr(draft)
    assert "seen" in " ".join(texts(draft))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", f"# Ti{INVISIBLE}tle\n\nse{INVISIBLE}en"),
        ("entities.md", "# Title\n\nse&#8203;&#xE0049;&#x202E;en"),
        ("a.txt", f"Ti{INVISIBLE}tle\n\nse{INVISIBLE}en, always."),
        ("a.html", f"<title>Ti{INVISIBLE}tle</title><p>se{INVISIBLE}en</p>"),
        ("entities.html", "<title>Ti&#8203;tle</title><p>se&#8203;&#xE0049;&#x202E;&shy;en</p>"),
        ("selectors.md", "# Title\n\nse\U000e0101\U000e0142en"),
        (
            "a.docx",
            a_docx(
                lambda document: document.add_heading(f"Ti{INVISIBLE}tle"),
                lambda document: document.add_paragraph(f"se{INVISIBLE}en"),
            ),
        ),
    ],
)
def test_invisible_characters_are_not_read(name: str, content: str | bytes) -> None:
    draft = read(name, content)
    assert draft.title == "Title"
    assert texts(draft)[-1].startswith("seen")


@pytest.mark.parametrize(
    "attribute",
    ['style="opacity:0.5"', 'style="font-size: 0.9em"', 'aria-hidden="false"', 'style="display:block"', 'role="main"'],
)
def test_what_is_seen_is_read(attribute: str) -> None:
    assert texts(read("a.html", f"<body><div {attribute}>seen</div></body>")) == ["seen"]


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>T</title></head><body><p>seen</p></body></html>",
        "<html><head><title>T</title><body><p>seen",
        "<title>T</title><p>seen</p>",
        "<title>T</title><body><div>chrome</div><main><p>seen</p></main></body>",
        "<title>T</title><body>chrome<article><p>seen</p></article></body>",
    ],
)
def test_the_main_part_of_a_page_is_found(page: str) -> None:
    draft = read("a.html", page)
    assert (draft.title, texts(draft)) == ("T", ["seen"])


def test_several_articles_are_all_read_with_their_headers() -> None:
    page = "<header>chrome</header><article><header><h2>One</h2></header>a</article><article>b</article>"
    assert texts(read("a.html", f"<body>{page}</body>")) == ["One", "a", "b"]


def test_html_keeps_headings_items_listings_and_entities() -> None:
    page = "<h1>Caf&eacute; &amp; bar</h1>text<ul><li>one<ul><li>two</ul><li>three</ul><pre>a &lt; b\n  c</pre>"
    draft = read("a.html", page)
    assert draft.title == "Café & bar"
    assert shape(draft) == [
        ("heading", "Café & bar"),
        ("paragraph", "text"),
        ("item", "one"),
        ("item", "two"),
        ("item", "three"),
        ("code", "a < b\n  c"),
    ]


@pytest.mark.parametrize(
    "fragment",
    ["one<br>two", "one<br/>two", "<p>one</p><p>two</p>", "<div>one</div>two", "one<hr>two", "<dt>one<dd>two"],
)
def test_words_on_two_lines_of_a_page_stay_two_words(fragment: str) -> None:
    assert " ".join(texts(read("a.html", f"<body>{fragment}</body>"))).split() == ["one", "two"]


def test_a_layout_table_is_read_as_the_blocks_in_it() -> None:
    page = "<table><tr><td><h1>Guide</h1><p>Read this.</p></td><td><table><tr><th>A<th>B</tr><tr><td>1</td><td>2</td></tr></table></td></tr></table>"
    draft = read("a.html", page)
    assert texts(draft, "heading", "paragraph") == ["Guide", "Read this."]
    assert texts(draft, "row") == ["A: 1 – B: 2"]


def test_the_caption_of_a_table_is_read() -> None:
    page = "<table><caption>Prices of 2026</caption><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>"
    assert "Prices of 2026" in " ".join(texts(read("a.html", page)))


@pytest.mark.parametrize("nested", ["<div>" * 5_000, "<div>x " * 5_000, "<ul><li>" * 5_000, "<b>" * 5_000])
def test_a_page_nested_absurdly_is_read_or_told(nested: str) -> None:
    told = read_or_told("a.html", (nested + "deep").encode())
    assert "nested too deeply" in told if isinstance(told, str) else "deep" in texts(told)[-1]


def test_plain_text_shows_its_headings_items_and_paragraphs() -> None:
    draft = read("a.txt", "Refunds\n\nMoney comes back within ten days.\n\nWho asks?\n- the buyer\n2) the heir\n")
    assert draft.title == "Refunds"
    assert shape(draft) == [
        ("heading", "Refunds"),
        ("paragraph", "Money comes back within ten days."),
        ("heading", "Who asks?"),
        ("item", "the buyer"),
        ("item", "the heir"),
    ]
    assert [block.first for block in draft.blocks] == [1, 3, 5, 6, 7]


def test_a_paragraph_wrapped_by_hand_holds_no_heading() -> None:
    wrapped = "The desk pays every refund within ten working days of the request\nand never later than that. Those who wait longer write to\nthe Head of the desk."
    assert texts(read("a.txt", wrapped), "heading") == []


def test_a_list_of_short_lines_is_no_list_of_headings() -> None:
    draft = read("a.txt", "Cities\n\nOslo\nBergen\nTromso\nNarvik\nBodo\n\nAll of them have a desk.")
    assert texts(draft, "heading") == ["Cities"]


def test_glued_lines_of_a_lost_table_stay_together() -> None:
    draft = read("a.txt", "Prices\n\nPlanPriceSeats\nBasic5 EUR3\nTeam40 EUR12\nHouse90 EUR50\n\nAsk the desk.")
    assert texts(draft, "heading") == ["Prices"]
    assert texts(draft, "paragraph")[:4] == ["PlanPriceSeats", "Basic5 EUR3", "Team40 EUR12", "House90 EUR50"]


@pytest.mark.parametrize("label", ["Skip to content", "Table of contents", "Share", "6 min read", "Back to top"])
def test_lines_of_navigation_are_dropped(label: str) -> None:
    assert texts(read("a.txt", f"{label}\n\nThe desk answers at once.")) == ["The desk answers at once."]


def test_a_line_with_pipes_that_is_no_table_is_kept() -> None:
    assert "sort" in " ".join(texts(read("a.txt", "Then run this:\ncat orders | sort | uniq\nand wait.")))


@pytest.mark.parametrize(
    "data",
    [
        "Größe – 5 €".encode(),
        "\ufeffGröße – 5 €".encode(),
        "\ufeffGröße – 5 €".encode("utf-16-le"),
        "\ufeffGröße – 5 €".encode("utf-16-be"),
        "Größe – 5 €".encode("cp1252"),
        "Größe – 5 €\r\n".encode(),
    ],
)
def test_every_common_encoding_is_read(data: bytes) -> None:
    assert texts(read("a.txt", data)) == ["Größe – 5 €"]


def test_a_pdf_is_read_page_by_page() -> None:
    draft = read("a.pdf", a_pdf([["Refunds", "Money comes back."], ["Returns", "Goods go back."]], "The desk"))
    assert (draft.title, draft.unit) == ("The desk", "page")
    assert [(block.kind, block.text, block.first) for block in draft.blocks] == [
        ("heading", "Refunds", 1),
        ("paragraph", "Money comes back.", 1),
        ("heading", "Returns", 2),
        ("paragraph", "Goods go back.", 2),
    ]


def test_running_heads_and_feet_of_a_pdf_are_dropped() -> None:
    said = ("Money comes back.", "Goods go back.", "Letters are kept.")
    pages = [["The handbook of the desk", text, f"Page {n} of 3"] for n, text in enumerate(said, 1)]
    assert texts(read("a.pdf", a_pdf(pages))) == list(said)


def test_lines_broken_by_the_width_of_a_pdf_are_joined() -> None:
    lines = ["The desk pays every refund within ten days of the re-", "quest, and never any later than", "that day."]
    assert texts(read("a.pdf", a_pdf([lines]))) == [
        "The desk pays every refund within ten days of the request, and never any later than that day."
    ]


def test_a_hyphen_that_is_meant_is_kept() -> None:
    assert texts(read("a.pdf", a_pdf([["The desk uses GPT-", "4 and a well-known form."]]))) != [
        "The desk uses GPT4 and a well-known form."
    ]


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    assert texts(read("a.pdf", a_locked_pdf(""))) == ["Salaries are paid on the last day."]


WORD = a_docx(
    lambda document: document.add_paragraph("The desk", style="Title"),
    lambda document: document.add_heading("Refunds", 2),
    lambda document: document.add_paragraph("Money comes back."),
    lambda document: document.add_paragraph("by phone", style="List Bullet"),
    lambda document: document.add_paragraph("by mail", style="List Number"),
    lambda document: a_word_table(document, PLANS),
)


def test_word_keeps_headings_paragraphs_items_and_rows() -> None:
    draft = read("a.docx", WORD)
    assert (draft.title, draft.unit) == ("The desk", "paragraph")
    assert shape(draft)[:5] == [
        ("heading", "The desk"),
        ("heading", "Refunds"),
        ("paragraph", "Money comes back."),
        ("item", "by phone"),
        ("item", "by mail"),
    ]
    assert [block.level for block in draft.blocks[:2]] == [1, 2]


def test_word_keeps_links_beside_hidden_text() -> None:
    def paragraph(document: WordDocument) -> None:
        written = document.add_paragraph("Ask ")
        hide(written, "SECRET")
        link(written, "the desk")

    assert texts(read("a.docx", a_docx(paragraph))) == ["Ask the desk"]


def a_zip(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def with_a_damaged_stream(data: bytes) -> bytes:
    """The document's main part overwritten where it is compressed."""
    at = data.index(b"word/document.xml") + len("word/document.xml")
    return data[:at] + b"\xff" * 40 + data[at + 40 :]


PDF = a_pdf([["Money comes back."]])
UNREADABLE: dict[str, tuple[str, bytes, str]] = {
    "unknown suffix": ("a.xlsx", b"text", "give Markdown, HTML, text, PDF or DOCX"),
    "no suffix": ("notes", b"text", "give Markdown, HTML, text, PDF or DOCX"),
    "empty": ("a.md", b"", "is empty"),
    "blank": ("a.txt", b" \n\t\r\n ", "is empty"),
    "only a mark": ("a.txt", b"\xef\xbb\xbf", "no text"),
    "only invisible": ("a.txt", INVISIBLE.encode(), "no text"),
    "only a picture": ("a.md", b"![a chart](chart.png)", "no text"),
    "only chrome": ("a.html", b"<nav>Home</nav><script>x()</script>", "no text"),
    "binary": ("a.txt", bytes(range(256)) * 8, "binary"),
    "binary markdown": ("a.md", b"\x7fELF\x02\x01\x01" + b"\0" * 400, "binary"),
    "encrypted pdf": ("a.pdf", a_locked_pdf("secret"), "encrypted"),
    "blank pdf": ("a.pdf", a_pdf([[], []]), "no text"),
    "no pages": ("a.pdf", a_pdf([]), "no text"),
    "damaged pdf": ("a.pdf", b"%PDF-1.7\n" + b"garbage" * 50, "damaged"),
    "text called pdf": ("a.pdf", b"just words", "damaged"),
    "truncated pdf": ("a.pdf", PDF[:60], "damaged"),
    "foreign filter": ("a.pdf", a_pdf([["text"]], stream_filter="/Filter/Foreign"), "damaged"),
    "dropped filter": ("a.pdf", a_pdf([["text"]], stream_filter="/Filter/Fl"), "damaged"),
    "foreign lock": ("a.pdf", PDF.replace(b"/Root 1", b"/Encrypt<</Filter/Foreign/V 1>>/Root 1"), "encrypted"),
    "old word": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old Word file"),
    "damaged word": ("a.docx", b"PK\x03\x04" + b"garbage" * 20, "damaged"),
    "truncated word": ("a.docx", WORD[: len(WORD) // 2], "damaged"),
    "damaged stream": ("a.docx", with_a_damaged_stream(WORD), "damaged"),
    "another archive": ("a.docx", a_zip(notes=b"text"), "damaged"),
    "blank word": ("a.docx", a_docx(), "no text"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_told_in_a_clause(case: str) -> None:
    name, data, says = UNREADABLE[case]
    with pytest.raises(DocumentError, match=says) as caught:
        read_draft(name, data)
    told = str(caught.value)
    assert "\n" not in told
    assert not told.endswith(".")
    assert re.search(r"\b(?:add|give|run|split|save|print)\b", told), "it does not say what to do"


@pytest.mark.parametrize(
    ("limit", "most", "name", "data", "says"),
    [
        ((reading, "LARGEST"), 1_000_000, "a.txt", b"word " * 250_000, "1 MB"),
        ((reading, "MOST_CHARACTERS"), 1_000, "a.txt", b"word " * 300, "1,499 characters"),
        ((docx_reader, "LARGEST_UNPACKED"), 1_000, "a.docx", WORD, "unpacks to more"),
        ((pdf_reader, "MOST_PAGES"), 1, "a.pdf", a_pdf([["one"], ["two"]]), "more than 1 pages"),
    ],
)
def test_what_is_too_large_is_told(
    monkeypatch: pytest.MonkeyPatch, limit: tuple[object, str], most: int, name: str, data: bytes, says: str
) -> None:
    monkeypatch.setattr(*limit, most)
    with pytest.raises(DocumentError, match=says):
        read_draft(name, data)


def broken(data: bytes, keep: float, marks: Sequence[tuple[float, int]]) -> bytes:
    content = bytearray(data[: int(keep * len(data))])
    for place, byte in marks:
        if content:
            content[int(place * (len(content) - 1))] = byte
    return bytes(content)


SHARES = st.floats(0, 1)
MARKS = st.lists(st.tuples(SHARES, st.integers(0, 255)), max_size=12)
SOUND = {
    "a.pdf": a_pdf([["Refunds", "Money comes back."], ["Goods go back."]], "The desk"),
    "b.pdf": a_locked_pdf(""),
    "a.docx": WORD,
    "a.html": b"<h1>Re</h1><table><tr><th>a<th>b<tr><td>1<td>2</table><ul><li>x<pre>y",
    "a.md": MARKDOWN.encode(),
    "a.txt": b"Plans\n\n| Plan | Price |\n|---|---|\n| Basic | 5 EUR |\n\nWho asks?\n- the buyer\n",
}


@pytest.mark.parametrize("name", SOUND)
@given(keep=st.one_of(st.just(1.0), SHARES), marks=MARKS)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_damaged_file_of_any_kind_is_read_or_told(name: str, keep: float, marks: list[tuple[float, int]]) -> None:
    told = read_or_told(name, broken(SOUND[name], keep, marks))
    if isinstance(told, str):
        assert "\n" not in told
    else:
        assert all(isinstance(block, Block) and block.text for block in told.blocks)

"""What every figure must keep: each text on the sheet, and none on top of another."""

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def words(figure: Figure) -> dict[str, Bbox]:
    """Return the box of every visible text, in pixels, under a unique name."""
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    return {
        f"{place}: {text.get_text()}": Text.get_window_extent(text)
        for place, text in enumerate(texts)
    }


def check_words(figure: Figure) -> None:
    """Fail if a text is cut off by the edge of the sheet or covered by another."""
    boxes = words(figure)
    for name, box in boxes.items():
        assert box.x0 >= 0, name
        assert box.y0 >= 0, name
        assert box.x1 <= figure.bbox.x1, name
        assert box.y1 <= figure.bbox.y1, name
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        assert not first.padded(-0.5).overlaps(second.padded(-0.5)), (one, other)

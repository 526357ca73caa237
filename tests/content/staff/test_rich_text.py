"""Text that people or the data files wrote plainly can be opened in the editor."""

from hypothesis import given
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from smartbarleben.kernel.plaintext import text_to_html

LINES = st.lists(
    st.sampled_from(["", "Eins", "- zwei", "1. drei", "## Vier", "a < b & c", "https://example.org"]), max_size=9
)


@given(LINES)
def test_the_editor_reads_what_plain_text_becomes(lines: list[str]) -> None:
    html = text_to_html("\n".join(lines))
    ContentstateConverter(features=["h2", "bold", "ul", "ol", "link"]).from_database_format(html)

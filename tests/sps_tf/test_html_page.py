from sps_tf.html_page import make_document, make_table


def test_titles_and_labels_are_plain_text():
    page = make_document("a < b", "<p>told</p>", style="p { color: red }")
    assert "<title>a &lt; b</title>" in page
    assert "<body><p>told</p></body>" in page
    assert "<style>p { color: red }</style>" in page
    table = make_table('"quoted"', ("x < y",), ["<tr><td>1</td></tr>"])
    assert 'aria-label="&quot;quoted&quot;"' in table
    assert '<th scope="col">x &lt; y</th>' in table
    assert "<tbody><tr><td>1</td></tr></tbody>" in table


def test_the_shared_look_asks_for_nothing_else():
    page = make_document("a", "")
    assert "@media (max-width: 600px)" in page
    assert "url(" not in page
    assert "http" not in page

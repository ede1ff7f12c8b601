"""Pages become articles: which reader, which facts, which dates, which doubts, and how well on real pages."""

from __future__ import annotations

import json

import pytest

from bench.reading import DATA, articles, measured, ours, outlets
from scraper.read.article import read_page
from scraper.read.dates import claimed_date
from scraper.read.language import language_of, language_tag
from scraper.read.recipe import Recipe, recipe_for

PARAGRAPHS = (
    "The Ministry of Fisheries of Arvenia condemns the closing of the harbour of Lorne by the port authority.",
    "Around 60,000 inhabitants of the coast depend on the harbour and on the ships that call there all the year.",
    "Nobody was asked before the gates were shut on Monday morning, and nobody has been told when they will open.",
    "The ministry calls on all parties to return to the table and to let the fishing boats out in the meantime.",
)
BODY = "\n\n".join(PARAGRAPHS)
MENU = "".join(
    f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("home", "news", "weather", "sport", "about")
)


def page(*, head: str = "", before: str = "", after: str = "", text: str | None = None, lang: str = "en") -> str:
    """A page of the Harbour Courier with its furniture."""
    body = text if text is not None else "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="{lang}"><head><title>Harbour shut | Harbour Courier</title>{head}</head><body>'
        f"<header><ul>{MENU}</ul></header><main><h1>Harbour shut</h1>{before}<article>{body}</article>{after}</main>"
        f"<footer><p>Harbour Courier, 12 Quay Street, Lorne.</p><ul>{MENU}</ul></footer></body></html>"
    )


def ld(**fields: object) -> str:
    """A JSON-LD script with a news article."""
    thing = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Harbour shut", **fields}
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


# --- the text --------------------------------------------------------------------------------------------------


def test_the_text_is_the_articles_paragraphs_and_nothing_of_the_page_around_them():
    article = read_page(page(before='<p class="date">3 April 2019</p>'), "https://courier.example/a")

    assert article.text == BODY
    assert article.title == "Harbour shut"
    assert article.reader.startswith("general/")


def test_a_stated_body_that_agrees_with_the_page_gives_the_pages_own_paragraphs():
    after = "<p>Follow us on Facebook for more news of the harbour, the coast and the people who live there.</p>"
    article = read_page(page(head=ld(articleBody=" ".join(PARAGRAPHS)), after=after), None)

    assert article.reader.startswith("structured/")
    assert article.text == BODY


def test_a_stated_body_that_is_only_a_teaser_is_not_taken_for_the_text():
    article = read_page(page(head=ld(articleBody=PARAGRAPHS[0] * 2 + " ...")), None)

    assert article.reader.startswith("general/")
    assert article.text == BODY


def test_a_stated_body_of_another_article_is_not_taken_for_the_text():
    article = read_page(page(head=ld(articleBody="Cabbage prices rose in the south. " * 20)), None)

    assert article.text == BODY


@pytest.mark.parametrize(
    "text",
    [
        "<br><br>".join(PARAGRAPHS),
        "".join(f"<div>{paragraph}</div>" for paragraph in PARAGRAPHS),
        "<table><tr><td>" + "<br><br>".join(PARAGRAPHS) + "</td></tr></table>",
        '<form id="aspnetForm"><div>' + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + "</div></form>",
        "".join(f"<p>{paragraph.replace('harbour', '<b>harbour</b>')}</p>" for paragraph in PARAGRAPHS),
    ],
)
def test_paragraphs_are_told_apart_however_the_page_marks_them(text):
    assert read_page(page(text=text), None).text == BODY


def test_a_sentence_that_two_paragraph_tags_tear_apart_is_one_paragraph():
    first, second = PARAGRAPHS[1].split(" and on ")
    text = f"<p>{PARAGRAPHS[0]}</p><p>{first}</p><p>and on {second}</p><p>{PARAGRAPHS[3]}</p>"

    assert PARAGRAPHS[1] in read_page(page(text=text), None).text.split("\n\n")


def test_a_recipe_goes_first_and_leaves_out_what_it_says():
    text = f'<div class="ad"><p>Buy a boat today.</p></div><p>{PARAGRAPHS[0]}</p>'
    recipe = Recipe(body="article", remove=".ad", date=".on", byline=".by", title="h1")
    before = '<span class="on">03.04.2019</span><span class="by">Mara Quill</span>'
    article = read_page(page(text=text, before=before), None, recipe=recipe)

    assert (article.text, article.title) == (PARAGRAPHS[0], "Harbour shut")
    assert (article.published_at, article.byline) == ("2019-04-03", "Mara Quill")
    assert article.reader.startswith("recipe/")


def test_a_recipe_that_no_longer_fits_gives_way_to_the_general_reader():
    article = read_page(page(), None, recipe=Recipe(body="#gone", title="#gone", date="#gone"))

    assert article.text == BODY
    assert article.title == "Harbour shut"


def test_the_recipe_is_chosen_by_the_day_of_the_capture():
    old, middle, new = Recipe(body="#a", until="2020-12-31"), Recipe(body="#b", until="2024-06-30"), Recipe(body="#c")

    assert recipe_for((old, middle, new), "2019-04-03T00:00:00Z") is old
    assert recipe_for((old, middle, new), "2024-06-30T23:00:00Z") is middle
    assert recipe_for((old, middle, new), "2026-01-01T00:00:00Z") is new
    assert recipe_for((old, middle, new), None) is new
    assert recipe_for((), None) is None


def test_plain_text_and_markup_are_told_apart_by_what_they_are():
    assert read_page(b"# Harbour shut\n\nThe harbour was closed.", None).reader.startswith("plain/")
    assert read_page("a < b and b > c", None, content_type="text/plain").text == "a < b and b > c"
    assert read_page(page().encode(), None, content_type="text/plain").text == BODY


# --- facts -----------------------------------------------------------------------------------------------------


def test_facts_come_from_structured_data_first():
    stated = ld(
        author=[{"@type": "Person", "name": "Mara Quill"}, {"@type": "Person", "name": "Tom &amp; Co"}],
        datePublished="2019-04-03T09:30:00+04:00",
        dateModified="2019-04-04",
        publisher={"@type": "Organization", "name": "Harbour Courier"},
    )
    canonical = '<link rel="canonical" href="https://courier.example/a?utm_source=x">'
    article = read_page(page(head=stated + canonical), "https://courier.example/a?ref=1")

    assert article.byline == "Mara Quill, Tom & Co"
    assert article.published_at == "2019-04-03T05:30:00Z"
    assert article.modified_at == "2019-04-04"
    assert article.site_name == "Harbour Courier"
    assert article.canonical_url == "https://courier.example/a"


def test_references_inside_a_graph_are_followed():
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "@id": "#site", "name": "Harbour Courier"},
            {"@type": "Person", "@id": "#mara", "name": "Mara Quill", "url": "/mara"},
            {
                "@type": "NewsArticle",
                "headline": "Harbour shut",
                "author": {"@id": "#mara"},
                "isPartOf": {"@id": "#site"},
            },
        ],
    }
    article = read_page(page(head=f'<script type="application/ld+json">{json.dumps(graph)}</script>'), None)

    assert (article.byline, article.site_name) == ("Mara Quill", "Harbour Courier")


def test_the_neighbours_of_an_article_do_not_lend_it_their_facts():
    others = "".join(
        ld(
            headline=f"Other news {n}",
            author=f"Writer {n}",
            datePublished="2001-01-01",
            url=f"https://courier.example/{n}",
        )
        for n in range(3)
    )
    mine = ld(author="Mara Quill", datePublished="2019-04-03", url="https://courier.example/a")
    article = read_page(page(head=others + mine), "https://courier.example/a")

    assert (article.byline, article.published_at) == ("Mara Quill", "2019-04-03")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2019-04-03T09:30:00Z">',
        '<meta name="DC.date.issued" content="2019-04-03">',
        '<meta name="pubdate" content="20190403">',
        '<script type="application/ld+json">\n<!--\n{"@type":"NewsArticle","headline":"x\n y",'
        '"datePublished":"2019-04-03",}\n--></script>',
    ],
)
def test_the_date_is_found_wherever_the_head_states_it(head):
    assert read_page(page(head=head), None).published_at[:10] == "2019-04-03"


@pytest.mark.parametrize(
    ("before", "lang", "expected"),
    [
        ('<time datetime="2019-04-03T09:30">yesterday</time>', "en", "2019-04-03T09:30:00"),
        ('<div class="article-date">03.04.2019 - 14:05</div>', "tr", "2019-04-03T14:05:00"),
        ('<div class="article-date">04/03/2019</div>', "en-US", "2019-04-03"),
        ('<div class="article-date">04/03/2019</div>', "en-GB", "2019-03-04"),
        ("<div>3 Nisan 2019</div>", "tr", "2019-04-03"),
        ('<p itemprop="datePublished">3 апреля 2019</p>', "ru", "2019-04-03"),
    ],
)
def test_the_date_is_found_where_readers_see_it(before, lang, expected):
    assert read_page(page(before=before, lang=lang), None).published_at == expected


def test_a_page_without_a_date_gets_none_and_certainly_not_the_day_it_was_captured():
    assert read_page(page(), "https://courier.example/a", captured_at="2026-11-24T03:12:00Z").published_at is None


def test_the_moment_of_the_capture_does_not_pass_for_a_date_of_publication():
    head = '<meta property="article:published_time" content="2026-11-24T03:12:05Z">'
    before = '<div class="date">3 April 2019</div>'
    captured_at = "2026-11-24T03:12:00Z"

    assert read_page(page(head=head, before=before), None, captured_at=captured_at).published_at == "2019-04-03"
    alone = read_page(page(head=head), None, captured_at=captured_at)
    assert alone.published_at is None
    assert alone.doubts == ("the page gives the moment of its capture as its date",)


def test_a_home_page_posing_as_canonical_address_is_not_believed():
    head = '<link rel="canonical" href="https://courier.example/">'

    assert read_page(page(head=head), "https://courier.example/news/a").canonical_url is None


@pytest.mark.parametrize(
    ("lang", "expected"), [("en-US", "en"), ("tr", "en"), ("", "en"), ("und", "en"), ("en_gb", "en")]
)
def test_the_language_is_what_the_words_say_where_the_page_says_otherwise(lang, expected):
    assert read_page(page(lang=lang), None).language == expected


def test_a_statement_that_a_page_announces_is_told_apart():
    lead = "<p>The ministry has issued a statement, Tidewire reports.</p><p>The statement reads:</p>"
    quoted = f"<p>“{PARAGRAPHS[0]}</p><p>“{PARAGRAPHS[1]}”</p>"
    article = read_page(page(text=lead + quoted + "<p>Tidewire adds that the harbour has twelve quays.</p>"), None)

    statement = article.text[article.statement.start : article.statement.end]
    assert statement.startswith("The Ministry of Fisheries")
    assert statement.endswith("all the year.")


# --- doubts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "doubt"),
    [
        (
            "<title>404 Not Found</title><h1>Page not found</h1><p>Try the home page.</p>",
            "a not-found page with status 200",
        ),
        ("<title>Hata</title><h1>Sayfa bulunamadı</h1><p>Ana sayfaya dönün.</p>", "a not-found page with status 200"),
        ('<h1>Sign in</h1><p>Please log in to continue.</p><form><input type="password"></form>', "a login wall"),
        ("<h1>Before you go on</h1><p>We value your privacy: please accept our cookies.</p>", "a consent wall"),
        ('<title>News</title><script src="a.js"></script><div id="root"></div>', "an empty shell of a scripted page"),
        (
            "<title>Just a moment...</title><p>Checking your browser.</p>",
            "a challenge to prove that no robot is reading",
        ),
        ("<p></p>", "no text was found"),
    ],
)
def test_a_page_that_is_no_article_says_what_it_is(markup, doubt):
    assert doubt in read_page(f"<html><body>{markup}</body></html>", None).doubts


def test_a_text_that_is_cut_off_says_so():
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:3]) + "<p>The ministry calls on all parties…</p>"

    assert read_page(page(text=text), None).doubts == ("the text may be cut off: it ends in an ellipsis",)


def test_a_sound_article_raises_no_doubt_even_when_it_speaks_of_cookies_and_logins():
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    text += "<p>Accept the cookies and log in to continue reading, the page not found said in April.</p>" * 1

    assert read_page(page(text=text * 4), None).doubts == ()


# --- dates and languages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        ("03.04.2019", "tr", "2019-04-03"),
        ("03/04/2019", "en-US", "2019-03-04"),
        ("13/04/2019", "en-US", "2019-04-13"),
        ("Wed, 03 Apr 2019 09:30:00 +0400", None, "2019-04-03T05:30:00Z"),
        ("2019-04-03T00:00:00+04:00", None, "2019-04-03"),
        ("April 3, 2019 9:30 pm", "en", "2019-04-03T21:30:00"),
        ("3 NİSAN 2019", "tr", "2019-04-03"),
        ("3 de abril de 2019", "es", "2019-04-03"),
        ("2019年4月3日", "ja", "2019-04-03"),
        ("٣ أبريل ٢٠١٩", "ar", "2019-04-03"),
        ("3 listopada 2020", "pl", "2020-11-03"),
        ("3. listopada 2020", "hr", "2020-10-03"),
        ("2019. április 3.", "hu", "2019-04-03"),
        ("31.02.2019", "de", None),
        ("12345", None, None),
        ("soon", None, None),
        (None, None, None),
    ],
)
def test_a_date_keeps_its_precision_whatever_its_order_language_and_numerals(written, language, expected):
    assert claimed_date(written, language=language) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The harbour was closed and nobody was told of it.", "en"),
        ("Liman kapatıldı ve bu karar için bir açıklama yapılmadı.", "tr"),
        ("Liman bağlandı və bu qərar üçün heç bir açıqlama verilmədi, nazirlik bildirib.", "az"),
        ("Гавань закрыли, и никто не сказал об этом на собрании.", "ru"),
        ("Гавань закрили, і ніхто не сказав про це на зборах.", "uk"),
        ("Նավահանգիստը փակվել է առանց որևէ բացատրության։", "hy"),
        ("ნავსადგური დაიხურა ყოველგვარი განმარტების გარეშე.", "ka"),
        ("بندر بسته شد و هیچ توضیحی برای این کار داده نشد که در آن باشد.", "fa"),
        ("أغلق الميناء في المدينة من دون أن يعلن ذلك على الناس.", "ar"),
        ("港口已关闭，没有人得到通知。", "zh"),
        ("港は閉鎖されました。誰も知らされていません。", "ja"),
        ("12 34", None),
        ("", None),
    ],
)
def test_a_language_is_told_by_letters_and_function_words(text, language):
    assert language_of(text) == language


def test_declared_languages_are_put_in_order_and_words_that_are_no_tags_are_not_taken():
    assert [language_tag(tag) for tag in ("en_us", "ZH-hans", "tr;q=1", "english", "und", "", None)] == [
        "en-US", "zh-Hans", "tr", None, None, None, None,
    ]  # fmt: skip


LANGUAGES = DATA.parent / "languages"


@pytest.mark.skipif(not LANGUAGES.exists(), reason="the news in twelve languages lie in ../shared, which is not here")
@pytest.mark.parametrize(
    ("name", "language"),
    [("arb", "ar"), ("aze-Latn", "az"), ("deu", "de"), ("eng", "en"), ("fas", "fa"), ("fra", "fr"), ("hye", "hy"),
     ("kat", "ka"), ("rus", "ru"), ("spa", "es"), ("tur", "tr"), ("ukr", "uk")],
)  # fmt: skip
def test_news_in_twelve_languages_is_told_apart(name, language):
    lines = (LANGUAGES / f"{name}.txt").read_text("utf-8").splitlines()
    texts = [" ".join(lines[at : at + 3]) for at in range(0, len(lines), 30)]

    assert sum(language_of(text) == language for text in texts) >= 0.95 * len(texts)


# --- how well --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not DATA.exists(), reason="the saved pages lie in ../shared, which is not here")
def test_a_sample_of_real_pages_is_read_at_least_as_well_as_promised():
    tally = measured(list(articles())[::6], ours)

    assert tally.f1 >= 0.965


@pytest.mark.skipif(not DATA.exists(), reason="the saved pages lie in ../shared, which is not here")
def test_dates_and_titles_of_a_sample_of_real_pages_are_right_as_often_as_promised():
    tally = measured(list(outlets())[::12], ours)

    assert sum(tally.dates) >= 0.92 * len(tally.dates)
    assert sum(tally.titles) >= 0.75 * len(tally.titles)


@pytest.mark.parametrize(
    "title",
    ["Flight 404 lands in Lorne", "Masks no longer available in Lorne", "A captcha for every citizen", "Login day"],
)
def test_an_article_about_such_things_is_not_taken_for_a_notice(title):
    text = page().replace("Harbour shut", title)

    assert read_page(text, None).doubts == ()


def test_a_heading_that_leads_to_the_front_page_is_the_sites_name_and_no_headline():
    page = """<html><head><title>A light less – Notes from the Pier</title></head><body>
    <h1><a href="/">Notes from the Pier</a></h1><article><h2>A light less</h2>
    <p>The lamp above the ferry office went out on Sunday, and nobody has climbed up to light it again since then.</p>
    <p>Those who come home late count the steps from the baker's door, as they did before there was a lamp at all.</p>
    </article></body></html>"""
    article = read_page(page, "https://pier.example/2031/a-light-less")
    assert article.title == "A light less"
    assert article.text.startswith("The lamp above")

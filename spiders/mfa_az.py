"""Ministry of Foreign Affairs of the Republic of Azerbaijan: statements and press releases."""

from scraper.crawl.outlet import Outlet


class MfaAz(Outlet):
    title = "Ministry of Foreign Affairs of Azerbaijan"
    kind = "issuer"
    country = "AZ"
    language = "en"
    home = "https://mfa.gov.az/en"
    names = (
        "Ministry of Foreign Affairs of the Republic of Azerbaijan",
        "Azerbaijani MFA",
        "Azərbaycan Respublikası Xarici İşlər Nazirliyi",
        "МИД Азербайджана",
    )
    listings = home + "/news"
    articles = r"/news/(?:\d+/|no\d+)"

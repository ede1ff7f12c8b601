"""How we crawl: politely, carefully, and with nothing switched on that we do not use.

Scrapy's defaults are meant for its own tutorials; each line that departs from them has its reason in
``docs/outlets.md``, and ``tests/test_crawl_settings.py`` reads them back from a running crawler.
"""

from __future__ import annotations

import os
from importlib.util import find_spec

from scraper import __version__

BOT_NAME = "provenance-tracker"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

# Who we are. Set PROVENANCE_CONTACT to an address or a page at which an operator can reach you.
PROVENANCE_CONTACT = os.environ.get("PROVENANCE_CONTACT", "")
USER_AGENT = f"{BOT_NAME}/{__version__} ({'+' + PROVENANCE_CONTACT if PROVENANCE_CONTACT else 'no contact given'})"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # The bytes that are kept are then the bytes that were sent: equal pages have equal hashes.
    "Accept-Encoding": "identity",
}

# Manners: robots.txt (robots.py), one request at a time per host, pauses that grow with the server's trouble.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = BOT_NAME
CONCURRENT_REQUESTS = 1  # per outlet; outlets of one site follow one another
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 2.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
RETRY_TIMES = 1
RETRY_HTTP_CODES: list[int] = []  # 429 and 503 are waited for (patience.py); the rest is due again in a later run
PROVENANCE_PATIENCE = 60.0  # seconds a run waits for a host that asks for it; longer waits end its turn
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"

# Safety: public addresses over http and https only (guard.py, connect.py), everything bounded, no side doors.
PROVENANCE_ALLOW: list[str] = []  # inward networks that may be fetched all the same: tests, a site of one's own
PROVENANCE_HOSTS: dict[str, str] = {}  # names answered from here: {"harbour-courier.example": "127.0.0.1:8123"}
TWISTED_REACTOR_ENABLED = False
ASYNCIO_EVENT_LOOP = "uvloop.Loop" if find_spec("uvloop") else None
DOWNLOAD_HANDLERS = {
    "http": "scraper.crawl.connect.GuardedHandler",
    "https": "scraper.crawl.connect.GuardedHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scraper.crawl.connect.GuardMiddleware": 10,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scraper.crawl.robots.RobotsMiddleware": 100,
    "scraper.crawl.patience.PatienceMiddleware": 540,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the guard and the outlet's domains decide
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}
# Each of these wraps every answer and has nothing to do: all answers are allowed, no referrer is sent, depths and
# lengths are bounded elsewhere, and nobody reads the statistics.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
DOWNLOADER_STATS = False
DOWNLOAD_MAXSIZE = 10_000_000
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy would connect where our sockets may not
REDIRECT_MAX_TIMES = 10
METAREFRESH_MAXDELAY = 5  # longer ones are pages that reload themselves
REMOTE_CONTROL_ENABLED = False  # on by default since Scrapy 2.19: a server that runs what it is sent
TELNETCONSOLE_ENABLED = False
HTTPCACHE_ENABLED = False
URLLENGTH_LIMIT = 0  # the guard refuses long addresses aloud; Scrapy would drop them in silence
MEMUSAGE_LIMIT_MB = 1500

# What comes back.
HTTPERROR_ALLOW_ALL = True  # 304, 404 and 410 are answers, too
ITEM_PIPELINES = {"scraper.crawl.pipeline.Handover": 100}
PROVENANCE_DESK = "scraper.crawl.alone.desk"  # for `scrapy crawl`: who takes the captures when nobody else does
CONCURRENT_ITEMS = 4  # Scrapy starts this many tasks per answer, whether they are needed or not
LOG_LEVEL = "INFO"

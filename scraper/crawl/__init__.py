"""The world comes in: declarative outlets, Scrapy settings, single fetches."""

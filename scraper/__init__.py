"""Collects pictures from sites one owns or may test: profiles, one Scrapy spider, a media pipeline, a demo site."""

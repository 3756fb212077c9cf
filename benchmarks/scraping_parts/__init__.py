"""What `benchmarks.scraping` starts and measures: the mock site, and one collection of each kind."""

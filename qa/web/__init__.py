"""The web page: shows what `qa` returns."""

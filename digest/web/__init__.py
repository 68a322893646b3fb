"""The web server: the public files and the unsubscribe page."""

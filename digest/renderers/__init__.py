"""What readers see: feeds, the mail and the page, all made from ``templates/``."""

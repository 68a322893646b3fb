"""What the service answers over HTTP: the public files, and the page that ends a subscription."""

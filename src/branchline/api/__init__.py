"""The HTTP interfaces: parse, authorise, call a service, answer."""

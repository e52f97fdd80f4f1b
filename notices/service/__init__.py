"""What a site offers over HTTP: the page on which anyone checks a file.

An extra of its own (`pip install 'notices[service]'`): nothing below learns that it is
there.
"""

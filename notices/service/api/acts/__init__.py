"""What the routes of the API do, by what they are about."""

"""Mail by the byte: headers, the MIME entity, the message, and taking it apart."""

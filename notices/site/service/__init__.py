"""The worker as a service: systemd is told, metrics are served."""

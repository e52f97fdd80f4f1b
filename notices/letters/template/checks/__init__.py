"""What `notices template check` finds, and what each real letter must hold."""
